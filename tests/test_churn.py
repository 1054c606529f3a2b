"""Sources that list the same as new again and again: a channel hears of it once, and a restart repeats nothing."""

import hashlib
import os
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.digests import Digests
from bot.intake import Intake, Polled
from bot.model.alert import Receipt, Settlement
from bot.model.card import Link, Strong, TextCard
from bot.model.channel import CONSOLE, Channel
from bot.model.mute import Mute
from bot.model.source import Cursor, Entry, Fetched, Source
from bot.model.watchlist import ChannelRule, Watchlist
from bot.protocols import Fetcher, Store
from bot.store import MemoryStore, open_store
from tests.builders import company, source, watchlist
from tests.fakes import START, CountingIds, ManualClock
from tests.intake.test_polls import NoFetcher, extract_all
from tests.store.conftest import empty_file, sqlite_url  # noqa: F401 - fixtures

LISTS = [watchlist("phones", [company("Lava International"), company("Dixon Technologies")])]
OPS = Channel.parse("slack:#ops")
SYLLABLES = ["ba", "do", "ki", "lu", "ma", "ne", "po", "ra", "si", "tu", "ve", "zo"]
POLLS = int(os.environ.get("NAMEWATCH_TEST_POLLS", "120"))
"""1,000 for the figure; a CI run makes do with days of it."""
Listing = Callable[[int, datetime], Sequence[Entry]]


def title(n: int) -> str:
    """A headline that has only the company in common with any other."""
    digits = hashlib.sha256(f"{n}".encode()).digest()
    words = ["".join(SYLLABLES[digit % 12] for digit in digits[at : at + 4]) for at in range(0, 16, 4)]
    return f"Lava International {' '.join(words)}"


def entry(id_: str, url: str, name: str, published: datetime | None = None) -> Entry:
    return Entry(
        id_, url, name, f"Lava International said so of {name.removeprefix('Lava International')}.", published=published
    )


def ids(poll: int, now: datetime) -> list[Entry]:
    """Ten articles at their addresses under ids that change at every poll."""
    del now
    return [entry(f"{poll}-{n}", f"https://focus.example/{n}", title(n)) for n in range(10)]


def sessions(poll: int, now: datetime) -> list[Entry]:
    """The same, and a session in every address."""
    del now
    return [entry(f"{poll}-{n}", f"https://focus.example/{n}?s={poll}", title(n)) for n in range(10)]


def schemes(poll: int, now: datetime) -> list[Entry]:
    """The same articles now under http, now under https, which are their ids, too."""
    del now
    scheme = "http" if poll % 2 else "https"
    return [entry(url, url, title(n)) for n in range(10) for url in [f"{scheme}://focus.example/{n}"]]


def slides(poll: int, now: datetime) -> list[Entry]:
    """A page whose ids are places on it, and every poll everything stands one place further down, in a circle."""
    del now
    return [entry(f"place-{n}", f"https://focus.example/page#{n}", title((n - poll) % 40)) for n in range(10)]


def titles(poll: int, now: datetime) -> list[Entry]:
    """Nothing stays: not the ids, not the addresses, not the titles; no dates."""
    del now
    return [entry(f"{poll}-{n}", f"https://focus.example/{poll}/{n}", title(poll * 10 + n)) for n in range(10)]


def future(poll: int, now: datetime) -> list[Entry]:
    """The same with dates that have not come."""
    return [
        entry(f"{poll}-{n}", f"https://focus.example/{poll}/{n}", title(poll * 10 + n), now + timedelta(days=n))
        for n in range(10)
    ]


def all_now(poll: int, now: datetime) -> list[Entry]:
    """The same with the date of the poll on everything."""
    return [entry(f"{poll}-{n}", f"https://focus.example/{poll}/{n}", title(poll * 10 + n), now) for n in range(10)]


def minutes_ago(poll: int, now: datetime) -> list[Entry]:
    """The same ten titles under new ids and addresses, with dates reckoned from the poll: a minute ago, two minutes."""
    return [
        entry(f"{poll}-{n}", f"https://focus.example/{poll}/{n}", title(n), now - timedelta(minutes=n))
        for n in range(10)
    ]


def every_other(poll: int, now: datetime) -> list[Entry]:
    """Churn and the plain listing in turns, as two servers behind one address give them."""
    return titles(poll, now) if poll % 2 else ids(0, now)


def plain(id_: str) -> Entry:
    return Entry(id_, "", f"Rain {id_}", f"Rain is expected on day {id_}.")


def quiet(poll: int, now: datetime) -> list[Entry]:
    """Nothing new: what the third poll of `titles` listed."""
    del poll
    return titles(3, now)


class Churning:
    """Reads as the listing says, another one at each poll."""

    def __init__(self, listing: Listing, clock: ManualClock) -> None:
        self.listing, self.clock, self.polls = listing, clock, 0

    async def __call__(self, source: Source, cursor: Cursor, fetcher: Fetcher) -> Fetched:
        del source, cursor, fetcher
        self.polls += 1
        return Fetched(tuple(self.listing(self.polls, self.clock.now())))


