"""`sources`: how the sources of this tenant fare, the worst first."""

from bot.commands.desk import Desk
from bot.commands.health import WORST_FIRST, health_line, health_summary
from bot.commands.phrases import NO_SOURCE, problem, refusal
from bot.commands.requests import EditSource, Sources
from bot.errors import SourceError
from bot.model.card import Line, Strong
from bot.model.command import Action, Command, Reply
from bot.model.source import SourceState
from bot.polling import condition
from bot.text import counted

SHOWN = 20


async def edit_source(desk: Desk, command: Command, request: EditSource) -> Reply:
    """Put a source into the lists or take one off them; what is there now is recorded, what comes later alerts."""
    if request.verb == "pause":
        return refusal(f"A source can't be paused. To poll it no more: source remove {request.named}")
    if desk.editor is None:
        return refusal(f"Sources are changed where the bot runs: namewatch source {request.verb} {request.named}")
    try:
        if request.verb == "remove":
            gone = await desk.editor.remove(request.named, command.actor)
            line: Line = (Strong(gone.name), f" is polled no more · was {gone.place}. Its articles stay in the store.")
            return Reply((line,), (Action("Undo", f"source add {gone.url}"),), public=True)
        source, listed = await desk.editor.add(request.named, command.actor)
    except SourceError as error:
        return refusal(str(error))
    said = f" is a source now: {source.type}, {counted(listed, 'entry', 'entries')} listed · {source.place}"
    later = "Its first poll records what is there; what comes later may alert."
    return Reply(((Strong(source.name), said), (later,)), (Action("Undo", f"source remove {source.url}"),), public=True)


async def list_sources(desk: Desk, command: Command, request: Sources) -> Reply:
    """The sources that this channel's tenant may see, or those whose name, address or tag holds the filter."""
    wanted = request.filter.casefold()
    readable = desk.readable(command.channel)
    if not readable:
        return problem(NO_SOURCE)
    shown = [each for each in readable if any(wanted in word.casefold() for word in (each.name, each.url, *each.tags))]
    if not shown:
        return problem(f'No source has "{request.filter}" in its name, address or tags. All of them: sources')
    stored, now = await desk.store.source_states([each.key for each in shown]), desk.clock.now()
    states = {each.key: stored.get(each.key, SourceState(each.key)) for each in shown}
    found = {key: condition(state, now) for key, state in states.items()}
    shown.sort(key=lambda each: (WORST_FIRST.index(found[each.key]), each.name.casefold()))
    lines: list[Line] = [(Strong(health_summary(tuple(states.values()), now)),)]
    lines += [health_line(each, states[each.key], now) for each in shown[:SHOWN]]
    if len(shown) > SHOWN:
        lines.append((f"and {len(shown) - SHOWN:,} more, none of them worse. One of them: sources <name>",))
    if list(found.values()).count("late") > len(found) // 2:
        lines.append(("Most are late: is the bot running? namewatch run",))
    return Reply(tuple(lines))
