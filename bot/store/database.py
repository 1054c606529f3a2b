"""Connections and transactions: how both databases are opened, and what a transaction promises on each."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Dialect, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot.errors import StoreUnavailable
from bot.store.codec import dumps
from bot.store.driver import connected
from bot.store.faults import in_words
from bot.store.place import FilePlace, Place, ServerPlace
from bot.store.sums import rewritten, summed
from bot.store.usage import Usage

BUSY_SECONDS = 10
CONNECT_SECONDS = 10
CHUNK = 500
"""How many values one IN list takes; far below the limit of either database."""
FREED = 500
"""Pages that are given back to the disk at once: some milliseconds in which no one else writes."""
BATCH = 100
"""How many rows are prepared and written at once: a few milliseconds of the event loop."""
_STATEMENTS = 256
"""Statements that are kept ready: far more than one store has."""

Row = Mapping[str, Any]
_Item = TypeVar("_Item")

_Conflict = tuple[tuple[str, ...], tuple[str, ...]]
"""The key by which a row is there already, and the columns that then change."""


class Database:
    """Transactions on one store. Driver errors come out as StoreError; nothing of a failed transaction stays."""

    def __init__(self, engine: AsyncEngine, place: Place) -> None:
        """Take over an engine; `close` gives it back."""
        self.place = place
        self.engine = engine
        self._writers = engine.execution_options(writes=True)
        # SQLite has one writer: waiting here costs nothing, waiting there blocks a thread.
        self._turn = asyncio.Lock() if isinstance(place, FilePlace) else None
        self._closed = False
        self._usage = Usage(place)

    async def close(self) -> None:
        """Let go of all connections; safe to call twice."""
        self._closed = True
        await self.engine.dispose()
        self._usage.close()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads."""
        self._check_open()
        with in_words(self.place):
            async with self.engine.begin() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that writes, all or nothing."""
        if self._turn is None:
            async with self._begin_write() as connection:
                yield connection
            return
        async with self._turn, self._begin_write() as connection:
            yield connection

    @asynccontextmanager
    async def _begin_write(self) -> AsyncIterator[AsyncConnection]:
        self._check_open()
        with in_words(self.place):
            async with self._writers.begin() as connection:
                yield connection

    async def give_back(self) -> None:
        """Shorten a SQLite file by the pages that nothing uses, where it was made for that; a server sees to itself."""
        if self._turn is None:
            return
        free, before = await self._free_pages(), 0
        while free and free != before:
            # As a script: a single statement is not run to its end, and would give one page back.
            async with self._turn:
                await self._run_script(f"PRAGMA incremental_vacuum({FREED})")
            free, before = await self._free_pages(), free
        await self._run_script("PRAGMA wal_checkpoint(PASSIVE)")

    async def _free_pages(self) -> int:
        async with self.read() as connection:
            found: int = (await connection.exec_driver_sql("PRAGMA freelist_count")).scalar_one()
            return found

    async def _run_script(self, script: str) -> None:
        """Outside of any transaction."""
        self._check_open()
        with in_words(self.place):
            async with self.engine.connect() as connection:
                raw: Any = (await connection.get_raw_connection()).driver_connection
                await raw.executescript(script)

    def _check_open(self) -> None:
        if self._closed:
            raise StoreUnavailable(f"{self.place} was closed: open the store again")


def connect(place: Place) -> AsyncEngine:
    """An engine for the store; connects at first use."""
    if isinstance(place, ServerPlace):
        return create_async_engine(
            place.url(),
            pool_size=5,
            pool_pre_ping=True,
            hide_parameters=True,
            json_serializer=dumps,
            connect_args=_server_options(place),
        )
    engine = create_async_engine(
        place.url("aiosqlite"),
        hide_parameters=True,
        json_serializer=dumps,
        connect_args={"async_creator_fn": connected},
    )
    _prepare_sqlite(engine.sync_engine)
    return engine


def connect_blocking(place: Place) -> Engine:
    """The same for code that runs in a thread of its own; every connection is closed when it is given back."""
    if isinstance(place, ServerPlace):
        options = _server_options(place)
        return create_engine(
            place.url(), poolclass=NullPool, hide_parameters=True, json_serializer=dumps, connect_args=options
        )
    engine = create_engine(place.url("pysqlite"), poolclass=NullPool, hide_parameters=True, json_serializer=dumps)
    _prepare_sqlite(engine)
    return engine


def _server_options(place: ServerPlace) -> dict[str, Any]:
    given = place.url().query.get("options", "")
    # In UTC, because no date of the first year could be shown in a zone west of it.
    return {"connect_timeout": CONNECT_SECONDS, "options": f"{given} -c timezone=UTC".strip()}


def _prepare_sqlite(engine: Engine) -> None:
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)


def _set_pragmas(connection: Any, _record: object) -> None:
    # The driver's own transactions begin too late and DEFERRED: https://docs.python.org/3/library/sqlite3.html#isolation-level
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA page_count")
    if cursor.fetchone() == (0,):
        # Only a new file can be told that it gives its free pages back, and only before anything stands in it.
        cursor.execute("PRAGMA auto_vacuum=INCREMENTAL")
    for pragma in (f"busy_timeout={BUSY_SECONDS * 1000}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A DEFERRED transaction that turns to writing fails at once when another one writes, whatever the timeout.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def chunks(items: Iterable[_Item], size: int = CHUNK) -> Iterator[list[_Item]]:
    """The items in lists that fit into one statement; none for no items."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


