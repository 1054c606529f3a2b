"""Articles by their words: which ones hold all of them, the newest first.

SQLite's index of all parts of words takes some 0.3 ms of CPU an article. Articles are committed without it and wait for
it; a search looks through those that wait one by one, so that its answer is the same before and after.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, column, select, table, text
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.border import clean
from bot.store.database import CHUNK
from bot.store.schema import articles, not_canary

GRAM = 3
BEGINNINGS = 500
"""Trigrams that a shorter word may begin; one that begins more is looked for in the texts themselves."""
LATE = 1000
"""How many numbers an article may be behind its time of first sight: several polls end at once."""
INDEXED_AT_ONCE = 40
"""Articles in one transaction of the index: some 10 ms in which nothing else can be written."""

_numbers = table("search_numbers", column("seq"), column("article_id"))
_waiting = table("search_waiting", column("article_id"))
_TERMS = text("SELECT term FROM search_terms WHERE term >= :word AND term < :behind LIMIT :most")
_MATCHES = text(
    "SELECT rowid FROM search_grams WHERE search_grams MATCH :query AND rowid < :below AND rowid >= :first "
    "ORDER BY rowid DESC LIMIT :chunk"
)
_EVERYTHING = 2**62

_NEWEST_FIRST = (articles.c.first_seen.desc(), articles.c.id.desc())

# Those that wait longest first, by their ids, which sort by time. An article that was indexed before keeps its number.
_NEXT = "SELECT article_id FROM search_waiting ORDER BY article_id LIMIT :most"
_INDEXING = (
    text(
        f"INSERT OR IGNORE INTO search_numbers (article_id) SELECT id FROM articles WHERE id IN ({_NEXT})"  # noqa: S608
        " ORDER BY first_seen, id"
    ),
    text(
        "INSERT INTO search_grams (rowid, folded) SELECT seq, folded || char(10) FROM search_numbers"  # noqa: S608
        f" JOIN articles ON articles.id = article_id WHERE article_id IN ({_NEXT})"
    ),
)
_INDEXED = text(f"DELETE FROM search_waiting WHERE article_id IN ({_NEXT})")  # noqa: S608


async def index_waiting(connection: AsyncConnection) -> int:
    """Put the next articles that wait into the index; returns how many they were. In a transaction that writes."""
    if connection.dialect.name != "sqlite":
        return 0
    for statement in _INDEXING:
        await connection.execute(statement, {"most": INDEXED_AT_ONCE})
    return (await connection.execute(_INDEXED, {"most": INDEXED_AT_ONCE})).rowcount


async def find_holding(
    connection: AsyncConnection, words: Sequence[str], limit: int, since: datetime | None = None
) -> list[Row[Any]]:
    """Rows of the articles that hold every word, whatever the case, newest first; none without a word."""
    sought = [word for word in (clean(each).casefold().strip() for each in words) if word]
    if not sought or limit < 1:
        return []
    holds = [articles.c.folded.contains(word, autoescape=True) for word in sought]
    holds.append(not_canary(articles))
    if since is not None:
        holds.append(articles.c.first_seen >= since)
    query = await _query(connection, sought) if connection.dialect.name == "sqlite" else ""
    newest = select(articles).where(*holds).order_by(*_NEWEST_FIRST).limit(limit)
    if not query:
        return list(await connection.execute(newest))
    indexed: list[Row[Any]] = []
    async for row in _by_grams(connection, query, holds, await _first(connection, since)):
        indexed.append(row)
        if len(indexed) == limit:
            break
    # Neither joined nor in order: SQLite would walk through all articles by their time to find the few that wait.
    few = select(articles).where(articles.c.id.in_(select(_waiting.c.article_id)), *holds)
    waiting = await connection.execute(few)
    return sorted([*waiting, *indexed], key=lambda row: (row.first_seen, row.id), reverse=True)[:limit]


async def _by_grams(
    connection: AsyncConnection, query: str, holds: Sequence[ColumnElement[bool]], first: int
) -> AsyncIterator[Row[Any]]:
    """The articles whose trigrams match and that hold the words, from the last one that was added."""
    below = _EVERYTHING
    chunk = CHUNK // 5
    while True:
        wanted = {"query": query, "below": below, "first": first, "chunk": chunk}
        numbers = [row.rowid for row in await connection.execute(_MATCHES, wanted)]
        joined = select(articles).join(_numbers, _numbers.c.article_id == articles.c.id)
        which = joined.where(_numbers.c.seq.in_(numbers), *holds)
        for row in await connection.execute(which.order_by(_numbers.c.seq.desc())):
            yield row
        if len(numbers) < chunk:
            return
        below = numbers[-1]
        chunk = CHUNK


async def _query(connection: AsyncConnection, words: Sequence[str]) -> str:
    """The words as trigrams for the index; "" where it can't help."""
    parts: list[str] = []
    for word in words:
        if len(word) >= GRAM:
            parts += [_quoted(word[at : at + GRAM]) for at in range(len(word) - GRAM + 1)]
            continue
        span = {"word": word, "behind": word + chr(0x10FFFF), "most": BEGINNINGS}
        beginnings = [row.term for row in await connection.execute(_TERMS, span)]
        if 0 < len(beginnings) < BEGINNINGS:
            parts.append("(" + " OR ".join(map(_quoted, beginnings)) + ")")
    return " AND ".join(dict.fromkeys(parts))


def _quoted(gram: str) -> str:
    return '"' + gram.replace('"', '""') + '"'


async def _first(connection: AsyncConnection, since: datetime | None) -> int:
    """A number before those of all articles since then."""
    if since is None:
        return 0
    statement = (
        select(_numbers.c.seq)
        .join_from(articles, _numbers, _numbers.c.article_id == articles.c.id)
        .where(articles.c.first_seen >= since)
        .order_by(articles.c.first_seen)
        .limit(1)
    )
    seq = (await connection.execute(statement)).scalar()
    return _EVERYTHING if seq is None else max(0, seq - LATE)
