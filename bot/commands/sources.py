"""`sources` and `source`: how the sources of this tenant fare, the worst first, and how they are changed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from rapidfuzz import fuzz, process

from bot.alerting.windows import zone_of
from bot.commands.companies import as_name
from bot.commands.desk import Desk
from bot.commands.health import WORST_FIRST, health_line, health_summary
from bot.commands.ids import id_of
from bot.commands.phrases import NO_SOURCE, did_you_mean, problem, refusal, sentence
from bot.commands.quieten import wishes_here
from bot.commands.requests import EditSource, Sources
from bot.commands.until import moment_of
from bot.commands.way_back import undo_of
from bot.errors import SourceError, StoreUnavailable
from bot.model.card import Line, Strong, When
from bot.model.command import Action, Command, Reply
from bot.model.mute import Mute, Release, unpolled
from bot.model.source import OPERATOR, Source
from bot.model.watchlist import OF_SOURCES, Change, ChangeAction, Revision
from bot.polling import condition
from bot.protocols import Store
from bot.text import counted, fold_key

SHOWN = 20
OFFERED = 5
_OPPOSITE = {"add": "remove", "remove": "add", "pause": "resume", "resume": "pause"}
_DONE = {"add": "added", "remove": "taken off"}


async def edit_source(desk: Desk, command: Command, request: EditSource) -> Reply:
    """Add, take off, pause or resume a source; each is part of the history of this channel."""
    match request.verb:
        case "pause":
            return await _pause(desk, command, request)
        case "resume":
            return await _resume(desk, command, request)
    if desk.editor is None:
        return refusal(f"Sources are changed where the bot runs: namewatch source {request.verb} {request.named}")
    try:
        if request.verb == "remove":
            gone = await desk.editor.remove(request.named, command.actor)
            line: Line = (Strong(gone.name), f" is polled no more · was {gone.place}. Its articles stay in the store.")
            noted, back = await _noted(desk, command, request, "unpoll", gone)
            return Reply((line, *noted), (back,), public=True)
        source, listed = await desk.editor.add(request.named, command.actor)
    except SourceError as error:
        return refusal(f"{request.named} can't be {_DONE[request.verb]}: {error}.")
    said = f" is a source now: {source.type}, {counted(listed, 'entry', 'entries')} listed · {source.place}"
    later = "Its first poll records what is there; what comes later may alert."
    noted, back = await _noted(desk, command, request, "poll", source)
    return Reply(((Strong(source.name), said), (later,), *noted), (back,), public=True)


async def _pause(desk: Desk, command: Command, request: EditSource) -> Reply:
    """It is not polled, in no channel's name, until its time is over or somebody ends it."""
    source = _meant(desk, command, request)
    if isinstance(source, Reply):
        return source
    now, wishes = desk.clock.now(), wishes_here(desk, command)
    try:
        until = moment_of(request.when, now, zone_of(wishes.zone), None)
    except ValueError as error:
        return refusal(f"{sentence(error)}.")
    who = command.actor.name or command.actor.id
    id_ = id_of("mute", None, "poll", source.key, now)
    await desk.store.mute(Mute(id_, None, "poll", source.key, source.name, now, until, who))
    noted, _ = await _noted(desk, command, request, "hold", source)
    name = as_name(source.name)
    time: Line = (
        (" until ", When(until), f" ({wishes.in_words(until)})") if until else (f" until: source resume {name}",)
    )
    lines: list[Line] = [
        (Strong(source.name), " is not polled for any channel", *time),
        ("When it is polled again it is read at once, and what it lists by then counts.",),
        *noted,
    ]
    return Reply(tuple(lines), (Action("Resume", f"source resume {name}"),), public=True)


async def _resume(desk: Desk, command: Command, request: EditSource) -> Reply:
    source = _meant(desk, command, request)
    if isinstance(source, Reply):
        return source
    now = desk.clock.now()
    pause = unpolled(await desk.store.mutes(), now).get(source.key)
    if pause is None:
        return problem(f"{source.name} is not paused by anybody here. How it fares: sources {source.name}")
    async with desk.store.deciding():
        await desk.store.release(Release(now, ended=(pause.id,)))
    line: Line = (Strong(source.name), " is polled again, within seconds")
    noted, back = await _noted(desk, command, request, "release", source)
    return Reply((line, *noted), (back,), public=True)


