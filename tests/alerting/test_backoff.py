"""When to try again."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerting.backoff import LONGEST_ASKED, LONGEST_WAIT, next_attempt
from tests.fakes import START


@pytest.mark.parametrize(
    ("attempts", "share", "retry_after", "seconds"),
    [
        (1, 0.0, None, 1),
        (1, 1.0, None, 2),
        (2, 1.0, None, 4),
        (5, 1.0, None, 32),
        (5, 0.0, None, 16),
        (50, 1.0, None, LONGEST_WAIT.total_seconds()),
        (1, 1.0, 30.0, 30),
        (1, 1.0, 0.5, 2),
        (1, 1.0, -7.0, 2),
        (1, 1.0, 1e9, LONGEST_ASKED.total_seconds()),
    ],
)
def test_waits_double_up_to_a_ceiling_and_respect_what_was_asked(
    attempts: int, share: float, retry_after: float | None, seconds: float
) -> None:
    assert next_attempt(attempts, START, share=share, retry_after=retry_after) == START + timedelta(seconds=seconds)


@given(st.integers(1, 10_000), st.floats(0, 1), st.none() | st.floats(0, 1e12))
def test_the_next_try_is_always_later_and_never_beyond_a_day(
    attempts: int, share: float, retry_after: float | None
) -> None:
    when = next_attempt(attempts, START, share=share, retry_after=retry_after)
    assert START < when <= START + LONGEST_ASKED
