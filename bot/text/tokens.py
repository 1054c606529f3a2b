"""Tokens: maximal runs of letters and digits of one script, with their places in the original."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

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

# Initials ("i.b.m.", "j.p.") and short forms held by an ampersand ("at&t", "s & p") are one token each.
_PATTERN = re.compile(
    rf"(?P<initials>(?<![{_LATIN}])[a-z](?:\.[a-z])+(?![{_LATIN}])\.?)"
    rf"|(?P<amp>(?<![{_LATIN}])(?:[a-z0-9]{{1,2}}(?: ?& ?[a-z])+)(?![{_LATIN}]))"
    rf"|(?P<latin>[{_LATIN}]+)|(?P<greek>[{_GREEK}][{_GREEK}0-9]*)|(?P<cyrillic>[{_CYRILLIC}][{_CYRILLIC}0-9]*)"
    rf"|(?P<han>[{_HAN}]+)|(?P<katakana>[{_KATAKANA}]+)|(?P<hiragana>[{_HIRAGANA}]+)|(?P<hangul>[{_HANGUL}]+)"
    rf"|(?P<other>(?:{_OTHER}{_MARK}*)+)|(?P<sign>&)"
)
_SCRIPTS: dict[str, Script] = {
    "initials": "latin", "amp": "latin", "latin": "latin", "greek": "greek", "cyrillic": "cyrillic", "han": "han",
    "katakana": "katakana", "hiragana": "hiragana", "hangul": "hangul", "other": "other", "sign": "sign",
}  # fmt: skip
_POSSESSIVE = re.compile(rf"['’ʼ‘](?:s(?![{_LATIN}]))?")
_UMLAUT = re.compile("[äöüÄÖÜ]")
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


@dataclass(frozen=True, slots=True)
class Token:
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


def tokens(folded: Folded) -> list[Token]:
    """All tokens in reading order; the possessive 's and the apostrophe after a plural are no tokens."""
    found: list[Token] = []
    text, at = folded.text, 0
    while match := _PATTERN.search(text, at):
        at = match.end()
        possessive = None
        if match.lastgroup in ("latin", "initials", "amp"):
            possessive = _POSSESSIVE.match(text, at)
            if possessive and possessive.end() == at + 1 and not _closes_plural(text, at):
                possessive = None
            at = possessive.end() if possessive else at
        found.append(_token(folded, match, possessive=bool(possessive and possessive.group()[1:])))
    return found


def _closes_plural(text: str, apostrophe: int) -> bool:
    """Whether the apostrophe belongs to the word before it, which ends in s."""
    follows = text[apostrophe + 1 : apostrophe + 2]
    return text[apostrophe - 1] == "s" and not follows.isalnum()


def _token(folded: Folded, match: re.Match[str], *, possessive: bool) -> Token:
    kind = match.lastgroup or "other"
    text = match.group()
    if kind in ("initials", "amp"):
        text = text.replace(".", "").replace(" ", "")
    start, end = folded.span(match.start(), match.end())
    forms = [text]
    if possessive:
        forms.append(text + "'s")
    if kind == "latin" and not folded.original.isascii():
        forms.extend(_umlaut_forms(folded.original[start:end], text))
    lookalike = bool(folded.lookalikes) and not folded.lookalikes.isdisjoint(range(match.start(), match.end()))
    return Token(
        text, start, end, match.start(), match.end(), _SCRIPTS[kind], tuple(forms), possessive, kind == "initials",
        lookalike,
    )  # fmt: skip


def _umlaut_forms(original: str, text: str) -> list[str]:
    composed = unicodedata.normalize("NFC", original)
    if not _UMLAUT.search(composed):
        return []
    spelled = fold(composed.lower().translate(_SPELLED_OUT)).text
    return [spelled] if spelled != text else []
