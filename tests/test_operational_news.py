"""Operational news reach one channel, once: whatever is restarted, polled twice or listed in forty channels."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.errors import BadStatus, SourceError
from bot.intake import Intake
from bot.model.alert import Delivery, Receipt, Settlement
from bot.model.card import TextCard
from bot.model.channel import Channel
from bot.model.source import Cursor, Fetched, Source
from bot.model.watchlist import Watchlist
from bot.protocols import Fetcher, Store
from bot.store import MemoryStore
from tests.builders import company, source, watchlist
from tests.fakes import CountingIds, ManualClock
from tests.intake.test_polls import RAIN, TALKS, NoFetcher, ScriptedReader, extract_all

OPS = Channel.parse("slack:#ops")
FORTY = [watchlist("phones", [company("Lava International")], *(f"slack:C{n}" for n in range(40)))]
DOWN = SourceError("the server answered 503")


async def bot(
    store: Store,
    clock: ManualClock,
    *script: Fetched | Exception,
    ops: Channel | None = OPS,
    lists: Sequence[Watchlist] = FORTY,
    first_id: int = 0,
) -> Intake:
    made = Intake(
        store,
        NoFetcher(),  # type: ignore[arg-type]
        {"feed": ScriptedReader(*script)},
        extract_all,
        clock,
        CountingIds(first_id),
        lists=lambda: lists,
        live=frozenset({"slack"}),
        age_limit=timedelta(hours=48),
        ops=ops,
    )
    await made.open()
    return made


async def notices(store: Store, clock: ManualClock) -> list[tuple[str, str]]:
    """Everything owed that is no alert: to whom, and its words."""
    found: list[Delivery] = []
    while claimed := await store.claim("me", clock.now(), clock.now() + timedelta(days=1), 99):
        found += claimed
        for each in claimed:
            await store.settle(Settlement(each.id, "me", each.attempt, "sent", clock.now(), Receipt(each.id)))
    cards = [(str(each.channel), each.card) for each in found if isinstance(each.card, TextCard)]
    return [(channel, "".join(str(span) for line in card.lines for span in line)) for channel, card in cards]


async def polled_for(days: float, intake: Intake, clock: ManualClock, of: Source) -> None:
    for _ in range(int(days * 4)):
        await intake.poll(of)
        await intake.flush()
        clock.advance(hours=6)


async def test_a_dead_feed_with_forty_channels_is_one_message() -> None:
    store, clock = MemoryStore(), ManualClock()
    await polled_for(10, await bot(store, clock, DOWN), clock, source())
    assert await notices(store, clock) == [
        ("slack:#ops", "Focus can't be read for a day now: the server answered 503. Check its address")
    ]


async def test_a_restart_tells_nothing_again() -> None:
    store, clock = MemoryStore(), ManualClock()
    for number in range(20):
        await polled_for(1, await bot(store, clock, DOWN, first_id=number * 100), clock, source())
    assert len(await notices(store, clock)) == 1


async def test_two_bots_on_one_store_tell_it_once() -> None:
    store, clock = MemoryStore(), ManualClock()
    one, two = await bot(store, clock, DOWN), await bot(store, clock, DOWN, first_id=1000)
    for _ in range(12):
        await one.poll(source())
        await two.poll(source())
        await one.flush()
        await two.flush()
        clock.advance(hours=6)
    assert len(await notices(store, clock)) == 1


async def test_news_that_were_not_written_yet_go_with_the_next_decision() -> None:
    """The source dies, and is back with an article before the batch is written: nothing is lost, nothing told twice."""
    store, clock = MemoryStore(), ManualClock()
    intake = await bot(store, clock, DOWN, DOWN, Fetched((TALKS,)))
    await intake.poll(source())
    clock.advance(hours=25)
    assert len((await intake.poll(source())).news) == 1
    polled = await intake.poll(source())
    assert polled.recovered
    await intake.flush()
    assert [words.split(":")[0] for _, words in await notices(store, clock)] == [
        "Focus can't be read for a day now",
        "Focus can be read again, after 1 day",
    ]


async def test_without_a_channel_nothing_is_owed_and_the_poll_says_it() -> None:
    store, clock = MemoryStore(), ManualClock()
    intake = await bot(store, clock, DOWN, ops=None)
    await intake.poll(source())
    clock.advance(hours=25)
    polled = await intake.poll(source())
    assert polled.news == ("Focus can't be read for a day now: the server answered 503. Check its address",)
    await intake.flush()
    assert await notices(store, clock) == []


async def test_a_batch_that_the_store_refuses_keeps_its_news() -> None:
    class Full(MemoryStore):
        full = True

        async def note_polls(self, *batch: object) -> None:
            if self.full:
                raise OSError("the disk is full")
            await super().note_polls(*batch)  # type: ignore[arg-type]

    store, clock = Full(), ManualClock()
    intake = await bot(store, clock, DOWN)
    await intake.poll(source())
    clock.advance(hours=25)
    await intake.poll(source())
    with pytest.raises(OSError, match="full"):
        await intake.flush()
    store.full = False
    await intake.flush()
    await intake.flush()
    assert len(await notices(store, clock)) == 1


async def test_what_is_gone_for_good_is_asked_at_every_start_and_once_a_week() -> None:
    store, clock = MemoryStore(), ManualClock()
    gone = BadStatus(410)
    intake = await bot(store, clock, Fetched((RAIN,)), gone)
    await intake.poll(source())
    clock.advance(hours=2)
    await intake.poll(source())
    await intake.flush()
    asked = [
        day for day in range(1, 30) if intake.due([source()], clock.advance(days=1)) and await intake.poll(source())
    ]
    assert asked == [7, 14, 21, 28]
    await intake.flush()
    again = await bot(store, clock, gone, first_id=1000)
    assert again.due([source()], clock.now()) == (source(),)
    assert [words.split(",")[0] for _, words in await notices(store, clock)] == ["Focus is gone for good"]


async def test_a_source_that_moved_is_read_at_its_new_place_under_its_old_key() -> None:
    store, clock, urls = MemoryStore(), ManualClock(), []

    class Moving(ScriptedReader):
        async def __call__(self, source: Source, cursor: Cursor, fetcher: Fetcher) -> Fetched:
            del cursor, fetcher
            urls.append(source.url)
            here = source.url == "https://new.example/feed"
            return Fetched((TALKS,), moved_to="" if here else "https://new.example/feed")

    intake = await bot(store, clock)
    intake._readers = {"feed": Moving()}
    for _ in range(6):
        await intake.poll(source())
        clock.advance(hours=12)
    assert urls == [source().url] * 3 + ["https://new.example/feed"] * 3
    assert list(await store.source_states()) == [source().key]
    assert (await store.table_counts())["articles"] == 1
    ((channel, words),) = await notices(store, clock)
    assert (channel, words) == (
        "slack:#ops",
        "Focus has moved to https://new.example/feed, and is read there. Change its address",
    )
