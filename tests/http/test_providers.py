"""One company behind many names: so many requests at once, and one pause for all of its sources."""

import asyncio
import socket
import tracemalloc
from collections.abc import Mapping

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.errors import BadStatus, FetchError, HeldBack
from bot.extraction.domain import domain_of
from bot.http import HttpFetcher, Limits
from bot.http.names import NotingResolver
from bot.http.providers import LONGEST_HOLD, Lines, Pauses
from bot.model.fetch import Manners
from tests.fakes import ManualClock
from tests.http.conftest import AGENT
from tests.http.server import Request, Server, answer, serving

FIRST, SECOND = "127.0.0.1", "127.0.0.2"


class Names(AbstractResolver):
    """A telephone book: each name has the address of its longest known ending."""

    def __init__(self, book: Mapping[str, str]) -> None:
        self.book = book
        self.asked: list[str] = []

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002
    ) -> list[ResolveResult]:
        self.asked.append(host)
        found = max((ending for ending in self.book if host.endswith(ending)), key=len, default="")
        if not found:
            raise OSError("no such name")
        at = self.book[found]
        return [ResolveResult(hostname=host, host=at, port=port, family=socket.AF_INET, proto=0, flags=0)]

    async def close(self) -> None:
        """Nothing is held."""


BOOK = {"acme.test": FIRST, "blogs.test": FIRST, "other.test": SECOND}


def client(clock: ManualClock | None = None, per_provider: int = 2, resolver: Names | None = None) -> HttpFetcher:
    return HttpFetcher(
        AGENT,
        clock or ManualClock(),
        allowed_networks=("127.0.0.0/8",),
        limits=Limits(seconds=5.0, per_provider=per_provider),
        resolver=resolver or Names(BOOK),
    )


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("feeds.bbci.co.uk", "bbci.co.uk"),
        ("acme.example", "acme.example"),
        ("Feeds.Acme.example", "acme.example"),
        ("a.wordpress.com", "wordpress.com"),
        ("b.substack.com", "substack.com"),
        ("feeds.feedburner.com", "feedburner.com"),
        ("someone.github.io", "github.io"),
        ("news.gov.tw", "news.gov.tw"),
        ("www.udn.com.tw", "udn.com.tw"),
        ("xn--r8jz45g.jp", "xn--r8jz45g.jp"),
        ("co.uk", "co.uk"),
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("a..b", "a..b"),
        ("", ""),
    ],
)
def test_a_company_is_what_it_registered(host: str, domain: str) -> None:
    assert domain_of(host) == domain


class Crowd:
    """A page that holds everybody until it is told to let go, and remembers how many were there at once."""

    def __init__(self, expected: int = 1) -> None:
        self.here = self.most = 0
        self.expected = expected
        self.come, self.go = asyncio.Event(), asyncio.Event()

    async def __call__(self, _request: Request, writer: asyncio.StreamWriter) -> None:
        self.here += 1
        self.most = max(self.most, self.here)
        if self.here == self.expected:
            self.come.set()
        await self.go.wait()
        self.here -= 1
        writer.write(answer(body=b"x", Connection="close"))


async def gathered(server: Server, hosts: list[str], at_once: int) -> int:
    """How many requests were under way at once when all these hosts were asked."""
    crowd = Crowd(at_once)
    server.routes["/"] = crowd
    async with client() as fetcher:
        asking = [asyncio.create_task(fetcher.get(server.url(host=host))) for host in hosts]
        await crowd.come.wait()
        for _ in range(200):
            await asyncio.sleep(0)
        crowd.go.set()
        await asyncio.gather(*asking)
    return crowd.most


@pytest.mark.parametrize(
    ("hosts", "at_once"),
    [
        ([f"{number}.acme.test" for number in range(8)], 2),
        ([f"{name}.blogs.test" for name in "abcd"] + [f"{name}.acme.test" for name in "abcd"], 2),
        (["acme.test"] * 5, 1),
        ([FIRST] * 5, 1),
    ],
    ids=["one company", "one server", "one host", "one number"],
)
async def test_a_provider_is_asked_by_so_many_at_once(server: Server, hosts: list[str], at_once: int) -> None:
    assert await gathered(server, hosts, at_once) == at_once


async def test_other_providers_do_not_wait(server: Server) -> None:
    crowd = Crowd()
    server.routes["/"] = crowd
    async with serving(SECOND) as other, client() as fetcher:
        other.on("/", body=b"other")
        asking = [asyncio.create_task(fetcher.get(server.url(host=f"{name}.acme.test"))) for name in "abcdef"]
        assert (await fetcher.get(other.url(host="other.test"))).body == b"other"
        crowd.go.set()
        await asyncio.gather(*asking)


SLOW_DOWN = "429 Slow down"
LATER = "503 Later"


