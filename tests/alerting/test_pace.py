"""When a channel may be posted to: documented rates, what platforms ask for, whole workspaces."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot.alerting.pace import Pace
from bot.model.channel import Channel
from bot.model.limits import Limits, Rate, Scope
from tests.fakes import START, ManualClock

A, B, C, D = (Channel("slack", "T1", f"C{n}") for n in range(4))
ELSEWHERE = Channel("slack", "T2", "C9")
DISCORD = Channel("discord", "G1", "7")
LIMITS = {"slack": Limits(channel=Rate(1, 2), tenant=Rate(2, 4))}


class Town:
    """A pace under a clock that is moved by hand."""

    def __init__(self, limits: dict[str, Limits] | None = None) -> None:
        self.pace = Pace(LIMITS if limits is None else limits)
        self.clock = ManualClock()

    def posts(self, *channels: Channel, **later: float) -> list[bool]:
        """Which of these posts may go now."""
        now = self.clock.advance(**later)
        self.pace.begin(now)
        return [self.pace.admits(channel, now) for channel in channels]

    def next(self, asked_for: Sequence[Channel], **later: float) -> tuple[datetime | None, datetime | None]:
        """When the first of them may be posted to, and when the first of those that were refused."""
        self.posts(*asked_for, **later)
        return self.pace.again, self.pace.opens


def test_a_channel_takes_a_burst_and_then_its_rate() -> None:
    town = Town()
    assert town.posts(A, A, A) == [True, True, False]
    assert town.pace.opens == START + timedelta(seconds=1)
    assert town.posts(A, seconds=0.999) == [False]
    assert town.posts(A, A, seconds=0.001) == [True, False]
    assert town.posts(A, A, A, seconds=60) == [True, True, False]


def test_the_next_time_is_that_of_the_first_of_all_that_were_asked_for() -> None:
    town, second = Town(), timedelta(seconds=1)
    assert town.next(asked_for=()) == (None, None)
    assert town.next(asked_for=[A]) == (START, None)
    assert town.next(asked_for=[A, ELSEWHERE, ELSEWHERE]) == (START + second, None)
    assert town.next(asked_for=[A, A], seconds=0.5) == (START + second, START + second)
    town.pace.shut(A, 30, START)
    assert town.next(asked_for=[A, B], seconds=0.5) == (START + second, START + 30 * second)
    town.pace.shut(B, 20, START)
    assert town.next(asked_for=[A, B]) == town.next(asked_for=[B, A]) == (START + 20 * second, START + 20 * second)
    assert town.next(asked_for=()) == (None, None)


def test_a_workspace_takes_so_much_over_all_its_channels_and_others_go_on() -> None:
    town = Town()
    assert town.posts(A, B, C, D, A, ELSEWHERE, DISCORD) == [True] * 4 + [False, True, True]
    assert town.pace.opens == START + timedelta(seconds=0.5)
    assert town.posts(A, B, seconds=0.5) == [True, False]


def test_in_the_long_run_it_is_exactly_the_rate() -> None:
    town = Town()
    gone = sum(sum(town.posts(A, seconds=0.1)) for _ in range(10_000))
    assert gone == pytest.approx(1000, abs=2)


@pytest.mark.parametrize(
    ("scope", "left"),
    [
        ("channel", [False, True, True, True]),
        ("tenant", [False, False, True, True]),
        ("platform", [False] * 3 + [True]),
    ],
)
def test_what_a_platform_asks_for_is_kept(scope: Scope, left: list[bool]) -> None:
    town = Town({})
    town.pace.refused(A, 30, START, scope)
    assert town.posts(A, B, ELSEWHERE, DISCORD, seconds=29.9) == left
    assert town.posts(A, B, ELSEWHERE, DISCORD, seconds=0.1) == [True] * 4


def test_one_channel_that_must_wait_says_nothing_of_the_others_but_three_at_once_do() -> None:
    town = Town({})
    for channel, seconds in ((A, 20), (B, 40)):
        town.pace.refused(channel, seconds, START)
    assert town.posts(C) == [True]
    town.pace.refused(C, 30, START)
    assert town.posts(D, ELSEWHERE, seconds=19.9) == [False, True]
    assert town.posts(D, A, B, C, seconds=0.1) == [True, True, False, False]


def test_three_that_wait_for_a_day_keep_the_workspace_for_a_minute() -> None:
    town = Town({})
    for channel in (A, B, C):
        town.pace.refused(channel, 86_400, START)
    assert town.posts(D, seconds=59) == [False]
    assert town.posts(D, seconds=1) == [True]


def test_channels_that_waited_before_say_nothing_of_now() -> None:
    town = Town({})
    town.pace.refused(A, 20, START)
    later = town.clock.advance(seconds=20)
    for channel in (B, C):
        town.pace.refused(channel, 20, later)
    assert town.posts(D) == [True]
    town.pace.refused(D, 20, later)
    assert town.posts(A) == [False]


def test_channels_of_unknown_workspaces_say_nothing_of_each_other() -> None:
    town, (one, two, three, four) = Town({}), (Channel("slack", "", f"#c{n}") for n in range(4))
    for channel in (one, two, three):
        town.pace.refused(channel, 20, START)
    assert town.posts(four) == [True]


def test_a_clock_that_was_set_back_shuts_nothing() -> None:
    town = Town()
    town.posts(A, A)
    for channel in (B, C):
        town.pace.refused(channel, 600, town.clock.now())
    assert town.posts(A, B, hours=-5) == [True, True]
    town.pace.refused(D, 600, town.clock.now())
    assert town.posts(C) == [True]


def test_what_a_platform_asked_for_is_kept_where_a_clock_is_corrected_a_little() -> None:
    town = Town()
    town.posts()
    town.pace.refused(A, 600, START)
    assert town.posts(A, seconds=-59) == [False]
    assert town.posts(A, seconds=-61) == [True]
