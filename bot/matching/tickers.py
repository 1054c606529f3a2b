"""Tickers: exact and case-sensitive. How each way of writing one speaks for itself is for evidence to say."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

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
_AMERICAN = ("O", "N", "K", "A", "P", "PK", "OB", "OQ", "US", "UN", "UW", "UQ")
_EXCHANGES = (
    "NASDAQ|NasdaqGS|NYSE|NYSE American|NYSE Arca|AMEX|"
    "LSE|LON|AIM|TSX|TSXV|TSE|TYO|TWSE|TPE|TPEX|HKEX|HKG|SEHK|SSE|SHA|"
    "SZSE|SHE|KRX|KOSPI|KOSDAQ|BSE|NSE|ASX|SGX|ETR|FRA|XETRA|EPA|Euronext|BIT|AMS|SWX|SIX|STO|HEL|CPH|OSL|BME|IDX|OTC|OTCMKTS"
)
_WORD = re.compile(
    rf"(?P<exchange>(?i:{_EXCHANGES}|Nasdaq)\s?:\s?)?(?P<dollar>\$)?"
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


class Tickers:
    """All tickers of a list, ready to be looked for."""

    def __init__(self, companies: Sequence[Company]) -> None:
        """Tickers belong to the company at their position of the list."""
        self._plain: dict[str, set[tuple[int, str]]] = defaultdict(set)
        self._with_market: dict[tuple[str, str], set[tuple[int, str]]] = defaultdict(set)
        for position, company in enumerate(companies):
            for ticker in company.tickers:
                self._add(position, ticker.strip())

    def _add(self, position: int, ticker: str) -> None:
        base, dot, suffix = ticker.rpartition(".")
        entry = (position, ticker)
        if dot and suffix in _MARKETS:
            self._plain[base].add(entry)
            for market in (suffix, _MARKETS[suffix]):
                self._with_market[base, market].add(entry)
        elif dot and suffix in _AMERICAN and len(suffix) > 1:
            self._plain[base].add(entry)
            self._with_market[base, suffix].add(entry)
        else:
            self._plain[ticker].add(entry)
            for market in _AMERICAN:
                self._with_market[ticker, market].add(entry)

    def find(self, text: str) -> Iterator[TickerHit]:
        """Every ticker in the text, in reading order."""
        if not self._plain:
            return
        for match in _WORD.finditer(text):
            if not _INSIDE.match(text[match.start() - 1 : match.start()] or " "):
                yield from self._read(match, text)

    def _read(self, match: re.Match[str], text: str) -> Iterator[TickerHit]:
        written = match["base"]
        base, mark, suffix = _split(written)
        start, end = match.start(), match.end("base")
        if mark and suffix and (known := self._with_market.get((base, suffix))):
            yield from (TickerHit(c, t, start, end, "full") for c, t in sorted(known))
            return
        market = (match["market"] or "").strip()
        if market and (known := self._with_market.get((written, market))):
            yield from (TickerHit(c, t, start, match.end(), "full") for c, t in sorted(known))
            return
        if _inside_longer(text, end):
            return
        form: TickerForm | None = "full" if match["dollar"] or match["exchange"] else _bare(written, text, match)
        if form:
            yield from (TickerHit(c, t, start, end, form) for c, t in sorted(self._plain.get(written, ())))


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
