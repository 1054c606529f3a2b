"""How a stop spends its time: one budget for all that is to be ended, whatever of it hangs."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

import structlog

from bot.errors import NamewatchError
from bot.jobs import TO_LET_GO

log = structlog.get_logger()


class Budget:
    """Seconds that run from now on."""

    def __init__(self, seconds: float) -> None:
        """`seconds` for everything that is to be done."""
        self._until = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """What is left of them, 0.0 where nothing is."""
        return max(0.0, self._until - time.monotonic())

    async def spend(self, doing: str, work: Coroutine[Any, Any, None]) -> None:
        """Do it with what is left; where it fails or takes longer, the log has a line and the stop goes on."""
        task = asyncio.create_task(work, name=doing)
        await asyncio.wait({task}, timeout=self.left)
        if not task.done():
            task.cancel()
            log.warning("stopped without waiting longer", doing=doing)
        elif not task.cancelled() and (error := task.exception()) is not None:
            fault = None if isinstance(error, NamewatchError) else error
            log.warning("stopped without success", doing=doing, reason=str(error), exc_info=fault)


async def done_before(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Whether this was done before the stop was asked for; if not it is cancelled. What it raises is raised."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
            return True
        return False
    finally:
        for each in (working, stopping):
            each.cancel()
        await asyncio.wait({working, stopping}, timeout=TO_LET_GO)
