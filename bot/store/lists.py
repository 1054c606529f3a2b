"""Changes to watchlists made in chat, and what files and store last agreed on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update

from bot.model.alert import Delivery
from bot.model.channel import Channel
from bot.model.watchlist import Base, Revision
from bot.store import rows, schema
from bot.store.border import clean
from bot.store.database import Database, chunks, insert, upsert
from bot.store.outbox import add_deliveries


class ListTables:
    """The part of the store that keeps watchlists."""

    _database: Database

    async def record_revision(self, revisions: Sequence[Revision], notices: Sequence[Delivery] = ()) -> None:
        """In one batch, in this order."""
        async with self._database.write() as connection:
            await insert(connection, schema.revisions, map(rows.revision_row, revisions))
            if notices:
                await add_deliveries(connection, notices, notices[0].created)

    async def revisions(self, watchlist: str, *, pending_only: bool = False) -> tuple[Revision, ...]:
        """In the order they were recorded."""
        statement = select(schema.revisions).order_by(schema.revisions.c.seq)
        if watchlist:
            statement = statement.where(schema.revisions.c.watchlist == watchlist)
        if pending_only:
            statement = statement.where(schema.revisions.c.pending)
        async with self._database.read() as connection:
            return tuple(rows.revision(row) for row in await connection.execute(statement))

    async def settle_revisions(self, ids: Collection[str]) -> None:
        """Unknown ids are passed over."""
        async with self._database.write() as connection:
            for chunk in chunks(ids):
                await connection.execute(
                    update(schema.revisions).where(schema.revisions.c.id.in_(chunk)).values(pending=False)
                )

    async def bases(self) -> Mapping[str, Base]:
        """By list key."""
        async with self._database.read() as connection:
            return {row.watchlist: rows.base(row) for row in await connection.execute(select(schema.bases))}

    async def channels(self) -> Mapping[str, Channel]:
        """By the channel as written."""
        async with self._database.read() as connection:
            found = await connection.execute(select(schema.channels))
            return {row.written: replace(Channel.parse(row.channel), name=row.name, public=row.public) for row in found}

    async def save_channels(self, found: Mapping[str, Channel], at: datetime) -> None:
        """One row a channel as written."""
        new = [
            {
                "written": clean(written),
                "channel": str(channel),
                "name": clean(channel.name),
                "public": channel.public,
                "at": at,
            }
            for written, channel in found.items()
        ]
        async with self._database.write() as connection:
            found_out = ("channel", "name", "public", "at")
            await upsert(connection, schema.channels, new, key=("written",), update=found_out)

    async def save_base(self, base: Base) -> None:
        """One row a list."""
        async with self._database.write() as connection:
            agreed = ("file_hash", "parsed", "at")
            await upsert(connection, schema.bases, [rows.base_row(base)], key=("watchlist",), update=agreed)
