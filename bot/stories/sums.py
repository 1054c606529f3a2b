"""Stories as their articles' vectors, and which of them an article is like. Pure."""

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from itertools import islice

from bot.stories.candidates import Candidates
from bot.stories.vector import Vector

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
        self._candidates = Candidates()

    def articles(self, story_id: str) -> dict[str, Vector]:
        """The vectors of the story's articles by id, as they came."""
        return self._articles[story_id]

    def add(self, story_id: str, article_id: str, vector: Vector, companies: Collection[str] = ()) -> None:
        """Let a story, or a new one, grow by an article that names these companies."""
        articles = self._articles[story_id]
        articles[article_id] = vector
        if len(articles) > 1:
            others = [vector] if story_id in self._sums else articles.values()
            parts = self._sums.setdefault(story_id, {})
            for other in others:
                for term, part in other:
                    parts[term] = parts.get(term, 0.0) + part
        self._candidates.add(story_id, vector, companies)

    def remove(self, story_id: str, article_id: str, companies: Collection[str] = ()) -> Vector:
        """Take an article out, and give it back; a story without articles is gone. `companies` as it was added."""
        articles = self._articles[story_id]
        vector = articles.pop(article_id)
        if len(articles) < 2:
            self._sums.pop(story_id, None)
        else:
            _subtract(self._sums[story_id], vector)
        if not articles:
            del self._articles[story_id]
        self._candidates.remove(story_id, vector, companies)
        return vector

    def shared(self, vector: Vector, story_id: str) -> list[str]:
        """The terms that both hold, those that bring them nearest first."""
        told = self._parts(story_id)
        nearness = {term: part * told[term] for term, part in vector if term in told}
        return sorted(nearness, key=lambda term: (-nearness[term], term))

    def near(
        self, vector: Vector, threshold: float, fits: Callable[[str], bool], companies: Collection[str] = ()
    ) -> dict[str, float]:
        """The stories that fit and are `threshold` alike or more; `companies` are those that the article names.

        The likeness is the cosine of the vector and the story's sum. A bare headline has so few words that a large
        story of many holds some of them by chance: its likeness is the mean cosine to the articles, which is less.
        """
        near: dict[str, float] = {}
        for story_id in islice(filter(fits, self._candidates.likely(vector, companies)), SHORTLIST):
            told = self._parts(story_id)
            common = sum(part * told[term] for term, part in vector if term in told)
            alike = common / (len(self._articles[story_id]) if vector.is_bare else math.hypot(*told.values()))
            if alike >= threshold:
                near[story_id] = alike
        return near

    def _parts(self, story_id: str) -> Mapping[str, float]:
        """The sum of the story's vectors by term."""
        sums = self._sums.get(story_id)
        return dict(*self._articles[story_id].values()) if sums is None else sums


def _subtract(parts: dict[str, float], vector: Vector) -> None:
    for term, part in vector:
        parts[term] -= part
        if parts[term] < NOTHING:
            del parts[term]
