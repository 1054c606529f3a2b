"""What the rooms need of each other, as protocols; `app` alone knows who fulfils them."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

from bot.model.alert import Delivery, Receipt
from bot.model.article import Extracted
from bot.model.channel import Channel
from bot.model.checkup import Checkup
from bot.model.command import Actor, Command, OptionKind, Reply
from bot.model.fetch import PLAIN, Manners, Response
from bot.model.limits import Limits
from bot.model.source import NO_CURSOR, Cursor, Entry, Fetched, Source, SourceState
from bot.model.watchlist import Change, Watchlist
from bot.protocols.store import Store

__all__ = [
    "Clock",
    "Dispatch",
    "Extractor",
    "Fetcher",
    "Ids",
    "Joined",
    "Platform",
    "SourceEditor",
    "SourceReader",
    "Store",
    "Suggest",
    "WatchlistRepo",
    "WhyNot",
    "no_suggestions",
    "no_welcome",
]

Dispatch = Callable[[Command], Awaitable[Reply]]
"""Hand over a command, get the answer; what every platform is given at its start."""

Suggest = Callable[[OptionKind, str, Channel], Awaitable[tuple[str, ...]]]
"""What may be meant by what is typed so far of an option, in this channel; from memory, the likeliest first."""

Joined = Callable[[Channel], Awaitable[Reply | None]]
"""Tell that the bot was let into a channel, get the welcome that is said there, if any.

Without an address it is a whole workspace or server, where nothing is said.
"""

WhyNot = Callable[[Channel], Awaitable[str]]
"""Why a channel can't be posted to, with the fix; empty when it can."""

Extractor = Callable[[Source, SourceState, Sequence[Entry]], Awaitable[Extracted]]
"""The entries of a poll in, given how the source stood before it; their readable texts out, in order."""


async def no_welcome(channel: Channel) -> Reply | None:  # noqa: ARG001
    """Nothing waits for the channel, and nothing is said."""
    return None


async def no_suggestions(kind: OptionKind, typed: str, channel: Channel) -> tuple[str, ...]:  # noqa: ARG001
    """Nothing is suggested."""
    return ()


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> datetime:
        """Aware, UTC, to the microsecond."""
        ...


class Ids(Protocol):
    """Where ids come from."""

    def new(self) -> str:
        """A UUIDv7 as text; later ones of one process sort after earlier ones."""
        ...


class Fetcher(Protocol):
    """The polite, suspicious HTTP client."""

    async def get(
        self, url: str, *, cursor: Cursor = NO_CURSOR, accept: str = "*/*", manners: Manners = PLAIN
    ) -> Response:
        """GET with validators from `cursor`; 2xx or 304, else a FetchError."""
        ...


class SourceReader(Protocol):
    """How one type of source is read."""

    async def __call__(self, source: Source, cursor: Cursor, fetcher: Fetcher) -> Fetched:
        """What the source lists now, newest first where it says so; SourceError where it can't be read."""
        ...


class Platform(Protocol):
    """The code that speaks to one chat. Raises DeliveryError subclasses and nothing else from the three verbs."""

    name: str
    edits: bool
    replies: bool
    limits: Limits

    async def start(
        self, dispatch: Dispatch, *, joined: Joined = no_welcome, suggest: Suggest = no_suggestions
    ) -> None:
        """Connect and listen for commands; `joined` hears of channels that the bot was let into.

        `suggest` completes what is typed, on platforms that show that.
        """
        ...

    async def stop(self) -> None:
        """Stop listening and disconnect; safe to call twice."""
        ...

    @property
    def listens(self) -> bool:
        """Whether commands are heard now, in every workspace of this platform."""
        ...

    async def send(self, delivery: Delivery) -> Receipt:
        """Post the card. A `doubtful` delivery that can't be looked up says "may be a repeat"."""
        ...

    async def edit(self, delivery: Delivery) -> Receipt:
        """Make the message `delivery.target` show the card."""
        ...

    async def reply(self, delivery: Delivery) -> Receipt:
        """Answer below the message `delivery.target`."""
        ...

    async def find(self, delivery: Delivery) -> Receipt | None:
        """The receipt of an earlier attempt of this delivery that arrived, or None where none did or none can tell."""
        ...

    async def resolve(self, channel: Channel) -> Channel | None:
        """The channel by its lasting id, its tenant and its name; None where none can be seen now."""
        ...

    async def check(self, channel: Channel) -> str:
        """Why this channel can't be posted to, with the fix; empty when it can."""
        ...

    async def check_threads(self, channel: Channel) -> str:
        """Why replies to alerts can't go into threads there, with the fix; empty where they can, or do anyway."""
        ...

    async def homes(self) -> tuple[str, ...]:
        """The workspaces or servers that it is at work in, by name; of one that it can't reach why, with the fix."""
        ...

    async def examine(self) -> tuple[Checkup, ...]:
        """Tokens and rights, each with the fix where it is wrong."""
        ...


class SourceEditor(Protocol):
    """Sources put into the lists and taken off them; fetching and files are its affair."""

    async def add(self, typed: str, actor: Actor) -> tuple[Source, int]:
        """Find what can be polled at an address and add it; it, as its file has it, and how many entries it lists.

        SourceError where nothing is found there, ChangeRefused where it can't be added.
        """
        ...

    async def remove(self, named: str, actor: Actor) -> Source:
        """Take off the source of this name or address; ChangeRefused says why not."""
        ...


class WatchlistRepo(Protocol):
    """The lists in force, in memory, and the one way to change them."""

    def lists(self) -> tuple[Watchlist, ...]:
        """Every list in force, ordered by key."""
        ...

    def sources(self) -> tuple[Source, ...]:
        """Every source that the files name, ordered by key."""
        ...

    def own_list(self, channel: Channel) -> Watchlist | None:
        """The list that `add` in this channel changes when it hears none or several: the one made for it, if any."""
        ...

    async def apply(self, changes: Sequence[Change], actor: Actor, channel: Channel, undoes: str = "") -> Watchlist:
        """Make the changes, all of one list or none, and return it as it is now; ChangeRefused says why not.

        `undoes` is the id of the revision that they take back.
        """
        ...

    def pending(self, watchlist: str) -> int:
        """How many changes made in chat are in force and not in the list's file."""
        ...

    async def create(self, channel: Channel, actor: Actor) -> Watchlist:
        """Make the own list of a channel, empty, and return it."""
        ...
