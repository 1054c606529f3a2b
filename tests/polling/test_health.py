"""How a source fares, and what of that is news, once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.learnt import Learnt
from bot.model.place import Place
from bot.model.source import Cursor, Fetched, Source, SourceState
from bot.polling import Condition, address_of, condition, failed, is_silent, news_of, succeeded
from tests.builders import source
from tests.fakes import START, ManualClock

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FOCUS = replace(source(), place=Place("sources.yaml", 4, 5))
FINE = SourceState(FOCUS.key, last_poll=START, last_success=START, next_poll=START + HOUR)
LIVELY = Learnt(pace=40, newest=START, arrivals=9, longest=3600.0)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (FINE, "fine"),
        (SourceState(FOCUS.key), "unpolled"),
        (replace(FINE, error="no feed", failures=1), "failing"),
        (replace(FINE, error="its provider asked for a pause"), "paused"),
        (replace(FINE, error="410", learnt=Learnt(retired=True)), "gone"),
        (replace(FINE, next_poll=START - timedelta(seconds=119)), "fine"),
        (replace(FINE, next_poll=START - timedelta(seconds=121)), "late"),
        (replace(FINE, learnt=replace(LIVELY, newest=START - 4 * DAY)), "silent"),
        (replace(FINE, learnt=replace(LIVELY, moved=True, moved_to="https://new.example")), "moved"),
    ],
)
def test_the_worst_that_can_be_said_is_said(state: SourceState, expected: Condition) -> None:
    assert condition(state, START) == expected


@pytest.mark.parametrize(
    ("learnt", "silent"),
    [
        (Learnt(), False),
        (replace(LIVELY, newest=START - 2 * DAY), False),
        (replace(LIVELY, newest=START - 4 * DAY), True),
        (replace(LIVELY, newest=START - 4 * DAY, arrivals=2), False),
        (replace(LIVELY, newest=START - 6 * DAY, longest=2.5 * 86_400), False),
        (replace(LIVELY, newest=START - 8 * DAY, longest=2.5 * 86_400), True),
        (replace(LIVELY, newest=START - 59 * DAY, longest=30 * 86_400.0), False),
        (replace(LIVELY, newest=START - 61 * DAY, longest=30 * 86_400.0), True),
        (replace(LIVELY, newest=START + DAY), False),
    ],
    ids=["unknown", "a weekend", "lively", "too new", "weekends off", "longer", "a monthly", "two months", "clock"],
)
def test_silent_is_who_is_silent_far_beyond_his_rhythm(learnt: Learnt, silent: bool) -> None:
    assert is_silent(learnt, START) is silent


class Told:
    """A source that is polled as the test says, and all the news that this made."""

    def __init__(self, learnt: Learnt = LIVELY) -> None:
        self.clock = ManualClock()
        self.state = replace(FINE, learnt=learnt)
        self.news: list[str] = []
        self.source: Source = FOCUS

    def _next(self, after: SourceState) -> None:
        news, self.state = news_of(self.source, self.state, after)
        self.news += [each.words for each in news]

    def fails(self, error: str = "the server answered 503", *, gone: bool = False, hours: float = 1) -> None:
        now = self.clock.advance(hours=hours)
        self._next(failed(self.state, error, now, now + HOUR, gone=gone))

    def answers(self, moved_to: str = "", *, new: bool = False, hours: float = 1) -> None:
        now = self.clock.advance(hours=hours)
        learnt = replace(self.state.learnt, newest=now) if new else self.state.learnt
        fetched = Fetched(cursor=Cursor("e"), unchanged=not new, moved_to=moved_to)
        self._next(succeeded(self.source, self.state, fetched, learnt, now))


def test_a_source_that_died_is_told_once_and_once_that_it_is_back() -> None:
    told = Told()
    for _ in range(24):
        told.fails()
    assert told.news == []
    for _ in range(100):
        told.fails("the server answered 500")
    told.answers(new=True)
    told.answers()
    assert told.news == [
        "Focus can't be read for a day now: the server answered 500. Check its address (sources.yaml:4:5)",
        "Focus can be read again, after 5 days",
    ]
    assert (told.state.failures, told.state.error, told.state.learnt.failing_since) == (0, "", None)


def test_a_hiccup_is_no_news() -> None:
    told = Told()
    for _ in range(200):
        told.fails(hours=3)
        told.answers(new=True)
    assert told.news == []


def test_what_is_gone_for_good_is_asked_once_a_week_and_told_once() -> None:
    told = Told()
    told.fails("the server answered 410", gone=True)
    assert told.state.next_poll == told.clock.now() + 7 * DAY
    told.fails("the server answered 410", gone=True, hours=7 * 24)
    told.answers(new=True, hours=7 * 24)
    assert told.news == [
        "Focus is gone for good, its server says. Take it off its list (sources.yaml:4:5); it is asked once a week",
        "Focus can be read again, after 14 days",
    ]


def test_a_dead_source_that_turns_out_to_be_gone_is_not_told_to_be_back() -> None:
    told = Told()
    told.fails()
    told.fails(hours=25)
    told.fails("the server answered 410", gone=True)
    assert [news.split(" ")[1] for news in told.news] == ["can't", "is"]


def test_a_silent_source_that_dies_is_not_told_to_publish_again() -> None:
    told = Told()
    told.answers(hours=24 * 4)
    told.fails()
    told.fails()
    told.answers()
    assert [news.split(",")[0] for news in told.news] == ["Focus has published nothing for 4 days"]


def test_a_silent_source_is_told_once_and_once_that_it_publishes_again() -> None:
    told = Told()
    for _ in range(10):
        told.answers(hours=24)
    told.answers(new=True)
    assert told.news == [
        "Focus has published nothing for 4 days, far longer than ever. See whether its feed has moved",
        "Focus publishes again, after 10 days",
    ]


@pytest.mark.parametrize(
    ("polls", "moved"),
    [
        ([("a", 1), ("a", 1), ("a", 1)], False),
        ([("a", 1), ("a", 30)], False),
        ([("a", 1), ("a", 1), ("a", 22)], False),
        ([("a", 1), ("a", 1), ("a", 23)], True),
        ([("a", 1), ("", 12), ("a", 12), ("a", 12)], False),
        ([("a", 1), ("b", 12), ("b", 12), ("b", 12)], True),
        ([("a", 1), ("b", 12), ("a", 12), ("b", 12)], False),
        ([("a", 1), ("a", 12), ("a", 12), ("", 1), ("", 1)], True),
        ([("a", 1), ("a", 12), ("a", 12), ("b", 1)], False),
    ],
)
def test_a_permanent_redirect_is_believed_after_three_polls_and_a_day(
    polls: list[tuple[str, float]], moved: bool
) -> None:
    told = Told()
    for to, hours in polls:
        told.answers(to and f"https://{to}.example/feed", hours=hours)
    assert told.state.learnt.moved is moved
    read = address_of(FOCUS, told.state.learnt)
    assert (read.url != FOCUS.url) is moved
    assert told.state.key == FOCUS.key


def test_a_move_is_told_once_and_given_up_when_the_new_address_fails() -> None:
    told = Told()
    for _ in range(5):
        told.answers("https://new.example/feed", hours=12)
    told.answers(hours=12)
    assert told.news == [
        ("Focus has moved to https://new.example/feed, and is read there. Change its address (sources.yaml:4:5)")
    ]
    told.fails("the server answered 410", gone=True)
    assert (told.state.learnt.moved, told.state.learnt.retired) == (False, False)
    assert address_of(FOCUS, told.state.learnt) == FOCUS


def test_notes_of_an_unchanged_poll_are_those_of_the_last_listing() -> None:
    noted = replace(FINE, notes=("250 entries left out",))
    unchanged = succeeded(FOCUS, noted, Fetched(unchanged=True), noted.learnt, START)
    listed = succeeded(FOCUS, noted, Fetched(), noted.learnt, START)
    assert (unchanged.notes, listed.notes) == (("250 entries left out",), ())
