"""Nouns as rows of the tables, and back."""

from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from bot.model.alert import Alert, Delivery, Process, Receipt, Seen
from bot.model.article import Article, Identity, Known
from bot.model.card import Card, TextCard
from bot.model.channel import Channel
from bot.model.ledger import Routing, Verdict, Withheld
from bot.model.mute import Mute
from bot.model.source import Cursor, SourceState
from bot.model.story import Story, StoryMember
from bot.model.watchlist import Base, Change, Revision
from bot.store import codec
from bot.store.border import clean

Values = dict[str, Any]

EVERY_CHANNEL = ""

UNREADABLE = TextCard("notice", (("its text can't be read any more",),))


def folded(title: str, text: str) -> str:
    """What a search without case looks through."""
    return f"{title}\n{text}".casefold()


def source_row(state: SourceState) -> Values:
    """The health of a source."""
    return {
        "key": state.key,
        "etag": state.cursor.etag,
        "last_modified": state.cursor.last_modified,
        "body_hash": state.cursor.body_hash,
        "last_poll": state.last_poll,
        "last_success": state.last_success,
        "next_poll": state.next_poll,
        "failures": state.failures,
        "error": state.error,
        "notes": [clean(note) for note in state.notes],
        "learnt": codec.encode_learnt(state.learnt),
    }


def source_state(row: Row[Any]) -> SourceState:
    """The health of a source."""
    return SourceState(
        key=row.key,
        cursor=Cursor(row.etag, row.last_modified, row.body_hash),
        last_poll=row.last_poll,
        last_success=row.last_success,
        next_poll=row.next_poll,
        failures=row.failures,
        error=row.error,
        notes=tuple(row.notes),
        learnt=codec.decode_learnt(row.learnt),
    )


def article_row(article: Article) -> Values:
    """An article in its newest edition."""
    return {
        "id": article.id,
        "source": article.source,
        "entry_id": article.identity.entry_id,
        "canonical_url": article.identity.canonical_url,
        "title_key": article.identity.title_key,
        "digest": article.identity.digest,
        "url": article.url,
        "title": article.title,
        "text": article.text,
        "gap": article.gap,
        "folded": folded(article.title, article.text),
        "first_seen": article.first_seen,
        "published": article.published,
        "lang": article.lang,
        "publisher": article.publisher,
        "revision": article.revision,
    }


def article(row: Row[Any]) -> Article:
    """An article in its newest edition."""
    return Article(
        id=row.id,
        source=row.source,
        identity=Identity(row.entry_id, row.canonical_url, row.title_key, row.digest),
        url=row.url,
        title=row.title,
        text=row.text,
        first_seen=row.first_seen,
        published=row.published,
        lang=row.lang,
        publisher=row.publisher,
        revision=row.revision,
        gap=row.gap or "",
    )


def seen_row(mark: Seen) -> Values:
    """That something was listed."""
    return {
        "source": mark.source,
        "entry_id": mark.entry_id,
        "canonical_url": mark.canonical_url,
        "title_key": mark.title_key,
        "digest": mark.digest,
        "article_id": mark.article_id,
        "at": mark.at,
    }


def rank_seen(asking: str, source: str, article_id: str, at: datetime, entry_id: str) -> tuple[object, ...]:
    """Smallest for the best of several that share a URL or a title: own source, with an article, the first one."""
    return (source != asking, not article_id, at, source, entry_id)


def is_same(source: str, sought: Identity, seen_source: str, seen_title_key: str) -> bool:
    """Whether what was seen at a URL is the article sought: of the same source only with the same title, on any day."""
    return seen_source != source or seen_title_key.partition(" ")[2] == clean(sought.title_key).partition(" ")[2]


def known(row: Row[Any], asking: str) -> Known:
    """What is known through a row of `seen` with the edition of its article."""
    retired = bool(row.article_id) and row.revision is None
    return Known(row.article_id, row.digest, row.revision or 1, row.source == clean(asking), retired)


def story_row(story: Story) -> Values:
    """A story."""
    return {"id": story.id, "title": story.title, "first_seen": story.first_seen, "tenant": story.tenant}


def member_row(member: StoryMember) -> Values:
    """An article of a story."""
    return {
        "story_id": member.story_id,
        "article_id": member.article_id,
        "source": member.source,
        "title": member.title,
        "lead": member.lead,
        "canonical_url": member.canonical_url,
        "lang": member.lang,
        "at": member.at,
        "reason": member.reason,
        "companies": [clean(name) for name in member.companies],
    }


def member(row: Row[Any]) -> StoryMember:
    """An article of a story."""
    return StoryMember(
        story_id=row.story_id,
        article_id=row.article_id,
        source=row.source,
        title=row.title,
        lead=row.lead,
        canonical_url=row.canonical_url,
        lang=row.lang,
        at=row.at,
        reason=row.reason,
        companies=tuple(row.companies),
    )


def verdict_row(verdict: Verdict) -> Values:
    """A verdict with the mention that decided it."""
    return {
        "article_id": verdict.article_id,
        "revision": verdict.revision,
        "watchlist": verdict.watchlist,
        "company": verdict.company,
        "matched": verdict.matched,
        "confidence": verdict.confidence,
        "subject": verdict.subject,
        "best": codec.encode_mention(verdict.best),
        "at": verdict.at,
    }


def verdict(row: Row[Any]) -> Verdict:
    """A verdict with the mention that decided it."""
    return Verdict(
        article_id=row.article_id,
        revision=row.revision,
        watchlist=row.watchlist,
        company=row.company,
        matched=row.matched,
        confidence=row.confidence,
        subject=row.subject,
        best=codec.decode_mention(row.best),
        at=row.at,
    )


