"""Names as the index sees them: every alias of a company in all the token sequences that spell it."""

import itertools
import re
from collections.abc import Hashable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from sys import intern
from typing import NamedTuple, TypeVar

from bot.matching import legal
from bot.matching.words import frequency, is_known
from bot.model.company import Alias, Company
from bot.text import Script, Token, fold, tokens

CONNECTIVES = frozenset({"&", "and", "und", "et", "y", "och"})
GENERIC = frozenset(
    word
    for row in (
        "air airlines american asia bank banks brothers capital china chemical chemicals communication",
        "communications construction digital electric electronic electronics energy enterprise enterprises",
        "entertainment european finance financial first food foods gas general global great group health",
        "healthcare holding holdings home india industrial industries insurance international investment",
        "investments japan life management materials media medical metals mobile motor motors national",
        "network networks new oil partners petroleum pharma pharmaceutical pharmaceuticals platforms power",
        "precision products realty resources retail royal sciences securities semiconductor service services",
        "software solutions steel systems taiwan technologies technology telecom trust united us usa world",
    )
    for word in row.split()
)
"""Words that thousands of names share and that tell none of them apart."""

_BREAKS = re.compile(r"[.!?;:,。、]")
_APART = re.compile(r"\b([^\W\d_])\.\s+(?=[^\W\d_]\.)")
_TOGETHER = re.compile(r"\b([^\W\d_])\.(?=[^\W\d_]\b)")
_ALPHABETS: tuple[Script, ...] = ("latin", "greek", "cyrillic", "other")
SUBSTRING_SCRIPTS: tuple[Script, ...] = ("han", "hiragana")
RUN_SCRIPTS: tuple[Script, ...] = (*SUBSTRING_SCRIPTS, "hangul")
"""Scripts without spaces between words, or with endings that stick: a name is a part of a run."""
MAX_LENGTH = 128
_WITH_ACRONYM = 3
_RUN_SHARE = 1e-5
"""How often a part of a run is expected: rarer than the Latin letter in 万科A, more often than most words."""
_READINGS = 64
"""A name of many umlauts could be read in more ways than there is memory for."""

_Shared = TypeVar("_Shared", bound=Hashable)


class Variant(NamedTuple):
    """One token sequence that spells `alias` of the company at this position of the list.

    `core` is how the list writes it, without "The" and legal form; `formed`: it is listed with a legal form.
    `caps` are the edits each token may have; `gaps` the breaking punctuation that the name itself has before each.
    `anchor` is the token looked up first, the one expected least often. `joined`: two tokens stand as one. `seam` is
    the token that does so and where its second half begins, where the word data know the whole ("salesforce" for
    "Sales Force"): it counts unedited, with both halves capitalised.
    """

    company: int
    alias: Alias
    core: str
    tokens: tuple[str, ...]
    scripts: tuple[Script, ...]
    caps: tuple[int, ...]
    gaps: tuple[str, ...]
    anchor: int
    joined: bool = False
    formed: bool = False
    seam: tuple[int, int] | None = None

    @property
    def length(self) -> int:
        """Letters of the whole name, without spaces."""
        return sum(map(len, self.tokens))


class _Word(NamedTuple):
    """A token of a name in one of its readings, and the punctuation that the name has before it."""

    text: str
    script: Script
    gap: str
    initials: bool = False
    seam: int = 0


def is_distinctive(token: str) -> bool:
    """Whether a token of a name can tell it from others."""
    return token not in GENERIC and token not in CONNECTIVES


def edit_cap(token: str, script: Script) -> int:
    """Edits that a token of a name may have: none under 6 letters or with a digit, 1 under 10, else 2."""
    letters = token.replace("'", "")
    if script not in _ALPHABETS or len(letters) < 6 or not letters.isalpha():
        return 0
    return 1 if len(letters) < 10 else 2


def variants(company: Company, position: int) -> list[Variant]:
    """All variants of the name and the aliases, without repeats; an alias that repeats the name adds its `weak`."""
    named = next((alias for alias in company.aliases if alias.text == company.name), Alias(company.name))
    found: dict[Hashable, Variant] = {}
    for alias in (named, *company.aliases):
        if len(alias.text) <= MAX_LENGTH:
            for variant in _variants_of(alias, position):
                # Names of three words or more have acronyms, and those depend on the alias as it is listed.
                listed = alias.text if len(variant.tokens) >= _WITH_ACRONYM else ""
                found.setdefault((*variant[2:4], variant.gaps, variant.joined, variant.formed, listed), variant)
    return list(found.values())


