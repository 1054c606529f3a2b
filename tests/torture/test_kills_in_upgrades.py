"""kill -9 while a store is brought to a newer version: what it held is there, and the next start ends the upgrade.

The long form: NAMEWATCH_TORTURE_UPGRADES=100 python -m pytest tests/torture/test_kills_in_upgrades.py (make torture).
"""

import asyncio
import random
import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import JSON, Column, Engine, MetaData, Table, event, insert, select

from bot.store import open_store, upgrade
from bot.store.database import connect_blocking
from bot.store.place import FilePlace, parse_place
from bot.store.rows import folded
from bot.store.versions import migrations
from tests.fakes import START
from tests.torture.bots import forks
from tests.torture.conftest import SQL, Figure
from tests.torture.sizes import size

UPGRADES = size("UPGRADES", 6)
ROWS = 300
HELD = ("articles", "deliveries")


def make_old(url: str) -> None:
    """A store of the first version, with articles and messages that are owed."""
    engine = connect_blocking(parse_place(url))
    with engine.execution_options(writes=True).begin() as connection:
        config = migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for name in HELD:
            table = Table(name, MetaData(), autoload_with=connection)
            connection.execute(insert(table), [row_of(table, number) for number in range(ROWS)])


def row_of(table: Table, number: int) -> dict[str, Any]:
    """Any value for each column, another one in each row; an article's text and its copy for searches agree."""
    values = {column.name: value_of(column, number) for column in table.columns if column.name != "seq"}
    return values | ({"folded": folded(values["title"], values["text"])} if table.name == "articles" else {})


def value_of(column: Column[Any], number: int) -> Any:
    if isinstance(column.type, JSON):
        return [number]
    values = {str: f"word {number}", bool: False, int: number}
    return values.get(column.type.python_type, START)


def held(url: str) -> dict[str, list[Any]]:
    """The rows that the old store had, without what newer versions add to them."""
    with connect_blocking(parse_place(url)).connect() as connection:
        tables = {name: Table(name, MetaData(), autoload_with=connection) for name in HELD}
        return {name: sorted(row[0] for row in connection.execute(select(each.c.id))) for name, each in tables.items()}


def statements_of(url: str) -> int:
    """How many statements an upgrade of this store takes."""
    numbers = count()

    def look(*_: Any) -> None:
        next(numbers)

    event.listen(Engine, "before_cursor_execute", look)
    try:
        asyncio.run(upgrade(url))
    finally:
        event.remove(Engine, "before_cursor_execute", look)
    return next(numbers)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def old_store(tmp_path: Path, request: pytest.FixtureRequest, database: str) -> Callable[[], str]:
    """Makes stores of the first version, one after the other."""
    if database == "postgres":
        new_database: Callable[[], str] = request.getfixturevalue("new_database")

        def made() -> str:
            url = new_database()
            make_old(url)
            return url

        return made
    make_old(f"sqlite:///{tmp_path}/old.db")
    numbers = count()

    def copied() -> str:
        folder = tmp_path / f"store-{next(numbers)}"
        folder.mkdir()
        return f"sqlite:///{shutil.copy(tmp_path / 'old.db', folder / 'store.db')}"

    return copied


def copies(url: str) -> list[Path]:
    """What was copied before a file was changed."""
    place = parse_place(url)
    return list(place.path.parent.glob("*before-*.db")) if isinstance(place, FilePlace) else []


@pytest.mark.parametrize("database", SQL, indirect=True)
def test_a_kill_in_an_upgrade_loses_nothing(tmp_path: Path, old_store: Callable[[], str], figure: Figure) -> None:
    statements = statements_of(old_store())
    chance = random.Random(UPGRADES)  # noqa: S311 - it spreads kills
    killed = asyncio.run(kill_upgrades(tmp_path, old_store, [chance.randint(1, statements) for _ in range(UPGRADES)]))
    figure(f"kill -9 in an upgrade, {killed} times at one of {statements} statements", "0 lost, the next start ends it")
    assert killed == UPGRADES
    assert "Traceback" not in (tmp_path / "log.txt").read_text(encoding="utf-8")


async def kill_upgrades(home: Path, old_store: Callable[[], str], numbers: list[int]) -> int:
    """Upgrade as many stores as there are numbers, killed at those statements; how many were killed."""
    killed = 0
    async with forks(home) as bots:
        for number in numbers:
            url = await asyncio.to_thread(old_store)
            before = held(url)
            bot = await bots.start("db", "upgrade", point=f"statement {number}", DATABASE_URL=url)
            killed += await bot.end() == 9
            await upgrade(url)
            (line,) = await upgrade(url)
            assert line.endswith("is up to date")
            assert held(url) == before
            await (await open_store(url)).close()
            assert all(held(f"sqlite:///{copy}") == before for copy in copies(url))
    return killed
