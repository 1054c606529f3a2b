"""The variants that stand under one anchor, and which of them the words beside it leave possible."""

from collections import defaultdict
from collections.abc import Sequence

from bot.matching.names import CONNECTIVES, RUN_SCRIPTS, Variant
from bot.matching.words import is_known, other_numbers
from bot.text import Tokens

_FEW = 3
_Key = tuple[int, str]
_Neighbour = tuple[str, int, Variant]
"""The first letter that the token beside the anchor must have, if it must; where that is; and the variant."""


class Anchor:
    """The variants of one anchor: those of one token, and those of several."""

    __slots__ = ("_beside", "_few", "alone", "several")

    def __init__(self) -> None:
        """No variant yet."""
        self.alone: tuple[Variant, ...] = ()
        self.several: tuple[Variant, ...] = ()
        self._beside: _Beside | None = None
        self._few: tuple[_Neighbour, ...] | None = None

    def add(self, variant: Variant) -> None:
        """File a variant."""
        if len(variant.tokens) == 1:
            self.alone = (*self.alone, variant)
        else:
            self.several = (*self.several, variant)
            self._beside = self._few = None

    def remove(self, variant: Variant) -> None:
        """Forget a variant."""
        self.alone = tuple(other for other in self.alone if other != variant)
        self.several = tuple(other for other in self.several if other != variant)
        self._beside = self._few = None

    def possible(self, words: Tokens, at: int) -> Sequence[Variant]:
        """Those of several tokens that the tokens right before and after `at` allow; with no join beside it."""
        if len(self.several) <= _FEW:
            return self._with_initials(words.texts, at)
        # Another thread may change the anchor meanwhile, so the table is held here.
        beside = self._beside
        if beside is None:
            beside = self._beside = _Beside(self.several)
        return beside.possible(words, at)

    def _with_initials(self, texts: Sequence[str], at: int) -> list[Variant]:
        few = self._few
        if few is None:
            few = self._few = tuple(_neighbour(variant) for variant in self.several)
        after = texts[at + 1][0] if at + 1 < len(texts) else ""
        before = texts[at - 1][0] if at else ""
        return [variant for initial, step, variant in few if initial in ("", after if step > 0 else before)]


def _neighbour(variant: Variant) -> _Neighbour:
    step = 1 if variant.anchor + 1 < len(variant.tokens) else -1
    place = variant.anchor + step
    name = variant.tokens[place]
    free = name == "&" or variant.scripts[place] in RUN_SCRIPTS
    return "" if free else name[0], step, variant


class _Beside:
    """Variants by what must stand right after their anchor, or right before it where the anchor is the last."""

    def __init__(self, variants: Sequence[Variant]) -> None:
        self._always: list[Variant] = []
        self._equal: dict[_Key, list[Variant]] = defaultdict(list)
        self._edited: dict[_Key, list[Variant]] = defaultdict(list)
        for variant in variants:
            initial, step, _ = _neighbour(variant)
            place = variant.anchor + step
            name = variant.tokens[place]
            if not initial and name != "&":
                self._always.append(variant)
                continue
            self._equal[step, name].append(variant)
            if variant.caps[place]:
                self._edited[step, name[0]].append(variant)

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
