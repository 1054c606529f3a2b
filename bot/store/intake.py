"""What a poll asks of the store, and the one transaction that keeps what it decided."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.alert import Alert, Delivery, PollOutcome, Process, Recall
from bot.model.article import Article, Identity, Known
from bot.model.ledger import Routing, Verdict
from bot.model.source import SourceState
from bot.model.story import StorySnapshot
from bot.store import rows
from bot.store.border import clean
from bot.store.database import CHUNK, Database, chunks, insert, upsert
from bot.store.outbox import add_deliveries
from bot.store.recognition import STORY_REVISION, find_known, find_known_by_title, find_states
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
from bot.store.waiting import as_told, put_withheld


class IntakeTables:
    """The part of the store that polls speak to."""

    _database: Database

    async def source_states(
        self, keys: Collection[str] | None = None, *, after: datetime | None = None
    ) -> Mapping[str, SourceState]:
        """In parts: thousands at once would hold the event loop."""
        if after is not None:
            return await self._polled_since(after, keys)
        wanted = select(sources)
        async with self._database.read() as connection:
            if keys is None:
                found = await connection.stream(wanted)
                return {row.key: rows.source_state(row) async for part in found.partitions(CHUNK) for row in part}
            states: dict[str, SourceState] = {}
            for chunk in chunks(map(clean, keys)):
                result = await connection.execute(wanted.where(sources.c.key.in_(chunk)))
                states |= {row.key: rows.source_state(row) for row in result}
            return states

    async def _polled_since(self, after: datetime, keys: Collection[str] | None) -> Mapping[str, SourceState]:
        """One question, however many keys: few sources have succeeded since a moment ago."""
        later = select(sources).where(sources.c.last_success > after)
        among = None if keys is None else set(map(clean, keys))
        async with self._database.read() as connection:
            found = await connection.stream(later)
            rows_ = [row async for part in found.partitions(CHUNK) for row in part if among is None or row.key in among]
        return {row.key: rows.source_state(row) for row in rows_}

    async def source_state(self, key: str) -> SourceState:
        """Empty for a source never polled."""
        async with self._database.read() as connection:
            return (await find_states(connection, [key]))[0][key]

    async def recall(self, asking: Mapping[str, Sequence[Identity]]) -> Recall:
        """Two questions, however many sources."""
        if not asking:
            return Recall({}, {}, await self.story_revision())
        async with self._database.read() as connection:
            states, revision = await find_states(connection, asking)
            return Recall(states, await find_known(connection, asking), revision)

    async def note_polls(self, states: Sequence[SourceState], notices: Sequence[Delivery] = ()) -> None:
        """One statement for all of them."""
        async with self._database.write() as connection:
            await _put_states(connection, states)
            if notices:
                await add_deliveries(connection, notices, notices[0].created)

    async def known(self, source: str, identities: Sequence[Identity]) -> Mapping[str, Known]:
        """One round: ids, URLs and titles are asked for together."""
        async with self._database.read() as connection:
            return (await find_known(connection, {source: identities}))[source]

    async def known_by_title(self, source: str, identities: Sequence[Identity], days: int) -> Mapping[str, Known]:
        """Of several days the newest one."""
        async with self._database.read() as connection:
            return await find_known_by_title(connection, source, identities, days)

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
            found = await as_told(connection, found)
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

    async def commit(self, *outcomes: PollOutcome) -> int:
        """Parents before children, so that every reference can be checked as it is written."""
        async with self._database.write() as connection:
            await _put_articles(connection, outcomes)
            await _put_stories(connection, outcomes)
            await _put_ledger(connection, outcomes)
            for outcome in outcomes:
                await put_withheld(connection, outcome.withheld)
                await add_deliveries(connection, outcome.deliveries, outcome.at)
            await _put_states(connection, [outcome.state for outcome in outcomes])
            return await _raise_story_revision(connection, outcomes)

    async def beat(self, process: Process) -> None:
        """One row a boot."""
        async with self._database.write() as connection:
            await upsert(
                connection,
                processes,
                [rows.process_row(process)],
                key=("boot_id",),
                update=("host", "pid", "beat", "posts"),
            )


_REVISION = select(meta.c.value).where(meta.c.key == STORY_REVISION)
_RETOLD = ("title", "lead", "reason")
"""What a new edition changes in a story."""
_RAISED = meta.update().where(meta.c.key == STORY_REVISION).values(value=meta.c.value + 1)


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


async def _raise_story_revision(connection: AsyncConnection, outcomes: Sequence[PollOutcome]) -> int:
    """Last in the transaction: on PostgreSQL the row stays locked until its end."""
    if any(outcome.stories or outcome.members for outcome in outcomes):
        await upsert(connection, meta, [{"key": STORY_REVISION, "value": 0}], key=("key",), update=())
        await connection.execute(_RAISED)
    return await _story_revision(connection)


async def _put_articles(connection: AsyncConnection, outcomes: Sequence[PollOutcome]) -> None:
    kept = {"id", "source", "first_seen"}
    update = [column.name for column in articles.c if column.name not in kept]
    new = (rows.article_row(each) for outcome in outcomes for each in outcome.articles)
    await upsert(connection, articles, new, key=("id",), update=update)
    marks = (rows.seen_row(each) for outcome in outcomes for each in outcome.seen)
    update = ["canonical_url", "title_key", "digest", "article_id"]
    await upsert(connection, seen, marks, key=("source", "entry_id"), update=update)


async def _put_stories(connection: AsyncConnection, outcomes: Sequence[PollOutcome]) -> None:
    begun = (rows.story_row(each) for outcome in outcomes for each in outcome.stories)
    await upsert(connection, stories, begun, key=("id",), update=("title",))
    joined = [rows.member_row(each) for outcome in outcomes for each in outcome.members]
    new = {each.id for outcome in outcomes for each in outcome.articles if each.revision == 1}
    kept = await _as_they_joined(connection, joined, new)
    await upsert(connection, story_members, kept, key=("story_id", "article_id"), update=_RETOLD)


async def _as_they_joined(
    connection: AsyncConnection, joined: Sequence[rows.Values], new: Collection[str]
) -> list[rows.Values]:
    """These members with what stays of those that are there already: a row is summed up whole.

    Articles in `new` are in no story yet.
    """
    there: dict[tuple[str, str], rows.Values] = {}
    for ids in chunks(sorted({clean(row["article_id"]) for row in joined if row["article_id"] not in new})):
        found = await connection.execute(select(story_members).where(story_members.c.article_id.in_(ids)))
        there |= {(row.story_id, row.article_id): rows.member_row(rows.member(row)) for row in found}
    kept = []
    for row in joined:
        key = (clean(row["story_id"]), clean(row["article_id"]))
        there[key] = {**there.get(key, row), **{name: row[name] for name in _RETOLD}}
        kept.append(there[key])
    return kept


async def _put_ledger(connection: AsyncConnection, outcomes: Sequence[PollOutcome]) -> None:
    judged = (rows.verdict_row(each) for outcome in outcomes for each in outcome.verdicts)
    await upsert(connection, verdicts, judged, key=("article_id", "revision", "watchlist", "company"), update=())
    raised = (rows.alert_row(each) for outcome in outcomes for each in outcome.alerts)
    await upsert(connection, alerts, raised, key=("channel", "story_id"), update=("card", "at"))
    routed = [rows.routing_row(each) for outcome in outcomes for each in outcome.routings]
    update = ("state", "at", "alert_id", "note")
    await upsert(connection, routings, routed, key=("article_id", "channel"), update=update)
    await insert(connection, routing_changes, routed)


async def _put_states(connection: AsyncConnection, states: Sequence[SourceState]) -> None:
    update = [column.name for column in sources.c if column.name != "key"]
    await upsert(connection, sources, map(rows.source_row, states), key=("key",), update=update)
