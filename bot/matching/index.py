"""Candidates: which variants may stand where. Must find all that score would accept; may offer more."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from bot.matching.names import SUBSTRING_SCRIPTS, Variant
from bot.matching.reading import Reading
from bot.matching.score import Owners, Spelling, may_join, spell
from bot.matching.words import is_known, singular
from bot.text import Token

_REMEMBERED = 50_000


class Index:
    """Every variant of a list under its anchor: the token itself, its singular, its neighbours in edits."""

    def __init__(self, variants: Iterable[Variant]) -> None:
        """File every variant under its anchor."""
        self._exact: dict[str, list[Variant]] = defaultdict(list)
        self._plural: dict[str, list[Variant]] = defaultdict(list)
        self._runs: dict[str, list[Variant]] = defaultdict(list)
        self._edited: dict[tuple[str, int], list[str]] = defaultdict(list)
        owners: dict[str, set[int]] = defaultdict(set)
        for variant in variants:
            self._add(variant)
            for token in variant.tokens:
                owners[token].add(variant.company)
        self._owners: Owners = dict(owners)
        self._near = lru_cache(maxsize=_REMEMBERED)(self._neighbours)

    def _add(self, variant: Variant) -> None:
        anchor, script = variant.tokens[variant.anchor], variant.scripts[variant.anchor]
        if script in SUBSTRING_SCRIPTS or script == "hangul":
            self._runs[anchor[:2]].append(variant)
            return
        self._exact[anchor].append(variant)
        if len(variant.tokens) > 1 and script == "latin":
            self._plural[singular(anchor)].append(variant)
        if variant.caps[variant.anchor] and anchor not in self._edited[anchor[0], len(anchor)]:
            self._edited[anchor[0], len(anchor)].append(anchor)

    def spellings(self, reading: Reading) -> Iterator[Spelling]:
        """Every window of the reading that spells a variant, in no order, perhaps more than once."""
        for at, token in enumerate(reading.tokens):
            if token.script in SUBSTRING_SCRIPTS or token.script == "hangul":
                yield from self._in_run(reading, at, token)
                continue
            for variant in self._anchored(token):
                if found := spell(variant, reading, at, self._owners, joined=False):
                    yield found
            yield from self._joined(reading, at, token)

    def _anchored(self, token: Token) -> Sequence[Variant]:
        found: list[Variant] = []
        for form in token.forms:
            found.extend(self._exact.get(form, ()))
        if token.script == "latin":
            found.extend(self._plural.get(singular(token.text), ()))
        for anchor in self._near(token.text):
            found.extend(self._exact[anchor])
        return found

    def _neighbours(self, text: str) -> tuple[str, ...]:
        """Anchors within two edits of a token that is no word; score says whether their cap allows it."""
        if len(text) < 5 or is_known(text):
            return ()
        near: list[str] = []
        for length in range(len(text) - 2, len(text) + 3):
            if anchors := self._edited.get((text[0], length)):
                near.extend(hit[0] for hit in extract(text, anchors, scorer=OSA.distance, score_cutoff=2, limit=None))
        return tuple(anchor for anchor in near if anchor != text)

    def _joined(self, reading: Reading, at: int, token: Token) -> Iterator[Spelling]:
        if at + 1 >= len(reading.tokens):
            return
        following = reading.tokens[at + 1]
        for ending in following.forms:
            anchored = self._exact.get(token.text + ending)
            if anchored and may_join(reading, at):
                for variant in anchored:
                    if found := spell(variant, reading, at, self._owners, joined=True):
                        yield found

    def _in_run(self, reading: Reading, at: int, token: Token) -> Iterator[Spelling]:
        """Han anywhere in its run, Hangul at its beginning."""
        if not self._runs:
            return
        text = token.text
        for place in range(1 if token.script == "hangul" else len(text)):
            for variant in self._runs.get(text[place : place + 2], ()):
                anchor = variant.tokens[variant.anchor]
                if not text.startswith(anchor, place):
                    continue
                if len(variant.tokens) == 1 and (len(anchor) > 1 or _quoted(reading, token)):
                    start = token.folded_start + place
                    yield Spelling(variant, at, at, start, start + len(anchor), len(anchor))
                elif len(variant.tokens) > 1 and (found := spell(variant, reading, at, self._owners, joined=False)):
                    yield found


def _quoted(reading: Reading, token: Token) -> bool:
    """Whether the token stands alone in quotation marks; a single character counts nowhere else."""
    before = reading.original[max(0, token.start - 1) : token.start]
    return before in ("「", "『", "“", '"', "‘", "'", "《", "»", "«") and token.end - token.start == 1
