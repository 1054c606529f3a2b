"""The variants that stand under one anchor, and which of them the words beside it leave possible."""

from collections import defaultdict
from collections.abc import Sequence

from bot.matching.names import CONNECTIVES, RUN_SCRIPTS, Variant
from bot.matching.words import is_known, other_numbers
from bot.text import Tokens

_FEW = 6
_Key = tuple[int, str]


class Anchor:
    """The variants of one anchor: those of one token, and those of several."""

    __slots__ = ("_beside", "alone", "several")

    def __init__(self) -> None:
        """No variant yet."""
        self.alone: tuple[Variant, ...] = ()
        self.several: tuple[Variant, ...] = ()
        self._beside: _Beside | None = None

    def add(self, variant: Variant) -> None:
        """File a variant."""
        if len(variant.tokens) == 1:
            self.alone = (*self.alone, variant)
        else:
            self.several = (*self.several, variant)
            self._beside = None

    def remove(self, variant: Variant) -> None:
        """Forget a variant."""
        self.alone = tuple(other for other in self.alone if other is not variant)
        self.several = tuple(other for other in self.several if other is not variant)
        self._beside = None

    def possible(self, words: Tokens, at: int) -> Sequence[Variant]:
        """Those of several tokens that the tokens right before and after `at` allow; with no join beside it."""
        if len(self.several) <= _FEW:
            return self.several
        # Another thread may change the anchor meanwhile, so the table is held here.
        beside = self._beside
        if beside is None:
            beside = self._beside = _Beside(self.several)
        return beside.possible(words, at)


class _Beside:
    """Variants by what must stand right after their anchor, or right before it where the anchor is the last."""

    def __init__(self, variants: Sequence[Variant]) -> None:
        self._always: list[Variant] = []
        self._equal: dict[_Key, list[Variant]] = defaultdict(list)
        self._edited: dict[_Key, list[Variant]] = defaultdict(list)
        for variant in variants:
            step = 1 if variant.anchor + 1 < len(variant.tokens) else -1
            place = variant.anchor + step
            token = variant.tokens[place]
            if variant.scripts[place] in RUN_SCRIPTS:
                self._always.append(variant)
                continue
            self._equal[step, token].append(variant)
            if variant.caps[place]:
                self._edited[step, token[0]].append(variant)

    def possible(self, words: Tokens, at: int) -> list[Variant]:
        found = self._always.copy()
        if at + 1 < len(words.texts):
            self._allowed(words, at + 1, 1, found)
        if at:
            self._allowed(words, at - 1, -1, found)
        return found

    def _allowed(self, words: Tokens, at: int, step: int, found: list[Variant]) -> None:
        text, odd = words.texts[at], words.odd.get(at)
        forms = odd.forms if odd else (text,)
        for form in forms:
            for equal in (form, *other_numbers(form)):
                found += self._equal.get((step, equal), ())
        if text in CONNECTIVES:
            found += self._equal.get((step, "&"), ())
        # Only what is no word can be a misspelling; all forms begin with the same letter.
        if (edited := self._edited.get((step, text[0]))) and not any(map(is_known, forms)):
            found += edited
