"""`status` and `lists`: how this channel stands, what it hears and what it could hear."""

from collections.abc import Sequence
from datetime import datetime

from bot.alerting.hearing import is_shut, paused
from bot.alerting.windows import Wishes, wishes_of
from bot.commands.companies import as_name
from bot.commands.desk import Desk
from bot.commands.health import health_summary
from bot.commands.phrases import NO_SOURCE, channel_name, is_near, listed, shared_with
from bot.commands.requests import Lists, Status
from bot.model.card import Line, Span, Strong, When
from bot.model.channel import Channel
from bot.model.command import Action, Command, Reply
from bot.model.mute import Mute, Waiting
from bot.model.watchlist import ChannelRule, Watchlist
from bot.polling import condition
from bot.text import counted

OFFERED = 10
MUTES_SHOWN = 5
_TROUBLE = frozenset({"gone", "failing", "late", "silent"})


async def status(desk: Desk, command: Command, request: Status) -> Reply:  # noqa: ARG001 - it has no words of its own
    """The lists of this channel with their counts, its wishes, how its sources fare, and the next step."""
    here, heard = command.channel, desk.heard(command.channel)
    lines: list[Line] = [summary(desk, here, heard), *[await heading(desk, here, each) for each in heard]]
    now, wants = desk.clock.now(), wishes_of(here, _rules(heard, here))
    hearing = await desk.store.hearing([here], now)
    shut = is_shut(wants, hearing.mutes, here, now)
    lines += [*wishes_here(heard, here), *await _stuck(desk, here, shut=shut)]
    lines += [
        *_held_back(here, hearing.mutes, now),
        *_waiting(hearing.waiting, wants, now),
        *(await _late(desk, here, wants, hearing.mutes) if shut else ()),
    ]
    sources = desk.sources(heard) or desk.readable(here)
    states = list((await desk.states(sources)).values())
    lines.append((health_summary(states, now) if states else NO_SOURCE,))
    in_trouble = any(condition(state, now) in _TROUBLE for state in states)
    step, actions = _next_step(desk, command, heard, in_trouble=in_trouble)
    return Reply((*lines, (step,)), actions)


async def lists(desk: Desk, command: Command, request: Lists) -> Reply:  # noqa: ARG001 - it has no words of its own
    """The lists heard here, with who else hears them, and those that people here may let the channel hear."""
    here, heard, others = command.channel, desk.heard(command.channel), desk.open_to(command)
    lines: list[Line] = [(Strong(f"Heard in {channel_name(here)}"), "" if heard else ": none")]
    actions: list[Action] = []
    for watchlist in heard:
        lines.append(("  ", *await heading(desk, here, watchlist)))
        if shared_with(desk.channels(watchlist), here):
            lines.append(("    changes count there too",))
            actions.append(Action(f"Only here: {watchlist.name}", f"use {as_name(watchlist.name)} only here"))
    if others:
        lines.append((Strong("Could be heard"),))
    for watchlist in others[:OFFERED]:
        names = [channel_name(rule.channel) for rule in watchlist.channels if is_near(rule.channel, here)]
        by = f" · heard in {listed(names, 3)}" if names else " · heard nowhere in chat" * (not watchlist.channels)
        lines.append((f"  {watchlist.name} · {_companies([watchlist])}{by}",))
        actions.append(Action(f"Use {watchlist.name}", f"use {as_name(watchlist.name)}"))
    if len(others) > OFFERED:
        lines.append((f"  and {len(others) - OFFERED:,} more: use <list>",))
    return Reply(tuple(lines), tuple(actions))


async def _late(desk: Desk, here: Channel, wishes: Wishes, mutes: Sequence[Mute]) -> list[Line]:
    """What could not be delivered before this channel closed, and when it comes."""
    now = desk.clock.now()
    late = [each for each in await desk.store.overdue(now, here) if each.kind != "edit"]
    if not late:
        return []
    ends = (
        "the pause ends" if paused(mutes, here, now) else f"the quiet hours end, {wishes.in_words(wishes.opens(now))}"
    )
    return [(f"{counted(len(late), 'message')} could not be delivered before: what waits comes when {ends}",)]


async def _stuck(desk: Desk, here: Channel, *, shut: bool) -> list[Line]:
    """Why what is owed here does not come, with the fix; a command makes the bot try anew, and this is one."""
    if here not in await desk.store.parked():
        return []
    if reason := await desk.why_not(here):
        return [(Strong("I can't post here"), f": {reason}. What waits comes then")]
    return [(Strong("I could not post here"), ", and can by now" + ": what waited comes" * (not shut))]


