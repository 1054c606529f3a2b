"""A field of an article, read once: folded, in tokens, with its sentences and how they use capitals."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from html import unescape
from itertools import islice, starmap
from operator import add
from typing import Literal, NamedTuple

from bot.matching.legal import LATIN_FORMS
from bot.matching.names import RUN_SCRIPTS
from bot.matching.words import unknown
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
        self._letters: dict[tuple[int, int], tuple[Mapping[int, str], _Count]] = {}

    def written(self, at: int) -> str:
        """The token as it stands in the original."""
        words, folded = self.tokens, self.folded
        return self.original[folded.starts[words.starts[at]] : folded.ends[words.ends[at] - 1]]

    def token_at(self, offset: int) -> int:
        """The token that holds this offset of the original, or the last one before it."""
        return max(0, bisect_right(self.tokens.starts, offset, key=self.folded.starts.__getitem__) - 1)

    def gap(self, at: int) -> str:
        """The folded text between the token before `at` and the one at `at`."""
        return self.tokens.gaps[at]

    def breaks(self, at: int) -> str:
        """What keeps a name from crossing the gap before `at`: its breaking punctuation, or a paragraph mark."""
        gap, narrow = self.gap(at), self.original.isascii()
        if not gap or (gap == " " and narrow):  # a space may be written as an entity, in full-width marks
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
    def strange(self) -> frozenset[str]:
        """What tokens answer to that is no known word; those of scripts without spaces apart."""
        odd = self.tokens.odd.values()
        runs = {token.text for token in odd if token.script in RUN_SCRIPTS}
        forms = {form for token in odd for form in token.forms[1:]}
        return frozenset(unknown(forms.union(self.tokens.texts)) - runs)

    @cached_property
    def pairs(self) -> Sequence[str]:
        """Each token together with the next one, as one word."""
        texts = self.tokens.texts
        return [*map(add, texts, islice(texts, 1, None))]

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
        gaps = enumerate(self.tokens.gaps)
        return [at for at, gap in gaps if gap != " " and 0 < at < len(self.tokens) and self._ends_before(at, gap)]

    def _ends_before(self, at: int, gap: str) -> bool:
        return not self._shortened(at - 1) if gap == ". " else _SENTENCE_END.search(gap) is not None

    def _shortened(self, at: int) -> bool:
        """Whether the full stop after this token belongs to it."""
        text, odd = self.tokens.texts[at], self.tokens.odd.get(at)
        return len(text) == 1 or text in _ABBREVIATED or (text,) in LATIN_FORMS or bool(odd and odd.initials)

    def case(self, first: int, end: int, *, without: range) -> Case:
        """How the sentence [first, end) uses capitals, the tokens of `without` and its first word apart."""
        words, (letters, shouted, telling, small) = self._letters_of(first, end)
        left_out = [words[at] for at in without if at in words]
        if first not in without:
            opening = next((words[at] for at in words if at not in without), "")
            telling, small = telling - _is_telling(opening), small - _begins_small(opening)
        for word in left_out:
            letters, shouted = letters - 1, shouted - word.isupper()
            telling, small = telling - _is_telling(word), small - _begins_small(word)
        if letters >= 3 and shouted >= 0.8 * letters:
            return "caps"
        if telling < 2:
            return "unknown" if small < 1 else "mixed"
        if small == telling:
            return "mixed" if self._any_capital(first, end, without) else "lower"
        return "title" if small <= 0.3 * telling else "mixed"

    def _any_capital(self, first: int, end: int, without: range) -> bool:
        latin = self._latin(dict(enumerate(self._written(first, end), first)))
        return any(word[0].isupper() for at, word in latin.items() if at not in without)

    def _letters_of(self, first: int, end: int) -> tuple[Mapping[int, str], "_Count"]:
        """The Latin words of a sentence that have two letters or more, and nothing else; and how many there are.

        Kept, for a sentence may hold many candidates.
        """
        found = self._letters.get((first, end))
        if found is None:
            written = enumerate(self._written(first, end), first)
            words = self._latin({at: word for at, word in written if len(word) > 1 and word.isalpha()})
            found = self._letters[first, end] = words, _count(words.values())
        return found

    def _written(self, first: int, end: int) -> list[str]:
        """The tokens [first, end) as they stand in the original."""
        places: Iterable[tuple[int, int]] = zip(self.tokens.starts[first:end], self.tokens.ends[first:end], strict=True)
        if not isinstance(self.folded.starts, range):  # else every character is where it was
            places = starmap(self.folded.span, places)
        original = self.original
        return [original[start:end] for start, end in places]

    def _latin(self, words: dict[int, str]) -> dict[int, str]:
        """Those of the words, by their token, that are Latin."""
        if self._foreign:
            for at in self._foreign.intersection(words):
                del words[at]
        return words

    @cached_property
    def _foreign(self) -> frozenset[int]:
        """The tokens of other scripts than Latin."""
        return frozenset(at for at, token in self.tokens.odd.items() if token.script != "latin")


class _Count(NamedTuple):
    """How many words there are; all in capitals; long enough to tell; and how many of these begin small."""

    letters: int
    shouted: int
    telling: int
    small: int


def _count(words: Collection[str]) -> _Count:
    telling = [word for word in words if len(word) >= _TELLING]
    small = [word for word in telling if word[0].islower()]
    return _Count(len(words), sum(map(str.isupper, words)), len(telling), len(small))


def _is_telling(word: str) -> bool:
    return len(word) >= _TELLING


def _begins_small(word: str) -> bool:
    return len(word) >= _TELLING and word[0].islower()


@lru_cache(maxsize=8)
def read(field: Field, original: str) -> Reading:
    """The reading of a field; the last few are kept, as every list is matched against the same article in turn."""
    return Reading(field, original)
