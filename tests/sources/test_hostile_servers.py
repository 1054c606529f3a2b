"""Sixteen servers that behave badly, over real sockets: an article, a sentence for people, and never a flood."""

import asyncio
import gzip
import runpy
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from email.utils import format_datetime
from functools import partial
from itertools import count

import pytest

from bot.app import POLLS_AT_ONCE
from bot.errors import SourceError
from bot.extraction import extract
from bot.http import HttpFetcher, Limits
from bot.intake import Intake, Polled
from bot.jobs import Crew
from bot.model.article import Extracted
from bot.model.source import NO_CURSOR, Entry, FirstPoll, Source, SourceState
from bot.sources import feed
from bot.store import MemoryStore
from tests.builders import company, watchlist
from tests.fakes import CountingIds, ManualClock
from tests.http.server import Handler, Request, Server, answer, endless, fixed, mute, serving
from tests.memory import growth
from tests.shared_data import SHARED, needs_shared

LISTS = [watchlist("phones", [company("Lava International")])]
ITEM = "<item><guid>{guid}</guid><title>{title}</title><link>{link}</link>{more}</item>"
RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{}</channel></rss>'


def rss(*items: str) -> bytes:
    return RSS.format("".join(items)).encode()


def item(guid: object, title: str, link: object = "", more: str = "") -> str:
    return ITEM.format(guid=guid, title=title, link=link or f"https://lava.example/{guid}", more=more)


def news(number: int) -> str:
    return f"Lava International opens plant {number} in district {number * 7}"


def in_turn(pages: Callable[[int], bytes]) -> Handler:
    """The page of each GET, counted from 0."""
    asked = count()

    async def handle(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(body=pages(next(asked))))

    return handle


@asynccontextmanager
async def polling(server: Server, **limits: float) -> AsyncIterator[Callable[[], Awaitable[Polled]]]:
    """The whole way of a poll, from the socket to what is owed; each call is a poll an hour later."""
    clock, store = ManualClock(), MemoryStore()

    async def extracted(source: Source, before: SourceState, entries: tuple[Entry, ...]) -> Extracted:
        del source, before
        return Extracted(tuple(each for entry in entries for each in extract(entry)))

    async with client(clock, **limits) as fetcher:
        intake = Intake(
            store,
            fetcher,
            {"feed": feed.read},
            extracted,  # type: ignore[arg-type]
            clock,
            CountingIds(),
            lists=lambda: LISTS,
            live=frozenset(),
            age_limit=timedelta(hours=48),
        )
        await intake.open()
        source = Source("Hostile", "feed", server.url("/feed"), first_poll=FirstPoll("record"))

        async def poll() -> Polled:
            clock.advance(hours=1)
            return await intake.poll(source)

        yield poll


def client(clock: ManualClock | None = None, **limits: float) -> HttpFetcher:
    return HttpFetcher(
        "namewatch/test",
        clock or ManualClock(),
        allowed_networks=("127.0.0.0/8",),
        limits=Limits(**limits),  # type: ignore[arg-type]
    )


def guid_churn(turn: int) -> bytes:
    when = format_datetime(ManualClock().now() + timedelta(hours=turn))
    return rss(*(item(f"{turn}-{n}", news(n), more=f"<pubDate>{when}</pubDate>") for n in range(50)))


def window_slide(turn: int) -> bytes:
    start = turn * 37 % 180
    return rss(*(item(n, news(n)) for n in range(start, start + 20)))


def http_https_flip(turn: int) -> bytes:
    scheme = "https" if turn % 2 else "http"
    address = scheme + "://lava.example/{}"
    return rss(*(item(address.format(n), news(n), address.format(n)) for n in range(20)))


def reset_all_guids_once(turn: int) -> bytes:
    made = "new" if turn >= 4 else "old"
    return rss(*(item(f"{made}-{n}", news(n), f"https://{made}.example/{n}") for n in range(100)))


async def test_fresh_ids_links_and_dates_at_every_poll_are_no_flood(server: Server) -> None:
    server.routes["/feed"] = in_turn(guid_churn)
    async with polling(server) as poll:
        owed = [(await poll()).owed for _ in range(25)]
    assert sum(owed) <= 50
    assert owed[10:] == [0] * 15


async def test_a_window_that_slides_back_repeats_nothing(server: Server) -> None:
    server.routes["/feed"] = in_turn(window_slide)
    async with polling(server) as poll:
        brought = [(await poll()).articles for _ in range(200)]
    assert sum(brought) <= 200
    assert brought[180:] == [0] * 20


async def test_addresses_that_change_their_scheme_repeat_nothing(server: Server) -> None:
    server.routes["/feed"] = in_turn(http_https_flip)
    async with polling(server) as poll:
        polled = [await poll() for _ in range(10)]
    assert [each.owed for each in polled] == [0] * 10
    assert [each.articles for each in polled] == [20, *[0] * 9]


async def test_a_migration_that_gives_everything_a_new_id_is_a_digest_at_most(server: Server) -> None:
    server.routes["/feed"] = in_turn(reset_all_guids_once)
    async with polling(server) as poll:
        owed = [(await poll()).owed for _ in range(8)]
    assert sum(owed) <= 1


async def test_a_login_page_for_ten_polls_is_a_failure_and_then_no_flood(server: Server) -> None:
    wall = b"<!doctype html><title>Sign in</title><form>"
    page = rss(*(item(n, news(n)) for n in range(30)))
    server.routes["/feed"] = in_turn(lambda turn: wall if 1 <= turn <= 10 else page)
    async with polling(server) as poll:
        polled = [await poll() for _ in range(13)]
    assert all("this is a web page, not a feed" in each.error for each in polled[1:11])
    assert [(each.owed, each.error, each.recovered) for each in polled[11:]] == [(0, "", True), (0, "", False)]


