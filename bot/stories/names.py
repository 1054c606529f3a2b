"""The names of watched companies as words that tell no story: every article that comes this far holds one. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Self

from bot.model.watchlist import Watchlist
from bot.stories.rarity import is_han, rarity
from bot.stories.words import words

RARE = 0.55
"""From this rarity on the first word of a name is taken for the company itself: "Dixon", and not "General"."""


class Names:
    """Finds names among words: as a whole, or by a first word that is a name by itself; Han names inside a run."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        """`names` as people write them: names, aliases, tickers."""
        self._rows: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
        self._han: set[str] = set()
        for name in names:
            row = []
            for word in words(name):
                if is_han(word):
                    self._han.add(word)
                else:
                    row.append(word)
            self._add(tuple(row))
        self._lengths = sorted({len(name) for name in self._han}, reverse=True)

    @classmethod
    def of(cls, lists: Iterable[Watchlist]) -> Self:
        """All names, aliases and tickers of these lists. Some 10 microseconds a name: keep it while the lists stay."""
        return cls(
            text
            for watchlist in lists
            for company in watchlist.companies
            for text in (company.name, *(alias.text for alias in company.aliases), *company.tickers)
        )

    def _add(self, row: tuple[str, ...]) -> None:
        if not row:
            return
        self._rows[row[0]].add(row)
        if rarity(row[0]) >= RARE:
            self._rows[row[0]].add(row[:1])

    def left_out_of(self, found: list[str]) -> Iterator[str]:
        """The words without those that make a name; the longest name at a place counts."""
        at = 0
        while at < len(found):
            word = found[at]
            length = self._longest(found, at) if word in self._rows else 0
            if not length:
                yield from self._around(word) if self._han and is_han(word) else (word,)
            at += length or 1

    def _longest(self, found: list[str], at: int) -> int:
        """How many words the longest name has that begins at this one; 0 where none does."""
        rows = self._rows[found[at]]
        return max((len(row) for row in rows if tuple(found[at : at + len(row)]) == row), default=0)

    def _around(self, run: str) -> Iterator[str]:
        """What is left of a run of Han characters before, between and behind the names in it."""
        begin = at = 0
        while at < len(run):
            length = next((length for length in self._lengths if run[at : at + length] in self._han), 0)
            if length and begin < at:
                yield run[begin:at]
            at += length or 1
            begin = at if length else begin
        if begin < len(run):
            yield run[begin:]


NO_NAMES = Names()
