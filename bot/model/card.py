"""A card: the platform-neutral message. Text from outside is data in it; each platform escapes and draws it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.model.company import Subject


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that stand out."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to an http(s) address."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class When:
    """A moment, drawn in the reader's own time ("today 08:31")."""

    at: datetime


Span = str | Strong | Link | When
Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage of an article; `marks` are (start, end) code points of `text` that name the company."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class CompanyLine:
    """One company of an alert: on which list, main or in passing, its passage, the reason in words, its spelling."""

    company: str
    watchlist: str
    subject: Subject
    snippet: Snippet
    reason: str
    alias: str = ""


@dataclass(frozen=True, slots=True)
class AlertCard:
    """An alert as people see it. `sources` are the names of all sources of the story so far, the first one first.

    `thread`, of a reply: the name of its story's thread where the channel wants threads; "" for a reply in the channel.
    """

    companies: tuple[CompanyLine, ...]
    headline: str
    url: str
    sources: tuple[str, ...]
    at: datetime
    langs: tuple[str, ...] = ()
    articles: int = 1
    thread: str = ""


@dataclass(frozen=True, slots=True)
class TextCard:
    """Anything else that is said unasked: a digest, a notice. Lines of spans; `more` is the command that shows all."""

    kind: Literal["digest", "notice"]
    lines: tuple[Line, ...]
    more: str = ""


Card = AlertCard | TextCard
