"""Who has a store open: what replaces or leaves it must not do so under a running bot."""

import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, select

from bot.errors import StoreError
from bot.store.faults import in_words
from bot.store.place import FilePlace, Place
from bot.store.schema import processes

if sys.platform != "win32":
    import fcntl

LIVES = timedelta(seconds=60)
"""A bot says four times in this time that it lives."""


class Usage:
    """Held while a SQLite file is open, together with others; the system ends it with the process."""

    def __init__(self, place: Place, *, alone: bool = False) -> None:
        """StoreError where `alone` is asked for and somebody has the file open, or has it for itself."""
        self._handle: int | None = None
        if sys.platform == "win32" or not isinstance(place, FilePlace):
            return
        with in_words(place):
            self._handle = os.open(_lock_file(place), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            self.close()
            what = "a bot or another command has it open: stop it first" if alone else "it is being replaced: try again"
            raise StoreError(f"{place} is in use, {what}") from None

    def close(self) -> None:
        """Let go of it; safe to call twice."""
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)


def refuse_living(connection: Connection, place: Place, now: datetime) -> None:
    """StoreError where a bot on this store has lately said that it lives. For databases without a file."""
    if isinstance(place, FilePlace):
        return
    living = connection.execute(select(processes).where(processes.c.beat > now - LIVES)).first()
    if living is not None:
        raise StoreError(
            f"a bot runs on {place} (process {living.pid} on {living.host}): stop it first; one that was killed counts "
            f"as running for {LIVES.total_seconds():.0f} s"
        )


def _lock_file(place: FilePlace) -> Path:
    return place.path.with_name(place.path.name + ".open")
