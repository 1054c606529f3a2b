"""What does not move is seen: the loop, the schedule, a job."""

from collections.abc import Mapping

import pytest

from bot.operations.pulse import Pulse


class Seconds:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("ticked", "seconds", "running", "troubles"),
    [
        (False, 1000, {}, ()),  # it is starting
        (True, 30, {}, ()),
        (True, 31, {}, ("the schedule has not ticked for 31 s",)),
        (True, 0, {"poll": 600.0}, ()),
        (True, 0, {"poll": 661.0, "beat": 1.0}, ("'poll' has been running for 11 min",)),
    ],
)
def test_what_is_stuck_is_said(
    ticked: bool, seconds: float, running: Mapping[str, float], troubles: tuple[str, ...]
) -> None:
    time = Seconds()
    pulse = Pulse(time)
    pulse.watch(lambda: running)
    if ticked:
        pulse.tick()
    time.now += seconds
    assert pulse.troubles() == troubles


def test_the_longest_gap_is_remembered_for_a_minute() -> None:
    time = Seconds()
    pulse = Pulse(time)
    assert pulse.loop_gap == 0
    for gap in (0.01, 2.5, -0.1, 0.02):
        pulse.note(gap)
        time.now += 20
    assert pulse.loop_gap == 2.5
    time.now += 1
    assert pulse.loop_gap == 0.02
