"""Tickers: exact and case-sensitive. How each way of writing one speaks for itself is for evidence to say."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from bot.model.company import Company

TickerForm = Literal["full", "bare", "number"]

# Reuters suffix (also Yahoo's) and the market that Bloomberg writes after a space.
_MARKETS = {
    "TW": "TT", "TWO": "TT", "HK": "HK", "T": "JP", "KS": "KS", "KQ": "KS", "SS": "CH", "SH": "CH", "SZ": "CH",
    "L": "LN", "DE": "GR", "F": "GR", "PA": "FP", "MI": "IM", "AS": "NA", "SW": "SW", "S": "SW", "NS": "IN",
    "BO": "IN", "TO": "CN", "V": "CN", "AX": "AU", "SI": "SP", "ST": "SS", "HE": "FH", "OL": "NO", "CO": "DC",
    "MC": "SM", "BR": "BB", "LS": "PL", "VI": "AV", "SA": "BZ", "MX": "MM", "JK": "IJ", "BK": "TB", "KL": "MK",
    "NZ": "NZ", "WA": "PW", "IS": "TI", "JO": "SJ",
}  # fmt: skip
_AMERICAN = frozenset({"O", "N", "K", "A", "P", "PK", "OB", "OQ", "US", "UN", "UW", "UQ"})
_EXCHANGES = (
    "NASDAQ|NasdaqGS|NYSE|NYSE American|NYSE Arca|AMEX|"
    "LSE|LON|AIM|TSX|TSXV|TSE|TYO|TWSE|TPE|TPEX|HKEX|HKG|SEHK|SSE|SHA|"
    "SZSE|SHE|KRX|KOSPI|KOSDAQ|BSE|NSE|ASX|SGX|ETR|FRA|XETRA|EPA|Euronext|BIT|AMS|SWX|SIX|STO|HEL|CPH|OSL|BME|IDX|OTC|OTCMKTS"
)
_RUN = re.compile(r"[A-Z0-9]+")
_BEFORE = re.compile(rf"(?P<exchange>(?<![A-Za-z0-9])(?i:{_EXCHANGES}|Nasdaq)\s?:\s?)?(?P<dollar>\$)?\Z")
_REACH_BEFORE = 24
_WORD = re.compile(
    r"(?<![A-Za-z0-9])(?P<base>[A-Z0-9]{1,8}(?:[./-][A-Z]{1,3})?)(?P<market> (?:[A-Z]{2}))?(?![A-Za-z0-9])"
)
_INSIDE = re.compile(r"[\w.\-/&+]")


@dataclass(frozen=True, slots=True)
class TickerHit:
    """A ticker of the company at this position of the list; `full` says that it can hardly be anything else."""

    company: int
    ticker: str
    start: int
    end: int
    form: TickerForm


class _Listing(NamedTuple):
    """A ticker of the company at this position, and the suffixes and markets it may stand with."""

    company: int
    ticker: str
    markets: frozenset[str]


class Tickers:
    """All tickers of a list, ready to be looked for."""

    def __init__(self, companies: Sequence[Company] = ()) -> None:
        """Tickers belong to the company at their position of the list."""
        self._listings: dict[str, tuple[_Listing, ...]] = {}
        # The letters and digits that a ticker begins with, and how many do: most texts have none of them.
        self._heads: dict[str, int] = {}
        for position, company in enumerate(companies):
            self.add(position, company)

    def add(self, position: int, company: Company) -> None:
        """Look for the tickers of this company from now on."""
        for base, listing in _listings(position, company):
            if listing not in self._listings.get(base, ()):
                self._listings[base] = tuple(sorted((*self._listings.get(base, ()), listing), key=_order))
                head = _head(base)
                self._heads[head] = self._heads.get(head, 0) + 1

    def remove(self, position: int, company: Company) -> None:
        """Look no longer for the tickers of the company that was added at this position."""
        for base, listing in dict.fromkeys(_listings(position, company)):
            left = tuple(other for other in self._listings[base] if other != listing)
            self._listings[base] = left
            if not left:
                del self._listings[base]
            head = _head(base)
            self._heads[head] -= 1
            if not self._heads[head]:
                del self._heads[head]

    def find(self, text: str) -> Iterator[TickerHit]:
        """Every ticker in the text, in reading order."""
        if not self._heads or self._heads.keys().isdisjoint(_RUN.findall(text)):
            return
        end = 0
        for run in _RUN.finditer(text):
            if run.start() >= end and run.group() in self._heads and (match := _WORD.match(text, run.start())):
                for hit in self._read(match, text):
                    end = hit.end
                    yield hit

    def _read(self, match: re.Match[str], text: str) -> Iterator[TickerHit]:
        start, end, written = match.start(), match.end("base"), match["base"]
        before = _BEFORE.search(text, max(0, start - _REACH_BEFORE), start)
        named = bool(before and before.group())
        start = before.start() if before else start
        if start and _INSIDE.match(text[start - 1]):
            return
        base, _, suffix = _split(written)
        if suffix and (known := self._at_market(base, suffix)):
            yield from (TickerHit(each.company, each.ticker, start, end, "full") for each in known)
            return
        if match["market"] and (known := self._at_market(written, match["market"].strip())):
            yield from (TickerHit(each.company, each.ticker, start, match.end(), "full") for each in known)
            return
        form: TickerForm | None = "full" if named else _bare(written, text, match)
        if form and not _inside_longer(text, end):
            known = self._listings.get(written, ())
            yield from (TickerHit(each.company, each.ticker, start, end, form) for each in known)

    def _at_market(self, base: str, market: str) -> Sequence[_Listing]:
        return [listing for listing in self._listings.get(base, ()) if market in listing.markets]


def _listings(position: int, company: Company) -> Iterator[tuple[str, _Listing]]:
    for ticker in map(str.strip, company.tickers):
        base, dot, suffix = ticker.rpartition(".")
        if dot and suffix in _MARKETS:
            yield base, _Listing(position, ticker, frozenset({suffix, _MARKETS[suffix]}))
        elif dot and suffix in _AMERICAN and len(suffix) > 1:
            yield base, _Listing(position, ticker, frozenset({suffix}))
        else:
            yield ticker, _Listing(position, ticker, _AMERICAN)


def _order(listing: _Listing) -> tuple[int, str]:
    return listing.company, listing.ticker


def _head(base: str) -> str:
    """What a ticker begins with in a text, up to its first dot, hyphen or slash."""
    found = _RUN.match(base)
    return found.group() if found else base


def _split(written: str) -> tuple[str, str, str]:
    for mark in ".-/":
        if mark in written:
            return written.rpartition(mark)
    return written, "", ""


def _inside_longer(text: str, end: int) -> bool:
    """Whether a hyphen, slash or the like ties the ticker to what follows ("TSM-17")."""
    return bool(re.match(r"[-/&+.]\w", text[end : end + 2]))


def _bare(written: str, text: str, match: re.Match[str]) -> TickerForm | None:
    """Letters may stand alone, except a single one; digits only in brackets of their own."""
    if not written.isdigit():
        return "bare" if len(written) > 1 else None
    brackets = text[match.start() - 1 : match.start()] + text[match.end("base") : match.end("base") + 1]
    return "number" if brackets in ("()", "（）", "[]") else None
