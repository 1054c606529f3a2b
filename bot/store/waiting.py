"""What channels have muted, and what they have not been told yet."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, func, select, true, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.alert import Alert, Delivery, Said
from bot.model.card import TextCard
from bot.model.channel import Channel
from bot.model.ledger import Cause, Withheld
from bot.model.mute import Hearing, Mute, Notice, Post, Release, Untold, Waiting
from bot.store import codec, rows
from bot.store.border import clean
from bot.store.database import Database, chunks, insert, upsert
from bot.store.line import FAR, FOLDABLE, FOLLOWERS, FREE, SPOKEN
from bot.store.outbox import add_deliveries, alert_ids_of, bury_orphans
from bot.store.schema import alerts, deliveries, delivery_alerts, is_open, mutes, routing_changes, routings, withheld
from bot.store.sums import is_whole

_MUTED = withheld.c.cause == "mute"
_NO_CAUSE: tuple[Cause, str] = ("digest", "")


class WaitingTables:
    """The part of the store that decides when a channel hears."""

    _database: Database

    async def hearing(
        self, channels: Collection[Channel], since: datetime, *, told_since: datetime | None = None
    ) -> Hearing:
        """One transaction."""
        if not channels:
            return Hearing()
        names = sorted(map(str, channels))
        async with self._database.read() as connection:
            posts = [
                Post(codec.decode_channel(row.channel), codec.decode_alert_card(row.card))
                for chunk in chunks(names)
                for row in await connection.execute(_spoken(chunk, since))
            ]
            waits = [
                each for chunk in chunks(names) for each in await _waiting(connection, withheld.c.channel.in_(chunk))
            ]
            notices = await _notices(connection, names, told_since) if told_since is not None else []
            return Hearing(await _mutes(connection), tuple(posts), tuple(waits), tuple(notices))

    async def waiting(self) -> tuple[Waiting, ...]:
        """Counted by the database."""
        async with self._database.read() as connection:
            return tuple(await _waiting(connection))

    async def untold(self, channel: Channel, *, muted: bool) -> tuple[Untold, ...]:
        """With their alerts."""
        statement = (
            select(withheld.c.article_id, withheld.c.cause, withheld.c.subject, withheld.c.at.label("since"), alerts)
            .join(alerts, alerts.c.id == withheld.c.alert_id)
            .where(withheld.c.channel == str(channel), _MUTED if muted else ~_MUTED)
            .order_by(withheld.c.at, withheld.c.article_id)
        )
        async with self._database.read() as connection:
            return tuple(
                Untold(row.article_id, row.cause, row.subject, row.since, rows.alert(row))
                for row in await connection.execute(statement)
            )

    async def last_digest(self, channel: Channel) -> datetime | None:
        """By an index on channel and kind."""
        statement = select(func.max(deliveries.c.created)).where(
            deliveries.c.channel == str(channel), deliveries.c.kind == "digest"
        )
        async with self._database.read() as connection:
            found: datetime | None = await connection.scalar(statement)
            return found

    async def overdue(self, before: datetime, channel: Channel | None = None) -> tuple[Delivery, ...]:
        """In the order of the outbox."""
        here = true() if channel is None else deliveries.c.channel == str(channel)
        late = and_(is_open(deliveries), here, deliveries.c.state.in_(FREE), deliveries.c.created <= before)
        may_fold = and_(deliveries.c.kind.in_(FOLDABLE), ~deliveries.c.doubtful)
        async with self._database.read() as connection:
            statement = select(deliveries).where(late, may_fold).order_by(deliveries.c.seq)
            found = [row for row in await connection.execute(statement) if is_whole(deliveries, row)]
            alert_ids: dict[str, tuple[str, ...]] = {}
            for chunk in chunks([row.id for row in found]):
                alert_ids |= await alert_ids_of(connection, chunk)
        return tuple(rows.delivery(row, alert_ids.get(row.id, ()), None) for row in found)

    async def digest(self, delivery_id: str) -> tuple[Channel, tuple[Alert, ...]] | None:
        """In the order in which it holds them."""
        which = and_(deliveries.c.id == clean(delivery_id), deliveries.c.kind == "digest")
        statement = (
            select(alerts)
            .join(delivery_alerts, delivery_alerts.c.alert_id == alerts.c.id)
            .join(deliveries, deliveries.c.id == delivery_alerts.c.delivery_id)
            .where(which)
            .order_by(delivery_alerts.c.position)
        )
        async with self._database.read() as connection:
            found = await connection.scalar(select(deliveries.c.channel).where(which))
            told = tuple(rows.alert(row) for row in await connection.execute(statement))
        return None if found is None else (codec.decode_channel(found), told)

    async def release(self, release: Release) -> bool:
        """Nothing is written where a delivery to be folded has been claimed meanwhile."""
        async with self._database.write() as connection:
            if not await _are_free(connection, release.folded):
                return False
            for chunk in chunks(release.folded):
                await connection.execute(delete(deliveries).where(deliveries.c.id.in_(chunk)))
            for article_id, channel in release.told:
                here = and_(withheld.c.article_id == article_id, withheld.c.channel == str(channel))
                await connection.execute(delete(withheld).where(here))
            routed = [rows.routing_row(routing) for routing in release.routings]
            update_ = ("state", "at", "alert_id", "note")
            await upsert(connection, routings, routed, key=("article_id", "channel"), update=update_)
            await insert(connection, routing_changes, routed)
            for chunk in chunks(release.ended):
                await connection.execute(update(mutes).where(mutes.c.id.in_(chunk)).values(ended=release.at))
            await add_deliveries(connection, release.deliveries, release.at)
            if release.folded:
                await bury_orphans(connection, release.at)
            return True

    async def mutes(self) -> tuple[Mute, ...]:
        """The oldest first."""
        async with self._database.read() as connection:
            return await _mutes(connection)

    async def mute(self, mute: Mute) -> None:
        """What it replaces keeps its id, so that what was held back stays known by it."""
        row = rows.mute_row(mute)
        same = and_(
            mutes.c.channel == row["channel"],
            mutes.c.scope == mute.scope,
            mutes.c.subject == clean(mute.subject),
            mutes.c.ended.is_(None),
        )
        async with self._database.write() as connection:
            changed = {"until": mute.until, "actor": mute.actor, "label": mute.label}
            result = await connection.execute(update(mutes).where(same).values(changed))
            if not result.rowcount:
                await insert(connection, mutes, [row])


async def put_withheld(connection: AsyncConnection, new: Sequence[Withheld]) -> None:
    """An article that waits already waits for the newer reason."""
    update_ = ("alert_id", "cause", "subject", "at")
    key = ("article_id", "channel")
    await upsert(connection, withheld, map(rows.withheld_row, new), key=key, update=update_)


async def as_told(connection: AsyncConnection, known: Sequence[Alert]) -> list[Alert]:
    """These alerts with how their channels were told of them, why they wait, and whether a message is gone."""
    ids = [alert.id for alert in known]
    said, gone, causes = await _said(connection, ids), await _gone(connection, ids), await _causes(connection, ids)
    found: list[Alert] = []
    for alert in known:
        how, lost = said[alert.id]
        cause, subject = causes.get(alert.id, _NO_CAUSE) if how == "waits" else _NO_CAUSE
        found.append(replace(alert, said=how, lost=lost, gone=alert.id in gone, cause=cause, subject=subject))
    return found


async def _said(connection: AsyncConnection, alert_ids: Sequence[str]) -> dict[str, tuple[Said, bool]]:
    """How each of these alerts was told, and whether all its messages are dead letters."""
    alive = deliveries.c.state != "dead"
    post, digest = deliveries.c.kind == "post", deliveries.c.kind == "digest"
    found: dict[str, tuple[Said, bool]] = {}
    for chunk in chunks(alert_ids):
        waits = set(
            await connection.scalars(select(withheld.c.alert_id).where(withheld.c.alert_id.in_(chunk), ~_MUTED))
        )
        found |= {id_: ("waits" if id_ in waits else "nothing", False) for id_ in chunk}
        statement = (
            select(
                delivery_alerts.c.alert_id,
                func.sum(case((and_(post, alive), 1), else_=0)).label("posts"),
                func.sum(case((and_(digest, alive), 1), else_=0)).label("digests"),
            )
            .join(deliveries, deliveries.c.id == delivery_alerts.c.delivery_id)
            .where(delivery_alerts.c.alert_id.in_(chunk), deliveries.c.kind.not_in(FOLLOWERS))
            .group_by(delivery_alerts.c.alert_id)
        )
        for row in await connection.execute(statement):
            if row.posts or row.digests:
                found[row.alert_id] = ("post" if row.posts else "digest", False)
            elif row.alert_id not in waits:
                found[row.alert_id] = ("post", True)
    return found


async def _causes(connection: AsyncConnection, alert_ids: Sequence[str]) -> dict[str, tuple[Cause, str]]:
    """Of each of these alerts that waits for a digest, the cause and subject for which it has waited the longest."""
    found: dict[str, tuple[Cause, str]] = {}
    for chunk in chunks(alert_ids):
        mine = select(withheld).where(withheld.c.alert_id.in_(chunk), ~_MUTED)
        for row in await connection.execute(mine.order_by(withheld.c.at, withheld.c.article_id)):
            found.setdefault(row.alert_id, (row.cause, row.subject))
    return found


async def _gone(connection: AsyncConnection, alert_ids: Sequence[str]) -> set[str]:
    """Those of these alerts whose message somebody deleted."""
    found: set[str] = set()
    for chunk in chunks(alert_ids):
        statement = (
            select(delivery_alerts.c.alert_id)
            .join(deliveries, deliveries.c.id == delivery_alerts.c.delivery_id)
            .where(delivery_alerts.c.alert_id.in_(chunk), deliveries.c.state == "gone")
        )
        found.update(await connection.scalars(statement))
    return found


def _spoken(names: Sequence[str], since: datetime) -> Any:
    return select(deliveries.c.channel, deliveries.c.card).where(
        deliveries.c.channel.in_(names),
        deliveries.c.kind.in_(SPOKEN),
        deliveries.c.created.between(since, since + FAR),
        deliveries.c.state != "dead",
    )


async def _notices(connection: AsyncConnection, names: Sequence[str], since: datetime) -> list[Notice]:
    told = (deliveries.c.kind == "notice", deliveries.c.created >= since, deliveries.c.state != "dead")
    found: list[Notice] = []
    for chunk in chunks(names):
        statement = select(deliveries.c.channel, deliveries.c.card).where(deliveries.c.channel.in_(chunk), *told)
        found += [
            Notice(codec.decode_channel(row.channel), card)
            for row in await connection.execute(statement)
            if isinstance(card := codec.decode_card(row.card), TextCard)
        ]
    return found


async def _waiting(connection: AsyncConnection, *which: ColumnElement[bool]) -> list[Waiting]:
    same = (withheld.c.channel, withheld.c.cause, withheld.c.subject)
    oldest, newest = func.min(withheld.c.at).label("oldest"), func.max(withheld.c.at).label("newest")
    statement = select(*same, oldest, newest, func.count().label("articles")).where(*which).group_by(*same)
    return [
        Waiting(codec.decode_channel(row.channel), row.cause, row.subject, row.oldest, row.newest, row.articles)
        for row in await connection.execute(statement.order_by(*same))
    ]


async def _mutes(connection: AsyncConnection) -> tuple[Mute, ...]:
    statement = select(mutes).where(mutes.c.ended.is_(None)).order_by(mutes.c.since, mutes.c.id)
    return tuple(rows.mute(row) for row in await connection.execute(statement))


async def _are_free(connection: AsyncConnection, ids: Sequence[str]) -> bool:
    """Whether nobody has taken one of these deliveries; they are locked until the end of the transaction."""
    found: list[Row[Any]] = []
    for chunk in chunks(ids):
        free = and_(deliveries.c.id.in_(chunk), deliveries.c.state.in_(FREE), ~deliveries.c.doubtful)
        found += await connection.execute(select(deliveries.c.id).where(free).with_for_update())
    return len(found) == len(ids)
