"""How a source fares, in words. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.model.card import Line, Span, When
from bot.model.learnt import Learnt
from bot.model.mute import Mute
from bot.model.source import Source, SourceState
from bot.polling import Condition, condition, pace, step_of
from bot.polling.anew import TOLD_FOR, is_streak
from bot.text import counted

WORST_FIRST: tuple[Condition, ...] = ("gone", "failing", "late", "silent", "paused", "unpolled", "moved", "fine")

_SUMMARY: dict[Condition, str] = {
    "gone": "gone for good",
    "failing": "failing",
    "late": "late",
    "silent": "silent",
    "paused": "paused",
    "unpolled": "not polled yet",
    "moved": "moved",
    "fine": "in order",
}
_DAYS_OF = {1: "day", 7: "week", 30: "month"}


def put_on_hold(states: Mapping[str, SourceState], pauses: Mapping[str, Mute]) -> dict[str, SourceState]:
    """The states by key, as they are while somebody has paused some of these sources."""
    return {key: _held(state, pauses[key]) if key in pauses else state for key, state in states.items()}


def _held(state: SourceState, pause: Mute) -> SourceState:
    """Nothing is said of it but that it is not asked, by whose wish, and when it will be."""
    how = f"by {pause.actor}" if pause.until else f"by {pause.actor}, until: source resume {pause.label}"
    learnt = replace(state.learnt, retired=False)
    return replace(state, error=how, failures=0, next_poll=pause.until, learnt=learnt)


def health_summary(states: Sequence[SourceState], now: datetime) -> str:
    """`12 sources · 1 failing · 11 in order`."""
    found = [condition(state, now) for state in states]
    parts = [f"{found.count(each):,} {_SUMMARY[each]}" for each in WORST_FIRST if each in found]
    return " · ".join((counted(len(states), "source"), *parts))


def health_line(source: Source, state: SourceState, now: datetime) -> Line:
    """One source: what is wrong with it, when it was read and will be, its rhythm, what was left out."""
    spans: list[Span] = [source.name, *_trouble(state, now)]
    if state.last_poll is not None:
        spans += [" · read ", When(state.last_success)] if state.last_success else [" · never read"]
    if state.next_poll is not None and state.next_poll > now:
        spans += [" · next try " if state.error else " · next ", When(state.next_poll)]
    if state.last_success and not state.error:
        spans.append(f" · {rhythm(source, state.learnt, now)}")
    if state.learnt.moved:
        spans.append(f" · moved to {state.learnt.moved_to}: change its address in the list")
    spans += _listings(state.learnt, now)
    spans += [f" · {note}" for note in state.notes]
    return tuple(spans)


def _listings(learnt: Learnt, now: datetime) -> list[Span]:
    """What the last listings were like, where that may have cost or delayed articles."""
    spans: list[Span] = []
    if learnt.rolled_at is not None and now - learnt.rolled_at < TOLD_FOR:
        missed = counted(learnt.missed, "article")
        spans += [" · turned over ", When(learnt.rolled_at), f", up to about {missed} may be missed"]
    if is_streak(learnt, now):
        spans.append(" · lists most of its articles anew at every poll: they come in a digest")
    return spans


def rhythm(source: Source, learnt: Learnt, now: datetime) -> str:
    """`every 10 min, about 40 new a day, seen about 6 min after publication`."""
    step = step_of(source, learnt, now)
    seen = f"seen about {in_short(timedelta(seconds=learnt.lag))} after publication" if learnt.lag is not None else ""
    unknown = not learnt.arrivals and learnt.latest is None
    return ", ".join(filter(None, (f"every {in_short(step)}", _pace(None if unknown else pace(learnt, now)), seen)))


def in_short(span: timedelta) -> str:
    """`90 s`, `10 min`, `5 h`, `3 d`: the coarsest unit that still says something."""
    seconds = span.total_seconds()
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size or (seconds >= size and seconds % size == 0):
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def _trouble(state: SourceState, now: datetime) -> list[Span]:
    learnt, spans = state.learnt, list[Span]()
    match condition(state, now):
        case "gone":
            spans = [" · GONE for good, its server says: take it off its list"]
        case "failing":
            since: list[Span] = [" since ", When(learnt.failing_since)] if learnt.failing_since else []
            spans = [" · FAILING", *since, f" ({counted(state.failures, 'poll')}): {state.error}"]
        case "paused":
            spans = [f" · PAUSED: {state.error}"]
        case "late" if state.next_poll is not None:
            spans = [" · LATE, was due ", When(state.next_poll)]
        case "silent" if learnt.newest is not None:
            spans = [" · SILENT, nothing new since ", When(learnt.newest)]
        case "unpolled":
            spans = [" · not polled yet"]
    return spans


def _pace(a_day: float | None) -> str:
    """By the coarsest span that holds one: about 40 new a day, about 3 new a week."""
    if a_day is None:
        return "rhythm not known yet"
    for days, name in _DAYS_OF.items():
        if a_day * days >= 0.95:
            return f"about {a_day * days:,.0f} new a {name}"
    return "hardly anything new"
