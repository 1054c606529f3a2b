"""Bringing a store to the tables of this version: forward only, an existing file is backed up first."""

import asyncio
from contextlib import closing
from pathlib import Path

from alembic import command
from sqlalchemy import Engine, func, inspect, select
from sqlalchemy.engine import Connection

from bot.errors import StoreError
from bot.store.database import connect_blocking
from bot.store.faults import in_words
from bot.store.health import back_up, check_whole, check_writable, remove_cut_short
from bot.store.place import FilePlace, Place, parse_place
from bot.store.replacing import forget_second_names
from bot.store.usage import Usage
from bot.store.versions import is_store, migrations, missing_versions

UPGRADING = 0x6E616D66
"""The number of the advisory lock of upgrades in PostgreSQL."""
BEFORE = "before-"
"""Copies are named by the version that the upgrade brings first."""


async def upgrade(url: str, *, backup_folder: Path | None = None) -> tuple[str, ...]:
    """Make the store if there is none and add what its tables lack; returns what was done, a line each, for people.

    A SQLite file that holds tables is copied first, to `backup_folder` or else beside it; what a kill left of such a
    copy goes. StoreTooNew when a later version made the store; SettingsError for a wrong address. Nothing is done to a
    store that is up to date.
    """
    return await asyncio.to_thread(bring_up_to_date, parse_place(url), backup_folder)


def bring_up_to_date(place: Place, backup_folder: Path | None = None) -> tuple[str, ...]:
    """The same for code that runs in a thread of its own. StoreError while a backup is put in its place."""
    if isinstance(place, FilePlace):
        place.make_folder()
        check_writable(place)
    with closing(Usage(place)):
        return _brought_up_to_date(place, backup_folder)


def _brought_up_to_date(place: Place, backup_folder: Path | None) -> tuple[str, ...]:
    if isinstance(place, FilePlace):
        remove_cut_short(place, backup_folder, f"{BEFORE}*")
        forget_second_names(place.path)
    engine = connect_blocking(place)
    with in_words(place):
        missing, has_tables = _look(engine, place)
        if not missing:
            return (f"{place} is up to date",)
        done: list[str] = []
        if isinstance(place, FilePlace) and has_tables:
            check_whole(place)
            done.append(f"copied {place} to {back_up(place, backup_folder, f'{BEFORE}{missing[0]}')}")
        with engine.execution_options(writes=True).begin() as connection:
            added = _migrate(connection, place)
        return (*done, f"{place} has the tables of version {added[-1] if added else missing[-1]}")


def complete(place: FilePlace, called: Place) -> None:
    """Add what the tables of a copy lack; it is not copied again. Errors name it as `called`.

    StoreError where it is no store at all, StoreTooNew where a later version made it.
    """
    engine = connect_blocking(place)
    with in_words(called):
        with engine.connect() as connection:
            if not is_store(connection):
                raise StoreError(
                    f"{called} holds no store: name one that 'namewatch db backup' made; nothing was changed"
                )
            missing = missing_versions(connection, called)
        if missing:
            with engine.execution_options(writes=True).begin() as connection:
                _migrate(connection, called)


def _look(engine: Engine, place: Place) -> tuple[list[str], bool]:
    with engine.connect() as connection:
        return missing_versions(connection, place), bool(inspect(connection).get_table_names())


def _migrate(connection: Connection, place: Place) -> tuple[str, ...]:
    """One process at a time: whoever comes second finds nothing missing."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(UPGRADING)))
    missing = missing_versions(connection, place)
    if missing:
        config = migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return tuple(missing)
