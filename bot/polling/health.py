"""How a source fares, and what of that is news for whoever runs the bot. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.model.learnt import Learnt, Standing
from bot.model.source import Source, SourceState
from bot.polling.anew import TOLD_FOR, is_streak
from bot.text import counted

DEAD_AFTER = timedelta(days=1)
"""A source that failed so long is news; before that it is a hiccup, and stands in the log alone."""

SILENT_FROM, SILENT_TO = timedelta(days=3), timedelta(days=60)
BEYOND = 3.0
"""Silent is who has brought nothing for so many times his longest silence, within the bounds above: over a weekend
nobody is, and everybody is after two months."""

ARRIVALS = 3
"""Polls that brought something before a source has a rhythm to be silent against."""

LATE = timedelta(minutes=2)

OUTAGE = timedelta(hours=1)
"""What was published in a longer one comes as one digest."""

Condition = Literal["gone", "failing", "late", "silent", "paused", "unpolled", "moved", "fine"]
"""From the worst to the best."""


@dataclass(frozen=True, slots=True)
class News:
    """Something that began, or was over, with a source, in a sentence for people."""

    standing: Standing
    words: str
    over: bool = False


def is_late(state: SourceState, now: datetime) -> bool:
    """Whether the bot was down, and for long, when this source was to be polled next."""
    return state.next_poll is not None and now - state.next_poll > OUTAGE


def condition(state: SourceState, now: datetime) -> Condition:
    """How a source fares now, by the worst that can be said of it."""
    learnt = state.learnt
    if learnt.retired:
        return "gone"
    if state.error:
        return "failing" if state.failures else "paused"
    if state.last_poll is None:
        return "unpolled"
    if state.next_poll is not None and now - state.next_poll > LATE:
        return "late"
    if is_silent(learnt, now):
        return "silent"
    return "moved" if learnt.moved else "fine"


def is_silent(learnt: Learnt, now: datetime) -> bool:
    """Whether a source has brought nothing for far longer than it ever did."""
    if learnt.newest is None or learnt.arrivals < ARRIVALS:
        return False
    silence = now - learnt.newest
    if silence <= SILENT_FROM:
        return False
    return silence > min(timedelta(seconds=learnt.longest) * BEYOND, SILENT_TO)


def news_of(source: Source, before: SourceState, after: SourceState) -> tuple[tuple[News, ...], SourceState]:
    """What the poll that led from `before` to `after` made news, and `after` with what has been told by now."""
    now, told = after.last_poll, before.learnt.told
    if now is None:
        return (), after
    standing = tuple(_standing(after, now))
    if standing == told:
        return (), after if after.learnt.told == told else _having_told(after, told)
    began = [News(each, _beginning(each, source, after)) for each in standing if each not in told]
    over = [News(each, _end(each, source, before, after), over=True) for each in told if each not in standing]
    return tuple(news for news in (*over, *began) if news.words), _having_told(after, standing)


def _having_told(state: SourceState, told: tuple[Standing, ...]) -> SourceState:
    return replace(state, learnt=replace(state.learnt, told=told))


def _standing(state: SourceState, now: datetime) -> Iterator[Standing]:
    learnt = state.learnt
    if learnt.retired:
        yield "retired"
    elif learnt.failing_since is not None and now - learnt.failing_since >= DEAD_AFTER:
        yield "failing"
    if learnt.moved:
        yield "moved"
    # Who can't be read is not silent, but stays so where that was told before.
    if "silent" in learnt.told if state.error else is_silent(learnt, now):
        yield "silent"
    if learnt.rolled_at is not None and now - learnt.rolled_at < TOLD_FOR:
        yield "rolled"
    if is_streak(learnt, now):
        yield "anew"


def _beginning(standing: Standing, source: Source, state: SourceState) -> str:
    learnt = state.learnt
    where = f" ({source.place})" if source.place.file else ""
    match standing:
        case "retired":
            return (
                f"{source.name} is gone for good, its server says. Take it off its list{where}; it is asked once a week"
            )
        case "failing":
            return f"{source.name} can't be read for a day now: {state.error}. Check its address{where}"
        case "moved":
            return f"{source.name} has moved to {learnt.moved_to}, and is read there. Change its address{where}"
        case "silent":
            days = counted(_days(learnt.newest, state.last_poll), "day")
            return (
                f"{source.name} has published nothing for {days}, far longer than ever. See whether its feed has moved"
            )
        case "rolled":
            missed = counted(learnt.missed, "article")
            step = f"Shorten its every:{where}" if source.every else "It is polled more often from now on"
            return (
                f"{source.name}: its listing turned over between two polls, up to about {missed} may be missed. {step}"
            )
        case "anew":
            return (
                f"{source.name} lists most of its articles anew at every poll. What names a company is collected in "
                "a digest, so that nothing comes twice. See whether it has another feed"
            )


def _end(standing: Standing, source: Source, before: SourceState, after: SourceState) -> str:
    learnt = before.learnt
    match standing:
        case "retired" | "failing" if not after.error:
            return f"{source.name} can be read again, after {_for(learnt.failing_since, after.last_poll)}"
        case "silent":
            return f"{source.name} publishes again, after {_for(learnt.newest, after.last_poll)}"
        case _:
            return ""


def _days(since: datetime | None, until: datetime | None) -> int:
    return (until - since).days if since and until else 0


def _for(since: datetime | None, until: datetime | None) -> str:
    if since is None or until is None:
        return "a while"
    days = (until - since).days
    return counted(days, "day") if days else counted(int((until - since).total_seconds() // 3600), "hour")
