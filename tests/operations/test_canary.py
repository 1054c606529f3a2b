"""The canary travels the whole way, is missed when it does not arrive, and leaves nothing behind."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

import pytest
from structlog.testing import capture_logs

from bot.errors import ChannelGone, StoreUnavailable, TryLater
from bot.intake import Intake
from bot.model.alert import Process
from bot.model.card import TextCard
from bot.model.channel import Channel
from bot.model.mute import Mute
from bot.model.source import Source
from bot.model.upkeep import NOWHERE, Backlog
from bot.model.watchlist import ChannelRule, Watchlist
from bot.operations.canary import BY_HAND, MISSING, PATIENCE, TYPE, Canary, Nowhere, keep
from bot.outbox import Outbox
from bot.protocols import Fetcher, Platform
from bot.store import MemoryStore
from tests.builders import company
from tests.fakes import START, CountingIds, ManualClock, ScriptedPlatform
from tests.intake.test_polls import NoFetcher, extract_all

HERE = Channel.parse("slack:T0AB/C0123ABCD")
OPS = Channel.parse("slack:T0AB/C0PS")
HOUR = timedelta(hours=1)


class Mine:
    """A bot that sends canaries, without sockets."""

    def __init__(
        self,
        to: Channel = HERE,
        *script: Exception | None,
        rule: ChannelRule | None = None,
        store: MemoryStore | None = None,
        clock: ManualClock | None = None,
        live: Sequence[str] = ("slack",),
    ) -> None:
        self.store = store or MemoryStore()
        self.clock = clock or ManualClock()
        ids = CountingIds(start=1000 if store else 0)
        self.chat = ScriptedPlatform(*script, name="slack")
        rules = (rule or ChannelRule(HERE),)
        self.lists = (Watchlist("phones.yaml", "phones", (company("Namewatch Canary"),), rules),)
        self.canary = Canary(self.store, self.clock, ids, to=to, every=HOUR)
        self.intake = Intake(
            self.store,
            cast(Fetcher, NoFetcher()),
            {TYPE: self.canary.read},
            extract_all,
            self.clock,
            ids,
            lists=lambda: (*self.lists, self.canary.watchlist),
            live=frozenset(live),
            age_limit=timedelta(days=2),
        )
        boot = Process(ids.new(), "host", 1, START, START)
        platforms: dict[str, Platform] = {"slack": self.chat, "nowhere": Nowhere()}
        self.outbox = Outbox(self.store, platforms, self.clock, boot)

    async def start(self) -> None:
        await self.intake.open()
        await self.canary.open()

    async def look(self, *, ops: Channel | None = OPS, **later: float) -> None:
        """Some time later: what the schedule does."""
        self.clock.advance(**later)
        await keep(self.canary, self._poll, ops)

    async def _poll(self, source: Source) -> None:
        polled = await self.intake.poll(source)
        assert not polled.error, polled.cause

    @property
    def posted(self) -> list[tuple[str, str]]:
        cards = [(delivery.channel, delivery.card) for _, delivery in self.chat.calls]
        return [
            (str(channel), str(card.lines[0][0]) if isinstance(card, TextCard) else card.headline)
            for channel, card in cards
        ]


@pytest.mark.parametrize("live", [("slack",), ()])
async def test_it_travels_the_whole_way_and_leaves_nothing(live: Sequence[str]) -> None:
    mine = Mine(live=live)
    empty = await mine.store.table_counts()
    await mine.start()
    await mine.look()
    assert await mine.store.backlog() == Backlog(), "canaries are not counted"
    await mine.outbox.drain()
    mine.clock.advance(seconds=2)
    await mine.look()
    assert mine.posted == [(str(HERE), "Namewatch Canary: all is well, 2026-11-20 08:30 UTC")]
    assert (mine.canary.arrived, mine.canary.missing, mine.canary.age) == (START, False, 2.0)
    assert await mine.store.table_counts() == empty
    assert (await mine.store.backlog()).last_sent is None


async def test_it_comes_at_its_time_and_to_nowhere_if_that_is_wanted() -> None:
    mine = Mine(NOWHERE)
    await mine.start()
    sent = []
    for minute in range(0, 181, 10):
        await mine.look(minutes=10 * bool(minute))
        if mine.canary.under_way:
            sent.append(minute)
            await mine.outbox.drain()
            await mine.look()
    assert sent == [0, 60, 120, 180]
    assert mine.chat.calls == []


async def test_its_rhythm_and_its_arrival_outlive_a_restart() -> None:
    mine = Mine()
    await mine.start()
    await mine.look()
    await mine.outbox.drain()
    await mine.look(seconds=1)
    again = Mine(store=mine.store, clock=mine.clock)
    await again.start()
    await again.look(minutes=30)
    assert not again.canary.under_way
    assert (again.canary.arrived, again.canary.age) == (START, 1801.0)
    await again.look(minutes=30)
    assert again.canary.under_way


STUCK = [
    ((TryLater("busy"),), "its message waits to be sent (busy)"),
    ((ChannelGone("archived"),), "its message is parked (archived)"),
]


@pytest.mark.parametrize(("script", "where"), STUCK)
async def test_one_that_does_not_arrive_is_told_once_and_so_is_the_next_that_does(
    script: Sequence[Exception], where: str
) -> None:
    mine = Mine(HERE, *script)
    await mine.start()
    await mine.look()
    await mine.outbox.drain()
    with capture_logs() as logs:
        await mine.look(seconds=PATIENCE.total_seconds() - 1)
        assert not mine.canary.missing
        await mine.look(seconds=1)
        assert mine.canary.missing
        await mine.look(hours=1)  # the next one is sent, and gets nowhere either
        await mine.look(seconds=PATIENCE.total_seconds())
        await mine.look(hours=1)
        await mine.outbox.drain()
        await mine.look(seconds=1)
        await mine.outbox.drain()
    told = [text for channel, text in mine.posted if channel == str(OPS)]
    assert told == [
        f"The canary did not arrive within 5 min: {where}. Alerts may not arrive either",
        "The canary arrives again, after 0.0 s",
    ]
    assert len([each for each in logs if each["event"] == "canary"]) == 2
    assert not mine.canary.missing
    assert (await mine.store.table_counts())["articles"] == 0


async def test_a_name_that_is_not_found_is_said() -> None:
    mine = Mine()
    mine.canary.watchlist = Watchlist("canary", "canary", (company("Somebody Else"),), tenant="canary")
    await mine.start()
    await mine.look()
    with capture_logs() as logs:
        await mine.look(ops=None, minutes=6)
    assert "its name not found" in logs[0]["news"]


CLOSED = [
    ChannelRule(HERE, quiet="00:00-23:59", zone="UTC"),
    ChannelRule(HERE, digest="daily 23:00", zone="UTC"),
    ChannelRule(HERE, budget="0/h"),
]


@pytest.mark.parametrize("rule", CLOSED)
async def test_quiet_hours_digests_budgets_and_pauses_do_not_hold_it(rule: ChannelRule) -> None:
    mine = Mine(rule=rule)
    await mine.store.mute(Mute("m", None, "pause", "", "pause", START, None, "U1"))
    await mine.start()
    await mine.look()
    await mine.outbox.drain()
    await mine.look(seconds=1)
    assert len(mine.posted) == 1
    assert await mine.store.waiting() == ()


async def test_nobody_else_sees_it_while_it_is_under_way() -> None:
    mine = Mine()
    await mine.start()
    await mine.look()
    assert mine.canary.under_way
    assert await mine.store.search(["canary"]) == ()
    assert await mine.store.articles_since(START) == ()
    assert await mine.store.articles_by_words(["canary"]) == ()
    assert await mine.store.last_alerted(HERE) is None
    assert await mine.store.company_counts("phones.yaml", START) == {}


async def test_one_left_by_a_process_that_died_is_taken_away_at_the_start() -> None:
    mine = Mine()
    await mine.start()
    await mine.look()
    again = Mine(store=mine.store, clock=mine.clock)
    again.clock.advance(hours=3)
    await again.start()
    assert (await again.store.table_counts())["deliveries"] == 0
    await again.outbox.drain()
    assert again.posted == []


async def test_one_sent_by_hand_takes_nothing_of_the_bot_that_runs_on_the_same_store() -> None:
    mine = Mine(HERE, ChannelGone("archived"))
    await mine.start()
    await mine.look()
    await mine.outbox.drain()
    hand = Mine(HERE, store=mine.store, clock=mine.clock)

    async def deliver() -> None:
        hand.clock.advance(minutes=1)

    trip = await hand.canary.travel(hand._poll, deliver, within=1, every=0)
    assert trip.stuck == "its message waits to be sent"  # behind the one that is parked
    with capture_logs() as logs:
        await mine.look(seconds=PATIENCE.total_seconds())
    assert "its message is parked (archived)" in logs[0]["news"]
    assert (await mine.store.table_counts())["articles"] == 0


async def test_what_one_by_hand_left_by_a_kill_is_taken_away_at_the_next_start() -> None:
    mine = Mine()
    await mine.start()
    await mine.canary.send(mine._poll, BY_HAND)
    assert (await mine.store.table_counts())["articles"] == 1
    again = Mine(store=mine.store, clock=mine.clock)
    await again.start()
    assert (await again.store.table_counts())["articles"] == 0


class Shaky(MemoryStore):
    """A store that can't be written now and then."""

    down = False

    async def mark(self, name: str, at: datetime | None) -> None:
        if self.down and name == MISSING:
            raise StoreUnavailable("full")
        await super().mark(name, at)


async def test_one_that_is_missing_while_the_store_is_in_trouble_is_told_with_the_next() -> None:
    store = Shaky()
    mine = Mine(HERE, *[ChannelGone("archived")] * 3, store=store)
    await mine.start()
    await mine.look()
    store.down = True
    with capture_logs() as logs:
        await mine.look(seconds=PATIENCE.total_seconds())
        assert not logs
        store.down = False
        await mine.look(hours=1)
        await mine.look(seconds=PATIENCE.total_seconds())
    assert [each["event"] for each in logs] == ["canary"]