def _variants_of(alias: Alias, position: int) -> Iterator[Variant]:
    """What the alias may read like, with its initials as written, together ("A.G.") and apart ("A. G.")."""
    text = alias.text
    ways = dict.fromkeys((text, _APART.sub(r"\1.", text), _TOGETHER.sub(r"\1. ", text))) if "." in text else (text,)
    core, formed = "", False
    for way in ways:
        folded = fold(way)
        whole = list(tokens(folded))
        words = core_of(whole)
        if not words:
            return
        core = core or text[words[0].start : words[-1].end] + ("'s" if words[-1].possessive else "")
        formed = formed or words[-1] is not whole[-1]
        gaps = ["", *("".join(_BREAKS.findall(folded.text[a.folded_end : b.folded_start])) for a, b in pairwise(words))]
        for texts in itertools.islice(itertools.product(*_readings(words)), _READINGS):
            read = [_Word(t, w.script, gap, w.initials) for t, w, gap in zip(texts, words, gaps, strict=True)]
            cut = _without_cjk_form(read)
            formed = formed or cut is not read
            yield _variant(alias, position, core, cut, formed=formed)
            for joined in _joined(cut):
                yield _variant(alias, position, core, joined, formed=formed)._replace(joined=True)


def core_of(words: Sequence[Token]) -> Sequence[Token]:
    """Without a leading "The" and without the legal form at the end, as long as something is left."""
    if len(words) > 1 and words[0].text == "the":
        words = words[1:]
    while count := legal.ending([word.text for word in words[-legal.LONGEST - 1 :]]):
        words = words[:-count]
    return words


def _readings(words: Sequence[Token]) -> Iterator[tuple[str, ...]]:
    """What each word may read like: possessive or not, umlauts spelled out or not, any connective between two."""
    for at, word in enumerate(words):
        if 0 < at < len(words) - 1 and word.text in CONNECTIVES:
            yield ("&",)
        elif word.possessive:
            plain = [form for form in word.forms if not form.endswith("'s")]
            yield tuple(form + ending for ending in ("'s", "s") for form in plain)
        else:
            yield word.forms


def _without_cjk_form(words: list[_Word]) -> list[_Word]:
    """Without the Han or Hangul legal form at the end, or else at the beginning, if two letters are left."""
    letters = sum(len(word.text) for word in words)
    for place, cut in ((-1, str.removesuffix), (0, str.removeprefix)):
        word = words[place]
        if word.text.isascii():
            continue
        for form in legal.CJK_FORMS:
            left = cut(word.text, form)
            if left != word.text and letters >= len(form) + 2:
                kept = [word._replace(text=left)] if left else []
                return [*words[:-1], *kept] if place else [*kept, *words[1:]]
    return words


def _variant(alias: Alias, position: int, core: str, words: Sequence[_Word], *, formed: bool) -> Variant:
    texts = tuple(intern(word.text) for word in words)
    scripts = _shared(tuple(word.script for word in words))
    caps = _shared(tuple(0 if word.seam else edit_cap(word.text, word.script) for word in words))
    gaps = _shared(tuple(word.gap for word in words))
    seam = next(((at, word.seam) for at, word in enumerate(words) if word.seam), None)
    anchor = 0
    if len(texts) > 1:
        # A connective is no anchor, for the text may write it in six ways.
        places = [at for at in range(len(texts)) if texts[at] != "&"] or [0]
        anchor = min(places, key=lambda at: _expected(texts[at], scripts[at]))
    return Variant(position, alias, core, texts, scripts, caps, gaps, anchor, formed=formed, seam=seam)


@lru_cache(maxsize=4096)
def _shared(value: _Shared) -> _Shared:
    """One object for all equal ones: thousands of names have the same shape."""
    return value


def _expected(text: str, script: Script) -> tuple[float, bool, int]:
    """How often a token is expected in articles, as far as the word data know; Latin before Han, long before short."""
    run = script in RUN_SCRIPTS
    return _RUN_SHARE if run else frequency(text) if script == "latin" else 0.0, run, -len(text)


def _joined(words: Sequence[_Word]) -> Iterator[Sequence[_Word]]:
    """The name with one adjacent pair as one word ("HonHai"): each half of three letters or more, or initials."""
    for at, (left, right) in enumerate(pairwise(words)):
        text = left.text + right.text
        if left.script != right.script or left.script in (*RUN_SCRIPTS, "sign") or not text.isalnum():
            continue
        if all(len(half.text) > 2 or half.initials for half in (left, right)):
            one = _Word(text, left.script, left.gap, seam=len(left.text) if is_known(text) else 0)
            yield (*words[:at], one, *words[at + 2 :])