async def test_a_server_that_says_not_modified_for_ever_is_found_out_in_a_day(server: Server) -> None:
    bodies = in_turn(lambda turn: rss(item(1, news(1)), *([item(2, news(2))] if turn else [])))

    async def handle(request: Request, writer: asyncio.StreamWriter) -> None:
        if "if-none-match" in request.headers:
            writer.write(answer("304 Not Modified", ETag='"for ever"'))
        else:
            writer.write((await _written(bodies, request)).replace(b"\r\n\r\n", b'\r\nETag: "for ever"\r\n\r\n', 1))

    server.routes["/feed"] = handle
    async with polling(server) as poll:
        brought = [(await poll()).articles for _ in range(26)]
    assert brought == [1, *[0] * 23, 1, 0]


async def _written(handler: Handler, request: Request) -> bytes:
    class Kept:
        data = b""

        def write(self, data: bytes) -> None:
            self.data += data

    kept = Kept()
    await handler(request, kept)  # type: ignore[arg-type]
    return kept.data


def stream(head: bytes, piece: bytes) -> Handler:
    return endless(head + b"\r\n\r\n", piece)


def drip(piece: bytes) -> Handler:
    """A piece now and then, for ever."""

    async def handle(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(Transfer_Encoding="chunked"))
        while not writer.is_closing():
            writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            await writer.drain()
            await asyncio.sleep(0.02)

    return handle


zipped = partial(gzip.compress, mtime=0)
GIGABYTES = zipped(b"\0" * 64_000_000) * 64  # 4 GB in 4 MB: packed parts follow each other as one
HUNDRED = rss(*(item(n, "Lava " * 100) for n in range(1_000)))
RAW = b"HTTP/1.1 200 OK\r\n"
BAD: dict[str, tuple[Handler, str]] = {
    "slow_loris": (drip(b"<"), "took longer than"),
    "slow_loris in its head": (mute(b"HTTP/1.1 200 OK\r\nX: "), "does not answer"),
    "infinite": (stream(RAW + b"Content-Type: text/xml", HUNDRED), "larger than 10 MB"),
    "100mb": (stream(RAW + b"Content-Length: 100000000", HUNDRED), "larger than 10 MB"),
    "gzip_4GiB": (fixed(body=GIGABYTES, Content_Encoding="gzip"), "larger than 10 MB"),
    "br_4GiB": (fixed(body=b"\xcf\xff\xff\x7f" * 750, Content_Encoding="br"), "not asked for"),
    "redirect_loop": (fixed("302 Found", Location="/feed"), "redirects more than 5 times"),
    "redirect_to_private": (fixed("302 Found", Location="http://169.254.169.254/latest/"), "not a public web address"),
    "header_flood": (fixed(body=rss(), **{f"X_{n}": "y" for n in range(10_000)}), "does not answer"),
    "retry_after_1e9": (fixed("429 Slow", Retry_After="1000000000"), "answered 429"),
    "retry_after in the past": (fixed("429 Slow", Retry_After="Fri, 20 Nov 2020 08:31:00 GMT"), "answered 429"),
    "content_length_lie": (fixed(body=rss() + b"<" * 1_000_000, Content_Length="10"), "not a feed|does not answer"),
}
BY_NAME = "guid_churn window_slide http_https_flip reset_all_guids_once etag_constant_body_changes cookie_wall"
"""Those that have a test of their own above."""


@pytest.mark.parametrize("name", BAD)
async def test_a_server_that_behaves_badly_costs_a_sentence(server: Server, name: str) -> None:
    server.routes["/feed"], words = BAD[name]
    source = Source("Hostile", "feed", server.url("/feed"))
    async with client(seconds=0.3 if "slow" in name else 30.0) as fetcher:
        started = time.process_time()
        with growth() as grown, pytest.raises(SourceError, match=words) as caught:
            await feed.read(source, NO_CURSOR, fetcher)
    assert time.process_time() - started < 5
    assert grown.peak < 20
    assert "\n" not in str(caught.value)
    assert (caught.value.retry_after or 0.0) <= 86_400


@needs_shared
def test_every_behaviour_that_is_known_is_served_here() -> None:
    known = runpy.run_path(str(SHARED / "data/corpora/hostile/feeds.py"))["SERVERS"]
    assert set(known) <= {*BAD, *BY_NAME.split()}


async def test_fifty_slow_sources_delay_no_good_one() -> None:
    slow = [f"127.0.2.{number}" for number in range(1, 51)]
    good = [f"127.0.3.{number}" for number in range(1, 31)]
    crew, read = Crew(POLLS_AT_ONCE), asyncio.Queue[str]()
    async with serving("0.0.0.0") as server, client() as fetcher:  # noqa: S104 - every address of loopback
        server.on("/good", body=rss(item(1, news(1)))).routes["/slow"] = drip(b"<")

        async def poll(host: str, path: str) -> None:
            await feed.read(Source(host, "feed", server.url(path, host=host)), NO_CURSOR, fetcher)
            read.put_nowait(host)

        for host in slow:
            crew.begin(host, partial(poll, host, "/slow"))
        for host in good:
            crew.begin(host, partial(poll, host, "/good"))
        async with asyncio.timeout(10):
            assert {await read.get() for _ in good} == set(good)
        assert sum(request.path == "/slow" for request in server.requests) == len(slow)
        await crew.finish(0)
