"""One article explained: what became of it here, what was found in it, and what was not, and why."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.alerting.route import takes
from bot.commands.changes import what
from bot.commands.desk import Desk
from bot.commands.fates import fate, next_steps, routing_in, short_fate
from bot.commands.matchers import best_mentions
from bot.commands.phrases import channel_name, is_near, listed
from bot.commands.trial import NEAR_SHOWN, asked_for, confidence, near_line, weighed
from bot.commands.visible import sight
from bot.extraction.fuller import is_short
from bot.matching.near import Near, near_misses
from bot.model.card import Line, Link, Span, Strong, When
from bot.model.channel import Channel
from bot.model.command import Action, Reply
from bot.model.company import Mention
from bot.model.ledger import ArticleRecord, Routing, Verdict
from bot.model.source import Source
from bot.model.story import FIRST_OF_STORY, StoryMember
from bot.model.watchlist import Change, Revision, Watchlist
from bot.text import counted

NOT_FOUND = 10
ADDED_LATER = 3
ELSEWHERE = 3
GONE = "a source that is no longer polled"


@dataclass(frozen=True, slots=True)
class Seen:
    """An article as this channel may see it: the lists that it hears, their last verdicts, when it was decided."""

    record: ArticleRecord
    here: Channel
    lists: tuple[Watchlist, ...]
    verdicts: tuple[Verdict, ...]
    decided: datetime
    source: Source | None

    @property
    def routing(self) -> Routing | None:
        """What became of it here."""
        return routing_in(self.record, self.here)


@dataclass(frozen=True, slots=True)
class _Now:
    """What one list says today of companies that nothing was decided of: those that it would find, and near misses."""

    found: Mapping[str, Mention]
    near: tuple[Near, ...]


def lists_seen(desk: Desk, here: Channel) -> tuple[Watchlist, ...]:
    """The lists that may be spoken of here: those heard here; in the terminal of whoever runs the bot, all."""
    return desk.repo.lists() if here.platform == "console" else desk.heard(here)


def name_of_source(desk: Desk, record: ArticleRecord) -> str:
    """By its name in the lists: its address may hold a key."""
    names = (source.name for source in desk.repo.sources() if source.key == record.article.source)
    return next(names, record.article.publisher or GONE)


def headline(desk: Desk, record: ArticleRecord) -> Line:
    """The title, linked, and the source."""
    article = record.article
    title = f'"{article.title}"'
    linked: Span = Link(title, article.url) if article.url else Strong(title)
    return (linked, f" · {name_of_source(desk, record)}")


async def explained(desk: Desk, here: Channel, record: ArticleRecord) -> Reply:
    """Everything that may be said of one article here, with what can be done next."""
    seen = _seen(desk, here, record)
    mutes = await desk.store.mutes()
    routing = seen.routing
    lines: list[Line] = [headline(desk, record), _times(seen)]
    if routing is None:
        lines.append(await _not_posted(desk, seen))
    else:
        lines.append(fate(record, routing, mutes, await _grown(desk, seen, routing)))
    lines += _elsewhere(desk, seen)
    lines += await _story(desk, seen)
    lines += [line for verdict in seen.verdicts for line in _verdict(seen, verdict)]
    more, actions = await _without_verdict(desk, seen)
    return Reply((*lines, *more), (*next_steps(routing, mutes), *actions))


def _seen(desk: Desk, here: Channel, record: ArticleRecord) -> Seen:
    lists = lists_seen(desk, here)
    verdicts = _newest(record.verdicts, lists)
    routing = routing_in(record, here)
    times = [verdict.at for verdict in verdicts] or ([routing.at] if routing else [])
    source = next((one for one in desk.repo.sources() if one.key == record.article.source), None)
    decided = max(times, default=record.article.first_seen)
    return Seen(record, here, lists, verdicts, decided, source)


def _newest(verdicts: Sequence[Verdict], lists: Sequence[Watchlist]) -> tuple[Verdict, ...]:
    """The last word on each company of these lists, matched ones first, surest first."""
    keys = {one.key for one in lists}
    newest: dict[tuple[str, str], Verdict] = {}
    for verdict in sorted(verdicts, key=lambda one: one.revision):
        if verdict.watchlist in keys:
            newest[verdict.watchlist, verdict.company] = verdict
    ordered = sorted(newest.values(), key=lambda one: (not one.matched, -one.confidence))
    return tuple({verdict.company: verdict for verdict in reversed(ordered)}.values())[::-1]


def _times(seen: Seen) -> Line:
    article = seen.record.article
    published: Line = ("Published ", When(article.published)) if article.published else ("No date given",)
    return (*published, " · fetched ", When(article.first_seen), " · decided ", When(seen.decided))


async def _not_posted(desk: Desk, seen: Seen) -> Line:
    """Why the channel had nothing to do with it."""
    matched = [verdict for verdict in seen.verdicts if verdict.matched]
    if not matched and seen.verdicts:
        return ("NOT POSTED: it spells a company that is watched here, and hardly means it",)
    if not matched:
        return ("NOT POSTED: it names no company that is watched here",)
    if seen.here.platform == "console":
        return ("NOT POSTED in the terminal: the list has channels of its own",)
    said = "NOT POSTED here: the channel did not hear this list when it was decided"
    changes = await desk.store.revisions(matched[0].watchlist)
    began = [
        each.at
        for each in changes
        if each.change.action == "hear" and each.change.name == str(seen.here) and each.at > seen.decided
    ]
    return (f"{said}; it does since ", When(began[-1])) if began else (said,)


async def _grown(desk: Desk, seen: Seen, routing: Routing) -> str:
    """`; 4 articles joined`, behind the message of the article that began its story."""
    member = seen.record.member
    if member is None or member.reason != FIRST_OF_STORY or routing.state != "alerted":
        return ""
    others = await _others(desk, seen, member)
    return f"; {counted(len(others), 'article')} joined" if others else ""


def _elsewhere(desk: Desk, seen: Seen) -> list[Line]:
    """What became of it in other channels, as far as people here may know of them."""
    known = {channel: channel for one in desk.repo.lists() for channel in desk.channels(one)}
    others = [(known.get(each.channel, each.channel), each) for each in seen.record.routings]
    all_of_them = seen.here.platform == "console"
    told = [
        (channel, each)
        for channel, each in others
        if channel != seen.here and (all_of_them or is_near(channel, seen.here))
    ]
    lines: list[Line] = [
        (f"{channel_name(channel)}: ", *short_fate(seen.record, each), f" · {each.note}" if each.note else "")
        for channel, each in told[:ELSEWHERE]
    ]
    if len(told) > ELSEWHERE:
        lines.append((f"and {counted(len(told) - ELSEWHERE, 'channel')} more",))
    return lines


async def _story(desk: Desk, seen: Seen) -> list[Line]:
    """The article that it is another telling of, and why; nothing of one that was the first to tell its event."""
    member = seen.record.member
    if member is None or not member.reason or member.reason == FIRST_OF_STORY:
        return []
    earlier = [each for each in await _others(desk, seen, member) if each.at <= member.at]
    kept = await desk.store.articles_of([earlier[0].article_id]) if earlier else ()
    if not kept:
        return [(f"SAME EVENT as an earlier article: {member.reason}",)]
    (first,) = kept
    title: Span = Link(f'"{first.title}"', first.url) if first.url else Strong(f'"{first.title}"')
    name = name_of_source(desk, ArticleRecord(first, None, (), (), ()))
    return [("SAME EVENT as ", title, f" · {name} ", When(first.first_seen), f": {member.reason}")]


async def _others(desk: Desk, seen: Seen, member: StoryMember) -> list[StoryMember]:
    """The other articles of a story that may be seen here, oldest first."""
    may_see = sight(desk, seen.here)
    members = await desk.store.members_of(member.story_id)
    return [each for each in members if each.article_id != member.article_id and may_see(each.source)]


def _verdict(seen: Seen, verdict: Verdict) -> list[Line]:
    said = f" {confidence(verdict.confidence)} · {weighed(verdict.reasons, verdict.matched, verdict.best.text)}"
    if verdict.matched:
        return [("  ", Strong(verdict.company), said + (" · in passing" if verdict.subject == "passing" else ""))]
    return [("REJECTED: ", Strong(verdict.company), said + _asked_for(seen, verdict))]


def _asked_for(seen: Seen, verdict: Verdict) -> str:
    """What the company's own `evidence` asks for, where it is not what everybody's does."""
    watchlist = next(one for one in seen.lists if one.key == verdict.watchlist)
    company = watchlist.company(verdict.company)
    return asked_for(company, verdict.confidence) if company else ""


async def _without_verdict(desk: Desk, seen: Seen) -> tuple[list[Line], list[Action]]:
    """What nothing was decided of: lists that skip the source, companies added later, names not in the text."""
    lines: list[Line] = []
    absent: dict[str, None] = {}
    near: list[Near] = []
    changed = False
    for watchlist in seen.lists:
        if seen.source is not None and not takes(watchlist, seen.source):
            lines.append((f"NOT READ for {watchlist.name}: its from: leaves out {seen.source.name}",))
            continue
        history = [one for one in await desk.store.revisions(watchlist.key) if one.at > seen.decided]
        silent = _silent(seen, watchlist)
        now = await asyncio.to_thread(_now, watchlist, silent, seen.record)
        more, named = _since(desk, seen, watchlist, history, now)
        lines += more
        changed = changed or bool(more)
        near += now.near
        absent |= dict.fromkeys(name for name in silent if name not in named)
    lines += [near_line(one) for one in near[:NEAR_SHOWN]]
    if absent:
        lines.append((f"NOT FOUND: {listed(list(absent), NOT_FOUND)} · {_where(seen)}",))
    elif seen.record.article.gap:
        lines.append((f"TEXT INCOMPLETE: {seen.record.article.gap}",))
    url = seen.record.article.url
    return lines, [Action("As it is now", f"test {url}")] if changed and url else []


def _silent(seen: Seen, watchlist: Watchlist) -> list[str]:
    named = {verdict.company for verdict in seen.verdicts}
    return [company.name for company in watchlist.companies if company.name not in named]


def _now(watchlist: Watchlist, silent: Sequence[str], record: ArticleRecord) -> _Now:
    """What the list as it is now makes of the text, for the companies that nothing was decided of."""
    article, wanted = record.article, set(silent)
    mentions = best_mentions(watchlist, article.title, article.text)
    found = {name: mention for name, mention in mentions.items() if name in wanted}
    missing = [company for company in watchlist.companies if company.name in wanted and company.name not in found]
    near = near_misses(watchlist, missing, f"{article.title}\n{article.text}")
    return _Now(found, tuple(each for each in near if not each.is_word))


def _since(
    desk: Desk, seen: Seen, watchlist: Watchlist, history: Sequence[Revision], now: _Now
) -> tuple[list[Line], set[str]]:
    """What was changed since it was decided, and what the list would say today; with the companies that this is of."""
    added = {one.change.name: one.at for one in history if one.change.action == "add"}
    judged = {verdict.company for verdict in seen.verdicts}
    later = [company.name for company in watchlist.companies if company.name in added and company.name not in judged]
    there = [name for name in later if name in now.found]
    lines: list[Line] = [
        ("DECIDED BEFORE: ", Strong(name), " was added ", When(added[name]), _would(now.found[name]))
        for name in there[:ADDED_LATER]
    ]
    if len(there) > ADDED_LATER:
        lines.append((f"DECIDED BEFORE {len(there) - ADDED_LATER} more companies that it names were added",))
    absent = [name for name in later if name not in now.found]
    if absent:
        words = f"{listed(absent, ADDED_LATER)} {'was' if len(absent) == 1 else 'were'} added later"
        lines.append((f"DECIDED BEFORE: {words}; not in the text either",))
    named = {*now.found, *(verdict.company for verdict in seen.verdicts if verdict.watchlist == watchlist.key)}
    edited = [one for one in history if named & _edited(one.change)]
    lines += [(f"CHANGED SINCE: {what(desk, one.change, seen.here)} · ", When(one.at)) for one in edited[-ADDED_LATER:]]
    other = [name for name in now.found if name not in added]
    lines += [
        ("NOT JUDGED THEN: ", Strong(name), f" · {watchlist.name} was not as it is now", _would(now.found[name]))
        for name in other[:ADDED_LATER]
    ]
    return lines, {*later, *other}


def _edited(change: Change) -> set[str]:
    """The company that was edited: its name before, and after."""
    return {change.name, change.company.name} if change.action == "replace" and change.company else set()


def _would(mention: Mention) -> str:
    verb = "would alert" if mention.alert else "would be rejected"
    because = weighed(mention.reasons, mention.alert, mention.text)
    return f"; now it {verb}, {confidence(mention.confidence)} · {because}"


def _where(seen: Seen) -> str:
    """Where a name was looked for in vain, and what was missing there."""
    article, source = seen.record.article, seen.source
    if article.gap:
        return f"not in what was read: {article.gap}"
    if not article.text:
        return "not in the headline, and no text is kept"
    if not is_short(article.text):
        return "not in the text"
    few = f"not in the {counted(len(article.text), 'character')} that the source gave"
    reads_pages = source is None or source.options.get("text") != "feed"
    return few if reads_pages else f"{few}; text: page beside it in its list reads its pages"
