"""An article as a direction: how much each of its words tells, at the moment when it came. Pure."""

import math
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from bot.stories.fingerprint import Fingerprint
from bot.stories.rarity import rarity

TITLE = 1.4
"""How many times a term of the title counts."""

NUMBER = 1.5
"""A sum, a count or a year tells one event from the next of its kind better than any word."""

LANGUAGE, LIVE = 2.0, 1.25
"""The powers of a weight's two parts: how rare a term is in its language, and among the articles held."""

PRIOR = 300
"""Articles that are taken to be held besides the others: in one of two, what both hold would seem common."""


class Commonness:
    """In how many of the articles held each term stands."""

    def __init__(self, beside: "Commonness | None" = None) -> None:
        """Of no articles yet; those counted in `beside` count as well."""
        self._beside = beside
        self._articles = 0
        self._holders: dict[str, int] = {}

    @property
    def articles(self) -> int:
        """How many articles were counted."""
        return self._articles + (self._beside.articles if self._beside else 0)

    def holders(self, term: str) -> int:
        """How many of them hold the term."""
        return self._holders.get(term, 0) + (self._beside.holders(term) if self._beside else 0)

    def count(self, terms: Iterable[str]) -> None:
        """Take in an article."""
        self._articles += 1
        for term in terms:
            self._holders[term] = self._holders.get(term, 0) + 1

    def discount(self, terms: Iterable[str]) -> None:
        """Let go of an article that was taken in."""
        self._articles -= 1
        for term in terms:
            left = self._holders.pop(term) - 1
            if left:
                self._holders[term] = left

    def weights(self, terms: Iterable[str]) -> dict[str, float]:
        """How much each term tells at this moment; above zero."""
        seen = self.articles + PRIOR
        return {term: _tells(term) * math.log(1 + seen / (1 + self.holders(term))) ** LIVE for term in terms}


@dataclass(frozen=True, slots=True)
class Vector:
    """Terms with their parts of a length of 1, the heaviest first; packed, for thousands are held.

    `heads` are the terms of the title.
    """

    terms: tuple[str, ...]
    parts: "array[float]"
    heads: tuple[str, ...] = ()

    @property
    def is_bare(self) -> bool:
        """Whether there is nothing but a title."""
        return len(self.heads) == len(self.terms)

    @classmethod
    def of(cls, print_: Fingerprint, common: Commonness) -> Self:
        """Of an article that comes now. It keeps the weights of this moment."""
        weights = common.weights(print_.terms)
        for head in print_.heads:
            weights[head] *= TITLE
        return cls.along(weights, print_.heads)

    @classmethod
    def along(cls, weights: Mapping[str, float], heads: Iterable[str] = ()) -> Self:
        """In this direction; empty of nothing."""
        length = math.hypot(*weights.values())
        terms = tuple(sorted(weights, key=lambda term: (-weights[term], term)))
        return cls(terms, array("f", (weights[term] / length for term in terms)), tuple(heads))

    def __iter__(self) -> Iterator[tuple[str, float]]:
        """The terms with their parts, the heaviest first."""
        return zip(self.terms, self.parts, strict=True)


def cosine(one: Vector, other: Vector) -> float:
    """How alike two directions are, from 0 to 1."""
    parts = dict(other)
    return sum(part * parts.get(term, 0.0) for term, part in one)


def titles_told(one: Vector, other: Vector) -> float:
    """The share of each title that the other article tells, from 0 to 1; the geometric mean of both."""
    here, there = dict(one), dict(other)
    return math.sqrt(_share(one.heads, here, there) * _share(other.heads, there, here))


def _share(heads: Iterable[str], own: Mapping[str, float], told: Mapping[str, float]) -> float:
    """The part of a title's weight that its told words have; 1 of no title."""
    squares = {head: own[head] * own[head] for head in heads}
    whole = sum(squares.values())
    return sum(square for head, square in squares.items() if head in told) / whole if whole else 1.0


@lru_cache(maxsize=8192)
def _tells(term: str) -> float:
    """What the language says of a term."""
    return NUMBER if term[0].isdigit() else rarity(term) ** LANGUAGE
