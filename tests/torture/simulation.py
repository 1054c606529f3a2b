"""Days of a bot's life in minutes: real polls, decisions, store and outbox; no socket, and a clock that is moved.

Sources bring articles, most of which name nobody; one in four is taken up by another source an hour later. Sources,
store and platforms fail as often as they are told to. Twice a day the bot starts anew, every other time after an end
in the middle of a message.
"""

import asyncio
import gc
import json
import random
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any, cast

from bot.digests import Digests
from bot.errors import BadStatus, SourceError, StoreUnavailable, TimedOut, TryLater, Uncertain, Unreachable
from bot.intake import Intake
from bot.model.alert import Delivery, Process, Receipt
from bot.model.channel import Channel
from bot.model.source import Cursor, Entry, Fetched, FirstPoll, Source
from bot.model.watchlist import ChannelRule, Watchlist
from bot.outbox import Outbox
from bot.protocols import Fetcher
from bot.store import open_store
from bot.store.sql import SqlStore
from bot.stories.index import WINDOW
from tests.builders import company
from tests.fakes import START, CountingIds, ManualClock, ScriptedPlatform
from tests.intake.test_polls import NoFetcher, extract_all
from tests.town import rambling

CHANNELS = 20
LISTED = 12
AN_HOUR = 0.25
"""Articles that a source publishes in an hour, on the average."""
NAMING = 0.3
TAKEN_UP = 0.25
MINUTES = 12 * 60
"""Of a life."""
TURN = 2
"""Minutes from one look at what is due to the next."""
KEPT = 500
"""Messages that the twin of the platforms remembers for those who ask whether one arrived."""

UNLIKE_NAMES = str.maketrans("bdklmnprstvz", "cfghjqwxycfg")
VOCABULARY = [
    word for number in range(500) for word in rambling(f"vocabulary {number}").translate(UNLIKE_NAMES).split()
]
"""Words of articles: in the letters of names every one of them would be two edits from dozens of names."""

Chance = random.Random


class PowerCut(BaseException):
    """The process ends here."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much there is, and how often things fail."""

    days: int
    sources: int
    names: int
    faults: float
    seed: int = 7


def name_of(number: int) -> str:
    """A name of two words and a legal form, unlike any other."""
    first, second = rambling(f"name {number}").split()[:2]
    return f"{first.capitalize()} {second.capitalize()} Corp"


def channel_of(number: int) -> Channel:
    """The channel that hears of the name of this number; of every other one the platform can be asked."""
    place = number % CHANNELS
    return Channel("slack", "T0SIM" if place % 2 else "T0DEAF", f"C{place:04}")


def lists_of(names: int) -> list[Watchlist]:
    """A list a channel: most are open, some want a digest a day, some are quiet at night."""
    found = []
    for place in range(CHANNELS):
        rule = ChannelRule(channel_of(place))
        if place in (3, 4):
            rule = replace(rule, digest="daily 08:30", zone="Asia/Taipei")
        elif place in (5, 6):
            rule = replace(rule, quiet="22:00-07:00", zone="Europe/Berlin")
        companies = tuple(company(name_of(number)) for number in range(place, names, CHANNELS))
        found.append(Watchlist(f"list{place}.yaml", f"List {place}", companies, (rule,)))
    return found


class World:
    """What is published, and by whom; all of it follows from the seed."""

    def __init__(self, plan: Plan, clock: ManualClock, told: Path) -> None:
        """Which articles name whom is written to `told`, so that no memory grows by it."""
        self._plan = plan
        self._clock = clock
        self._chance = Chance(plan.seed)
        self._told = told.open("w", encoding="utf-8")
        self._listed = [deque[Entry](maxlen=LISTED) for _ in range(plan.sources)]
        self._later: deque[tuple[int, Entry]] = deque()
        self.numbers = {f"feed:https://s{at}.example/feed": at for at in range(plan.sources)}
        self.sources = [
            Source(
                f"Source {at}", "feed", f"https://s{at}.example/feed", timedelta(hours=1), first_poll=FirstPoll("alert")
            )
            for at in range(plan.sources)
        ]
        self.published = 0

    def an_hour(self) -> None:
        """Publish what an hour brings."""
        self.take_up()
        for at in range(self._plan.sources):
            if self._chance.random() < AN_HOUR:
                self._publish(at)

    def take_up(self) -> None:
        """Publish what others wrote an hour ago."""
        while self._later:
            at, entry = self._later.popleft()
            self._listed[at].append(entry)

    def listing(self, source: Source) -> tuple[Entry, ...]:
        """What a source lists now, newest first."""
        return tuple(reversed(self._listed[self.numbers[source.key]]))

    def close(self) -> None:
        """No more is published."""
        self._told.close()

    def _publish(self, at: int) -> None:
        self.published += 1
        number, named = self.published, []
        if self._chance.random() < NAMING:
            named = self._chance.sample(range(self._plan.names), self._chance.choice((1, 1, 2)))
        names = " and ".join(name_of(each) for each in named) or "The weather office"
        words = " ".join(self._chance.choices(VOCABULARY, k=8))
        body = f"{names} said on Monday that {words}. {' '.join(self._chance.choices(VOCABULARY, k=60))}."
        entry = Entry(
            f"e{number}", f"https://s{at}.example/{number}", f"{names}: {words}", body, published=self._clock.now()
        )
        self._listed[at].append(entry)
        self._note(entry, named)
        if self._chance.random() < TAKEN_UP:
            # Of one source the same title on the same day is the same article.
            other = (at + self._chance.randrange(1, self._plan.sources)) % self._plan.sources
            again = replace(entry, id=f"t{number}", url=f"https://s{other}.example/t{number}")
            self._later.append((other, again))
            self._note(again, named)

    def _note(self, entry: Entry, named: Sequence[int]) -> None:
        if named:
            channels = sorted({str(channel_of(each)) for each in named})
            self._told.write(json.dumps([entry.url, entry.title, channels]) + "\n")


