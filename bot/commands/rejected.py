"""`show <company> rejected`: the articles that spell a company and were judged not to mean it, each with why."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from bot.commands.companies import as_name
from bot.commands.decided import headline
from bot.commands.desk import Desk
from bot.commands.lookup import Hit, find
from bot.commands.phrases import problem
from bot.commands.read import nothing_like
from bot.commands.requests import Rejected
from bot.commands.trial import confidence, weighed
from bot.model.card import Line, Strong, When
from bot.model.command import Action, Command, Reply
from bot.model.ledger import ArticleRecord, Verdict
from bot.text import counted

DAYS = 30
SHOWN = 10


async def show_rejected(desk: Desk, command: Command, request: Rejected) -> Reply:
    """The newest ones of the last 30 days, of each list heard here that has the company."""
    heard = desk.heard(command.channel)
    hits = await asyncio.to_thread(find, heard, request.name)
    if not hits:
        return nothing_like(heard, request.name)
    since = desk.clock.now() - timedelta(days=DAYS)
    lines: list[Line] = []
    for hit in hits:
        key = hit.watchlist.key
        found = await desk.store.articles_rejected(key, hit.company.name, since, SHOWN)
        counts = (await desk.store.company_counts(key, since)).get(hit.company.name)
        lines += _of_list(desk, hit, found, counts.rejected if counts else len(found))
    name = hits[0].company.name
    if not lines:
        return problem(f"In the last {DAYS} days no article here spells {name} without meaning it.")
    by_hand = f"set {as_name(name)}"
    lines.append((f"If one was meant: {by_hand} context + <word that stands near it>. All of one: why <its link>",))
    return Reply(tuple(lines), (Action("Edit", by_hand),))


def _of_list(desk: Desk, hit: Hit, found: Sequence[ArticleRecord], all_of_them: int) -> list[Line]:
    if not found:
        return []
    newest = f", the newest {len(found)}" if all_of_them > len(found) else ""
    said = f" · {counted(all_of_them, 'article')} rejected in {DAYS} days{newest} · list {hit.watchlist.name}"
    return [(Strong(hit.company.name), said), *(line for one in found for line in _why(desk, hit, one))]


def _why(desk: Desk, hit: Hit, record: ArticleRecord) -> list[Line]:
    verdict = _last(hit, record)
    why = weighed(verdict.reasons, verdict.matched, verdict.best.text)
    at = When(record.article.first_seen)
    return [("  ", *headline(desk, record), " · ", at), (f"    {confidence(verdict.confidence)} · {why}",)]


def _last(hit: Hit, record: ArticleRecord) -> Verdict:
    """The last word of this list on the company."""
    mine = (one for one in record.verdicts if (one.watchlist, one.company) == (hit.watchlist.key, hit.company.name))
    return max(mine, key=lambda one: one.revision)
