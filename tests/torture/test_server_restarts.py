"""PostgreSQL is restarted in the middle of a transaction: nothing is lost or said twice, and the bot is back at once.

The long form: NAMEWATCH_TORTURE_RESTARTS=50 python -m pytest tests/torture/test_server_restarts.py (make torture).
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from functools import wraps
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.watchlist import ChannelRule
from bot.store import open_store, upgrade
from bot.store.sql import SqlStore
from tests.postgres import NoServer, Server, give_up, running_server
from tests.torture.canaries import PASSWORD, Outputs, rows_of
from tests.torture.conftest import Figure
from tests.torture.sizes import size
from tests.torture.test_disk import Remembering, minute
from tests.town import HERE, NAMES, Town, news

RESTARTS = size("RESTARTS", 5)
BACK_WITHIN = 5.0
"""Seconds from the moment at which the server is back."""
WRITES = ("commit", "claim", "settle_all")


@pytest.fixture
def server() -> Iterator[Server]:
    """One of its own, which keeps what it has confirmed."""
    try:
        with running_server(synchronous_commit="on") as found:
            yield found
    except NoServer as error:
        give_up(str(error))


class Restarts:
    """Restarts the server when a method of the store has written everything and committed nothing."""

    def __init__(self, store: SqlStore, server: Server) -> None:
        self.back_at = 0.0
        self._server = server
        self._wanted = ""
        self._doomed = False
        self._write = store._database.write
        store._database.write = self._writing  # type: ignore[method-assign]
        for name in WRITES:
            setattr(store, name, self._noticing(name, getattr(store, name)))

    def arm(self, name: str) -> None:
        """In the next transaction of this method."""
        self._wanted, self.back_at = name, 0.0

    def _noticing(self, name: str, method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        @wraps(method)
        async def call(*given: Any, **named: Any) -> Any:
            self._doomed = name == self._wanted
            return await method(*given, **named)

        return call

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        async with self._write() as connection:
            yield connection
            if self._doomed:
                self._doomed, self._wanted = False, ""
                await asyncio.to_thread(self._server.restart)
                self.back_at = time.monotonic()


@pytest.mark.postgres
@pytest.mark.timeout(60 + 10 * RESTARTS)
async def test_a_restart_of_the_server_loses_and_repeats_nothing(
    server: Server, outputs: Outputs, figure: Figure
) -> None:
    url = server.guard("restarted", PASSWORD)
    await upgrade(url)
    store = await open_store(url)
    here = Town(store, rule=ChannelRule(HERE, budget="1000/h"))
    here.chat = chat = Remembering(name="slack")
    here.start()
    await here.intake.open()
    restarts, listed, waits = Restarts(store, server), [], []
    for number in range(RESTARTS):
        listed.append(news(NAMES[number % len(NAMES)], number))
        here.listed[here.sources[0].key] = listed
        restarts.arm(WRITES[number % len(WRITES)])
        for _ in range(15):
            refused = await minute(here)
            if restarts.back_at and not refused:
                waits.append(time.monotonic() - restarts.back_at)
                break
    for _ in range(30):
        assert await minute(here) == []
    counts, routings = await store.outbox_counts(), await here.routings()
    await store.close()
    outputs.add(chat.calls, *rows_of(url))
    posts = [delivery.id for verb, delivery in chat.calls if verb != "edit"]
    figure(
        f"PostgreSQL restarted in mid-transaction, {len(waits)} times",
        f"{len(listed) - len(routings)} lost, {len(posts) - len(set(posts))} repeated, back after at most "
        f"{max(waits):.1f} s",
    )
    assert len(waits) == RESTARTS
    assert len(posts) == len(set(posts))
    assert [each.state for each in routings] == ["alerted"] * len(listed)
    assert counts.keys() == {"sent"}
    assert max(waits) < BACK_WITHIN
