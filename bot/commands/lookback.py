"""What a company would have alerted: the stored articles of the last days, matched again as if it had been watched."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.alerting.route import passing_rule, takes
from bot.commands.desk import Desk
from bot.matching import Matcher
from bot.matching.legal import LATIN_FORMS
from bot.model.article import Article
from bot.model.card import Line, Link, Strong, When
from bot.model.company import Company
from bot.model.watchlist import Watchlist
from bot.text import fold_key

DAYS = 30
NEWEST = 3
MOST = 300
"""Articles of one spelling that are looked at, the newest: more would not be ready in two seconds."""


@dataclass(frozen=True, slots=True)
class LookBack:
    """Articles since `DAYS` ago: the newest that would have alerted, how many did, how many held the spelling at all.

    `more`: there were more than could be looked at, so both counts are at least that.
    """

    newest: tuple[Article, ...] = ()
    fired: int = 0
    held: int = 0
    more: bool = False


async def look_back(desk: Desk, watchlist: Watchlist, company: Company) -> LookBack:
    """What this list would have alerted for this company; of one headline only the newest article is given."""
    since = desk.clock.now() - timedelta(days=DAYS)
    found: dict[str, Article] = {}
    more = False
    for words in _sought(company):
        some = await desk.store.search(words, since=since, limit=MOST)
        more = more or len(some) == MOST
        found |= {article.id: article for article in some}
    reads = {source.key for source in desk.repo.sources() if takes(watchlist, source)}
    held = sorted((each for each in found.values() if each.source in reads), key=lambda each: each.first_seen)[::-1]
    fired = await asyncio.to_thread(_fired, replace(watchlist, companies=(company,)), held[:MOST])
    by_headline = {fold_key(article.title): article for article in reversed(fired)}
    newest = sorted(by_headline.values(), key=lambda each: each.first_seen)[::-1][:NEWEST]
    return LookBack(tuple(newest), len(fired), len(held), more or len(held) > MOST)


def _sought(company: Company) -> Iterable[tuple[str, ...]]:
    """By spelling, the words that an article must hold for it; a legal form may be missing."""
    spellings = (company.name, *(alias.text for alias in company.aliases), *company.tickers)
    return dict.fromkeys(words for spelling in spellings if (words := _words(spelling)))


def _words(spelling: str) -> tuple[str, ...]:
    words = [word for word in spelling.replace(",", " ").split() if any(map(str.isalnum, word))]
    core = [word for word in words if (fold_key(word),) not in LATIN_FORMS]
    return tuple(word.strip(".$()") for word in core or words)


def _fired(alone: Watchlist, articles: Sequence[Article]) -> list[Article]:
    matcher = Matcher(alone)
    silent = passing_rule(alone, alone.companies[0].name) == "off"
    return [
        article
        for article in articles
        if any(
            mention.alert and not (silent and mention.subject == "passing")
            for mention in matcher.find(article.title, article.text)
        )
    ]


def told(desk: Desk, articles: Iterable[Article]) -> list[Line]:
    """A line an article: its headline, linked, its source and when it was first seen."""
    names = {source.key: source.name for source in desk.repo.sources()}
    return [
        (
            "  ",
            Link(article.title, article.url) if article.url else Strong(article.title),
            f" · {names.get(article.source, article.publisher or 'a source that is gone')} · ",
            When(article.first_seen),
        )
        for article in articles
    ]


def in_words(found: LookBack) -> str:
    """`9 articles`, `at least 300 articles`."""
    count = f"{found.fired:,} article{'' if found.fired == 1 else 's'}"
    return f"at least {count}" if found.more else count
