"""A SQLite file gets smaller when what is not kept any longer has gone, and only where it was made for that."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.operations.retention import Kept, retire
from bot.protocols import Store
from bot.store import open_store
from bot.store.moving import copy_store
from tests.fakes import START, ManualClock
from tests.store.builders import article, told

OLD = START - timedelta(days=100)
TEXT = "Lava International has Dixon Technologies build handsets in Noida. " * 150


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    opened = await open_store(sqlite_url)
    yield opened
    await opened.close()


async def fill(store: Store, count: int = 200) -> None:
    for number in range(count):
        url = f"https://focus.example/{number}"
        await store.commit(
            told(article(f"a{number}", f"{number} news", url=url, text=TEXT, first_seen=OLD), f"story-{number}")
        )


def size(url: str) -> int:
    return Path(url.removeprefix("sqlite:///")).stat().st_size


async def test_a_file_shrinks_when_texts_have_gone(store: Store, sqlite_url: str) -> None:
    await fill(store)
    await store.give_back()
    full = size(sqlite_url)
    assert full > 200 * len(TEXT)
    assert await retire(store, ManualClock(), Kept(), lambda _: None) == {"texts": 200}
    assert size(sqlite_url) < full / 2
    assert await store.size() == size(sqlite_url)


async def test_a_file_of_an_older_version_keeps_its_size_until_it_is_copied(
    store: Store, sqlite_url: str, tmp_path: Path
) -> None:
    await fill(store)
    await store.close()
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as file:
        file.executescript("PRAGMA journal_mode=DELETE; PRAGMA auto_vacuum=NONE; VACUUM")
    older, newer = sqlite_url, f"sqlite:///{tmp_path / 'newer.db'}"
    copy_store(older, newer, START)
    for url, shrinks in ((older, False), (newer, True)):
        again, full = await open_store(url), size(url)
        await retire(again, ManualClock(), Kept(), lambda _: None)
        assert (size(url) < full / 2) == shrinks
        await again.close()
