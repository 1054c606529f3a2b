"""The station: where the running bot is watched from. Pages, figures, the canary and retention, wired to its rooms."""

import asyncio
import shutil
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Self

from bot import __version__
from bot.config import Settings
from bot.errors import SettingsError, StoreError
from bot.intake import Polled
from bot.jobs import Job, Schedule
from bot.model.channel import Channel
from bot.model.source import Source, SourceState
from bot.model.upkeep import CANARY
from bot.operations.canary import Canary, Nowhere, keep
from bot.operations.metrics import Metrics
from bot.operations.pages import Pages
from bot.operations.pulse import Pulse
from bot.operations.retention import EVERY, Kept, retire
from bot.polling import condition
from bot.protocols import Clock, Platform, Store
from bot.site import Site, site_at
from bot.store.place import FilePlace, parse_place

PATIENT = frozenset({"deliver"})
"""Jobs that may take as long as there is work."""
LOOK_AT_CANARY = timedelta(seconds=2)
STORE_ANSWERS_IN = 5.0
"""Seconds after which a store that does not answer is said to be away."""
NOWHERE_AT_ALL: Mapping[str, Platform] = {Nowhere.name: Nowhere()}
"""The destination of canaries that nobody shall see."""
CONDITIONS = ("gone", "failing", "late", "silent", "paused", "unpolled", "moved", "fine")


@dataclass(frozen=True, slots=True)
class Watched:
    """What the station looks at, once the bot is wired. `file`: that of a SQLite store.

    `platforms` that messages go to: without any, nothing is delivered, and no canary sent.
    `paused`: the keys of sources that are not polled because somebody wanted that; `shut`: whether a channel is not
    to be disturbed now.
    """

    store: Store
    canary: Canary
    platforms: Mapping[str, Platform]
    sources: Callable[[], Sequence[Source]]
    state: Callable[[Source], SourceState]
    lists: Callable[[], int]
    errors: Callable[[], int]
    file: Path | None = None
    paused: Callable[[], Collection[str]] = frozenset
    shut: Callable[[Channel], bool] = lambda _: False


class Station:
    """Hears what the rooms did, and shows it."""

    def __init__(self, clock: Clock, site: Site | None = None, kept: Kept | None = None) -> None:
        """`site`: where pages are shown; None shows none."""
        self.metrics = Metrics(__version__, clock.now())
        self.pulse = Pulse(time.monotonic)
        self._clock = clock
        self._kept = kept or Kept()
        self._watched: Watched | None = None
        self._serving = False
        self._stack = AsyncExitStack()
        self._pages = site and Pages(
            site, self.metrics, sick=self.pulse.troubles, unready=self._unready, gather=self.gather
        )

    async def __aenter__(self) -> Self:
        """Open the pages: from here on somebody may ask."""
        if self._pages:
            await self._pages.open()
            self._stack.push_async_callback(self._pages.close)
        beating = asyncio.create_task(self.pulse.beat(), name="pulse")
        self._stack.push_async_callback(_ended, beating)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close them."""
        await self._stack.aclose()

    def look_at(self, watched: Watched) -> None:
        """The store is open and the lists are loaded."""
        self._watched = watched
        self.metrics.delivers_to(watched.platforms)

    def serves(self, schedule: Schedule) -> None:
        """The schedule begins to tick."""
        self._serving = True
        self.pulse.watch(lambda: {name: s for name, s in schedule.running().items() if name not in PATIENT})

    def stops(self) -> None:
        """The bot is asked to end."""
        self._serving = False

    async def timed(self, poll: Awaitable[Polled]) -> Polled:
        """Count a poll, and what it brought; canaries are not counted."""
        began = time.monotonic()
        polled = await poll
        if polled.source.tenant != CANARY:
            outcome = "failed" if polled.error else "read"
            self.metrics.polled(outcome, time.monotonic() - began, polled.articles, polled.ledger)
        return polled

    def retiring(self, store: Store) -> Job:
        """Letting go of what is not kept any longer."""
        return Job(
            "let go of what is old", EVERY, partial(retire, store, self._clock, self._kept, self.metrics.retired)
        )

    def canaries(self, canary: Canary, poll: Callable[[Source], Awaitable[object]], ops: Channel | None) -> Job:
        """Sending canaries; `poll` polls a source, `ops` hears of those that are missing."""
        return Job("canary", LOOK_AT_CANARY, partial(keep, canary, poll, ops))

    async def gather(self) -> None:
        """Bring the gauges up to date."""
        self.metrics.pulse(loop_gap=self.pulse.loop_gap, tick_age=self.pulse.tick_age)
        if self._watched is not None:
            self._gather_sources(self._watched)
            await self._gather_store(self._watched)

    def _gather_sources(self, watched: Watched) -> None:
        now, canary = self._clock.now(), watched.canary
        sources, paused = watched.sources(), watched.paused()
        states = [watched.state(source) for source in sources if source.key not in paused]
        found: Counter[str] = Counter(dict.fromkeys(CONDITIONS, 0))
        found.update(condition(state, now) for state in states)
        found["paused"] += len(sources) - len(states)
        waits = [(now - state.next_poll).total_seconds() for state in states if state.next_poll]
        self.metrics.watches(found, lists=watched.lists(), errors=watched.errors(), lag=max(0.0, 0.0, *waits))
        if canary.sends and watched.platforms:
            self.metrics.canary(rhythm=canary.rhythm, age=canary.age, missing=canary.missing, trip=canary.last_trip)

    async def _gather_store(self, watched: Watched) -> None:
        try:
            async with asyncio.timeout(STORE_ANSWERS_IN):
                self.metrics.stands(await watched.store.backlog(), self._clock.now(), watched.shut)
                self.metrics.takes(await watched.store.size(), free_beside(watched.file))
        except (StoreError, TimeoutError):
            self.metrics.stands(None, self._clock.now())

    def _unready(self) -> tuple[str, ...]:
        if self._watched is None:
            return ("the store is being opened and the lists are being loaded",)
        if not self._serving:
            return ("not polling yet, or being stopped",)
        deaf = sorted(name for name, platform in self._watched.platforms.items() if not platform.listens)
        return tuple(f"{name} is not connected" for name in deaf)


def station_of(settings: Settings, clock: Clock) -> Station:
    """The station that the settings ask for."""
    texts, ledger, sent = (
        timedelta(days=days) if days else None
        for days in (settings.keep_texts_days, settings.keep_ledger_days, settings.keep_sent_days)
    )
    site = site_at(settings.port[1], settings.port[0]) if settings.port else None
    return Station(clock, site, Kept(texts, ledger, sent))


def refuse_throwaway_disk(settings: Settings, environment: Mapping[str, str]) -> None:
    """SettingsError where everything would be kept in a file that a Heroku dyno loses at each restart."""
    place = parse_place(settings.database_url.get_secret_value())
    if environment.get("DYNO") and isinstance(place, FilePlace) and not settings.throwaway_disk:
        raise SettingsError(
            f"the disk of a dyno is thrown away at least once a day, and {place} with it: what was posted would be "
            "posted again. Add PostgreSQL: heroku addons:create heroku-postgresql:essential-0 "
            "(or set NAMEWATCH_THROWAWAY_DISK=yes and lose it)"
        )


def free_beside(file: Path | None) -> int | None:
    """Bytes that are free on the disk of a file; None where there is none."""
    try:
        return shutil.disk_usage(file.absolute().parent).free if file else None
    except OSError:
        return None


async def _ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
