"""How often a source publishes, and when it is polled next."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.learnt import Learnt
from bot.model.source import Source
from bot.polling import LONGEST, SHORTEST, learn, next_poll, step_of
from tests.builders import source
from tests.fakes import START

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def published_every(gap: timedelta) -> Callable[[datetime, datetime], int]:
    """How many entries come in a span of time."""
    return lambda since, until: int((until - START) / gap) - int((since - START) / gap)


def by_day(gap: timedelta) -> Callable[[datetime, datetime], int]:
    """The same from 8:00 to 20:00 UTC, and nothing at night."""
    every = published_every(gap)
    return lambda since, until: every(since, until) if 8 <= until.hour < 20 else 0


def polled(came: Callable[[datetime, datetime], int], days: float) -> tuple[list[timedelta], Learnt, datetime]:
    """Poll a source for so many days as its rhythm says; the time between the polls."""
    learnt, before, waits = learn(Learnt(), [], 30, START, first=True), START, []
    while before < START + days * DAY:
        now = next_poll(source(), learnt, before)
        waits.append(now - before)
        new = min(came(before, now), 30)
        learnt = learn(learnt, [None] * new, 30, now, first=False)
        before = now
    return waits, learnt, before


@pytest.mark.parametrize(
    ("came", "least", "most"),
    [
        (published_every(timedelta(seconds=20)), 2 * MINUTE, 2 * MINUTE),
        (published_every(5 * MINUTE), 2 * MINUTE, 2 * MINUTE),
        (published_every(30 * MINUTE), 10 * MINUTE, 10 * MINUTE),
        (published_every(2 * HOUR), 30 * MINUTE, 60 * MINUTE),
        (published_every(5 * DAY), 60 * MINUTE, 60 * MINUTE),
        (by_day(10 * MINUTE), 5 * MINUTE, 10 * MINUTE),
        (lambda *_: 0, 60 * MINUTE, 60 * MINUTE),
    ],
    ids=["news wire", "busy", "usual", "slow", "rare", "by day", "dead"],
)
def test_a_source_is_polled_as_often_as_it_publishes(
    came: Callable[[datetime, datetime], int], least: timedelta, most: timedelta
) -> None:
    _, learnt, now = polled(came, days=7)
    assert least <= step_of(source(), learnt, now) <= most


def test_a_list_has_the_last_word() -> None:
    fixed = replace(source(), every=45 * MINUTE)
    busy = Learnt(pace=5000, newest=START)
    assert step_of(fixed, busy, START) == 45 * MINUTE
    waits, now = [], START
    for _ in range(5):
        then = next_poll(fixed, busy, now)
        waits.append(then - now)
        now = then
    assert waits[1:] == [45 * MINUTE] * 4


@pytest.mark.parametrize(
    ("learnt", "url", "step"),
    [
        (Learnt(), "https://focus.example/feed", 10 * MINUTE),
        (Learnt(pace=5000, newest=START), "/var/articles", 10 * MINUTE),
        (Learnt(pace=5000, newest=START), "https://focus.example/feed", SHORTEST),
        (Learnt(pace=0.0, newest=START), "https://focus.example/feed", LONGEST),
        (Learnt(pace=5000, newest=START - 10 * DAY), "https://focus.example/feed", LONGEST),
        (Learnt(pace=5000, newest=START + 400 * DAY), "https://focus.example/feed", SHORTEST),
    ],
    ids=["unknown", "no web address", "fast", "never", "long ago", "a clock that went back"],
)
def test_the_step_stays_within_its_bounds(learnt: Learnt, url: str, step: timedelta) -> None:
    assert step_of(replace(source(), url=url), learnt, START) == step


@pytest.mark.parametrize(
    ("ages", "step"),
    [
        ([None] * 30, 10 * MINUTE),
        ([n * 10 * MINUTE for n in range(30)], 5 * MINUTE),
        ([n * 5 * MINUTE for n in range(100)], 2 * MINUTE),
        ([n * 7 * DAY for n in range(30)], 60 * MINUTE),
        ([-300 * DAY] * 30, 5 * MINUTE),
    ],
    ids=["no dates", "five hours of news", "more of it", "a weekly", "all in the future"],
)
def test_the_dates_of_the_first_listing_tell_the_first_rhythm(ages: list[timedelta | None], step: timedelta) -> None:
    dates = [None if age is None else START - age for age in ages]
    assert step_of(source(), learn(Learnt(), dates, len(dates), START, first=True), START) == step


def test_what_is_published_today_is_seen_soon_after() -> None:
    """A source of an entry each half hour: a sixth of that on the average, half an hour at the most."""
    waits, *_ = polled(published_every(30 * MINUTE), days=14)
    late = sum(waits, timedelta()) / len(waits) / 2
    assert late <= 6 * MINUTE
    assert max(waits) <= 30 * MINUTE


def test_two_thousand_sources_started_at_once_are_polled_evenly_ever_after() -> None:
    """At the rate of 2,000 in 10 minutes a second brings 3.3 of them; nothing like a crowd may stay."""
    sources = [source(f"S{n}") for n in range(2000)]
    now = {each.key: START for each in sources}
    for _ in range(4):
        now = {each.key: next_poll(each, Learnt(), now[each.key]) for each in sources}
        seconds = Counter(int(when.timestamp()) for when in now.values())
        minutes = Counter(int(when.timestamp()) // 60 % 10 for when in now.values())
        assert max(seconds.values()) <= 15
        assert all(140 <= minutes[minute] <= 260 for minute in range(10))


@given(
    every=st.one_of(st.none(), st.integers(60, 86_400).map(lambda n: timedelta(seconds=n))),
    pace=st.floats(0, 1e6),
    late=st.floats(0, 5),
    name=st.text("abcdef", min_size=1),
)
def test_the_next_poll_comes_a_step_later_and_then_keeps_its_place(
    every: timedelta | None, pace: float, late: float, name: str
) -> None:
    polled_one: Source = replace(source(name), every=every)
    learnt = Learnt(pace=pace, newest=START)
    step = step_of(polled_one, learnt, START)
    first = next_poll(polled_one, learnt, START)
    assert step / 2 <= first - START <= step * 1.5
    assert first - START <= step + HOUR / 2
    second = next_poll(polled_one, Learnt(pace=pace, newest=first), first + timedelta(seconds=late))
    assert abs(second - first - step) < timedelta(seconds=1)


@given(st.lists(st.one_of(st.none(), st.datetimes(timezones=st.just(START.tzinfo)))), st.booleans())
def test_no_date_of_the_world_breaks_the_rhythm(dates: list[datetime | None], first: bool) -> None:
    learnt = learn(Learnt(pace=3.0, newest=START, latest=START), dates, len(dates), START, first=first)
    assert SHORTEST <= step_of(source(), learnt, START) <= LONGEST
    assert learnt.latest is not None
    assert learnt.latest <= START
    assert learnt.lag is None or learnt.lag >= 0
