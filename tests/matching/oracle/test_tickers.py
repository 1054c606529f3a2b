"""Tickers beside the oracle: nothing missed, nothing extra, whoever comes and goes."""

from bot.matching.tickers import Tickers
from bot.model.company import Company
from tests.matching.lists import company
from tests.matching.oracle.mutations import chance_of
from tests.matching.oracle.tickers import TICKERS, Hit, hits, ticker_text


def found_by(tickers: Tickers, text: str) -> set[Hit]:
    return {(hit.company, hit.ticker, hit.start, hit.end, hit.form) for hit in tickers.find(text)}


def test_every_ticker_at_every_place() -> None:
    companies = [company(f"Company {ticker}", tickers=(ticker,)) for ticker in TICKERS]
    tickers, chance = Tickers(companies), chance_of(1)
    for _ in range(1_500):
        text = ticker_text(chance)
        assert found_by(tickers, text) == hits(companies, text), text


def test_tickers_that_come_and_go() -> None:
    tickers, chance = Tickers(), chance_of(2)
    there: dict[int, Company] = {}
    for _ in range(600):
        at = chance.randrange(len(TICKERS))
        if at in there:
            tickers.remove(at, there.pop(at))
        else:
            there[at] = company(f"Company {at}", tickers=(TICKERS[at], chance.choice(TICKERS)))
            tickers.add(at, there[at])
        text = ticker_text(chance)
        listed = [there.get(place, company("Nobody")) for place in range(len(TICKERS))]
        assert found_by(tickers, text) == hits(listed, text), text
