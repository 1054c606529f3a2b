"""A checksum kept with each row that may be long, and the question whether such rows are still as they were written.

SQLite keeps no checksums: what does not fit on the page of its row stands on pages of its own, and one of those that is
overwritten, or stands in the place of another, goes unnoticed. Each such page holds 3,500 bytes of a row or more, so it
is enough to guard the columns that may be long. Those that an index holds too are compared with it by SQLite, and the
texts of articles have a folded copy (`likelihood`).
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import add
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, LargeBinary, Row, Select, Table, Text, cast, func, select

from bot.store.border import clean
from bot.store.schema import alerts, bases, deliveries, revisions, sources, story_members, verdicts
from bot.store.types import DOCUMENTS

SUM = "checksum"
"""The column that holds it."""
LONG = 2_000
"""Bytes of a row from which on its end may stand on another page: half a page, so that no row is missed."""


class Guard(NamedTuple):
    """Which columns are summed up, and how people call the rows.

    The key is among them: a row whose end and checksum are those of another one must not pass for it.
    """

    noun: str
    columns: tuple[str, ...]


GUARDED: Mapping[Table, Guard] = {
    sources: Guard("sources", ("key", "etag", "last_modified", "error", "notes", "learnt")),
    story_members: Guard(
        "articles of stories",
        ("story_id", "article_id", "source", "title", "lead", "canonical_url", "companies"),
    ),
    verdicts: Guard("verdicts", ("article_id", "revision", "watchlist", "company", "best")),
    alerts: Guard("alerts", ("channel", "story_id", "card")),
    deliveries: Guard("messages", ("id", "channel", "kind", "card")),
    bases: Guard("lists as they last stood", ("watchlist", "file_hash", "parsed")),
    revisions: Guard("changes to lists", ("id", "watchlist", "name", "company", "rule", "before")),
}


def summed(table: Table, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row as it is to be written: with its checksum, where the table has one."""
    if table not in GUARDED:
        return row
    return {**row, SUM: _checksum(row[name] for name in GUARDED[table].columns)}


def rewritten(table: Table, columns: Collection[str]) -> Collection[str]:
    """The columns that change in a row that is there, with its checksum where that changes too."""
    if table not in GUARDED or set(columns).isdisjoint(GUARDED[table].columns):
        return columns
    return {*columns, SUM}


def is_whole(table: Table, row: Row[Any]) -> bool:
    """Whether a row that was read is still as it was written."""
    return bool(getattr(row, SUM) == _checksum(getattr(row, name) for name in GUARDED[table].columns))


def changed(execute: Callable[[Select[Any]], Iterable[Sequence[Any]]], dialect: str) -> Iterator[str]:
    """Of which tables long rows were changed by something else than the bot, a sentence each."""
    for table, guard in GUARDED.items():
        columns = [table.c[name] for name in guard.columns]
        found = execute(select(*map(_as_text, columns), table.c[SUM]).where(_length(table, dialect) > LONG))
        if number := sum(not _is_as_written(columns, row) for row in found):
            yield f"{number:,} {guard.noun} were changed by something else than the bot"


def _checksum(values: Iterable[Any]) -> str:
    """32 hex digits; the same for a document before it is written and after it was read, whatever the order in it."""
    told = [clean(value) if isinstance(value, str) else value for value in values]
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()[:32]


def _as_text(column: Column[Any]) -> ColumnElement[Any]:
    """As it stands there: a damaged document may be none."""
    return cast(column, Text) if isinstance(column.type, DOCUMENTS) else column


def _length(table: Table, dialect: str) -> ColumnElement[int]:
    """Bytes of a row, about."""
    lengths = (
        func.length(cast(each, LargeBinary)) if dialect == "sqlite" else func.octet_length(cast(each, Text))
        for each in table.c
    )
    return reduce(add, (func.coalesce(length, 0) for length in lengths))


def _is_as_written(columns: Sequence[Column[Any]], row: Sequence[Any]) -> bool:
    try:
        values = [_decoded(column, value) for column, value in zip(columns, row[:-1], strict=True)]
    except ValueError:
        return False
    return bool(row[-1] == _checksum(values))


def _decoded(column: Column[Any], value: Any) -> Any:
    return json.loads(value) if isinstance(column.type, DOCUMENTS) and value is not None else value
