"""By which words an article that names a company may be found: a wider net than the matcher, which then decides. Pure.

A store finds articles by any part of their words, whatever the case. So each way to write a name becomes the parts that
an article must hold for it: as it is written, without accents, in full width, in Traditional and in Simplified
characters; and for longer names what is left of them when one letter is another one, has an accent, or is missing.
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

from bot.matching.legal import LATIN_FORMS
from bot.matching.names import GENERIC
from bot.model.company import Company
from bot.text import fold_key
from bot.text.tables import simplified

Parts = tuple[str, ...]

_SLIPS_FROM = 6
"""Letters from which a name may be spelled with a slip."""
_TWO_SLIPS_FROM = 10
"""Letters from which a word of a name may have two slips."""
_HOLE = 2
"""Letters that a slip of two may touch: two that changed places."""
_KEPT = 6
"""Letters that two slips must leave in pieces that the store knows."""
_PART = 3
"""Characters from which the store's index knows a part at once."""
_TELLING = 4
"""Characters that the longest part of a slip must have to tell anything."""
_VOUCHING = 10
"""Letters of two or more words of a name that find its articles without the rest of it."""
_ENDING = 3
"""Letters in which singular and plural differ: technology, technologies."""
_WAYS = 16
"""Ways to write a Han name that are tried."""
_ACCENTS = {
    "a": "áàâäãåāă", "c": "çćč", "e": "éèêëēęě", "g": "ğ", "i": "íìîïīı", "l": "ł", "n": "ñńň", "o": "óòôöõøōő",
    "r": "ř", "s": "śšşș", "t": "țţ", "u": "úùûüūůű", "y": "ýÿ", "z": "źžż",
}  # fmt: skip
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_HAN = re.compile("[\u3400-\u9fff]")


def as_written(company: Company) -> tuple[Parts, ...]:
    """The parts of each spelling as it is, once for each way to write the same letters."""
    return tuple(dict.fromkeys(parts for spelling in _spellings(company) for parts in _ways(spelling) if parts))


def with_a_slip(company: Company) -> tuple[Parts, ...]:
    """The parts that are left of each spelling where one letter of it is another one, or missing."""
    known = set(as_written(company))
    found = (parts for spelling in _spellings(company) for parts in _slips(spelling))
    return tuple(parts for parts in dict.fromkeys(found) if parts not in known)


def with_two_slips(company: Company) -> tuple[Parts, ...]:
    """The parts that are left of each spelling where a long word of it has two slips, as far as they tell anything."""
    return tuple(dict.fromkeys(parts for spelling in _spellings(company) for parts in _two_slips(spelling)))


def _spellings(company: Company) -> tuple[str, ...]:
    return (company.name, *(alias.text for alias in company.aliases), *company.tickers)


def _ways(spelling: str) -> Iterator[Parts]:
    written = tuple(word.strip(".$()") for word in spelling.replace(",", " ").split() if any(map(str.isalnum, word)))
    yield tuple(word.casefold() for word in _core(written))
    bare = _core(tuple(fold_key(spelling).split()))
    if _tells(bare):
        yield bare
    if _HAN.search(spelling):
        yield from _characters(fold_key(spelling))
    elif spelling.isascii():
        yield tuple(word.translate(_WIDE).casefold() for word in bare)


def _core(words: Parts) -> Parts:
    """Without legal forms, and without single letters where there is more."""
    core = tuple(word for word in words if (fold_key(word),) not in LATIN_FORMS) or words
    return tuple(word for word in core if len(word) > 1 or not word.isascii()) or core


def _tells(parts: Parts) -> bool:
    return any(len(part) >= _PART or not part.isascii() for part in parts)


def _characters(simple: str) -> Iterator[Parts]:
    """Every mix of Traditional and Simplified characters: a text is rarely consistent."""
    choices = ((char, *traditional().get(char, ())) for char in simple.replace(" ", ""))
    for way in itertools.islice(itertools.product(*choices), _WAYS):
        yield ("".join(way),)


@cache
def traditional() -> Mapping[str, tuple[str, ...]]:
    """By Simplified character, the Traditional ones that it stands for."""
    found: dict[str, list[str]] = defaultdict(list)
    for old, new in simplified().items():
        found[new].append(chr(old))
    return {new: tuple(old) for new, old in found.items()}


def _slips(spelling: str) -> Iterator[Parts]:
    words = _core(tuple(fold_key(spelling).split()))
    for at, word in enumerate(words):
        others = tuple(other for place, other in enumerate(words) if place != at and len(other) >= _PART)
        if not word.isascii() or not word.isalpha():
            continue
        if _vouch(others):
            yield others
            continue
        if others and word in GENERIC:
            yield (word[:-_ENDING], *others) if len(word) > _TELLING + _ENDING else others
        if len(word) < _SLIPS_FROM:
            yield from ((accented,) for accented in ([] if others else _accented(word)))
            continue
        for cut in range(1, len(word)):
            for hole in (1, _HOLE):  # one that is another or missing, two that changed places
                left = tuple(part for part in (word[:cut], word[cut + hole :]) if len(part) >= _PART)
                if others or max(map(len, left), default=0) >= _TELLING or sum(map(len, left)) >= _KEPT:
                    yield (*left, *others)
        if not others and len(word) < _KEPT + _PART:  # what is left of a short word tells nothing: whole, then
            yield from ((word[:at] + word[at + 1] + word[at] + word[at + 2 :],) for at in range(len(word) - 1))


def _two_slips(spelling: str) -> Iterator[Parts]:
    words = _core(tuple(fold_key(spelling).split()))
    for at, word in enumerate(words):
        if len(word) < _TWO_SLIPS_FROM or not (word.isascii() and word.isalpha()) or word in GENERIC:
            continue
        others = tuple(other for place, other in enumerate(words) if place != at and len(other) >= _PART)
        if _vouch(others):
            continue
        for one, other in itertools.combinations(range(0, len(word), _HOLE), 2):
            pieces = (word[:one], word[one + _HOLE : other], word[other + _HOLE :])
            left = tuple(piece for piece in pieces if len(piece) >= _PART)
            if sum(map(len, left)) >= _KEPT:
                yield (*left, *others)
    yield from _a_slip_each(words)


def _a_slip_each(words: Parts) -> Iterator[Parts]:
    """Two words with a slip each: half of either is left, wherever the slip is."""
    long = [at for at, word in enumerate(words) if len(word) >= _SLIPS_FROM and word.isascii() and word.isalpha()]
    for one, other in itertools.combinations(long, 2):
        others = tuple(word for at, word in enumerate(words) if at not in (one, other) and len(word) >= _PART)
        halves = itertools.product(_halves(words[one]), _halves(words[other]))
        yield from [others] if _vouch(others) else [(*pair, *others) for pair in halves]


def _vouch(others: Parts) -> bool:
    """Whether the other words of a name find its articles, however the one that is left out is spelled."""
    return len(others) > 1 and sum(map(len, others)) >= _VOUCHING


def _halves(word: str) -> tuple[str, ...]:
    """Of which one stays wherever the slip is, two letters in the middle that changed places among them."""
    half = len(word) // 2
    return tuple(part for part in dict.fromkeys((word[:half], word[half:], word[half + 1 :])) if len(part) >= _PART)


def _accented(word: str) -> Iterator[str]:
    for at, letter in enumerate(word):
        for accent in _ACCENTS.get(letter, ""):
            yield word[:at] + accent + word[at + 1 :]
