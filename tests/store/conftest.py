"""Every store that the contract holds."""

import asyncio
import shutil
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.protocols import Store
from bot.store import MemoryStore, open_store, upgrade
from tests.store.builders import everything_changed

SQL = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
ALL = ["memory", *SQL]

OpenStore = Callable[[], Awaitable[Store]]


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once: copying it is faster than making it anew."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    thread = threading.Thread(target=lambda: asyncio.run(upgrade(str(path))))
    thread.start()
    thread.join()
    return path


@pytest.fixture
def sqlite_url(empty_file: Path, tmp_path: Path) -> str:
    """A file with this version's tables and no rows."""
    return f"sqlite:///{shutil.copy(empty_file, tmp_path / 'store.db')}"


@pytest.fixture(params=SQL)
def url(request: pytest.FixtureRequest) -> str:
    """A store of this version's tables on either database."""
    address: str = request.getfixturevalue(f"{request.param}_url")
    return address


@pytest.fixture(params=ALL)
async def opened(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[OpenStore]:
    """Opens the same store again and again, as several processes would; there is only one in memory.

    Whatever a test has written has the right checksums in the end.
    """
    if request.param == "memory":
        memory = MemoryStore()

        async def the_same() -> Store:
            return memory

        yield the_same
        return
    url = request.getfixturevalue(f"{request.param}_url")
    async with AsyncExitStack() as stack:

        async def another() -> Store:
            store = await open_store(url)
            stack.push_async_callback(store.close)
            return store

        yield another
    assert everything_changed(url, monkeypatch) == []


@pytest.fixture
async def store(opened: OpenStore) -> Store:
    """An empty store."""
    return await opened()
