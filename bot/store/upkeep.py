"""What the store says of itself, and what it lets go of: old texts, an old ledger, old messages, canaries."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, not_, or_, select, union_all, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.alert import Process
from bot.model.upkeep import CANARY, Backlog, Expiry
from bot.store import codec, rows
from bot.store.border import clean
from bot.store.database import Database, chunks, upsert
from bot.store.line import DROPPED, FOLLOWERS
from bot.store.place import FilePlace
from bot.store.schema import (
    alerts,
    articles,
    deliveries,
    delivery_alerts,
    is_dead,
    is_open,
    meta,
    processes,
    routing_changes,
    routings,
    seen,
    sources,
    stories,
    story_members,
    verdicts,
    withheld,
)

MARK = "at:"
"""How the keys of marks begin, which are counted in microseconds since 1970."""
FIRST = "first:"
"""How the keys of what is done once begin, counted likewise."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
LONG_GONE = timedelta(days=30)
"""How long the row of a process that ended without a word is kept."""

_OWED = and_(
    deliveries.c.state.not_in(("sent", "gone")), not_(and_(deliveries.c.state == "dead", deliveries.c.error == DROPPED))
)
"""What is still to be told, or could be by `outbox replay`."""


class UpkeepTables:
    """The part of the store that operations speak to."""

    _database: Database

    async def backlog(self) -> Backlog:
        """Counted by the database, over what is open and what is dead: each has an index of its own."""
        async with self._database.read() as connection:
            found = {row[0]: row for row in await connection.execute(BACKLOG)}
            number = {state: row[1] for state, row in found.items()}
            waits = {codec.decode_channel(row.channel): row.oldest for row in await connection.execute(WAITS)}
            sent = and_(deliveries.c.state == "sent", deliveries.c.kind.not_in(("edit", "notice")), not_(_is_canary()))
            last = select(deliveries.c.settled_at).where(sent).order_by(deliveries.c.seq.desc()).limit(1)
            return Backlog(
                **{state: number.get(state, 0) for state in ("pending", "sending", "parked", "dead")},
                held=await connection.scalar(select(func.count()).select_from(withheld)) or 0,
                waits=waits,
                last_sent=await connection.scalar(last),
            )

    async def processes(self) -> tuple[Process, ...]:
        """The newest first."""
        async with self._database.read() as connection:
            found = await connection.execute(select(processes).order_by(processes.c.started.desc()))
            return tuple(rows.process(row) for row in found)

    async def leave(self, boot_id: str) -> None:
        """Its leases run out as those of any other."""
        async with self._database.write() as connection:
            await connection.execute(delete(processes).where(processes.c.boot_id == boot_id))

    async def marks(self) -> Mapping[str, datetime]:
        """By name."""
        async with self._database.read() as connection:
            found = await connection.execute(select(meta).where(meta.c.key.startswith(MARK)))
            return {row.key.removeprefix(MARK): _EPOCH + row.value * _MICROSECOND for row in found}

    async def mark(self, name: str, at: datetime | None) -> None:
        """One row a name."""
        key = MARK + name
        async with self._database.write() as connection:
            if at is None:
                await connection.execute(delete(meta).where(meta.c.key == key))
            else:
                row = {"key": key, "value": (at - _EPOCH) // _MICROSECOND}
                await upsert(connection, meta, [row], key=("key",), update=("value",))

    async def is_first(self, what: str, at: datetime, since: datetime) -> bool:
        """One row for each, changed or made by one process alone."""
        key, moment = clean(FIRST + what), (at - _EPOCH) // _MICROSECOND
        earlier = and_(meta.c.key == key, meta.c.value < (since - _EPOCH) // _MICROSECOND)
        async with self._database.write() as connection:
            if (await connection.execute(update(meta).where(earlier).values(value=moment))).rowcount:
                return True
            dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
            new = dialect.insert(meta).values(key=key, value=moment).on_conflict_do_nothing()
            return await connection.scalar(new.returning(meta.c.key)) is not None

    async def forget_source(self, source: str, before: datetime) -> int:
        """In one transaction: there are never many."""
        async with self._database.write() as connection:
            which = and_(articles.c.source == source, articles.c.first_seen < before)
            ids = list(await connection.scalars(select(articles.c.id).where(which)))
            for chunk in chunks(ids):
                await _drop_articles(connection, chunk)
            await connection.execute(delete(seen).where(seen.c.source == source))
            await connection.execute(delete(sources).where(sources.c.key == source))
            return len(ids)

    async def retire(self, limits: Expiry, now: datetime, most: int = 500) -> Mapping[str, int]:
        """A transaction a kind, so that nobody waits long."""
        kinds = {"texts": (_empty_texts, limits.texts), "articles": (_retire_ledger, limits.ledger)}
        kinds["messages"] = (_retire_sent, limits.sent)
        done: dict[str, int] = {}
        for name, (work, before) in kinds.items():
            if before is not None:
                async with self._database.write() as connection:
                    done[name] = await work(connection, before, most)
        async with self._database.write() as connection:
            await connection.execute(delete(processes).where(processes.c.beat < now - LONG_GONE))
        return {name: count for name, count in done.items() if count}

    async def give_back(self) -> None:
        """A few hundred pages at a time, so that nobody waits long."""
        await self._database.give_back()

    async def size(self) -> int:
        """Bytes of the database as it says itself."""
        is_file = isinstance(self._database.place, FilePlace)
        statement = (
            "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
            if is_file
            else "SELECT pg_database_size(current_database())"
        )
        async with self._database.read() as connection:
            found: int = (await connection.exec_driver_sql(statement)).scalar_one()
            return found


def _is_canary() -> ColumnElement[bool]:
    """Whether a delivery tells of a synthetic article."""
    return exists().where(
        delivery_alerts.c.delivery_id == deliveries.c.id,
        alerts.c.id == delivery_alerts.c.alert_id,
        stories.c.id == alerts.c.story_id,
        stories.c.tenant == CANARY,
    )


def _counts(*which: ColumnElement[bool]) -> Select[Any]:
    number = select(deliveries.c.state, func.count()).where(*which, not_(_is_canary()))
    return number.group_by(deliveries.c.state)


BACKLOG = union_all(_counts(is_open(deliveries)), _counts(is_dead(deliveries), deliveries.c.error != DROPPED))
"""By state, of what is owed, how many. No message that arrived is looked at."""

WAITS = (
    select(deliveries.c.channel, func.min(deliveries.c.created).label("oldest"))
    .where(is_open(deliveries), deliveries.c.state != "parked", not_(_is_canary()))
    .group_by(deliveries.c.channel)
)
"""By channel, since when something waits there."""


async def _empty_texts(connection: AsyncConnection, before: datetime, most: int) -> int:
    """The title stays, and is found by; the text goes."""
    old = and_(articles.c.first_seen < before, articles.c.text != "")
    found = (await connection.execute(select(articles.c.id, articles.c.title).where(old).limit(most))).all()
    for row in found:
        values = {"text": "", "folded": rows.folded(row.title, "")}
        await connection.execute(update(articles).where(articles.c.id == row.id).values(values))
    return len(found)


async def _retire_ledger(connection: AsyncConnection, before: datetime, most: int) -> int:
    """Articles that no message is owed for, that no channel waits to hear of, and of which nothing new was judged."""
    owed = exists().where(
        story_members.c.article_id == articles.c.id,
        alerts.c.story_id == story_members.c.story_id,
        delivery_alerts.c.alert_id == alerts.c.id,
        deliveries.c.id == delivery_alerts.c.delivery_id,
        _OWED,
    )
    waits = exists().where(withheld.c.article_id == articles.c.id)
    changes = exists().where(verdicts.c.article_id == articles.c.id, verdicts.c.at >= before)
    which = and_(articles.c.first_seen < before, not_(owed), not_(waits), not_(changes))
    ids = list(await connection.scalars(select(articles.c.id).where(which).order_by(articles.c.first_seen).limit(most)))
    for chunk in chunks(ids, 100):
        await _drop_articles(connection, chunk)
    return len(ids)


async def _retire_sent(connection: AsyncConnection, before: datetime, most: int) -> int:
    """Messages that arrived, or were dropped by hand, of stories that have not grown since; edits and replies first."""
    grows = exists().where(
        delivery_alerts.c.delivery_id == deliveries.c.id,
        alerts.c.id == delivery_alerts.c.alert_id,
        story_members.c.story_id == alerts.c.story_id,
        story_members.c.at >= before,
    )
    which = and_(not_(_OWED), deliveries.c.settled_at < before, not_(grows), not_(_is_awaited()))
    order = (deliveries.c.kind.not_in(FOLLOWERS), deliveries.c.seq)
    seqs = list(await connection.scalars(select(deliveries.c.seq).where(which).order_by(*order).limit(most)))
    for chunk in chunks(seqs):
        of_these = select(deliveries.c.id).where(deliveries.c.seq.in_(chunk))
        await connection.execute(delete(delivery_alerts).where(delivery_alerts.c.delivery_id.in_(of_these)))
        await connection.execute(delete(deliveries).where(deliveries.c.seq.in_(chunk)))
    return len(seqs)


def _is_awaited() -> ColumnElement[bool]:
    """Whether an edit or a reply is owed that needs the receipt of this message."""
    mine, theirs, follower = (
        delivery_alerts.alias("mine"),
        delivery_alerts.alias("theirs"),
        deliveries.alias("follower"),
    )
    return exists().where(
        mine.c.delivery_id == deliveries.c.id,
        theirs.c.alert_id == mine.c.alert_id,
        follower.c.id == theirs.c.delivery_id,
        follower.c.kind.in_(FOLLOWERS),
        follower.c.state.in_(("pending", "sending", "parked", "dead")),
        or_(follower.c.state != "dead", follower.c.error != DROPPED),
    )


async def _drop_articles(connection: AsyncConnection, ids: Sequence[str]) -> None:
    """These articles with all that hangs on them; a story goes with its last article, an alert with its story."""
    joined = set(await connection.scalars(select(story_members.c.story_id).where(story_members.c.article_id.in_(ids))))
    for table in (withheld, routing_changes, routings, verdicts, story_members):
        await connection.execute(delete(table).where(table.c.article_id.in_(ids)))
    left = set(await connection.scalars(select(story_members.c.story_id).where(story_members.c.story_id.in_(joined))))
    await _drop_stories(connection, sorted(joined - left))
    await connection.execute(delete(articles).where(articles.c.id.in_(ids)))


async def _drop_stories(connection: AsyncConnection, ids: Sequence[str]) -> None:
    for chunk in chunks(ids):
        await _drop_alerts(connection, list(await connection.scalars(_ids(alerts, alerts.c.story_id, chunk))))
        await connection.execute(delete(stories).where(stories.c.id.in_(chunk)))


async def _drop_alerts(connection: AsyncConnection, ids: Sequence[str]) -> None:
    """With the messages that told of nothing else."""
    for chunk in chunks(ids):
        of_these = delivery_alerts.c.alert_id.in_(chunk)
        told = list(await connection.scalars(select(delivery_alerts.c.delivery_id).where(of_these).distinct()))
        await connection.execute(delete(delivery_alerts).where(of_these))
        for part in chunks(told):
            others = exists().where(delivery_alerts.c.delivery_id == deliveries.c.id)
            await connection.execute(delete(deliveries).where(deliveries.c.id.in_(part), not_(others)))
        await connection.execute(delete(alerts).where(alerts.c.id.in_(chunk)))


def _ids(table: Any, column: ColumnElement[str], values: Sequence[str]) -> Any:
    return select(table.c.id).where(column.in_(values))
