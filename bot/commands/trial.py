"""`test`: what of a text, or of a stored article, would be alerted here, and why."""

import asyncio
from collections.abc import Sequence

from bot.commands.companies import as_name
from bot.commands.desk import Desk
from bot.commands.lookback import told
from bot.commands.matchers import best_mentions
from bot.commands.phrases import problem
from bot.commands.requests import Trial
from bot.commands.unheard import host_of, to_poll
from bot.commands.visible import visible
from bot.extraction.spellings import spellings
from bot.matching.near import Near, near_misses
from bot.matching.weights import CUT_OFFS
from bot.model.article import Article
from bot.model.card import Line, Strong
from bot.model.command import Action, Command, Reply
from bot.model.company import Company, Mention, Reason
from bot.model.watchlist import Watchlist

REASONS = 3
NEAR_SHOWN = 3


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
            return _not_stored(command, request.text)
        title, text = article.title, article.text
        lines = told(desk, [article])
    found, near = await asyncio.to_thread(_judged, heard, title, text)
    lines += [line for watchlist, best in found for line in _verdicts(watchlist, best)]
    if not found:
        lines.append(("Nothing would be alerted: it spells no company that is watched here",))
    elif not any(mention.alert for _, best in found for mention in best):
        lines.insert(len(lines) - sum(len(best) for _, best in found), ("Nothing would be alerted:",))
    lines += [near_line(each) for each in near[:NEAR_SHOWN]]
    return Reply(tuple(lines))


def near_line(near: Near) -> Line:
    """A spelling that comes near a watched name, why it is not that name, and what would make it so."""
    step = f". If it is: set {as_name(near.company.name)} alias + {near.written}"
    return (f'NEAR: "{near.written}" is not ', Strong(near.alias), f": {near.why}{step}")


async def _stored(desk: Desk, command: Command, link: str) -> Article | None:
    for address in spellings(link):
        records = await desk.store.articles_by_url(address)
        if found := visible(desk, command.channel, [record.article for record in records]):
            return found[0]
    records = await desk.store.articles_by_link(link)
    return next(iter(visible(desk, command.channel, [record.article for record in records])), None)


def _not_stored(command: Command, link: str) -> Reply:
    step, actions = to_poll(command, host_of(link) or link)
    return problem(
        "No article of this address is stored, and links are not read on demand. Paste its text: test <text>",
        step,
        actions=[Action("Why", f"why {link}"), *actions],
    )


def _judged(
    heard: Sequence[Watchlist], title: str, text: str
) -> tuple[list[tuple[Watchlist, list[Mention]]], list[Near]]:
    """By list, the best mention of each company that is spelled, the alerting ones first; and what comes near others.

    What is a word of its own is hardly meant for a name, and left out.
    """
    found, near = [], list[Near]()
    for watchlist in heard:
        best = best_mentions(watchlist, title, text)
        if best:
            order = sorted(best.values(), key=lambda mention: (not mention.alert, -mention.confidence))
            found.append((watchlist, order))
        missing = [company for company in watchlist.companies if company.name not in best]
        near += [each for each in near_misses(watchlist, missing, f"{title}\n{text}") if not each.is_word]
    return found, near


def _verdicts(watchlist: Watchlist, mentions: Sequence[Mention]) -> list[Line]:
    lines: list[Line] = []
    for mention in mentions:
        said = f" {confidence(mention.confidence)} · {weighed(mention.reasons, mention.alert, mention.text)}"
        passing = " · in passing" if mention.alert and mention.subject == "passing" else ""
        company = None if mention.alert else watchlist.company(mention.company)
        said += asked_for(company, mention.confidence) if company else ""
        verdict = "ALERT: " if mention.alert else "REJECTED: "
        lines.append((verdict, Strong(mention.company), f"{said}{passing} · list {watchlist.name}"))
    return lines


def asked_for(company: Company, reached: float) -> str:
    """What the company's own `evidence` asks for, where it is not what everybody's does; "" where nothing would do."""
    if company.evidence == "normal" or not reached:
        return ""
    return f" · evidence {company.evidence} asks for {confidence(CUT_OFFS[company.evidence])}"


def confidence(value: float) -> str:
    """`.97`."""
    return f"{value:.2f}".removeprefix("0")


def weighed(reasons: Sequence[Reason], matched: bool, spelled: str) -> str:  # noqa: FBT001 - what the verdict was
    """The heaviest arguments for the outcome; all of them where none speaks for it."""
    sign = 1 if matched else -1
    ordered = sorted(reasons, key=lambda reason: -sign * reason.weight)
    chosen = [reason for reason in ordered if sign * reason.weight > 0] or ordered
    return "; ".join(reason.text for reason in chosen[:REASONS]) or f'"{spelled}", no reason recorded'
