"""How a company of a list fared: articles by verdict, stories by what became of them in a channel."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, case, func, not_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.channel import Channel
from bot.model.ledger import CompanyCounts, CompanyFates
from bot.store.border import clean
from bot.store.database import Database, chunks
from bot.store.fates import Raised, Routed, tally
from bot.store.schema import alerts, deliveries, delivery_alerts, routings, story_members, verdicts


class FaredTables:
    """The part of the store that counts for a company."""

    _database: Database

    async def company_counts(self, watchlist: str, since: datetime) -> Mapping[str, CompanyCounts]:
        """Of an article judged in several editions the last verdict counts."""
        async with self._database.read() as connection:
            found = await connection.execute(_counts(watchlist, since))
            return {row.company: CompanyCounts(row.matched, row.rejected, row.stories, row.last) for row in found}

    async def company_fates(self, watchlist: str, company: str, channel: Channel, since: datetime) -> CompanyFates:
        """Of an article judged in several editions the last verdict counts."""
        async with self._database.read() as connection:
            found = await connection.execute(_routed(clean(watchlist), clean(company), str(channel), since))
            routed = [Routed(row.story, row.state, row.alert_id or "") for row in found]
            raised = await _raised(connection, {each.alert_id for each in routed if each.alert_id})
        return tally(clean(company), routed, raised)


def _counts(watchlist: str, since: datetime) -> Any:
    of_list = and_(verdicts.c.watchlist == watchlist, verdicts.c.at >= since)
    last, is_last = _last(of_list)

    def distinct(column: ColumnElement[str], which: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count(func.distinct(case((which, column))))

    return (
        select(
            verdicts.c.company,
            distinct(verdicts.c.article_id, verdicts.c.matched).label("matched"),
            distinct(verdicts.c.article_id, not_(verdicts.c.matched)).label("rejected"),
            distinct(story_members.c.story_id, verdicts.c.matched).label("stories"),
            func.max(case((verdicts.c.matched, verdicts.c.at))).label("last"),
        )
        .join(last, is_last)
        .outerjoin(story_members, story_members.c.article_id == verdicts.c.article_id)
        .where(of_list)
        .group_by(verdicts.c.company)
    )


def _last(which: ColumnElement[bool]) -> tuple[FromClause, ColumnElement[bool]]:
    """The last of these verdicts on each article and company, and how verdicts join them."""
    last = (
        select(verdicts.c.article_id, verdicts.c.company, func.max(verdicts.c.revision).label("revision"))
        .where(which)
        .group_by(verdicts.c.article_id, verdicts.c.company)
        .subquery()
    )
    is_last = and_(
        last.c.article_id == verdicts.c.article_id,
        last.c.company == verdicts.c.company,
        last.c.revision == verdicts.c.revision,
    )
    return last, is_last


def _routed(watchlist: str, company: str, channel: str, since: datetime) -> Any:
    """What became there of the articles that were matched, each kind of one story once."""
    mine = and_(verdicts.c.watchlist == watchlist, verdicts.c.company == company, verdicts.c.at >= since)
    last, is_last = _last(mine)
    matched = (
        select(verdicts.c.article_id, func.min(story_members.c.story_id).label("story_id"))
        .join(last, is_last)
        .outerjoin(story_members, story_members.c.article_id == verdicts.c.article_id)
        .where(mine, verdicts.c.matched)
        .group_by(verdicts.c.article_id)
        .subquery()
    )
    here = and_(routings.c.article_id == matched.c.article_id, routings.c.channel == channel)
    story = func.coalesce(matched.c.story_id, matched.c.article_id).label("story")
    return (
        select(story, routings.c.state, routings.c.alert_id).select_from(matched).outerjoin(routings, here).distinct()
    )


async def _raised(connection: AsyncConnection, alert_ids: Collection[str]) -> dict[str, Raised]:
    """By alert, its story, whom it names and the states of its messages."""
    states: defaultdict[str, set[str]] = defaultdict(set)
    found: dict[str, Raised] = {}
    for chunk in chunks(sorted(alert_ids)):
        told = (
            select(delivery_alerts.c.alert_id, deliveries.c.state)
            .join(deliveries, deliveries.c.id == delivery_alerts.c.delivery_id)
            .where(delivery_alerts.c.alert_id.in_(chunk))
            .distinct()
        )
        for row in await connection.execute(told):
            states[row.alert_id].add(row.state)
        which = select(alerts.c.id, alerts.c.story_id, alerts.c.card).where(alerts.c.id.in_(chunk))
        for id_, story, card in await connection.execute(which):
            names = frozenset(line["company"] for line in card["companies"])
            found[id_] = Raised(story, names, frozenset(states[id_]))
    return found
