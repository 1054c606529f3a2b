"""Names in every way that the definition lets them be written."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from wordfreq import get_frequency_dict

from bot.matching.legal import CJK_FORMS, LATIN_FORMS
from bot.matching.names import CONNECTIVES, GENERIC
from bot.model.company import Company
from tests.matching.oracle.words import SUBSTRINGS, Text, Word

CONNECTIVE = "&"
"""Stands in a name for any connective between two of its words."""


@dataclass(frozen=True, slots=True)
class Part:
    """A word of a name. `cap`: edits it may have. `marks`: punctuation that the name itself has before it.

    `seam`: two words as one that the word data know too; the second half begins here, and must show it by a capital.
    """

    text: str
    script: str
    cap: int
    marks: str
    distinctive: bool
    initials: bool = False
    seam: int = 0


@dataclass(frozen=True, slots=True)
class Name:
    """One way to write a company; `core` as the list writes it, without "The" and legal form.

    `has_form`: it is listed with a legal form. `joined`: two words as one.
    """

    company: str
    listed: str
    core: str
    parts: tuple[Part, ...]
    threshold: int
    has_form: bool
    joined: bool = False

    @property
    def length(self) -> int:
        """Letters without spaces."""
        return sum(len(part.text) for part in self.parts)


def known(word: str) -> bool:
    """Whether the word data have this word."""
    return word in get_frequency_dict("en", "best")


def names_of(company: Company) -> list[Name]:
    """All names of a company."""
    listed = dict.fromkeys((company.name, *(alias.text for alias in company.aliases)))
    return [
        name
        for text in listed
        if len(text) <= 128
        for way in dict.fromkeys((text, _together(text), _apart(text)))
        for name in _ways(company, text, way)
    ]


def _together(text: str) -> str:
    """A. G. Edwards -> A.G. Edwards"""
    return re.sub(r"\b([^\W\d_]\.)\s+(?=[^\W\d_]\.)", r"\1", text)


def _apart(text: str) -> str:
    """A.G. Edwards -> A. G. Edwards"""
    return re.sub(r"\b([^\W\d_]\.)(?=[^\W\d_]\b)", r"\1 ", text)


def _ways(company: Company, listed: str, way: str) -> Iterator[Name]:
    text = Text(way)
    words = core_words(text.words)
    if not words:
        return
    # How the list writes it, which is no way of ours to write its initials.
    whole = Text(listed)
    of_list = core_words(whole.words)
    core = listed[of_list[0].start : of_list[-1].end] + ("'s" if of_list[-1].possessive else "")
    marks = ["", *("".join(c for c in word.gap if c in ".!?;:,。、") for word in words[1:])]
    for texts in itertools.product(*(_options(words, at) for at in range(len(words)))):
        parts = [
            Part(form, word.script, cap_of(form, word.script), mark, is_distinctive(form), word.initials)
            for form, word, mark in zip(texts, words, marks, strict=True)
        ]
        core_parts = without_cjk_form(parts)
        has_form = core_parts != parts or of_list[-1] is not whole.words[-1]
        name = Name(company.name, listed, core, tuple(core_parts), company.threshold, has_form)
        yield name
        for at, (left, right) in enumerate(itertools.pairwise(name.parts)):
            if joined := join(left, right):
                yield replace(name, parts=(*name.parts[:at], joined, *name.parts[at + 2 :]), joined=True)


def core_words(words: Sequence[Word]) -> list[Word]:
    """Without a leading "The" and without legal forms at the end, as long as something is left."""
    rest = list(words)
    if len(rest) > 1 and rest[0].text == "the":
        rest = rest[1:]
    while count := max((n for n in range(1, len(rest)) if is_legal_form(rest[-n:])), default=0):
        rest = rest[:-count]
    return rest


def is_legal_form(words: Sequence[Word]) -> bool:
    """Whether these words are one Latin legal form; connectives are equal."""
    return tuple("&" if word.text in CONNECTIVES else word.text for word in words) in LATIN_FORMS


def _options(words: Sequence[Word], at: int) -> list[str]:
    """What the word at this place may read like."""
    word = words[at]
    if 0 < at < len(words) - 1 and word.text in CONNECTIVES:
        return [CONNECTIVE]
    plain = [form for form in word.forms if not form.endswith("'s")]
    return [form + ending for ending in ("'s", "s") for form in plain] if word.possessive else plain


def without_cjk_form(parts: list[Part]) -> list[Part]:
    """Without the Han or Hangul legal form at the end, or else the beginning, if two letters of the name are left."""
    for place, ending in ((-1, True), (0, False)):
        part = parts[place]
        for form in CJK_FORMS:
            if (part.text.endswith(form) if ending else part.text.startswith(form)) and _left(parts, form):
                text = part.text.removesuffix(form) if ending else part.text.removeprefix(form)
                cut = [Part(text, part.script, 0, part.marks, part.distinctive)] if text else []
                return [*parts[:-1], *cut] if ending else [*cut, *parts[1:]]
    return parts


def _left(parts: list[Part], form: str) -> bool:
    return sum(len(part.text) for part in parts) >= len(form) + 2


def join(left: Part, right: Part) -> Part | None:
    """Two words of the name as one, where that is allowed."""
    text = left.text + right.text
    if left.script != right.script or left.script in (*SUBSTRINGS, "hangul", "sign") or not text.isalnum():
        return None
    if not all(len(half.text) >= 3 or half.initials for half in (left, right)):
        return None
    seam = len(left.text) if known(text) else 0
    return Part(text, left.script, cap_of(text, left.script), left.marks, is_distinctive(text), seam=seam)


def is_distinctive(text: str) -> bool:
    """Whether this word tells names apart."""
    return text not in GENERIC and text not in CONNECTIVES


def cap_of(text: str, script: str) -> int:
    """Edits that a word of a name may have."""
    letters = text.replace("'", "")
    if script not in ("latin", "greek", "cyrillic", "other") or len(letters) < 6 or not letters.isalpha():
        return 0
    return 1 if len(letters) < 10 else 2