def _meant(desk: Desk, command: Command, request: EditSource) -> Source | Reply:
    """The one source of this name or address, or the question which; an admin may name any of whoever runs the bot."""
    own = [each for each in desk.repo.sources() if each.tenant == OPERATOR]
    readable = list({each.key: each for each in (*desk.readable(command.channel), *own)}.values())
    key, address = fold_key(request.named), _address(request.named)
    named = [each for each in readable if fold_key(each.name) == key]
    found = named or [each for each in readable if _address(each.url) == address]
    if len(found) == 1:
        return found[0]
    again = f"source {request.verb}"
    if found:
        acts = [Action(each.url, f"{again} {each.url} {request.when}".strip()) for each in found[:OFFERED]]
        return refusal(f"{len(found)} sources are called {request.named}. Which one?", actions=acts)
    names = {fold_key(each.name): each.name for each in readable}
    near = [names[one] for one, _, _ in process.extract(key, list(names), scorer=fuzz.WRatio, score_cutoff=60, limit=3)]
    meant = did_you_mean(near) if near else "See them: sources"
    acts = [Action(each, f"{again} {as_name(each)} {request.when}".strip()) for each in near]
    return refusal(f'No source "{request.named}". {meant}', actions=acts)


def _address(typed: str) -> str:
    """What two ways to write an address have in common."""
    bare = typed.casefold().strip().partition("://")
    return (bare[2] or bare[0]).removeprefix("www.").rstrip("/")


async def _noted(
    desk: Desk, command: Command, request: EditSource, action: ChangeAction, source: Source
) -> tuple[list[Line], Action]:
    """Put it into the history, and the step that takes it back; a line where it can't be put there, for it is done."""
    made = replace(made_by(command, action, source, desk.clock.now()), undoes=request.undoes)
    lines = await put_into_log(desk.store, [made])
    opposite = Action("Undo", f"source {_OPPOSITE[request.verb]} {source.url}")
    return lines, opposite if lines or made.undoes else undo_of(made)


def made_by(command: Command, action: ChangeAction, source: Source, now: datetime) -> Revision:
    """What was done to a source, as the history has it."""
    name = f"{source.name} ({source.url})"
    id_ = id_of("revision", command.channel, action, name, now)
    who = command.actor.name or command.actor.id
    return Revision(id_, Change(OF_SOURCES, action, name), who, command.channel, now, pending=False)


async def put_into_log(store: Store, made: Sequence[Revision]) -> list[Line]:
    """Put what was done to sources into the history; a line where that can't be done."""
    try:
        await store.record_revision(made)
    except StoreUnavailable as error:
        return [(f"It is done, but it does not stand in the log: {error}",)]
    return []


async def list_sources(desk: Desk, command: Command, request: Sources) -> Reply:
    """The sources that this channel's tenant may see, or those whose name, address or tag holds the filter."""
    wanted = request.filter.casefold()
    readable = desk.readable(command.channel)
    if not readable:
        return problem(NO_SOURCE)
    shown = [each for each in readable if any(wanted in word.casefold() for word in (each.name, each.url, *each.tags))]
    if not shown:
        return problem(f'No source has "{request.filter}" in its name, address or tags. All of them: sources')
    states, now = await desk.states(shown), desk.clock.now()
    found = {key: condition(state, now) for key, state in states.items()}
    shown.sort(key=lambda each: (WORST_FIRST.index(found[each.key]), each.name.casefold()))
    lines: list[Line] = [(Strong(health_summary(tuple(states.values()), now)),)]
    lines += [health_line(each, states[each.key], now) for each in shown[:SHOWN]]
    if len(shown) > SHOWN:
        lines.append((f"and {len(shown) - SHOWN:,} more, none of them worse. One of them: sources <name>",))
    if list(found.values()).count("late") > len(found) // 2:
        lines.append(("Most are late: is the bot running? namewatch run",))
    return Reply(tuple(lines))
