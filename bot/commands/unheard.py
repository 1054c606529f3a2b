"""Why there is no article to explain: nobody polls its site, or its source did not list it, or none has the words."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from bot.alerting.route import takes
from bot.commands.desk import Desk
from bot.commands.health import health_line
from bot.commands.lookup import find
from bot.commands.phrases import NO_SOURCE, listed, problem
from bot.commands.visible import sight
from bot.extraction.domain import domain_of
from bot.model.card import Line, Strong, When
from bot.model.channel import Channel
from bot.model.command import Action, Command, Reply
from bot.model.source import Source, SourceState
from bot.polling import condition
from bot.text import counted

SHOWN = 3


async def no_page(desk: Desk, command: Command, url: str) -> Reply:
    """Nothing came from this address: whether its site is a source at all, how that fares, and what to do."""
    here, host = command.channel, host_of(url)
    readable = _seen(desk, here)
    listing = await desk.store.sources_listing([host, f"www.{host}", f"m.{host}"])
    sources = [one for one in readable if one.key in listing or domain_of(host_of(one.url)) == domain_of(host)]
    if not sources:
        line, actions = to_poll(command, host)
        searches: list[Line] = [_BY_SEARCH] if any(one.type == "search" for one in readable) else []
        return problem(
            f"No article of this address was received: {host} is not a source.", *searches, line, actions=actions
        )
    known = await desk.states(sources)
    now = desk.clock.now()
    lines: list[Line] = [("  ", *health_line(one, known[one.key], now)) for one in sources[:SHOWN]]
    if len(sources) > SHOWN:
        lines.append((f"  and {len(sources) - SHOWN} more of its sources: sources {host}",))
    lines += _unread(desk, here, sources)
    return problem(
        f"No article of this address was received, although {host} is polled:",
        *lines,
        _what_next(list(known.values()), now),
        actions=[Action("Sources", f"sources {host}")],
    )


_BY_SEARCH: Line = ("Articles of search feeds have another link here: try words of its headline, why <words>",)


def _seen(desk: Desk, here: Channel) -> list[Source]:
    """The sources whose articles may be seen here, also those that a list's `from` leaves out."""
    may_see = sight(desk, here)
    return [one for one in desk.repo.sources() if may_see(one.key) and not (one.demo and desk.live)]


def to_poll(command: Command, host: str) -> tuple[Line, list[Action]]:
    """How a site becomes a source: by who may, or by asking one."""
    if "admin" in command.actor.rights:
        return (f"To poll it: source add {host}",), [Action("Add the source", f"source add {host}")]
    return (f"To have it polled, ask an admin to type: source add {host}",), []


def _unread(desk: Desk, here: Channel, sources: Sequence[Source]) -> list[Line]:
    """Lists heard here whose `from` leaves all of these sources out."""
    names = [one.name for one in desk.heard(here) if not any(takes(one, source) for source in sources)]
    return [(f"Not read for {listed(names, SHOWN)}: its from: leaves it out",)] if names else []


def _what_next(states: Sequence[SourceState], now: datetime) -> Line:
    found = {condition(state, now) for state in states}
    if found <= {"gone", "failing", "paused"}:
        return ("What it lists is read as soon as it can be read again",)
    if found <= {"unpolled"}:
        return ("Its first poll is still to come: is the bot running?",)
    if found <= {"late"}:
        return ("Its poll is overdue: is the bot running? namewatch run",)
    return ("Its feed may not have listed it yet, or never did: look for it there. By its headline: why <words>",)


async def no_words(desk: Desk, command: Command, words: Sequence[str]) -> Reply:
    """No article kept has these words; a source that fails may be why."""
    here = command.channel
    lines: list[Line] = [(f"No article with {' and '.join(words)} was received.",)]
    named = find(desk.heard(here), " ".join(words))
    if named:
        lines = [("No article that is kept names ", Strong(named[0].company.name), ".")]
    sources, now = _seen(desk, here), desk.clock.now()
    states = await desk.states(sources)
    failing = [one for one in sources if states[one.key].error]
    if failing:
        lines.append((f"{len(failing)} of {counted(len(sources), 'source')} failing:",))
        lines += [("  ", *health_line(one, states[one.key], now)) for one in failing[:SHOWN]]
        if len(failing) > SHOWN:
            lines.append((f"  and {len(failing) - SHOWN} more: sources",))
    elif not sources:
        lines.append((NO_SOURCE,))
    else:
        read = max((state.last_success for state in states.values() if state.last_success), default=None)
        last: Line = (", the last one ", When(read)) if read else (", none of them read yet",)
        lines.append((f"{counted(len(sources), 'source')} polled", *last))
    return problem(*lines, "Try fewer words, or the link: why https://...")


def host_of(url: str) -> str:
    """The host of an address without www., "" where it has none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
