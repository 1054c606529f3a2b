"""`remove`: all of a command is done, or none of it."""

import asyncio
from collections.abc import Sequence

from bot.commands.companies import as_name
from bot.commands.desk import Desk
from bot.commands.lookup import Hit, find, is_called, nearest
from bot.commands.phrases import did_you_mean, listed, place_of, refusal, shared_with
from bot.commands.requests import Remove
from bot.commands.way_back import way_back
from bot.model.card import Line, Strong
from bot.model.channel import Channel
from bot.model.command import Action, Command, Menu, Reply
from bot.model.watchlist import Change, Watchlist


async def remove(desk: Desk, command: Command, request: Remove) -> Reply:
    """Stop watching companies; what is not found is asked about, and what stands in several lists too."""
    heard = desk.heard(command.channel)
    lists = [one for one in heard if is_called(one, request.watchlist)] if request.watchlist else list(heard)
    if not lists:
        return _no_list(request.watchlist, heard)
    found = await _found(lists, request.names)
    missing = next((name for name, hits in found.items() if not hits), None)
    if missing is not None:
        return _not_watched(missing, nearest(lists, missing))
    torn = next((name for name, hits in found.items() if len(hits) > 1), None)
    if torn is not None:
        return _which(torn, found[torn])
    hits = list({hits[0].company.name: hits[0] for hits in found.values()}.values())
    if len({hit.watchlist.key for hit in hits}) > 1:
        return _several_lists(hits)
    changes = [Change(hit.watchlist.key, "remove", hit.company.name, before=hit.company) for hit in hits]
    await desk.repo.apply(changes, command.actor, command.channel)
    return _removed(desk, command.channel, hits, await way_back(desk, command, changes))


async def _found(lists: Sequence[Watchlist], names: Sequence[str]) -> dict[str, tuple[Hit, ...]]:
    """What each name means; in a thread, for the first look into a long list takes long."""
    return await asyncio.to_thread(lambda: {name: find(lists, name) for name in names})


def _no_list(name: str, heard: Sequence[Watchlist]) -> Reply:
    if not heard:
        return refusal("This channel hears no list, so nothing is watched here. Start one: add <company>")
    return refusal(f'No list "{name}" is heard here. These are: {listed([one.name for one in heard], 5)}')


def _not_watched(name: str, near: Sequence[Hit]) -> Reply:
    if not near:
        return refusal(f'No "{name}" on this channel\'s lists. See them: list', actions=[Action("List", "list")])
    names = [hit.company.name for hit in near]
    labels = ["Remove it"] if len(names) == 1 else [f"Remove {one}" for one in names]
    actions = [Action(label, f"remove {as_name(one)}") for label, one in zip(labels, names, strict=True)]
    return refusal(f'No "{name}" on this channel\'s lists. {did_you_mean(names)}', actions=actions)


def _which(name: str, hits: Sequence[Hit]) -> Reply:
    """One name, several companies or several lists: ask."""
    lines = [(Strong(hit.company.name), f" · {place_of(hit.watchlist, hit.company)}") for hit in hits]
    steps = tuple(
        Action(
            f"Remove {hit.company.name} from {hit.watchlist.name}",
            f"remove {as_name(hit.company.name)} from {as_name(hit.watchlist.name)}",
        )
        for hit in hits
    )
    return refusal(f'"{name}" stands here {len(hits)} times. Which one?', *lines, menus=[Menu("Which one?", steps)])


def _several_lists(hits: Sequence[Hit]) -> Reply:
    lines = [(Strong(hit.company.name), f" · {place_of(hit.watchlist, hit.company)}") for hit in hits]
    actions = [
        Action(f"Remove {hit.company.name}", f"remove {as_name(hit.company.name)} from {as_name(hit.watchlist.name)}")
        for hit in hits
    ]
    return refusal("These stand in different lists: remove them one list at a time.", *lines, actions=actions)


def _removed(desk: Desk, here: Channel, hits: Sequence[Hit], back: Action) -> Reply:
    lines: list[Line] = []
    for hit in hits:
        known_as = f' ("{hit.alias}" is its alias)' if hit.alias else ""
        where = place_of(hit.watchlist, hit.company)
        lines.append((Strong(hit.company.name), f"{known_as} is not watched any more · was {where}"))
    watchlist = hits[0].watchlist
    if others := shared_with(desk.channels(watchlist), here):
        lines.append((f"The list {watchlist.name} is shared with {others}: it changes there too.",))
    return Reply(tuple(lines), (back,), public=True)
