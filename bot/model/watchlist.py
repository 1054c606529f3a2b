"""A watchlist: companies, the channels that hear, and the rules. A revision: one change to a list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.model.channel import Channel
from bot.model.company import Company, Passing
from bot.model.place import NOWHERE, Place
from bot.model.source import OPERATOR

Stories = Literal["off", "normal", "eager"]


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """A channel that hears a list, and its wishes as written; empty text is the default of the bot."""

    channel: Channel
    digest: str = ""
    quiet: str = ""
    zone: str = ""
    budget: str = ""
    threads: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Watchlist:
    """Companies and who hears of them. `key` is stable: the file's path under `watchlists/`, or the store's id."""

    key: str
    name: str
    companies: tuple[Company, ...] = ()
    channels: tuple[ChannelRule, ...] = ()
    sources: tuple[str, ...] = ()
    stories: Stories = "normal"
    passing: Passing = "alert"
    tenant: str = OPERATOR
    shared: bool = False
    place: Place = NOWHERE

    def company(self, name: str) -> Company | None:
        """The company of exactly this name, or None."""
        return next((company for company in self.companies if company.name == name), None)


@dataclass(frozen=True, slots=True)
class Change:
    """One edit as data: which list, what is done, to which company. `company` is given whole for `add`."""

    watchlist: str
    action: Literal["add", "remove"]
    name: str
    company: Company | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """A change that happened: who, when, where. `pending`: in force, but not (yet) in the list's file."""

    id: str
    change: Change
    actor: str
    channel: Channel
    at: datetime
    pending: bool


@dataclass(frozen=True, slots=True)
class Base:
    """What a list's file and the store last agreed on: the hash of its bytes and its parsed form as JSON."""

    watchlist: str
    file_hash: str
    parsed: str
    at: datetime
