"""The SQLite file can't be written for an hour: the disk is full, it is read-only, or somebody else holds the lock.

Nothing is lost, nothing is said twice, and the bot goes on by itself. The faults are SQLite's own.
"""

import re
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.errors import StoreUnavailable
from bot.model.alert import Delivery, Receipt
from bot.model.source import Entry
from bot.model.watchlist import ChannelRule
from bot.store import open_store, upgrade
from bot.store.sql import SqlStore
from tests.fakes import ScriptedPlatform
from tests.torture.canaries import Outputs
from tests.torture.conftest import Figure
from tests.town import HERE, NAMES, Town, news

HELD_UP = 60
"""Minutes."""
FAULTS = {
    "full": "the disk of .* is full: free some space",
    "read-only": "can't be written: give this user the right",
    "locked": "is locked by another program",
}


class Remembering(ScriptedPlatform):
    """A platform that can be asked what has arrived; `meanwhile` happens as it takes the next message."""

    meanwhile: Callable[[], object] = bool

    def _call(self, verb: str, delivery: Delivery) -> Receipt:
        receipt = super()._call(verb, delivery)
        meanwhile, self.meanwhile = self.meanwhile, bool
        meanwhile()
        self.arrived[delivery.id] = receipt
        return receipt


class Disk:
    """Settings of SQLite for each connection that is used."""

    def __init__(self, store: SqlStore) -> None:
        self._settings = ["busy_timeout = 1"]
        event.listen(store._database.engine.sync_engine, "checkout", self._set)

    @contextmanager
    def failing(self, fault: str, path: Path) -> Iterator[None]:
        """As long as this lasts."""
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            pages = other.execute("PRAGMA page_count").fetchone()[0]
            if fault == "locked":
                other.execute("BEGIN IMMEDIATE")
            self._settings += {"full": [f"max_page_count = {pages}"], "read-only": ["query_only = ON"]}.get(fault, [])
            yield
        self._settings = ["busy_timeout = 1", "max_page_count = 1073741823", "query_only = OFF"]

    def _set(self, connection: Any, *_: Any) -> None:
        cursor = connection.cursor()
        for setting in self._settings:
            cursor.execute(f"PRAGMA {setting}")
        cursor.close()


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[SqlStore]:
    await upgrade(str(path))
    store = await open_store(str(path))
    try:
        yield store
    finally:
        await store.close()


async def minute(here: Town) -> list[str]:
    """What the bot does in a minute, and what the store had to say to it."""
    said: list[str] = []
    polls = [partial(here.intake.poll, each) for each in here.intake.due(here.sources, here.clock.now())]
    jobs: list[Callable[[], Awaitable[object]]] = [*polls, here.intake.flush, here.digests.fold, here.tick]
    for work in jobs:
        try:
            await work()
        except StoreUnavailable as error:
            said.append(str(error))
    here.clock.advance(minutes=1)
    return said


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_store_that_cannot_be_written_costs_time_and_nothing_else(
    tmp_path: Path, fault: str, outputs: Outputs, figure: Figure
) -> None:
    path = tmp_path / "store.db"
    async with opened(path) as store:
        disk, here = Disk(store), Town(store, rule=ChannelRule(HERE, budget="1000/h"))
        here.chat = chat = Remembering(name="slack")
        here.start()
        await here.intake.open()
        said: list[str] = []
        listed: list[Entry] = []
        with ExitStack() as trouble:
            # it begins while a message is under way, whose receipt can't be kept then
            chat.meanwhile = lambda: trouble.enter_context(disk.failing(fault, path))
            for number in range(HELD_UP):
                if number % 3 == 0:
                    listed.append(news(NAMES[number % 8], number))
                here.listed[here.sources[0].key] = listed
                said += await minute(here)
        resumed = [await minute(here) for _ in range(180)]
        counts = await store.outbox_counts()
        routings = await here.routings()
    outputs.add(chat.calls, said)
    posts = [delivery.id for verb, delivery in chat.calls if verb != "edit"]
    figure(
        f"SQLite {fault} for {HELD_UP} minutes, from the middle of a message on",
        f"{len(said)} refusals, {len(listed) - len(routings)} lost, {len(posts) - len(set(posts))} repeated",
    )
    assert said
    assert all(re.search(FAULTS[fault], each) for each in said), said[0]
    assert [each for each in resumed if each] == []
    assert len(posts) == len(set(posts))
    assert counts.keys() == {"sent"}
    assert [each.state for each in routings] == ["alerted"] * len(listed)
