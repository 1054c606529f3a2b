"""A source: a configured place to poll. An entry: one item as the source lists it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Self

from bot.model.learnt import NOTHING_LEARNT, Learnt
from bot.model.place import NOWHERE, Place

OPERATOR = ""
"""The tenant of whoever runs the bot: what comes from files belongs to it."""


@dataclass(frozen=True, slots=True)
class FirstPoll:
    """What happens to the articles of a source's first successful poll: all recorded, all alerted, or the newest N."""

    kind: Literal["record", "alert", "last"] = "record"
    count: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `record`, `alert` or `last: N`; ValueError says what is allowed."""
        word, _, number = text.strip().partition(":")
        if word == "record" and not number:
            return cls("record")
        if word == "alert" and not number:
            return cls("alert")
        if word == "last" and number.strip().isascii() and number.strip().isdigit():
            return cls("last", int(number))
        raise ValueError(f"{text!r} is not a first poll: write record, alert or 'last: 5'")

    def __str__(self) -> str:
        """The text that `parse` reads back."""
        return f"last: {self.count}" if self.kind == "last" else self.kind


RECORD = FirstPoll("record")


@dataclass(frozen=True, slots=True)
class Source:
    """A place to poll. `key` identifies it for ever in the store: its type and its address.

    `every` is the time between two polls where the list names one; else it follows the rhythm of the source.
    `written` is the address where `url` depends on the machine: a path as the list has it, below the lists' folder.
    `agent` is the User-Agent that its requests carry instead of the bot's own.
    """

    name: str
    type: str
    url: str
    every: timedelta | None = None
    tags: tuple[str, ...] = ()
    first_poll: FirstPoll = RECORD
    demo: bool = False
    tenant: str = OPERATOR
    shared: bool = False
    agent: str = ""
    options: Mapping[str, object] = field(default_factory=dict)
    place: Place = NOWHERE
    written: str = ""

    @property
    def key(self) -> str:
        """The stable identity of this source in the store; a new name, or moving the bot, makes it no new source."""
        address = f"{self.type}:{self.written or self.url}"
        return f"{self.tenant}|{address}" if self.tenant else address


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as the source lists it, before extraction. `body` is raw; `markup` says how to read it.

    Without a body, or without a title, there is only the page itself to ask. `by_change`: `published` is when the page
    last changed, which may be long after it was published. `known_by` identifies the article in every
    source where its link can not: one that leads over a searcher's host, and to no page for who is no browser.
    """

    id: str
    url: str
    title: str
    body: str
    markup: Literal["html", "text"] = "html"
    published: datetime | None = None
    lang: str = ""
    publisher: str = ""
    known_by: str = ""
    by_change: bool = False


@dataclass(frozen=True, slots=True)
class Cursor:
    """What a source needs to ask "anything new since?": validators and a hash of the last body."""

    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""


NO_CURSOR = Cursor()


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one read brought. `unchanged`: the source said, or its bytes show, that nothing is new.

    `notes` are facts for the health of the source, such as "250 entries left out: over the limit of 5000".
    `moved_to`: the new address where the old one says that it has moved for good.
    """

    entries: tuple[Entry, ...] = ()
    cursor: Cursor = NO_CURSOR
    unchanged: bool = False
    notes: tuple[str, ...] = ()
    moved_to: str = ""


@dataclass(frozen=True, slots=True)
class SourceState:
    """The health of a source as the store keeps it. `error` is one public sentence, empty while it works."""

    key: str
    cursor: Cursor = NO_CURSOR
    last_poll: datetime | None = None
    last_success: datetime | None = None
    next_poll: datetime | None = None
    failures: int = 0
    error: str = ""
    notes: tuple[str, ...] = ()
    learnt: Learnt = NOTHING_LEARNT

    @property
    def first_done(self) -> bool:
        """Whether a poll has succeeded before, so that `first_poll` no longer applies."""
        return self.last_success is not None
