"""Tickers are exact, case-sensitive, and never a part of something longer."""

import pytest

from bot.matching.tickers import Tickers
from tests.matching.lists import company

COMPANIES = (
    company("Apple Inc", tickers=("AAPL",)),
    company("MediaTek", tickers=("2454.TW",)),
    company("Berkshire Hathaway", tickers=("BRK.B",)),
    company("TSMC", tickers=("TSM", "2330.TW")),
    company("Ford", tickers=("F",)),
    company("Tencent", tickers=("0700.HK",)),
)
TICKERS = Tickers(COMPANIES)


@pytest.mark.parametrize(
    ("text", "name", "span", "form"),
    [
        ("buy $AAPL now", "Apple Inc", "$AAPL", "full"),
        ("AAPL.O fell", "Apple Inc", "AAPL.O", "full"),
        ("(AAPL.OQ)", "Apple Inc", "AAPL.OQ", "full"),
        ("AAPL US fell", "Apple Inc", "AAPL US", "full"),
        ("(NASDAQ: AAPL)", "Apple Inc", "NASDAQ: AAPL", "full"),
        ("(Nasdaq:AAPL)", "Apple Inc", "Nasdaq:AAPL", "full"),
        ("sold AAPL today", "Apple Inc", "AAPL", "bare"),
        ("2454.TW rose", "MediaTek", "2454.TW", "full"),
        ("2454-TW rose", "MediaTek", "2454-TW", "full"),
        ("2454 TT rose", "MediaTek", "2454 TT", "full"),
        ("TWSE: 2454 rose", "MediaTek", "TWSE: 2454", "full"),
        ("聯發科(2454)上漲", "MediaTek", "2454", "number"),
        ("聯發科（2454）上漲", "MediaTek", "2454", "number"),
        ("BRK.B rose", "Berkshire Hathaway", "BRK.B", "bare"),
        ("$F rose", "Ford", "$F", "full"),
        ("F.N rose", "Ford", "F.N", "full"),
        ("0700.HK rose", "Tencent", "0700.HK", "full"),
    ],
)
def test_a_ticker(text: str, name: str, span: str, form: str) -> None:
    (hit,) = TICKERS.find(text)
    assert (COMPANIES[hit.company].name, text[hit.start : hit.end], hit.form) == (name, span, form)


@pytest.mark.parametrize(
    "text",
    [
        "the TSM-17 missile",
        "aapl fell",
        "$aapl fell",
        "XAAPL and AAPLX",
        "in 2454 people",
        "2454 TWD was paid",
        "an F grade",
        "2454.HK rose",
        "MY-TSM and A/TSM",
        "",
    ],
)
def test_no_ticker(text: str) -> None:
    assert list(TICKERS.find(text)) == []


def test_one_ticker_of_two_companies_counts_for_both() -> None:
    tickers = Tickers((company("One", tickers=("AAPL",)), company("Two", tickers=("AAPL",))))
    assert [hit.company for hit in tickers.find("$AAPL")] == [0, 1]


def test_a_word_in_capitals_before_a_ticker_does_not_hide_it() -> None:
    assert [hit.ticker for hit in Tickers((company("GE", tickers=("GE",)),)).find("SEE GE today")] == ["GE"]


def test_removed_tickers_are_not_found() -> None:
    tickers = Tickers(COMPANIES)
    tickers.remove(0, COMPANIES[0])
    assert list(tickers.find("$AAPL and AAPL.O")) == []
    assert [hit.ticker for hit in tickers.find("BRK.B rose")] == ["BRK.B"]
