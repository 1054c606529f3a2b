"""The driver of SQLite with one trip to its thread for a question, and none for what nobody waits for.

Bare aiosqlite makes four for a statement: a cursor, the statement, its rows, the end of the cursor. A poll of some
twenty statements spent more time on those trips than in the database. The beginning of a transaction and rows that are
written travel with whatever comes next, at last with the commit; where one fails, that fails.
"""

import sqlite3
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import aiosqlite

AT_ONCE = 500
"""Rows that come with the statement; a longer result is fetched on as it is read."""

MANY = 100
"""Rows that are written at once, and not kept for the next trip."""

Rows = list[Any]


class Cursor(aiosqlite.Cursor):
    """Brings the first rows along with the statement."""

    _conn: "Connection"

    def __init__(self, connection: aiosqlite.Connection, cursor: sqlite3.Cursor) -> None:
        """Nothing is read yet."""
        super().__init__(connection, cursor)
        self._rows: Rows = []
        self._more = False

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> "Cursor":
        """One trip; none for the beginning of a transaction."""
        if sql.startswith("BEGIN"):
            self._conn.put_off(sql)
            return self
        self._rows, self._more = await self._execute(  # type: ignore[no-untyped-call]
            self._run, sql, () if parameters is None else parameters
        )
        return self

    async def executemany(self, sql: str, parameters: Iterable[Any]) -> "Cursor":
        """No trip for a few rows."""
        rows = list(parameters)
        self._conn.put_off(sql, rows)
        if len(rows) >= MANY:
            await self._conn.catch_up()
        return self

    def _run(self, sql: str, parameters: Iterable[Any]) -> tuple[Rows, bool]:
        self._cursor.execute(sql, parameters)  # type: ignore[arg-type]
        rows = self._cursor.fetchmany(AT_ONCE) if self._cursor.description else []
        return rows, len(rows) == AT_ONCE

    async def fetchone(self) -> sqlite3.Row | None:
        """The next row."""
        rows = await self.fetchmany(1)
        return next(iter(rows), None)

    async def fetchmany(self, size: int | None = None) -> Rows:
        """The next rows: those that came along, else another trip."""
        size = size or self.arraysize
        if self._rows or not self._more:
            rows, self._rows = self._rows[:size], self._rows[size:]
            return rows
        return list(await super().fetchmany(size))

    async def fetchall(self) -> Rows:
        """All that are left."""
        rows, self._rows = self._rows, []
        if self._more:
            self._more = False
            rows += await super().fetchall()
        return rows

    async def close(self) -> None:
        """Touches no disk, so it needs no trip."""
        self._cursor.close()


class Connection(aiosqlite.Connection):
    """Makes such cursors; gives up a transaction only where there can be one."""

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        """`connector` is called in the thread; the process need not wait for it to end."""
        super().__init__(connector, iter_chunk_size=AT_ONCE)
        self._thread.daemon = True
        self._settled = False
        self._put_off: list[Callable[[], object]] = []

    def put_off(self, sql: str, rows: Rows | None = None) -> None:
        """Do this before whatever comes next."""
        done = self._conn.execute if rows is None else self._conn.executemany
        self._put_off.append(partial(done, sql, *(() if rows is None else (rows,))))

    async def catch_up(self) -> None:
        """Do now what was put off."""
        await self._execute(_nothing)

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Who is cancelled while waiting leaves work behind in the thread, such as a transaction that begins."""
        self._settled = False
        before, self._put_off = self._put_off, []
        done = await super()._execute(_after, before, partial(fn, *args, **kwargs))  # type: ignore[no-untyped-call]
        self._settled = True
        return done

    def cursor(self) -> Any:
        """A cursor, made here: that takes no trip."""
        return Cursor(self, self._conn.cursor())

    async def rollback(self) -> None:
        """The pool asks for it each time that it gets a connection back, nearly always with nothing to give up."""
        self._put_off.clear()
        if not self._settled or self._conn.in_transaction:
            await super().rollback()


def _after(before: Iterable[Callable[[], object]], work: Callable[[], Any]) -> Any:
    for each in before:
        each()
    return work()


def _nothing() -> None:
    """A trip for what was put off alone."""


def connected(database: str, **options: Any) -> Connection:
    """A connection, to be awaited."""
    return Connection(partial(sqlite3.connect, database, **options))
