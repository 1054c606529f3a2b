"""The deliveries owed: added by a commit, claimed with a lease, settled by whoever holds it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import (
    CTE,
    Boolean,
    ColumnElement,
    FromClause,
    Select,
    Update,
    and_,
    bindparam,
    delete,
    exists,
    func,
    not_,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.alert import Delivery, DeliveryState, Head, Receipt, Settlement
from bot.model.channel import Channel
from bot.protocols.outgoing import Admits, Held, everyone, nothing_held
from bot.store import codec, rows
from bot.store.border import clean
from bot.store.database import Database, chunks, insert
from bot.store.line import DAMAGED, DROPPED, FAR, FINAL, FOLLOWERS, NEVER_SENT, PATIENT, SETTLED, Waiting, replaced
from bot.store.schema import deliveries, delivery_alerts, is_dead, is_open
from bot.store.sums import is_whole
from bot.store.types import Moment


class OutboxTables:
    """The part of the store that the outbox speaks to."""

    _database: Database

    async def claim(
        self,
        owner: str,
        now: datetime,
        lease_until: datetime,
        limit: int,
        *,
        admits: Admits = everyone,
        held: Held = nothing_held,
        edit_gap: timedelta = timedelta(0),
    ) -> tuple[Delivery, ...]:
        """At most one of each channel: the next one waits until it is settled."""
        async with self._database.read() as connection:  # the bot looks every second, and mostly nothing is due
            times = {"now": now, "far": now + FAR, "after": now - edit_gap, "before": now + edit_gap}
            heads = [(seq, channel) for seq, channel in await connection.execute(_DUE, times)]
            holding = {channel: holds for _, channel in heads if (holds := held(codec.decode_channel(channel)))}
            if holding:
                heads = [head for head in heads if head[1] not in holding]
                heads = sorted([*heads, *await _not_held(connection, holding, times)])
        taken = list(islice((seq for seq, channel in heads if admits(codec.decode_channel(channel))), limit))
        if not taken:
            return ()
        async with self._database.write() as connection:
            due = [row for chunk in chunks(taken) for row in await connection.execute(_still_due(chunk), times)]
            whole = [row for row in due if is_whole(deliveries, row)]
            await _take(connection, [row.seq for row in whole], owner, lease_until)
            await _bury_damaged(connection, [row.seq for row in due if row not in whole], now)
            found = await _complete(connection, whole)
        return tuple(_taken(delivery, owner, lease_until) for delivery in found)

    async def settle(self, settlement: Settlement) -> bool:
        """Fenced by owner, attempt and state in one statement."""
        async with self._database.write() as connection:
            result = await connection.execute(_SETTLE, _settled(settlement))
            if settlement.state in FINAL:
                await bury_orphans(connection, settlement.at)
            return result.rowcount == 1

    async def settle_all(self, settlements: Sequence[Settlement], owed: Sequence[Delivery] = ()) -> None:
        """One statement for all of them."""
        if not settlements:
            return
        async with self._database.write() as connection:
            await connection.execute(_SETTLE, [_settled(each) for each in settlements])
            if any(each.state in FINAL for each in settlements):
                await bury_orphans(connection, max(each.at for each in settlements))
            await add_deliveries(connection, owed, settlements[0].at)

    async def unpark(self, channel: Channel | None, at: datetime) -> int:
        """Attempts and doubts stay as they are."""
        here = true() if channel is None else deliveries.c.channel == str(channel)
        statement = update(deliveries).where(is_open(deliveries), deliveries.c.state == "parked", here)
        async with self._database.write() as connection:
            result = await connection.execute(statement.values(state="pending", not_before=at, settled_at=None))
            return result.rowcount

    async def parked(self, before: datetime | None = None) -> tuple[Channel, ...]:
        """By the index of open ones."""
        stuck = and_(is_open(deliveries), deliveries.c.state == "parked")
        at = deliveries.c.settled_at
        long_ago = true() if before is None else or_(at <= before, at > before + FAR)
        statement = select(deliveries.c.channel).where(stuck, long_ago).distinct().order_by(deliveries.c.channel)
        async with self._database.read() as connection:
            return tuple(map(codec.decode_channel, await connection.scalars(statement)))

    async def dead_letters(self, channel: Channel, since: datetime) -> int:
        """Counted by the database."""
        mine = and_(deliveries.c.channel == str(channel), is_dead(deliveries), deliveries.c.error != DROPPED)
        statement = select(func.count()).select_from(deliveries).where(mine, deliveries.c.settled_at >= since)
        async with self._database.read() as connection:
            return int(await connection.scalar(statement) or 0)

    async def notices(self, since: datetime) -> tuple[Delivery, ...]:
        """Few, and asked for seldom."""
        statement = select(deliveries).where(deliveries.c.kind == "notice", deliveries.c.created >= since)
        async with self._database.read() as connection:
            return tuple(rows.delivery(row, (), None) for row in await connection.execute(statement))

    async def undelivered(self) -> tuple[Delivery, ...]:
        """In the order of the outbox."""
        dead = and_(is_dead(deliveries), deliveries.c.error != DROPPED)
        statement = select(deliveries).where(or_(is_open(deliveries), dead)).order_by(deliveries.c.seq)
        async with self._database.read() as connection:
            return tuple(rows.delivery(row, (), None) for row in await connection.execute(statement))

    async def replay(self, ids: Collection[str], at: datetime) -> int:
        """Attempts and doubts stay as they are; what would wait for a post that nobody sends stays dead."""
        stuck = deliveries.c.state.in_(("dead", "parked"))
        anew = {"state": "pending", "not_before": at, "settled_at": None}
        async with self._database.write() as connection:
            changed = await _change(connection, ids, stuck, anew)
            return changed - await bury_orphans(connection, at)

    async def drop(self, ids: Collection[str], at: datetime) -> int:
        """They stay in the store as dead letters, and so do edits and replies that waited for one of them."""
        waits = deliveries.c.state.in_(("dead", "parked", "pending"))
        async with self._database.write() as connection:
            changed = await _change(connection, ids, waits, {"state": "dead", "error": DROPPED, "settled_at": at})
            return changed + await bury_orphans(connection, at, DROPPED)

    async def outbox_counts(self) -> Mapping[DeliveryState, int]:
        """Counted by the database."""
        statement = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
        async with self._database.read() as connection:
            return {row[0]: row[1] for row in await connection.execute(statement)}


async def add_deliveries(connection: AsyncConnection, new: Sequence[Delivery], at: datetime) -> None:
    """Put deliveries at the end of the line; an edit takes the place of edits of its alerts that nobody attempted."""
    if not new:
        return
    gone = replaced(await _waiting_edits(connection, new), new)
    for chunk in chunks(gone):
        await connection.execute(delete(deliveries).where(deliveries.c.id.in_(chunk)))
    kept = [delivery for delivery in new if clean(delivery.id) not in gone]
    await insert(connection, deliveries, map(rows.delivery_row, kept))
    await insert(connection, delivery_alerts, (row for delivery in kept for row in rows.delivery_alert_rows(delivery)))
    if any(delivery.kind in FOLLOWERS for delivery in kept):
        await bury_orphans(connection, at)


async def _change(
    connection: AsyncConnection, ids: Collection[str], which: ColumnElement[bool], values: Mapping[str, object]
) -> int:
    changed = 0
    for chunk in chunks(ids):
        statement = update(deliveries).where(deliveries.c.id.in_(chunk), which).values(**values)
        changed += (await connection.execute(statement)).rowcount
    return changed


async def bury_orphans(connection: AsyncConnection, at: datetime, why: str = NEVER_SENT) -> int:
    """Mark edits and replies dead whose posts are all dead, or were never owed: they would block their channel."""
    follower = and_(is_open(deliveries), deliveries.c.state != "sending", deliveries.c.kind.in_(FOLLOWERS))
    orphaned = and_(follower, not_(_has_post("pending", "sending", "parked", "sent")))
    return await _bury(connection, orphaned, why, at)


async def _not_held(
    connection: AsyncConnection, holding: Mapping[str, Callable[[Head], bool]], times: Mapping[str, datetime]
) -> list[tuple[int, str]]:
    """Of these channels, the first of the line that is not held, where it is due."""
    heads: dict[str, Row[Any]] = {}
    for chunk in chunks(holding):
        for row in await connection.execute(_line_of(chunk), times):
            if row.channel not in heads and not (row.due and holding[row.channel](_head(row))):
                heads[row.channel] = row
    return [(row.seq, row.channel) for row in heads.values() if row.due and row.sendable]


def _head(row: Row[Any]) -> Head:
    put_off = row.attempt == 0 and row.not_before > row.created
    return Head(row.kind, row.created, put_off)


_NOW, _FAR, _AFTER, _BEFORE = (bindparam(name, type_=Moment) for name in ("now", "far", "after", "before"))


def _due() -> Select[Any]:
    """The first of each channel's line that is due; a channel is found by one look into the index of open ones."""
    lines = _channels_in_line()
    head = deliveries.alias("head")
    first = (
        select(head.c.seq)
        .where(is_open(head), head.c.channel == lines.c.channel, not_(_stands_aside(head)))
        .order_by(head.c.seq)
        .limit(1)
        .correlate(lines)
        .scalar_subquery()
    )
    heads = select(first).select_from(lines).where(lines.c.channel.is_not(None))
    where = (deliveries.c.seq.in_(heads), _is_ready(), _is_sendable())
    return select(deliveries.c.seq, deliveries.c.channel).where(*where).order_by(deliveries.c.seq)


