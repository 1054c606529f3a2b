"""Candidates: which variants may stand where. Must find all that score would accept; may offer more."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from itertools import compress, count, islice
from operator import add

from bot.matching.anchors import Anchor, keys_of
from bot.matching.names import RUN_SCRIPTS, Variant
from bot.matching.owners import Owners
from bot.matching.pieces import Pieces
from bot.matching.reading import Reading
from bot.matching.score import Spelling, joined, may_join, spell, spell_alone, spell_joined
from bot.matching.words import is_known, other_numbers
from bot.text import Token, Tokens

_REMEMBERED = 50_000
_REACH = 2
"""Letters that edits, or singular and plural, add or take away at most."""


class Index:
    """Every variant of a list under its anchor: the token itself, its singular, its neighbours in edits.

    Variants come and go at any time; a search that runs meanwhile sees the list as it was or as it is.
    """

    def __init__(self, variants: Iterable[Variant] = ()) -> None:
        """File every variant under its anchor."""
        self._anchors: dict[str, Anchor] = {}
        self._pieces = Pieces()
        self._runs: dict[str, tuple[Variant, ...]] = {}
        self._owners = Owners()
        self._answers = _Answers()
        for variant in variants:
            self.add(variant)

    def add(self, variant: Variant) -> None:
        """File a variant; it is found from now on."""
        self._owners.add(variant.company, variant.tokens)
        token, script = variant.tokens[variant.anchor], variant.scripts[variant.anchor]
        if script in RUN_SCRIPTS:
            self._runs[token[:2]] = (*self._runs.get(token[:2], ()), variant)
            return
        anchor = self._anchors.get(token)
        if anchor is None:
            anchor = self._anchors[token] = Anchor()
            if variant.caps[variant.anchor]:
                self._pieces.add(token)
            self._answers.forget_near(token)
        anchor.add(variant)

    def remove(self, company: int, variants: Sequence[Variant]) -> None:
        """Forget a company and its variants, all of them."""
        for variant in variants:
            self._owners.remove(company, variant.tokens)
            self._remove(variant)

    def _remove(self, variant: Variant) -> None:
        token = variant.tokens[variant.anchor]
        if variant.scripts[variant.anchor] in RUN_SCRIPTS:
            left = tuple(other for other in self._runs[token[:2]] if other != variant)
            self._runs[token[:2]] = left
            if not left:
                del self._runs[token[:2]]
            return
        anchor = self._anchors[token]
        anchor.remove(variant)
        if not anchor.several and not anchor.alone:
            del self._anchors[token]
            if variant.caps[variant.anchor]:
                self._pieces.remove(token)

    def spellings(self, reading: Reading) -> list[Spelling]:
        """Every window of the reading that spells a variant, in no order, perhaps more than once."""
        found: list[Spelling] = []
        words = reading.tokens
        joins = self._joins(reading, found)
        answers = self._answers.to(words.texts, self._answer)
        for at in compress(range(len(answers)), answers):
            self._anchored(answers[at], reading, at, joins, found)
        for at, token in words.odd.items():
            if token.script in RUN_SCRIPTS:
                found += self._in_run(reading, at, token, joins)
            elif len(token.forms) > 1:
                for anchors in self._answers.to(token.forms[1:], self._answer):
                    self._anchored(anchors, reading, at, joins, found)
        return found

    def _answer(self, text: str) -> tuple[Anchor, ...]:
        """The anchors that a token may stand for: its own, with another ending in several tokens, with edits."""
        anchors = {text, *other_numbers(text)}
        if not is_known(text):
            anchors |= self._pieces.near(text)
        return tuple(found.asked() for anchor in sorted(anchors) if (found := self._anchors.get(anchor)))

    def _anchored(
        self, anchors: Iterable[Anchor], reading: Reading, at: int, joins: Set[int], found: list[Spelling]
    ) -> None:
        """Spell the variants of these anchors around token `at`."""
        owners, beside = self._owners, _beside(reading.tokens, at, joins)
        for anchor in anchors:
            if anchor.alone:
                found += filter(None, [spell_alone(variant, reading, at, owners) for variant in anchor.alone])
            if not anchor.beside.keys().isdisjoint(beside):
                several = anchor.possible(beside)
                found += filter(None, [spell(variant, reading, at, owners, joins) for variant in several])

    def _joins(self, reading: Reading, found: list[Spelling]) -> set[int]:
        """The tokens that with the next one are a token of a name; those that so are an anchor are spelled at once."""
        words = reading.tokens
        tokens = self._owners.tokens
        known = map(tokens.__contains__, map(add, words.texts, islice(words.texts, 1, None)))
        pairs = set(compress(count(), known))
        for at, token in words.odd.items():
            if len(token.forms) > 1:
                pairs.update(left for left in (at - 1, at) if 0 <= left < len(words) - 1)
        joins = {at for at in pairs if may_join(reading, at) and any(text in tokens for text in joined(words, at))}
        for at in joins:
            for text in joined(words, at):
                if anchor := self._anchors.get(text):
                    under = (*anchor.alone, *anchor.several)
                    found += filter(None, [spell_joined(variant, reading, at, self._owners) for variant in under])
        return joins

    def _in_run(self, reading: Reading, at: int, token: Token, joins: Set[int]) -> Iterator[Spelling]:
        """Han anywhere in its run, Hangul at its beginning."""
        text, runs = token.text, self._runs
        if not runs:
            return
        for place in range(1 if token.script == "hangul" else len(text)):
            # A part of one character that begins or ends a name of mixed scripts is filed under that alone.
            begins = dict.fromkeys((text[place : place + 2], text[place]))
            for variant in [variant for key in begins for variant in runs.get(key, ())]:
                anchor = variant.tokens[variant.anchor]
                if not text.startswith(anchor, place):
                    continue
                if len(variant.tokens) == 1:
                    start = token.folded_start + place
                    yield Spelling(variant, at, at, start, start + len(anchor), len(anchor))
                elif len(variant.tokens) > 1 and (found := spell(variant, reading, at, self._owners, joins)):
                    yield found


def _beside(words: Tokens, at: int, joins: Set[int]) -> list[str]:
    """The keys of the tokens right before and after `at`, also of those that two of them are as one."""
    texts = words.texts
    keys = [*keys_of(texts[at - 1])] if at else []
    if at + 1 < len(texts):
        keys += keys_of(texts[at + 1])
    for place in (at - 1, at + 1):
        if (odd := words.odd.get(place)) and len(odd.forms) > 1:
            keys += [key for form in odd.forms[1:] for key in keys_of(form)]
    for left in (at - 2, at + 1):
        if left in joins:
            keys += joined(words, left)
    return keys


class _Answers:
    """What each distinct token was found to stand for, remembered within bounds."""

    def __init__(self) -> None:
        self._answers: dict[str, tuple[Anchor, ...]] = {}
        self._near: dict[tuple[str, int], list[str]] = defaultdict(list)
        # A change that another thread made while answers were worked out makes them doubtful.
        self._changes = 0

    def to(self, texts: Sequence[str], answer: Callable[[str], tuple[Anchor, ...]]) -> list[tuple[Anchor, ...]]:
        """The answer to each text, asked for where it is not remembered."""
        known = self._answers
        if new := set(texts).difference(known):
            if len(known) > _REMEMBERED:
                known = self._answers = {}
                self._near = defaultdict(list)
            changes = self._changes
            for text in new:
                known[text] = answer(text)
                self._near[text[0], len(text)].append(text)
            if changes != self._changes:
                for text in new:
                    known.pop(text, None)
        found = map(known.get, texts)
        return [answer(text) if each is None else each for text, each in zip(texts, found, strict=True)]

    def forget_near(self, token: str) -> None:
        """Forget the answers that a new anchor may change: no farther from it than two letters more or less."""
        self._changes += 1
        for length in range(len(token) - _REACH, len(token) + _REACH + 1):
            for text in self._near.pop((token[0], length), ()):
                self._answers.pop(text, None)
