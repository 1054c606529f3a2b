"""`add`: what is known of the name already, what it would have alerted, and then it is watched. All of it, or none."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.commands.companies import Add, as_command, as_name
from bot.commands.desk import Desk
from bot.commands.lookback import DAYS, LookBack, in_words, look_back, told
from bot.commands.lookup import Hit, find, name_key, nearest
from bot.commands.phrases import NO_SOURCE, NOTHING_CHANGED, channel_name, is_near, place_of, refusal, shared_with
from bot.commands.words import quoted
from bot.matching.words import frequency, is_ordinary
from bot.model.card import Line, Span, Strong, When
from bot.model.channel import Channel
from bot.model.command import Action, Command, Reply
from bot.model.company import Company
from bot.model.watchlist import Change, Watchlist
from bot.text import counted

EVERYWHERE = 1e-3
"""Share among all words from which a word stands in nearly every article: watched alone only when it is quoted."""
ALIKE = 0.85
"""How alike a new name must be to a known one to be asked about."""
LOOKED_BACK = 3
"""New companies of one command that are looked back for."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """An `add` on its way: where it goes, what is watched there already, and what is new."""

    desk: Desk
    command: Command
    request: Add
    heard: Sequence[Watchlist]
    known: dict[str, Hit]
    new: Sequence[Company]


async def add(desk: Desk, command: Command, request: Add) -> Reply:
    """Watch companies; what is known, noisy or may be several is asked about first, and nothing is changed then."""
    if request.to:
        target = _channel_called(desk, command, request.to)
        if isinstance(target, Reply):
            return target
        command = replace(command, channel=target)
    heard = desk.heard(command.channel)
    found = await asyncio.to_thread(lambda: {one.name: find(heard, one.name) for one in request.companies})
    known = {name: hits[0] for name, hits in found.items() if hits}
    new = [company for company in request.companies if company.name not in known]
    asked = _Asked(desk, command, request, heard, known, new)
    if not new:
        return _all_known(asked)
    question = await _question(asked)
    return question if question is not None else await _watch(asked)


async def _question(asked: _Asked) -> Reply | None:
    """What must be answered before anything is watched; None where nothing is doubtful."""
    meant = asked.request.literal
    common = next((one for one in asked.new if _is_everywhere(one) and one.name not in meant), None)
    if common is not None:
        return _too_common(common.name)
    if len(asked.request.companies) > 1 or asked.new[0].name in meant:
        return None
    only = asked.new[0]
    others = asked.desk.open_to(asked.command)
    if question := await asyncio.to_thread(_about_a_known_one, asked, only, others):
        return question
    return await _noisy(asked, only) if is_bare(only) and is_ordinary(name_key(only.name)) else None


def _about_a_known_one(asked: _Asked, company: Company, others: Sequence[Watchlist]) -> Reply | None:
    if company.aliases or company.context or company.exclude or company.tickers:
        return None
    words = company.name.split()
    if len(words) > 1 and all(find([*asked.heard, *others], word) for word in words):
        return _one_or_several(company.name, words)
    there = find(others, company.name) or tuple(_alike(others, company.name))
    offered = [hit for hit in there if replace(hit.company, place=company.place) != company]
    if offered:
        return _known_elsewhere(company.name, offered[0])
    near = next(iter(_alike(asked.heard, company.name)), None)
    return _nearly(company.name, near) if near else None


def _alike(lists: Sequence[Watchlist], name: str) -> list[Hit]:
    """The companies whose whole name, or an alias, is nearly this one."""
    key = name_key(name)
    return [
        hit
        for hit in nearest(lists, name, limit=3, least=ALIKE)
        if any(len(name_key(text).split()) == len(key.split()) for text in _texts(hit.company))
    ]


def _texts(company: Company) -> tuple[str, ...]:
    return (company.name, *(alias.text for alias in company.aliases))


def _one_or_several(name: str, words: Sequence[str]) -> Reply:
    several = ", ".join(words)
    return refusal(
        f'"{name}": one company, or {len(words)}? {" and ".join(words)} are known each by itself.',
        actions=[Action("One", f"add {quoted(name)}"), Action(f"{len(words)} companies", f"add {several}")],
    )


def _known_elsewhere(name: str, hit: Hit) -> Reply:
    company, others = hit.company, ""
    if aliases := [alias.text for alias in company.aliases]:
        others = f", also {', '.join(aliases)}"
    return refusal(
        (f'"{name}" is known on the list {hit.watchlist.name}: ', Strong(company.name), f"{others}. Which one?"),
        actions=[
            Action(f"Add {company.name}", f"add {as_command(company)}"),
            Action(f"Hear {hit.watchlist.name}", f"use {as_name(hit.watchlist.name)}"),
            Action(f"Add {name} alone", f"add {quoted(name)}"),
        ],
    )


def _nearly(name: str, hit: Hit) -> Reply:
    return refusal(
        (f'"{name}" is nearly ', Strong(hit.company.name), f", which is watched already · {place_of(*_where(hit))}"),
        actions=[
            Action(f"Show {hit.company.name}", f"show {as_name(hit.company.name)}"),
            Action("Watch it all the same", f"add {quoted(name)}"),
        ],
    )


def _where(hit: Hit) -> tuple[Watchlist, Company]:
    return hit.watchlist, hit.company


async def _noisy(asked: _Asked, company: Company) -> Reply:
    """An ordinary word: what it would have alerted, with examples; context words are asked for."""
    watchlist = asked.heard[0] if len(asked.heard) == 1 else Watchlist("", "")
    back = await look_back(asked.desk, watchlist, company)
    found: list[Line | str] = []
    if back.held:
        held = f"{'at least ' if back.more else ''}{counted(back.held, 'article')}"
        fired = f"{in_words(back)} would have alerted{', such as:' if back.fired else ''}"
        found = [f"In {DAYS} days {held} had the word; {fired}", *told(asked.desk, back.newest)]
    name = as_name(company.name)
    return refusal(
        f'"{company.name}" is an ordinary word too: an article must show that the company is meant.',
        *found,
        f"Name words that stand near it: add {name} near phone, factory",
        actions=[Action("Watch it all the same", f"add {quoted(company.name)}")],
    )


def _too_common(name: str) -> Reply:
    return refusal(
        f'"{name}" is a word of nearly every article, so nothing would tell the company from the word.',
        f"Name words that stand near it: add {name} near phone, factory. If it is meant as it is, put it in quotes.",
        actions=[Action("Watch it all the same", f'add "{name}"')],
    )


def _is_everywhere(company: Company) -> bool:
    return is_bare(company) and is_everywhere(company.name)


def is_everywhere(name: str) -> bool:
    """Whether this is a word of nearly every article."""
    return frequency(name_key(name)) >= EVERYWHERE


def is_bare(company: Company) -> bool:
    """Whether nothing but its name tells the company."""
    return not company.context and not company.tickers


def _all_known(asked: _Asked) -> Reply:
    said = [_already(one, asked.known[one.name]) for one in asked.request.companies]
    shows = [Action(f"Show {hit.company.name}", f"show {as_name(hit.company.name)}") for hit in asked.known.values()]
    return Reply((*said, (NOTHING_CHANGED,)), tuple(shows[:3]))


def _already(company: Company, hit: Hit) -> Line:
    where = place_of(hit.watchlist, hit.company)
    if hit.alias:
        return (f'"{company.name}" is watched already as an alias of ', Strong(hit.company.name), f" · {where}")
    kept = ": its rules stay as they are" if company.aliases or company.context or company.exclude else ""
    return (Strong(hit.company.name), f" is watched already{kept} · {where}")


async def _watch(asked: _Asked) -> Reply:
    desk, command, new = asked.desk, asked.command, asked.new
    target = await target_of(desk, command, asked.heard)
    changes = [Change(target.key, "add", company.name, company) for company in new]
    changed = await desk.repo.apply(changes, command.actor, command.channel)
    backs = [await look_back(desk, changed, company) for company in new[:LOOKED_BACK]]
    lines = await _added(desk, command.channel, changed, new)
    for company, back in zip(new, backs, strict=False):
        lines += _looked_back(desk, company, back, several=len(new) > 1)
    lines += [_already(one, asked.known[one.name]) for one in asked.request.companies if one.name in asked.known]
    lines += _hints(new)
    lines += await hindrance(desk, command.channel)
    actions = [Action("Undo", f"remove {', '.join(as_name(company.name) for company in new)}")]
    if len(new) == 1 and backs[0].newest:
        actions.append(Action("Post them here", f"show {as_name(new[0].name)} stories here"))
    return Reply(tuple(lines), tuple(actions), public=True)


async def target_of(desk: Desk, command: Command, heard: Sequence[Watchlist]) -> Watchlist:
    """The list that this channel's changes go to: the one it hears, else its own, which is made if need be."""
    if len(heard) == 1:
        return heard[0]
    return desk.repo.own_list(command.channel) or await desk.repo.create(command.channel, command.actor)


