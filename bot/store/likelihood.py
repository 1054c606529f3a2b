"""Whether a SQLite file that `PRAGMA integrity_check` finds well formed can be what the bot wrote.

SQLite keeps no checksums: a page that is replaced by another one of the same kind goes unnoticed where no index tells
what should stand there. That is so with the end of a long value, and with tables that SQLite keeps for itself.
"""

import sqlite3
from collections.abc import Iterator
from functools import partial
from typing import Any

from sqlalchemy import Select
from sqlalchemy.dialects import sqlite

from bot.store import rows
from bot.store.sums import SUM, changed

_NUMBERED = ("deliveries", "routing_changes", "revisions", "search_numbers")

_INDEXED = "SELECT seq FROM search_numbers WHERE article_id NOT IN (SELECT article_id FROM search_waiting)"

_IMPOSSIBLE = {
    "rows have a number that was never given": (
        "search_waiting",
        *(
            f"SELECT 1 FROM (SELECT max(seq) AS last FROM {table}) WHERE last > coalesce((SELECT max(seq) FROM"  # noqa: S608
            f" sqlite_sequence WHERE name = '{table}'), 0)"
            for table in _NUMBERED
        ),
        "SELECT 1 FROM sqlite_sequence WHERE typeof(seq) <> 'integer' OR name NOT IN (SELECT name FROM sqlite_master)",
    ),
    "the index for searches holds what is none": (
        "search_waiting",
        "SELECT 1 FROM search_grams_data WHERE typeof(block) <> 'blob'",
        "SELECT 1 FROM search_grams_docsize WHERE typeof(sz) <> 'blob'",
        "SELECT 1 FROM search_grams_idx WHERE typeof(segid) <> 'integer' OR typeof(pgno) <> 'integer'",
        "SELECT 1 WHERE (SELECT count(*) FROM search_grams_data WHERE id IN (1, 10)) < 2",  # averages and structure
        "SELECT 1 FROM search_grams_config WHERE k <> 'version'",
        "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM search_grams_config WHERE k = 'version' AND typeof(v) = 'integer')",
        f"SELECT id FROM search_grams_docsize EXCEPT {_INDEXED}",  # noqa: S608
        f"{_INDEXED} EXCEPT SELECT id FROM search_grams_docsize",  # noqa: S608
        "SELECT 1 FROM search_waiting WHERE article_id NOT IN (SELECT id FROM articles)",
        "SELECT id FROM articles EXCEPT SELECT article_id FROM search_numbers EXCEPT SELECT * FROM search_waiting",
    ),
}
"""A sentence, the table without which a store is too old for it, and questions that have no answer in a whole one."""

_SUMMED = f"SELECT 1 FROM pragma_table_info('bases') WHERE name = '{SUM}'"  # noqa: S608
"""Answered where a store is not too old for checksums."""


def unlikely(connection: sqlite3.Connection) -> tuple[str, ...]:
    """What something else than the bot must have changed, a sentence each. Reads all texts."""
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    found = [
        sentence for sentence, (needed, *asked) in _IMPOSSIBLE.items() if needed in tables and _any(connection, asked)
    ]
    connection.text_factory = partial(str, encoding="utf-8", errors="replace")
    if "articles" in tables and (differ := sum(_differ(connection))):
        found.append(f"{differ:,} articles were changed by something else than the bot")
    if _any(connection, [_SUMMED]):
        found += changed(partial(_asked, connection), sqlite.dialect.name)
    return tuple(found)


def _asked(connection: sqlite3.Connection, question: Select[Any]) -> sqlite3.Cursor:
    return connection.execute(str(question.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})))


def _any(connection: sqlite3.Connection, asked: list[str]) -> bool:
    return any(connection.execute(f"{each} LIMIT 1").fetchone() for each in asked)


def _differ(connection: sqlite3.Connection) -> Iterator[bool]:
    """For each article whether its text and the folded copy of it differ.

    Where it is so long that its end has a page of its own, that page holds a part of the copy.
    """
    for title, text, copy in connection.execute("SELECT title, text, folded FROM articles"):
        folded = rows.folded(title, text)
        # A newer Python may know more capital letters than the one that wrote the copy.
        yield copy != folded and copy.casefold() != folded