def _line_of(channels: Sequence[str]) -> Select[Any]:
    """All that stands in the lines of these channels, and whether it is due."""
    which = (is_open(deliveries), deliveries.c.channel.in_(channels), not_(_stands_aside(deliveries)))
    whether = (_is_ready().label("due"), _is_sendable().label("sendable"))
    line = deliveries.c
    head = (line.seq, line.channel, line.kind, line.created, line.not_before, line.attempt)
    return select(*head, *whether).where(*which).order_by(line.seq)


def _is_sendable() -> ColumnElement[bool]:
    return or_(deliveries.c.kind.not_in(FOLLOWERS), _has_post("sent"))


def _channels_in_line() -> CTE:
    """Hop from one channel to the next: lines may be long (https://wiki.postgresql.org/wiki/Loose_indexscan)."""
    first = select(func.min(deliveries.c.channel).label("channel")).where(is_open(deliveries))
    lines = first.cte("lines", recursive=True)
    further = deliveries.alias("further")
    following = (
        select(func.min(further.c.channel))
        .where(is_open(further), further.c.channel > lines.c.channel)
        .correlate(lines)
        .scalar_subquery()
    )
    return lines.union_all(select(following).where(lines.c.channel.is_not(None)))


def _is_ready() -> ColumnElement[bool]:
    not_before, lease_until = deliveries.c.not_before, deliveries.c.lease_until
    return or_(
        and_(deliveries.c.state == "pending", or_(not_before <= _NOW, not_before > _FAR)),
        and_(deliveries.c.state == "sending", or_(lease_until <= _NOW, lease_until > _FAR)),
    )


