"""`why`: what was decided of an article, and why; or why there is nothing to say of it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from bot.alerting.route import takes
from bot.commands.desk import Desk
from bot.commands.health import health_line
from bot.commands.lookup import name_key
from bot.commands.phrases import ADD_SOURCE, NO_SOURCE, channel_name, listed, problem
from bot.commands.requests import Why
from bot.commands.search import confidence, weighed
from bot.commands.visible import visible
from bot.extraction.identity import canonical_url
from bot.model.card import Line, Link, Span, Strong, When
from bot.model.channel import Channel
from bot.model.command import Action, Command, Reply
from bot.model.ledger import ArticleRecord, Routing, Verdict
from bot.model.story import FIRST_OF_STORY
from bot.model.watchlist import Revision, Watchlist
from bot.text import counted

NOT_FOUND = 10
ADDED_LATER = 3
FAILING = 3
LABEL = 40
GONE = "a source that is no longer polled"

_STATES = {
    "joined": "JOINED a story that this channel has a message of",
    "muted": "MUTED",
    "held": "HELD, not posted yet",
    "capped": "HELD for the next digest: the budget of this channel was used up",
    "old": "OLD: recorded, not posted",
}
_DELIVERIES = {
    "pending": "ALERTED, and waits to be sent, since ",
    "sending": "ALERTED, and is being sent, since ",
    "parked": "ALERTED, but this channel can't be posted to, since ",
    "dead": "ALERTED, but the platform refused the message, ",
    "sent": "POSTED here ",
}


async def why(desk: Desk, command: Command, request: Why) -> Reply:
    """The ledger of the article that is meant, as far as this channel may see it."""
    here = command.channel
    if not request.url and not request.words:
        record = await desk.store.last_alerted(here)
        if record is None:
            return problem(f"Nothing was posted to {channel_name(here)} yet. Name an article: why <link or words>")
        return await _explained(desk, here, (record,))
    heard = desk.heard(here)
    if request.url:
        address = canonical_url(request.url)
        if not address:
            return problem("This is no http(s) address. Paste the article's link, or name words of it")
        found = await desk.store.articles_by_url(address) or await desk.store.articles_by_link(request.url)
        records = _visible(desk, here, found)
        return await _explained(desk, here, records) if records else await _no_page(desk, here, request.url)
    for words in await asyncio.to_thread(_attempts, request.words, heard):
        if records := _visible(desk, here, await desk.store.articles_by_words(words)):
            return await _explained(desk, here, records)
    return await _no_words(desk, here, request.words)


def _visible(desk: Desk, here: Channel, records: Sequence[ArticleRecord]) -> tuple[ArticleRecord, ...]:
    seen = {article.id for article in visible(desk, here, [record.article for record in records])}
    return tuple(record for record in records if record.article.id in seen)


def _attempts(words: Sequence[str], heard: Sequence[Watchlist]) -> list[Sequence[str]]:
    """All the words; then only those that are part of a watched name, for a question says more than an article."""
    parts = {
        part
        for one in heard
        for company in one.companies
        for name in (company.name, *(alias.text for alias in company.aliases))
        for part in name_key(name).split()
    }
    names = [word for word in words if name_key(word) in parts]
    return [words, names] if names and len(names) < len(words) else [words]


async def _explained(desk: Desk, here: Channel, records: Sequence[ArticleRecord]) -> Reply:
    record, *others = records
    heard = desk.heard(here)
    verdicts = _newest(record.verdicts, heard)
    routing = next((one for one in record.routings if one.channel == here), None)
    decided = _decided(record, verdicts, routing)
    lines: list[Line] = [_headline(desk, record), _times(record, decided), _fate(record, here, routing, verdicts)]
    lines += _story(record)
    lines += _verdicts(verdicts)
    lines += await _without_verdict(desk, record, verdicts, decided, here)
    actions = []
    for other in others:
        lines.append(("Also: ", *_headline(desk, other)))
        if other.article.url:
            actions.append(Action(f"Why: {_shortened(other.article.title)}", f"why {other.article.url}"))
    return Reply(tuple(lines), tuple(actions))


def _newest(verdicts: Sequence[Verdict], heard: Sequence[Watchlist]) -> tuple[Verdict, ...]:
    """The last word on each company of the lists heard here, matched ones first, surest first."""
    keys = {one.key for one in heard}
    newest: dict[tuple[str, str], Verdict] = {}
    for verdict in sorted(verdicts, key=lambda one: one.revision):
        if verdict.watchlist in keys:
            newest[verdict.watchlist, verdict.company] = verdict
    ordered = sorted(newest.values(), key=lambda one: (not one.matched, -one.confidence))
    return tuple({verdict.company: verdict for verdict in reversed(ordered)}.values())[::-1]


def _decided(record: ArticleRecord, verdicts: Sequence[Verdict], routing: Routing | None) -> datetime:
    times = [verdict.at for verdict in verdicts] or ([routing.at] if routing else [])
    return max(times, default=record.article.first_seen)


def _headline(desk: Desk, record: ArticleRecord) -> Line:
    """The title, linked, and the source by its name in the lists: its address may hold a key."""
    article = record.article
    title = f'"{article.title}"'
    linked: Span = Link(title, article.url) if article.url else Strong(title)
    names = (source.name for source in desk.repo.sources() if source.key == article.source)
    return (linked, f" · {next(names, article.publisher or GONE)}")


def _shortened(title: str) -> str:
    return f"{title[:LABEL].rstrip()}…" if len(title) > LABEL else title


def _times(record: ArticleRecord, decided: datetime) -> Line:
    article = record.article
    published: Line = ("Published ", When(article.published)) if article.published else ("No date given",)
    return (*published, " · fetched ", When(article.first_seen), " · decided ", When(decided))


def _fate(record: ArticleRecord, here: Channel, routing: Routing | None, verdicts: Sequence[Verdict]) -> Line:
    """What became of the article in this channel."""
    if routing is None:
        if any(verdict.matched for verdict in verdicts):
            return ("NOT POSTED here: the channel did not hear this list when it was decided",)
        return ("NOT POSTED: it names no company that is watched here",)
    note = f" · {routing.note}" if routing.note else ""
    if routing.state != "alerted":
        return (f"{_STATES[routing.state]}, ", When(routing.at), note)
    posts = [one for one in record.deliveries if one[0] == here and one[1] == "post"]
    _, _, state, settled = posts[-1] if posts else (here, "post", "sent", None)
    return (_DELIVERIES[state], When(settled or routing.at), note)


def _story(record: ArticleRecord) -> list[Line]:
    """Why it was taken for another telling of an event; nothing of an article that was the first to tell its own."""
    reason = record.member.reason if record.member else ""
    return [(f"SAME EVENT as an earlier article: {reason}",)] if reason and reason != FIRST_OF_STORY else []


def _verdicts(verdicts: Sequence[Verdict]) -> list[Line]:
    lines: list[Line] = []
    for verdict in verdicts:
        said = f" {confidence(verdict.confidence)} · {weighed(verdict.reasons, verdict.matched, verdict.best.text)}"
        if verdict.matched:
            passing = " · in passing" if verdict.subject == "passing" else ""
            lines.append(("  ", Strong(verdict.company), said + passing))
        else:
            lines.append(("REJECTED: ", Strong(verdict.company), said))
    return lines


async def _without_verdict(
    desk: Desk, record: ArticleRecord, verdicts: Sequence[Verdict], decided: datetime, here: Channel
) -> list[Line]:
    """What nothing was decided of: lists that skip the source, companies added later, names not in the text."""
    source = next((one for one in desk.repo.sources() if one.key == record.article.source), None)
    named = {verdict.company for verdict in verdicts}
    lines: list[Line] = []
    absent: list[str] = []
    for watchlist in desk.heard(here):
        if source is not None and not takes(watchlist, source):
            lines.append((f"NOT READ for {watchlist.name}: its from: leaves out {source.name}",))
            continue
        later = {
            one.change.name: one.at for one in await desk.store.revisions(watchlist.key) if _is_later(one, decided)
        }
        silent = [company.name for company in watchlist.companies if company.name not in named]
        added = [name for name in silent if name in later]
        lines += [("DECIDED BEFORE: ", Strong(name), " was added ", When(later[name])) for name in added[:ADDED_LATER]]
        if len(added) > ADDED_LATER:
            lines.append((f"DECIDED BEFORE {len(added) - ADDED_LATER} more companies of {watchlist.name} were added",))
        absent += [name for name in silent if name not in later]
    if absent:
        where = "not in the text" if record.article.text else "not in the text, which is no longer kept"
        lines.append((f"NOT FOUND: {listed(list(dict.fromkeys(absent)), NOT_FOUND)} · {where}",))
    return lines


def _is_later(revision: Revision, decided: datetime) -> bool:
    return revision.change.action == "add" and revision.at > decided


async def _no_page(desk: Desk, here: Channel, url: str) -> Reply:
    """Nothing came from this address: whether its site is a source at all, and how that fares."""
    host = _host(url)
    sources = [one for one in desk.readable(here) if _same_site(_host(one.url), host)]
    if not sources:
        return problem(
            f"No article of this address was received: {host} is not a source.",
            f"To poll it: {ADD_SOURCE}",
        )
    states = await desk.states(sources)
    now = desk.clock.now()
    lines = [("  ", *health_line(one, states[one.key], now)) for one in sources[:FAILING]]
    return problem(
        f"No article of this address was received, although {host} is polled:",
        *lines,
        "The feed may not have listed it yet, or never did: look for it in the feed itself",
    )


async def _no_words(desk: Desk, here: Channel, words: Sequence[str]) -> Reply:
    """No article kept has these words; a source that fails may be why."""
    lines: list[Line] = [(f"No article with {' and '.join(words)} was received.",)]
    sources = desk.readable(here)
    states = await desk.states(sources)
    failing = [one for one in sources if states[one.key].error]
    if failing:
        lines.append((f"{len(failing)} of {counted(len(sources), 'source')} failing:",))
        lines += [("  ", *health_line(one, states[one.key], desk.clock.now())) for one in failing[:FAILING]]
    elif not sources:
        lines.append((NO_SOURCE,))
    return problem(*lines, "Try fewer words, or the link: why https://...")


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _same_site(one: str, other: str) -> bool:
    """Whether two hosts are one site: equal, or one below the other ("feeds.example.org" and "example.org")."""
    return bool(one and other) and (one == other or one.endswith(f".{other}") or other.endswith(f".{one}"))
