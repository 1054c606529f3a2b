"""What folding looks up: letters that lose their shape, look-alikes, Traditional Chinese, characters that combine."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

import opencc

TRADEMARKS = frozenset("™℠®©")
"""Signs that separate words; compatibility folding would glue their letters to the word before (Lava™ -> lavatm)."""

SPECIAL: Mapping[str, str] = {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i"}
"""Latin letters that have no decomposition but lose their shape all the same."""

# Lower-case Cyrillic and Greek letters and the Latin letter that a reader takes them for: an excerpt of Unicode's
# confusables (UTS 39), with the letters whose capitals alone look alike.
TWINS: Mapping[str, str] = {
    **dict(zip("авекмнорстухіјѕԁһӏԛԝ", "abekmhopctyxijsdhlqw", strict=True)),
    **dict(zip("αβεζηικμνορτυχ", "abezhikuvoptux", strict=True)),
}

CAPITAL_TWINS: Mapping[str, str] = {"μ": "m", "ν": "n", "υ": "y", "ӏ": "i"}
"""Where the capital looks like another Latin letter than the small one does."""

# Beyond these blocks no character combines with the one before it.
_COMBINING_BLOCKS = (range(0xAD, 0x10000), range(0x10000, 0x20000), range(0xE0000, 0xE1000))
_HALF_WIDTH_VOICED = "\uff9e\uff9f"
_JAMO_AFTER_FIRST = (range(0x1160, 0x1200), range(0xD7B0, 0xD800), range(0x314F, 0x3164), range(0xFFC2, 0xFFDD))


@cache
def cluster_pattern() -> re.Pattern[str]:
    """Matches ASCII runs, or one character with all that combines with it: marks, format characters, jamo."""
    combining = {chr(c) for block in _COMBINING_BLOCKS for c in block if unicodedata.category(chr(c)) in _COMBINING}
    combining.update(_HALF_WIDTH_VOICED)
    combining.update(chr(c) for block in _JAMO_AFTER_FIRST for c in block)
    ext = "[" + _ranges(sorted(map(ord, combining))) + "]"
    return re.compile(rf"[\x00-\x7f]+(?!{ext})|.{ext}*", re.DOTALL)


_COMBINING = frozenset({"Mn", "Mc", "Me", "Cf"})


def _ranges(points: list[int]) -> str:
    """Code points as the inside of a character class."""
    spans: list[list[int]] = []
    for point in points:
        if spans and spans[-1][1] == point - 1:
            spans[-1][1] = point
        else:
            spans.append([point, point])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in spans)


@cache
def simplified() -> Mapping[int, str]:
    """Traditional to Simplified, character by character, as a table for `str.translate`."""
    convert = opencc.OpenCC("t2s").convert
    blocks = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0x20000, 0x2FA20))
    # Newlines keep the converter from seeing phrases: a phrase would change characters by their neighbours.
    characters = [chr(point) for block in blocks for point in block]
    table = dict(zip(characters, convert("\n".join(characters)).split("\n"), strict=True))
    changed = {old: new for old, new in table.items() if old != new and len(new) == 1}
    return {ord(old): _last(new, changed) for old, new in changed.items()}


def _last(char: str, table: Mapping[str, str]) -> str:
    """The end of a chain of replacements, so that converting twice changes nothing."""
    seen = set()
    while char in table and char not in seen:
        seen.add(char)
        char = table[char]
    return char
