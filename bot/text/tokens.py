"""Tokens: maximal runs of letters and digits of one script, with their places in the original."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import unescape
from itertools import accumulate, compress, count
from operator import not_
from typing import Literal, NamedTuple, overload

from bot.text.folding import Folded, fold

Script = Literal["latin", "greek", "cyrillic", "han", "hiragana", "katakana", "hangul", "other", "sign"]

_LATIN = "a-z0-9\u00df-\u00f6\u00f8-\u02af\u1e00-\u1eff\u2c60-\u2c7f\ua722-\ua7ff\uab30-\uab6f"
_GREEK = "\u0370-\u0373\u0376-\u037d\u037f-\u03ff\u1f00-\u1fff"
_CYRILLIC = "\u0400-\u0481\u048a-\u052f\u1c80-\u1c8f\ua640-\ua69f"
_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HIRAGANA = "\u3041-\u3096\u3099\u309a\u309d-\u309f"
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
_HANGUL = "\u1100-\u11ff\u3131-\u318e\ua960-\ua97f\uac00-\ud7ff"
_OTHER = rf"[^\W_{_LATIN}{_GREEK}{_CYRILLIC}{_HAN}{_HIRAGANA}{_KATAKANA}{_HANGUL}]"
# Vowel signs and the like, which are no letters to Python; whole blocks, for what else stands in them does no harm.
_MARK = (
    "[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0980-\u0dff\u0e31-\u0e4e\u0eb1-\u0ecd\u1000-\u109f]"
)


def _pattern(latin: str, others: str) -> re.Pattern[str]:
    """Splits folded text into gaps and tokens; a token keeps its possessive ending.

    Initials ("i.b.m.", "j.p.") and short forms held by an ampersand ("at&t", "s & p") are one token each. Most words
    have three letters or more, so that branch stands first.
    """
    begins = rf"(?<![{latin}].)"
    initials = rf"(?<=[a-z]){begins}(?:\.[a-z])+(?![{latin}])\.?"
    ampersand = rf"(?<=[a-z0-9]){begins}[a-z0-9]?(?: ?& ?[a-z])+(?![{latin}])"
    possessive = rf"(?:['’ʼ‘](?:s(?![{latin}])|(?<=s['’ʼ‘])(?![^\W_])))?"
    word = rf"[{latin}](?:[{latin}]{{2,}}|{initials}|{ampersand}|[{latin}]?){possessive}"
    return re.compile(rf"({word}{others}|&)", re.DOTALL)


_ASCII = _pattern("a-z0-9", "")
_ANY = _pattern(
    _LATIN,
    rf"|[{_GREEK}][{_GREEK}0-9]*|[{_CYRILLIC}][{_CYRILLIC}0-9]*|[{_HAN}]+|[{_KATAKANA}]+|[{_HIRAGANA}]+|[{_HANGUL}]+"
    rf"|(?:{_OTHER}{_MARK}*)+",
)
_SCRIPTS: tuple[tuple[Script, re.Pattern[str]], ...] = (
    ("latin", re.compile(f"[{_LATIN}]")),
    ("greek", re.compile(f"[{_GREEK}]")),
    ("cyrillic", re.compile(f"[{_CYRILLIC}]")),
    ("han", re.compile(f"[{_HAN}]")),
    ("katakana", re.compile(f"[{_KATAKANA}]")),
    ("hiragana", re.compile(f"[{_HIRAGANA}]")),
    ("hangul", re.compile(f"[{_HANGUL}]")),
    ("sign", re.compile("&")),
)
_ENDING = re.compile("['’ʼ‘](s?)$")
_MAYBE_UMLAUT = re.compile("[äöüÄÖÜ\u0308]|&(?:[aouAOU]uml|#[xX]?[0-9a-fA-F]+);")
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "AE", "Ö": "OE", "Ü": "UE"})


class Token(NamedTuple):
    """One token: its folded `text`, where it is in the folded text and in the original.

    `forms` are all the spellings it answers to: its text; with "'s" where it stands as a possessive; with ae, oe, ue
    for ä, ö, ü. A possessive ending is in no offset. `lookalike`: letters of another script were folded.
    """

    text: str
    start: int
    end: int
    folded_start: int
    folded_end: int
    script: Script
    forms: tuple[str, ...]
    possessive: bool = False
    initials: bool = False
    lookalike: bool = False


class Tokens(Sequence[Token]):
    """All tokens of a folded text in reading order, as parallel lists; a `Token` is made when one is asked for.

    `texts` are their texts, `starts` and `ends` their places in the folded text, `gaps` what stands before each of
    them and behind the last. `odd` are those of which there is more to say: every other token is a Latin word in ASCII
    that answers to its text alone.
    """

    __slots__ = ("_folded", "_made", "ends", "gaps", "odd", "starts", "texts")

    def __init__(self, folded: Folded) -> None:
        """Split the text; the possessive 's and the apostrophe after a plural are no tokens."""
        parts = (_ASCII if folded.text.isascii() else _ANY).split(folded.text)
        bounds = [*accumulate(map(len, parts))]
        self.texts: list[str] = parts[1::2]
        self.gaps: list[str] = parts[::2]
        self.starts: list[int] = bounds[:-1:2]
        self.ends: list[int] = bounds[1::2]
        self._folded = folded
        self.odd: dict[int, Token] = {at: self._parse(at) for at in sorted(self._find_odd())}
        self._made = self.odd.copy()

    def __len__(self) -> int:
        """How many tokens there are."""
        return len(self.texts)

    def __iter__(self) -> Iterator[Token]:
        """The tokens in reading order."""
        return map(self.__getitem__, range(len(self.texts)))

    @overload
    def __getitem__(self, at: int) -> Token: ...
    @overload
    def __getitem__(self, at: slice) -> list[Token]: ...
    def __getitem__(self, at: int | slice) -> Token | list[Token]:
        """The token at this position, or those of a slice."""
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(len(self.texts)))]
        at = at + len(self.texts) if at < 0 else at
        made = self._made.get(at)
        if made is None:
            text, start, end = self.texts[at], self.starts[at], self.ends[at]
            made = self._made[at] = Token(text, *self._folded.span(start, end), start, end, "latin", (text,))
        return made

    def forms(self, at: int) -> tuple[str, ...]:
        """All the spellings that the token at this position answers to."""
        odd = self.odd.get(at)
        return odd.forms if odd else (self.texts[at],)

    def script(self, at: int) -> Script:
        """The script of the token at this position."""
        odd = self.odd.get(at)
        return odd.script if odd else "latin"

    def possessive(self, at: int) -> bool:
        """Whether the token at this position stands as a possessive."""
        odd = self.odd.get(at)
        return odd is not None and odd.possessive

    def _find_odd(self) -> set[int]:
        odd = set(compress(count(), map(not_, map(str.isalnum, self.texts))))
        if not self._folded.text.isascii():
            odd.update(compress(count(), map(not_, map(str.isascii, self.texts))))
        if not self.texts or (self._folded.original.isascii() and isinstance(self._folded.starts, range)):
            return odd
        odd.update(max(0, bisect_right(self.starts, place) - 1) for place in self._folded.lookalikes)
        return odd.union(self._maybe_umlauts())

    def _maybe_umlauts(self) -> Iterator[int]:
        """The tokens in which, or right after which, the original has an umlaut."""
        place_of = self._folded.starts.__getitem__
        for found in _MAYBE_UMLAUT.finditer(self._folded.original):
            yield max(0, bisect_right(self.starts, found.start(), key=place_of) - 1)

    def _parse(self, at: int) -> Token:
        """The token at this position, told apart from its possessive ending, its dots and spaces."""
        part, start = self.texts[at], self.starts[at]
        script = _script(part[0])
        ending = _ENDING.search(part) if script == "latin" else None
        written = part[: ending.start()] if ending else part
        text = written.replace(".", "").replace(" ", "")
        end = start + len(written)
        self.texts[at], self.ends[at], self.gaps[at + 1] = text, end, part[len(written) :] + self.gaps[at + 1]
        span = self._folded.span(start, end)
        forms = [text, *_umlaut_forms(self._folded.original[slice(*span)], text)] if script == "latin" else [text]
        possessive = bool(ending and ending[1])
        if possessive:
            forms += [form + "'s" for form in forms]
        lookalike = not self._folded.lookalikes.isdisjoint(range(start, end))
        return Token(text, *span, start, end, script, tuple(forms), possessive, "." in written, lookalike)


@lru_cache(maxsize=4096)
def _script(letter: str) -> Script:
    return next((name for name, pattern in _SCRIPTS if pattern.match(letter)), "other")


def tokens(folded: Folded) -> Tokens:
    """All tokens in reading order; the possessive 's and the apostrophe after a plural are no tokens."""
    return Tokens(folded)


def _umlaut_forms(original: str, text: str) -> list[str]:
    if not _MAYBE_UMLAUT.search(original):
        return []
    characters = (char for char in unescape(original) if unicodedata.category(char) != "Cf")
    # Case stays until it is folded: a capital that looks like one letter may be a small one that looks like another.
    spelled = unicodedata.normalize("NFC", "".join(characters)).translate(_SPELLED_OUT)
    form = fold(spelled).text.replace(".", "").replace(" ", "")
    return [form] if form != text else []
