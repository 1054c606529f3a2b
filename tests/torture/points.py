"""Named points of the bot at which it kills itself with SIGKILL: nothing of it runs after that."""

import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import wraps
from itertools import count
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.ext.asyncio import AsyncConnection

import bot.store.outbox as outbox_tables
from bot.store.database import Database
from bot.store.sql import SqlStore

Call = Callable[..., Awaitable[Any]]
Matters = Callable[..., bool]


def die() -> None:
    """At once, like a power cut."""
    os.kill(os.getpid(), signal.SIGKILL)


def always(*_: Any) -> bool:
    """Whatever the arguments."""
    return True


def owes(*outcomes: Any) -> bool:
    """Whether one of these outcomes brings messages."""
    return any(outcome.deliveries for outcome in outcomes)


def before(owner: Any, name: str, matters: Matters = always) -> None:
    """Die where this is called with arguments that matter."""
    wanted: Call = getattr(owner, name)

    @wraps(wanted)
    async def call(*given: Any, **named: Any) -> Any:
        if matters(*given):
            die()
        return await wanted(*given, **named)

    setattr(owner, name, call)


def after(owner: Any, name: str, matters: Matters = always) -> None:
    """Die where this has returned; `matters` judges what it returned, and what it was given."""
    wanted: Call = getattr(owner, name)

    @wraps(wanted)
    async def call(*given: Any, **named: Any) -> Any:
        found = await wanted(*given, **named)
        if matters(found, *given):
            die()
        return found

    setattr(owner, name, call)


def within(name: str, matters: Matters = always) -> None:
    """Die in the transaction of this method of the store, when all is written and nothing is committed."""
    wanted: Call = getattr(SqlStore, name)
    write = Database.write
    doomed = False

    @wraps(wanted)
    async def call(*given: Any, **named: Any) -> Any:
        nonlocal doomed
        doomed = matters(*given)
        return await wanted(*given, **named)

    @asynccontextmanager
    async def writing(database: Database) -> AsyncIterator[AsyncConnection]:
        async with write(database) as connection:
            yield connection
            if doomed:
                die()

    setattr(SqlStore, name, call)
    Database.write = writing  # type: ignore[assignment, method-assign]


def before_claim() -> None:
    """When something that is to be sent has just been committed."""
    commit: Call = SqlStore.commit

    @wraps(commit)
    async def committing(store: SqlStore, *outcomes: Any) -> Any:
        revision = await commit(store, *outcomes)
        if owes(*outcomes):
            before(SqlStore, "claim")
        return revision

    SqlStore.commit = committing  # type: ignore[assignment, method-assign]


POINTS: dict[str, Callable[[], None]] = {
    "before a claim": before_claim,
    "in the transaction of a claim": lambda: after(outbox_tables, "_take", lambda _, __, seqs, *___: bool(seqs)),
    "after a claim": lambda: after(SqlStore, "claim", lambda found, *_: bool(found)),
    "before it is settled": lambda: before(SqlStore, "settle_all", lambda _, ended, *__: bool(ended)),
    "in the transaction that settles": lambda: within("settle_all", lambda _, ended, *__: bool(ended)),
    "after it is settled": lambda: after(SqlStore, "settle_all", lambda _, __, ended, *___: bool(ended)),
    "in the commit of a poll": lambda: within("commit", lambda _, *outcomes: owes(*outcomes)),
    "after the commit of a poll": lambda: after(SqlStore, "commit", lambda _, __, *outcomes: owes(*outcomes)),
    "in the transaction of a digest": lambda: within("release"),
    "after the transaction of a digest": lambda: after(SqlStore, "release"),
}
"""What the bot does to itself. The points within a call to a platform are the platform's affair."""


def at_statement(number: int) -> None:
    """Die before the statement of this number is executed, whatever it is."""
    numbers = count(1)

    def look(*_: Any) -> None:
        if next(numbers) == number:
            die()

    event.listen(Engine, "before_cursor_execute", look)


DISKS = {"full disk": "max_page_count = 1", "read-only disk": "query_only = ON"}
"""What SQLite is told so that it fails as it does on such a disk."""


def fill(setting: str) -> None:
    """The disk is like this from the moment on at which the first message is owed."""

    def spoil(*outcomes: Any) -> bool:
        if owes(*outcomes):
            event.listen(Engine, "begin", lambda connection: connection.exec_driver_sql(f"PRAGMA {setting}"))
        return False

    before(SqlStore, "commit", lambda _, *outcomes: spoil(*outcomes))


def arm(point: str) -> None:
    """Prepare the end of this process at a point of `POINTS`, or at `statement <number>`, or one of `DISKS`."""
    if point in DISKS:
        fill(DISKS[point])
    elif point.startswith("statement "):
        at_statement(int(point.removeprefix("statement ")))
    elif point:
        POINTS[point]()