class Run:
    """A bot with one source, restarted at will over one store."""

    def __init__(self, listing: Listing, open_again: Callable[[], Awaitable[Store]]) -> None:
        self.clock = ManualClock()
        self.reader = Churning(listing, self.clock)
        self.open_again = open_again
        self.source = source()
        self.kinds: Counter[str] = Counter()
        self.digests: list[TextCard] = []
        self.news: list[str] = []
        self.ids = CountingIds()

    async def start(self) -> None:
        self.store = await self.open_again()
        self.intake = Intake(
            self.store,
            NoFetcher(),  # type: ignore[arg-type]
            {"feed": self.reader},
            extract_all,
            self.clock,
            self.ids,
            lists=lambda: LISTS,
            live=frozenset(),
            age_limit=timedelta(hours=48),
            ops=OPS,
        )
        await self.intake.open()

    async def poll(self) -> Polled:
        state = self.intake.state(self.source)
        if state.next_poll is not None and state.next_poll > self.clock.now():
            self.clock.advance(seconds=(state.next_poll - self.clock.now()).total_seconds())
        polled = await self.intake.poll(self.source)
        self.news += polled.news
        return polled

    async def deliver(self) -> None:
        """Send everything that is owed."""
        while claimed := await self.store.claim("me", self.clock.now(), self.clock.now() + timedelta(minutes=1), 9):
            for each in claimed:
                self.kinds[each.kind] += 1
                if each.kind == "digest" and isinstance(each.card, TextCard):
                    self.digests.append(each.card)
                receipt = Receipt(f"message-{each.id}")
                await self.store.settle(Settlement(each.id, "me", each.attempt, "sent", self.clock.now(), receipt))

    @property
    def heard(self) -> int:
        """Messages that a person of the channel got."""
        return self.kinds["post"] + self.kinds["reply"] + self.kinds["digest"]


def in_memory() -> Callable[[], Awaitable[Store]]:
    store = MemoryStore()

    async def the_same() -> Store:
        return store

    return the_same


@pytest.fixture
async def on_disk(sqlite_url: str) -> AsyncIterator[Callable[[], Awaitable[Store]]]:  # noqa: F811
    async with AsyncExitStack() as stack:

        async def another() -> Store:
            store = await open_store(sqlite_url)
            stack.push_async_callback(store.close)
            return store

        yield another


ALL = [ids, sessions, schemes, slides, titles, future, all_now, minutes_ago, every_other]


@pytest.mark.parametrize("listing", ALL, ids=lambda each: each.__name__)
async def test_churn_is_heard_of_in_a_handful_of_messages(listing: Listing) -> None:
    """Ten messages for the ten articles there are, and the digests of what can't be told apart; no edit without end."""
    run = Run(listing, in_memory())
    await run.start()
    for _ in range(100):
        await run.poll()
    await run.deliver()
    assert run.heard <= 50
    assert run.kinds["edit"] <= 50


async def test_weeks_of_churn_are_at_most_fifty_messages_and_one_word_to_the_operator(
    on_disk: Callable[[], Awaitable[Store]],
) -> None:
    run = Run(titles, on_disk)
    await run.start()
    for number in range(POLLS):
        await run.poll()
        if number % 50 == 49:
            await run.deliver()
    await run.deliver()
    assert run.heard <= 50
    assert run.kinds["digest"] >= 2
    assert [news.partition(":")[0].partition(" lists")[0] for news in run.news] == ["Focus", "Focus"]
    assert re.fullmatch(r"and [0-9,]+ more: /watch why <words of the article>", str(run.digests[1].lines[-1][0]))
    counts = await run.store.table_counts()
    assert counts["articles"] == 10 * POLLS
    assert counts["routings"] == 10 * POLLS


@pytest.mark.parametrize("listing", [ids, titles, every_other], ids=lambda each: each.__name__)
async def test_fifty_restarts_repeat_nothing(listing: Listing, on_disk: Callable[[], Awaitable[Store]]) -> None:
    """Each bot polls once, whenever it likes; the listing stands still, then changes all its ids between two starts."""
    run = Run(listing, on_disk)
    for number in range(50):
        run.reader.polls = number % 2
        await run.start()
        await run.intake.poll(run.source)
        await run.deliver()
        await run.store.close()
        if number == 1:
            before = run.heard
    assert run.heard == before


async def test_the_digest_lists_what_was_held_and_the_ledger_says_so() -> None:
    run = Run(titles, in_memory())
    await run.start()
    for _ in range(3):
        await run.poll()
    await run.deliver()
    assert (run.kinds["post"], len(run.digests)) == (10, 1)
    held = run.intake.state(run.source).learnt.held
    assert len(held) == 10
    (record, *_) = await run.store.articles_by_url("https://focus.example/3/4")
    assert [(each.state, each.note) for each in record.routings] == [
        ("held", "its source lists most of its articles anew: collected in a digest")
    ]
    run.reader.listing = quiet
    run.clock.advance(days=1)
    assert (await run.poll()).owed == 1
    await run.deliver()
    said = [span for line in run.digests[1].lines for span in line]
    assert {span.url for span in said if isinstance(span, Link)} == {f"https://focus.example/3/{n}" for n in range(10)}
    (record, *_) = await run.store.articles_by_url("https://focus.example/3/4")
    assert [(each.state, each.note) for each in record.routings] == [("alerted", "in the digest of its source")]
    assert run.intake.state(run.source).learnt.held == ()


