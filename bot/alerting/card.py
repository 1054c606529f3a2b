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
PASSAGES = 6
"""Mentions of a company whose surroundings are tried for a passage of its own."""


def company_lines(
    article: Article, verdicts: Sequence[tuple[str, Verdict, Sequence[Mention]]]
) -> tuple[CompanyLine, ...]:
    """A line for each (watchlist name, verdict, mentions of that company in the article); main subjects first.

    The order is otherwise as given. Mentions that fell short of the evidence are not marked. Each company has the
    surest passage that no other has, so that a reader learns something of each; the surest where there is no other.
    """
    lines: list[CompanyLine] = []
    for watchlist, verdict, mentions in verdicts:
        shown = {line.snippet.text for line in lines if line.company != verdict.company}
        passages = _passages(article, verdict.best, mentions)
        passage = next((each for each in passages if each.text not in shown), passages[0])
        reason, alias = reason_in_words(verdict), verdict.best.alias
        lines.append(CompanyLine(verdict.company, watchlist, verdict.subject, passage, reason, alias))
    return _main_first(lines)


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


def _passages(article: Article, best: Mention, mentions: Sequence[Mention]) -> list[Snippet]:
    """Around each mention in the text, the surest first; the opening of the text where only the headline names it."""
    good = [mention for mention in mentions if mention.field == "text" and mention.alert]
    good.sort(key=lambda mention: (mention != best, -mention.confidence))
    if best.field == "text" and best not in good:
        good.insert(0, best)
    spans = [(mention.start, mention.end) for mention in good[:PASSAGES]]
    turns = [[spans[at], *spans[:at], *spans[at + 1 :]] for at in range(len(spans))] or [[]]
    return [snippet(article.text, turn) for turn in turns]


def _main_first(lines: Sequence[CompanyLine]) -> tuple[CompanyLine, ...]:
    return tuple(sorted(lines, key=lambda line: line.subject != "main"))


def _with(known: tuple[str, ...], new: str) -> tuple[str, ...]:
    return known if not new or new in known else (*known, new)
