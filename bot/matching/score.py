"""Does this window spell the name? Exact arithmetic, by the definition in docs/matching.md; no judgement."""

from collections.abc import Sequence, Set
from typing import NamedTuple

from rapidfuzz.distance import OSA

from bot.matching.names import CONNECTIVES, RUN_SCRIPTS, SUBSTRING_SCRIPTS, Variant, is_distinctive
from bot.matching.owners import Owners
from bot.matching.reading import Reading
from bot.matching.words import is_known, other_numbers
from bot.text import Tokens

_HYPHENS = ("-", "\u2010")


class Spelling(NamedTuple):
    """The tokens [first, last] of a reading spell the variant; Han names also say where inside those tokens."""

    variant: Variant
    first: int
    last: int
    folded_start: int
    folded_end: int
    letters: int
    edits: int = 0

    def similarity(self) -> float:
        """100 for equal spellings, less for every edit; lengths without spaces."""
        if not self.edits:
            return 100.0
        return 100.0 * (1 - self.edits / max(self.variant.length, self.letters, 1))


def spell_alone(variant: Variant, reading: Reading, at: int, owners: Owners) -> Spelling | None:
    """Token `at` as a variant of one token, if it spells it."""
    words = reading.tokens
    text = words.texts[at]
    if variant.seam:
        cost = 0 if _shows_seam(variant.seam, variant.tokens[0], reading, at) else None
    elif text == variant.tokens[0]:
        return Spelling(variant, at, at, words.starts[at], words.ends[at], len(text))
    else:
        cost = _cost(variant, 0, reading, at, owners)
    return None if cost is None else Spelling(variant, at, at, words.starts[at], words.ends[at], len(text), cost)


def spell(variant: Variant, reading: Reading, at: int, owners: Owners, joins: Set[int]) -> Spelling | None:
    """The window around token `at` as the variant's anchor, if it spells it.

    `joins` are the tokens that may be joined with the next one.
    """
    anchor = variant.anchor
    plain = _window(variant, reading, at - anchor, None, owners)
    # One join a name: a variant whose words already stand joined is not found apart again.
    if plain or not joins or variant.joined:
        return plain
    for pair in range(len(variant.tokens)):
        left = at + pair - anchor - (pair < anchor)
        if pair != anchor and left in joins:
            found = _window(variant, reading, at - anchor - (pair < anchor), pair, owners)
            if found:
                return found
    return None


def spell_joined(variant: Variant, reading: Reading, at: int, owners: Owners) -> Spelling | None:
    """The window in which token `at` and the next one together are the variant's anchor, if it spells it."""
    return None if variant.joined else _window(variant, reading, at - variant.anchor, variant.anchor, owners)


def _window(variant: Variant, reading: Reading, first: int, pair: int | None, owners: Owners) -> Spelling | None:
    """The window that begins at token `first`; the name's token `pair` stands there as two."""
    words = reading.tokens
    texts = words.texts
    size = len(variant.tokens) + (pair is not None)
    if first < 0 or first + size > len(texts):
        return None
    if pair is None and not variant.seam and tuple(texts[first : first + size]) == variant.tokens:
        whole = _unbroken(variant, reading, first, size, None)
        return _spelling(variant, reading, first, first + size - 1, 0) if whole else None
    edits, plural, exact_distinctive = 0, False, False
    at = first
    for place, name in enumerate(variant.tokens):
        cost = None
        if place == pair:
            cost = 0 if _join(variant, place, reading, at) else None
            at += 1
        elif variant.seam and place == variant.seam[0]:
            cost = 0 if _shows_seam(variant.seam, name, reading, at) else None
        elif texts[at] == name:
            cost = 0
        else:
            cost = _cost(variant, place, reading, at, owners)
            if cost is None and (cost := _number(variant, place, reading, at)):
                plural = True
        if cost is None:
            return None
        edits += cost
        exact_distinctive = exact_distinctive or (cost == 0 and is_distinctive(name))
        at += 1
    if (plural and not exact_distinctive) or not _unbroken(variant, reading, first, size, pair):
        return None
    return _spelling(variant, reading, first, at - 1, edits)


def _spelling(variant: Variant, reading: Reading, first: int, last: int, edits: int) -> Spelling:
    """Han at the edge of a mixed name and Hangul cover a part of their run."""
    words, names, scripts = reading.tokens, variant.tokens, variant.scripts
    start, end = words.starts[first], words.ends[last]
    # Without edits the lengths say nothing.
    letters = sum(map(len, words.texts[first : last + 1])) if edits else 0
    if scripts[-1] in RUN_SCRIPTS:
        letters -= len(words.texts[last]) - len(names[-1])
        end = words.starts[last] + len(names[-1])
    if scripts[0] in SUBSTRING_SCRIPTS and last > first:
        letters -= len(words.texts[first]) - len(names[0])
        start = words.ends[first] - len(names[0])
    return Spelling(variant, first, last, start, end, letters, edits)