def verdict_order(verdict: Verdict) -> tuple[object, ...]:
    """By article, edition, list and company."""
    return (verdict.article_id, verdict.revision, verdict.watchlist, verdict.company)


def alert_row(alert: Alert) -> Values:
    """An alert."""
    return {
        "id": alert.id,
        "channel": str(alert.channel),
        "story_id": alert.story_id,
        "card": codec.encode_card(alert.card),
        "at": alert.at,
    }


def alert(row: Row[Any]) -> Alert:
    """An alert."""
    card = codec.decode_alert_card(row.card)
    return Alert(row.id, codec.decode_channel(row.channel), row.story_id, card, row.at)


def routing_row(routing: Routing) -> Values:
    """What became of an article for a channel."""
    return {
        "article_id": routing.article_id,
        "channel": str(routing.channel),
        "state": routing.state,
        "at": routing.at,
        "alert_id": routing.alert_id,
        "note": routing.note,
    }


def routing(row: Row[Any]) -> Routing:
    """What became of an article for a channel."""
    return Routing(row.article_id, codec.decode_channel(row.channel), row.state, row.at, row.alert_id, row.note)


def withheld_row(each: Withheld) -> Values:
    """That a channel has not been told of an article."""
    return {
        "article_id": each.article_id,
        "channel": str(each.channel),
        "alert_id": each.alert_id,
        "cause": each.cause,
        "subject": each.subject,
        "at": each.at,
    }


def mute_row(mute: Mute) -> Values:
    """A mute that has not ended."""
    return {
        "id": mute.id,
        "channel": str(mute.channel) if mute.channel else EVERY_CHANNEL,
        "scope": mute.scope,
        "subject": mute.subject,
        "label": mute.label,
        "since": mute.since,
        "until": mute.until,
        "actor": mute.actor,
        "ended": None,
    }


def mute(row: Row[Any]) -> Mute:
    """A mute."""
    channel: Channel | None = codec.decode_channel(row.channel) if row.channel != EVERY_CHANNEL else None
    return Mute(row.id, channel, row.scope, row.subject, row.label, row.since, row.until, row.actor)


def delivery_row(delivery: Delivery) -> Values:
    """A delivery, without its alerts."""
    return {
        "id": delivery.id,
        "channel": str(delivery.channel),
        "kind": delivery.kind,
        "card": codec.encode_card(delivery.card),
        "created": delivery.created,
        "not_before": delivery.not_before,
        "state": delivery.state,
        "attempt": delivery.attempt,
        "owner": delivery.owner,
        "lease_until": delivery.lease_until,
        "message_id": delivery.receipt.message_id if delivery.receipt else None,
        "link": delivery.receipt.link if delivery.receipt else "",
        "doubtful": delivery.doubtful,
        "error": delivery.error,
        "settled_at": None,
    }


def delivery_alert_rows(delivery: Delivery) -> list[Values]:
    """Which alerts a delivery tells, in its order, each once."""
    return [
        {"delivery_id": delivery.id, "alert_id": alert_id, "position": position}
        for position, alert_id in enumerate(dict.fromkeys(delivery.alert_ids))
    ]


def delivery(row: Row[Any], alert_ids: tuple[str, ...], target: Receipt | None) -> Delivery:
    """A delivery with what was looked up for it, whatever became of its card: what is damaged is listed, not sent."""
    return Delivery(
        id=row.id,
        channel=codec.decode_channel(row.channel),
        kind=row.kind,
        card=_card(row.card),
        alert_ids=alert_ids,
        created=row.created,
        not_before=row.not_before,
        state=row.state,
        attempt=row.attempt,
        owner=row.owner,
        lease_until=row.lease_until,
        receipt=None if row.message_id is None else Receipt(row.message_id, row.link),
        target=target,
        doubtful=row.doubtful,
        error=row.error,
    )


def _card(document: Any) -> Card:
    try:
        return codec.decode_card(document)
    except (AttributeError, LookupError, TypeError, ValueError):
        return UNREADABLE


def process_row(process: Process) -> Values:
    """A running bot."""
    return {
        "boot_id": process.boot_id,
        "host": process.host,
        "pid": process.pid,
        "started": process.started,
        "beat": process.beat,
        "posts": process.posts,
    }


def process(row: Row[Any]) -> Process:
    """A running bot."""
    return Process(row.boot_id, row.host, row.pid, row.started, row.beat, row.posts)


def revision_row(revision: Revision) -> Values:
    """A change to a list."""
    return {
        "id": revision.id,
        "watchlist": revision.change.watchlist,
        "action": revision.change.action,
        "name": revision.change.name,
        "company": codec.encode_company(revision.change.company),
        "rule": codec.encode_rule(revision.change.rule),
        "before": codec.encode_before(revision.change.before),
        "actor": revision.actor,
        "channel": str(revision.channel),
        "at": revision.at,
        "pending": revision.pending,
        "undoes": revision.undoes,
    }


def revision(row: Row[Any]) -> Revision:
    """A change to a list."""
    change = Change(
        row.watchlist,
        row.action,
        row.name,
        codec.decode_company(row.company),
        codec.decode_rule(row.rule),
        codec.decode_before(row.before),
    )
    return Revision(row.id, change, row.actor, codec.decode_channel(row.channel), row.at, row.pending, row.undoes)


def base_row(base: Base) -> Values:
    """What a file and the store last agreed on."""
    return {"watchlist": base.watchlist, "file_hash": base.file_hash, "parsed": base.parsed, "at": base.at}


def base(row: Row[Any]) -> Base:
    """What a file and the store last agreed on."""
    return Base(row.watchlist, row.file_hash, row.parsed, row.at)
