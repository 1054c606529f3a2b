"""A mute: what a channel does not want to hear for a while. A pause: it hears nothing now, and all of it later."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.model.alert import Alert, Delivery
from bot.model.card import AlertCard, TextCard
from bot.model.channel import Channel
from bot.model.ledger import Cause, Routing

Scope = Literal["company", "source", "story", "all", "pause", "poll"]
"""What is not heard; of every channel alike: `pause` (nothing is posted) and `poll` (a source is not even polled)."""


@dataclass(frozen=True, slots=True)
class Mute:
    """Of one channel, or of every one (`channel` None). `until` None: until somebody ends it.

    `subject` is what is compared: the folded name of a company, the key of a source, the id of a story; `label` is
    how people call it.
    """

    id: str
    channel: Channel | None
    scope: Scope
    subject: str
    label: str
    since: datetime
    until: datetime | None
    actor: str

    def lasts(self, now: datetime) -> bool:
        """Whether it is in force."""
        return self.until is None or now < self.until

    def holds(self, channel: Channel, now: datetime) -> bool:
        """Whether it is in force for this channel."""
        return self.channel in (None, channel) and self.lasts(now)


def unpolled(mutes: Iterable[Mute], now: datetime) -> Mapping[str, Mute]:
    """The pauses of sources that are in force, by the key of the source."""
    return {each.subject: each for each in mutes if each.scope == "poll" and each.lasts(now)}


@dataclass(frozen=True, slots=True)
class Waiting:
    """What one channel has not been told, of one cause: how many articles, since when, until when."""

    channel: Channel
    cause: Cause
    subject: str
    oldest: datetime
    newest: datetime
    articles: int


@dataclass(frozen=True, slots=True)
class Post:
    """A message that a channel has been owed lately, and what it shows."""

    channel: Channel
    card: AlertCard


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice that a channel has been owed lately."""

    channel: Channel
    card: TextCard


@dataclass(frozen=True, slots=True)
class Hearing:
    """What bears on whether some channels hear now: mutes that have not ended, posts of late, what waits already.

    `notices` are those of the last week: a channel is not told the same thing again and again.
    """

    mutes: tuple[Mute, ...] = ()
    posts: tuple[Post, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Untold:
    """An article that a channel has not been told, with the alert that it belongs to."""

    article_id: str
    cause: Cause
    subject: str
    at: datetime
    alert: Alert


@dataclass(frozen=True, slots=True)
class Release:
    """What is told at last, in one transaction: messages, the routings that change by them, and what they stand for.

    `told` are (article, channel) that wait no longer, `folded` ids of deliveries that a digest among `deliveries` takes
    the place of, `ended` ids of mutes.
    """

    at: datetime
    deliveries: tuple[Delivery, ...] = ()
    routings: tuple[Routing, ...] = ()
    told: tuple[tuple[str, Channel], ...] = ()
    folded: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
