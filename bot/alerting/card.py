"""From an article and its verdicts to the card that people see, and how a card grows with its story. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.alerting.snippet import snippet
from bot.model.article import Article
from bot.model.card import AlertCard, CompanyLine, Snippet
from bot.model.company import Mention
from bot.model.ledger import Verdict

REASONS = 3


def company_lines(
    article: Article, verdicts: Sequence[tuple[str, Verdict, Sequence[Mention]]]
) -> tuple[CompanyLine, ...]:
    """A line for each (watchlist name, verdict, mentions of that company in the article); main subjects first.

    The order is otherwise as given. Mentions that fell short of the evidence are not marked.
    """
    return _main_first(
        [
            CompanyLine(
                company=verdict.company,
                watchlist=watchlist,
                subject=verdict.subject,
                snippet=_passage(article, verdict.best, mentions),
                reason=reason_in_words(verdict),
            )
            for watchlist, verdict, mentions in verdicts
        ]
    )


def alert_card(article: Article, source: str, companies: Sequence[CompanyLine], at: datetime) -> AlertCard:
    """The card of a story that begins with this article. `source` is its name for people, `at` the alert's time."""
    return AlertCard(
        companies=_main_first(companies),
        headline=article.title,
        url=article.url,
        sources=(source,) if source else (),
        at=at,
        langs=(article.lang,) if article.lang else (),
        articles=1,
    )


def grow(card: AlertCard, *, source: str, lang: str, new: Sequence[CompanyLine], articles: int = 1) -> AlertCard:
    """The card after one more article of its story (`articles` 0: another edition of one it has); its source once.

    Of `new`, those that the card does not name yet on that list are added; the passages it has stay as they are.
    """
    named = {(line.company, line.watchlist) for line in card.companies}
    added = [line for line in new if (line.company, line.watchlist) not in named]
    return replace(
        card,
        companies=_main_first((*card.companies, *added)),
        sources=_with(card.sources, source),
        langs=_with(card.langs, lang),
        articles=card.articles + articles,
    )


def reason_in_words(verdict: Verdict) -> str:
    """The strongest arguments for the verdict, at most three, heaviest first: `full name; "handsets" nearby`."""
    for_it = sorted((reason for reason in verdict.reasons if reason.weight > 0), key=lambda reason: -reason.weight)
    words = list(dict.fromkeys(reason.text for reason in for_it))[:REASONS]
    return "; ".join(words) or f'"{verdict.best.text}" in the {verdict.best.field}'


def _passage(article: Article, best: Mention, mentions: Sequence[Mention]) -> Snippet:
    """Around the best mention in the text; the headline speaks for itself, so then it is the opening of the text."""
    good = [mention for mention in mentions if mention.field == "text" and mention.alert]
    if best.field == "text":
        good.insert(0, best)
    else:
        good.sort(key=lambda mention: -mention.confidence)
    return snippet(article.text, [(mention.start, mention.end) for mention in good])


def _main_first(lines: Sequence[CompanyLine]) -> tuple[CompanyLine, ...]:
    return tuple(sorted(lines, key=lambda line: line.subject != "main"))


def _with(known: tuple[str, ...], new: str) -> tuple[str, ...]:
    return known if not new or new in known else (*known, new)
