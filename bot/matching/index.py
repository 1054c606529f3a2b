"""Candidates: which variants may stand where. Must find all that score would accept; may offer more."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import compress, count

from bot.matching.anchors import Anchor, keys_of
from bot.matching.names import CONNECTIVES, RUN_SCRIPTS, Variant
from bot.matching.owners import Owners
from bot.matching.pieces import Pieces
from bot.matching.reading import Reading
from bot.matching.score import Spelling, joined, may_join, spell, spell_alone, spell_joined
from bot.matching.words import is_known, other_numbers
from bot.text import Token, Tokens

REMEMBERED = 4096
"""Tokens that are no words, and of which a list remembers what they stand for: five in six of an article's."""


class Index:
    """Every variant of a list under its anchor: the token itself, its singular, its neighbours in edits.

    Variants come and go at any time; a search that runs meanwhile sees the list as it was or as it is.
    """

    def __init__(self, variants: Iterable[Variant] = ()) -> None:
        """File every variant under its anchor."""
        self._anchors: dict[str, Anchor] = {}
        self._words: dict[str, tuple[Anchor, ...]] = {}
        self._strange: dict[str, tuple[Anchor, ...]] = {}
        self._pieces = Pieces()
        self._runs: dict[str, tuple[Variant, ...]] = {}
        self._owners = Owners()
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
            for word in _known_forms(token):
                self._words[word] = (*self._words.get(word, ()), anchor)
            if variant.caps[variant.anchor]:
                self._pieces.add(token)
            # What another thread works out meanwhile, perhaps without this anchor, is remembered where nobody looks.
            self._strange = {}
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
            for word in _known_forms(token):
                self._words[word] = tuple(other for other in self._words[word] if other is not anchor)
                if not self._words[word]:
                    del self._words[word]
            if variant.caps[variant.anchor]:
                self._pieces.remove(token)

    def spellings(self, reading: Reading) -> list[Spelling]:
        """Every window of the reading that spells a variant, in no order, perhaps more than once."""
        found: list[Spelling] = []
        words, known = reading.tokens, self._words
        joins = self._joins(reading, found)
        strange = self._strange_among(reading.strange)
        resembling = {*compress(reading.strange, map(strange.get, reading.strange))}
        for at in compress(count(), map(known.__contains__, words.texts)):
            self._anchored(known.get(words.texts[at], ()), reading, at, joins, found)
        for at in compress(count(), map(resembling.__contains__, words.texts)) if resembling else ():
            self._anchored(strange[words.texts[at]], reading, at, joins, found)
        for at, token in words.odd.items():
            if token.script in RUN_SCRIPTS:
                found += self._in_run(reading, at, token, joins)
            for form in token.forms[1:]:
                if anchors := known.get(form) or strange.get(form):
                    self._anchored(anchors, reading, at, joins, found)
        return found

    def _strange_among(self, texts: frozenset[str]) -> Mapping[str, tuple[Anchor, ...]]:
        """What these, which are no known words, may stand for; and others."""
        strange = self._strange
        if new := texts.difference(strange):
            if len(strange) + len(new) > REMEMBERED:
                strange, new = {}, texts
                if len(texts) <= REMEMBERED:
                    self._strange = strange
            for text in new:
                strange[text] = self._resembling(text)
        return strange

    def _resembling(self, text: str) -> tuple[Anchor, ...]:
        """The anchors that a token which is no known word may stand for: its own, with another ending, with edits."""
        names = {text, *other_numbers(text)} | self._pieces.near(text)
        return tuple(found for name in sorted(names) if (found := self._anchors.get(name)))

    def _anchored(
        self, anchors: Iterable[Anchor], reading: Reading, at: int, joins: Set[int], found: list[Spelling]
    ) -> None:
        """Spell the variants of these anchors around token `at`."""
        owners, beside = self._owners, _beside(reading.tokens, at, joins)
        for anchor in anchors:
            if anchor.alone:
                found += filter(None, [spell_alone(variant, reading, at, owners) for variant in anchor.alone])
            if anchor.several and not anchor.asked().beside.keys().isdisjoint(beside):
                several = anchor.possible(beside)
                found += filter(None, [spell(variant, reading, at, owners, joins) for variant in several])

    def _joins(self, reading: Reading, found: list[Spelling]) -> set[int]:
        """The tokens that with the next one are a token of a name; those that so are an anchor are spelled at once."""
        words = reading.tokens
        tokens = self._owners.tokens
        pairs = set(compress(count(), map(tokens.__contains__, reading.pairs)))
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


def _known_forms(token: str) -> list[str]:
    """The known words that may stand for an anchor: itself, its singular, its plural; of "&" all words for it."""
    if token in CONNECTIVES:
        return sorted(CONNECTIVES)  # of a name that has nothing else, such as "& Co"
    return [word for word in (token, *other_numbers(token)) if is_known(word)]
