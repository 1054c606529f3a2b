"""Tickers by the definition: every ticker at every place of the text."""

import itertools
import random
from collections.abc import Iterator, Sequence

from bot.matching.tickers import _AMERICAN, _EXCHANGES, _MARKETS
from bot.model.company import Company

Hit = tuple[int, str, int, int, str]
"""Place of the company in the list, ticker, start, end, form."""

_EXCHANGE_NAMES = sorted((*_EXCHANGES.split("|"), "Nasdaq"), key=len, reverse=True)
_LISTED = "QVX QVX.B 7731.TW QV Q 0815.HK QVXL ZED.DE ZED 88 QVX.OQ 600123.SS NYS K3"
TICKERS = tuple(_LISTED.split())
_AROUND = (
    "$| | |(|)|（|）|[|]|:|: |NASDAQ: |NYSE American: |nyse:|XNYSE: |TWSE:|.O|.OQ|.TW|-TW|/TW| TT| US| HK| GR| USA|.|"
    ", |-17|&|-|/|'s|a|Z|5|é|今|\n|A/"
)
_PIECES = tuple(_AROUND.split("|"))


def hits(companies: Sequence[Company], text: str) -> set[Hit]:
    """All hits; what begins inside an earlier one is none."""
    found = sorted(
        (hit for at, company in enumerate(companies) for ticker in company.tickers for hit in _hits(at, ticker, text)),
        key=lambda hit: (hit[2], -hit[3]),
    )
    kept: set[Hit] = set()
    for hit in found:
        if not any(hit[2] < other[3] and (hit[2], hit[3]) != (other[2], other[3]) for other in kept):
            kept.add(hit)
    return kept


def read(ticker: str) -> tuple[str, set[str]]:
    """What stands before the market, and the suffixes and Bloomberg codes that may follow it."""
    base, dot, suffix = ticker.rpartition(".")
    if dot and suffix in _MARKETS:
        return base, {suffix, _MARKETS[suffix]}
    if dot and suffix in _AMERICAN and len(suffix) > 1:
        return base, {suffix}
    return ticker, set(_AMERICAN)


def _hits(company: int, ticker: str, text: str) -> Iterator[Hit]:
    base, markets = read(ticker)
    for at in range(len(text)):
        if not text.startswith(base, at) or _alphanumeric(text[:at][-1:]):
            continue
        start = _with_prefix(text, at)
        if _tied(text[:start][-1:]):
            continue
        end = at + len(base)
        # A class of shares (BRK.B) takes a Bloomberg code, no second suffix.
        marks = "./- " if base.isalnum() else " "
        if length := _market(text[end:], marks, markets):
            yield company, ticker, start, end + length, "full"
        elif form := _form(base, text, at, end, named=start < at):
            yield company, ticker, start, end, form


def _form(base: str, text: str, at: int, end: int, *, named: bool) -> str:
    """How a ticker without a market is written; nothing where it is none."""
    after = text[end : end + 1]
    if _alphanumeric(after) or (after != "" and after in "-/&+." and _word(text[end + 1 : end + 2])):
        return ""
    if named:
        return "full"
    if base.isdigit():
        return "number" if text[at - 1 : at] + after in ("()", "（）", "[]") else ""
    return "bare" if len(base) > 1 else ""


def _with_prefix(text: str, at: int) -> int:
    """Where the dollar sign or the exchange that names the ticker begins."""
    start = at - 1 if text[:at].endswith("$") else at
    before = _without_space(text[:start])
    if before.endswith(":"):
        before = _without_space(before[:-1])
        for name in _EXCHANGE_NAMES:
            rest = before[: -len(name)]
            if before.lower().endswith(name.lower()) and not _alphanumeric(rest[-1:]):
                return len(rest)
    return start


def _without_space(text: str) -> str:
    return text[:-1] if text[-1:].isspace() else text


def _market(behind: str, marks: str, markets: set[str]) -> int:
    """How long the market and its mark are; 0 where none follows."""
    for mark, market in itertools.product(marks, markets):
        code = mark + market
        if behind.startswith(code) and not _alphanumeric(behind[len(code) :][:1]) and (mark != " " or len(market) == 2):
            return len(code)
    return 0


def _alphanumeric(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _tied(char: str) -> bool:
    """Whether a ticker that follows this sign is the end of something longer."""
    return _word(char) or (char != "" and char in ".-/&+")


def ticker_text(chance: random.Random, size: int = 25) -> str:
    """Tickers between all that may stand before and behind one."""
    pieces = (*_PIECES, *(base for ticker in TICKERS for base in (ticker, read(ticker)[0])))
    return "".join(chance.choice(pieces) for _ in range(size))
