"""Recent stories in memory: which of them does this article tell? Pure: it is fed from the store, and holds no clock.

The address comes first, then the title, then the words: an article joins the story whose articles, taken
together, it is most like. A wrong merge hides an alert, so precision goes before recall. docs/stories.md
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from statistics import fmean

from bot.model.story import StoryMember
from bot.model.watchlist import Stories
from bot.stories.fingerprint import Fingerprint, fingerprint
from bot.stories.names import NO_NAMES, Names
from bot.stories.reason import similar_words
from bot.stories.sums import Sums
from bot.stories.vector import Commonness, Vector, cosine, titles_told

WINDOW = timedelta(hours=72)
"""Articles further apart than this do not tell one story."""

THRESHOLDS: Mapping[Stories, float] = {"normal": 0.131, "eager": 0.1}
"""How alike an article and a story are, at least; chosen for precision."""

FIRST, YOUNG = 0.12, 40
"""How much more alike the first two articles must be; half of that once YOUNG articles are held, and so on. An index
that has seen little does not know what is said of a company every day."""

UNTOLD = 0.385
"""What is left of the likeness where neither article tells the other's title; where both tell all of it, all is."""

TITLES = 20
"""So many articles of a story, the newest, are asked for their titles."""

SAME = 20
"""So many articles of one title, or of one address, the newest, are asked whether this one tells their story."""

FEW = 2
"""Fewer words shared than this prove nothing, however rare they are."""

COLUMN = 0.05
"""Articles of one title whose leads are less alike than this are of a column that has this title every day."""

BRIEF = 5
"""A lead with fewer words than this besides those of the title says nothing of its own."""

PAGE = 0.1
"""Articles of one address that are less alike than this are parts of a page that tells of many things."""


@dataclass(frozen=True, slots=True)
class Join:
    """The story that an article joins, and why in words."""

    story_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Probe:
    """An article that looks for its story. `companies` are the watched ones that it names."""

    title: str
    lead: str
    at: datetime
    companies: tuple[str, ...] = ()
    canonical_url: str = ""


