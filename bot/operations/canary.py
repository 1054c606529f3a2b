"""The canary: a synthetic article that travels the whole way, so that silence is never mistaken for no news.

It is polled, matched, decided, stored and delivered like any other, as a tenant of its own that no list, search or
count of anybody else sees. Once it has arrived, or its time is over, all that it left is taken away again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.errors import StoreError
from bot.model.alert import Delivery, Receipt
from bot.model.card import TextCard
from bot.model.channel import Channel
from bot.model.checkup import Checkup
from bot.model.company import Company
from bot.model.ledger import Told
from bot.model.limits import UNLIMITED
from bot.model.source import Cursor, Entry, Fetched, FirstPoll, Source
from bot.model.upkeep import CANARY, NOWHERE
from bot.model.watchlist import ChannelRule, Watchlist
from bot.protocols import Clock, Dispatch, Fetcher, Ids, Joined, Store, Suggest, no_suggestions, no_welcome

log = structlog.get_logger()

TYPE = "canary"
NAME = "Namewatch Canary"
SOURCE = Source(NAME, TYPE, "canary:", first_poll=FirstPoll("alert"), tenant=CANARY)
BY_HAND = replace(SOURCE, url="canary:by-hand")
"""Apart from the others, so that a command takes away nothing of the bot that runs on the same store."""
PATIENCE = timedelta(minutes=5)
"""How long a canary may take; the slowest honest way is a platform that asks for a pause."""
ARRIVED, BEGUN, MISSING = "canary arrived", "canary begun", "canary missing"
"""The marks that outlive the process."""


@dataclass(frozen=True, slots=True)
class Trip:
    """One canary under way, or how it ended: `stuck` says where it was seen last when it did not arrive."""

    address: str
    begun: datetime
    source: Source = SOURCE
    arrived: datetime | None = None
    stuck: str = ""

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.arrived - self.begun).total_seconds() if self.arrived else 0.0


class Canary:
    """Sends canaries, sees whether they arrive, and takes away what they leave."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, *, to: Channel, every: timedelta | None) -> None:
        """`to`: the channel that hears of them; `every`: None sends none by itself."""
        self._store = store
        self._clock = clock
        self._ids = ids
        self._every = every
        self.watchlist = Watchlist(
            key="canary",
            name="canary",
            channels=(ChannelRule(to),),
            companies=(Company(NAME),),
            stories="off",
            tenant=CANARY,
        )
        """Watches for canaries; it reads nothing else, and nothing else reads its source."""
        self._trip: Trip | None = None
        self._begun: datetime | None = None
        self._since = clock.now()
        self.arrived: datetime | None = None
        self.missing = False
        self.last_trip = 0.0

    @property
    def sends(self) -> bool:
        """Whether canaries are sent by themselves."""
        return self._every is not None

    @property
    def rhythm(self) -> float:
        """Seconds between two of them; 0.0 where none are sent by themselves."""
        return self._every.total_seconds() if self._every else 0.0

    @property
    def under_way(self) -> bool:
        """Whether one has been sent and is being waited for."""
        return self._trip is not None

    @property
    def age(self) -> float:
        """Seconds since one arrived, or since this process began to wait for the first."""
        return max(0.0, (self._clock.now() - (self.arrived or self._since)).total_seconds())

    async def open(self) -> None:
        """Take away what a canary of an earlier process left, before anybody is told of it."""
        marks = await self._store.marks()
        self.arrived, self._begun = marks.get(ARRIVED), marks.get(BEGUN)
        self.missing = MISSING in marks
        for source in (SOURCE, BY_HAND):
            await self._forget(source)

    async def read(self, source: Source, cursor: Cursor, fetcher: Fetcher) -> Fetched:  # noqa: ARG002 - a SourceReader
        """The source of canaries: it lists the one that is to be sent."""
        if self._trip is None:
            return Fetched(unchanged=True)
        when = f"{self._trip.begun:%Y-%m-%d %H:%M} UTC"
        text = f"{NAME} travels the whole way from a source to a channel. Sent {when}; nothing else is meant by it."
        id_ = self._trip.address
        entry = Entry(id_, id_, f"{NAME}: all is well, {when}", text, "text", self._trip.begun, "en")
        return Fetched((entry,))

    def is_due(self) -> bool:
        """Whether the next one is to be sent; a moment in the future was written by a clock that went wrong."""
        if self._every is None or self._trip is not None:
            return False
        return self._begun is None or not timedelta(0) <= self._clock.now() - self._begun < self._every

    async def send(self, poll: Callable[[Source], Awaitable[object]], source: Source = SOURCE) -> None:
        """Begin a trip; `poll` polls a source as the schedule does."""
        now = self._clock.now()
        self._trip, self._begun = Trip(f"https://canary.invalid/{self._ids.new()}", now, source), now
        await self._store.mark(BEGUN, now)
        await poll(source)

    async def look(self) -> Trip | None:
        """How the trip under way has ended, once it has; None before, and where there is none."""
        if self._trip is None:
            return None
        trip = await self._seen(self._trip)
        if trip.arrived is None and self._clock.now() - trip.begun < PATIENCE:
            return None
        await self._forget(trip.source)
        self._trip = None
        if trip.arrived is None:
            return trip
        self.arrived, self.last_trip = trip.arrived, trip.seconds
        await self._store.mark(ARRIVED, trip.arrived)
        return trip

    async def travel(
        self,
        poll: Callable[[Source], Awaitable[object]],
        deliver: Callable[[], Awaitable[object]],
        within: float,
        every: float,
    ) -> Trip:
        """Send one now and wait so many seconds for it, looking `every` so often; how it ended, and nothing is left."""
        await self.send(poll, BY_HAND)
        assert self._trip is not None  # noqa: S101 - it has just been sent
        trip, end = self._trip, self._clock.now() + timedelta(seconds=within)
        try:
            while trip.arrived is None and self._clock.now() < end:
                await deliver()
                trip = await self._seen(trip)
                if trip.arrived is None:
                    await asyncio.sleep(every)
        finally:
            await self._forget(BY_HAND)
            self._trip = None
        return trip

    async def news(self, trip: Trip) -> str:
        """What to tell whoever runs the bot of it: that one did not arrive, once, and that they arrive again."""
        missing = trip.arrived is None
        if missing == self.missing:
            return ""
        await self._store.mark(MISSING, self._clock.now() if missing else None)
        self.missing = missing
        if not missing:
            return f"the canary arrives again, after {trip.seconds:.1f} s"
        minutes = PATIENCE.total_seconds() / 60
        return f"the canary did not arrive within {minutes:.0f} min: {trip.stuck}. Alerts may not arrive either"

    async def tell(self, sentence: str, ops: Channel | None) -> None:
        """To the channel of operational news, and to the log in any case: the way there may be what is broken."""
        log.warning("canary", news=sentence)
        if ops is not None:
            now = self._clock.now()
            card = TextCard("notice", ((f"{sentence[:1].upper()}{sentence[1:]}",),))
            await self._store.note_polls((), (Delivery(self._ids.new(), ops, "notice", card, (), now, now),))

    async def _seen(self, trip: Trip) -> Trip:
        """The trip with where it is now."""
        records = await self._store.articles_by_url(trip.address, limit=1)
        if not records:
            return replace(trip, stuck="it was polled and not stored")
        told = records[0].deliveries
        sent = [each.at for each in told if each.state == "sent" and each.at is not None]
        if sent:
            return replace(trip, arrived=min(sent))
        if not any(verdict.matched for verdict in records[0].verdicts):
            return replace(trip, stuck="it was stored and its name not found")
        return replace(trip, stuck=_stuck(told[0]) if told else "it was found and no message is owed")

    async def _forget(self, source: Source) -> None:
        await self._store.forget_source(source.key, self._clock.now() + timedelta(days=1))


