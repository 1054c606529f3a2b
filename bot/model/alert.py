"""An alert: "this channel should hear of this story". A delivery: anything unsolicited that is owed to a channel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.model.article import Article, Known
from bot.model.card import AlertCard, Card
from bot.model.channel import Channel
from bot.model.ledger import Cause, Routing, Verdict, Withheld
from bot.model.source import SourceState
from bot.model.story import Story, StoryMember

DeliveryKind = Literal["post", "edit", "reply", "digest", "notice"]
DeliveryState = Literal["pending", "sending", "sent", "parked", "dead", "gone"]
"""`gone`, of an edit: somebody deleted the message that it was to change, so there is nothing left to do."""
Said = Literal["post", "digest", "waits", "nothing"]
"""How a channel was told of an alert; `waits`: it will be in a digest; `nothing`: it was muted."""


@dataclass(frozen=True, slots=True)
class Alert:
    """The key is (channel, story); `card` is the newest state of what the channel should see.

    `lost`: every message that was to say it is a dead letter, so that growth must be said in a new one.
    `gone`: somebody deleted its message, so that growth alone is not said any more. `cause` and `subject` tell why it
    waits, where it does.
    """

    id: str
    channel: Channel
    story_id: str
    card: AlertCard
    at: datetime
    lost: bool = False
    said: Said = "post"
    gone: bool = False
    cause: Cause = "digest"
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform's id of a message that it accepted, kept for edits and replies.

    `pause`: for how many seconds the platform takes no further message in this channel; it is not kept.
    `doubtful`, of a delivery's target: the message was sent by an attempt that followed an uncertain one.
    `marked`: what was sent says that it may be a repeat; this is not kept either.
    """

    message_id: str
    link: str = ""
    pause: float = field(default=0.0, compare=False)
    doubtful: bool = False
    marked: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message owed to one channel. `attempt` counts claims and fences them: only the last claimer may settle.

    `target` is the receipt of the post that an edit or a reply belongs to. `doubtful`: an earlier attempt may have
    arrived (its lease ran out), so a platform that cannot be asked marks the message as a possible repeat.
    """

    id: str
    channel: Channel
    kind: DeliveryKind
    card: Card
    alert_ids: tuple[str, ...]
    created: datetime
    not_before: datetime
    state: DeliveryState = "pending"
    attempt: int = 0
    owner: str = ""
    lease_until: datetime | None = None
    receipt: Receipt | None = None
    target: Receipt | None = None
    doubtful: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The message that is next in the line of its channel, as far as that decides whether it may go now.

    `put_off`: it was owed for later, and nobody has tried it yet.
    """

    kind: DeliveryKind
    created: datetime
    put_off: bool = False


def head_of(delivery: Delivery) -> Head:
    """The delivery as the next in its line."""
    put_off = delivery.attempt == 0 and delivery.not_before > delivery.created
    return Head(delivery.kind, delivery.created, put_off)


@dataclass(frozen=True, slots=True)
class Settlement:
    """How an attempt ended: `sent` with a receipt, `pending` to try again at `not_before`, others with why.

    `doubtful` tells that this attempt may have reached the channel all the same.
    """

    delivery_id: str
    owner: str
    attempt: int
    state: DeliveryState
    at: datetime
    receipt: Receipt | None = None
    not_before: datetime | None = None
    doubtful: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class Process:
    """A running bot: its boot id is the owner of leases; a beat says that it is alive.

    `posts`: whether it delivers anything (`run --no-post` does not).
    """

    boot_id: str
    host: str
    pid: int
    started: datetime
    beat: datetime
    posts: bool = True


@dataclass(frozen=True, slots=True)
class Seen:
    """That a source listed something: its identity, and the article that it is."""

    source: str
    entry_id: str
    canonical_url: str
    title_key: str
    digest: str
    article_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Recall:
    """What decisions begin with, as it was at one moment.

    By source its health, and by entry id what is known of the identities asked for; the revision of the stories.
    """

    states: Mapping[str, SourceState]
    known: Mapping[str, Mapping[str, Known]]
    story_revision: int


@dataclass(frozen=True, slots=True)
class PollOutcome:
    """Everything that one poll decided; the store commits it, with the source's cursor, in one transaction.

    `articles` holds new ones and new editions (revision > 1). `seen` marks what was listed, also articles that
    another source brought first. `alerts` are new or grown; `withheld` belongs to those that a channel is not told now.
    What was left out is counted in the notes of `state`.
    """

    state: SourceState
    at: datetime
    articles: tuple[Article, ...] = ()
    seen: tuple[Seen, ...] = ()
    stories: tuple[Story, ...] = ()
    members: tuple[StoryMember, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    alerts: tuple[Alert, ...] = ()
    routings: tuple[Routing, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    withheld: tuple[Withheld, ...] = ()
