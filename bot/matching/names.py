"""Names as the index sees them: every alias of a company in all the token sequences that spell it."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
_PLACELESS: tuple[Script, ...] = ("latin", "greek", "cyrillic", "other", "sign")
SUBSTRING_SCRIPTS: tuple[Script, ...] = ("han", "hiragana")
MAX_LENGTH = 128


@dataclass(frozen=True, slots=True)
class Variant:
    """One token sequence that spells `alias` of the company at this position of the list.

    `caps` are the edits each token may have; `gaps` the breaking punctuation that the name itself has before each.
    `anchor` is the token looked up first, the one expected least often. `joined`: two tokens stand as one.
    """

    company: int
    alias: Alias
    core: str
    tokens: tuple[str, ...]
    scripts: tuple[Script, ...]
    caps: tuple[int, ...]
    gaps: tuple[str, ...]
    distinctive: tuple[bool, ...]
    anchor: int
    joined: bool = False

    @property
    def length(self) -> int:
        """Letters of the whole name, without spaces."""
        return sum(map(len, self.tokens))


def edit_cap(token: str, script: Script) -> int:
    """Edits that a token of a name may have: none under 6 letters or with a digit, 1 under 10, else 2."""
    if script not in _PLACELESS or len(token) < 6 or not token.isalpha():
        return 0
    return 1 if len(token) < 10 else 2


def variants(company: Company, position: int) -> list[Variant]:
    """All variants of the name and the aliases, without repeats; an alias that repeats the name adds its `weak`."""
    named = next((alias for alias in company.aliases if alias.text == company.name), Alias(company.name))
    found: dict[tuple[str, ...], Variant] = {}
    for alias in (named, *company.aliases):
        if len(alias.text) <= MAX_LENGTH:
            for written in _initials(alias.text):
                for variant in _spellings(alias, written, position):
                    found.setdefault(variant.tokens, variant)
    return list(found.values())


def _initials(text: str) -> list[str]:
    """The name as written, with its initials together ("A.G.") and apart ("A. G.")."""
    return list(dict.fromkeys((text, _APART.sub(r"\1.", text), _TOGETHER.sub(r"\1. ", text))))


def _spellings(alias: Alias, written: str, position: int) -> Iterator[Variant]:
    folded = fold(written)
    words = _core(tokens(folded))
    if not words:
        return
    gaps = tuple(
        "".join(_BREAKS.findall(folded.text[a.folded_end : b.folded_start])) for a, b in itertools.pairwise(words)
    )
    core = written[words[0].start : words[-1].end] + ("'s" if words[-1].possessive else "")
    scripts = tuple(word.script for word in words)
    for texts in _texts(words):
        plain = _variant(alias, position, core, texts, scripts, ("", *gaps))
        yield plain
        yield from _joined(plain)


def _core(words: list[Token]) -> list[Token]:
    """Without a leading "The" and without the legal form at the end, as long as something is left."""
    if len(words) > 1 and words[0].text == "the":
        words = words[1:]
    while count := legal.ending([word.text for word in words]):
        words = words[:-count]
    return words


def _texts(words: Sequence[Token]) -> list[tuple[str, ...]]:
    """What the tokens may read like: possessive or not, umlauts spelled out or not, Han without its legal form."""
    options = []
    for at, word in enumerate(words):
        inner = 0 < at < len(words) - 1
        forms = [form for form in word.forms if not form.endswith("'s")]
        if word.possessive:
            forms = [word.text + "'s", word.text + "s"]
        elif inner and word.text in CONNECTIVES:
            forms = ["&"]
        options.append(forms)
    longest = max(map(len, options))
    texts = [tuple(forms[min(at, len(forms) - 1)] for forms in options) for at in range(longest)]
    return list(dict.fromkeys(_without_cjk_form(text) for text in texts))


def _without_cjk_form(texts: tuple[str, ...]) -> tuple[str, ...]:
    last = texts[-1]
    form = legal.cjk_ending(last)
    first = legal.cjk_beginning(texts[0])
    if len(texts) == 1 and first and len(last) >= len(first) + 2:
        return (last.removeprefix(first),)
    return (*texts[:-1], last.removesuffix(form)) if form else texts


def _variant(
    alias: Alias, position: int, core: str, texts: tuple[str, ...], scripts: tuple[Script, ...], gaps: tuple[str, ...],
    *, joined: bool = False,
) -> Variant:  # fmt: skip
    caps = tuple(edit_cap(text, script) for text, script in zip(texts, scripts, strict=True))
    distinctive = tuple(text not in GENERIC and text not in CONNECTIVES for text in texts)
    # A connective is no anchor, for the text may write it in six ways.
    places = [at for at in range(len(texts)) if texts[at] != "&"] or [0]
    anchor = min(places, key=lambda at: _expected(texts[at], scripts[at]))
    return Variant(position, alias, core, texts, scripts, caps, gaps, distinctive, anchor, joined)


def _expected(text: str, script: Script) -> tuple[int, float, int]:
    """How often a token is expected in articles, as far as the word data know; Latin before Han, long before short."""
    return (script in SUBSTRING_SCRIPTS, frequency(text) if script == "latin" else 0.0, -len(text))


def _joined(plain: Variant) -> Iterator[Variant]:
    """The variants in which one adjacent pair stands as one word ("HonHai"), unless that is a word of its own."""
    for at in range(len(plain.tokens) - 1):
        halves = plain.tokens[at : at + 2]
        joined = "".join(halves)
        if any(script != "latin" for script in plain.scripts[at : at + 2]) or not joined.isalnum():
            continue
        if min(map(len, halves)) < 3 or is_known(joined):
            continue
        yield _variant(
            plain.alias, plain.company, plain.core,
            (*plain.tokens[:at], joined, *plain.tokens[at + 2 :]), (*plain.scripts[:at], *plain.scripts[at + 1 :]),
            (*plain.gaps[: at + 1], *plain.gaps[at + 2 :]), joined=True,
        )  # fmt: skip
