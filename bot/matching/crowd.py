"""What the candidates of one article need to know of each other and of the rules' phrases, worked out once."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence

from bot.matching.candidate import Candidate
from bot.matching.names import MAX_LENGTH
from bot.matching.phrases import Phrase
from bot.matching.reading import Reading


class Crowd:
    """Which candidates cover which tokens, and where phrases stand."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        """Note the tokens of every candidate."""
        self._companies: dict[tuple[int, int], set[int]] = defaultdict(set)
        self._names: dict[int, list[Candidate]] = defaultdict(list)
        for found in candidates:
            for at in range(found.first, found.last + 1):
                self._companies[id(found.reading), at].add(found.company)
            if not found.ticker:
                self._names[id(found.reading)].append(found)
        for names in self._names.values():
            names.sort(key=_place)
        self._phrases: dict[tuple[int, Phrase], list[tuple[int, int]]] = {}

    def watched(self, found: Candidate, at: int) -> bool:
        """Whether a candidate of another company covers this token."""
        companies = self._companies.get((id(found.reading), at))
        return companies is not None and companies != {found.company}

    def covered(self, found: Candidate) -> bool:
        """Whether another company's longer name stands around this one."""
        if not self.watched(found, found.first):
            return False
        names = self._names[id(found.reading)]
        first = bisect_left(names, found.place - MAX_LENGTH, key=_place)
        last = bisect_left(names, found.place + 1, key=_place)
        return any(_covers(names[at], found) for at in range(first, last))

    def places(self, phrase: Phrase, reading: Reading) -> list[tuple[int, int]]:
        """The (start, end) in the folded text of every place of the phrase, in order."""
        key = (id(reading), phrase)
        if key not in self._phrases:
            self._phrases[key] = sorted(phrase.places(reading))
        return self._phrases[key]


def _place(found: Candidate) -> int:
    return found.place


def _covers(other: Candidate, found: Candidate) -> bool:
    inside = other.place <= found.place and found.place_end <= other.place_end
    longer = other.place_end - other.place > found.place_end - found.place
    return inside and longer and other.company != found.company
