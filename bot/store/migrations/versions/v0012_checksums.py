"""A checksum of each row that may be long.

Revision 0012.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.store.types import Words

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_SUMMED = {
    "sources": ("key", "etag", "last_modified", "error", "notes", "learnt"),
    "story_members": ("story_id", "article_id", "source", "title", "lead", "canonical_url", "companies"),
    "verdicts": ("article_id", "revision", "watchlist", "company", "best"),
    "alerts": ("channel", "story_id", "card"),
    "deliveries": ("id", "channel", "kind", "card"),
    "bases": ("watchlist", "file_hash", "parsed"),
    "revisions": ("id", "watchlist", "name", "company", "rule", "before"),
}
_AT_ONCE = 500


def upgrade() -> None:
    """Messages have one already, of less: where it is wrong it stays, so that what was changed is not sent."""
    for name in _SUMMED:
        if name != "deliveries":
            op.add_column(name, sa.Column("checksum", Words, nullable=False, server_default=sa.text("''")))
    connection = op.get_bind()
    for name, columns in _SUMMED.items():
        _sum_up(connection, sa.Table(name, sa.MetaData(), autoload_with=connection), columns)


def _sum_up(connection: sa.Connection, table: sa.Table, columns: Sequence[str]) -> None:
    key = list(table.primary_key)
    this_row = sa.and_(*(column == sa.bindparam(f"its_{column.name}") for column in key))
    for rows in _batches(connection, table, columns):
        sums = [
            {"new": _checksum(table, row, columns), **{f"its_{each.name}": getattr(row, each.name) for each in key}}
            for row in rows
            if table.name != "deliveries" or row.checksum == _checksum(table, row, ("channel", "kind", "card"))
        ]
        if sums:
            connection.execute(sa.update(table).where(this_row).values(checksum=sa.bindparam("new")), sums)


def _batches(connection: sa.Connection, table: sa.Table, columns: Sequence[str]) -> Iterator[Sequence[sa.Row[Any]]]:
    """All rows in the order of their key, so that none is read while it is written."""
    key = list(table.primary_key)
    names = dict.fromkeys([*(each.name for each in key), *columns, "checksum"])
    read = [sa.cast(table.c[name], sa.Text).label(name) if _is_json(table, name) else table.c[name] for name in names]
    rest: sa.ColumnElement[bool] = sa.true()
    while rows := connection.execute(sa.select(*read).where(rest).order_by(*key).limit(_AT_ONCE)).all():
        yield rows
        last = (sa.literal(getattr(rows[-1], each.name), each.type) for each in key)
        rest = sa.tuple_(*key) > sa.tuple_(*last)


def _is_json(table: sa.Table, name: str) -> bool:
    return isinstance(table.c[name].type, sa.JSON)


def _checksum(table: sa.Table, row: sa.Row[Any], columns: Sequence[str]) -> str:
    """Empty for a row with a document that is none any more: its checksum stays wrong."""
    values = {name: getattr(row, name) for name in columns}
    try:
        told = [json.loads(each) if each and _is_json(table, name) else each for name, each in values.items()]
    except ValueError:
        return ""
    said = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()[:32]
