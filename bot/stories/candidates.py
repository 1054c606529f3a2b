"""Which stories an article is compared with: they share its company, and most of its heaviest words. Pure.

However many stories are open, a look-up visits a bounded number of them. Where few stories name the article's companies
it visits all of these; else those of its rarest keywords, and a word that everybody uses finds nobody by itself.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain, islice

from bot.stories.vector import Vector

KEYWORDS = 20
"""An article is found by this many of its words, the heaviest: what is alike in common words alone is no event."""

VISITED = 1000
"""So many stories are looked at for one article, or little more."""

ANYBODY = ""
"""Stands for the company of a story of which it is not known whom it names."""

Counts = dict[str, int]
"""How many articles of each story, by its id; the one that came last is last."""


class Candidates:
    """The stories held, by keyword and by company."""

    def __init__(self) -> None:
        """Of no stories yet."""
        self._by_word: defaultdict[str, Counts] = defaultdict(dict)
        self._by_company: defaultdict[str, Counts] = defaultdict(dict)

    def add(self, story_id: str, vector: Vector, companies: Iterable[str]) -> None:
        """Let an article that names these companies be found."""
        for stories in self._lists(vector, companies):
            stories[story_id] = stories.get(story_id, 0) + 1

    def remove(self, story_id: str, vector: Vector, companies: Collection[str]) -> None:
        """Let it be found no more; the same as was added."""
        for stories in self._lists(vector, companies):
            stories[story_id] -= 1
            if not stories[story_id]:
                del stories[story_id]
        for held, keys in ((self._by_word, vector.terms[:KEYWORDS]), (self._by_company, companies or (ANYBODY,))):
            for key in keys:
                if not held.get(key, True):
                    del held[key]

    def __len__(self) -> int:
        """How many words and companies lead to a story."""
        return len(self._by_word) + len(self._by_company)

    def likely(self, vector: Vector, companies: Collection[str]) -> list[str]:
        """Stories that share a keyword, those that share most by weight first.

        `companies` are those that the article names; of none, every story may be its own.
        """
        lists = [(self._by_word[term], part * part) for term, part in islice(vector, KEYWORDS) if term in self._by_word]
        lists.sort(key=lambda entry: len(entry[0]))
        akin = self._akin(companies)
        found = _by_the_rarest(lists) if akin is None else _among(akin, lists)
        return sorted(found, key=found.__getitem__, reverse=True)

    def _akin(self, companies: Collection[str]) -> Mapping[str, int] | None:
        """The stories that name one of these, if they are few."""
        named = [self._by_company.get(company, {}) for company in (*companies, ANYBODY)]
        few = companies and sum(map(len, named)) <= VISITED
        return dict(chain.from_iterable(stories.items() for stories in named)) if few else None

    def _lists(self, vector: Vector, companies: Iterable[str]) -> Iterator[Counts]:
        words = (self._by_word[term] for term in vector.terms[:KEYWORDS])
        return chain(words, (self._by_company[company] for company in tuple(companies) or (ANYBODY,)))


def _among(akin: Mapping[str, int], lists: Iterable[tuple[Counts, float]]) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for stories, weight in lists:
        for story_id in _in_both(akin, stories):
            found[story_id] = found.get(story_id, 0.0) + weight
    return found


def _by_the_rarest(lists: Iterable[tuple[Counts, float]]) -> Mapping[str, float]:
    """Of a word that too many stories hold the newest are taken, and those that a rarer word has found."""
    found: dict[str, float] = {}
    left = VISITED
    for stories, weight in lists:
        if len(stories) > left:
            taken = dict.fromkeys(islice(reversed(stories), left))
            here: Iterable[str] = taken | dict.fromkeys(_in_both(found, stories))
        else:
            here = stories
        for story_id in here:
            found[story_id] = found.get(story_id, 0.0) + weight
        left = max(0, left - len(stories))
    return found


def _in_both(some: Mapping[str, object], others: Mapping[str, object]) -> list[str]:
    """In an order that is the same at every run."""
    few, many = (some, others) if len(some) < len(others) else (others, some)
    return [key for key in few if key in many]
