"""Folding: one form in which spellings of the same word are equal, with the way back to the original text."""

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html.entities import html5

from bot.text.tables import CAPITAL_TWINS, SPECIAL, TRADEMARKS, TWINS, cluster_pattern, simplified

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_NON_ASCII = re.compile(r"[^\x00-\x7f]")
_WORD = re.compile(r"[^\W\d_]+")
_GREEK_CYRILLIC = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_LOSES_MARKS = ("LATIN", "GREEK", "CYRILLIC")
_PASSES = 10
_STEPS = 5


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; the character at i came from `original[starts[i]:ends[i]]`, offsets in code points.

    `starts` and `ends` never decrease. `lookalikes` are the folded positions whose letter was of another script.
    """

    original: str
    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    lookalikes: frozenset[int] = frozenset()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The (start, end) in the original of the folded slice [start:end], which may not be empty."""
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """Fold for comparison (docs/matching.md, "Folding"); folding the result again changes nothing."""
    if text.isascii() and not _ENTITY.search(text):
        return Folded(text, text.lower(), range(len(text)), range(1, len(text) + 1))
    if (quick := _one_to_one(text)) is not None:
        untwinned, lookalikes = _untwin(quick, text)
        return Folded(text, untwinned, quick.starts, quick.ends, lookalikes)
    # One pass is enough unless an entity was itself written with entities ("&amp;amp;").
    draft = _Draft(text, range(len(text)), range(1, len(text) + 1))
    for _ in range(_PASSES):
        before = draft.text
        draft = draft.decoded().folded()
        if draft.text == before or (not _ENTITY.search(draft.text) and unicodedata.is_normalized("NFKC", draft.text)):
            break
    untwinned, lookalikes = _untwin(draft, text)
    return Folded(text, untwinned, draft.starts, draft.ends, lookalikes)


def _one_to_one(text: str) -> "_Draft | None":
    """The text folded character by character, where each becomes exactly one and none combines with another."""
    if _ENTITY.search(text):
        return None
    folded = text
    for char in set(_NON_ASCII.findall(text)):
        alone = _fold_alone(char)
        if not alone:
            return None
        folded = folded.replace(char, alone)
    folded = folded.lower()
    if len(folded) != len(text) or _ENTITY.search(folded) or not unicodedata.is_normalized("NFKC", folded):
        return None
    return _Draft(folded, range(len(text)), range(1, len(text) + 1))


@lru_cache(maxsize=32768)
def _fold_alone(char: str) -> str:
    """What this character becomes, if that is one character which lower() leaves alone; else nothing."""
    combines = cluster_pattern().match("a" + char)
    folded = _fold_cluster(char)
    alone = combines is not None and combines.end() == 1 and len(folded) == 1 and folded.lower() == folded
    return folded if alone else ""


def fold_key(text: str) -> str:
    """The key under which two spellings of a name are one: folded, letters and digits, one space between words."""
    spaced = (c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in fold(text).text)
    return " ".join("".join(spaced).split())


@dataclass(frozen=True, slots=True)
class _Draft:
    """A text half folded: where each of its characters came from."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def decoded(self) -> "_Draft":
        """With HTML entities decoded; those without a semicolon and unknown ones stay."""
        if not _ENTITY.search(self.text):
            return self
        pieces, at = _Pieces(self), 0
        for found in _ENTITY.finditer(self.text):
            if found.group()[1] == "#" or found.group()[1:] in html5:
                pieces.keep(at, found.start())
                pieces.replace(found.start(), found.end(), html.unescape(found.group()))
                at = found.end()
        pieces.keep(at, len(self.text))
        return pieces.draft()

    def folded(self) -> "_Draft":
        """With every cluster folded."""
        pieces = _Pieces(self)
        for found in cluster_pattern().finditer(self.text):
            cluster = found.group()
            if cluster.isascii():
                pieces.keep(found.start(), found.end(), cluster.lower())
            else:
                pieces.replace(found.start(), found.end(), _fold_cluster(cluster))
        return pieces.draft()


class _Pieces:
    """Collects the characters of the next draft."""

    def __init__(self, source: _Draft) -> None:
        self._source = source
        self._texts: list[str] = []
        self._starts: list[int] = []
        self._ends: list[int] = []

    def keep(self, start: int, end: int, text: str = "") -> None:
        """Take [start:end] over, character by character, perhaps as a text of the same length."""
        self._texts.append(text or self._source.text[start:end])
        self._starts.extend(self._source.starts[start:end])
        self._ends.extend(self._source.ends[start:end])

    def replace(self, start: int, end: int, text: str) -> None:
        """Let `text` stand for all of [start:end]."""
        self._texts.append(text)
        self._starts.extend([self._source.starts[start]] * len(text))
        self._ends.extend([self._source.ends[end - 1]] * len(text))

    def draft(self) -> _Draft:
        return _Draft("".join(self._texts), self._starts, self._ends)


@lru_cache(maxsize=32768)
def _fold_cluster(cluster: str) -> str:
    """One character and what combines with it, folded; empty where nothing is left."""
    if cluster[0] in TRADEMARKS:
        return " "
    text = cluster
    for _ in range(_STEPS):
        before = text
        text = "".join(c for c in text if unicodedata.category(c) != "Cf")
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
        text = _without_marks(text).translate(simplified() if max(text, default="") >= "\u3400" else {})
        if text == before:
            break
    return text


def _without_marks(text: str) -> str:
    """Drop marks from Latin, Greek and Cyrillic letters and from what is no letter; other scripts keep theirs."""
    kept, base_keeps = [], False
    for char in unicodedata.normalize("NFD", text):
        if unicodedata.category(char) in ("Mn", "Me"):
            if base_keeps and not "\ufe00" <= char <= "\ufe0f" and char < "\U000e0100":
                kept.append(char)
            continue
        base_keeps = char.isalpha() and not unicodedata.name(char, "").startswith(_LOSES_MARKS)
        kept.append(SPECIAL.get(char, char))
    return unicodedata.normalize("NFC", "".join(kept))


def _untwin(draft: _Draft, original: str) -> tuple[str, frozenset[int]]:
    """Replace look-alike letters in words that also have Latin ones; the positions of those replaced."""
    if not _GREEK_CYRILLIC.search(draft.text):
        return draft.text, frozenset()
    letters, changed = list(draft.text), set()
    for word in _WORD.finditer(draft.text):
        foreign = [at for at in range(*word.span()) if not _is_latin(letters[at])]
        if len(foreign) == len(word.group()) or not all(letters[at] in TWINS for at in foreign):
            continue
        for at in foreign:
            capital = original[draft.starts[at]].isupper()
            letters[at] = CAPITAL_TWINS.get(letters[at], TWINS[letters[at]]) if capital else TWINS[letters[at]]
            changed.add(at)
    return "".join(letters), frozenset(changed)


def _is_latin(char: str) -> bool:
    return char.isascii() or char <= "\u024f" or "\u1e00" <= char <= "\u1eff"
