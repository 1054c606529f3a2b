"""Two bots by mistake on one store, with the same tokens: each message is posted once, and nothing is lost."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.model.watchlist import ChannelRule
from bot.store import open_store, upgrade
from tests.fakes import CountingIds
from tests.torture.conftest import SQL, Figure
from tests.town import HERE, NAMES, Town, news

ROUNDS = 12


@asynccontextmanager
async def two(url: str) -> AsyncIterator[tuple[Town, Town]]:
    """Two bots that know nothing of each other but the store, the clock and the chat."""
    await upgrade(url)
    async with AsyncExitStack() as stack:
        towns = []
        for number in range(2):
            store = await open_store(url)
            stack.push_async_callback(store.close)
            towns.append(Town(store, rule=ChannelRule(HERE, budget="1000/h")))
            towns[-1].ids = CountingIds(number * 10**9)
        first, second = towns
        second.clock, second.chat, second.listed = first.clock, first.chat, first.listed
        for each in towns:
            each.start()
            await each.intake.open()
        yield first, second


async def work(here: Town) -> None:
    """Poll both sources, release digests, deliver."""
    for each in here.sources:
        await here.intake.poll(each)
    await here.intake.flush()
    await here.tick()


@pytest.mark.parametrize("database", SQL)
async def test_two_bots_on_one_store_post_each_message_once(
    tmp_path: Path, database: str, request: pytest.FixtureRequest, figure: Figure
) -> None:
    url = str(request.getfixturevalue("postgres_url")) if database == "postgres" else f"{tmp_path}/store.db"
    async with two(url) as (first, second):
        for number in range(ROUNDS):
            listed = [news(name, each) for each in range(number + 1) for name in NAMES[:3]]
            first.listed |= {each.key: listed[number % 2 :] for each in first.sources}
            await asyncio.gather(work(first), work(second))
            first.clock.advance(minutes=1)
        for _ in range(3):
            await asyncio.gather(work(first), work(second))
            first.clock.advance(minutes=2)
        counts = await first.store.outbox_counts()
        stories = (await first.store.table_counts())["stories"]
    posts = Counter(delivery.id for verb, delivery in first.chat.calls if verb == "send")
    said = Counter(line for line in first.said if line.startswith("send"))
    figure(
        f"two bots on one store, {ROUNDS} polls each of two sources",
        f"{sum(posts.values())} posts of {stories} stories, {sum(posts.values()) - len(posts)} double",
    )
    assert set(posts.values()) == {1}
    assert len(posts) == stories == ROUNDS * 3
    assert set(said.values()) == {ROUNDS}
    assert counts.keys() == {"sent"}


async def test_a_second_bot_whose_store_is_gone_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no store"):
        await open_store(f"{tmp_path}/nowhere.db")
