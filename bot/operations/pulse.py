"""Whether the event loop and the schedule move: measured, not believed."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping

BEAT = 0.25
"""Seconds between two looks at the loop."""
REMEMBERED = 60.0
"""Seconds for which the longest gap is remembered."""
STUCK = 30.0
"""Seconds without a tick of the schedule after which it is stuck: it ticks every second."""
HUNG = 600.0
"""Seconds that a job may take which never waits for strangers."""


class Pulse:
    """Measures by how much the loop is late, and knows when the schedule ticked last."""

    def __init__(self, time: Callable[[], float]) -> None:
        """`time` is a clock in seconds that never goes back."""
        self._time = time
        self._gaps: deque[tuple[float, float]] = deque()
        self._ticked: float | None = None
        self._running: Callable[[], Mapping[str, float]] = dict

    async def beat(self) -> None:
        """Measure until cancelled."""
        while True:
            before = self._time()
            await asyncio.sleep(BEAT)
            self.note(self._time() - before - BEAT)

    def note(self, gap: float) -> None:
        """The loop was late by so many seconds."""
        now = self._time()
        self._gaps.append((now, max(0.0, gap)))
        while self._gaps[0][0] < now - REMEMBERED:
            self._gaps.popleft()

    def tick(self) -> None:
        """The schedule looked what is due."""
        self._ticked = self._time()

    def watch(self, running: Callable[[], Mapping[str, float]]) -> None:
        """`running` tells for how many seconds each job has been at work."""
        self._running = running

    @property
    def loop_gap(self) -> float:
        """The longest gap of the last minute, in seconds."""
        return max((gap for at, gap in self._gaps if at >= self._time() - REMEMBERED), default=0.0)

    @property
    def tick_age(self) -> float:
        """Seconds since the last tick; 0 before the first, for then the bot is starting."""
        return 0.0 if self._ticked is None else self._time() - self._ticked

    def troubles(self) -> tuple[str, ...]:
        """What does not move, a sentence each; none while all is well."""
        found = []
        if self.tick_age > STUCK:
            found.append(f"the schedule has not ticked for {self.tick_age:.0f} s")
        hung = {name: seconds for name, seconds in self._running().items() if seconds > HUNG}
        found += [f"{name!r} has been running for {seconds / 60:.0f} min" for name, seconds in sorted(hung.items())]
        return tuple(found)
