"""The variants that stand under one anchor, and which of them the words beside it leave possible."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache

from bot.matching.names import CONNECTIVES, RUN_SCRIPTS, Variant
from bot.matching.words import is_known, other_numbers

_MISSPELLED = "~"
_RUN = "…"


class Anchor:
    """The variants of one anchor: those of one token, and those of several.

    `beside`, once `asked`, has those of several under the keys of what must stand right after their anchor, or right
    before it where the anchor is the last.
    """

    __slots__ = ("_asked", "alone", "beside", "several")

    def __init__(self) -> None:
        """No variant yet."""
        self.alone: tuple[Variant, ...] = ()
        self.several: tuple[Variant, ...] = ()
        self.beside: Mapping[str, Sequence[Variant]] = {}
        self._asked = False

    def add(self, variant: Variant) -> None:
        """File a variant."""
        if len(variant.tokens) == 1:
            self.alone = (*self.alone, variant)
        else:
            self.several = (*self.several, variant)
            self._renew()

    def remove(self, variant: Variant) -> None:
        """Forget a variant."""
        self.alone = tuple(other for other in self.alone if other != variant)
        self.several = tuple(other for other in self.several if other != variant)
        self._renew()

    def asked(self) -> "Anchor":
        """Make `beside`, which most anchors of a long list never need, and keep it true from now on; itself."""
        if not self._asked:
            self._asked = True
            self._renew()
        return self

    def possible(self, keys: Collection[str]) -> list[Variant]:
        """Those of several tokens that tokens with these keys beside the anchor allow."""
        beside = self.beside
        return [variant for key in dict.fromkeys(keys) for variant in beside.get(key, ())]

    def _renew(self) -> None:
        several = None
        # Another thread may add or remove a variant meanwhile.
        while self._asked and several is not self.several:
            several = self.several
            beside: dict[str, list[Variant]] = defaultdict(list)
            for variant in several:
                for key in _keys_beside(variant):
                    beside[key].append(variant)
            self.beside = dict(beside)


def _keys_beside(variant: Variant) -> Iterator[str]:
    place = variant.anchor + 1 if variant.anchor + 1 < len(variant.tokens) else variant.anchor - 1
    name = variant.tokens[place]
    if variant.scripts[place] in RUN_SCRIPTS:
        yield _RUN
        return
    yield name
    if variant.caps[place]:
        yield _MISSPELLED + name[0]


@lru_cache(maxsize=8192)
def keys_of(text: str) -> tuple[str, ...]:
    """What a token beside an anchor may be to a name: itself, its other numbers, "&", misspelled."""
    if not text.isascii():
        return (text, *other_numbers(text), _MISSPELLED + text[0], _RUN)
    connective = ("&",) if text in CONNECTIVES else ()
    misspelled = () if is_known(text) else (_MISSPELLED + text[0],)
    return (text, *other_numbers(text), *connective, *misspelled)
