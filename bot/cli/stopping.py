"""How `run` is asked to end, and that it does: a signal asks, time makes sure, a second signal is at once."""

import asyncio
import os
import signal
import sys
import threading
from contextlib import suppress
from typing import NoReturn

from bot.apart import WORKERS
from bot.cli.shown import complain

CERTAIN_WITHIN = 7.0
"""Seconds from the signal to the end, whatever hangs: a thread that waits for a database can't be told to stop."""
TO_SAY = 0.5
"""Of these, seconds for the line that says so."""


def stop_event() -> asyncio.Event:
    """Set by Ctrl-C and by a request to end; from then on the process has `CERTAIN_WITHIN` seconds.

    A second signal ends it at once, as signals do that nobody handles.
    """
    stop, asked, loop = asyncio.Event(), threading.Event(), asyncio.get_running_loop()
    threading.Thread(target=_make_sure, args=(asked,), name="stopping", daemon=True).start()

    def ask_to_stop(*_: object) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        asked.set()
        with suppress(RuntimeError):  # the loop has just ended by itself
            loop.call_soon_threadsafe(stop.set)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask_to_stop)
    return stop


def leave(code: int) -> NoReturn:
    """End the process without taking it apart: seconds go by with freeing what large feeds have filled.

    Threads that still compute are not waited for; what they compute is of no use to anybody any more.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    WORKERS.kill()
    os._exit(code)


def _make_sure(asked: threading.Event) -> None:
    """End the process where it has not ended in time. All it leaves behind is what a `kill -9` may leave."""
    asked.wait()
    threading.Event().wait(CERTAIN_WITHIN - TO_SAY)
    words = f"something did not end within {CERTAIN_WITHIN:.0f} s and was cut off; the next start looks after it"
    # Whoever reads what we say may be what hangs.
    saying = threading.Thread(target=complain, args=(words,), daemon=True)
    saying.start()
    saying.join(TO_SAY)
    WORKERS.kill()
    os._exit(0)
