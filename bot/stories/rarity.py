"""How much a word tells: what a language says often is no mark of a story. Pure."""

import math
from collections.abc import Mapping
from functools import cache
from typing import Literal, cast

import wordfreq

UNSEEN = 1e-6
"""The frequency of a Han character that the word list does not know."""


def rarity(term: str) -> float:
    """How much a term tells, in (0, 1]: near 0 for "the", 1 for a number or a word that its language does not know.

    An index of a dozen articles has not seen enough to know that "the" is common; the language has. A pair of Han
    characters that is no word is as rare as its characters together.
    """
    if not is_han(term):
        frequency = _frequencies("en", "best").get(term)
    else:
        words = _frequencies("zh", "small")
        frequency = words.get(term) or math.prod(words.get(char, UNSEEN) for char in term)
    return 1.0 if frequency is None else min(1.0, -math.log10(frequency) / 8)


def is_han(term: str) -> bool:
    """Whether a term is written in Han characters; terms are of one script."""
    return "\u3400" <= term[:1] <= "\u9fff" or "\uf900" <= term[:1] <= "\ufaff"


@cache
def _frequencies(language: str, size: Literal["best", "small"]) -> Mapping[str, float]:
    return cast("Mapping[str, float]", wordfreq.get_frequency_dict(language, size))
