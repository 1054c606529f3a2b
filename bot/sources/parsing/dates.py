"""Dates as they stand in texts: ISO 8601 with its W3C profile, or as in a mail."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def date_in(text: str) -> datetime:
    """The moment, in UTC where no zone is said; ValueError where the text is no date."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            at = read(text.strip())
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
        return at.replace(tzinfo=at.tzinfo or UTC)
    raise ValueError(f"{text[:40]!r} is no date")
