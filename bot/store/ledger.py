"""What people ask of the ledger: why an article was told or withheld, how much there is."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, not_, or_, select, tuple_, union_all
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.article import Article
from bot.model.channel import Channel
from bot.model.ledger import ArticleRecord, Told
from bot.model.story import StoryMember
from bot.model.upkeep import CANARY
from bot.store import codec, rows
from bot.store.border import clean, shorten
from bot.store.database import Database
from bot.store.intake import find_routings, find_verdicts
from bot.store.schema import (
    alerts,
    articles,
    deliveries,
    delivery_alerts,
    not_canary,
    revisions,
    routings,
    seen,
    sources,
    stories,
    story_members,
    verdicts,
)
from bot.store.search import find_holding, index_waiting

COUNTED = (articles, stories, verdicts, alerts, routings, deliveries, sources, revisions)
"""The tables whose rows tell how much a store holds."""
SAMPLE = 1000
"""Articles of one site that are looked at for the sources that list them."""


class LedgerTables:
    """The part of the store that answers questions."""

    _database: Database

    async def articles_by_url(self, canonical_url: str, limit: int = 5) -> tuple[ArticleRecord, ...]:
        """None for an empty URL. Also by what was listed: one article may have been seen at several addresses."""
        if not canonical_url:
            return ()
        address = shorten(clean(canonical_url))
        parts = and_(articles.c.canonical_url >= f"{address}#", articles.c.canonical_url < f"{address}$")
        listed = select(seen.c.article_id).where(seen.c.canonical_url == address)
        return await self._records(limit, or_(articles.c.canonical_url == address, articles.c.id.in_(listed), parts))

    async def sources_listing(self, hosts: Sequence[str]) -> frozenset[str]:
        """By the index of addresses; of each host some."""
        found: set[str] = set()
        async with self._database.read() as connection:
            for host in hosts:
                inside = and_(seen.c.canonical_url >= f"https://{host}/", seen.c.canonical_url < f"https://{host}0")
                newest = select(seen.c.source).where(inside).order_by(seen.c.canonical_url.desc()).limit(SAMPLE)
                found.update(await connection.scalars(select(newest.subquery().c.source).distinct()))
        return frozenset(found)

    async def articles_by_link(self, link: str, limit: int = 5) -> tuple[ArticleRecord, ...]:
        """None for an empty link."""
        return await self._records(limit, articles.c.url == clean(link)) if link else ()

    async def articles_by_company(
        self, companies: Collection[tuple[str, str]], limit: int = 5
    ) -> tuple[ArticleRecord, ...]:
        """The newest verdicts first; of a list and company by their index on list and time."""
        if not companies:
            return ()
        lists = sorted({watchlist for watchlist, _ in companies})
        which = tuple_(verdicts.c.watchlist, verdicts.c.company).in_(sorted(companies))
        newest = (
            select(verdicts.c.article_id)
            .where(verdicts.c.watchlist.in_(lists), which)
            .group_by(verdicts.c.article_id)
            .order_by(func.max(verdicts.c.at).desc(), verdicts.c.article_id.desc())
            .limit(limit)
        )
        return await self._records(limit, articles.c.id.in_(newest))

    async def articles_rejected(
        self, watchlist: str, company: str, since: datetime, limit: int = 5
    ) -> tuple[ArticleRecord, ...]:
        """Of an article judged in several editions the last verdict counts."""
        mine = and_(verdicts.c.watchlist == watchlist, verdicts.c.company == company, verdicts.c.at >= since)
        last = (
            select(verdicts.c.article_id, func.max(verdicts.c.revision).label("revision"))
            .where(mine)
            .group_by(verdicts.c.article_id)
            .subquery()
        )
        is_last = and_(last.c.article_id == verdicts.c.article_id, last.c.revision == verdicts.c.revision)
        found = select(verdicts.c.article_id).join(last, is_last).where(mine, not_(verdicts.c.matched))
        return await self._records(limit, articles.c.id.in_(found))

    async def last_judged(self, watchlists: Collection[str]) -> ArticleRecord | None:
        """By the index on list and time."""
        newest = (
            select(verdicts.c.article_id)
            .where(verdicts.c.watchlist.in_(sorted(watchlists)))
            .order_by(verdicts.c.at.desc(), verdicts.c.article_id.desc())
            .limit(1)
        )
        found = await self._records(1, articles.c.id == newest.scalar_subquery())
        return found[0] if found else None

    async def told_by(self, channel: Channel, message: str) -> ArticleRecord | None:
        """The article that the message's first alert tells of."""
        if not message:
            return None
        is_it = or_(
            deliveries.c.message_id == message, deliveries.c.message_id.endswith(f"/{message}", autoescape=True)
        )
        alert_id = (
            select(delivery_alerts.c.alert_id)
            .join(deliveries, deliveries.c.id == delivery_alerts.c.delivery_id)
            .where(deliveries.c.channel == str(channel), deliveries.c.kind == "post", is_it)
            .order_by(delivery_alerts.c.position)
            .limit(1)
        )
        found = await self._records(1, articles.c.id == _told_of(alert_id, channel).scalar_subquery())
        return found[0] if found else None

    async def members_of(self, story_id: str) -> tuple[StoryMember, ...]:
        """By the primary key."""
        order = (story_members.c.at, story_members.c.article_id)
        statement = select(story_members).where(story_members.c.story_id == story_id).order_by(*order)
        async with self._database.read() as connection:
            return tuple(rows.member(row) for row in await connection.execute(statement))

    async def articles_by_words(self, words: Sequence[str], limit: int = 5) -> tuple[ArticleRecord, ...]:
        """None without a word. Words are taken letter by letter: % and _ stand for themselves."""
        async with self._database.read() as connection:
            found = [rows.article(row) for row in await find_holding(connection, words, limit)]
            return await _with_ledger(connection, found)

    async def search(
        self, words: Sequence[str], *, since: datetime | None = None, limit: int = 200
    ) -> tuple[Article, ...]:
        """None without a word."""
        async with self._database.read() as connection:
            return tuple(rows.article(row) for row in await find_holding(connection, words, limit, since))

    async def index_articles(self) -> int:
        """In one short transaction; nothing to do on PostgreSQL, whose index keeps such a list itself."""
        async with self._database.write() as connection:
            return await index_waiting(connection)

    async def last_alerted(self, channel: Channel) -> ArticleRecord | None:
        """Of the newest alert the article that raised it or, after it grew, the last one that alerted."""
        newest = (
            select(alerts.c.id)
            .join(stories, stories.c.id == alerts.c.story_id)
            .where(alerts.c.channel == str(channel), stories.c.tenant != CANARY)
            .order_by(alerts.c.at.desc(), alerts.c.id.desc())
            .limit(1)
        )
        found = await self._records(1, articles.c.id == _told_of(newest, channel).scalar_subquery())
        return found[0] if found else None

    async def articles_since(self, since: datetime, *, after: str = "", limit: int = 500) -> tuple[Article, ...]:
        """A page by the primary key."""
        statement = select(articles).where(articles.c.first_seen >= since, articles.c.id > after, not_canary(articles))
        async with self._database.read() as connection:
            found = await connection.execute(statement.order_by(articles.c.id).limit(limit))
            return tuple(rows.article(row) for row in found)

    async def table_counts(self) -> Mapping[str, int]:
        """All in one statement."""
        counts = [
            select(literal(table.name).label("name"), func.count().label("rows")).select_from(table)
            for table in COUNTED
        ]
        async with self._database.read() as connection:
            return {row[0]: row[1] for row in await connection.execute(union_all(*counts))}

    async def _records(self, limit: int, *which: ColumnElement[bool]) -> tuple[ArticleRecord, ...]:
        statement = select(articles).where(*which).order_by(articles.c.first_seen.desc(), articles.c.id.desc())
        async with self._database.read() as connection:
            found = [rows.article(row) for row in await connection.execute(statement.limit(limit))]
            return await _with_ledger(connection, found)


