"""The store on SQLite and PostgreSQL."""

from contextlib import AbstractAsyncContextManager

from bot.store.database import Database
from bot.store.fared import FaredTables
from bot.store.gate import Gate
from bot.store.intake import IntakeTables
from bot.store.ledger import LedgerTables
from bot.store.lists import ListTables
from bot.store.outbox import OutboxTables
from bot.store.upkeep import UpkeepTables
from bot.store.votes import VoteTables
from bot.store.waiting import WaitingTables


class SqlStore(
    IntakeTables, OutboxTables, LedgerTables, FaredTables, ListTables, WaitingTables, VoteTables, UpkeepTables
):
    """Everything that outlives the process, in tables; made by `open_store`."""

    def __init__(self, database: Database) -> None:
        """Take over a database whose tables are those of this version."""
        self._database = database
        self._gate = Gate(database)

    async def close(self) -> None:
        """Safe to call twice."""
        await self._database.close()

    def deciding(self) -> AbstractAsyncContextManager[None]:
        """A lock in the process, then a file lock (SQLite) or an advisory lock (PostgreSQL)."""
        return self._gate.hold()
