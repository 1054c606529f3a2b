"""Do the words around a Han name leave it whole? 高通 is no name in 徐步高通過, where 通過 is the word."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import log10

from bot.matching.words import chinese

REACH = 6
"""Characters on either side that can matter."""
_LONGEST_WORD = 7
_ROUNDING = 1e-9
_NAME_SHARE = 3e-6  # a watched name is at least as likely as a moderately rare word
_UNKNOWN_CHARACTER = 1e-8
# The everyday word of Taiwan for inflation, which the word data, of mainland texts, lack; folded.
_SUPPLEMENT: Mapping[str, float] = {"通膨": 5e-6}


# What follows a company's short name in its longer one: 联想集团 is a word of the data, and still the company.
_LONGER_FORMS = (
    "集团",
    "汽车",
    "科技",
    "电子",
    "银行",
    "企业",
    "股份",
    "公司",
    "证券",
    "保险",
    "电信",
    "航空",
    "石油",
    "钢铁",
)


@dataclass(frozen=True, slots=True)
class Boundary:
    """How much likelier (powers of ten) the text reads with the name cut or swallowed; `word` is what does it."""

    loss: float
    word: str = ""


@lru_cache(maxsize=8192)
def boundary(before: str, name: str, after: str) -> Boundary:
    """Compare the best reading in words with the best one that keeps the name whole; at most REACH on either side."""
    share = max(_share(name), _NAME_SHARE)
    whole = _best(before)[0] + log10(share) + _best(after)[0]
    score, words = _best(before + name + after)
    loss = score - whole
    if loss <= _ROUNDING:
        return Boundary(0.0)
    word = _culprit(words, len(before), len(before) + len(name))
    if word.startswith(name) and word.removeprefix(name) in _LONGER_FORMS:
        return Boundary(0.0)
    return Boundary(loss, word)


def is_word(name: str) -> bool:
    """Whether the word data hold this Han name as a word; names of companies are among them."""
    return _share(name) > 0


def _share(word: str) -> float:
    return chinese().get(word) or _SUPPLEMENT.get(word, 0.0)


def _best(text: str) -> tuple[float, tuple[str, ...]]:
    """The likeliest cut of a short text into words, and its log10 probability."""
    best: list[tuple[float, tuple[str, ...]]] = [(0.0, ())]
    for end in range(1, len(text) + 1):
        options = []
        for start in range(max(0, end - _LONGEST_WORD), end):
            word = text[start:end]
            share = _share(word) or (_UNKNOWN_CHARACTER if len(word) == 1 else 0.0)
            if share:
                options.append((best[start][0] + log10(share), (*best[start][1], word)))
        best.append(max(options))
    return best[-1]


def _culprit(words: tuple[str, ...], start: int, end: int) -> str:
    """The word of this reading that contains the name or straddles one of its edges."""
    at = 0
    for word in words:
        first, at = at, at + len(word)
        if (first < start < at) or (first < end < at):
            return word
    return ""
