"""Which version of the tables a store has, against those that this code knows."""

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Column, MetaData, Table, inspect, select
from sqlalchemy.engine import Connection

from bot.errors import StoreError, StoreTooNew
from bot.store.place import Place
from bot.store.types import Words

_FOLDER = Path(__file__).parent / "migrations"

# The table in which alembic keeps the version of a database.
_version = Table("alembic_version", MetaData(), Column("version_num", Words))


def migrations() -> Config:
    """The settings of alembic, without a file of its own."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config


def missing_versions(connection: Connection, place: Place) -> list[str]:
    """Versions that the store still lacks, oldest first; StoreTooNew when it has one that this code does not know."""
    known = [script.revision for script in ScriptDirectory.from_config(migrations()).walk_revisions()][::-1]
    current = _current(connection)
    if current is None:
        return known
    if current not in known:
        raise StoreTooNew(
            f"{place} was made by a later version of Namewatch (its tables are {current}, this version knows "
            f"{known[-1]}): install that version, or restore a backup from before"
        )
    return known[known.index(current) + 1 :]


def check_version(connection: Connection, place: Place) -> None:
    """StoreError when the store still lacks versions, with the command that adds them."""
    if missing_versions(connection, place):
        raise StoreError(f"{place} does not have the tables of this version: run 'namewatch db upgrade'")


def is_store(connection: Connection) -> bool:
    """Whether a version of Namewatch has made tables there."""
    return inspect(connection).has_table(_version.name)


def _current(connection: Connection) -> str | None:
    if not is_store(connection):
        return None
    return connection.scalar(select(_version.c.version_num))
