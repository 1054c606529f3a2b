"""Hand-written stand-ins for what the rooms are handed: a clock that is told the time, ids that count."""

import uuid
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


class ManualClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, **delta: float) -> datetime:
        self._now += timedelta(**delta)
        return self._now


class CountingIds:
    """Ids of the real shape that count up, so that tests can tell them apart and sort them."""

    def __init__(self, start: int = 0) -> None:
        self._count = start

    def new(self) -> str:
        self._count += 1
        return str(uuid.UUID(int=(7 << 76) | (2 << 62) | self._count))
