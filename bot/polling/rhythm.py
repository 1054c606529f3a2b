"""How often a source publishes, and when it is polled next. Pure.

The pace is new entries a day, each weighted by how long ago it came: the weight falls by a factor e every day. So it
needs no history, and it falls by itself while nothing comes.
"""

import math
import zlib
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from bot.model.learnt import Learnt
from bot.model.source import Source

DAY = 86_400.0
USUAL = timedelta(minutes=10)
"""The step of a source whose rhythm is not known yet, and of one that is no web address."""

STEPS = tuple(timedelta(minutes=minutes) for minutes in (2, 3, 5, 10, 15, 20, 30, 60))
"""The steps between polls. Few and fixed, so that a source keeps its place among the others while its pace drifts."""

SHORTEST, LONGEST = STEPS[0], STEPS[-1]
POLLS_AN_ENTRY = 3.0
"""Polls for each new entry: an article is seen after a sixth of the time between two, on the average."""

PHASES = 3_600.0
"""Seconds: sources of a longer step are spread over this much of it: none waits much longer than it was told."""

_USUAL_PACE = DAY / USUAL.total_seconds() / POLLS_AN_ENTRY
_SHORTEST_SPAN = DAY / 4
"""Dates that all say "now" are no pace."""

_BETWEEN = tuple(math.sqrt(one.total_seconds() * two.total_seconds()) for one, two in pairwise(STEPS))
"""Seconds from which the next longer step is the nearer one: the geometric mean of both."""

_LAG_WEIGHT = 0.2
_LONGEST_LAG = 7 * DAY


def pace(learnt: Learnt, now: datetime) -> float | None:
    """New entries a day as of now; None while nothing is known."""
    if learnt.pace is None or learnt.newest is None:
        return None
    return learnt.pace * math.exp(-max((now - learnt.newest).total_seconds(), 0.0) / DAY)


def step_of(source: Source, learnt: Learnt, now: datetime) -> timedelta:
    """The time between two polls: as its list says, else by its pace, between two minutes and an hour."""
    if source.every is not None:
        return source.every
    a_day = pace(learnt, now)
    if a_day is None or "://" not in source.url:
        return USUAL
    wanted = DAY / max(a_day * POLLS_AN_ENTRY, 1.0)
    return STEPS[bisect_left(_BETWEEN, wanted)]


def next_poll(source: Source, learnt: Learnt, now: datetime) -> datetime:
    """When a source that was polled now is polled again: a step later, moved by half at most to its own phase.

    Polls of one step come at the same phase of it again and again, another one for each source: 2,000 sources that
    were started in one second are polled evenly over their step from then on.
    """
    step = step_of(source, learnt, now).total_seconds()
    phases = step / math.ceil(step / PHASES)
    phase = phases * (zlib.crc32(source.key.encode()) / 2**32)
    earliest = now.timestamp() + step - phases / 2
    return datetime.fromtimestamp(earliest + (phase - earliest) % phases, UTC)


def learn(before: Learnt, published: Sequence[datetime | None], listed: int, now: datetime, *, first: bool) -> Learnt:
    """What a listing of `listed` entries teaches; `published` are the dates of its new ones, None for one without.

    Of the first listing the dates alone count: what it lists did not come now.
    """
    dates = [min(each, now) for each in published if each is not None]
    latest = max([*dates, *([before.latest] if before.latest else [])], default=None)
    after = replace(before, listed=listed, latest=latest)
    if first:
        return replace(after, pace=_first_pace(dates, now), newest=now)
    if not published:
        return after
    silence = (now - before.newest).total_seconds() if before.newest else 0.0
    known = pace(before, now)
    return replace(
        after,
        pace=(_USUAL_PACE if known is None else known) + len(published),
        newest=now,
        longest=max(before.longest, silence),
        arrivals=before.arrivals + 1,
        lag=_lag(before.lag, dates, now),
    )


def _first_pace(dates: Sequence[datetime], now: datetime) -> float:
    """By the dates of a first listing: their weights, or their density where the listing is shorter than a day."""
    if not dates:
        return _USUAL_PACE
    ages = [(now - each).total_seconds() for each in dates]
    return max(sum(math.exp(-age / DAY) for age in ages), len(ages) * DAY / max(*ages, _SHORTEST_SPAN))


def _lag(before: float | None, dates: Sequence[datetime], now: datetime) -> float | None:
    """The usual lag with that of the entry that came fastest: the others may have come back to the top, or be old."""
    if not dates:
        return before
    seconds = min((now - max(dates)).total_seconds(), _LONGEST_LAG)
    return seconds if before is None else before + _LAG_WEIGHT * (seconds - before)