async def _added(desk: Desk, here: Channel, watchlist: Watchlist, new: Sequence[Company]) -> list[Line]:
    lines: list[Line] = []
    for company in new:
        now = watchlist.company(company.name) or company
        lines.append((Strong(now.name), f" is watched now · {place_of(watchlist, now)}"))
    others = shared_with(desk.channels(watchlist), here)
    hears = f"{channel_name(here)}, {others}" if others else channel_name(here)
    lines.append((*await _polled(desk, watchlist), f" · alerts go to {hears}"))
    return lines


async def _polled(desk: Desk, watchlist: Watchlist) -> tuple[Span, ...]:
    """`12 sources polled, next 08:40`."""
    sources = desk.sources([watchlist])
    if not sources:
        return (NO_SOURCE,)
    said = f"{counted(len(sources), 'source')} polled"
    states = await desk.store.source_states([source.key for source in sources])
    coming = [state.next_poll for state in states.values() if state.next_poll and state.next_poll > desk.clock.now()]
    return (said, ", next ", When(min(coming))) if coming else (said,)


def _looked_back(desk: Desk, company: Company, back: LookBack, *, several: bool) -> list[Line]:
    if not back.fired:
        return []
    name = f" for {company.name}" if several else ""
    newest = ", the newest:" if back.fired > len(back.newest) else ":"
    return [(f"Of the last {DAYS} days {in_words(back)} would have alerted{name}{newest}",), *told(desk, back.newest)]


