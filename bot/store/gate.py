"""The right to decide: one holder per store at a time, over all processes; whoever waits leaves the loop free."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from bot.store.database import Database
from bot.store.faults import in_words
from bot.store.place import FilePlace

if sys.platform != "win32":
    import fcntl

DECIDING = 0x6E616D65
"""The number of the advisory lock of deciding, in every PostgreSQL database that Namewatch uses."""

_FIRST_WAIT, _LONGEST_WAIT = 0.002, 0.1


class Gate:
    """First the turn within this process, then the one among processes."""

    def __init__(self, database: Database) -> None:
        """The lock belongs to the store, not to this object: two objects on one store exclude each other."""
        self._database = database
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def hold(self) -> AsyncIterator[None]:
        """Wait for the right to decide and hold it."""
        async with self._turn, self._among_processes():
            yield

    def _among_processes(self) -> AbstractAsyncContextManager[None]:
        place = self._database.place
        if isinstance(place, FilePlace):
            return _file_lock(place)
        return _advisory_lock(self._database)


@asynccontextmanager
async def _advisory_lock(database: Database) -> AsyncIterator[None]:
    """Held by a transaction of its own that does nothing else: however it ends, the lock ends with it."""
    stack = AsyncExitStack()
    with in_words(database.place):
        connection = await stack.enter_async_context(database.engine.connect())
    try:
        with in_words(database.place):
            await connection.execute(select(func.pg_advisory_xact_lock(DECIDING)))
        yield
    finally:
        # A connection that broke has let go of the lock by itself; what was decided stands either way.
        with suppress(SQLAlchemyError):
            await stack.aclose()


@asynccontextmanager
async def _file_lock(place: FilePlace) -> AsyncIterator[None]:
    """Held through a file beside the database; the system ends it with the process."""
    with in_words(place):
        handle = os.open(_lock_file(place), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        wait = _FIRST_WAIT
        while not _taken(handle, place):
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)
        yield
    finally:
        os.close(handle)


def _lock_file(place: FilePlace) -> Path:
    return place.path.with_name(place.path.name + ".lock")


def _taken(handle: int, place: FilePlace) -> bool:
    """Whether the lock is ours now. Without flock (Windows) only the turn within the process holds."""
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        with in_words(place):
            raise
    return True
