"""`add ... only here`: on a list that no other channel hears; what was put on a shared one before is taken off it."""

from collections.abc import Awaitable, Callable

from bot.commands.companies import Add
from bot.commands.desk import Desk
from bot.commands.lookup import Hit, find
from bot.commands.phrases import refusal, shared_with
from bot.commands.preview import Asked
from bot.model.card import Line, Strong
from bot.model.command import Command, Reply
from bot.model.watchlist import Change, Watchlist


async def add_only_here(
    desk: Desk, command: Command, request: Add, watch: Callable[[Asked], Awaitable[Reply]]
) -> Reply:
    """Watch the companies for this channel alone; `watch` puts them on the list."""
    here, heard = command.channel, desk.heard(command.channel)
    alone = [one for one in heard if not shared_with(desk.channels(one), here)]
    own = desk.repo.own_list(here)
    own_first = sorted(alone, key=lambda one: own is None or one.key != own.key)
    target = own_first[0] if alone else own or await desk.repo.create(here, command.actor)
    if others := shared_with(desk.channels(target), here):
        return refusal(
            f"{target.name} is this channel's own list, and {others} hears it too.",
            f"To have it alone again, type there: leave {target.name}",
        )
    found = {one.name: find([target], one.name) for one in request.companies}
    known: dict[str, Hit] = {name: hits[0] for name, hits in found.items() if hits}
    new = [one for one in request.companies if one.name not in known]
    if not new:
        return refusal(f"{', '.join(known)} stands on {target.name} already, which only this channel hears.")
    reply = await watch(Asked(desk, command, request, [target], known, new, target))
    taken: list[Line] = []
    for watchlist in heard:
        if watchlist.key != target.key:
            taken += await _taken_off(desk, command, watchlist, [one.name for one in new])
    return Reply((*reply.lines, *taken), reply.actions, public=True)


async def _taken_off(desk: Desk, command: Command, watchlist: Watchlist, names: list[str]) -> list[Line]:
    """Off a shared list, what the same person has last put on it from here."""
    last = {each.change.name: each for each in await desk.store.revisions(watchlist.key)}
    who = command.actor.name or command.actor.id
    mine = [
        company
        for company in watchlist.companies
        if company.name in names
        and (each := last.get(company.name)) is not None
        and (each.change.action, each.actor, each.channel) == ("add", who, command.channel)
    ]
    if not mine:
        return []
    changes = [Change(watchlist.key, "remove", company.name, before=company) for company in mine]
    await desk.repo.apply(changes, command.actor, command.channel)
    gone = ", ".join(company.name for company in mine)
    return [(Strong(gone), f" is off {watchlist.name} again: other channels do not hear of it")]
