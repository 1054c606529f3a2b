"""A store as a whole: copied to another place, kept as a file, put back. Each is verified before it counts."""

import hashlib
import json
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text
from sqlalchemy.engine import Row

from bot.errors import StoreError, StoreUnavailable
from bot.store.checking import wrong_in
from bot.store.database import connect_blocking
from bot.store.faults import in_words, store_error
from bot.store.health import check_whole
from bot.store.place import FilePlace, Place, parse_place
from bot.store.replacing import keep_beside, put_in_place, remove
from bot.store.schema import metadata, processes
from bot.store.upgrade import bring_up_to_date, complete
from bot.store.usage import Usage, refuse_living
from bot.store.versions import check_version

AT_ONCE = 500
"""Rows that are read and written together."""
_SUM = 1 << 128
_NAME_ANOTHER = "name one that 'namewatch db backup' made; nothing was changed"


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved: rows by table, and where what stood there before is kept."""

    rows: int
    tables: int
    kept: str = ""


def copy_store(source: str, target: str, now: datetime) -> Moved:
    """Copy everything, outbox and receipts among it, to an empty store of either kind; that is made where it is not.

    StoreError where a bot runs on one of them, where the target holds something, and where what arrived differs: then
    the target is as it was.
    """
    start, end = parse_place(source), parse_place(target)
    if start == end:
        raise StoreError(f"{start} is both ends: name another one to copy to")
    _refuse_missing(start)
    bring_up_to_date(end)
    return _copy_alone(start, end, now)


def back_up_store(url: str, file: Path) -> Moved:
    """Copy the store to a new SQLite file, also while a bot runs on it: what was committed when it began."""
    place = parse_place(url)
    if file.exists():
        raise StoreError(f"{file} is there already: name a new file")
    _refuse_missing(place)
    partial = FilePlace(file.with_name(f"{file.name}.partial"))
    partial.make_folder()
    remove(partial.path)
    try:
        if isinstance(place, FilePlace):
            _copy_file(place, partial)
        else:
            bring_up_to_date(partial)
            _copy(place, partial)
        moved = _verified(partial, place)
        put_in_place(partial.path, file)
    finally:
        remove(partial.path)
    return moved


def restore_store(url: str, file: Path, now: datetime) -> Moved:
    """Put a backup in the place of the store, once it has been found whole; what stood there is kept beside it.

    One that an earlier version made gets the tables of this one. StoreError where the file is no whole store, or where
    a bot runs.
    """
    place = parse_place(url)
    if not file.is_file():
        raise StoreError(f"there is no file {file}: {_NAME_ANOTHER}")
    if isinstance(place, FilePlace):
        return _restore_file(file, place)
    with tempfile.TemporaryDirectory(dir=file.absolute().parent) as folder:
        ready = Path(folder, "store.db")
        _made_ready(file, FilePlace(ready))
        return copy_store(str(ready), url, now)


def _refuse_missing(place: Place) -> None:
    if isinstance(place, FilePlace) and not place.path.exists():
        raise StoreError(f"there is no store at {place}: name one that is there ('namewatch status' says where it is)")


def _restore_file(backup: Path, place: FilePlace) -> Moved:
    place.make_folder()
    usage = Usage(place, alone=True)
    partial = FilePlace(place.path.with_name(f"{place.path.name}.partial"))
    try:
        remove(partial.path)
        moved = _made_ready(backup, partial)
        kept = keep_beside(place)
        put_in_place(partial.path, place.path)
        return Moved(moved.rows, moved.tables, kept)
    finally:
        remove(partial.path)
        usage.close()


def _made_ready(file: Path, copy: FilePlace) -> Moved:
    """Copy a backup, with the tables of this version, and look whether it is whole; StoreError says what is wrong."""
    backup = FilePlace(file)
    log = file.with_name(f"{file.name}-wal")
    try:
        # Nobody writes it, so nothing needs to be written beside it: it may be on a disk that is read-only.
        _copy_file(backup, copy, "mode=ro" if log.exists() and log.stat().st_size else "immutable=1")
        check_whole(copy)
    except StoreUnavailable:
        raise
    except StoreError:
        raise StoreError(f"{backup} is damaged, or no backup at all: {_NAME_ANOTHER}") from None
    complete(copy, backup)
    return _verified(copy, backup)


def _copy_file(source: FilePlace, target: FilePlace, access: str = "mode=ro") -> None:
    """Copy what was committed; how SQLite is to open the source: <https://www.sqlite.org/uri.html>."""
    with (
        in_words(source),
        closing(sqlite3.connect(f"{source.path.absolute().as_uri()}?{access}", uri=True)) as reading,
        closing(sqlite3.connect(target.path)) as writing,
    ):
        try:
            reading.backup(writing)
        except sqlite3.Error as error:
            raise store_error(error, target if error.sqlite_errorcode == sqlite3.SQLITE_FULL else source) from None


