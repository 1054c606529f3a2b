"""What was seen before, looked up by id, by address and by title: for a whole group of polls one question."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial
from itertools import count
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.extraction.identity import earlier_title_keys
from bot.model.article import Identity, Known
from bot.model.source import SourceState
from bot.store import rows
from bot.store.border import clean, shorten
from bot.store.codec import dumps
from bot.store.database import chunks
from bot.store.schema import articles, meta, seen, sources

TITLES_AT_ONCE = 100
"""Each is asked for under some thirty keys, and making thousands of them would hold the event loop."""
AT_ONCE = 1_000
"""Identities in one question."""

STORY_REVISION = "story_revision"

Asking = Mapping[str, Sequence[Identity]]
"""By source the identities that are looked up for it."""

_Question = tuple[int, str, str, str, str]
"""A number, the source that asks, and the id, the address and the title that it asks for; "" matches nothing."""
_Found = dict[int, dict[str, list[Row[Any]]]]
"""By the number of a question and the way it was found the rows of `seen`."""


async def find_states(connection: AsyncConnection, keys: Iterable[str]) -> tuple[dict[str, SourceState], int]:
    """The health of each of these sources, and the revision of the stories."""
    asked = {clean(key): key for key in keys}
    listed = dumps([[key] for key in asked])
    found = list(await connection.execute(_states(connection.dialect.name), {"asked": listed}))
    states = {
        asked[row.wanted]: SourceState(asked[row.wanted]) if row.key is None else rows.source_state(row)
        for row in found
    }
    return states, found[0].revision or 0


async def find_known(connection: AsyncConnection, asking: Asking) -> dict[str, dict[str, Known]]:
    """By source and entry id what is known: by id, else by address, else by title."""
    numbers = count()
    asked = {next(numbers): (source, each, _question(source, each)) for source, some in asking.items() for each in some}
    known: dict[str, dict[str, Known]] = {source: {} for source in asking}
    for part in chunks(asked, AT_ONCE):
        found = await _find(connection, [(number, *asked[number][2]) for number in part])
        for number, ways in found.items():
            source, identity, _ = asked[number]
            if row := _best(source, identity, ways):
                known[source][identity.entry_id] = rows.known(row, source)
    return known


async def find_known_by_title(
    connection: AsyncConnection, source: str, identities: Sequence[Identity], days: int
) -> dict[str, Known]:
    """By entry id what this source listed under that title on the same day or so many days before, the last one."""
    known: dict[str, Known] = {}
    for part in chunks(identities, TITLES_AT_ONCE):
        keys = [(number, key) for number, each in enumerate(part) for key in earlier_title_keys(each.title_key, days)]
        questions = [(number, clean(source), "", "", shorten(clean(key))) for number, key in keys]
        for number, ways in (await _find(connection, questions)).items():
            # The key of a title begins with its day.
            last = max(row.title_key for row in ways["title_key"])
            row = min((row for row in ways["title_key"] if row.title_key == last), key=partial(_rank, source))
            known[part[number].entry_id] = rows.known(row, source)
    return known


def _question(source: str, identity: Identity) -> tuple[str, str, str, str]:
    sought = (identity.entry_id, identity.canonical_url, identity.title_key)
    entry_id, url, title = (shorten(clean(each)) for each in sought)
    return clean(source), entry_id, url, title


async def _find(connection: AsyncConnection, questions: Sequence[_Question]) -> _Found:
    found: _Found = defaultdict(lambda: defaultdict(list))
    if questions:
        statement = _seen(connection.dialect.name)
        for row in await connection.execute(statement, {"asked": dumps(questions)}):
            found[row.number][row.way].append(row)
    return found


def _best(source: str, identity: Identity, ways: Mapping[str, Sequence[Row[Any]]]) -> Row[Any] | None:
    """The row that the identity is recognised by; the surest way first, and of one way the best row."""
    for way in ("entry_id", "canonical_url", "title_key"):
        row = min(ways.get(way, ()), key=partial(_rank, source), default=None)
        if row is not None and (
            way != "canonical_url" or rows.is_same(clean(source), identity, row.source, row.title_key)
        ):
            return row
    return None


def _rank(source: str, row: Row[Any]) -> tuple[object, ...]:
    return rows.rank_seen(clean(source), row.source, row.article_id, row.at, row.entry_id)


def _listed(dialect: str) -> tuple[Any, tuple[ColumnElement[str], ...]]:
    """The JSON `asked`, an array of arrays, as a table, and its first five columns.

    So there is one statement for any number of values, and the driver keeps it prepared.
    """
    if dialect == "sqlite":
        listed = func.json_each(bindparam("asked")).table_valued("value", name="listed")
        return listed, tuple(func.json_extract(listed.c.value, literal_column(f"'$[{at}]'")) for at in range(5))
    listed = func.jsonb_array_elements(cast(bindparam("asked"), JSONB)).table_valued("value", name="listed")
    return listed, tuple(listed.c.value.op("->>")(literal_column(str(at))) for at in range(5))


@cache
def _states(dialect: str) -> Select[Any]:
    listed, (key, *_) = _listed(dialect)
    revision = select(meta.c.value).where(meta.c.key == STORY_REVISION).scalar_subquery()
    wanted = select(key.label("wanted"), sources, revision.label("revision"))
    return wanted.select_from(listed.outerjoin(sources, sources.c.key == key))


@cache
def _seen(dialect: str) -> CompoundSelect[Any]:
    """What was seen, with the editions of the articles, the number of the question and the way it was found."""
    listed, (number, source, entry_id, url, title) = _listed(dialect)
    of_source = seen.c.source == source

    def seen_by(column: Column[str], value: ColumnElement[str], *where: ColumnElement[bool]) -> Select[Any]:
        way: ColumnElement[str] = literal_column(f"'{column.name}'").label("way")
        found = select(cast(number, Integer).label("number"), way, seen, articles.c.revision)
        joined = listed.join(seen, and_(column == value, *where))
        return found.select_from(joined.outerjoin(articles, articles.c.id == seen.c.article_id)).where(value != "")

    return union_all(
        seen_by(seen.c.entry_id, entry_id, of_source),
        seen_by(seen.c.canonical_url, url),
        seen_by(seen.c.title_key, title, of_source),
    )
