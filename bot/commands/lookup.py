"""How a typed name finds a company in the lists that a channel hears: exactly, or the nearest."""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.model.company import Company
from bot.model.watchlist import Watchlist
from bot.text import fold_key

NEAR = 0.7
"""How alike a mistyped name must be to be offered: one swap or slip in four letters is .75."""
REMEMBERED = 256
"""Lists whose spellings are kept ready; a changed list is a new one."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A company of a heard list that a typed name means; `alias` is the alias or ticker that was typed, or ""."""

    watchlist: Watchlist
    company: Company
    alias: str = ""


def find(lists: Sequence[Watchlist], name: str) -> tuple[Hit, ...]:
    """Every company of these lists that is called so, by folded name; where none is, by folded alias or by ticker."""
    key, ready = name_key(name), [_spellings(one) for one in lists]
    named = tuple(Hit(one.watchlist, company) for one in ready for company in one.names.get(key, ()))
    if named:
        return named
    ticker = name.removeprefix("$")
    return tuple(
        Hit(one.watchlist, company, spelling)
        for one in ready
        for company, spelling in (one.aliases.get(key) or one.tickers.get(ticker, {})).items()
    )


def nearest(lists: Sequence[Watchlist], name: str, limit: int = 3, least: float = NEAR) -> tuple[Hit, ...]:
    """The companies whose name, alias or one word of them is most like a mistyped name, best first, each name once."""
    key = name_key(name)
    scored: list[tuple[float, Hit]] = []
    for one in map(_spellings, lists):
        near = process.extract(key, one.words, scorer=OSA.normalized_similarity, score_cutoff=least, limit=limit * 3)
        scored += [(score, Hit(one.watchlist, company)) for _, score, at in near for company in one.owners[at]]
    best: dict[str, Hit] = {}
    for _, hit in sorted(scored, key=lambda pair: -pair[0]):
        best.setdefault(hit.company.name, hit)
    return tuple(best.values())[:limit]


def is_called(watchlist: Watchlist, typed: str) -> bool:
    """Whether this list is meant, by its name or that of its file, with or without its ending: phone-makers."""
    stem = watchlist.key.rpartition(".")[0]
    return name_key(typed) in {name_key(one) for one in (watchlist.name, watchlist.key, stem) if one}


def begun(lists: Sequence[Watchlist], typed: str, limit: int) -> tuple[str, ...]:
    """The companies that the beginning of a name, alias or ticker may mean: names, each once, the likeliest first."""
    key = name_key(typed)
    ranked: dict[str, int] = {}
    for one in map(_spellings, lists):
        for spelling, companies in one.spelt:
            rank = _rank(spelling, key)
            if rank is not None:
                for company in companies:
                    ranked[company.name] = min(rank, ranked.get(company.name, rank))
    return tuple(heapq.nsmallest(limit, ranked, key=lambda name: (ranked[name], name)))


def _rank(spelling: str, key: str) -> int | None:
    """0 where it begins so, 1 where a word of it does, 2 where it is in it at all, else None."""
    at = spelling.find(key)
    if at <= 0:
        return None if at < 0 else 0
    return 1 if f" {key}" in spelling else 2


def name_key(name: str) -> str:
    """The key under which spellings of a name are one; a name of signs alone is its own key."""
    return fold_key(name) or name.casefold().strip()


class _Spellings:
    """Every way to write the companies of one list, folded once: a long list takes a quarter of a second."""

    def __init__(self, watchlist: Watchlist) -> None:
        self.watchlist = watchlist
        self.names: dict[str, list[Company]] = defaultdict(list)
        self.aliases: dict[str, dict[Company, str]] = defaultdict(dict)
        self.tickers: dict[str, dict[Company, str]] = defaultdict(dict)
        words: dict[str, dict[Company, None]] = defaultdict(dict)
        for company in watchlist.companies:
            keys = [name_key(company.name)]
            self.names[keys[0]].append(company)
            for alias in company.aliases:
                keys.append(name_key(alias.text))
                self.aliases[keys[-1]].setdefault(company, alias.text)
            for ticker in company.tickers:
                self.tickers[ticker][company] = ticker
            for key in keys:
                for word in (key, *(word for word in key.split() if len(word) > 2)):
                    words[word][company] = None
        self.spelt: list[tuple[str, Iterable[Company]]] = [*self.names.items(), *self.aliases.items()]
        self.spelt += [(ticker.casefold(), companies) for ticker, companies in self.tickers.items()]
        self.words = list(words)
        self.owners = [tuple(companies) for companies in words.values()]


_ready: dict[int, _Spellings] = {}


def _spellings(watchlist: Watchlist) -> _Spellings:
    # By identity: a list is a frozen value, and hashing ten thousand companies costs more than the look-up.
    known = _ready.get(id(watchlist))
    if known is None or known.watchlist is not watchlist:
        known = _ready[id(watchlist)] = _Spellings(watchlist)
        for old in list(_ready)[:-REMEMBERED]:
            _ready.pop(old, None)
    return known