def _told_of(alert_id: Select[tuple[str]], channel: Channel) -> Select[tuple[str]]:
    """Of an alert the article that raised it or, after it grew, the last one that alerted."""
    return (
        select(routings.c.article_id)
        .where(routings.c.alert_id == alert_id.scalar_subquery(), routings.c.channel == str(channel))
        .order_by((routings.c.state == "alerted").desc(), routings.c.at.desc(), routings.c.article_id.desc())
        .limit(1)
    )


async def _with_ledger(connection: AsyncConnection, found: Sequence[Article]) -> tuple[ArticleRecord, ...]:
    ids = [article.id for article in found]
    if not ids:
        return ()
    members = await _members(connection, ids)
    judged = await find_verdicts(connection, ids)
    routed = await find_routings(connection, ids)
    told = await _told(connection, ids)
    return tuple(
        ArticleRecord(
            article=article,
            member=members.get(article.id),
            verdicts=tuple(verdict for verdict in judged if verdict.article_id == article.id),
            routings=tuple(routing for routing in routed if routing.article_id == article.id),
            deliveries=tuple(told.get(article.id, ())),
        )
        for article in found
    )


async def _members(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, StoryMember]:
    """By article, its place in the story that it joined first."""
    order = (story_members.c.at, story_members.c.story_id)
    statement = select(story_members).where(story_members.c.article_id.in_(ids)).order_by(*order)
    found: dict[str, StoryMember] = {}
    for row in await connection.execute(statement):
        found.setdefault(row.article_id, rows.member(row))
    return found


async def _told(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, list[Told]]:
    """By article, the deliveries of the alerts that it raised or joined, in the order of the outbox."""
    message = (deliveries.c[name] for name in ("channel", "kind", "state", "settled_at", "link", "error"))
    statement = (
        select(routings.c.article_id, *message)
        .join(delivery_alerts, delivery_alerts.c.alert_id == routings.c.alert_id)
        .join(deliveries, deliveries.c.id == delivery_alerts.c.delivery_id)
        .where(routings.c.article_id.in_(ids))
        .order_by(deliveries.c.seq)
    )
    found: dict[str, list[Told]] = {}
    for row in await connection.execute(statement):
        found.setdefault(row.article_id, []).append(_told_row(row))
    return found


def _told_row(row: Row[*tuple[Any, ...]]) -> Told:
    channel = codec.decode_channel(row.channel)
    return Told(channel, row.kind, row.state, row.settled_at, row.link, row.error)