def _verified(place: FilePlace, called: Place) -> Moved:
    """How much a file holds; StoreError says what is wrong with it, which it names as `called`."""
    check_whole(place, called)
    engine = connect_blocking(place)
    with in_words(called), engine.connect() as connection:
        check_version(connection, called)
        if wrong := wrong_in(connection):
            raise StoreError(f"{called} does not add up ({wrong[0]}): nothing was changed")
        counts = [_count(connection, table) for table in _moved_tables()]
    return Moved(sum(counts), len(counts))


def _copy_alone(source: Place, target: Place, now: datetime) -> Moved:
    usages = [Usage(place, alone=True) for place in (source, target)]
    try:
        return _copy(source, target, now)
    finally:
        for usage in usages:
            usage.close()


def _copy(source: Place, target: Place, now: datetime | None = None) -> Moved:
    """One transaction on either side; `now`: nobody may live on either."""
    with _snapshot(source) as reading, in_words(target), connect_blocking(target).connect() as connection:
        writing = connection.execution_options(writes=True)
        with writing.begin():
            check_version(reading, source)
            for each, place in ((reading, source), (writing, target)):
                if now is not None:
                    refuse_living(each, place, now)
            return _copy_rows(reading, writing, target)


@contextmanager
def _snapshot(place: Place) -> Iterator[Connection]:
    """A transaction that sees the store as it is when it begins, whatever is written meanwhile."""
    with in_words(place), connect_blocking(place).connect() as connection:
        level = {} if isinstance(place, FilePlace) else {"isolation_level": "REPEATABLE READ"}
        yield connection.execution_options(stream_results=True, **level)


def _copy_rows(reading: Connection, writing: Connection, target: Place) -> Moved:
    tables = _moved_tables()
    full = next((table.name for table in tables if _count(writing, table)), "")
    if full:
        raise StoreError(f"{target} is not empty (it has {full}): name an empty one; nothing was changed")
    total = 0
    for table in tables:
        rows, sent = _poured(reading, writing, table)
        if (rows, sent) != _summed(_read(writing, table)):
            raise StoreError(f"{table.name} did not arrive in {target} as it was: nothing was changed, try again")
        _count_on(writing, table)
        total += rows
    return Moved(total, len(tables))


def _poured(reading: Connection, writing: Connection, table: Table) -> tuple[int, int]:
    """Rows and their sum, as they were read."""
    rows = total = 0
    for part in _read(reading, table):
        writing.execute(insert(table), [dict(row._mapping) for row in part])  # noqa: SLF001 - SQLAlchemy's public name
        counted, summed = _summed([part])
        rows, total = rows + counted, (total + summed) % _SUM
    return rows, total


def _read(connection: Connection, table: Table) -> Iterator[Sequence[Row[Any]]]:
    yield from connection.execute(select(table).order_by(*table.primary_key)).partitions(AT_ONCE)


def _summed(parts: Iterator[Sequence[Row[Any]]] | Sequence[Sequence[Row[Any]]]) -> tuple[int, int]:
    """How many rows, and a sum over all of their values, whatever their order."""
    rows = total = 0
    for part in parts:
        for row in part:
            said = json.dumps(list(row), default=_said, sort_keys=True).encode()
            total = (total + int.from_bytes(hashlib.sha256(said).digest()[:16], "big")) % _SUM
        rows += len(part)
    return rows, total


def _said(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else repr(value)


def _count_on(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows behind those that are there; SQLite does by itself."""
    if connection.dialect.name == "postgresql" and "seq" in table.c:
        last = _count(connection, table) and connection.scalar(select(func.max(table.c.seq)))
        sequence = {"name": table.name, "last": last or 1, "used": bool(last)}
        connection.execute(text("SELECT setval(pg_get_serial_sequence(:name, 'seq'), :last, :used)"), sequence)


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _moved_tables() -> list[Table]:
    """Parents before children; who ran on the old store does not run on the new one."""
    return [table for table in metadata.sorted_tables if table is not processes]