def _still_due(seqs: Sequence[int]) -> Select[Any]:
    """Those of them that nobody has taken meanwhile, locked."""
    these = select(deliveries).where(deliveries.c.seq.in_(seqs), _is_ready()).order_by(deliveries.c.seq)
    return these.with_for_update(skip_locked=True)


def _stands_aside(line: FromClause) -> ColumnElement[bool]:
    """An untried edit or notice whose time has not come, and an edit whose message was edited a moment ago."""
    mine, theirs, edit = delivery_alerts.alias("mine"), delivery_alerts.alias("theirs"), deliveries.alias("edit")
    edited = exists().where(
        mine.c.delivery_id == line.c.id,
        theirs.c.alert_id == mine.c.alert_id,
        edit.c.id == theirs.c.delivery_id,
        edit.c.kind == "edit",
        edit.c.state == "sent",
        edit.c.settled_at > _AFTER,
        edit.c.settled_at < _BEFORE,  # later than that only where a clock was set back
    )
    untried = and_(line.c.kind.in_(PATIENT), line.c.state == "pending", line.c.attempt == 0)
    later = and_(line.c.not_before > _NOW, line.c.not_before <= _FAR)
    return and_(untried, or_(later, and_(line.c.kind == "edit", edited.correlate(line))))


def _has_post(*states: DeliveryState) -> ColumnElement[bool]:
    """Whether a delivery has a post of one of its alerts in one of these states."""
    mine, theirs, post = delivery_alerts.alias("mine"), delivery_alerts.alias("theirs"), deliveries.alias("post")
    return exists().where(
        mine.c.delivery_id == deliveries.c.id,
        theirs.c.alert_id == mine.c.alert_id,
        post.c.id == theirs.c.delivery_id,
        post.c.kind == "post",
        post.c.state.in_(states),
    )


