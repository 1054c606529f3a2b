"""The running bot: what polls, decides, delivers and listens, and in which order that starts and stops."""

import asyncio
import os
import platform
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial

import structlog

from bot.apart import WORKERS, undisturbed
from bot.app.plugins import live, readers
from bot.app.setup import Setup
from bot.app.stopping import Budget, done_before
from bot.clock import SystemClock, TimeOrderedIds
from bot.config import Settings
from bot.digests import Digests
from bot.errors import StoreUnavailable
from bot.http import HttpFetcher
from bot.intake import Intake, Polled
from bot.jobs import TICK, Crew, Job, Schedule
from bot.model.alert import Process
from bot.model.channel import Channel
from bot.model.command import Command, Reply
from bot.model.mute import unpolled
from bot.model.source import Source
from bot.operations.canary import TYPE as CANARY_TYPE
from bot.operations.canary import Canary, Trip
from bot.outbox import Drained, Outbox, Waits
from bot.protocols import Platform
from bot.station import NOWHERE_AT_ALL, Station, Watched
from bot.store.place import FilePlace, parse_place
from bot.texts import Texts
from bot.watchlists.live import LiveLists

log = structlog.get_logger()

POLLS_AT_ONCE = 80
"""A source that trickles keeps its place for half a minute: fifty of them must leave places for the others."""

INDEXINGS, INDEX_PAUSE = 10, 0.03
"""Times a second that a few articles are put into the index of words, and seconds in between for others to write."""

WELCOME_AGAIN = timedelta(minutes=1)
"""A channel that is joined anew within this time was welcomed already: perhaps by another bot on the same store."""

CHANNELS_WITHIN = 2.0
"""Seconds that a start waits for the chats to say which channels are meant."""

STOP_WITHIN = 10.0
"""Seconds that a graceful stop may take; Docker kills after more, Heroku and systemd after 30 and 90."""
WORK_ENDS_WITHIN, ALL_ENDS_WITHIN = 3.0, 6.0
"""Of these, when polls and messages must have ended by themselves, and when chats and store must have let go."""


