"""What runs when. APScheduler is a clock only: one tick a second, which starts what a pure function says is due."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.errors import NamewatchError
from bot.protocols import Clock

log = structlog.get_logger()

TICK = timedelta(seconds=1)
TO_LET_GO = 1.0
"""Seconds that cancelled work has to let go of what it holds."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do again and again. It is never started while its last run is still going on."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[object]]


def due(jobs: Sequence[Job], started: Mapping[str, datetime], now: datetime) -> tuple[Job, ...]:
    """The jobs whose time has come, given when each was last started; one never started is due.

    So is one that was started in the future: the clock went back, and waiting for it would be silence.
    """
    return tuple(
        job for job in jobs if job.name not in started or not timedelta(0) <= now - started[job.name] < job.every
    )


class Crew:
    """Runs at most so many pieces of work at once, and never two of one key."""

    def __init__(self, hands: int) -> None:
        """`hands`: how many at once; the others wait their turn."""
        self._free = asyncio.Semaphore(hands)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._troubles: dict[str, str] = {}

    def begin(self, key: str, work: Callable[[], Awaitable[object]], name: str = "") -> None:
        """Start this work, unless work of that key is waiting or running; `name` is the key's for the log."""
        if key in self._tasks:
            return
        task = asyncio.create_task(self._work(key, work, name or key), name=name or key)
        self._tasks[key] = task
        task.add_done_callback(lambda _: self._tasks.pop(key, None))

    @property
    def at_work(self) -> frozenset[str]:
        """The keys of what is waiting or running."""
        return frozenset(self._tasks)

    async def finish(self, within: float) -> None:
        """Wait for all work, at most so many seconds; what is not done by then is cancelled, and given one more."""
        tasks = tuple(self._tasks.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=max(0.0, within))
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=TO_LET_GO)

    async def _work(self, key: str, work: Callable[[], Awaitable[object]], name: str) -> None:
        """Do the work; whatever it raises ends nothing else, and the same trouble is told once until it is over."""
        trouble = ""
        async with self._free:
            try:
                await work()
            except NamewatchError as error:
                trouble = str(error)
                if trouble != self._troubles.get(key):
                    log.warning("will try again", work=name, reason=trouble)
            except Exception as error:  # a fault of ours in one piece of work must not end the others
                trouble = repr(error)
                if trouble != self._troubles.get(key):
                    log.exception("fault", work=name)
        self._troubles[key] = trouble


class Schedule:
    """Runs jobs until it is stopped."""

    def __init__(
        self, jobs: Sequence[Job], clock: Clock, tick: timedelta = TICK, *, ticked: Callable[[], None] = lambda: None
    ) -> None:
        """`jobs` have different names; `tick` is how often it is looked what is due, and `ticked` hears of each."""
        self._ticked = ticked
        self._tick = tick
        self._jobs = jobs
        self._clock = clock
        self._started: dict[str, datetime] = {}
        self._at_work_since: dict[str, datetime] = {}
        self._crew = Crew(len(jobs))
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._ticking = False

    def start(self) -> None:
        """Begin to tick, the first time at once; needs a running event loop."""
        trigger = IntervalTrigger(seconds=self._tick.total_seconds(), timezone=UTC)
        self._scheduler.add_job(self._on_loop, trigger, max_instances=1, coalesce=True, misfire_grace_time=None)
        self._scheduler.start()
        self._ticking = True
        self.tick()

    def tick(self) -> None:
        """Start every job that is due and not running."""
        self._ticked()
        now = self._clock.now()
        for job in due(self._jobs, self._started, now):
            self._begin(job, now)

    def running(self) -> Mapping[str, float]:
        """For how many seconds each job that is at work has been."""
        now = self._clock.now()
        return {name: (now - self._at_work_since[name]).total_seconds() for name in self._crew.at_work}

    def soon(self, name: str) -> None:
        """Start this job now, whatever its rhythm, unless it is running."""
        self._begin(next(job for job in self._jobs if job.name == name), self._clock.now())

    async def _on_loop(self) -> None:
        """As a coroutine, or else APScheduler would run it in a thread."""
        self.tick()

    def pause(self) -> None:
        """No tick after this; what is running goes on."""
        if self._ticking:
            self._ticking = False
            self._scheduler.shutdown(wait=False)

    async def stop(self, within: float) -> None:
        """No tick after this; what is running has so many seconds to end."""
        self.pause()
        await self._crew.finish(within)

    def _begin(self, job: Job, now: datetime) -> None:
        self._started[job.name] = now
        if job.name not in self._crew.at_work:
            self._at_work_since[job.name] = now
        self._crew.begin(job.name, job.run)