_WORDS = {"pending": "waits to be sent", "sending": "is being sent", "parked": "is parked", "dead": "is a dead letter"}


def _stuck(told: Told) -> str:
    """How its message stands, and why."""
    return f"its message {_WORDS.get(told.state, told.state)}" + (f" ({told.error})" if told.error else "")


async def keep(canary: Canary, poll: Callable[[Source], Awaitable[object]], ops: Channel | None) -> None:
    """One look of the schedule: send one that is due, or see what has become of it, and tell that."""
    try:
        if canary.is_due():
            await canary.send(poll)
        elif (trip := await canary.look()) is not None and (news := await canary.news(trip)):
            await canary.tell(news, ops)
    except StoreError:
        # The next look finds it missing; that the store is in trouble is told by whoever needs it more.
        return


class Nowhere:
    """A destination that accepts everything and shows it to nobody: implements Platform for canaries."""

    name = NOWHERE.platform
    edits = True
    replies = True
    listens = True
    limits = UNLIMITED

    async def start(
        self, dispatch: Dispatch, *, joined: Joined = no_welcome, suggest: Suggest = no_suggestions
    ) -> None:
        """Nobody is there."""

    async def stop(self) -> None:
        """Nothing to let go of."""

    async def send(self, delivery: Delivery) -> Receipt:
        """Accepted."""
        return Receipt(delivery.id)

    async def edit(self, delivery: Delivery) -> Receipt:
        """Accepted."""
        return Receipt(delivery.id)

    async def reply(self, delivery: Delivery) -> Receipt:
        """Accepted."""
        return Receipt(delivery.id)

    async def find(self, delivery: Delivery) -> Receipt | None:  # noqa: ARG002 - Platform's
        """Nothing is kept."""
        return None

    async def resolve(self, channel: Channel) -> Channel | None:
        """It is what it is."""
        return channel

    async def check(self, channel: Channel) -> str:  # noqa: ARG002 - Platform's
        """It can always be posted to."""
        return ""

    async def check_threads(self, channel: Channel) -> str:  # noqa: ARG002 - Platform's
        """It opens none."""
        return ""

    async def homes(self) -> tuple[str, ...]:
        """Nowhere."""
        return ()

    async def examine(self) -> tuple[Checkup, ...]:
        """Nothing can be wrong."""
        return ()