@pytest.mark.parametrize(
    ("status", "header", "host", "held"),
    [
        (SLOW_DOWN, "120", "b.acme.test", True),
        (SLOW_DOWN, "120", "acme.test", True),
        (SLOW_DOWN, "120", "blogs.test", True),
        (SLOW_DOWN, "120", "other.test", False),
        (SLOW_DOWN, "", "b.acme.test", True),
        (LATER, "120", "b.acme.test", True),
        (LATER, "Fri, 20 Nov 2026 08:31:00 GMT", "b.acme.test", True),
        (LATER, "Fri, 20 Nov 2020 08:31:00 GMT", "b.acme.test", False),
        (LATER, "0", "b.acme.test", False),
        (LATER, "120", "blogs.test", False),
        (LATER, "", "b.acme.test", False),
        ("500 Oops", "120", "b.acme.test", False),
        ("404 Not Found", "", "b.acme.test", False),
    ],
)
async def test_a_pause_is_kept_by_the_whole_provider(status: str, header: str, host: str, held: bool) -> None:
    async with serving(FIRST) as server, serving(SECOND) as second, client() as fetcher:
        headers = {"Retry_After": header} if header else {}
        server.on("/busy", status, b"", **headers).on("/", body=b"x")
        second.on("/", body=b"x")
        with pytest.raises(BadStatus):
            await fetcher.get(server.url("/busy", host="a.acme.test"))
        asked = server if BOOK.get(host) != SECOND else second
        if held:
            with pytest.raises(HeldBack, match="asked for a pause, which all its sources keep"):
                await fetcher.get(asked.url(host=host))
            assert len(server.requests) == 1
        else:
            assert (await fetcher.get(asked.url(host=host))).body == b"x"


async def test_who_was_held_back_is_told_when_and_not_all_the_same_moment(server: Server) -> None:
    clock = ManualClock()
    server.on("/busy", SLOW_DOWN, Retry_After="120").on("/", body=b"x")
    waits = []
    async with client(clock) as fetcher:
        with pytest.raises(BadStatus):
            await fetcher.get(server.url("/busy", host="a.acme.test"))
        for number in range(20):
            with pytest.raises(HeldBack) as caught:
                await fetcher.get(server.url(host=f"{number}.acme.test"))
            waits.append(caught.value.retry_after or 0.0)
        assert str(caught.value) == "acme.test asked for a pause, which all its sources keep"
        assert all(120 <= wait <= 180 for wait in waits)
        assert len(set(waits)) > 10
        clock.advance(seconds=120)
        assert (await fetcher.get(server.url(host="b.acme.test"))).body == b"x"


async def test_a_day_that_one_page_asks_for_keeps_the_others_an_hour(server: Server) -> None:
    clock = ManualClock()
    server.on("/busy", LATER, Retry_After="86400").on("/", body=b"x")
    async with client(clock) as fetcher:
        with pytest.raises(BadStatus) as caught:
            await fetcher.get(server.url("/busy", host="a.acme.test"))
        assert caught.value.retry_after == 86_400
        with pytest.raises(HeldBack):
            await fetcher.get(server.url(host="b.acme.test"))
        clock.advance(seconds=LONGEST_HOLD.total_seconds())
        assert (await fetcher.get(server.url(host="b.acme.test"))).body == b"x"


async def test_who_waits_in_line_when_the_pause_comes_is_not_asked(server: Server) -> None:
    server.on("/", SLOW_DOWN, Retry_After="60")
    async with client(per_provider=1) as fetcher:
        hosts = [f"{number}.acme.test" for number in range(30)]
        ended = await asyncio.gather(*(fetcher.get(server.url(host=host)) for host in hosts), return_exceptions=True)
    assert len(server.requests) == 1
    assert sorted(type(each).__name__ for each in ended) == ["BadStatus", *["HeldBack"] * 29]


async def test_a_robots_txt_that_is_held_back_is_no_permission(server: Server) -> None:
    server.on("/busy", SLOW_DOWN, Retry_After="60").on("/robots.txt", body=b"User-agent: *\nDisallow: /")
    async with client() as fetcher:
        with pytest.raises(BadStatus):
            await fetcher.get(server.url("/busy", host="a.acme.test"))
        with pytest.raises(FetchError, match=r"robots\.txt of b\.acme\.test can't be read now"):
            await fetcher.get(server.url("/page", host="b.acme.test"), manners=Manners(robots=True))
    assert len(server.requests) == 1


async def test_a_host_is_looked_up_once_more_than_it_is_dialled(server: Server) -> None:
    names = Names(BOOK)
    server.on("/", body=b"x", Connection="close")
    async with client(resolver=names) as fetcher:
        for _ in range(3):
            await fetcher.get(server.url(host="acme.test"))
            await fetcher.get(server.url())
        for _ in range(2):
            with pytest.raises(FetchError):
                await fetcher.get("http://unknown.test/")
    assert names.asked == ["acme.test"] * 4 + ["unknown.test"] * 3


async def test_two_thousand_hosts_take_little() -> None:
    clock = ManualClock()
    domain_of("warm.example")
    tracemalloc.start()
    lines, pauses, names = Lines(1, 4, 100), Pauses(clock), NotingResolver(Names({"": FIRST}))
    for number in range(2_000):
        host = f"feeds.company{number}.example"
        async with lines.turn(host, await names.server_of(host, 1.0)):
            pauses.heard(host, f"10.0.{number // 250}.{number % 250}", BadStatus(429, retry_after=60))
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken < 4_000_000


async def test_who_gives_up_waiting_gives_back_what_it_took() -> None:
    lines = Lines(2, 1, 100)
    async with lines.turn("a.acme.test", FIRST):
        waiting = asyncio.create_task(_taken(lines, "b.acme.test"))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    async with asyncio.timeout(1):
        await asyncio.gather(*(_taken(lines, f"{name}.acme.test") for name in ("a", "b", "b", "c")))


async def _taken(lines: Lines, host: str) -> None:
    async with lines.turn(host, FIRST):
        await asyncio.sleep(0)