class Bot:
    """The running bot: polls, decides, delivers, listens."""

    def __init__(self, setup: Setup, fetcher: HttpFetcher, station: Station | None = None) -> None:
        """Wire the rooms; nothing runs before `once` or `serve`. The `station` hears what they did."""
        self._setup = setup
        clock = SystemClock()
        self.station = station or Station(clock)
        self.canary = Canary(setup.store, clock, TimeOrderedIds(), to=setup.canary, every=setup.settings.canary_every)
        self.intake = Intake(
            setup.store,
            fetcher,
            {**readers(), CANARY_TYPE: self.canary.read},
            Texts(setup.store, fetcher, WORKERS, clock, age_limit=setup.settings.age_limit),
            clock,
            TimeOrderedIds(),
            lists=lambda: (*setup.lists(), self.canary.watchlist),
            live=live(setup.platforms),
            age_limit=setup.settings.age_limit,
            ops=setup.ops,
        )
        hears, ids = live(setup.platforms), TimeOrderedIds()
        self.digests = Digests(
            setup.store, clock, ids, lists=setup.lists, live=hears, sources=lambda: setup.sources, ops=setup.ops
        )
        self.outbox = Outbox(
            setup.store,
            {**setup.platforms, **NOWHERE_AT_ALL},
            clock,
            this_process(),
            waits_of(setup.settings),
            held=self.digests.held,
            settled=self.station.metrics.settled,
            ops=setup.ops,
        )
        found, shut = setup.directory.channel, self.digests.is_shut
        self.lists = LiveLists(setup.repo, setup.store, clock, ids, found=found, shut=shut, ops=setup.ops)
        self._clock = clock
        self._paused: frozenset[str] = frozenset()
        self._polls = Crew(POLLS_AT_ONCE)
        self._deliver_soon: Callable[[], None] = _nothing
        self._find_soon: Callable[[], None] = _nothing

    async def once(self, *, post: bool) -> tuple[tuple[Polled, ...], Drained]:
        """One full pass: poll every source, then deliver what is owed; with `post` off nothing is delivered."""
        await self.intake.open()
        await self.outbox.beat()
        limit = asyncio.Semaphore(POLLS_AT_ONCE)

        async def poll(source: Source) -> Polled:
            async with limit:
                return self.intake.left_alone(source, self._clock.now()) or await self.intake.poll(source)

        await self._begin_again()
        if post:
            await self._find_channels()
        await self._look_at_pauses()
        ended = await asyncio.gather(*(poll(source) for source in self._polled), return_exceptions=True)
        faults = [each for each in ended if isinstance(each, BaseException)]
        if faults:
            raise faults[0]
        await self.intake.flush()
        polled = tuple(each for each in ended if isinstance(each, Polled))
        await self.digests.release()
        await self.digests.release_left(self._setup.repo.sources())
        drained = await self.outbox.drain() if post else Drained()
        while await self._setup.store.index_articles():
            pass
        await self.outbox.leave()
        return polled, drained

    async def send_canary(self, within: float, every: float) -> Trip:
        """One canary now: delivered by the bot that runs on this store, or else by this one. How it ended."""
        await self.intake.open()
        await self.outbox.beat()
        await self.digests.look()
        try:
            return await self.canary.travel(self.intake.poll, self.outbox.drain, within, every)
        finally:
            await self.outbox.leave()

    async def serve(self, stop: asyncio.Event, *, post: bool) -> None:
        """Run until `stop` is set, then end within `STOP_WITHIN` seconds; with `post` off nothing is delivered."""
        schedule = Schedule(self._jobs(post=post), self._clock, ticked=self.station.pulse.tick)
        heard = [each for name, each in self._setup.platforms.items() if post or name == "console"]
        self._setup.console.on_close = stop.set
        try:
            if await done_before(stop, self._begin(schedule, heard, post=post)):
                await self._watch_until(stop)
        finally:
            await self._end(schedule, heard, Budget(ALL_ENDS_WITHIN))

    async def _watch_until(self, stop: asyncio.Event) -> None:
        """Until the stop is asked for, bring in lists that are edited; what commands need is made ready meanwhile."""
        beside = (
            asyncio.create_task(self.lists.watch(self._setup.repo.folder, stop, self._deliver_soon)),
            asyncio.create_task(self._setup.dispatch.make_ready()),
        )
        try:
            async with undisturbed():
                await stop.wait()
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)

    async def _begin(self, schedule: Schedule, heard: Sequence[Platform], *, post: bool) -> None:
        """Look where things stand, listen, and start to tick."""
        if not post:
            self.outbox.rest()
        await self.outbox.beat()
        self.intake.catches_up = True
        await self.intake.open()
        await self._look_at_pauses()
        await self._begin_again()
        if post:
            self._deliver_soon = partial(schedule.soon, "deliver")
            self._find_soon = partial(schedule.soon, "find channels")
        self.station.look_at(self._watched(post=post))
        for each in heard:
            await each.start(self._answer, joined=self._joined, suggest=self._setup.dispatch.suggest)
        if post:
            # A chat that does not answer must not keep sources from being polled; it is asked again and again.
            with suppress(TimeoutError):
                await asyncio.wait_for(self._find_channels(), CHANNELS_WITHIN)
        schedule.start()
        self.station.serves(schedule)

    async def _end(self, schedule: Schedule, heard: Sequence[Platform], budget: Budget) -> None:
        """Let what is under way end, then let go; each stage has what the ones before it have left."""
        self.station.stops()
        schedule.pause()
        WORKERS.cut_short()
        work = ALL_ENDS_WITHIN - WORK_ENDS_WITHIN
        await self._polls.finish(budget.left - work)
        await schedule.stop(budget.left - work)
        await budget.spend("noting the polls", self.intake.flush())
        # One that does not let go must not keep the others, nor the process.
        await asyncio.gather(*(budget.spend(f"leaving {each.name}", each.stop()) for each in heard))
        await budget.spend("leaving the store", self.outbox.leave())

    def _watched(self, *, post: bool) -> Watched:
        """What the station looks at; without posting no chat is expected to be connected."""
        setup, place = self._setup, parse_place(self._setup.settings.database_url.get_secret_value())
        return Watched(
            setup.store,
            self.canary,
            setup.platforms if post else {},
            lambda: setup.sources,
            self.intake.state,
            lambda: len(setup.repo.lists()),
            lambda: sum(finding.severity == "error" for finding in setup.repo.findings),
            place.path if isinstance(place, FilePlace) else None,
            lambda: self._paused,
            self.digests.is_shut,
        )

    def _jobs(self, *, post: bool) -> tuple[Job, ...]:
        every_second = timedelta(seconds=1)
        chat = (
            Job("find channels", timedelta(minutes=1), self._look_for_channels),
            Job("deliver", every_second, partial(self.outbox.keep_up, TICK)),
            self.station.canaries(self.canary, self._poll_canary, self._setup.ops),
        )
        return (
            Job("poll", every_second, self._begin_polls),
            Job("note polls", timedelta(seconds=10), self.intake.flush),
            Job("look at lists", timedelta(seconds=5), self._look_at_lists),
            Job("look at pauses", timedelta(seconds=5), self._look_at_pauses),
            Job("beat", timedelta(seconds=15), self.outbox.beat),
            Job("digests", timedelta(seconds=5), self._release),
            Job("index words", timedelta(seconds=1), self._index),
            Job("fold late messages", timedelta(minutes=1), self.digests.fold),
            Job("try parked channels", timedelta(minutes=10), self._try_parked),
            Job("what sources left behind", timedelta(minutes=10), self._release_left),
            self.station.retiring(self._setup.store),
            *(chat if post else ()),
        )

    async def _begin_polls(self) -> None:
        for source in self.intake.due(self._polled, self._clock.now()):
            self._polls.begin(source.key, self._poll_of(source), name=source.name)

    @property
    def _polled(self) -> tuple[Source, ...]:
        """The sources that nobody has paused."""
        return tuple(source for source in self._setup.sources if source.key not in self._paused)

    async def _look_at_pauses(self) -> None:
        """Which sources are paused by command, from whichever process that came."""
        self._paused = frozenset(unpolled(await self._setup.store.mutes(), self._clock.now()))

    async def _poll_canary(self, source: Source) -> None:
        await self.station.timed(self.intake.poll(source))
        self._deliver_soon()

    def _poll_of(self, source: Source) -> Callable[[], Awaitable[None]]:
        async def poll() -> None:
            polled = await self.station.timed(self.intake.poll(source))
            if polled.owed:
                self._deliver_soon()
            _tell(polled, heard=self._setup.ops is not None)

        return poll

    async def _joined(self, channel: Channel) -> Reply | None:
        """The bot was let into a channel or a server: what waited goes out. Of several bots on a store one welcomes."""
        await self._find_channels()
        await self.digests.let_out(channel)
        self._deliver_soon()
        if not channel.address:
            return None
        now = self._clock.now()
        if not await self._setup.store.is_first(f"welcome {channel}", now, now - WELCOME_AGAIN):
            return None
        return self._setup.dispatch.welcome(self._setup.directory.channel(channel))

    async def _look_at_lists(self) -> None:
        """Edited files come in at once where the system tells of them; this is for those it tells nothing of."""
        if await self.lists.look():
            self._deliver_soon()

    async def _find_channels(self) -> None:
        """Look for channels that no platform knew so far; what waited for one that is found goes out."""
        for written in await self._setup.directory.settle(self._written):
            await self.digests.let_out(written)

    async def _look_for_channels(self) -> None:
        """The same every minute, for those whose turn has come: what nobody finds is asked for ever less."""
        for written in await self._setup.directory.look(self._written):
            await self.digests.let_out(written)
            self._deliver_soon()

    @property
    def _written(self) -> frozenset[Channel]:
        """The channels as lists and settings have them."""
        rules = {rule.channel for each in self._setup.repo.lists() for rule in each.channels}
        return frozenset(rules | self._setup.wanted)

    async def _begin_again(self) -> None:
        """A start lets out what was parked; what has waited for long, here or there, comes as one digest."""
        await self.canary.open()
        await self.digests.look()
        await self.digests.let_out()
        await self.digests.fold()

    async def _index(self) -> None:
        """A few articles at a time, and most of the time nothing: polls and messages go before."""
        for _ in range(INDEXINGS):
            if not await self._setup.store.index_articles():
                return
            await asyncio.sleep(INDEX_PAUSE)

    async def _try_parked(self) -> None:
        """What nobody told us to try again is tried now and then: somebody may have seen to it."""
        if await self.digests.let_out(parked_for=timedelta(hours=self._setup.settings.parked_hours)):
            self._deliver_soon()

    async def _release(self) -> None:
        """Owe the digests whose time has come, and deliver them."""
        if await self.digests.release(caught_up=self.intake.caught_up(self._polled)):
            self._deliver_soon()

    async def _release_left(self) -> None:
        """What removed sources still held is owed, and delivered."""
        if await self.digests.release_left(self._setup.repo.sources()):
            self._deliver_soon()

    async def _answer(self, command: Command) -> Reply:
        """Answer a command; one from a channel, or a thread of it, lets out what could not be posted there."""
        reply = await self._setup.dispatch(command)
        for here in filter(None, (command.channel, command.within)):
            if self._setup.directory.heard_from(here):
                self._find_soon()
            with suppress(StoreUnavailable):
                if await self.digests.let_out(here):
                    self._deliver_soon()
        return reply


