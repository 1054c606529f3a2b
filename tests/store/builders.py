"""Short ways to make what a poll decides, for the store's tests."""

from datetime import datetime, timedelta

import pytest

from bot.model.alert import Alert, Delivery, PollOutcome, Receipt, Seen, Settlement
from bot.model.article import Article, Identity
from bot.model.channel import CONSOLE, Channel
from bot.model.company import Mention, Reason
from bot.model.ledger import Routing, RoutingState, Verdict
from bot.model.source import SourceState
from bot.model.story import Story, StoryMember
from bot.protocols import Store
from bot.store import sums
from bot.store.database import connect_blocking
from bot.store.place import parse_place
from tests.builders import alert, delivery
from tests.fakes import START

SOURCE = "feed:https://focus.example/feed"
SLACK = Channel.parse("slack:T0AB/C0123ABCD")
DISCORD = Channel.parse("discord:112233/445566")
LEASE = timedelta(seconds=60)


def at(**later: float) -> datetime:
    return START + timedelta(**later)


def article(
    article_id: str = "article-1",
    title: str = "Lava launches a phone",
    text: str = "Lava said so in Noida.",
    *,
    url: str = "https://focus.example/1",
    first_seen: datetime = START,
    revision: int = 1,
) -> Article:
    return Article(
        id=article_id,
        source=SOURCE,
        identity=Identity(f"entry-{article_id}", url, f"{title} 2026-11-20", f"digest-{revision}"),
        url=url,
        title=title,
        text=text,
        first_seen=first_seen,
        published=first_seen - timedelta(minutes=5),
        lang="en",
        publisher="Focus",
        revision=revision,
    )


def seen(of: Article, **changes: str) -> Seen:
    identity = of.identity
    values = {
        "source": of.source,
        "entry_id": identity.entry_id,
        "canonical_url": identity.canonical_url,
        "title_key": identity.title_key,
        "digest": identity.digest,
        "article_id": of.id,
    }
    return Seen(**{**values, **changes}, at=of.first_seen)


def story(story_id: str = "story-1", *, first_seen: datetime = START) -> Story:
    return Story(story_id, "Lava launches a phone", first_seen)


def member(of: Article, story_id: str = "story-1", *, joined: datetime = START) -> StoryMember:
    return StoryMember(
        story_id,
        of.id,
        of.source,
        of.title,
        of.text[:200],
        of.identity.canonical_url,
        of.lang,
        joined,
        "first article",
        ("Lava",),
    )


def mention(company: str = "Lava", *, alert: bool = True) -> Mention:
    reasons = (Reason("full name", 0.5), Reason("next to 'phone'", 0.25))
    return Mention(company, "Lava", "Lava", "title", 0, 4, 100.0, "exact", 0.875, reasons, alert, "main")


def verdict(
    of: Article,
    company: str = "Lava",
    *,
    watchlist: str = "phones.yaml",
    matched: bool = True,
    when: datetime = START,
) -> Verdict:
    best = mention(company, alert=matched)
    return Verdict(of.id, of.revision, watchlist, company, matched, best.confidence, "main", best, when)


def routing(
    of: Article,
    channel: Channel = CONSOLE,
    state: RoutingState = "alerted",
    *,
    alert_id: str = "alert-1",
    when: datetime = START,
) -> Routing:
    return Routing(of.id, channel, state, when, alert_id, "because")


def told(of: Article, story_id: str = "story-1", channel: Channel = CONSOLE) -> PollOutcome:
    """A new article that raised an alert in one channel: one row in every table."""
    raised = alert(f"alert-{of.id}", story_id, channel)
    return PollOutcome(
        state=SourceState(SOURCE, last_poll=of.first_seen, last_success=of.first_seen),
        at=of.first_seen,
        articles=(of,),
        seen=(seen(of),),
        stories=(story(story_id, first_seen=of.first_seen),),
        members=(member(of, story_id, joined=of.first_seen),),
        verdicts=(verdict(of, when=of.first_seen),),
        alerts=(raised,),
        routings=(routing(of, channel, alert_id=raised.id, when=of.first_seen),),
        deliveries=(delivery(f"post-{of.id}", channel, alert_id=raised.id, at=of.first_seen),),
    )


async def owe(store: Store, *deliveries: Delivery, when: datetime = START) -> None:
    """Commit deliveries with the alerts that they need."""
    needed: dict[str, Alert] = {
        alert_id: alert(alert_id, f"story-of-{alert_id}", each.channel)
        for each in deliveries
        for alert_id in each.alert_ids
    }
    stories = tuple(story(each.story_id) for each in needed.values())
    await store.commit(
        PollOutcome(SourceState(SOURCE), when, stories=stories, alerts=tuple(needed.values()), deliveries=deliveries)
    )


def sent(claimed: Delivery, message_id: str = "", *, when: datetime = START) -> Settlement:
    receipt = Receipt(message_id or f"message-{claimed.id}", f"https://chat.example/{claimed.id}")
    return Settlement(claimed.id, claimed.owner, claimed.attempt, "sent", when, receipt)


async def claim(store: Store, owner: str = "one", *, now: datetime = START, limit: int = 100) -> tuple[Delivery, ...]:
    return await store.claim(owner, now, now + LEASE, limit)


async def send_all(store: Store, *, now: datetime = START) -> list[str]:
    """Send whatever is due until nothing is; the ids in the order they were sent."""
    done: list[str] = []
    while claimed := await claim(store, now=now):
        for each in claimed:
            assert await store.settle(sent(each, when=now))
            done.append(each.id)
    return done


def everything_changed(url: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What has a wrong checksum, also among short rows."""
    monkeypatch.setattr(sums, "LONG", -1)
    with connect_blocking(parse_place(url)).connect() as connection:
        return list(sums.changed(connection.execute, connection.dialect.name))