async def insert(connection: AsyncConnection, table: Table, rows: Iterable[Row]) -> None:
    """Add rows in batches, with their checksums; a row that is there already fails the transaction."""
    await _write(connection, table, rows, None)


async def upsert(
    connection: AsyncConnection,
    table: Table,
    rows: Iterable[Row],
    *,
    key: Collection[str],
    update: Collection[str],
) -> None:
    """Add rows in batches; of one that is there, change the columns in `update` (none: leave it as it is).

    Where they are part of its checksum, the row is written as it is given: what stays must be in it as it stands there.
    """
    await _write(connection, table, rows, (tuple(key), tuple(sorted(rewritten(table, update)))))


async def _write(connection: AsyncConnection, table: Table, rows: Iterable[Row], conflict: _Conflict | None) -> None:
    for batch in chunks((summed(table, row) for row in rows), BATCH):
        writing = _writing(connection.dialect, table, tuple(batch[0]), conflict)
        await connection.exec_driver_sql(writing.statement, [writing.bound(row) for row in batch])


class _Writing:
    """A statement with its columns, made once: handed to the driver as it is, a row costs a fifth of SQLAlchemy's."""

    def __init__(self, dialect: Dialect, table: Table, columns: tuple[str, ...], conflict: _Conflict | None) -> None:
        insertion = sqlite.insert(table) if dialect.name == "sqlite" else postgresql.insert(table)
        compiled = _resolved(insertion, conflict).inline().compile(dialect=dialect, column_keys=columns)
        self.statement = str(compiled)
        self._names = tuple(compiled.positiontup or columns)
        self._by_place = compiled.positional
        types = (table.c[name].type.dialect_impl(dialect) for name in self._names)
        self._processors = tuple(each.bind_processor(dialect) or _as_it_is for each in types)

    def bound(self, row: Row) -> Any:
        """The values of a row as the driver takes them."""
        values = [process(row[name]) for name, process in zip(self._names, self._processors, strict=True)]
        return tuple(values) if self._by_place else dict(zip(self._names, values, strict=True))


# Each store that a process opens has a dialect of its own: what is kept for those that were closed is bounded.
_writing = lru_cache(_STATEMENTS)(_Writing)


def _as_it_is(value: Any) -> Any:
    return value


def _resolved(
    insertion: sqlite.Insert | postgresql.Insert, conflict: _Conflict | None
) -> sqlite.Insert | postgresql.Insert:
    if conflict is None:
        return insertion
    key, update = conflict
    if not update:
        return insertion.on_conflict_do_nothing(index_elements=key)
    new = {name: insertion.excluded[name] for name in update}
    return insertion.on_conflict_do_update(index_elements=key, set_=new)
