"""A candidate: a span that spells a watched name, before anyone asked whether it means the company."""

from dataclasses import dataclass, replace

from bot.matching import legal
from bot.matching.reading import Reading
from bot.matching.score import Spelling
from bot.matching.tickers import TickerForm
from bot.model.company import Alias, Kind

_INSIDE_FORM = 12


@dataclass(frozen=True, slots=True)
class Candidate:
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


def from_spelling(spelling: Spelling, reading: Reading) -> Candidate:
    """The candidate of a spelling, with the legal form that follows it in the text."""
    variant = spelling.variant
    start, end = reading.folded.span(spelling.folded_start, spelling.folded_end)
    written = reading.original[start:end]
    ending = "'s" if variant.tokens[-1].endswith("'s") else ""
    kind: Kind = "fuzzy" if spelling.inexact else "exact" if written + ending == variant.core else "folded"
    found = Candidate(
        variant.company, variant.alias, reading, spelling.first, spelling.last, start, end, spelling.similarity(), kind,
        variant.tokens, variant.scripts, variant.core, spelling.folded_start, spelling.folded_end, spelling.edits,
    )  # fmt: skip
    return _with_legal_form(found, spelling.folded_end)


def _with_legal_form(found: Candidate, folded_end: int) -> Candidate:
    reading, after = found.reading, found.last + 1
    rest = reading.folded.text[folded_end : folded_end + _INSIDE_FORM]
    if form := legal.cjk_beginning(rest):
        end = reading.folded.span(folded_end, folded_end + len(form))[1]
        return replace(found, end=end, legal=form != "公司")
    if found.scripts[-1] != "latin" or reading.tokens[found.last].possessive:
        return found
    while count := _form_at(reading, after):
        after += count
    if after == found.last + 1:
        return found
    return replace(found, last=after - 1, end=reading.tokens[after - 1].end, legal=True)


def _form_at(reading: Reading, at: int) -> int:
    """How many tokens from `at` are a legal form that belongs to the name before it."""
    if at >= len(reading.tokens) or not set(reading.breaks(at)) <= {",", "."} or "(" in reading.gap(at):
        return 0
    following = range(at, min(at + 6, len(reading.tokens)))
    return legal.beginning([reading.tokens[i].text for i in following], [reading.written(i) for i in following])


def longest_first(found: Candidate) -> tuple[int, float, bool, int]:
    """Sort key: of overlapping spans of one company the longest, then the closest spelling is kept."""
    return found.start - found.end, -found.similarity, found.kind != "exact", found.start


def best_of_each_company(found: list[Candidate]) -> list[Candidate]:
    """One candidate a span and company, none overlapping another of its company, in reading order."""
    kept: list[Candidate] = []
    taken: set[tuple[int, int]] = set()
    for candidate in sorted(found, key=longest_first):
        span = {(candidate.company, at) for at in range(candidate.start, candidate.end)}
        if taken.isdisjoint(span):
            taken |= span
            kept.append(candidate)
    return sorted(kept, key=lambda candidate: (candidate.start, candidate.end, candidate.company))