_DUE = _due()
"""Made once: to make it costs more than to run it."""


async def _take(connection: AsyncConnection, seqs: Sequence[int], owner: str, lease_until: datetime) -> None:
    """A lease that ran out leaves a doubt: its holder may have sent the message."""
    for chunk in chunks(seqs):
        await connection.execute(
            update(deliveries)
            .where(deliveries.c.seq.in_(chunk))
            .values(
                doubtful=or_(deliveries.c.doubtful, deliveries.c.state == "sending"),
                state="sending",
                attempt=deliveries.c.attempt + 1,
                owner=owner,
                lease_until=lease_until,
            )
        )


async def _bury(connection: AsyncConnection, which: ColumnElement[bool], why: str, at: datetime) -> int:
    grave = {"state": "dead", "error": why, "settled_at": at, "lease_until": None, "owner": ""}
    return (await connection.execute(update(deliveries).where(which).values(grave))).rowcount


async def _bury_damaged(connection: AsyncConnection, seqs: Sequence[int], at: datetime) -> None:
    if seqs:
        await _bury(connection, deliveries.c.seq.in_(seqs), DAMAGED, at)
        await bury_orphans(connection, at)


async def _complete(connection: AsyncConnection, found: Sequence[Row[Any]]) -> list[Delivery]:
    """The deliveries with their alerts and targets."""
    alert_ids = await alert_ids_of(connection, [row.id for row in found])
    targets = await _targets(connection, [row.id for row in found if row.kind in FOLLOWERS])
    return [rows.delivery(row, alert_ids.get(row.id, ()), targets.get(row.id)) for row in found]


def _taken(delivery: Delivery, owner: str, lease_until: datetime) -> Delivery:
    """The delivery as `_take` left it in the store."""
    return replace(
        delivery,
        state="sending",
        attempt=delivery.attempt + 1,
        owner=owner,
        lease_until=lease_until,
        doubtful=delivery.doubtful or delivery.state == "sending",
    )


