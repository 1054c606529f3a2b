"""What the word data know: is this a word, how frequent, how ordinary? Loaded once, when first asked."""

from collections.abc import Mapping
from functools import cache, lru_cache
from math import log10

from wordfreq import get_frequency_dict

# An ordinary word has a plural or verb forms that people use; a brand ("samsungs") hardly does. The two figures
# part apple, gap, lava, ford, delta from samsung, nokia, toyota, siemens.
_INFLECTED_SHARE = 0.0125
_ORDINARY_FREQUENCY = 1e-6
_HISSES = ("s", "x", "z", "ch", "sh")
_SHORT_PAST = 4  # "need", "feed" and their like are no past
_ENDINGS = ("s", "es", "ed", "ing", "d")


@cache
def _english() -> Mapping[str, float]:
    frequencies: Mapping[str, float] = get_frequency_dict("en", "best")
    return frequencies


@cache
def chinese() -> Mapping[str, float]:
    """Words of Simplified Chinese and how frequent they are; about 40 MB, so asked for by lists with Han names only."""
    frequencies: Mapping[str, float] = get_frequency_dict("zh", "best")
    return frequencies


def is_known(word: str) -> bool:
    """Whether the word data hold this folded word, however rare: a word is no misspelling."""
    return word in _english()


def unknown(words: set[str]) -> set[str]:
    """Those of the folded words that the word data do not hold."""
    return words.difference(_english())


def frequency(word: str) -> float:
    """Share of this folded word among all words; 0.0 where it is unknown."""
    return _english().get(word, 0.0)


@lru_cache(maxsize=16384)
def is_ordinary(word: str) -> bool:
    """Whether this looks like an everyday word rather than a brand: frequent, and inflected."""
    share = frequency(word)
    if share < _ORDINARY_FREQUENCY:
        return False
    inflected = max(frequency(form) for form in _inflected(word))
    return inflected >= _INFLECTED_SHARE * share or log10(share) > -4


def _inflected(word: str) -> list[str]:
    forms = [word + ending for ending in _ENDINGS]
    return [*forms, word[:-1] + "ies"] if word.endswith("y") else forms


def is_past(word: str) -> bool:
    """Whether this small word looks like the past of a verb ("switched")."""
    return word.islower() and word.endswith("ed") and len(word) > _SHORT_PAST and is_known(word)


@lru_cache(maxsize=16384)
def singular(word: str) -> str:
    """A form that the singular and the plural of an English noun share."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ses", "xes", "ches", "shes", "zes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


@lru_cache(maxsize=16384)
def other_numbers(word: str) -> tuple[str, ...]:
    """The words of three letters or more that this one is the plural or a singular of, whether they exist or not."""
    found = [word + "s"] if len(word) > 2 and not word.endswith("s") else []
    if len(word) > 2 and word.endswith(_HISSES):
        found.append(word + "es")
    if len(word) > 2 and word.endswith("y"):
        found.append(word[:-1] + "ies")
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        found.append(word[:-1])
    if len(word) > 4 and word.endswith("es") and word[:-2].endswith(_HISSES):
        found.append(word[:-2])
    if len(word) > 4 and word.endswith("ies"):
        found.append(word[:-3] + "y")
    return tuple(found)
