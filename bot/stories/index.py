"""Recent stories in memory: which of them does this article tell? Pure: it is fed from the store, and holds no clock.

An inverted index over words of titles and leads, weighted by how rare they are; a story is as near as the mean of its
three nearest members. A wrong merge hides an alert, so precision goes before recall.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import cast

import wordfreq

from bot.model.story import StoryMember
from bot.model.watchlist import Stories
from bot.stories.fingerprint import Fingerprint, fingerprint, fingerprint_of

WINDOW = timedelta(hours=72)
"""Articles further apart than this do not tell one story."""

NEAREST = 3
THRESHOLDS: Mapping[Stories, float] = {"normal": 0.28, "eager": 0.22}
"""Pair precision and recall on ECB+, real articles with hard negatives: .987 and .251 at .28, .867 and .505 at .22."""

FEW = 5
"""Fewer shared words than this prove nothing, however rare they are in a small index."""


@dataclass(frozen=True, slots=True)
class Join:
    """The story that an article joins, and why in words."""

    story_id: str
    reason: str


def rarity(term: str) -> float:
    """How much a word tells, in (0, 1]: near 0 for "the", 1 for a word that English does not know.

    An index of a dozen articles has not seen enough to know that "the" is common; the language has.
    """
    frequency = _english().get(term)
    return 1.0 if frequency is None else min(1.0, -math.log10(frequency) / 8)


@cache
def _english() -> Mapping[str, float]:
    return cast("Mapping[str, float]", wordfreq.get_frequency_dict("en", "best"))


class StoryIndex:
    """Members of recent stories, searchable. Not safe for use from two threads at once."""

    def __init__(self, members: Iterable[StoryMember] = (), *, revision: int = 0) -> None:
        """`revision` is that of the store's stories which the members show."""
        self.revision = revision
        self._members: dict[str, StoryMember] = {}
        self._prints: dict[str, Fingerprint] = {}
        self._postings: defaultdict[str, set[str]] = defaultdict(set)
        self._by_url: dict[str, str] = {}
        self._weights: dict[str, float] = {}
        self._lengths: dict[str, float] = {}
        for member in members:
            self.add(member)

    def __len__(self) -> int:
        """How many articles it holds."""
        return len(self._members)

    def add(self, member: StoryMember) -> None:
        """Take in an article that has joined a story; one that is held already is left as it is."""
        if member.article_id in self._members:
            return
        self._changed()
        self._members[member.article_id] = member
        self._prints[member.article_id] = fingerprint_of(member)
        for term in self._prints[member.article_id].terms:
            self._postings[term].add(member.article_id)
        if member.canonical_url:
            self._by_url[member.canonical_url] = member.article_id

    def forget(self, before: datetime) -> None:
        """Drop articles that joined before this moment."""
        past = [key for key, member in self._members.items() if member.at < before]
        if past:
            self._changed()
        for article_id in past:
            member = self._members.pop(article_id)
            for term in self._prints.pop(article_id).terms:
                self._postings[term].discard(article_id)
                if not self._postings[term]:
                    del self._postings[term]
            if self._by_url.get(member.canonical_url) == article_id:
                del self._by_url[member.canonical_url]

    def _changed(self) -> None:
        self._weights.clear()
        self._lengths.clear()

    def story_of(self, article_id: str) -> str | None:
        """The story that this article is in already."""
        member = self._members.get(article_id)
        return member.story_id if member else None

    def find(self, title: str, lead: str, canonical_url: str, at: datetime, mode: Stories = "normal") -> Join | None:
        """The story that such an article would join at that moment, or None: it begins a story of its own.

        `mode` off joins by canonical URL alone.
        """
        if canonical_url and canonical_url in self._by_url:
            return Join(self._members[self._by_url[canonical_url]].story_id, "same address")
        if mode == "off":
            return None
        probe = fingerprint(title, lead)
        near = self._near(probe, at)
        for article_id in near:
            if probe.title and self._prints[article_id].title == probe.title:
                return Join(self._members[article_id].story_id, "same title")
        return self._nearest_story(near, THRESHOLDS[mode])

    def _near(self, probe: Fingerprint, at: datetime) -> dict[str, float]:
        """Cosine similarity, by article, of those within the window that share `FEW` terms or the whole title."""
        shared: Counter[str] = Counter()
        for term in probe.terms:
            shared.update(self._postings.get(term, ()))
        own = self._weigh(probe.terms)
        near = {}
        for article_id, count in shared.items():
            if abs(at - self._members[article_id].at) > WINDOW:
                continue
            if count < FEW and self._prints[article_id].title != probe.title:
                continue
            common = self._weigh(probe.terms & self._prints[article_id].terms)
            near[article_id] = common / math.sqrt(own * self._length(article_id))
        return near

    def _weigh(self, terms: Iterable[str]) -> float:
        """The squared length of a set of terms; never zero."""
        weights = self._weights
        return sum(weights[term] if term in weights else self._weight(term) for term in terms) or 1e-9

    def _weight(self, term: str) -> float:
        """The square of how rare a term is, here and in the language; kept until the index changes."""
        holders = len(self._postings.get(term, ()))
        weight = (rarity(term) * math.log(1 + (len(self._members) + 1) / (1 + holders))) ** 2
        self._weights[term] = weight
        return weight

    def _length(self, article_id: str) -> float:
        """The squared length of all terms of an article; kept until the index changes."""
        if article_id not in self._lengths:
            self._lengths[article_id] = self._weigh(self._prints[article_id].terms)
        return self._lengths[article_id]

    def _nearest_story(self, near: Mapping[str, float], threshold: float) -> Join | None:
        by_story: defaultdict[str, list[float]] = defaultdict(list)
        for article_id, similarity in near.items():
            by_story[self._members[article_id].story_id].append(similarity)
        scores = {
            story: sum(sorted(values, reverse=True)[:NEAREST]) / min(NEAREST, len(values))
            for story, values in by_story.items()
        }
        best = max(scores, key=lambda story: (scores[story], story), default=None)
        if best is None or scores[best] < threshold:
            return None
        return Join(best, f"similar words ({scores[best]:.2f})")


class Branch:
    """An index and what one decision adds to it, which the index itself takes in only after the commit."""

    def __init__(self, index: StoryIndex) -> None:
        """Start with nothing added."""
        self._index = index
        self._added = StoryIndex()

    def add(self, member: StoryMember) -> None:
        """Take in an article of this decision."""
        self._added.add(member)

    def story_of(self, article_id: str) -> str | None:
        """The story that this article is in already."""
        return self._index.story_of(article_id) or self._added.story_of(article_id)

    def find(self, title: str, lead: str, canonical_url: str, at: datetime, mode: Stories = "normal") -> Join | None:
        """As `StoryIndex.find`, over both; a story that the store knows goes before a new one."""
        found = self._index.find(title, lead, canonical_url, at, mode)
        return found or self._added.find(title, lead, canonical_url, at, mode)
