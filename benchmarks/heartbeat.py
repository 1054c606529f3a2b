"""How long the event loop is kept from its work, told apart from how long the whole process is kept from its cores.

A task sleeps for a moment, again and again, and notes how late it wakes. On a machine with other work to do it wakes
late although nothing of ours is in its way. So of each gap only as much counts as this process computed meanwhile:
what blocks the loop, on its own thread or by holding the interpreter on another, computes. A call on the loop that only
waits, as for a disk, shows by the clock alone.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

BEAT = 0.005


@dataclass(slots=True)
class Gaps:
    """In seconds: how late the loop was in all (`wall`), and how much of it this process had computed (`held`)."""

    wall: list[float] = field(default_factory=list)
    held: list[float] = field(default_factory=list)

    def worst(self) -> float:
        """The longest time that something of ours kept the loop."""
        return max(self.held, default=0.0)


def part(values: list[float], share: float) -> float:
    """The value that this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


@asynccontextmanager
async def watched() -> AsyncIterator[Gaps]:
    """The gaps of the running loop until the end of the block."""
    gaps = Gaps()

    async def beat() -> None:
        while True:
            wall, cpu = time.perf_counter(), time.process_time()
            await asyncio.sleep(BEAT)
            late = time.perf_counter() - wall - BEAT
            gaps.wall.append(late)
            gaps.held.append(max(0.0, min(late, time.process_time() - cpu)))

    heart = asyncio.create_task(beat())
    await asyncio.sleep(0)
    try:
        yield gaps
    finally:
        heart.cancel()
