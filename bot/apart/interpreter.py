"""The interpreter's own habits that would keep the event loop from its work."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

SWITCH_SECONDS = 0.001
"""How long the loop waits for a thread that computes; the interpreter's own 5 ms add up over several threads."""

LOOKED_THROUGH_EVERY = 6 * 3600.0
"""Seconds from one collection that goes through old objects to the next."""


@asynccontextmanager
async def undisturbed(every: float = LOOKED_THROUGH_EVERY) -> AsyncIterator[None]:
    """Meanwhile no thread keeps the loop waiting for long, and a collection of garbage seldom goes through old objects.

    A full collection looks at every object while everything waits: 80 ms with 500 companies, more with more. Here
    what has survived one is looked at again only once in `every` seconds. What becomes garbage later than that and
    forms a cycle stays until then: the parts of the bot that live long form none, but the connection to a chat does,
    0.3 MB each time that it breaks.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
    gc.callbacks.append(_keep_survivors)
    looking = asyncio.create_task(_look_through(every))
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        gc.callbacks.remove(_keep_survivors)
        gc.unfreeze()
        sys.setswitchinterval(before)


async def _look_through(every: float) -> None:
    while True:
        await asyncio.sleep(every)
        gc.unfreeze()
        gc.collect()


def _keep_survivors(phase: str, about: Mapping[str, int]) -> None:
    if phase == "stop" and about["generation"] == 2:
        gc.freeze()