class Twin(ScriptedPlatform):
    """Takes messages, or loses them, or their receipts, and writes down what arrived."""

    def __init__(self, plan: Plan, clock: ManualClock, arrived: Path) -> None:
        super().__init__(name="slack")
        self.plan = plan
        self._clock = clock
        self._chance = Chance(plan.seed + 1)
        self._arrived = arrived.open("w", encoding="utf-8")
        self._lately: OrderedDict[str, Receipt] = OrderedDict()
        self._banned: dict[Channel, datetime] = {}
        self.cut = False
        self.calls_while_banned = 0
        self.faults = 0

    async def find(self, delivery: Delivery) -> Receipt | None:
        """In half of the channels nobody can look."""
        return self._lately.get(delivery.id) if delivery.channel.tenant == "T0SIM" else None

    def close(self) -> None:
        """Nothing arrives any more."""
        self._arrived.close()

    def _call(self, verb: str, delivery: Delivery) -> Receipt:
        if self._clock.now() < self._banned.get(delivery.channel, START):
            self.calls_while_banned += 1
        fault = self._chance.choice(("lost", "dropped", "rate")) if self._chance.random() < self.plan.faults else ""
        self.faults += bool(fault)
        if fault == "dropped":
            raise Uncertain("the connection broke", retry_after=15)
        if fault == "rate":
            seconds = self._chance.choice((1.0, 30.0, 600.0))
            self._banned[delivery.channel] = self._clock.now() + timedelta(seconds=seconds)
            raise TryLater("asked to wait", retry_after=seconds)
        receipt = self._accept(verb, delivery)
        if self.cut:
            self.cut = False
            raise PowerCut
        if fault == "lost":
            raise Uncertain("the reply was lost", retry_after=15)
        return receipt

    def _accept(self, verb: str, delivery: Delivery) -> Receipt:
        marked = verb != "edit" and delivery.doubtful and delivery.channel.tenant != "T0SIM"
        said = [str(delivery.channel), delivery.kind, delivery.id, delivery.alert_ids, marked]
        self._arrived.write(json.dumps(said) + "\n")
        receipt = self._lately[delivery.id] = Receipt(f"m{delivery.id}")
        if len(self._lately) > KEPT:
            self._lately.popitem(last=False)
        return receipt


class FaultyStore(SqlStore):
    """Fails before it has done what it was asked, or after."""

    plan: Plan
    chance: Chance
    faults = 0

    async def commit(self, *given: Any, **named: Any) -> int:
        return cast(int, await self._risked(partial(super().commit, **named), *given))

    async def claim(self, *given: Any, **named: Any) -> tuple[Delivery, ...]:
        return cast(tuple[Delivery, ...], await self._risked(partial(super().claim, **named), *given))

    async def settle_all(self, *given: Any, **named: Any) -> None:
        await self._risked(partial(super().settle_all, **named), *given)

    async def release(self, *given: Any, **named: Any) -> bool:
        return cast(bool, await self._risked(partial(super().release, **named), *given))

    async def _risked(self, work: Callable[..., Awaitable[object]], *given: object) -> object:
        fails = self.chance.random() < self.plan.faults
        self.faults += fails
        if fails and self.chance.random() < 0.5:
            raise StoreUnavailable("the store is locked")
        done = await work(*given)
        if fails:
            raise StoreUnavailable("the connection broke")
        return done


