"""The ledger in memory."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from itertools import islice

from bot.model.alert import Alert, Delivery
from bot.model.article import Article
from bot.model.channel import Channel
from bot.model.ledger import ArticleRecord, CompanyCounts, CompanyFates, Routing, Told, Verdict
from bot.model.story import StoryMember
from bot.model.upkeep import CANARY
from bot.store import rows
from bot.store.border import clean, in_utc
from bot.store.fates import Raised, Routed, tally
from bot.store.memory_state import State


class MemoryLedger:
    """The part of the store that answers questions."""

    _state: State

    async def articles_by_url(self, canonical_url: str, limit: int = 5) -> tuple[ArticleRecord, ...]:
        """None for an empty URL. Also by what was listed."""
        url = clean(canonical_url)
        if not url:
            return ()
        listed = {mark.article_id for mark in self._state.seen.values() if mark.canonical_url == url}

        def is_there(article: Article) -> bool:
            address = article.identity.canonical_url
            return address == url or address.startswith(f"{url}#") or article.id in listed

        return self._records(limit, is_there)

    async def sources_listing(self, hosts: Sequence[str]) -> frozenset[str]:
        """All of them."""
        inside = tuple(f"https://{host}/" for host in hosts)
        return frozenset(mark.source for mark in self._state.seen.values() if mark.canonical_url.startswith(inside))

    async def articles_by_link(self, link: str, limit: int = 5) -> tuple[ArticleRecord, ...]:
        """None for an empty link."""
        url = clean(link)
        return self._records(limit, lambda article: article.url == url != "")

    async def articles_by_company(
        self, companies: Collection[tuple[str, str]], limit: int = 5
    ) -> tuple[ArticleRecord, ...]:
        """The newest verdicts first."""
        newest: dict[str, datetime] = {}
        for verdict in self._state.verdicts.values():
            if (verdict.watchlist, verdict.company) in companies:
                newest[verdict.article_id] = max(verdict.at, newest.get(verdict.article_id, verdict.at))
        chosen = sorted(newest, key=lambda id_: (newest[id_], id_), reverse=True)[:limit]
        return self._records(limit, lambda article: article.id in chosen)

    async def articles_rejected(
        self, watchlist: str, company: str, since: datetime, limit: int = 5
    ) -> tuple[ArticleRecord, ...]:
        """Of an article judged in several editions the last verdict counts."""
        last: dict[str, Verdict] = {}
        for verdict in sorted(self._state.verdicts.values(), key=rows.verdict_order):
            if (verdict.watchlist, verdict.company) == (watchlist, company) and verdict.at >= since:
                last[verdict.article_id] = verdict
        return self._records(limit, lambda article: article.id in last and not last[article.id].matched)

    async def last_judged(self, watchlists: Collection[str]) -> ArticleRecord | None:
        """Of the newest verdict."""
        found = [verdict for verdict in self._state.verdicts.values() if verdict.watchlist in watchlists]
        newest = max(found, key=lambda verdict: (verdict.at, verdict.article_id), default=None)
        return self._record(self._state.articles[newest.article_id]) if newest else None

    async def told_by(self, channel: Channel, message: str) -> ArticleRecord | None:
        """The article that the message's first alert tells of."""
        posts = (d for d in self._state.deliveries.values() if d.channel == channel and d.kind == "post" and d.receipt)
        meant = (d for d in posts if message and d.receipt and f"/{d.receipt.message_id}".endswith(f"/{message}"))
        post = next(meant, None)
        return self._told_of(post.alert_ids[0], channel) if post and post.alert_ids else None

    async def members_of(self, story_id: str) -> tuple[StoryMember, ...]:
        """Oldest first."""
        found = [member for member in self._state.members.values() if member.story_id == story_id]
        return tuple(sorted(found, key=lambda member: (member.at, member.article_id)))

    async def articles_by_words(self, words: Sequence[str], limit: int = 5) -> tuple[ArticleRecord, ...]:
        """None without a word."""
        return self._records(limit, _holding(words))

    async def search(
        self, words: Sequence[str], *, since: datetime | None = None, limit: int = 200
    ) -> tuple[Article, ...]:
        """None without a word."""
        holds = _holding(words)
        found = [
            each for each in self._state.articles.values() if holds(each) and (not since or each.first_seen >= since)
        ]
        return tuple(sorted(found, key=lambda each: (each.first_seen, each.id), reverse=True)[:limit])

    async def index_articles(self) -> int:
        """Every search looks through all articles."""
        return 0

    async def last_alerted(self, channel: Channel) -> ArticleRecord | None:
        """Of the newest alert the article that alerted last."""
        mine = (each for each in self._state.alerts.values() if each.channel == channel)
        alerts = [each for each in mine if self._state.stories[each.story_id].tenant != CANARY]
        if not alerts:
            return None
        return self._told_of(max(alerts, key=lambda alert: (alert.at, alert.id)).id, channel)

    def _told_of(self, alert_id: str, channel: Channel) -> ArticleRecord | None:
        """Of an alert the article that raised it or, after it grew, the last one that alerted."""
        routed = [r for r in self._state.routings.values() if r.channel == channel and r.alert_id == alert_id]
        if not routed:
            return None
        last = max(routed, key=lambda routing: (routing.state == "alerted", routing.at, routing.article_id))
        return self._record(self._state.articles[last.article_id])

    async def articles_since(self, since: datetime, *, after: str = "", limit: int = 500) -> tuple[Article, ...]:
        """A page by the primary key."""
        later = (each for key, each in sorted(self._state.articles.items()) if key > after and each.first_seen >= since)
        later = (each for each in later if not _is_canary(each))
        return tuple(islice(later, limit))

    async def company_counts(self, watchlist: str, since: datetime) -> Mapping[str, CompanyCounts]:
        """Of an article judged in several editions the last verdict counts."""
        last = self._last(watchlist, since)
        companies = {company for _, company in last}
        return {company: self._count([v for v in last.values() if v.company == company]) for company in companies}

    async def company_fates(self, watchlist: str, company: str, channel: Channel, since: datetime) -> CompanyFates:
        """Of an article judged in several editions the last verdict counts."""
        name = clean(company)
        last = self._last(clean(watchlist), in_utc(since))
        matched = [article for (article, of), verdict in last.items() if of == name and verdict.matched]
        routed = [self._routed(article, channel) for article in matched]
        raised = {each.id: self._raised(each) for each in self._state.alerts.values()}
        return tally(name, routed, raised)

    def _last(self, watchlist: str, since: datetime) -> dict[tuple[str, str], Verdict]:
        """The last verdict since then on each article and company."""
        last: dict[tuple[str, str], Verdict] = {}
        for verdict in sorted(self._state.verdicts.values(), key=rows.verdict_order):
            if verdict.watchlist == watchlist and verdict.at >= since:
                last[verdict.article_id, verdict.company] = verdict
        return last

    def _routed(self, article: str, channel: Channel) -> Routed:
        stories = [member.story_id for member in self._state.members.values() if member.article_id == article]
        routing = self._state.routings.get((article, str(channel)))
        story = min(stories, default=article)
        return Routed(story, routing.state, routing.alert_id) if routing else Routed(story, None)

    def _raised(self, alert: Alert) -> Raised:
        names = frozenset(line.company for line in alert.card.companies)
        messages = frozenset(each.state for each in self._state.deliveries.values() if alert.id in each.alert_ids)
        return Raised(alert.story_id, names, messages)

    async def table_counts(self) -> Mapping[str, int]:
        """Rows by table name."""
        names = ("articles", "stories", "verdicts", "alerts", "routings", "deliveries", "sources", "revisions")
        return {name: len(getattr(self._state, name)) for name in names}

    def _count(self, verdicts: Sequence[Verdict]) -> CompanyCounts:
        matched = {verdict.article_id for verdict in verdicts if verdict.matched}
        stories = {member.story_id for member in self._state.members.values() if member.article_id in matched}
        last = max((verdict.at for verdict in verdicts if verdict.matched), default=None)
        return CompanyCounts(len(matched), len(verdicts) - len(matched), len(stories), last)

    def _records(self, limit: int, which: Callable[[Article], bool]) -> tuple[ArticleRecord, ...]:
        found = filter(which, self._state.articles.values())
        newest = sorted(found, key=lambda article: (article.first_seen, article.id), reverse=True)
        return tuple(self._record(article) for article in newest[:limit])

    def _record(self, article: Article) -> ArticleRecord:
        routed = self._routings(article)
        alert_ids = {routing.alert_id for routing in routed}
        told = [d for d in self._state.deliveries.values() if alert_ids & set(d.alert_ids)]
        judged = [v for v in self._state.verdicts.values() if v.article_id == article.id]
        return ArticleRecord(
            article=article,
            member=self._member(article),
            verdicts=tuple(sorted(judged, key=rows.verdict_order)),
            routings=routed,
            deliveries=tuple(map(self._told, told)),
        )

    def _told(self, delivery: Delivery) -> Told:
        link = delivery.receipt.link if delivery.receipt else ""
        settled = self._state.settled.get(delivery.id)
        return Told(delivery.channel, delivery.kind, delivery.state, settled, link, delivery.error)

    def _routings(self, article: Article) -> tuple[Routing, ...]:
        found = [routing for routing in self._state.routings.values() if routing.article_id == article.id]
        return tuple(sorted(found, key=lambda routing: str(routing.channel)))

    def _member(self, article: Article) -> StoryMember | None:
        """Its place in the story that it joined first."""
        places = [member for member in self._state.members.values() if member.article_id == article.id]
        return min(places, key=lambda member: (member.at, member.story_id), default=None)


def _holding(words: Sequence[str]) -> Callable[[Article], bool]:
    """Whether an article holds every word; none holds no words."""
    sought = [word for word in (clean(each).casefold().strip() for each in words) if word]

    def has_all(article: Article) -> bool:
        folded = rows.folded(article.title, article.text)
        return bool(sought) and not _is_canary(article) and all(word in folded for word in sought)

    return has_all


def _is_canary(article: Article) -> bool:
    return article.source.startswith(f"{CANARY}|")
