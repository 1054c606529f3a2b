"""A field of an article, read once: folded, in tokens, with its sentences and how they use capitals."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from html import unescape
from typing import Literal

from bot.matching.legal import LATIN_FORMS
from bot.model.company import Field
from bot.text import Tokens, fold, tokens

Case = Literal["mixed", "title", "caps", "lower", "unknown"]

_SENTENCE_END = re.compile(r"[.!?;:。…]['\"”’)\]]*\s|[。!?]|\n|\s[-–—*]+\s|\u2028|\u2029")
_PARAGRAPH = re.compile(r"\n\s*\n|\u2029")
_PART_END = re.compile(r"[.!?;:,](?=['\"”’)\]]*\s)|[。、]|[!?;:](?=[^\w\s])")
_MAY_BREAK = re.compile("[.!?;:,。、\n\u2029]")
_FULL_WIDTH = {"，": ",", "！": "!", "？": "?", "；": ";", "：": ":"}
_ABBREVIATED = frozenset({"mr", "mrs", "ms", "dr", "st", "jr", "sr", "no", "vs", "prof", "gen", "sen", "rep", "gov"})
_REACH = 60
_TELLING = 4


class Reading:
    """One field of an article. Token positions are indexes into `tokens`."""

    def __init__(self, field: Field, original: str) -> None:
        """Fold and tokenise the field once."""
        self.field: Field = field
        self.original = original
        self.folded = fold(original)
        self.tokens: Tokens = tokens(self.folded)
        self._words: dict[tuple[int, int], Sequence[tuple[int, str]]] = {}

    def written(self, at: int) -> str:
        """The token as it stands in the original."""
        words = self.tokens
        start, end = self.folded.span(words.starts[at], words.ends[at])
        return self.original[start:end]

    def token_at(self, offset: int) -> int:
        """The token that holds this offset of the original, or the last one before it."""
        return max(0, bisect_right(self.tokens.starts, offset, key=self.folded.starts.__getitem__) - 1)

    def gap(self, at: int) -> str:
        """The folded text between the token before `at` and the one at `at`."""
        return self.folded.text[self.tokens.ends[at - 1] : self.tokens.starts[at]]

    def breaks(self, at: int) -> str:
        """What keeps a name from crossing the gap before `at`: its breaking punctuation, or a paragraph mark."""
        gap, narrow = self.gap(at), self.original.isascii()
        if not gap or (gap == " " and narrow):
            return ""
        if _PARAGRAPH.search(gap):
            return "¶"
        marks = "".join(_PART_END.findall(gap))
        return marks if narrow else marks + self._full_width_breaks(at)

    def may_break(self, first: int, last: int) -> bool:
        """Whether anything in the folded text from token `first` to `last` could break a name; False is certain."""
        words = self.tokens
        shown = isinstance(self.folded.starts, range)
        return not shown or _MAY_BREAK.search(self.folded.text, words.starts[first], words.ends[last]) is not None

    def _full_width_breaks(self, at: int) -> str:
        """Full-width marks need no space; folding makes them narrow."""
        words = self.tokens
        start = self.folded.span(words.starts[at - 1], words.ends[at - 1])[1]
        end = self.folded.starts[words.starts[at]]
        return "".join(_FULL_WIDTH.get(char, "") for char in self.original[start:end])

    def capitalised(self, at: int) -> bool:
        """Whether the token begins with a capital letter."""
        return self._capital(self.tokens.starts[at])

    def capitals(self, at: int) -> set[int]:
        """Which characters of the folded token are capitals."""
        start, end = self.tokens.starts[at], self.tokens.ends[at]
        return {place - start for place in range(start, end) if self._capital(place)}

    def _capital(self, place: int) -> bool:
        start, end = self.folded.span(place, place + 1)
        written = self.original[start:end]
        return written.isupper() if len(written) == 1 else unescape(written).isupper()

    @cached_property
    def places(self) -> Mapping[str, Sequence[int]]:
        """Where each folded token text stands."""
        found = defaultdict(list)
        for at, text in enumerate(self.tokens.texts):
            found[text].append(at)
        return found

    @cached_property
    def has_capitals(self) -> bool:
        """Whether the field uses capital letters and small ones at all."""
        return any(c.isupper() for c in self.original) and any(c.islower() for c in self.original)

    def sentence(self, at: int) -> tuple[int, int]:
        """The tokens [first, end) of the sentence that token `at` is in, at most 60 away."""
        place = bisect_right(self._sentences, at)
        first = self._sentences[place - 1] if place else 0
        end = self._sentences[place] if place < len(self._sentences) else len(self.tokens)
        return max(first, at - _REACH, 0), max(min(end, at + _REACH), at + 1)

    @cached_property
    def _sentences(self) -> Sequence[int]:
        """The tokens that begin a sentence, the first one of the field apart."""
        starts = self.tokens.starts
        ends = (match.end() - 1 for match in _SENTENCE_END.finditer(self.folded.text))
        begin = sorted({bisect_right(starts, end) for end in ends} - {0, len(starts)})
        return [at for at in begin if self._ends_before(at)]

    def _ends_before(self, at: int) -> bool:
        gap = self.gap(at)
        if gap == " " or not _SENTENCE_END.search(gap):
            return False
        before = self.tokens[at - 1]
        shortened = (
            before.initials or len(before.text) == 1 or before.text in _ABBREVIATED or (before.text,) in LATIN_FORMS
        )
        return not (gap == ". " and shortened)

    def case(self, first: int, end: int, *, without: range) -> Case:
        """How the sentence [first, end) uses capitals, the tokens of `without` and its first word apart."""
        words = [word for at, word in self._latin_words(first, end) if at not in without]
        letters = [word for word in words if len(word) > 1 and word.isalpha()]
        if len(letters) >= 3 and sum(word.isupper() for word in letters) >= 0.8 * len(letters):
            return "caps"
        telling = [word for word in letters[0 if first in without else 1 :] if len(word) >= _TELLING]
        small = sum(word[0].islower() for word in telling)
        if len(telling) < 2:
            return "unknown" if small < 1 else "mixed"
        if small == len(telling):
            return "mixed" if any(word[0].isupper() for word in words) else "lower"
        return "title" if small <= 0.3 * len(telling) else "mixed"

    def _latin_words(self, first: int, end: int) -> Sequence[tuple[int, str]]:
        """The Latin tokens of a sentence as written; kept, for a sentence may hold many candidates."""
        words = self._words.get((first, end))
        if words is None:
            odd = self.tokens.odd
            latin = (at for at in range(first, end) if at not in odd or odd[at].script == "latin")
            words = self._words[first, end] = [(at, self.written(at)) for at in latin]
        return words


@lru_cache(maxsize=8)
def read(field: Field, original: str) -> Reading:
    """The reading of a field; the last few are kept, as every list is matched against the same article in turn."""
    return Reading(field, original)
