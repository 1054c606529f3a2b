"""`search`: articles of the past, and `test`: what of a text would be alerted here."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from bot.commands.desk import Desk
from bot.commands.lookback import told
from bot.commands.matchers import best_mentions
from bot.commands.paging import pages
from bot.commands.phrases import ADD_SOURCE, problem
from bot.commands.requests import Search, Trial
from bot.commands.visible import visible
from bot.commands.words import quoted
from bot.extraction.identity import canonical_url
from bot.model.article import Article
from bot.model.card import Line, Strong
from bot.model.command import Action, Command, Reply
from bot.model.company import Mention, Reason
from bot.model.watchlist import Watchlist
from bot.text import counted

PAGE = 10
MOST = 500
REASONS = 3


async def search(desk: Desk, command: Command, request: Search) -> Reply:
    """A page of the articles that hold all the words, newest first, of sources that may be seen here."""
    since = desk.clock.now() - request.span if request.span else None
    found = await desk.store.search(request.words, since=since, limit=MOST)
    shown = visible(desk, command.channel, found)
    said = " ".join(quoted(word) if word.split()[1:] else word for word in request.words)
    if not shown:
        wider = f" in the last {_days(request.span)}" if request.span else ""
        again = [Action("All times", f"search {said}")] if request.span else []
        return problem(f"No article with {' and '.join(request.words)} is kept{wider}.", actions=again)
    start = (request.page - 1) * PAGE
    page = shown[start : start + PAGE]
    count = f"{len(shown):,} and more" if len(found) == MOST else f"{len(shown):,}"
    if not page:
        return problem(f"There are {count} articles and no page {request.page}.")
    lines: list[Line] = [*told(desk, page), (f"{start + 1}-{start + len(page)} of {count}",)]
    span = f" last {_days(request.span)}" if request.span else ""
    return Reply(tuple(lines), pages(f"search {said}{span}", request.page, more=start + PAGE < len(shown)))


def _days(span: timedelta) -> str:
    return counted(span.days, "day")


async def test(desk: Desk, command: Command, request: Trial) -> Reply:
    """Whom the lists heard here would find in a text or in the stored article of a link, and why."""
    heard = desk.heard(command.channel)
    if not any(watchlist.companies for watchlist in heard):
        return problem("This channel watches nothing, so nothing would be alerted. Start: add <company>")
    title, text = "", request.text
    lines: list[Line] = []
    if request.text.startswith(("http://", "https://")) and not request.text.split()[1:]:
        article = await _stored(desk, command, request.text)
        if article is None:
            return _not_stored(request.text)
        title, text = article.title, article.text
        lines = told(desk, [article])
    found = await asyncio.to_thread(_judged, heard, title, text)
    lines += [line for watchlist, best in found for line in _verdicts(watchlist, best)]
    if not found:
        lines.append(("Nothing would be alerted: it spells no company that is watched here",))
    elif not any(mention.alert for _, best in found for mention in best):
        lines.insert(len(lines) - sum(len(best) for _, best in found), ("Nothing would be alerted:",))
    return Reply(tuple(lines))


async def _stored(desk: Desk, command: Command, link: str) -> Article | None:
    address = canonical_url(link)
    found = await desk.store.articles_by_url(address) if address else ()
    records = found or await desk.store.articles_by_link(link)
    return next(iter(visible(desk, command.channel, [record.article for record in records])), None)


def _not_stored(link: str) -> Reply:
    try:
        host = urlsplit(link).hostname or link
    except ValueError:
        host = link
    return problem(
        f"No article of this address is stored, and links are not read on demand. Paste its text: test <text>. "
        f"To have {host} polled: {ADD_SOURCE}",
        actions=[Action("Why", f"why {link}")],
    )


def _judged(heard: Sequence[Watchlist], title: str, text: str) -> list[tuple[Watchlist, list[Mention]]]:
    """By list, the best mention of each company that is spelled, the alerting ones first."""
    found = []
    for watchlist in heard:
        best = best_mentions(watchlist, title, text).values()
        if best:
            found.append((watchlist, sorted(best, key=lambda mention: (not mention.alert, -mention.confidence))))
    return found


def _verdicts(watchlist: Watchlist, mentions: Sequence[Mention]) -> list[Line]:
    lines: list[Line] = []
    for mention in mentions:
        said = f" {confidence(mention.confidence)} · {weighed(mention.reasons, mention.alert, mention.text)}"
        passing = " · in passing" if mention.alert and mention.subject == "passing" else ""
        verdict = "ALERT: " if mention.alert else "REJECTED: "
        lines.append((verdict, Strong(mention.company), f"{said}{passing} · list {watchlist.name}"))
    return lines


def confidence(value: float) -> str:
    """`.97`."""
    return f"{value:.2f}".removeprefix("0")


def weighed(reasons: Sequence[Reason], matched: bool, spelled: str) -> str:  # noqa: FBT001 - what the verdict was
    """The heaviest arguments for the outcome; all of them where none speaks for it."""
    sign = 1 if matched else -1
    ordered = sorted(reasons, key=lambda reason: -sign * reason.weight)
    chosen = [reason for reason in ordered if sign * reason.weight > 0] or ordered
    return "; ".join(reason.text for reason in chosen[:REASONS]) or f'"{spelled}", no reason recorded'
