"""What the in-memory store holds, and how an outcome changes it: the rules of the tables without tables."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Self

from bot.errors import StoreError
from bot.model.alert import Alert, Delivery, PollOutcome, Process, Seen
from bot.model.article import Article
from bot.model.channel import Channel
from bot.model.ledger import Routing, Verdict, Withheld
from bot.model.mute import Mute
from bot.model.source import SourceState
from bot.model.story import Story, StoryMember
from bot.model.vote import Vote
from bot.model.watchlist import Base, Revision
from bot.store.line import FOLLOWERS, NEVER_SENT, replaced, waiting

_Pair = tuple[str, str]


@dataclass(slots=True)
class State:
    """Rows by key, in the order they were added; deliveries stand in the order of the outbox."""

    sources: dict[str, SourceState] = field(default_factory=dict)
    articles: dict[str, Article] = field(default_factory=dict)
    seen: dict[_Pair, Seen] = field(default_factory=dict)
    stories: dict[str, Story] = field(default_factory=dict)
    members: dict[_Pair, StoryMember] = field(default_factory=dict)
    verdicts: dict[tuple[str, int, str, str], Verdict] = field(default_factory=dict)
    alerts: dict[_Pair, Alert] = field(default_factory=dict)
    routings: dict[_Pair, Routing] = field(default_factory=dict)
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    settled: dict[str, datetime] = field(default_factory=dict)
    revisions: dict[str, Revision] = field(default_factory=dict)
    bases: dict[str, Base] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    processes: dict[str, Process] = field(default_factory=dict)
    mutes: dict[str, Mute] = field(default_factory=dict)
    withheld: dict[_Pair, Withheld] = field(default_factory=dict)
    votes: dict[tuple[str, str, str, str, str], Vote] = field(default_factory=dict)
    marks: dict[str, datetime] = field(default_factory=dict)
    firsts: dict[str, datetime] = field(default_factory=dict)
    story_revision: int = 0

    def draft(self) -> Self:
        """A copy to change; it takes the place of this one when all went well."""
        held: dict[str, Any] = {f.name: copy(getattr(self, f.name)) for f in fields(self)}
        return type(self)(**held)

    def apply(self, outcome: PollOutcome) -> None:
        """All of an outcome; StoreError where it refers to what is not there."""
        self._apply_articles(outcome)
        self._apply_stories(outcome)
        self._apply_ledger(outcome)
        self.owe(outcome.deliveries)
        self.bury_orphans(outcome.at)
        self.sources[outcome.state.key] = outcome.state

    def _apply_articles(self, outcome: PollOutcome) -> None:
        for article in outcome.articles:
            old = self.articles.get(article.id, article)
            self.articles[article.id] = replace(article, source=old.source, first_seen=old.first_seen)
        for mark in outcome.seen:
            key = (mark.source, mark.entry_id)
            self.seen[key] = replace(mark, at=self.seen.get(key, mark).at)

    def _apply_stories(self, outcome: PollOutcome) -> None:
        for story in outcome.stories:
            self.stories[story.id] = replace(self.stories.get(story.id, story), title=story.title)
        for member in outcome.members:
            _refer(member.story_id, self.stories)
            _refer(member.article_id, self.articles)
            key = (member.story_id, member.article_id)
            old = self.members.get(key, member)
            self.members[key] = replace(old, title=member.title, lead=member.lead, reason=member.reason)
        if outcome.stories or outcome.members:
            self.story_revision += 1

    def _apply_ledger(self, outcome: PollOutcome) -> None:
        for verdict in outcome.verdicts:
            _refer(verdict.article_id, self.articles)
            key = (verdict.article_id, verdict.revision, verdict.watchlist, verdict.company)
            self.verdicts.setdefault(key, verdict)
        for alert in outcome.alerts:
            _refer(alert.story_id, self.stories)
            told = (str(alert.channel), alert.story_id)
            self.alerts[told] = replace(self.alerts.get(told, alert), card=alert.card, at=alert.at)
        for routing in outcome.routings:
            _refer(routing.article_id, self.articles)
            self.routings[routing.article_id, str(routing.channel)] = routing
        alert_ids = {alert.id for alert in self.alerts.values()}
        for each in outcome.withheld:
            _refer(each.article_id, self.articles)
            _refer(each.alert_id, alert_ids)
            self.withheld[each.article_id, str(each.channel)] = each

    def owe(self, new: tuple[Delivery, ...]) -> None:
        """Put deliveries at the end of the line; StoreError where one refers to what is not there."""
        gone = replaced(filter(None, map(waiting, self.deliveries.values())), new)
        self.deliveries = {id_: delivery for id_, delivery in self.deliveries.items() if id_ not in gone}
        alert_ids = {alert.id for alert in self.alerts.values()}
        for delivery in new:
            if delivery.id in gone:
                continue
            _be_new(delivery.id, self.deliveries)
            for alert_id in delivery.alert_ids:
                _refer(alert_id, alert_ids)
            self.deliveries[delivery.id] = replace(delivery, alert_ids=tuple(dict.fromkeys(delivery.alert_ids)))

    def bury_orphans(self, at: datetime, why: str = NEVER_SENT) -> int:
        """Mark edits and replies dead whose posts are all dead, or were never owed: they would block their channel."""
        buried = 0
        for delivery in list(self.deliveries.values()):
            is_open = delivery.state in ("pending", "parked")
            if (
                is_open
                and delivery.kind in FOLLOWERS
                and not any(p.state not in ("dead", "gone") for p in self.posts_of(delivery))
            ):
                self.deliveries[delivery.id] = replace(delivery, state="dead", error=why)
                self.settled[delivery.id] = at
                buried += 1
        return buried

    def posts_of(self, follower: Delivery) -> list[Delivery]:
        """The posts of the alerts that an edit or a reply belongs to, in the order of the outbox."""
        shared = set(follower.alert_ids)
        return [post for post in self.deliveries.values() if post.kind == "post" and shared & set(post.alert_ids)]

    def as_told(self, alert: Alert) -> Alert:
        """With how its channel was told of it, why it waits, and whether its messages are dead letters or deleted."""
        gone = any(each.state == "gone" and alert.id in each.alert_ids for each in self.deliveries.values())
        alert = replace(alert, gone=gone, lost=False, cause="digest", subject="")
        said = [d for d in self.deliveries.values() if alert.id in d.alert_ids and d.kind not in FOLLOWERS]
        alive = {d.kind for d in said if d.state != "dead"}
        waits = [each for each in self.withheld.values() if each.alert_id == alert.id and each.cause != "mute"]
        if "post" in alive or "digest" in alive:
            return replace(alert, said="post" if "post" in alive else "digest")
        if waits:
            first = min(waits, key=lambda each: (each.at, each.article_id))
            return replace(alert, said="waits", cause=first.cause, subject=first.subject)
        return replace(alert, said="post", lost=True) if said else replace(alert, said="nothing")

    def add_revisions(self, revisions: Iterable[Revision]) -> None:
        """Append changes; StoreError for one that is there already."""
        for revision in revisions:
            _be_new(revision.id, self.revisions)
            self.revisions[revision.id] = revision


def _refer(key: str, rows: Iterable[str]) -> None:
    if key not in rows:
        raise StoreError("the store in memory refused what contradicts its rows: nothing of it was written")


def _be_new(key: str, rows: Iterable[str]) -> None:
    if key in rows:
        raise StoreError("the store in memory refused what contradicts its rows: nothing of it was written")
