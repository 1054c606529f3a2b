"""Polls that wait at the same time are decided in one group: each as if it stood alone, and none at another's cost."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import StoreError, StoreUnavailable
from bot.intake import Intake, Polled
from bot.model.alert import PollOutcome, Recall
from bot.model.article import Identity
from bot.model.channel import Channel
from bot.model.source import Cursor, Entry, Fetched, Source
from bot.model.watchlist import ChannelRule, Watchlist
from bot.protocols import Fetcher
from bot.store import MemoryStore
from tests.builders import company, source, watchlist
from tests.fakes import START, CountingIds, ManualClock
from tests.intake.test_polls import NoFetcher, extract_all
from tests.town import rambling

HERE = Channel.parse("slack:T0AB/C0123ABCD")
NAMES = ("Lava International", "Dixon Technologies", "MediaTek")
SOURCES = [source(f"Source{number}") for number in range(6)]


class Counting(MemoryStore):
    """Lets the first decision begin when so many polls wait; refuses outcomes of sources that are `bad`."""

    def __init__(self, together: int = 0) -> None:
        super().__init__()
        self.together = together
        self.commits: list[int] = []
        self.bad = ""
        self.down = False

    async def recall(self, asking: Mapping[str, Sequence[Identity]]) -> Recall:
        if self.down:
            raise StoreUnavailable("the disk is gone")
        if not self.commits:
            for _ in range(200 if self.together else 0):
                await asyncio.sleep(0)
        return await super().recall(asking)

    async def commit(self, *outcomes: PollOutcome) -> int:
        if self.bad and any(self.bad in outcome.state.key for outcome in outcomes):
            raise StoreError("refused: nothing of it was written")
        self.commits.append(len(outcomes))
        return await super().commit(*outcomes)


class World:
    """Sources that list what they are told to, and a bot that polls them."""

    def __init__(self, store: Counting, budget: int = 20) -> None:
        self.store = store
        self.listed: dict[str, tuple[Entry, ...]] = {}
        made = watchlist("phones", [company(name) for name in NAMES])
        rule = ChannelRule(HERE, budget=f"{budget}/h")
        lists = [Watchlist(made.key, made.name, made.companies, (rule,))]
        self.intake = Intake(
            store,
            NoFetcher(),  # type: ignore[arg-type]
            {"feed": self._read},
            extract_all,
            ManualClock(),
            CountingIds(),
            lists=lambda: lists,
            live=frozenset({"slack"}),
            age_limit=timedelta(days=30),
        )

    async def _read(self, source: Source, cursor: Cursor, fetcher: Fetcher) -> Fetched:
        del cursor, fetcher
        return Fetched(self.listed.get(source.name, ()))

    async def together(self, sources: Sequence[Source] = SOURCES) -> list[Polled | BaseException]:
        return await asyncio.gather(*map(self.intake.poll, sources), return_exceptions=True)

    async def one_by_one(self, sources: Sequence[Source] = SOURCES) -> None:
        for each in sources:
            await self.intake.poll(each)


def entry(number: int, name: str = "", *, at: int | None = None) -> Entry:
    """`at`: the number of its address, where that is another article's too."""
    title = f"{name or 'Nobody'} {rambling(str(number))}"
    return Entry(str(number), f"https://wire.example/{number if at is None else at}", title, f"{title} was said.")


async def test_polls_of_which_nobody_hears_are_one_commit() -> None:
    world = World(Counting(together=6))
    await world.intake.open()
    world.listed = {each.name: (entry(number),) for number, each in enumerate(SOURCES)}
    assert [each.articles for each in await world.together() if isinstance(each, Polled)] == [1] * 6
    assert sum(world.store.commits) == 6
    assert max(world.store.commits) >= 4


async def test_one_bad_outcome_fails_alone() -> None:
    world = World(Counting(together=6))
    await world.intake.open()
    world.listed = {each.name: (entry(number),) for number, each in enumerate(SOURCES)}
    world.store.bad = "source3"
    polled = await world.together()
    assert [isinstance(each, StoreError) for each in polled] == [False, False, False, True, False, False]
    assert len(await world.store.source_states()) == 5
    world.store.bad = ""
    again = await world.intake.poll(SOURCES[3])
    assert again.articles == 1


async def test_a_store_that_is_gone_fails_all_and_keeps_nobody_waiting() -> None:
    world = World(Counting(together=6))
    await world.intake.open()
    world.listed = {each.name: (entry(number),) for number, each in enumerate(SOURCES)}
    world.store.down = True
    assert all(isinstance(each, StoreUnavailable) for each in await world.together())
    world.store.down = False
    assert all(isinstance(each, Polled) and each.articles == 1 for each in await world.together())


@pytest.mark.parametrize("given_up", range(6))
async def test_who_is_given_up_takes_nobody_along(given_up: int) -> None:
    world = World(Counting(together=6))
    await world.intake.open()
    world.listed = {each.name: (entry(number, NAMES[0]),) for number, each in enumerate(SOURCES)}
    polls = [asyncio.create_task(world.intake.poll(each)) for each in SOURCES]
    for _ in range(50):
        await asyncio.sleep(0)
    polls[given_up].cancel()
    ended = await asyncio.gather(*polls, return_exceptions=True)
    assert sum(isinstance(each, Polled) for each in ended) >= 5
    await world.together()
    assert len(await world.store.search([NAMES[0]])) == 6
    assert (await world.store.outbox_counts())["pending"] == 6


Listing = list[tuple[int, str, int | None]]
ENTRIES = st.lists(
    st.tuples(st.integers(0, 7), st.sampled_from(("", "", *NAMES)), st.none() | st.integers(0, 3)),
    max_size=3,
    unique_by=lambda each: each[0],
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(ENTRIES, min_size=6, max_size=6), min_size=1, max_size=2), st.sampled_from((2, 20)))
async def test_a_group_decides_what_its_polls_would_have_decided_one_by_one(
    rounds: list[list[Listing]], budget: int
) -> None:
    worlds = World(Counting(together=6), budget), World(Counting(), budget)
    for listings in rounds:
        told = {
            each.name: tuple(entry(number, name, at=at) for number, name, at in listing)
            for each, listing in zip(SOURCES, listings, strict=True)
        }
        for world in worlds:
            world.listed = told
            await world.intake.open()
        assert all(isinstance(each, Polled) for each in await worlds[0].together())
        await worlds[1].one_by_one()
    together, alone = [await _ledger(world.store) for world in worlds]
    assert together == alone


async def _ledger(store: MemoryStore) -> tuple[object, ...]:
    """All that was decided, without the ids."""
    ids = {each.id: (each.source, each.title, each.revision) for each in await store.articles_since(START)}
    verdicts = [(ids[each.article_id], each.company, each.matched) for each in await store.verdicts_of(ids)]
    routings = [(ids[each.article_id], each.state, each.note) for each in await store.routings_of(ids)]
    stories = {each.story_id for each in (await store.recent_stories(START)).members}
    cards = [each.card for each in await store.alerts_of(stories)]
    owed = [(each.kind, each.card) for each in await store.undelivered()]
    return sorted(ids.values()), sorted(verdicts), sorted(routings), len(stories), cards, owed
