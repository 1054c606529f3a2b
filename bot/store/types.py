"""Column types that behave alike on SQLite and PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Integer, Text
from sqlalchemy.dialects.sqlite import DATETIME
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.store.border import clean, in_utc, shorten

Count = BigInteger().with_variant(Integer, "sqlite")
"""SQLite gives a row number by itself only to a column declared INTEGER: https://www.sqlite.org/autoinc.html"""


class Words(TypeDecorator[str]):
    """Any text, cleaned at the border; sorted by code point on both databases."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL would sort by the rules of a language unless told otherwise."""
        return dialect.type_descriptor(Text(collation="C") if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Replace what databases refuse."""
        return None if value is None else clean(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        """The same without SQLAlchemy's two calls around it: a poll writes hundreds of texts."""
        return partial(self.process_bind_param, _dialect=dialect)


class Key(Words):
    """Text that is looked up and may be as long as a stranger likes; a very long one comes back shortened."""

    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Replace what databases refuse, and shorten what their indexes refuse."""
        return None if value is None else shorten(clean(value))


class Readable(TypeDecorator[Any]):
    """A document; None where what stands there is none any more, so that the other rows can be read."""

    impl = JSON
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Of PostgreSQL the driver reads it, and what is none can't stand there."""
        read = super().result_processor(dialect, coltype)
        return partial(_read_or_none, read) if read else None


def _read_or_none(read: Callable[[Any], Any], text: Any) -> Any:
    try:
        return read(text)
    except ValueError:
        return None


DOCUMENTS = (JSON, Readable)
"""Types of columns that hold documents."""


class _AsIs(DATETIME):
    """SQLite's column of that name, with the text already written and read by `Moment`: SQLAlchemy's way is slower."""

    def bind_processor(self, dialect: Dialect) -> None:
        """Text goes in as it is."""

    def result_processor(self, dialect: Dialect, coltype: object) -> None:
        """And comes out."""


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime to the microsecond; SQLite keeps it as text that sorts by time."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL has a type for it."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(_AsIs())  # type: ignore[no-untyped-call]

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """To UTC, and without the zone where the database would lose it anyway."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            return in_utc(value)
        return in_utc(value).isoformat(" ", "microseconds")[: -len("+00:00")]

    def process_result_value(self, value: datetime | str | None, _dialect: Dialect) -> datetime | None:
        """Aware again."""
        if isinstance(value, str):
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        return None if value is None else value.astimezone(UTC)
