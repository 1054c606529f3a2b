"""What every handler works with: the lists that a channel hears, and how a typed name finds a company in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.alerting.route import hearers, takes
from bot.model.channel import Channel
from bot.model.company import Company
from bot.model.source import Source
from bot.model.watchlist import Watchlist
from bot.protocols import Clock, Store, WatchlistRepo
from bot.text import fold_key

NEAR = 0.7
"""How alike a mistyped name must be to be offered: one swap or slip in four letters is .75."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A company of a heard list that a typed name means; `alias` is the alias that was typed, or ""."""

    watchlist: Watchlist
    company: Company
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """The lists in force, the store and the clock. `live` names the chat platforms that are set up."""

    repo: WatchlistRepo
    store: Store
    clock: Clock
    live: frozenset[str]

    def heard(self, channel: Channel) -> tuple[Watchlist, ...]:
        """The lists that this channel hears, in the order of the repo."""
        return tuple(one for one in self.repo.lists() if channel in self.channels(one))

    def channels(self, watchlist: Watchlist) -> tuple[Channel, ...]:
        """The channels that hear a list."""
        return tuple(rule.channel for rule in hearers(watchlist, self.live))

    def sources(self, lists: Sequence[Watchlist]) -> tuple[Source, ...]:
        """The sources that any of these lists reads."""
        return tuple(source for source in self.repo.sources() if any(takes(one, source) for one in lists))


def find(lists: Sequence[Watchlist], name: str) -> tuple[Hit, ...]:
    """Every company of these lists that is called so, by folded name; where none is, by folded alias or by ticker."""
    key = name_key(name)
    named = tuple(Hit(one, company) for one, company in _companies(lists) if name_key(company.name) == key)
    if named:
        return named
    ticker = name.removeprefix("$")
    spelled = ((one, company, _spelling(company, key, ticker)) for one, company in _companies(lists))
    return tuple(Hit(one, company, alias) for one, company, alias in spelled if alias)


def nearest(lists: Sequence[Watchlist], name: str, limit: int = 3) -> tuple[Hit, ...]:
    """The companies whose name, alias or one word of them is most like a mistyped name, best first."""
    key = name_key(name)
    scored = [(_likeness(key, company), Hit(one, company)) for one, company in _companies(lists)]
    good = sorted((pair for pair in scored if pair[0] >= NEAR), key=lambda pair: -pair[0])
    distinct = {hit.company.name: hit for _, hit in reversed(good)}
    return tuple(hit for _, hit in good if distinct[hit.company.name] is hit)[:limit]


@lru_cache(maxsize=1 << 16)
def name_key(name: str) -> str:
    """The key under which spellings of a name are one; a name of signs alone is its own key."""
    return fold_key(name) or name.casefold().strip()


def _companies(lists: Sequence[Watchlist]) -> Iterator[tuple[Watchlist, Company]]:
    return ((one, company) for one in lists for company in one.companies)


def _spelling(company: Company, key: str, ticker: str) -> str:
    spellings = (alias.text for alias in company.aliases if name_key(alias.text) == key)
    return next(spellings, ticker if ticker in company.tickers else "")


def _likeness(key: str, company: Company) -> float:
    names = [name_key(name) for name in (company.name, *(alias.text for alias in company.aliases))]
    words = [word for name in names for word in name.split() if len(word) > 2]
    return max(OSA.normalized_similarity(key, other) for other in (*names, *words))
