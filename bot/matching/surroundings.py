"""What the capitals of a candidate say, where its sentence lets capitals say anything."""

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.matching.argument import Argument
from bot.matching.candidate import Candidate
from bot.matching.names import CONNECTIVES
from bot.matching.reading import Case
from bot.matching.words import is_ordinary

_NEAR = 24
_ACRONYM = 5
_SHORT_ACRONYM = 3
_LATIN_LETTER = re.compile("[A-Za-z]")


def single(found: Candidate) -> bool:
    """Whether one token alone spells the name."""
    return len(found.name) == 1


def case_of(found: Candidate) -> tuple[Case, bool]:
    """How the candidate's sentence uses capitals, and whether the candidate begins it."""
    first, end = found.reading.sentence(found.first)
    return found.reading.case(first, end, without=range(found.first, found.last + 1)), first == found.first


def capitals(found: Candidate, case: Case, *, begins: bool) -> Iterator[Argument]:
    """What the capitals of the span say where the sentence lets capitals say anything."""
    written = _words(found)
    if found.ticker or not _LATIN_LETTER.search(found.text) or case == "caps":
        return
    if _amid_cjk(found):
        yield Argument("Latin letters in a text of another script", "amid_cjk")
        return
    small = _small(found, written)
    if small:
        yield from _lower_case(found, case, small)
        return
    if single(found):
        yield from _inner_capitals(found, written[0])
    if case in ("mixed", "lower") and (
        not begins or (found.text.isupper() and found.core.isupper() and len(found.core) > 1)
    ):
        yield Argument("capital letter", "capitals")


def _words(found: Candidate) -> list[str]:
    """The words of the span without its legal form."""
    last = min(found.last, found.first + max(len(found.name), 1) - 1)
    return [found.reading.written(at) for at in range(found.first, last + 1)]


def _amid_cjk(found: Candidate) -> bool:
    """Whether most letters around the candidate are Han, Kana or Hangul."""
    start, end = found.place, found.place_end
    text = found.reading.folded.text
    beside = text[max(0, start - _NEAR) : start] + text[end : end + _NEAR]
    if beside.isascii():
        return False
    around = [c for c in beside if c.isalpha()]
    return sum(c >= "\u3040" for c in around) > len(around) / 2


def _small(found: Candidate, written: list[str]) -> list[str]:
    """Words that begin small although the list writes them with a capital."""
    return [word for word in written if word[:1].islower() and len(word) > 2 and _listed_with_capital(word, found.core)]


def _listed_with_capital(word: str, core: str) -> bool:
    return word not in core and word.lower() not in CONNECTIVES and _has_capital(core)


@lru_cache(maxsize=4096)
def _has_capital(word: str) -> bool:
    return any(c.isupper() for c in word)


def _inner_capitals(found: Candidate, word: str) -> Iterator[Argument]:
    shouted = word.isupper() and len(word) > 1
    if _has_capital(word[1:]) and not shouted:
        yield Argument("capitals inside the word", "inner_capitals")
    elif found.core.isupper() and len(found.core) <= _ACRONYM and not shouted:
        short = len(found.core) <= _SHORT_ACRONYM
        yield Argument("not in capitals", "not_in_capitals" if short else "not_in_capitals_longer")
    elif shouted and not found.core.isupper() and len(word) > 2:
        yield Argument("all in capitals", "shouted")


def _lower_case(found: Candidate, case: Case, small: list[str]) -> Iterator[Argument]:
    if single(found) and _has_capital(small[0]):
        yield Argument("capitals inside the word", "inner_capitals")
    elif case == "lower" and not found.reading.has_capitals:
        yield Argument("text without capitals", "lower_everywhere")
    elif len(small) == sum(len(part) > 2 for part in found.name):
        distinctive = single(found) and not is_ordinary(found.name[0])
        yield Argument("lower case", "lower_case_distinctive" if distinctive else "lower_case")
    else:
        yield Argument("partly lower case", "partly_lower")
