"""`use` and `leave`: which lists a channel hears."""

from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.commands.add import hindrance, out_of_reach
from bot.commands.companies import as_name
from bot.commands.desk import Desk
from bot.commands.lookup import is_called, name_key
from bot.commands.phrases import channel_name, listed, refusal, shared_with
from bot.commands.requests import Leave, Use
from bot.commands.way_back import way_back
from bot.model.card import Line, Strong
from bot.model.command import Action, Command, Reply
from bot.model.place import NOWHERE
from bot.model.watchlist import Change, ChannelRule, Watchlist
from bot.text import counted


async def use(desk: Desk, command: Command, request: Use) -> Reply:
    """Hear a list that is there, with all who hear it already; `only here`: a copy of it in this channel's own list."""
    here, heard = command.channel, desk.heard(command.channel)
    if (unheard := await out_of_reach(desk, command)) is not None:
        return unheard
    wanted = _called([*heard, *desk.open_to(command)], request.watchlist)
    if wanted is None:
        return _no_list(request.watchlist, [*heard, *desk.open_to(command)], "use")
    if request.copy:
        return await _copied(desk, command, wanted, heard)
    if wanted in heard:
        return refusal(f"{channel_name(here)} hears {wanted.name} already.", actions=[Action("List", "list")])
    change = Change(wanted.key, "hear", str(here), rule=ChannelRule(here))
    changed = await desk.repo.apply([change], command.actor, here)
    others = shared_with(desk.channels(wanted), here)
    there = f" · shared with {others}: changes count there too" if others and wanted.channels else ""
    said: list[Line] = [
        (Strong(channel_name(here)), f" hears {changed.name} now · {_companies(changed)}{there}"),
        *await hindrance(desk, here),
    ]
    only = [Action("Only here", f"use {as_name(wanted.name)} only here")] if there else []
    return Reply(tuple(said), (await way_back(desk, command, [change]), *only), public=True)


async def leave(desk: Desk, command: Command, request: Leave) -> Reply:
    """Hear a list no more; the list itself stays."""
    here, heard = command.channel, desk.heard(command.channel)
    wanted = _called(heard, request.watchlist)
    if wanted is None:
        return _no_list(request.watchlist, heard, "leave")
    if here not in [rule.channel for rule in wanted.channels]:
        return refusal(f"{wanted.name} names no channel, so there is none to take off.")
    if len(wanted.channels) == 1 and not wanted.place.file:
        return refusal(
            f"Nobody else hears {wanted.name}, and it stands in no file: it would be out of reach. "
            "Take its companies off it instead: remove <company>"
        )
    change = Change(wanted.key, "unhear", str(here))
    await desk.repo.apply([change], command.actor, here)
    line = (Strong(channel_name(here)), f" does not hear {wanted.name} any more. The list stays as it is.")
    return Reply((line,), (await way_back(desk, command, [change]),), public=True)


async def _copied(desk: Desk, command: Command, wanted: Watchlist, heard: Sequence[Watchlist]) -> Reply:
    here = command.channel
    # a list that anyone else hears is no place for a copy: what is private here would be known there
    alone = [one for one in heard if one.channels and not shared_with(desk.channels(one), here)]
    if wanted in alone:
        return refusal(f"{wanted.name} is this channel's own list already.")
    target = desk.repo.own_list(here) or (alone[0] if alone else await desk.repo.create(here, command.actor))
    known = {name_key(company.name) for company in target.companies}
    new = [company for company in wanted.companies if name_key(company.name) not in known]
    if new:
        changes = [Change(target.key, "add", one.name, replace(one, place=NOWHERE)) for one in new]
        await desk.repo.apply(changes, command.actor, here)
    if wanted in heard and len(wanted.channels) > 1:
        await desk.repo.apply([Change(wanted.key, "unhear", str(here))], command.actor, here)
    line = (Strong(target.name), f" has {_companies(wanted)} of {wanted.name} now, for {channel_name(here)} alone")
    return Reply(
        (line, ("What changes in the other list does not change here.",)), (Action("List", "list"),), public=True
    )


def _companies(watchlist: Watchlist) -> str:
    return counted(len(watchlist.companies), "company", "companies")


def _called(lists: Sequence[Watchlist], name: str) -> Watchlist | None:
    exact = (one for one in lists if name.casefold() in (one.name.casefold(), one.key.casefold()))
    return next(exact, None) or next((one for one in lists if is_called(one, name)), None)


def _no_list(name: str, lists: Sequence[Watchlist], verb: str) -> Reply:
    names = [one.name for one in lists]
    if not names:
        return refusal(f'No list "{name}" is known here. Start one of this channel: add <company>')
    near = process.extractOne(name.casefold(), [each.casefold() for each in names], scorer=OSA.normalized_similarity)
    meant = names[near[2]]
    action = Action(f"{verb.capitalize()} {meant}", f"{verb} {as_name(meant)}")
    return refusal(f'No list "{name}" is known here. There are: {listed(names, 5)}', actions=[action])
