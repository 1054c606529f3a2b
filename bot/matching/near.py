"""Spellings that come near a watched name without being one: what they are, and which rule keeps them apart."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.matching.legal import core_words
from bot.matching.matcher import Matcher
from bot.matching.words import is_known
from bot.model.company import Company
from bot.model.watchlist import Watchlist
from bot.text import fold_key

NEAR = 0.7
"""How alike the two must be: one slip in four letters is .75."""
MOST = 5
_LONGEST_NAME = 5
"""Words of a piece."""
_LONGEST_TEXT = 20_000
_SHORTEST = 4
_WORD = re.compile(r"[^\W_]+")
_BETWEEN = re.compile(r"[^\w\n.!?;:]{1,3}")

Pieces = Mapping[tuple[str, int], Mapping[str, str]]
"""Pieces of a text as written, by their folded form, by its first letter and its number of spaces."""


@dataclass(frozen=True, slots=True)
class Near:
    """A piece of the text, the alias that it resembles, and why it is not that alias."""

    watchlist: Watchlist
    company: Company
    alias: str
    written: str
    why: str
    similarity: float

    @property
    def is_word(self) -> bool:
        """Whether every word of the piece is one that people use, and hardly a slip of the pen."""
        return all(map(is_known, fold_key(self.written).split()))


def near_misses(watchlist: Watchlist, missing: Iterable[Company], text: str) -> list[Near]:
    """For each of these companies the nearest piece of the text, if one is near; the likeliest first, at most `MOST`.

    Only names in Latin letters, four or more, and only pieces out of the beginning of the text, with as many words
    as the name and the same first letter.
    """
    pieces = _pieces(text[:_LONGEST_TEXT])
    found = [near for company in missing if (near := _nearest(watchlist, company, pieces))]
    found.sort(key=lambda near: (near.is_word, -near.similarity))
    return found[:MOST]


def _pieces(text: str) -> Pieces:
    """All runs of neighbouring words."""
    words = list(_WORD.finditer(text))
    pieces: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
    for at, first in enumerate(words):
        for last in _run(words, at, text):
            written = text[first.start() : last.end()]
            key = fold_key(written)
            pieces[_shape(key)].setdefault(key, written)
    return pieces


def _core(alias: str) -> str:
    """The name as texts write it at the least, folded."""
    return " ".join(core_words(fold_key(alias)))


def _shape(key: str) -> tuple[str, int]:
    return key[:1], key.count(" ")


def _run(words: list["re.Match[str]"], at: int, text: str) -> Iterator["re.Match[str]"]:
    yield words[at]
    for before, after in zip(words[at : at + _LONGEST_NAME - 1], words[at + 1 : at + _LONGEST_NAME], strict=False):
        if not _BETWEEN.fullmatch(text[before.end() : after.start()]):
            return
        yield after


def _nearest(watchlist: Watchlist, company: Company, pieces: Pieces) -> Near | None:
    best = None
    for alias in dict.fromkeys((company.name, *(alias.text for alias in company.aliases))):
        key = _core(alias)
        if len(key) < _SHORTEST or not key.isascii():
            continue
        begun = pieces.get(_shape(key), {})
        near = process.extractOne(key, begun.keys(), scorer=OSA.normalized_similarity, score_cutoff=NEAR)
        if near and (best is None or near[1] > best.similarity):
            written = begun[near[0]]
            best = Near(watchlist, company, alias, written, _why(company, alias, written), near[1])
    return best


def _why(company: Company, alias: str, written: str) -> str:
    """The rule that keeps the two apart, in words."""
    reached = _without_threshold(company, written)
    if reached:
        return f"its spelling reaches {reached:.0f}, and `threshold: {company.threshold}` asks for more"
    pairs = zip(_core(alias).split(), fold_key(written).split(), strict=True)
    apart = [(mine, theirs) for mine, theirs in pairs if mine != theirs]
    if not apart:
        return "punctuation or the letters around it keep it apart"
    mine, theirs = apart[0]
    if is_known(theirs):
        return f'"{theirs}" is a word of its own, and a word is no misspelling'
    if len(mine) < 6:
        return "a word of under 6 letters is found only as it is written"
    return "more letters differ than a misspelling may have: 1 in a word of 6 letters, 2 from 10"


def _without_threshold(company: Company, written: str) -> float:
    """How alike the matcher finds the two where only `threshold` stood in the way; else 0."""
    if not company.threshold:
        return 0.0
    alone = Watchlist("", "", (replace(company, threshold=0),))
    return max((mention.similarity for mention in Matcher(alone).find("", written)), default=0.0)
