"""What people think of alerts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from bot.model.alert import Alert
from bot.model.vote import Vote
from bot.store import codec, rows
from bot.store.border import clean
from bot.store.database import Database, upsert
from bot.store.schema import alerts, votes

_KEY = ("watchlist", "company", "alias", "channel", "actor")


class VoteTables:
    """The part of the store that keeps votes."""

    _database: Database

    async def alert(self, alert_id: str) -> Alert | None:
        """By its id."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(alerts).where(alerts.c.id == clean(alert_id)))).one_or_none()
        return rows.alert(row) if row else None

    async def vote(self, new: Sequence[Vote]) -> None:
        """One row a key."""
        told = [
            {
                "watchlist": vote.watchlist,
                "company": vote.company,
                "alias": vote.alias,
                "channel": str(vote.channel),
                "actor": vote.actor,
                "useful": vote.useful,
                "alert_id": vote.alert_id,
                "at": vote.at,
            }
            for vote in new
        ]
        async with self._database.write() as connection:
            await upsert(connection, votes, told, key=_KEY, update=("useful", "alert_id", "at"))

    async def votes(self, watchlist: str, company: str, since: datetime) -> tuple[Vote, ...]:
        """The oldest first."""
        statement = (
            select(votes)
            .where(votes.c.watchlist == watchlist, votes.c.company == company, votes.c.at >= since)
            .order_by(votes.c.at, votes.c.alias, votes.c.channel, votes.c.actor)
        )
        async with self._database.read() as connection:
            return tuple(
                Vote(
                    row.watchlist,
                    row.company,
                    row.alias,
                    codec.decode_channel(row.channel),
                    row.actor,
                    row.useful,
                    row.alert_id,
                    row.at,
                )
                for row in await connection.execute(statement)
            )
