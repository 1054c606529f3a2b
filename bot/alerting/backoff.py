"""When to try again: exponential, with a ceiling, and never earlier than the other side asked for. Pure."""

from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=15)
LONGEST_ASKED = timedelta(days=1)
"""A longer Retry-After is a mistake of the other side (a billion seconds has been seen); it is cut to this."""


def next_attempt(
    attempts: int,
    now: datetime,
    *,
    first: timedelta = FIRST_WAIT,
    longest: timedelta = LONGEST_WAIT,
    retry_after: float | None = None,
    share: float = 0.5,
) -> datetime:
    """The moment of the next try after `attempts` (1 or more) failed ones.

    `share` in [0, 1] places the wait between half and the whole of its step, so that many who failed together do not
    come back together. `retry_after` is in seconds.
    """
    step = min(longest, first * float(2 ** min(attempts - 1, 20)))
    wait = step / 2 + (step / 2) * share
    asked = timedelta(seconds=min(max(retry_after or 0.0, 0.0), LONGEST_ASKED.total_seconds()))
    return now + max(wait, asked)
