"""Several bots by mistake on one store, with the same tokens: each message is posted once, and nothing is lost."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.jobs import Job, Schedule
from bot.model.channel import Channel
from bot.model.source import Entry
from bot.model.watchlist import ChannelRule
from bot.store import open_store, upgrade
from tests.fakes import CountingIds
from tests.torture.canaries import Outputs
from tests.torture.conftest import SQL, Figure
from tests.torture.sizes import size
from tests.town import HERE, NAMES, Town, news

ROUNDS = 12
TICKS = size("TICKS", 200)
STEP = timedelta(seconds=15)
"""From one tick to the next."""
NEWS_EVERY = 20
"""Ticks from one article to the next."""
MORNING = Channel.parse("slack:T0AB/C0MORNING")


@asynccontextmanager
async def several(url: str, bots: int) -> AsyncIterator[tuple[Town, ...]]:
    """Bots that know nothing of each other but the store, the clock and the chat."""
    await upgrade(url)
    async with AsyncExitStack() as stack:
        towns = []
        for number in range(bots):
            store = await open_store(url)
            stack.push_async_callback(store.close)
            towns.append(Town(store, rule=ChannelRule(HERE, budget="1000/h")))
            towns[-1].ids = CountingIds(number * 10**9)
        first = towns[0]
        for each in towns:
            each.clock, each.chat, each.listed = first.clock, first.chat, first.listed
            each.start()
            await each.intake.open()
        yield tuple(towns)


async def work(here: Town) -> None:
    """Poll both sources, release digests, deliver."""
    for each in here.sources:
        await here.intake.poll(each)
    await here.intake.flush()
    await here.tick()


@pytest.mark.parametrize("store_url", SQL, indirect=True)
async def test_two_bots_on_one_store_post_each_message_once(store_url: str, outputs: Outputs, figure: Figure) -> None:
    async with several(store_url, 2) as (first, second):
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
    outputs.add(first.chat.calls)
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


def schedule_of(here: Town) -> Schedule:
    """What such a bot does again and again, at the rhythms of `run`."""

    async def deliver() -> None:
        await here.outbox.drain()

    async def poll() -> None:
        for each in here.intake.due(here.sources, here.clock.now()):
            await here.intake.poll(each)

    async def release() -> None:
        await here.digests.release(caught_up=here.intake.caught_up(here.sources))

    jobs = [
        Job("poll", timedelta(seconds=1), poll),
        Job("note polls", timedelta(seconds=10), here.intake.flush),
        Job("deliver", timedelta(seconds=1), deliver),
        Job("digests", timedelta(seconds=5), release),
        Job("fold late messages", timedelta(minutes=1), here.digests.fold),
    ]
    return Schedule(jobs, here.clock)


@pytest.mark.parametrize("store_url", SQL, indirect=True)
async def test_three_schedulers_on_one_store_do_nothing_twice(store_url: str, outputs: Outputs, figure: Figure) -> None:
    async with several(store_url, 3) as towns:
        first = towns[0]
        opens = ChannelRule(HERE, budget="1000/h"), ChannelRule(MORNING, digest="daily 09:00")
        for each in towns:
            each.lists = [replace(each.lists[0], channels=opens)]
        schedules = [schedule_of(each) for each in towns]
        listed: list[Entry] = []
        for tick in range(TICKS):
            if tick % NEWS_EVERY == 0 and tick < TICKS - NEWS_EVERY:
                listed.insert(0, news(NAMES[tick // NEWS_EVERY % len(NAMES)], tick))
                first.listed |= {each.key: listed[:12] for each in first.sources}
            for schedule in schedules:
                schedule.tick()
            await asyncio.gather(*(schedule.stop(within=60) for schedule in schedules))
            first.clock.advance(seconds=STEP.total_seconds())
        stories = (await first.store.table_counts())["stories"]
    outputs.add(first.chat.calls)
    told: dict[Channel, list[str]] = defaultdict(list)
    for verb, delivery in first.chat.calls:
        if verb == "send":
            told[delivery.channel].append(delivery.id)
    digests = len(told[MORNING])
    figure(
        f"three schedulers on one store, {TICKS:,} ticks each",
        f"{len(told[HERE]):,} posts of {stories:,} stories, digests: {digests}, 0 double",
    )
    assert len(told[HERE]) == len(set(told[HERE])) == stories == len(listed)
    mornings = 1 + (TICKS * STEP - timedelta(minutes=30)) // timedelta(days=1)
    assert digests == len(set(told[MORNING])) == mornings


async def test_a_second_bot_whose_store_is_gone_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no store"):
        await open_store(f"{tmp_path}/nowhere.db")
