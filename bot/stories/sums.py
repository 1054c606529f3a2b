"""Stories as their articles' vectors, searchable by keyword. Pure."""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from itertools import islice

from bot.stories.vector import Vector

KEYWORDS = 20
"""An article is found by this many of its words, the heaviest: what is alike in common words alone is no event."""

SHORTLIST = 10
"""Stories that share most of an article's keywords, by weight, and are compared with it in full."""

NOTHING = 1e-6
"""A part of a sum below this is what is left of rounding."""


class Sums:
    """The stories held: the vectors of their articles, and the sum of them where there are several."""

    def __init__(self) -> None:
        """Of no stories yet."""
        self._articles: defaultdict[str, dict[str, Vector]] = defaultdict(dict)
        self._sums: dict[str, dict[str, float]] = {}
        self._postings: defaultdict[str, dict[str, int]] = defaultdict(dict)

    def articles(self, story_id: str) -> dict[str, Vector]:
        """The vectors of the story's articles by id, as they came."""
        return self._articles[story_id]

    def add(self, story_id: str, article_id: str, vector: Vector) -> None:
        """Let a story, or a new one, grow by an article."""
        articles = self._articles[story_id]
        articles[article_id] = vector
        if len(articles) > 1:
            others = [vector] if story_id in self._sums else articles.values()
            parts = self._sums.setdefault(story_id, {})
            for other in others:
                for term, part in other:
                    parts[term] = parts.get(term, 0.0) + part
        for term in vector.terms[:KEYWORDS]:
            stories = self._postings[term]
            stories[story_id] = stories.get(story_id, 0) + 1

    def remove(self, story_id: str, article_id: str) -> Vector:
        """Take an article out, and give it back; a story without articles is gone."""
        articles = self._articles[story_id]
        vector = articles.pop(article_id)
        if len(articles) < 2:
            self._sums.pop(story_id, None)
        else:
            _subtract(self._sums[story_id], vector)
        if not articles:
            del self._articles[story_id]
        for term in vector.terms[:KEYWORDS]:
            stories = self._postings[term]
            stories[story_id] -= 1
            if not stories[story_id]:
                del stories[story_id]
                if not stories:
                    del self._postings[term]
        return vector

    def shared(self, vector: Vector, story_id: str) -> list[str]:
        """The terms that both hold, those that bring them nearest first."""
        told = self._parts(story_id)
        nearness = {term: part * told[term] for term, part in vector if term in told}
        return sorted(nearness, key=lambda term: (-nearness[term], term))

    def near(self, vector: Vector, threshold: float, fits: Callable[[str], bool]) -> dict[str, float]:
        """The stories that fit and are `threshold` alike or more.

        The likeness is the cosine of the vector and the story's sum. A bare headline has so few words that a large
        story of many holds some of them by chance: its likeness is the mean cosine to the articles, which is less.
        """
        near: dict[str, float] = {}
        for story_id in islice(filter(fits, self._by_keywords(vector)), SHORTLIST):
            told = self._parts(story_id)
            common = sum(part * told[term] for term, part in vector if term in told)
            alike = common / (len(self._articles[story_id]) if vector.is_bare else math.hypot(*told.values()))
            if alike >= threshold:
                near[story_id] = alike
        return near

    def _by_keywords(self, vector: Vector) -> list[str]:
        """All stories that share a keyword, those that share most first, and the older one first where they tie."""
        found: dict[str, float] = {}
        for term, part in islice(vector, KEYWORDS):
            for story_id in self._postings.get(term, ()):
                found[story_id] = found.get(story_id, 0.0) + part * part
        return sorted(found, key=found.__getitem__, reverse=True)

    def _parts(self, story_id: str) -> Mapping[str, float]:
        """The sum of the story's vectors by term."""
        sums = self._sums.get(story_id)
        return dict(*self._articles[story_id].values()) if sums is None else sums


def _subtract(parts: dict[str, float], vector: Vector) -> None:
    for term, part in vector:
        parts[term] -= part
        if parts[term] < NOTHING:
            del parts[term]
