"""What a poll asks of the store, and the one transaction that keeps what it decided."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import product
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    and_,
    bindparam,
    literal,
    literal_column,
    select,
    true,
    union_all,
)
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.extraction.identity import earlier_title_keys
from bot.model.alert import Alert, Delivery, PollOutcome, Process, Recall
from bot.model.article import Article, Identity, Known
from bot.model.ledger import Routing, Verdict
from bot.model.source import SourceState
from bot.model.story import StorySnapshot
from bot.store import rows
from bot.store.border import clean, shorten
from bot.store.database import CHUNK, Database, chunks, insert, upsert
from bot.store.outbox import add_deliveries
from bot.store.schema import (
    alerts,
    articles,
    meta,
    processes,
    routing_changes,
    routings,
    seen,
    sources,
    stories,
    story_members,
    verdicts,
)
from bot.store.waiting import put_withheld, said_of

STORY_REVISION = "story_revision"
_WAYS = {name: attrgetter(name) for name in ("entry_id", "canonical_url", "title_key")}
"""What an article is recognised by, the surest first."""
TITLES_AT_ONCE = 100
"""Each is asked for under some thirty keys, and making thousands of them would hold the event loop."""


class IntakeTables:
    """The part of the store that polls speak to."""

    _database: Database

    async def source_states(
        self, keys: Collection[str] | None = None, *, after: datetime | None = None
    ) -> Mapping[str, SourceState]:
        """In parts: thousands at once would hold the event loop."""
        wanted = select(sources) if after is None else select(sources).where(sources.c.last_success > after)
        async with self._database.read() as connection:
            if keys is None:
                found = await connection.stream(wanted)
                return {row.key: rows.source_state(row) async for part in found.partitions(CHUNK) for row in part}
            states: dict[str, SourceState] = {}
            for chunk in chunks(map(clean, keys)):
                result = await connection.execute(wanted.where(sources.c.key.in_(chunk)))
                states |= {row.key: rows.source_state(row) for row in result}
            return states

    async def source_state(self, key: str) -> SourceState:
        """Empty for a source never polled."""
        async with self._database.read() as connection:
            return await _source_state(connection, key)

    async def recall(self, source: str, identities: Sequence[Identity]) -> Recall:
        """One transaction instead of three."""
        async with self._database.read() as connection:
            row = (await connection.execute(_STATE_AND_REVISION, {"wanted": source})).one()
            state = rows.source_state(row) if row.key is not None else SourceState(source)
            return Recall(state, await _Recognition(connection, source).known(identities), row.revision or 0)

    async def note_polls(self, states: Sequence[SourceState], notices: Sequence[Delivery] = ()) -> None:
        """One statement for all of them."""
        async with self._database.write() as connection:
            await _put_states(connection, states)
            if notices:
                await add_deliveries(connection, notices, notices[0].created)

    async def known(self, source: str, identities: Sequence[Identity]) -> Mapping[str, Known]:
        """One round: ids, URLs and titles are asked for together."""
        async with self._database.read() as connection:
            return await _Recognition(connection, source).known(identities)

    async def known_by_title(self, source: str, identities: Sequence[Identity], days: int) -> Mapping[str, Known]:
        """Of several days the newest one."""
        async with self._database.read() as connection:
            recognition, found = _Recognition(connection, source), dict[str, Known]()
            for part in chunks(identities, TITLES_AT_ONCE):
                found |= await recognition.known_by_title(part, days)
            return found

    async def articles_of(self, article_ids: Collection[str]) -> tuple[Article, ...]:
        """Ordered by first sight."""
        found: list[Article] = []
        async with self._database.read() as connection:
            for chunk in chunks(article_ids):
                result = await connection.execute(select(articles).where(articles.c.id.in_(chunk)))
                found.extend(rows.article(row) for row in result)
        return tuple(sorted(found, key=lambda article: (article.first_seen, article.id)))

    async def verdicts_of(self, article_ids: Collection[str]) -> tuple[Verdict, ...]:
        """Ordered by article, edition, list and company."""
        if not article_ids:
            return ()
        async with self._database.read() as connection:
            return await find_verdicts(connection, article_ids)

    async def routings_of(self, article_ids: Collection[str]) -> tuple[Routing, ...]:
        """Ordered by article and channel."""
        if not article_ids:
            return ()
        async with self._database.read() as connection:
            return tuple(await find_routings(connection, article_ids))

    async def alerts_of(self, story_ids: Collection[str]) -> tuple[Alert, ...]:
        """Ordered by time."""
        if not story_ids:
            return ()
        found: list[Alert] = []
        async with self._database.read() as connection:
            for chunk in chunks(story_ids):
                result = await connection.execute(select(alerts).where(alerts.c.story_id.in_(chunk)))
                found.extend(rows.alert(row) for row in result)
            said = await said_of(connection, [alert.id for alert in found])
        found = [replace(alert, said=said[alert.id][0], lost=said[alert.id][1]) for alert in found]
        return tuple(sorted(found, key=lambda alert: (alert.at, alert.id)))

    async def recent_stories(self, since: datetime) -> StorySnapshot:
        """The revision is read first: what is committed in between makes the snapshot look old, never too new."""
        recent = select(story_members.c.story_id).where(story_members.c.at >= since)
        order = (story_members.c.at, story_members.c.article_id, story_members.c.story_id)
        async with self._database.read() as connection:
            revision = await _story_revision(connection)
            statement = select(story_members).where(story_members.c.story_id.in_(recent)).order_by(*order)
            # In parts: a week of stories at once would hold the event loop.
            found = await connection.stream(statement)
            members = [rows.member(row) async for part in found.partitions(CHUNK) for row in part]
            return StorySnapshot(revision, tuple(members))

    async def story_revision(self) -> int:
        """0 before the first story."""
        async with self._database.read() as connection:
            return await _story_revision(connection)

    async def commit(self, outcome: PollOutcome) -> int:
        """Parents before children, so that every reference can be checked as it is written."""
        async with self._database.write() as connection:
            await _put_articles(connection, outcome)
            await _put_stories(connection, outcome)
            await _put_ledger(connection, outcome)
            await put_withheld(connection, outcome.withheld)
            await add_deliveries(connection, outcome.deliveries, outcome.at)
            await _put_states(connection, [outcome.state])
            return await _raise_story_revision(connection, outcome)

    async def beat(self, process: Process) -> None:
        """One row a boot."""
        async with self._database.write() as connection:
            await upsert(
                connection, processes, [rows.process_row(process)], key=("boot_id",), update=("host", "pid", "beat")
            )


class _Recognition:
    """Looks identities up in what was seen."""

    def __init__(self, connection: AsyncConnection, source: str) -> None:
        self._connection = connection
        self._source = source

    async def known(self, identities: Sequence[Identity]) -> dict[str, Known]:
        """By id, else by URL, else by title."""
        found: dict[str, Known] = {}
        for chunk in chunks(identities):
            keys = {name: {i.entry_id: shorten(clean(value_of(i))) for i in chunk} for name, value_of in _WAYS.items()}
            best = await self._look_up(_SEEN, {name: of_name.values() for name, of_name in keys.items()})
            for identity, (name, of_name) in product(chunk, keys.items()):
                row = best.get((name, of_name[identity.entry_id]))
                if identity.entry_id not in found and row is not None and self._is_same(identity, name, row):
                    found[identity.entry_id] = rows.known(row, self._source)
        return found

    async def known_by_title(self, identities: Sequence[Identity], days: int) -> dict[str, Known]:
        """The key of a title begins with its day, so it is asked for day by day."""
        keys = {each.entry_id: _title_keys(each, days) for each in identities}
        wanted = {key for of_one in keys.values() for key in of_one}
        known: dict[str, Row[Any]] = {}
        for part in chunks(wanted):
            known |= {key: row for (_, key), row in (await self._look_up(_SEEN_TITLES, {"title_key": part})).items()}
        days_known = {entry_id: [key for key in of_one if key in known] for entry_id, of_one in keys.items()}
        return {entry_id: rows.known(known[at[0]], self._source) for entry_id, at in days_known.items() if at}

    def _is_same(self, identity: Identity, way: str, row: Row[Any]) -> bool:
        by_url = way == "canonical_url"
        return not by_url or rows.is_same(clean(self._source), identity, row.source, row.title_key)

    async def _look_up(
        self, statement: Executable, wanted: Mapping[str, Iterable[str]]
    ) -> dict[tuple[str, str], Row[Any]]:
        """By column and value, the best row that has it; empty values match nothing."""
        values = {name: sorted({value for value in of_name if value}) for name, of_name in wanted.items()}
        best: dict[tuple[str, str], Row[Any]] = {}
        for row in await self._connection.execute(statement, {**values, "here": self._source}):
            at = (row.way, row.value)
            best[at] = min(best.get(at, row), row, key=self._rank)
        return best

    def _rank(self, row: Row[Any]) -> tuple[object, ...]:
        return rows.rank_seen(self._source, row.source, row.article_id, row.at, row.entry_id)


_HERE = seen.c.source == bindparam("here")
_REVISION = select(meta.c.value).where(meta.c.key == STORY_REVISION)
_RAISED = meta.update().where(meta.c.key == STORY_REVISION).values(value=meta.c.value + 1)
_STATE = select(sources).where(sources.c.key == bindparam("wanted"))
_ONE = select(literal(1).label("one")).subquery()
_STATE_AND_REVISION = select(sources, _REVISION.scalar_subquery().label("revision")).select_from(
    _ONE.outerjoin(sources, sources.c.key == bindparam("wanted"))
)


def _seen_by(name: str, where: ColumnElement[bool]) -> Select[Any]:
    """What was seen by values of that column, with the editions of the articles."""
    column = seen.c[name]
    return (
        select(seen, articles.c.revision, literal_column(f"'{name}'").label("way"), column.label("value"))
        .outerjoin_from(seen, articles, articles.c.id == seen.c.article_id)
        .where(and_(column.in_(bindparam(name, expanding=True)), where))
    )


_SEEN_TITLES = _seen_by("title_key", _HERE)
_SEEN = union_all(_seen_by("entry_id", _HERE), _seen_by("canonical_url", true()), _SEEN_TITLES)


async def _source_state(connection: AsyncConnection, key: str) -> SourceState:
    row = (await connection.execute(_STATE, {"wanted": key})).first()
    return rows.source_state(row) if row else SourceState(key)


def _title_keys(identity: Identity, days: int) -> list[str]:
    return [shorten(clean(key)) for key in earlier_title_keys(identity.title_key, days)]


async def find_verdicts(connection: AsyncConnection, article_ids: Collection[str]) -> tuple[Verdict, ...]:
    """All verdicts on these articles, ordered by article, edition, list and company."""
    found: list[Verdict] = []
    for chunk in chunks(article_ids):
        result = await connection.execute(select(verdicts).where(verdicts.c.article_id.in_(chunk)))
        found.extend(rows.verdict(row) for row in result)
    return tuple(sorted(found, key=rows.verdict_order))


async def find_routings(connection: AsyncConnection, article_ids: Collection[str]) -> list[Routing]:
    """The current routings of these articles, ordered by article and channel."""
    found: list[Routing] = []
    for chunk in chunks(article_ids):
        statement = select(routings).where(routings.c.article_id.in_(chunk))
        found.extend(rows.routing(row) for row in await connection.execute(statement))
    return sorted(found, key=lambda routing: (routing.article_id, str(routing.channel)))


async def _story_revision(connection: AsyncConnection) -> int:
    return await connection.scalar(_REVISION) or 0


async def _raise_story_revision(connection: AsyncConnection, outcome: PollOutcome) -> int:
    """Last in the transaction: on PostgreSQL the row stays locked until its end."""
    if outcome.stories or outcome.members:
        await upsert(connection, meta, [{"key": STORY_REVISION, "value": 0}], key=("key",), update=())
        await connection.execute(_RAISED)
    return await _story_revision(connection)


async def _put_articles(connection: AsyncConnection, outcome: PollOutcome) -> None:
    kept = {"id", "source", "first_seen"}
    update = [column.name for column in articles.c if column.name not in kept]
    await upsert(connection, articles, map(rows.article_row, outcome.articles), key=("id",), update=update)
    marks = map(rows.seen_row, outcome.seen)
    update = ["canonical_url", "title_key", "digest", "article_id"]
    await upsert(connection, seen, marks, key=("source", "entry_id"), update=update)


async def _put_stories(connection: AsyncConnection, outcome: PollOutcome) -> None:
    await upsert(connection, stories, map(rows.story_row, outcome.stories), key=("id",), update=("title",))
    joined = map(rows.member_row, outcome.members)
    await upsert(connection, story_members, joined, key=("story_id", "article_id"), update=("title", "lead", "reason"))


async def _put_ledger(connection: AsyncConnection, outcome: PollOutcome) -> None:
    judged = map(rows.verdict_row, outcome.verdicts)
    await upsert(connection, verdicts, judged, key=("article_id", "revision", "watchlist", "company"), update=())
    raised = map(rows.alert_row, outcome.alerts)
    await upsert(connection, alerts, raised, key=("channel", "story_id"), update=("card", "at"))
    routed = map(rows.routing_row, outcome.routings)
    update = ("state", "at", "alert_id", "note")
    await upsert(connection, routings, routed, key=("article_id", "channel"), update=update)
    await insert(connection, routing_changes, map(rows.routing_row, outcome.routings))


async def _put_states(connection: AsyncConnection, states: Sequence[SourceState]) -> None:
    update = [column.name for column in sources.c if column.name != "key"]
    await upsert(connection, sources, map(rows.source_row, states), key=("key",), update=update)