def _held_back(here: Channel, mutes: Sequence[Mute], now: datetime) -> list[Line]:
    """The pause that is in force, and what is muted here, each with its end."""
    lines: list[Line] = []
    if (pause := paused(mutes, here, now)) is not None:
        who = "Every channel is" if pause.channel is None else "This channel is"
        end: Line = (
            (" until ", When(pause.until))
            if pause.until
            else (f" until somebody ends it: resume{' --all' * (pause.channel is None)}",)
        )
        lines.append((Strong(f"{who} paused"), *end))
    muted = [each for each in mutes if each.channel == here and each.scope != "pause" and each.holds(here, now)]
    if muted:
        spans: list[Span] = ["Muted: "]
        for each in muted[:MUTES_SHOWN]:
            spans += [", " * (len(spans) > 1), Strong(each.label), *ending(each)]
        more = f" and {len(muted) - MUTES_SHOWN} more" if len(muted) > MUTES_SHOWN else ""
        lines.append((*spans, more))
    return lines


def ending(mute: Mute) -> Line:
    """` until Fri 09:00`; nothing where somebody has to end it."""
    return (" until ", When(mute.until)) if mute.until else ()


def _waiting(waiting: Sequence[Waiting], wishes: Wishes, now: datetime) -> list[Line]:
    """How much this channel has not been told yet, and when it will be where a clock says so."""
    held = sum(each.articles for each in waiting if each.cause != "mute")
    muted = sum(each.articles for each in waiting if each.cause == "mute")
    lines: list[Line] = []
    if held:
        when = f", the next one {wishes.in_words(wishes.next_digest(now))}" if wishes.digest is not None else ""
        lines.append((f"{counted(held, 'article')} for the next digest{when}: digest now",))
    if muted:
        lines.append((f"{counted(muted, 'article')} held back by mutes: digest muted",))
    return lines


def summary(desk: Desk, here: Channel, heard: Sequence[Watchlist]) -> Line:
    """`#supply-chain · 2 lists · 19 companies · 12 sources`."""
    sources = counted(len(desk.sources(heard)), "source")
    return (Strong(channel_name(here)), f" · {counted(len(heard), 'list')} · {_companies(heard)} · {sources}")


async def heading(desk: Desk, here: Channel, watchlist: Watchlist) -> Line:
    """`phone-makers (file; shared with #sourcing; 3 changes not in git) · 11`."""
    pending = await desk.store.revisions(watchlist.key, pending_only=True)
    facts = ["file" if watchlist.place.file else "chat"]
    if others := shared_with(desk.channels(watchlist), here):
        facts.append(f"shared with {others}")
    if pending:
        facts.append(f"{counted(len(pending), 'change')} not in git")
    return (Strong(watchlist.name), f" ({'; '.join(facts)}) · {len(watchlist.companies)}")


def wishes_here(heard: Sequence[Watchlist], here: Channel) -> list[Line]:
    """What this channel wants of the lists that it hears: one line where it wants the same of all."""
    return list(dict.fromkeys(wishes(rule) for rule in _rules(heard, here)))


def _rules(heard: Sequence[Watchlist], here: Channel) -> list[ChannelRule]:
    return [rule for one in heard for rule in one.channels if rule.channel == here] or [ChannelRule(here)]


def wishes(rule: ChannelRule) -> Line:
    """`Digest daily 08:30 · quiet off · budget 12/h`: what this channel wants of a list."""
    digest, quiet = rule.digest or "off", rule.quiet or "off"
    zone = f" {rule.zone or 'UTC'}" if {digest, quiet} != {"off"} else ""
    of_digest, of_quiet = (zone, "") if digest != "off" else ("", zone)
    budget = f" · budget {rule.budget}" if rule.budget else ""
    return (f"Digest {digest}{of_digest} · quiet {quiet}{of_quiet}{budget}",)


def _companies(lists: Sequence[Watchlist]) -> str:
    return counted(sum(len(one.companies) for one in lists), "company", "companies")


def _next_step(
    desk: Desk, command: Command, heard: Sequence[Watchlist], *, in_trouble: bool
) -> tuple[str, tuple[Action, ...]]:
    if not any(one.companies for one in heard):
        if others := desk.open_to(command):
            names = listed([one.name for one in others], 3)
            return f"Next: add <company>, or use a list that is there: {names}", (Action("Lists", "lists"),)
        return "Next: add <company>", (Action("Help", "help"),)
    if in_trouble:
        return "Next: sources, to see what is wrong with them", (Action("Sources", "sources"),)
    return "Next: add <company>, list, why, help", (Action("List", "list"), Action("Help", "help"))
