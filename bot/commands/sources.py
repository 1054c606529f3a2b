"""`sources`: how the sources of this tenant fare, the worst first."""

from bot.commands.desk import Desk
from bot.commands.health import WORST_FIRST, health_line, health_summary
from bot.commands.phrases import NO_SOURCE, problem
from bot.commands.requests import Sources
from bot.model.card import Line, Strong
from bot.model.command import Command, Reply
from bot.model.source import SourceState
from bot.polling import condition

SHOWN = 20


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