def _cost(variant: Variant, place: int, reading: Reading, at: int, owners: Owners) -> int | None:
    """Edits between a token of the name and one of the text; None where they differ too much."""
    name, text = variant.tokens[place], reading.tokens.texts[at]
    odd = reading.tokens.odd.get(at)
    forms = reading.tokens.forms(at)
    if name in forms or (name == "&" and text in CONNECTIVES):
        return 0
    script = odd.script if odd else "latin"
    if script != variant.scripts[place]:
        return None
    if script in RUN_SCRIPTS:
        return 0 if _part_of_run(variant, place, text, script) else None
    cap = variant.caps[place]
    return _edits(name, cap, forms, variant.company, owners) if cap and text[0] == name[0] else None


def _shows_seam(seam: tuple[int, int], name: str, reading: Reading, at: int) -> bool:
    """Whether the token is the name's, and its capitals show where the second half begins: JPMorgan."""
    if reading.tokens.texts[at] != name:
        return False
    capitals = reading.capitals(at)
    return {0, seam[1]} <= capitals and len(capitals) < len(name)


def _part_of_run(variant: Variant, place: int, text: str, script: str) -> bool:
    """Whether the name's token stands at that end of the run which faces the rest of the name."""
    name = variant.tokens[place]
    last = place == len(variant.tokens) - 1
    first = place == 0 and script != "hangul"
    return (last and text.startswith(name)) or (first and text.endswith(name))


def _edits(name: str, cap: int, forms: Sequence[str], company: int, owners: Owners) -> int | None:
    """A possessive ending is no place for edits: both have it, or none."""
    possessive = name.endswith("'s")
    near = [form for form in forms if form.endswith("'s") == possessive and abs(len(form) - len(name)) <= cap]
    edits = min((OSA.distance(name, form, score_cutoff=cap) for form in near), default=cap + 1)
    if edits > cap:
        return None
    # A word is not a misspelling, and neither is a part of another watched name.
    return None if any(is_known(form) or owners.other_than(company, form) for form in forms) else edits


def _number(variant: Variant, place: int, reading: Reading, at: int) -> int | None:
    """Edits between singular and plural, in a name of several tokens; None where the two are not that."""
    odd = reading.tokens.odd.get(at)
    if len(variant.tokens) == 1 or variant.scripts[place] != "latin" or (odd and odd.script != "latin"):
        return None
    numbers = other_numbers(variant.tokens[place])
    forms = reading.tokens.forms(at)
    return min((OSA.distance(variant.tokens[place], form) for form in forms if form in numbers), default=None)


def _join(variant: Variant, place: int, reading: Reading, at: int) -> bool:
    """Whether tokens `at` and the next one, written as one, equal the name's token, and may be joined."""
    words = reading.tokens
    if at + 1 >= len(words) or variant.tokens[place] not in joined(words, at):
        return False
    return words[at].script == variant.scripts[place] and may_join(reading, at)


def joined(words: Tokens, at: int) -> list[str]:
    """What token `at` and the next one read like, written as one."""
    return [left + right for left in words.forms(at) for right in words.forms(at + 1)]


def may_join(reading: Reading, at: int) -> bool:
    """Whether the tokens `at` and the next one may be two halves of one word: "Media Tek", not "of a"."""
    texts, odd = reading.tokens.texts, reading.tokens.odd
    left, right = odd.get(at), odd.get(at + 1)
    if (len(texts[at]) < 3 and not (left and left.initials)) or (
        len(texts[at + 1]) < 3 and not (right and right.initials)
    ):
        return False
    script = left.script if left else "latin"
    if script != (right.script if right else "latin") or script in (*RUN_SCRIPTS, "sign"):
        return False
    if (left and left.possessive) or reading.breaks(at + 1):
        return False
    if not (is_known(texts[at]) and is_known(texts[at + 1])) or reading.gap(at + 1).strip() in _HYPHENS:
        return True
    return reading.capitalised(at) and reading.capitalised(at + 1)


def _unbroken(variant: Variant, reading: Reading, first: int, size: int, pair: int | None) -> bool:
    """Whether the window stays inside a sentence part: only initials and the name's own punctuation excuse a break."""
    if not reading.may_break(first, first + size - 1):
        return True
    for step in range(1, size):
        marks = reading.breaks(first + step)
        if not marks:
            continue
        before = reading.tokens[first + step - 1]
        if marks == "." and (before.initials or (len(before.text) == 1 and before.text.isalpha())):
            continue
        place = step - (pair is not None and step > pair)
        if not set(marks) <= set(variant.gaps[place]):
            return False
    return True
