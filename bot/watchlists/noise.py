"""Names that will be noisy: what they are mistaken for, and what would tell the company apart.

Apart from `lint`, which a start of the bot shows as well: this is for whoever asks `check`.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path as FilePath

from bot.errors import WatchlistError
from bot.matching.legal import core_words
from bot.matching.words import chinese, is_ordinary
from bot.model.company import Company
from bot.model.place import Finding, Place
from bot.model.watchlist import Watchlist
from bot.watchlists.folder import read_bytes
from bot.watchlists.names import fold_name, shown
from bot.watchlists.people import kind_of_name
from bot.watchlists.tree import Document, Path, read_document

MOST = 50
"""Warnings shown of one list; the rest is counted."""

_SHORT = 3
_HAN = range(0x4E00, 0xA000)
_LONGER_WORDS = 8
"""From so many longer words of the dictionary on, a Han name of two characters is a word: 理想 and 現代, not 谷歌."""

_CONTEXT = "add words that stand near the company, such as context: [phone, factory]"


@dataclass(frozen=True, slots=True)
class _Spelling:
    """One name or alias: of which company, where in its file, what the owner says of it; `words` without legal form."""

    company: int
    text: str
    path: Path
    weak: bool | None
    words: tuple[str, ...]

    @property
    def is_short(self) -> bool:
        """Whether it has too few letters to be rare; two Han characters are a name like any other."""
        letters = "".join(self.words)
        return len(letters) < _SHORT and letters.isascii()


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Why a spelling will be noisy, and what helps."""

    spelling: _Spelling
    message: str
    fix: str


def noise(lists: Iterable[Watchlist]) -> tuple[Finding, ...]:
    """Warnings for the names of these lists, in the order of their files, at most `MOST` a list.

    Nothing where the owner has acted: `weak: true`, or context words. `weak: false` on a word is a warning.
    """
    return tuple(finding for watchlist in lists for finding in _of_one(watchlist))


def _of_one(watchlist: Watchlist) -> list[Finding]:
    spellings = [spelling for at, company in enumerate(watchlist.companies) for spelling in _spellings(at, company)]
    longer = _longer_names(spellings)
    doubts = [doubt for spelling in spellings if (doubt := _doubt(spelling, watchlist, longer))]
    once = [next(same) for _, same in groupby(doubts, key=lambda one: (one.spelling.company, one.spelling.words))]
    document = _document(watchlist) if once else None
    found = [
        Finding(_place(watchlist, document, doubt.spelling), "warning", doubt.message, doubt.fix)
        for doubt in once[:MOST]
    ]
    if len(once) > MOST:
        message = f"{len(once) - MOST} more names of this list will be noisy"
        found.append(Finding(found[-1].place, "warning", message, "see to the first ones"))
    return found


def _spellings(at: int, company: Company) -> Iterator[_Spelling]:
    """Name and aliases; an alias that repeats the name says how the name is meant."""
    repeated = {fold_name(alias.text): alias.weak for alias in company.aliases}
    own: Path = ("companies", at)
    name = fold_name(company.name)
    yield _Spelling(at, company.name, (*own, "name"), repeated.get(name), core_words(name))
    for number, alias in enumerate(company.aliases):
        key = fold_name(alias.text)
        yield _Spelling(at, alias.text, (*own, "aliases", number), alias.weak, core_words(key))


def _doubt(spelling: _Spelling, watchlist: Watchlist, longer: Mapping[_Spelling, str]) -> _Doubt | None:
    company = watchlist.companies[spelling.company]
    if spelling.weak or (company.context and spelling.weak is None):
        return None
    kind = _kind(spelling)
    if spelling.weak is False:
        message = f"{shown(spelling.text)} is also {kind}, and `weak: false` lets it count everywhere"
        return _Doubt(spelling, message, "delete `weak: false`, and " + _CONTEXT) if kind else None
    if kind:
        return _Doubt(
            spelling,
            f"{shown(spelling.text)} is also {kind}, and has no context words",
            f"{_CONTEXT}, or watch a longer name",
        )
    if spelling.is_short:
        message = f"{shown(spelling.text)} has under {_SHORT} letters and stands for many things"
        return _Doubt(spelling, message, f"{_CONTEXT}, or its ticker and its long name")
    other = longer.get(spelling, "")
    if other and not _is_excluded(company, other):
        message = f"{shown(spelling.text)} is also the beginning or a part of {shown(other)}, another name of this list"
        return _Doubt(spelling, message, f"mark it `weak: true`, or {_CONTEXT}")
    return None


def _kind(spelling: _Spelling) -> str:
    """What a name of one word may be besides: somebody's name, a number, or a word."""
    if len(spelling.words) != 1:
        return ""
    word = spelling.words[0]
    if word.isdigit():
        return "a number"
    if spelling.is_short:
        return ""
    if _is_han_word(word):
        return "an ordinary word, or part of one"
    return kind_of_name(word) or ("an ordinary word or a surname" if is_ordinary(word) else "")


def _is_han_word(word: str) -> bool:
    """Whether many longer words begin with these two Han characters."""
    if len(word) != 2 or any(ord(char) not in _HAN for char in word):
        return False
    dictionary = _sorted_chinese()
    first = bisect_left(dictionary, word)
    longer = dictionary[first : first + _LONGER_WORDS + 1]
    return sum(one.startswith(word) and one != word for one in longer) >= _LONGER_WORDS


@cache
def _sorted_chinese() -> Sequence[str]:
    return sorted(chinese())


def _longer_names(spellings: Sequence[_Spelling]) -> Mapping[_Spelling, str]:
    """For each spelling that stands inside a name of another company, that name."""
    by_words: dict[tuple[str, ...], list[_Spelling]] = defaultdict(list)
    for spelling in spellings:
        by_words[spelling.words].append(spelling)
    found: dict[_Spelling, str] = {}
    for whole in spellings:
        for part in _parts(whole.words):
            for spelling in by_words.get(part, ()):
                if spelling.company != whole.company:
                    found.setdefault(spelling, whole.text)
    return found


def _parts(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Runs of words inside a name, and runs of characters inside a word of Han, Kana or Hangul."""
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            if end - start < len(words):
                yield words[start:end]
    for word in words:
        if not word.isascii() and ord(word[0]) >= 0x3040:
            for start in range(len(word) - 1):
                yield from ((word[start:end],) for end in range(start + 2, len(word) + 1) if end - start < len(word))


def _is_excluded(company: Company, longer: str) -> bool:
    key = fold_name(longer)
    return any(fold_name(phrase) in key for phrase in company.exclude)


def _document(watchlist: Watchlist) -> Document | None:
    """The list's file once more, for the places of single aliases; None where it can't be read any more."""
    data = read_bytes(FilePath(watchlist.place.file)) if watchlist.place.file else None
    if not isinstance(data, bytes):
        return None
    try:
        return read_document(data, watchlist.place.file)
    except WatchlistError:
        return None


def _place(watchlist: Watchlist, document: Document | None, spelling: _Spelling) -> Place:
    return document.place(spelling.path) if document else watchlist.companies[spelling.company].place
