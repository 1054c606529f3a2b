"""A candidate: a span that spells a watched name, before anyone asked whether it means the company."""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from bot.matching.legal import LENGTHS, cjk_beginning, is_form, written_small
from bot.matching.reading import Reading
from bot.matching.score import Spelling
from bot.matching.tickers import TickerForm
from bot.model.company import Alias, Kind

_INSIDE_FORM = 12
_QUOTES = "\"'“”‘’„‚«»‹›「」『』《》〈〉"


class Candidate(NamedTuple):
    """A span and how it was found: tokens [first, last] of `reading`, code points [start, end) of its original.

    [place, place_end) is the same in the folded text, without the legal form.
    `name` is the folded token sequence of the alias (empty for a ticker), `scripts` go with it, `core` is how the list
    writes it. `legal`: a legal form follows and is part of the span. `edits` separate the spelling from the name.
    """

    company: int
    alias: Alias
    reading: Reading
    first: int
    last: int
    start: int
    end: int
    similarity: float
    kind: Kind
    name: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    core: str = ""
    place: int = 0
    place_end: int = 0
    edits: int = 0
    legal: bool = False
    ticker: TickerForm | None = None
    acronym: bool = False

    @property
    def text(self) -> str:
        """The span as written."""
        return self.reading.original[self.start : self.end]


def from_spelling(spelling: Spelling, reading: Reading) -> Candidate | None:
    """The candidate of a spelling, with the legal form that follows it in the text.

    None for a single character that stands neither in quotation marks nor, like the name, before a legal form.
    """
    variant = spelling.variant
    start, end = reading.folded.span(spelling.folded_start, spelling.folded_end)
    written = reading.original[start:end]
    ending = "'s" if variant.tokens[-1].endswith("'s") else ""
    kind: Kind = "fuzzy" if spelling.edits else "exact" if written + ending == variant.core else "folded"
    last, whole_end, legal = _legal_form(reading, spelling.last, spelling.folded_end, end)
    if len(variant.tokens) == 1 and len(variant.tokens[0]) == 1:
        quoted = written == variant.core and _quoted(reading.original, start, end)
        if not quoted and not (variant.formed and whole_end > end):
            return None
    return Candidate(
        variant.company, variant.alias, reading, spelling.first, last, start, whole_end, spelling.similarity(), kind,
        variant.tokens, variant.scripts, variant.core, spelling.folded_start, spelling.folded_end, spelling.edits,
        legal=legal,
    )  # fmt: skip


def _quoted(original: str, start: int, end: int) -> bool:
    before, after = original[max(0, start - 1) : start], original[end : end + 1]
    return bool(before and after) and before in _QUOTES and after in _QUOTES


def _legal_form(reading: Reading, last: int, folded_end: int, end: int) -> tuple[int, int, bool]:
    """The last token, the end in the original, and whether a legal form stands there; 公司 alone says little."""
    rest = reading.folded.text[folded_end : folded_end + _INSIDE_FORM]
    if not rest.isascii() and (form := cjk_beginning(rest)):
        return last, reading.folded.span(folded_end, folded_end + len(form))[1], form != "公司"
    odd = reading.tokens.odd.get(last)
    if odd and odd.script != "latin":
        return last, end, False
    after = last + 1
    while count := _form_at(reading, after):
        after += count
    if after == last + 1:
        return last, end, False
    return after - 1, reading.tokens[after - 1].end, True


def _form_at(reading: Reading, at: int) -> int:
    """How many tokens from `at` are a legal form that belongs to the name before it, the longest one."""
    texts = reading.tokens.texts
    for count in LENGTHS.get(texts[at], ()) if at < len(texts) else ():
        form = at + count <= len(texts) and is_form(texts[at : at + count]) and "(" not in reading.gap(at)
        if form and all(_belongs(reading, each) for each in range(at, at + count)):
            return count
    return 0


def _belongs(reading: Reading, at: int) -> bool:
    """Whether a token of a legal form belongs to the one before it: "Ltd", not "limited"."""
    before = reading.tokens.odd.get(at - 1)
    small = not reading.capitalised(at) and not written_small(reading.tokens.texts[at])
    return not small and not (before and before.possessive) and set(reading.breaks(at)) <= {",", "."}


def longest_first(found: Candidate) -> tuple[int, float, bool, int]:
    """Sort key: of overlapping spans of one company the longest, then the closest spelling is kept."""
    return found.start - found.end, -found.similarity, found.kind != "exact", found.start


def best_of_each_company(found: Iterable[Candidate]) -> list[Candidate]:
    """One candidate a span and company, none overlapping another of its company, in reading order."""
    companies: dict[int, list[Candidate]] = defaultdict(list)
    for candidate in found:
        companies[candidate.company].append(candidate)
    kept = [best for spans in companies.values() for best in (_apart(spans) if len(spans) > 1 else spans)]
    return sorted(kept, key=lambda candidate: (candidate.start, candidate.end, candidate.company))


def _apart(spans: list[Candidate]) -> Iterable[Candidate]:
    """The best that do not overlap."""
    kept: list[tuple[int, int]] = []
    for candidate in sorted(spans, key=longest_first):
        place = bisect_left(kept, (candidate.start, candidate.end))
        clear_before = place == 0 or kept[place - 1][1] <= candidate.start
        if clear_before and (place == len(kept) or candidate.end <= kept[place][0]):
            insort(kept, (candidate.start, candidate.end))
            yield candidate
