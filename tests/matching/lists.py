"""Watchlists for the tests of matching."""

from bot.model.company import Alias, Company, EvidenceLevel, Mention
from bot.model.watchlist import Watchlist


def company(
    name: str,
    *aliases: str | Alias,
    tickers: tuple[str, ...] = (),
    context: tuple[str, ...] = (),
    exclude: tuple[str, ...] = (),
    threshold: int = 0,
    evidence: EvidenceLevel = "normal",
) -> Company:
    written = tuple(alias if isinstance(alias, Alias) else Alias(alias) for alias in aliases)
    return Company(name, written, tickers, context, exclude, threshold, evidence)


def watchlist(*companies: Company) -> Watchlist:
    return Watchlist("test", "Test", companies)


def alerting(mentions: tuple[Mention, ...]) -> set[str]:
    return {mention.company for mention in mentions if mention.alert}


PHONE_MAKERS = watchlist(
    company("Dixon Technologies", "Dixon"),
    company("Lava International", "Lava"),
    company("Xiaomi", "小米", tickers=("1810.HK",)),
    company("MediaTek", "聯發科", tickers=("2454.TW",)),
    company("Groq"),
    company("Denso"),
    company("vivo"),
    company("Apple Inc", "Apple", tickers=("AAPL",)),
    company("Hon Hai Precision", "鴻海", "HonHai", tickers=("2317.TW",)),
    company("Microsoft"),
    company("Qualcomm", "高通"),
    company("Midea", "美的"),
    company("Macy's"),
    company("AT&T"),
    company("TSMC", tickers=("TSM",)),
    company("Mazda", "マツダ"),
    company("Kia", "기아"),
    company("LINE", "ライン"),
    company("Siemens"),
    company("Samsung Electronics"),
    company("Salesforce"),
    company("Visa"),
    company("Münchener Rück"),
    company("Johnson & Johnson"),
    company("J.P. Morgan Chase"),
    company("Valeo"),
    company("Nippon Steel"),
    company("TCL科技"),
)