def _tell(polled: Polled, *, heard: bool) -> None:
    """A source that can't be read is news once, until the error is another one; so are its recovery and its notes.

    What is operational news is told here only where no channel hears it.
    """
    name = polled.source.name
    for news in () if heard else polled.news:
        log.warning("source", source=name, news=news)
    if polled.recovered:
        log.info("source works again", source=name)
    for note in polled.notes:
        log.info("source", source=name, note=note)
    if not polled.error or polled.again:
        return
    when = polled.next_poll.astimezone().strftime("%H:%M") if polled.next_poll else ""
    log.warning(
        "source can't be read", source=polled.source.name, reason=polled.error, next_try=when, cause=polled.cause
    )


def _nothing() -> None:
    """What is owed waits in the store when nothing may be posted."""


def this_process() -> Process:
    """The row of this process: a new boot id at every start."""
    now = SystemClock().now()
    return Process(TimeOrderedIds().new(), platform.node(), os.getpid(), now, now)


def waits_of(settings: Settings) -> Waits:
    """How long the outbox waits for what."""
    return Waits(
        lease=timedelta(seconds=settings.lease),
        look_up=timedelta(seconds=settings.look_up),
        edit_gap=timedelta(seconds=settings.edit_gap),
        retry=timedelta(seconds=settings.retry),
        retry_longest=timedelta(seconds=settings.retry_longest),
    )
