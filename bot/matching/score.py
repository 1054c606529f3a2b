"""Does this window spell the name? Exact arithmetic, by the definition in docs/matching.md; no judgement."""

from collections.abc import Mapping, Set
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from bot.matching.names import CONNECTIVES, SUBSTRING_SCRIPTS, Variant
from bot.matching.reading import Reading
from bot.matching.words import is_known, singular
from bot.text import Token

Owners = Mapping[str, Set[int]]
"""By token, the companies of the list whose names have it."""

_PLURAL = -1


@dataclass(frozen=True, slots=True)
class Spelling:
    """The tokens [first, last] of a reading spell the variant; Han names also say where inside those tokens."""

    variant: Variant
    first: int
    last: int
    folded_start: int
    folded_end: int
    letters: int
    edits: int = 0
    inexact: bool = False

    def similarity(self) -> float:
        """100 for equal spellings, less for every edit; lengths without spaces."""
        return 100.0 * (1 - self.edits / max(self.variant.length, self.letters, 1))


def spell(variant: Variant, reading: Reading, at: int, owners: Owners, *, joined: bool) -> Spelling | None:
    """The window around token `at` (with `joined`: it and the next one) as the variant's anchor, if it spells it."""
    anchor = variant.anchor
    if joined:
        # One join a name: a variant whose words already stand joined is not found apart again.
        return None if variant.joined else _window(variant, reading, at - anchor, anchor, owners)
    plain = _window(variant, reading, at - anchor, None, owners)
    if plain or len(variant.tokens) == 1 or variant.joined:
        return plain
    for pair in range(len(variant.tokens)):
        if pair != anchor and (found := _window(variant, reading, at - anchor - (pair < anchor), pair, owners)):
            return found
    return None


def _window(variant: Variant, reading: Reading, first: int, pair: int | None, owners: Owners) -> Spelling | None:
    """The window that begins at token `first`; the name's token `pair` stands there as two."""
    size = len(variant.tokens) + (pair is not None)
    if first < 0 or first + size > len(reading.tokens):
        return None
    edits, exact_distinctive, plurals = 0, False, 0
    at = first
    for place in range(len(variant.tokens)):
        cost = _join(variant, place, reading, at) if place == pair else _pair(variant, place, reading, at, owners)
        if cost is None:
            return None
        if cost == _PLURAL:
            plurals += 1
            edits += OSA.distance(variant.tokens[place], reading.tokens[at].text)
        else:
            edits += cost
            exact_distinctive |= cost == 0 and variant.distinctive[place]
        at += 2 if place == pair else 1
    if (plurals and not exact_distinctive) or not _unbroken(variant, reading, first, size, pair):
        return None
    start, end = _inside(variant, reading, first, at - 1)
    letters = sum(len(token.text) for token in reading.tokens[first:at])
    return Spelling(variant, first, at - 1, start, end, letters, edits, bool(edits or plurals))


def _inside(variant: Variant, reading: Reading, first: int, last: int) -> tuple[int, int]:
    """Where the window begins and ends: Han at the edge of a mixed name and Hangul cover a part of their run."""
    start, end = reading.tokens[first].folded_start, reading.tokens[last].folded_end
    if variant.scripts[0] in SUBSTRING_SCRIPTS:
        start = reading.tokens[first].folded_end - len(variant.tokens[0])
    if variant.scripts[-1] in (*SUBSTRING_SCRIPTS, "hangul"):
        end = reading.tokens[last].folded_start + len(variant.tokens[-1])
    return start, end


def _pair(variant: Variant, place: int, reading: Reading, at: int, owners: Owners) -> int | None:
    """Edits between a token of the name and one of the text; None where they differ too much."""
    name, token = variant.tokens[place], reading.tokens[at]
    if name in token.forms or (name == "&" and token.text in CONNECTIVES):
        return 0
    if token.script != variant.scripts[place]:
        return None
    if token.script in (*SUBSTRING_SCRIPTS, "hangul"):
        last = place == len(variant.tokens) - 1
        first = place == 0 and token.script != "hangul"
        return 0 if (last and token.text.startswith(name)) or (first and token.text.endswith(name)) else None
    if len(variant.tokens) > 1 and token.script == "latin" and singular(name) == singular(token.text):
        return _PLURAL
    return _edits(name, variant.caps[place], token, variant.company, owners)


def _edits(name: str, cap: int, token: Token, company: int, owners: Owners) -> int | None:
    text = token.text
    if not cap or text[0] != name[0] or abs(len(text) - len(name)) > cap:
        return None
    # A word is not a misspelling, and neither is a part of another watched name.
    if is_known(text) or not owners.get(text, frozenset()) <= {company}:
        return None
    edits: int = OSA.distance(name, text, score_cutoff=cap)
    return edits if edits <= cap else None


def _join(variant: Variant, place: int, reading: Reading, at: int) -> int | None:
    """0 where the tokens `at` and the next one, written as one, equal the name's token, and may be joined."""
    if at + 1 >= len(reading.tokens):
        return None
    left, right = reading.tokens[at], reading.tokens[at + 1]
    joined = left.text + right.text
    if joined != variant.tokens[place] and (not right.possessive or joined + "'s" != variant.tokens[place]):
        return None
    return 0 if may_join(reading, at) else None


def may_join(reading: Reading, at: int) -> bool:
    """Whether the tokens `at` and the next one may be two halves of one word: "Media Tek", not "of a"."""
    left, right = reading.tokens[at], reading.tokens[at + 1]
    gap = reading.gap(at + 1)
    if left.possessive or reading.breaks(at + 1):
        return False
    if min(len(left.text), len(right.text)) < 3 and not left.initials:
        return False
    if gap.strip() == "-" or not (is_known(left.text) and is_known(right.text)):
        return True
    return reading.capitalised(at) and reading.capitalised(at + 1)


def _unbroken(variant: Variant, reading: Reading, first: int, size: int, pair: int | None) -> bool:
    """Whether the window stays inside a sentence part: only initials and the name's own punctuation excuse a break."""
    for step in range(1, size):
        marks = reading.breaks(first + step)
        if not marks:
            continue
        before = reading.tokens[first + step - 1]
        if marks == "." and (before.initials or len(before.text) == 1):
            continue
        place = step - (pair is not None and step > pair)
        if not set(marks) <= set(variant.gaps[place]):
            return False
    return True
