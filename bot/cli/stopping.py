"""How `run` is asked to end, and that it does: a signal asks, time makes sure, a second signal is at once."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import NoReturn

from bot.apart import WORKERS
from bot.cli.shown import complain

CERTAIN_WITHIN = 7.0
"""Seconds from the signal to the end, whatever hangs: a thread that waits for a database can't be told to stop."""
TO_SAY = 0.5
"""Of these, seconds for the line that says so."""

_CUT_OFF = "something did not end within {:.0f} s and was cut off; the next start looks after it"
_ASKED_AGAIN = "asked to end a second time, and ended at once; the next start looks after what was under way"


class Signals:
    """What asks the process to end, from now on. At once, as signals do that nobody handles, until there is a `stop`.

    They are handled all the same: for the first process of a container a signal that nobody handles does nothing.
    """

    def __init__(self) -> None:
        """Begin to listen; in the main thread."""
        self._ask: Callable[[], object] | None = None
        self._arrived: SimpleQueue[int] = SimpleQueue()
        threading.Thread(target=self._end_in_time, name="stopping", daemon=True).start()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda number, _: self._arrived.put(number))

    def stop(self) -> asyncio.Event:
        """Set by the first signal, which leaves the process `CERTAIN_WITHIN` seconds; a second one ends it at once."""
        stop = asyncio.Event()
        self._ask = partial(asyncio.get_running_loop().call_soon_threadsafe, stop.set)
        return stop

    def _end_in_time(self) -> None:
        number = self._arrived.get()
        if self._ask is None:
            _end(128 + number)
        with suppress(RuntimeError):  # the loop has just ended by itself
            self._ask()
        # All that is left behind is what a `kill -9` may leave.
        try:
            again = self._arrived.get(timeout=CERTAIN_WITHIN - TO_SAY)
        except Empty:
            _end(0, _CUT_OFF.format(CERTAIN_WITHIN))
        _end(128 + again, _ASKED_AGAIN)


def leave(code: int) -> NoReturn:
    """End the process without taking it apart: seconds go by with freeing what large feeds have filled.

    Threads that still compute are not waited for; what they compute is of no use to anybody any more.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    WORKERS.kill()
    os._exit(code)


def _end(code: int, words: str = "") -> NoReturn:
    """End the process as it stands, once that has been said."""
    # Whoever reads what we say may be what hangs.
    saying = threading.Thread(target=complain, args=(words,), daemon=True)
    saying.start()
    saying.join(TO_SAY)
    WORKERS.kill()
    os._exit(code)
