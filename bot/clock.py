"""The real clock and the real ids; everywhere else both are handed in."""

from datetime import UTC, datetime

import uuid_utils


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Aware, UTC, to the microsecond."""
        return datetime.now(UTC)


class TimeOrderedIds:
    """UUIDv7: sorts by time of creation, unique across machines."""

    def new(self) -> str:
        """A new id as text."""
        return str(uuid_utils.uuid7())
