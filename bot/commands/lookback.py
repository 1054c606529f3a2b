"""What a company would have alerted: the stored articles of the last days, matched again as if it had been watched."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.alerting.route import passing_rule, takes
from bot.commands.desk import Desk
from bot.commands.spellings import Parts, as_written, with_a_slip, with_two_slips
from bot.matching import Matcher
from bot.model.article import Article
from bot.model.card import Line, Link, Strong, When
from bot.model.company import Company
from bot.model.watchlist import Watchlist
from bot.text import fold_key

DAYS = 30
NEWEST = 3
MOST = 300
"""Articles that are looked at, the newest: more would not be ready in two seconds."""
SLIPS = 100
"""Articles that are looked at besides, because they may spell the name with a slip, and as many for two."""


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
    reads = {source.key for source in desk.repo.sources() if takes(watchlist, source)}
    found, more = await _holding(desk, as_written(company), MOST)
    near, _ = await _holding(desk, with_a_slip(company), SLIPS)
    far, _ = await _holding(desk, with_two_slips(company), SLIPS)
    both = {each.id: each for each in (*found[:MOST], *near[:SLIPS], *far[:SLIPS]) if each.source in reads}
    fired, held = await asyncio.to_thread(_fired, replace(watchlist, companies=(company,)), list(both.values()))
    fired.sort(key=lambda each: each.first_seen, reverse=True)
    by_headline = {fold_key(article.title): article for article in reversed(fired)}
    newest = sorted(by_headline.values(), key=lambda each: each.first_seen)[::-1][:NEWEST]
    return LookBack(tuple(newest), len(fired), held, more)


async def _holding(desk: Desk, sought: Iterable[Parts], most: int) -> tuple[list[Article], bool]:
    """The articles that hold all the parts of any of these, the newest first, and whether there are more."""
    since = desk.clock.now() - timedelta(days=DAYS)
    found: dict[str, Article] = {}
    more = False
    for parts in sought:
        some = await desk.store.search(parts, since=since, limit=most)
        more = more or len(some) == most
        found |= {article.id: article for article in some}
    return sorted(found.values(), key=lambda each: each.first_seen, reverse=True), more or len(found) > most


def _fired(alone: Watchlist, articles: Sequence[Article]) -> tuple[list[Article], int]:
    """The articles that would have alerted, and how many spell the company, whatever they mean by it."""
    matcher = Matcher(alone)
    silent = passing_rule(alone, alone.companies[0].name) == "off"
    mentions = [(article, matcher.find(article.title, article.text)) for article in articles]
    fired = [
        article
        for article, found in mentions
        if any(each.alert and not (silent and each.subject == "passing") for each in found)
    ]
    return fired, sum(bool(found) for _, found in mentions)


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
