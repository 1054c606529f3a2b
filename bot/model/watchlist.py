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


BY_FILE = Channel("file")
"""Where a change was made that someone wrote into a list's file, by whatever hand."""

ChangeAction = Literal["add", "remove", "replace", "hear", "unhear", "tune", "poll", "unpoll", "hold", "release"]
"""add, remove and replace are of a company; hear, unhear and tune of a channel among the list's `channels`.

poll, unpoll, hold and release are of a source, and of no list: added, taken off, paused, resumed.
"""

OF_SOURCES = "sources"
"""What stands for the list in changes of sources, which are of none."""

_INVERSE: dict[ChangeAction, ChangeAction] = {
    "add": "remove",
    "remove": "add",
    "replace": "replace",
    "hear": "unhear",
    "unhear": "hear",
    "tune": "tune",
    "poll": "unpoll",
    "unpoll": "poll",
    "hold": "release",
    "release": "hold",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One edit as data: which list, what is done, to which company or channel.

    `name` is the company's name as it stands (for `replace` the old one), or `str` of the channel. `company` is given
    whole for `add` and `replace` (a new name there is a rename), `rule` whole for `hear` and `tune`. `before` is what
    stood there: where the caller gives it the change is refused once something else stands there, and where not the
    repo fills it in as the change is made.
    """

    watchlist: str
    action: ChangeAction
    name: str
    company: Company | None = None
    rule: ChannelRule | None = None
    before: Company | ChannelRule | None = None

    @property
    def after(self) -> Company | ChannelRule | None:
        """What stands there once it is made; None for gone."""
        return self.company or self.rule

    @property
    def is_of_channel(self) -> bool:
        """Whether it is about who hears, and not about a company."""
        return self.action in ("hear", "unhear", "tune")

    @property
    def is_of_source(self) -> bool:
        """Whether it is about what is polled; `name` is that of the source, with its address in brackets behind it."""
        return self.action in ("poll", "unpoll", "hold", "release")

    def inverse(self) -> "Change | None":
        """The change that takes this one back, possible while nothing else was changed there; None where unknown."""
        if self.is_of_source:
            return Change(self.watchlist, _INVERSE[self.action], self.name)
        adds = self.action in ("add", "hear")
        if (self.before is None and not adds) or (self.after is None and self.action not in ("remove", "unhear")):
            return None
        company = self.before if isinstance(self.before, Company) else None
        rule = self.before if isinstance(self.before, ChannelRule) else None
        name = self.company.name if self.company else str(self.rule.channel) if self.rule else self.name
        return Change(self.watchlist, _INVERSE[self.action], name, company, rule, self.after)


@dataclass(frozen=True, slots=True)
class Revision:
    """A change that happened: who, when, where. `pending`: in force, but not (yet) in the list's file.

    `undoes` is the id of the revision that it takes back; "" for a change of its own.
    """

    id: str
    change: Change
    actor: str
    channel: Channel
    at: datetime
    pending: bool
    undoes: str = ""


@dataclass(frozen=True, slots=True)
class Base:
    """What a list's file and the store last agreed on: the hash of its bytes and its parsed form as JSON."""

    watchlist: str
    file_hash: str
    parsed: str
    at: datetime
