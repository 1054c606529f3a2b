"""The ledger: one verdict for every candidate, one current routing for every article a channel could have heard."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.model.article import Article
from bot.model.channel import Channel
from bot.model.company import Mention, Reason, Subject
from bot.model.story import StoryMember

RoutingState = Literal["alerted", "joined", "muted", "held", "capped", "old"]

Cause = Literal["mute", "pause", "digest", "quiet", "passing", "catch-up", "word", "alias", "budget"]
"""Why a channel is not told at once; all but a mute are told in a digest."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided of (article, watchlist, company); it never changes. A new edition is judged anew, as `revision`.

    `best` is the mention that decided it; `reasons` are that mention's.
    """

    article_id: str
    revision: int
    watchlist: str
    company: str
    matched: bool
    confidence: float
    subject: Subject
    best: Mention
    at: datetime

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why, in words, each with its weight."""
        return self.best.reasons


@dataclass(frozen=True, slots=True)
class Routing:
    """What became of (article, channel). `note` says why in words where the state alone does not."""

    article_id: str
    channel: Channel
    state: RoutingState
    at: datetime
    alert_id: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Withheld:
    """That a channel has not been told of an article yet; `subject` is the id of the mute, or the alias."""

    article_id: str
    channel: Channel
    alert_id: str
    cause: Cause
    at: datetime
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A message that told a channel of an article, or is to: its kind and state as in the outbox, when it was settled.

    `link` leads to it where the platform has such links; `error` says why it did not arrive.
    """

    channel: Channel
    kind: str
    state: str
    at: datetime | None = None
    link: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """Everything the ledger holds of one article, for `why`; `deliveries` in the order of the outbox."""

    article: Article
    member: StoryMember | None
    verdicts: tuple[Verdict, ...]
    routings: tuple[Routing, ...]
    deliveries: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class CompanyCounts:
    """How a company of a list fared since a moment: articles matched and rejected, stories, last match."""

    matched: int = 0
    rejected: int = 0
    stories: int = 0
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class CompanyFates:
    """What became in one channel of the stories that name a company; each story counts once.

    `posted`: told in a message or a digest. `waiting` for a digest or to be sent. `undelivered`: the platform refused
    the message. `muted`, for whatever reason the company was kept from the channel. `old`: recorded only. `unheard`:
    the channel did not hear the list then.
    """

    posted: int = 0
    waiting: int = 0
    undelivered: int = 0
    muted: int = 0
    old: int = 0
    unheard: int = 0
