"""What may cross into a store: text that every database takes. Decided here, once, for all of them."""

import dataclasses
import hashlib
import re
from datetime import UTC, datetime
from typing import Any, TypeVar

REPLACEMENT = "\ufffd"

# PostgreSQL refuses NUL in text and lone surrogates have no UTF-8: https://www.postgresql.org/docs/current/datatype-character.html
_REFUSED = re.compile("[\x00\ud800-\udfff]")

# An index row of PostgreSQL holds 2704 bytes, and two of these: https://www.postgresql.org/docs/current/btree.html
LONGEST_KEY = 1000

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

_Value = TypeVar("_Value")


def clean(text: str) -> str:
    """The text with NUL and lone surrogates as U+FFFD; as many code points as before, so that offsets still hold."""
    return text if text.isascii() and "\x00" not in text else _REFUSED.sub(REPLACEMENT, text)


def shorten(text: str) -> str:
    """The text as what it is looked up by: when it is longer than an index takes, its beginning and its hash."""
    if len(text) * 4 <= LONGEST_KEY:
        return text
    raw = text.encode()
    if len(raw) <= LONGEST_KEY:
        return text
    return f"{raw[:200].decode(errors='ignore')} sha256:{hashlib.sha256(raw).hexdigest()}"


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC; the first or last one there is where UTC has no such year. ValueError if naive."""
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no zone: times are aware")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return _FIRST if moment.year == _FIRST.year else _LAST


def scrub(value: _Value) -> _Value:
    """The same value with every text in it cleaned and every time in UTC, however deep in tuples and dataclasses."""
    scrubbed: Any = _scrub(value)
    return scrubbed  # type: ignore[no-any-return]


def _scrub(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, datetime):
        return in_utc(value)
    if isinstance(value, tuple):
        return tuple(_scrub(item) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.replace(value, **{f.name: _scrub(getattr(value, f.name)) for f in dataclasses.fields(value)})
    return value
