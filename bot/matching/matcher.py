"""The matcher of one watchlist: an article in, its mentions out."""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence

from bot.matching.acronyms import acronym_candidates
from bot.matching.candidate import Candidate, best_of_each_company, from_spelling
from bot.matching.evidence import Judgement, Rules, judge
from bot.matching.index import Index
from bot.matching.names import variants
from bot.matching.reading import Reading, read
from bot.matching.tickers import TickerHit, Tickers
from bot.model.company import Alias, Company, Mention, Subject
from bot.model.watchlist import Watchlist

LONGEST_TEXT = 150_000
"""Code points of a field that are read: a long chapter. The worst that was made to hurt takes a second of them, and
names behind them are no news."""

_OPENING = 300
_OFTEN = 3
_RESTING = 1000


class Matcher:
    """Finds the companies of one watchlist in articles. Pure: the same article and list give the same mentions."""

    def __init__(self, watchlist: Watchlist) -> None:
        """Build the index; a list of 1,000 companies takes a fraction of a second."""
        self._companies: list[Company] = []
        self._rules: list[Rules] = []
        self._positions: dict[str, list[int]] = defaultdict(list)
        self._free: deque[int] = deque()
        self._index = Index()
        self._tickers = Tickers()
        for company in watchlist.companies:
            self.add(company)

    def add(self, company: Company) -> None:
        """Look for this company too; searches that run in other threads go on."""
        # A search that runs may still hold a place that has just become free.
        if len(self._free) > _RESTING:
            position = self._free.popleft()
            self._companies[position], self._rules[position] = company, Rules.of(company)
        else:
            position = len(self._companies)
            self._companies.append(company)
            self._rules.append(Rules.of(company))
        self._positions[company.name].append(position)
        self._tickers.add(position, company)
        for variant in variants(company, position):
            self._index.add(variant)

    def remove(self, name: str) -> None:
        """Look no longer for the company of this name; KeyError where there is none."""
        if name not in self._positions:
            raise KeyError(name)
        for position in self._positions.pop(name):
            company = self._companies[position]
            self._index.remove(position, variants(company, position))
            self._tickers.remove(position, company)
            self._free.append(position)

    def find(self, title: str, text: str) -> tuple[Mention, ...]:
        """All candidates with their verdict in reading order, the title first; rejected ones have `alert` False.

        One row a span and company. Offsets are code points of the field as given; of a field only the first
        `LONGEST_TEXT` are read.
        """
        judgements = judge(self.candidates(title, text), self._rules)
        subjects = _subjects(judgements)
        return tuple(self._mention(judgement, subjects[judgement.candidate.company]) for judgement in judgements)

    def candidates(self, title: str, text: str) -> list[Candidate]:
        """Every span that spells a company, whatever it means, in reading order, the title first.

        Of overlapping spans of one company the longest is given, then the closest spelling.
        """
        readings = (read("title", title[:LONGEST_TEXT]), read("text", text[:LONGEST_TEXT]))
        spelled = [candidate for reading in readings for candidate in self._spelled(reading)]
        spelled += acronym_candidates(spelled, readings)
        return [
            best
            for reading in readings
            for best in best_of_each_company([found for found in spelled if found.reading is reading])
        ]

    def _spelled(self, reading: Reading) -> list[Candidate]:
        spelled = (from_spelling(spelling, reading) for spelling in self._index.spellings(reading))
        found = [hit for hit in spelled if hit and hit.similarity >= self._companies[hit.company].threshold]
        return found + self._ticker_candidates(reading)

    def _ticker_candidates(self, reading: Reading) -> list[Candidate]:
        hits = self._tickers.find(reading.original)
        return [_ticker_candidate(hit, reading) for hit in hits if hit.form != "bare" or not _shouting(hit, reading)]

    def _mention(self, judgement: Judgement, subject: Subject) -> Mention:
        found = judgement.candidate
        return Mention(
            company=self._companies[found.company].name,
            alias=found.alias.text,
            text=found.text,
            field=found.reading.field,
            start=found.start,
            end=found.end,
            similarity=round(found.similarity, 1),
            kind=found.kind,
            confidence=judgement.confidence,
            reasons=judgement.reasons,
            alert=judgement.alert,
            subject=subject,
        )


def _ticker_candidate(hit: TickerHit, reading: Reading) -> Candidate:
    first, last = reading.token_at(hit.start), reading.token_at(hit.end - 1)
    place, place_end = reading.tokens[first].folded_start, reading.tokens[last].folded_end
    return Candidate(
        hit.company, Alias(hit.ticker), reading, first, last, hit.start, hit.end, 100.0, "ticker",
        place=place, place_end=place_end, ticker=hit.form,
    )  # fmt: skip


def _shouting(hit: TickerHit, reading: Reading) -> bool:
    """Whether the ticker's sentence is in capitals, where bare letters could be any word."""
    at = reading.token_at(hit.start)
    first, end = reading.sentence(at)
    return reading.case(first, end, without=range(at, at + 1)) == "caps"


def _subjects(judgements: Sequence[Judgement]) -> dict[int, Subject]:
    """Main: named in the title or the opening, or often; by the mentions that count, else by all of them."""
    spans: dict[int, list[Judgement]] = defaultdict(list)
    for judgement in judgements:
        spans[judgement.candidate.company].append(judgement)
    return {company: _subject([j for j in found if j.alert] or found) for company, found in spans.items()}


def _subject(found: Iterable[Judgement]) -> Subject:
    places = [(judgement.candidate.reading.field, judgement.candidate.start) for judgement in found]
    if len(places) >= _OFTEN or any(field == "title" or start < _OPENING for field, start in places):
        return "main"
    return "passing"
