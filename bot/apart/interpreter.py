"""The interpreter's own habits that would keep the event loop from its work."""

import gc
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

SWITCH_SECONDS = 0.001
"""How long the loop waits for a thread that computes; the interpreter's own 5 ms add up over several threads."""


@contextmanager
def undisturbed() -> Iterator[None]:
    """Meanwhile no thread keeps the loop waiting for long, and no collection of garbage goes through old objects.

    A full collection looks at every object while everything waits: 80 ms with 500 companies, more with more. Here
    what has survived one is not looked at again. Only cycles that become garbage later than that are not freed, and
    the parts of the bot that live long have none.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
    gc.callbacks.append(_keep_survivors)
    try:
        yield
    finally:
        gc.callbacks.remove(_keep_survivors)
        gc.unfreeze()
        sys.setswitchinterval(before)


def _keep_survivors(phase: str, about: Mapping[str, int]) -> None:
    if phase == "stop" and about["generation"] == 2:
        gc.freeze()
