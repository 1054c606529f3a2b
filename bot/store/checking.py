"""Whether a store is whole and its ledger adds up."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, func, not_, or_, select

from bot.errors import StoreError
from bot.store.database import connect_blocking
from bot.store.faults import in_words
from bot.store.health import check_writable
from bot.store.likelihood import unlikely
from bot.store.place import FilePlace, ServerPlace, parse_place
from bot.store.schema import (
    alerts,
    deliveries,
    delivery_alerts,
    is_open,
    routing_changes,
    routings,
    verdicts,
    withheld,
)
from bot.store.sums import changed, is_whole
from bot.store.versions import check_version

SHORTEST_KEPT = timedelta(days=30)
"""What was sent is kept so long at least: an older alert may have lost its message to retention."""
_MANY = 10
"""Findings of SQLite that are shown."""
_DAMAGED = "damaged: {}"


def check_store(url: str, now: datetime) -> tuple[str, ...]:
    """What is wrong with the store, a sentence each; none where all adds up. StoreError where it can't be read."""
    place = parse_place(url)
    if isinstance(place, FilePlace):
        if not place.path.exists():
            raise StoreError(
                f"there is no store at {place}: restore the newest backup, start the bot, which makes a new one, or "
                "set DATABASE_URL to where it is"
            )
        check_writable(place)
        if damaged := _damage(place):
            return damaged
    with in_words(place), connect_blocking(place).connect() as connection:
        check_version(connection, place)
        on_server = isinstance(place, ServerPlace)  # a file was looked at already
        damage = [*changed(connection.execute, connection.dialect.name)] if on_server else []
        return (*map(_DAMAGED.format, damage), *wrong_in(connection, now))


def _damage(place: FilePlace) -> tuple[str, ...]:
    with in_words(place), closing(sqlite3.connect(place.path)) as connection:
        found = [str(row[0]) for row in connection.execute(f"PRAGMA integrity_check({_MANY})")]
        loose = connection.execute("PRAGMA foreign_key_check").fetchmany(_MANY)
        found += unlikely(connection) if found == ["ok"] else ()
    damage = [_DAMAGED.format(each) for each in found if each != "ok"]
    return (*damage, *(f"a row of {row[0]} belongs to one of {row[2]} that is not there" for row in loose))


def wrong_in(connection: Connection, now: datetime | None = None) -> tuple[str, ...]:
    """What of the ledger and the outbox does not add up; `now` looks for recent alerts that nobody was told too."""
    found = []
    for sentence, statement in _SUMS.items():
        if number := connection.scalar(statement):
            found.append(f"{number:,} {sentence}")
    if now is not None and (number := connection.scalar(_untold(now))):
        found.append(f"{number:,} alerts of the last {SHORTEST_KEPT.days} days have neither a message nor a wait")
    waiting = connection.execute(select(deliveries).where(is_open(deliveries)).order_by(deliveries.c.seq))
    if broken := sum(not is_whole(deliveries, row) for row in waiting):
        found.append(f"{broken:,} messages that wait were changed by something else than the bot")
    return tuple(found)


def _number_of(table: Any, *which: Any) -> Select[Any]:
    return select(func.count()).select_from(table).where(*which)


_HEARD = routings.c.state.in_(("alerted", "joined"))
_SUMS = {
    "routings say that a channel heard and have no alert": _number_of(
        routings, _HEARD, ~exists().where(alerts.c.id == routings.c.alert_id)
    ),
    "routings differ from the last change that is noted of them": _number_of(
        routings,
        ~exists().where(
            and_(
                routing_changes.c.article_id == routings.c.article_id,
                routing_changes.c.channel == routings.c.channel,
                routing_changes.c.state == routings.c.state,
                routing_changes.c.at == routings.c.at,
            )
        ),
    ),
    "matches have no routing in any channel": _number_of(
        verdicts, verdicts.c.matched, ~exists().where(routings.c.article_id == verdicts.c.article_id)
    ),
    "articles wait for a digest and have no routing": _number_of(
        withheld,
        ~exists().where(routings.c.article_id == withheld.c.article_id, routings.c.channel == withheld.c.channel),
    ),
    "messages arrived without a receipt": _number_of(
        deliveries, deliveries.c.state == "sent", or_(deliveries.c.message_id.is_(None), deliveries.c.message_id == "")
    ),
    "messages are being sent by nobody": _number_of(
        deliveries, deliveries.c.state == "sending", or_(deliveries.c.owner == "", deliveries.c.lease_until.is_(None))
    ),
}


def _untold(now: datetime) -> Select[Any]:
    told = exists().where(delivery_alerts.c.alert_id == alerts.c.id)
    waits = exists().where(withheld.c.alert_id == alerts.c.id)
    said = exists().where(routings.c.alert_id == alerts.c.id, routings.c.state == "alerted")
    return _number_of(alerts, alerts.c.at > now - SHORTEST_KEPT, said, not_(told), not_(waits))
