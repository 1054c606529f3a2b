"""The bot as a server meets it: a real client polls a real server on loopback, by a clock that the test turns."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.http import HttpFetcher
from bot.intake import Intake
from bot.model.source import Source
from bot.sources import feed
from bot.store import MemoryStore
from tests.fakes import CountingIds, ManualClock
from tests.http.conftest import server  # noqa: F401 - a fixture
from tests.http.server import Request, Server, answer
from tests.intake.test_polls import LISTS, extract_all

ITEM = "<item><guid>{0}</guid><title>Lava International names chief {0}</title><link>https://focus.example/{0}</link></item>"
FEED = f"<rss version='2.0'><channel><title>Focus</title>{''.join(ITEM.format(n) for n in range(3))}</channel></rss>"


class Bot:
    """One source on this server, polled whenever it is due."""

    def __init__(self, server: Server, fetcher: HttpFetcher, clock: ManualClock, path: str) -> None:  # noqa: F811
        self.server, self.clock = server, clock
        self.source = Source("Focus", "feed", server.url(path))
        self.store = MemoryStore()
        self.intake = Intake(
            self.store,
            fetcher,
            {"feed": feed.read},
            extract_all,
            self.clock,
            CountingIds(),
            lists=lambda: LISTS,
            live=frozenset(),
            age_limit=timedelta(hours=48),
        )

    async def polls(self, hours: float) -> list[str]:
        """Poll for so long; the paths that were asked for."""
        asked = len(self.server.requests)
        end = self.clock.now() + timedelta(hours=hours)
        while self.clock.now() < end:
            if self.intake.due([self.source], self.clock.now()):
                await self.intake.poll(self.source)
                await self.intake.flush()
            self.clock.advance(minutes=1)
        return [request.path for request in self.server.requests[asked:]]


@pytest.fixture
async def bot(server: Server) -> AsyncIterator[Bot]:  # noqa: F811
    clock = ManualClock()
    async with HttpFetcher("namewatch/test", clock, allowed_networks=("127.0.0.0/8",)) as fetcher:
        yield Bot(server, fetcher, clock, "/feed")


async def conditional(request: Request, writer: asyncio.StreamWriter) -> None:
    """As servers do: 304 to whom the feed is known."""
    known = request.headers.get("if-none-match") == '"1"'
    writer.write(answer("304 Not Modified" if known else "200 OK", b"" if known else FEED.encode(), ETag='"1"'))


async def test_a_feed_that_brings_nothing_is_asked_less_and_less_and_nearly_always_with_its_validators(
    bot: Bot,
) -> None:
    bot.server.routes["/feed"] = conditional
    first = len(await bot.polls(hours=6))
    await bot.polls(hours=72)
    last = len(await bot.polls(hours=6))
    assert first >= 20
    assert last <= 7
    assert sum("if-none-match" not in request.headers for request in bot.server.requests) <= 5


async def test_a_server_that_answers_304_to_everybody_is_read_all_the_same(bot: Bot) -> None:
    bot.server.on("/feed", body=FEED.encode(), ETag='"1"')
    await bot.polls(hours=1)
    bot.server.on("/feed", "304 Not Modified", ETag='"1"')
    await bot.polls(hours=72)
    assert bot.intake.state(bot.source).error == ""


async def test_a_permanent_redirect_costs_one_request_after_a_day(bot: Bot) -> None:
    bot.server.on("/feed", "301 Moved Permanently", Location="/new").on("/new", body=FEED.encode())
    assert (await bot.polls(hours=26))[:2] == ["/feed", "/new"]
    assert set(await bot.polls(hours=6)) == {"/new"}
    bot.server.on("/new", "404 Not Found").on("/feed", body=FEED.encode())
    assert set(await bot.polls(hours=6)) == {"/new", "/feed"}
    assert set(await bot.polls(hours=6)) == {"/feed"}
    assert (await bot.store.table_counts())["articles"] == 3


async def test_a_redirect_for_now_is_never_kept(bot: Bot) -> None:
    bot.server.on("/feed", "302 Found", Location="/new").on("/new", body=FEED.encode())
    await bot.polls(hours=48)
    assert set(await bot.polls(hours=6)) == {"/feed", "/new"}


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
async def test_a_server_that_asks_for_time_gets_it(bot: Bot, status: str) -> None:
    bot.server.on("/feed", status, Retry_After="18000")
    await bot.polls(hours=0.1)
    assert await bot.polls(hours=4.8) == []
    assert await bot.polls(hours=0.5) == ["/feed"]


async def test_a_server_that_fails_is_asked_about_every_two_hours_in_the_end(bot: Bot) -> None:
    bot.server.on("/feed", "500 Internal Server Error")
    await bot.polls(hours=24)
    assert 12 <= len(await bot.polls(hours=24)) <= 24


async def test_what_is_gone_is_left_alone(bot: Bot) -> None:
    bot.server.on("/feed", "410 Gone")
    assert len(await bot.polls(hours=6 * 24)) == 1
