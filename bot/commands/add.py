"""`add`: what is known of the name already, what it would have alerted, and then it is watched. All of it, or none."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bot.commands.companies import Add, as_name
from bot.commands.desk import Desk
from bot.commands.doubts import all_of
from bot.commands.lookback import DAYS, LookBack, in_words, look_back, told
from bot.commands.lookup import Hit
from bot.commands.noisy import is_bare, kind_of_word
from bot.commands.only_here import add_only_here
from bot.commands.phrases import (
    NO_SOURCE,
    NOT_A_CHANNEL,
    NOTHING_CHANGED,
    channel_name,
    is_direct,
    is_near,
    place_of,
    refusal,
    shared_with,
)
from bot.commands.preview import Asked, hits_of, question_about
from bot.commands.way_back import way_back
from bot.model.card import Line, Span, Strong, When
from bot.model.channel import Channel
from bot.model.command import Action, Command, Reply
from bot.model.company import Company
from bot.model.watchlist import Change, Watchlist
from bot.text import counted

TOLD = 10
"""New companies of one command that have a line each."""
LOOKED_BACK = 3
"""New companies of one command that are looked back for."""


async def add(desk: Desk, command: Command, request: Add) -> Reply:
    """Watch companies; what is known, noisy or may be several is asked about first, and nothing is changed then."""
    if request.to:
        target = _channel_called(desk, command, request.to)
        if isinstance(target, Reply):
            return target
        command = replace(command, channel=target)
    if (unheard := await out_of_reach(desk, command)) is not None:
        return unheard
    heard = desk.heard(command.channel)
    if request.only_here:
        return await add_only_here(desk, command, request, _watch)
    found = await asyncio.to_thread(lambda: {one.name: hits_of(heard, one.name) for one in request.companies})
    known = {name: hits[0] for name, hits in found.items() if hits}
    new = [company for company in request.companies if company.name not in known]
    asked = Asked(desk, command, request, heard, known, new)
    if not new:
        return _all_known(asked)
    if all(company.name in request.literal for company in new):
        return await _watch(asked)
    question = await question_about(asked)
    return question if question is not None else await _watch(asked)


def _all_known(asked: Asked) -> Reply:
    said = [_already(one, asked.known[one.name]) for one in asked.request.companies]
    shows = [Action(f"Show {hit.company.name}", f"show {as_name(hit.company.name)}") for hit in asked.known.values()]
    return Reply((*said, (NOTHING_CHANGED,)), tuple(shows[:3]))


def _already(company: Company, hit: Hit) -> Line:
    where = place_of(hit.watchlist, hit.company)
    if hit.alias:
        kind = "a ticker" if hit.alias in hit.company.tickers else "an alias"
        return (f'"{company.name}" is watched already as {kind} of ', Strong(hit.company.name), f" · {where}")
    kept = ": its rules stay as they are" if company.aliases or company.context or company.exclude else ""
    return (Strong(hit.company.name), f" is watched already{kept} · {where}")


async def _watch(asked: Asked) -> Reply:
    desk, command, new = asked.desk, asked.command, asked.new
    target = asked.target or await target_of(desk, command, asked.heard)
    changes = [Change(target.key, "add", company.name, company) for company in new]
    changed = await desk.repo.apply(changes, command.actor, command.channel)
    backs = [await look_back(desk, changed, company) for company in new[:LOOKED_BACK]]
    lines = await _added(desk, command.channel, changed, new)
    for company, back in zip(new, backs, strict=False):
        lines += _looked_back(desk, company, back, several=len(new) > 1)
    lines += [_already(one, asked.known[one.name]) for one in asked.request.companies if one.name in asked.known]
    lines += await asyncio.to_thread(_hints, new)
    lines += await hindrance(desk, command.channel)
    actions = [await way_back(desk, command, changes)]
    if shared_with(desk.channels(changed), command.channel) and not asked.request.to:
        actions.append(Action("Only here", f"{all_of(new)} only here"))
    if len(new) == 1 and backs[0].newest and not asked.request.to:
        actions.append(Action("Post them here", f"show {as_name(new[0].name)} stories here"))
    return Reply(tuple(lines), tuple(actions), public=True)


async def target_of(desk: Desk, command: Command, heard: Sequence[Watchlist]) -> Watchlist:
    """The list that this channel's changes go to: the one it hears, else its own, which is made if need be."""
    if len(heard) == 1:
        return heard[0]
    return desk.repo.own_list(command.channel) or await desk.repo.create(command.channel, command.actor)


async def _added(desk: Desk, here: Channel, watchlist: Watchlist, new: Sequence[Company]) -> list[Line]:
    lines: list[Line] = []
    for company in new[:TOLD]:
        now = watchlist.company(company.name) or company
        lines.append((Strong(now.name), f" is watched now · {place_of(watchlist, now)}"))
    if more := [company.name for company in new[TOLD:]]:
        lines.append((f"and {counted(len(more), 'company', 'companies')} more: {', '.join(more)}",))
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
    """An honest word about names that are other words too and came without anything to tell them apart."""
    kinds = [(one.name, kind_of_word(one.name)) for one in new if is_bare(one)]
    means = "an article must show that the company is meant. Words near it help"
    return [
        (f'"{name}" is also {kind}: {means}: set {as_name(name)} context phone, factory',)
        for name, kind in kinds
        if kind
    ]


async def out_of_reach(desk: Desk, command: Command) -> Reply | None:
    """The refusal where nothing can ever be posted: between two people, where nobody can invite the bot."""
    if not is_direct(command.channel) or not await desk.why_not(command.channel):
        return None
    works = "What works here: search, test, why, help."
    return refusal(NOT_A_CHANNEL, f"{works} To watch: type it in a channel, or say which: add Lava to #channel")


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