async def alert_ids_of(connection: AsyncConnection, delivery_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """By delivery, the alerts that it tells, in order."""
    if not delivery_ids:
        return {}
    statement = (
        select(delivery_alerts)
        .where(delivery_alerts.c.delivery_id.in_(delivery_ids))
        .order_by(delivery_alerts.c.delivery_id, delivery_alerts.c.position)
    )
    found: dict[str, tuple[str, ...]] = {}
    for row in await connection.execute(statement):
        found[row.delivery_id] = (*found.get(row.delivery_id, ()), row.alert_id)
    return found


async def _targets(connection: AsyncConnection, delivery_ids: Sequence[str]) -> dict[str, Receipt]:
    """By follower, the receipt of the first post of its alerts that was sent."""
    if not delivery_ids:
        return {}
    mine, theirs, post = delivery_alerts.alias("mine"), delivery_alerts.alias("theirs"), deliveries.alias("post")
    statement = (
        select(mine.c.delivery_id, post.c.message_id, post.c.link, post.c.doubtful)
        .where(
            mine.c.delivery_id.in_(delivery_ids),
            theirs.c.alert_id == mine.c.alert_id,
            post.c.id == theirs.c.delivery_id,
            post.c.kind == "post",
            post.c.state == "sent",
        )
        .order_by(post.c.seq)
    )
    found: dict[str, Receipt] = {}
    for row in await connection.execute(statement):
        found.setdefault(row.delivery_id, Receipt(row.message_id or "", row.link, doubtful=row.doubtful))
    return found


async def _waiting_edits(connection: AsyncConnection, new: Sequence[Delivery]) -> list[Waiting]:
    """Edits that wait, unattempted, for one of the alerts that the new edits show."""
    shown = sorted({alert_id for delivery in new if delivery.kind == "edit" for alert_id in delivery.alert_ids})
    concerned: dict[str, str] = {}
    for chunk in chunks(shown):
        statement = (
            select(deliveries.c.id, deliveries.c.channel)
            .join(delivery_alerts, delivery_alerts.c.delivery_id == deliveries.c.id)
            .where(
                delivery_alerts.c.alert_id.in_(chunk),
                is_open(deliveries),
                deliveries.c.kind == "edit",
                deliveries.c.state == "pending",
                deliveries.c.attempt == 0,
            )
        )
        concerned.update((row.id, row.channel) for row in await connection.execute(statement))
    found: list[Waiting] = []
    for ids in chunks(concerned):
        alert_ids = await alert_ids_of(connection, ids)
        found.extend(Waiting(id_, concerned[id_], frozenset(alert_ids[id_])) for id_ in ids)
    return found


def _settlement() -> Update:
    """What a settlement writes. A doubt that an earlier attempt left stays, and so does what it has nothing to say of.

    Made once: to make it costs more than to run it.
    """
    held = and_(
        deliveries.c.id == bindparam("held_id"),
        deliveries.c.owner == bindparam("held_owner"),
        deliveries.c.attempt == bindparam("held_attempt"),
        deliveries.c.state == "sending",
    )
    kept = {
        name: func.coalesce(bindparam(f"new_{name}", type_=deliveries.c[name].type), deliveries.c[name])
        for name in ("message_id", "link", "not_before")
    }
    doubtful = or_(deliveries.c.doubtful, bindparam("new_doubtful", type_=Boolean))
    written: dict[str, Any] = {name: bindparam(f"new_{name}") for name in ("state", "error", "settled_at")}
    values = {**written, **kept, "doubtful": doubtful, "owner": "", "lease_until": None}
    return update(deliveries).where(held).values(values)


_SETTLE = _settlement()


def _settled(settlement: Settlement) -> dict[str, Any]:
    """The values of `_SETTLE`."""
    receipt = settlement.receipt
    again = settlement.not_before or settlement.at
    return {
        "held_id": settlement.delivery_id,
        "held_owner": settlement.owner,
        "held_attempt": settlement.attempt,
        "new_state": settlement.state,
        "new_error": settlement.error,
        "new_settled_at": settlement.at if settlement.state in SETTLED else None,
        "new_message_id": receipt.message_id if receipt else None,
        "new_link": receipt.link if receipt else None,
        "new_not_before": again if settlement.state == "pending" else None,
        "new_doubtful": settlement.doubtful,
    }