class Life:
    """A bot from its start to its end."""

    def __init__(self, world: World, twin: Twin, clock: ManualClock, ids: CountingIds, plan: Plan) -> None:
        self._world = world
        self._clock = clock
        self._chance = Chance(plan.seed + ids_so_far(ids))
        self._plan = plan
        self._ids = ids
        self._twin = twin
        self.faults = 0

    async def begin(self, url: str, lists: list[Watchlist]) -> None:
        """As a process starts."""
        opened = await open_store(url)
        self.store = FaultyStore(opened._database)
        self.store.plan, self.store.chance = self._plan, Chance(self._chance.random())
        live = frozenset({"slack"})
        self.intake = Intake(
            self.store,
            cast(Fetcher, NoFetcher()),
            {"feed": self._read},
            extract_all,
            self._clock,
            self._ids,
            lists=lambda: lists,
            live=live,
            age_limit=timedelta(hours=48),
        )
        self.intake.catches_up = True
        self._digests = Digests(self.store, self._clock, self._ids, lists=lambda: lists, live=live)
        boot = Process(self._ids.new(), "host", 1, self._clock.now(), self._clock.now())
        self._outbox = Outbox(self.store, {"slack": self._twin}, self._clock, boot, held=self._digests.held)
        await self.intake.open()
        await self._digests.fold()

    async def turn(self) -> int:
        """What happens again and again; how many polls that were."""
        due = self.intake.due(self._world.sources, self._clock.now())
        await asyncio.gather(*map(self._poll, due))
        with suppress(StoreUnavailable):
            await self.intake.flush()
        with suppress(StoreUnavailable):
            await self._digests.release(caught_up=self.intake.caught_up(self._world.sources))
        with suppress(StoreUnavailable):
            await self._digests.fold()
        with suppress(StoreUnavailable):
            await self._outbox.drain()
        return len(due)

    async def end(self, *, politely: bool) -> None:
        """As a process ends, or as it is ended."""
        if politely:
            with suppress(StoreUnavailable):
                await self.intake.flush()
        await self.store.close()

    async def _poll(self, source: Source) -> None:
        with suppress(StoreUnavailable):
            await self.intake.poll(source)

    async def _read(self, source: Source, cursor: Cursor, fetcher: Fetcher) -> Fetched:
        del fetcher
        if self._chance.random() < self._plan.faults:
            self.faults += 1
            raise self._chance.choice(ERRORS)()
        listing = self._world.listing(source)
        seen = Cursor(body_hash=listing[0].id if listing else "nothing")
        return Fetched(cursor=seen, unchanged=True) if seen == cursor else Fetched(listing, seen)


ERRORS: Sequence[Callable[[], SourceError]] = (
    partial(BadStatus, 503, retry_after=120),
    partial(BadStatus, 500),
    partial(TimedOut, "slower than 30 seconds"),
    partial(Unreachable, "no connection"),
)
"""Made each time: one that is raised again keeps the frames of all the times before, and so whole lives."""


def ids_so_far(ids: CountingIds) -> int:
    """A number that differs from life to life."""
    return int(ids.new()[-12:], 16)


@dataclass
class Lived:
    """What came of it: minutes, polls, and the memory of each life, a point an hour (days, megabytes)."""

    polls: int = 0
    restarts: int = 0
    source_faults: int = 0
    store_faults: int = 0
    memory: list[list[tuple[float, float]]] = field(default_factory=list)

    @property
    def slope(self) -> float:
        """Megabytes a day, the median over the lives that began when stories had begun to be forgotten, if any did.

        The first hours of a life fill what is kept for speed: they do not count.
        """
        full = [points for points in self.memory if points[0][0] * timedelta(days=1) >= WINDOW]
        return median(slope(points[len(points) // 2 :]) for points in full or self.memory)


async def live(plan: Plan, url: str, world: World, twin: Twin, clock: ManualClock) -> Lived:
    """All the days, then a day without news and faults in which everything is told."""
    lived, ids, lists = Lived(), CountingIds(), lists_of(plan.names)
    for number in range(2 * plan.days):
        life = Life(world, twin, clock, ids, plan)
        await life.begin(url, lists)
        lived.memory.append([])
        last = number % 2 == 1
        with suppress(PowerCut):
            await _half_a_day(life, world, twin, clock, lived, cut=not last)
        lived.restarts += 1
        lived.source_faults += life.faults
        lived.store_faults += life.store.faults
        await life.end(politely=last)
    world.take_up()
    twin.plan = calm = replace(plan, faults=0.0)
    life = Life(world, twin, clock, ids, calm)
    await life.begin(url, lists)
    for _ in range(3 * 24 * 6):
        clock.advance(minutes=10)
        await life.turn()
    await life.end(politely=True)
    return lived


async def _half_a_day(life: Life, world: World, twin: Twin, clock: ManualClock, lived: Lived, *, cut: bool) -> None:
    """`cut`: it ends while a message is being taken, at its end or as soon after as there is one."""
    for minute in count(step=TURN):
        if minute % 60 == 0 and minute < MINUTES:
            world.an_hour()
        if minute % 120 == 0 and minute < MINUTES:
            lived.memory[-1].append(((clock.now() - START) / timedelta(days=1), resident()))
        lived.polls += await life.turn()
        clock.advance(minutes=TURN)
        twin.cut = cut and minute >= MINUTES
        if minute >= MINUTES and not (cut and minute < 2 * MINUTES):
            return


def resident() -> float:
    """Megabytes of this process, without garbage."""
    gc.collect()
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Of the line through these points that fits best."""
    count = len(points)
    if count < 2:
        return 0.0
    mean_x, mean_y = (sum(point[axis] for point in points) / count for axis in (0, 1))
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