async def test_after_an_outage_few_articles_are_posted_as_ever() -> None:
    """A listing without dates that turned over once is news like any other where little of it concerns anybody."""
    run = Run(lambda poll, _: [plain(f"{poll}-{n}") for n in range(9)] + titles(poll, START)[:1], in_memory())
    await run.start()
    for _ in range(2):
        await run.poll()
    await run.deliver()
    assert (run.kinds["post"], run.kinds["digest"]) == (2, 0)


async def test_a_burst_that_its_dates_speak_for_is_posted_and_what_was_missed_is_said() -> None:
    """Ten an hour, and nobody polled for six hours: ten are listed, fifty are gone."""

    def hourly(poll: int, now: datetime) -> list[Entry]:
        del poll
        tenths = int((now - START).total_seconds() // 360)
        return [
            entry(f"{n}", f"https://focus.example/{n}", title(n % 1000), START + n * timedelta(minutes=6))
            for n in range(tenths - 9, tenths + 1)
        ]

    run = Run(hourly, in_memory())
    await run.start()
    await run.poll()
    assert run.news == []
    run.clock.advance(hours=6)
    await run.poll()
    (news,) = run.news
    assert re.search(r"up to about 5[0-9] articles may be missed", news)
    await run.deliver()
    assert (run.kinds["post"], run.kinds["digest"]) == (20, 0)
    for _ in range(5):
        run.clock.advance(hours=6)
        await run.poll()
    assert len(run.news) == 1


async def test_a_folder_that_grows_and_a_short_listing_are_no_churn() -> None:
    run = Run(lambda poll, _: titles(1, START)[: 4 + 6 * (poll > 1)], in_memory())
    await run.start()
    for _ in range(2):
        await run.poll()
    short = Run(lambda poll, _: titles(poll, START)[:4], in_memory())
    await short.start()
    for _ in range(5):
        await short.poll()
    await run.deliver()
    await short.deliver()
    assert (run.kinds["post"], run.kinds["digest"], run.news) == (10, 0, [])
    assert (short.kinds["post"], short.kinds["digest"], short.news) == (20, 0, [])


async def held_and_left(listing: Listing = titles) -> tuple[Run, Digests, list[Watchlist]]:
    """A source that still holds ten articles when it is taken off its list."""
    run = Run(listing, in_memory())
    await run.start()
    for _ in range(3):
        await run.poll()
    await run.deliver()
    lists = list(LISTS)
    digests = Digests(run.store, run.clock, CountingIds(90_000), lists=lambda: lists, live=frozenset())
    return run, digests, lists


async def fates(run: Run) -> Counter[tuple[str, str]]:
    records = [await run.store.articles_by_url(f"https://focus.example/3/{n}") for n in range(10)]
    return Counter((each.state, each.note) for (record, *_) in records for each in record.routings)


async def test_what_a_source_held_that_is_taken_off_its_list_comes_as_one_digest() -> None:
    run, digests, _ = await held_and_left()
    assert await digests.release_left([run.source]) == 0
    assert await digests.release_left([]) == 1
    assert await digests.release_left([]) == 0
    await run.deliver()
    said = [span for line in run.digests[-1].lines for span in line]
    assert said[0] == Strong("Digest · focus.example")
    assert {span.url for span in said if isinstance(span, Link)} == {f"https://focus.example/3/{n}" for n in range(10)}
    assert await fates(run) == {("alerted", "in the digest of its source"): 10}
    assert (await run.store.source_state(run.source.key)).learnt.held == ()


async def test_a_channel_that_hears_no_list_any_more_gets_no_digest_and_the_ledger_says_so() -> None:
    run, digests, lists = await held_and_left()
    lists[:] = [replace(LISTS[0], channels=(ChannelRule(OPS),))]
    digests = Digests(run.store, run.clock, CountingIds(90_000), lists=lambda: lists, live=frozenset({"slack"}))
    assert await digests.release_left([]) == 0
    assert await fates(run) == {("old", "its source is polled no more, and no list names this channel now"): 10}
    assert (await run.store.source_state(run.source.key)).learnt.held == ()


async def test_a_paused_channel_hears_what_was_left_behind_when_its_pause_is_over() -> None:
    run, digests, _ = await held_and_left()
    until = run.clock.now() + timedelta(hours=1)
    await run.store.mute(Mute("p", CONSOLE, "pause", "", "the terminal", run.clock.now(), until, "U1"))
    assert await digests.release_left([]) == 0
    assert {state for state, _ in await fates(run)} == {"held"}
    run.clock.advance(hours=2)
    assert await digests.release_left([]) == 1