def _hints(new: Sequence[Company]) -> list[Line]:
    """An honest word about names that are also ordinary words and came without anything to tell them apart."""
    ordinary = [one.name for one in new if is_bare(one) and is_ordinary(name_key(one.name))]
    means = "is an ordinary word too: an article must show that the company is meant"
    helps = "Words near it help"
    return [(f'"{name}" {means}. {helps}: set {as_name(name)} context phone, factory',) for name in ordinary]


async def hindrance(desk: Desk, here: Channel) -> list[Line]:
    """Why nothing can be posted to this channel yet, with the fix; no line where it can."""
    reason = await desk.why_not(here)
    return [(Strong("Saved, but I can't post here yet"), f": {reason}")] if reason else []


def _channel_called(desk: Desk, command: Command, to: str) -> Channel | Reply:
    """The channel of this workspace that is called so; who is no admin may only name a public one."""
    here = command.channel
    rules = (rule.channel for one in desk.repo.lists() for rule in one.channels)
    mine = [each for each in (here, *rules) if (each.platform, each.tenant) == (here.platform, here.tenant)]
    names = (to.casefold(), to.removeprefix("#").casefold())
    found = next((each for each in mine if {each.address.casefold(), each.name.casefold()} & set(names)), None)
    if found == here:
        return here
    if "admin" in command.actor.rights and here.platform != "console":
        return found or Channel(here.platform, here.tenant, to)
    if found is None or not is_near(found, here):
        return refusal(f"No public channel {to} of this workspace hears a list yet. Type the add there: it makes one.")
    return found