class StoryIndex:
    """Members of recent stories, searchable. Not safe for use from two threads at once."""

    def __init__(
        self,
        members: Iterable[StoryMember] = (),
        *,
        revision: int = 0,
        names: Names = NO_NAMES,
        common: Commonness | None = None,
    ) -> None:
        """`revision` is that of the store's stories which the members show; `names` are left out of the comparison.

        Both may be set anew at any time. New names concern the articles that come after, and nobody else: a word
        counts only where it stands in both, so that those held already need not be taken in again.
        `common` knows the words of articles held elsewhere.
        """
        self.revision = revision
        self.names = names
        self.common = Commonness(beside=common)
        self._members: dict[str, StoryMember] = {}
        self._sums = Sums()
        self._by_title: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._by_address: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._ages: list[tuple[datetime, str]] = []
        self.take(members)

    def __len__(self) -> int:
        """How many articles it holds."""
        return len(self._members)

    def add(self, member: StoryMember) -> None:
        """Take in an article that has joined a story; one that is held already is left as it is."""
        key = member.article_id
        if key in self._members:
            return
        print_ = fingerprint(member.title, member.lead, self.names)
        vector = Vector.of(print_, self.common)
        self.common.count(vector.terms)
        self._members[key] = member
        self._sums.add(member.story_id, key, vector, member.companies)
        self._by_title[print_.title][key] = None
        if member.canonical_url:
            self._by_address[member.canonical_url][key] = None
        heapq.heappush(self._ages, (member.at, key))

    def take(self, members: Iterable[StoryMember]) -> None:
        """Take in several articles, as `add` does one."""
        for member in members:
            self.add(member)

    def forget(self, before: datetime) -> None:
        """Drop articles that joined before this moment."""
        while self._ages and self._ages[0][0] < before:
            _, key = heapq.heappop(self._ages)
            member = self._members.pop(key)
            self.common.discount(self._sums.remove(member.story_id, key, member.companies).terms)
            _discard(self._by_title, fingerprint(member.title, "").title, key)
            if member.canonical_url:
                _discard(self._by_address, member.canonical_url, key)

    def story_of(self, article_id: str) -> str | None:
        """The story that this article is in already."""
        member = self._members.get(article_id)
        return member.story_id if member else None

    def find(self, probe: Probe, mode: Stories = "normal") -> Join | None:
        """The story that such an article would join at that moment, or None: it begins a story of its own.

        `mode` off joins nothing. Articles that name no company in common do not tell one story, however alike their
        words are: "third-quarter profit beats estimates" is said of many.
        """
        if mode == "off":
            return None
        print_ = fingerprint(probe.title, probe.lead, self.names)
        vector = Vector.of(print_, self.common)
        return (
            self._at_address(probe, vector)
            or self._of_title(probe, print_)
            or self._nearest(probe, print_, vector, self._threshold(mode))
        )

    def _at_address(self, probe: Probe, vector: Vector) -> Join | None:
        for key in _newest(self._by_address, probe.canonical_url):
            other = self._sums.articles(self._members[key].story_id)[key]
            told = cosine(vector, other) >= PAGE or not (vector.terms and other.terms)
            if told and self._in_window(key, probe) and self._akin(key, probe):
                return Join(self._members[key].story_id, "same address")
        return None

    def _of_title(self, probe: Probe, print_: Fingerprint) -> Join | None:
        for key in _newest(self._by_title, print_.title):
            if self._in_window(key, probe) and not self._is_column(print_.rest, key):
                return Join(self._members[key].story_id, "same title")
        return None

    def _is_column(self, here: frozenset[str], key: str) -> bool:
        """Whether the leads say that the title they share is a column's, "Business Quick Take", and no event's."""
        member = self._members[key]
        there = fingerprint(member.title, member.lead, self.names).rest
        if min(len(here), len(there)) < BRIEF:
            return False
        weights = self.common.weights(here | there)
        one, other = (Vector.along({term: weights[term] for term in terms}) for terms in (here, there))
        return cosine(one, other) < COLUMN

    def _threshold(self, mode: Stories) -> float:
        return THRESHOLDS[mode] + FIRST * YOUNG / (YOUNG + self.common.articles)

    def _in_window(self, key: str, probe: Probe) -> bool:
        return abs(probe.at - self._members[key].at) <= WINDOW

    def _akin(self, key: str, probe: Probe) -> bool:
        """Whether both name a company; where it is not known whom they name, nothing is held against them."""
        theirs = self._members[key].companies
        return not theirs or not probe.companies or not set(theirs).isdisjoint(probe.companies)

    def _nearest(self, probe: Probe, print_: Fingerprint, vector: Vector, threshold: float) -> Join | None:
        columns = self._by_title.get(print_.title, {}) if print_.title else {}

        def fits(story_id: str) -> bool:
            keys = self._sums.articles(story_id).keys()
            return columns.keys().isdisjoint(keys) and any(
                self._in_window(key, probe) and self._akin(key, probe) for key in keys
            )

        best, alike = "", 0.0
        for story_id, mean in self._sums.near(vector, threshold, fits, probe.companies).items():
            newest = islice(reversed(self._sums.articles(story_id).values()), TITLES)
            told = fmean(titles_told(vector, other) for other in newest)
            found = mean * (UNTOLD + (1 - UNTOLD) * told)
            if found >= threshold and (found, story_id) > (alike, best):
                best, alike = story_id, found
        shared = self._sums.shared(vector, best) if best else []
        return Join(best, similar_words(alike, shared, probe.title, probe.lead)) if len(shared) >= FEW else None


def _newest(held: Mapping[str, dict[str, None]], key: str) -> list[str]:
    """The articles that came last under a title or an address, in the order of their ids; none under an empty one."""
    return sorted(islice(reversed(held.get(key, {})), SAME)) if key else []


def _discard(held: dict[str, dict[str, None]], key: str, article_id: str) -> None:
    del held[key][article_id]
    if not held[key]:
        del held[key]
