"""Opening a store: which one, is it whole, does it have the tables of this version."""

import asyncio

from bot.errors import StoreError
from bot.store.database import Database, connect
from bot.store.health import check_whole, check_writable
from bot.store.place import FilePlace, parse_place
from bot.store.sql import SqlStore
from bot.store.versions import check_version


async def open_store(url: str) -> SqlStore:
    """Open a store that `upgrade` has made: a path, sqlite:///path, postgres:// or postgresql://.

    SettingsError when the address is none; StoreTooNew, StoreUnavailable or StoreError when there is a store and it
    can't be used, or when there is none yet. A SQLite file is checked for damage, which reads all of it.
    """
    place = parse_place(url)
    if isinstance(place, FilePlace):
        await asyncio.to_thread(_check_there, place)
    database = Database(connect(place), place)
    try:
        async with database.read() as connection:
            await connection.run_sync(check_version, place)
    except BaseException:
        await database.close()
        raise
    return SqlStore(database)


def _check_there(place: FilePlace) -> None:
    if not place.path.exists():
        raise StoreError(f"there is no store at {place}: run 'namewatch db upgrade', which makes one")
    check_writable(place)
    check_whole(place)
