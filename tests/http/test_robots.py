"""robots.txt: what a site allows is asked for, what it forbids is not, and a refusal says so."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BadStatus, RobotsRefused, Unreachable
from bot.http import HttpFetcher, Limits
from bot.http.robots import LIFETIME, UNTIL_TRIED_AGAIN, judged, products
from bot.model.fetch import Manners
from tests.fakes import ManualClock
from tests.http.conftest import AGENT
from tests.http.server import Server, mute, serving

OBEY = Manners(robots=True)
PAGE = b"<html/>"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def polite(clock: ManualClock) -> AsyncIterator[HttpFetcher]:
    limits = Limits(seconds=0.5)
    async with HttpFetcher(AGENT, clock, allowed_networks=("127.0.0.0/8",), limits=limits) as client:
        yield client


def paths(server: Server) -> list[str]:
    return [request.path for request in server.requests]


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("", "/news", True),
        ("User-agent: *\nDisallow:", "/news", True),
        ("User-agent: *\nDisallow: /", "/news", False),
        ("user-agent:*\ndisallow:/news", "/news?page=2", False),
        ("User-agent: *\nDisallow: /news\nAllow: /news/tech", "/news/tech/1", True),
        ("User-agent: *\nAllow: /news/tech\nDisallow: /news", "/news/world", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf?x", True),
        ("User-agent: *\nDisallow: /a%3cd", "/a%3Cd", False),
        ("User-agent: *\nDisallow: /新聞", "/%E6%96%B0%E8%81%9E/1", False),
        ("User-agent: namewatch\nDisallow: /\n\nUser-agent: *\nAllow: /", "/news", False),
        ("User-agent: NameWatch/2.0\nDisallow: /", "/news", False),
        ("User-agent: namewatch*\nDisallow: /", "/news", False),
        ("User-agent: other\nUser-agent: Namewatch\nDisallow: /", "/news", False),
        ("User-agent: namewatch\nAllow: /\n\nUser-agent: *\nDisallow: /", "/news", True),
        ("User-agent: other\nDisallow: /", "/news", True),
        ("User-agent: watch\nDisallow: /", "/news", True),
        ("User-agent: test\nDisallow: /", "/news", True),
        (
            "User-agent: other\nDisallow: /\n\nSitemap: /s.xml\n\nUser-agent: *\nDisallow: /x",
            "/x",
            False,
        ),
        ("\ufeffUser-agent: *\nDisallow: /", "/news", False),
        ("User-agent: *\rDisallow: /", "/news", False),
        ("# a comment\nUser-agent: * # all\nDisallow: / # everything", "/news", False),
        ("Disallow: /", "/news", True),
        ("<!doctype html><title>Not found</title>", "/news", True),
    ],
)
def test_rules_are_read_as_the_standard_has_them(rules: str, path: str, allowed: bool) -> None:
    url = f"https://a.example{path}"
    assert judged(rules.removeprefix("\ufeff"), url, "Namewatch/1.2 (news alerts; +https://test/x)")[0] is allowed


@pytest.mark.parametrize(
    ("agent", "names"),
    [
        ("Namewatch/0.1 (news alerts)", ("namewatch",)),
        ("Namewatch/0.1 (news alerts; +https://acme.example/bot/)", ("namewatch",)),
        ("Mozilla/5.0 (compatible; Acme-Reader/2; +mailto:a/b@c.example)", ("mozilla", "acme-reader")),
        ("Acme reader", ("acme",)),
        ("https://acme.example/", ()),
        ("", ()),
    ],
)
def test_the_names_that_a_user_agent_goes_by(agent: str, names: tuple[str, ...]) -> None:
    assert products(agent) == names


@given(st.text(max_size=300), st.sampled_from(["", "User-agent: *\nDisallow: ", "User-agent: namewatch\nAllow: "]))
@settings(max_examples=200, deadline=None)
def test_any_text_is_an_answer(tail: str, head: str) -> None:
    allowed, pause = judged(head + tail, "https://a.example/x", AGENT)
    assert allowed in (True, False)
    assert pause >= 0


def test_a_robots_txt_made_to_hurt_stays_small() -> None:
    names = "".join(f"User-agent: {number:x}\n" for number in range(14_000))
    rules = names + "Allow:/a*\n" * 28_000
    tracemalloc.start()
    judged(rules, "https://a.example/x", AGENT)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60_000_000


async def test_a_page_is_asked_for_when_the_site_allows_it(server: Server, polite: HttpFetcher) -> None:
    server.on("/robots.txt", body=b"User-agent: *\nDisallow: /private").on("/news", body=PAGE)
    for _ in range(3):
        assert (await polite.get(server.url("/news"), manners=OBEY)).body == PAGE
    assert paths(server) == ["/robots.txt", "/news", "/news", "/news"]
    assert server.requests[0].headers["user-agent"] == AGENT


async def test_a_refusal_says_so_and_is_kept_for_a_day(server: Server, polite: HttpFetcher, clock: ManualClock) -> None:
    server.on("/robots.txt", body=b"User-agent: *\nDisallow: /news").on("/news", body=PAGE)
    for _ in range(2):
        with pytest.raises(RobotsRefused, match=r"robots\.txt of 127\.0\.0\.1 does not allow this page") as caught:
            await polite.get(server.url("/news"), manners=OBEY)
        assert caught.value.retry_after == 86_400
    assert paths(server) == ["/robots.txt"]
    server.on("/robots.txt", body=b"")
    clock.advance(hours=24, seconds=1)
    assert (await polite.get(server.url("/news"), manners=OBEY)).body == PAGE


async def test_a_feed_is_there_to_be_fetched(server: Server, polite: HttpFetcher) -> None:
    server.on("/robots.txt", body=b"User-agent: *\nDisallow: /").on("/feed", body=PAGE)
    assert (await polite.get(server.url("/feed"))).body == PAGE
    assert paths(server) == ["/feed"]


async def test_the_rules_for_the_agent_of_the_source_count(server: Server, polite: HttpFetcher) -> None:
    server.on("/robots.txt", body=b"User-agent: acme\nDisallow: /\n\nUser-agent: *\nAllow: /").on("/news", body=PAGE)
    assert (await polite.get(server.url("/news"), manners=OBEY)).body == PAGE
    with pytest.raises(RobotsRefused):
        await polite.get(server.url("/news"), manners=Manners(robots=True, agent="Acme/1.0"))


@pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "401 Unauthorized", "410 Gone"])
async def test_a_site_without_rules_allows_everything(server: Server, polite: HttpFetcher, status: str) -> None:
    server.on("/robots.txt", status).on("/news", body=PAGE)
    for _ in range(2):
        assert (await polite.get(server.url("/news"), manners=OBEY)).body == PAGE
    assert paths(server) == ["/robots.txt", "/news", "/news"]


@pytest.mark.parametrize("status", ["500 Oops", "503 Later", "429 Slow down"])
async def test_a_site_whose_rules_fail_allows_nothing_for_a_while(
    server: Server, polite: HttpFetcher, clock: ManualClock, status: str
) -> None:
    server.on("/robots.txt", status).on("/news", body=PAGE)
    for _ in range(2):
        with pytest.raises(Unreachable, match=r"robots\.txt of 127\.0\.0\.1 can't be read now") as caught:
            await polite.get(server.url("/news"), manners=OBEY)
        assert caught.value.retry_after == UNTIL_TRIED_AGAIN.total_seconds()
    assert paths(server) == ["/robots.txt"]
    clock.advance(minutes=31)
    server.on("/robots.txt", "404 Not Found")
    assert (await polite.get(server.url("/news"), manners=OBEY)).body == PAGE


async def test_rules_that_do_not_arrive_allow_nothing(server: Server, polite: HttpFetcher) -> None:
    server.on("/news", body=PAGE).routes["/robots.txt"] = mute()
    with pytest.raises(Unreachable):
        await polite.get(server.url("/news"), manners=OBEY)


async def test_rules_known_from_before_outlive_a_failure(
    server: Server, polite: HttpFetcher, clock: ManualClock
) -> None:
    server.on("/robots.txt", body=b"User-agent: *\nDisallow: /private").on("/news", body=PAGE)
    await polite.get(server.url("/news"), manners=OBEY)
    server.on("/robots.txt", "500 Oops")
    clock.advance(seconds=LIFETIME.total_seconds() + 1)
    assert (await polite.get(server.url("/news"), manners=OBEY)).body == PAGE
    with pytest.raises(RobotsRefused):
        await polite.get(server.url("/private"), manners=OBEY)


async def test_rules_may_be_elsewhere(server: Server, polite: HttpFetcher) -> None:
    server.on("/robots.txt", "301 Moved", Location="/r").on("/r", body=b"User-agent: *\nDisallow: /news")
    with pytest.raises(RobotsRefused):
        await polite.get(server.url("/news"), manners=OBEY)


async def test_each_redirect_of_a_page_asks_the_rules_of_its_site(server: Server, polite: HttpFetcher) -> None:
    async with serving("127.0.0.2") as other:
        server.on("/news", "302 Found", Location=other.url("/closed", host="127.0.0.2"))
        other.on("/robots.txt", body=b"User-agent: *\nDisallow: /closed").on("/closed", body=PAGE)
        with pytest.raises(RobotsRefused, match=r"127\.0\.0\.2"):
            await polite.get(server.url("/news"), manners=OBEY)
        assert paths(other) == ["/robots.txt"]


async def test_of_an_endless_robots_txt_the_beginning_counts(server: Server, polite: HttpFetcher) -> None:
    server.on("/robots.txt", body=b"User-agent: *\nDisallow: /news\n" + b"#" * 600_000 + b"\nDisallow: /late")
    server.on("/late", body=PAGE)
    with pytest.raises(RobotsRefused):
        await polite.get(server.url("/news"), manners=OBEY)
    assert (await polite.get(server.url("/late"), manners=OBEY)).body == PAGE


async def test_the_pause_that_a_site_asks_for_is_kept(server: Server, polite: HttpFetcher) -> None:
    server.on("/robots.txt", body=b"User-agent: *\nCrawl-delay: 0.05").on("/news", body=PAGE)
    loop = asyncio.get_running_loop()
    started = loop.time()
    for _ in range(3):
        await polite.get(server.url("/news"), manners=OBEY)
    assert loop.time() - started >= timedelta(milliseconds=100).total_seconds()


async def test_what_is_missing_is_missing_and_no_refusal(server: Server, polite: HttpFetcher) -> None:
    server.on("/robots.txt", body=b"User-agent: *\nDisallow: /private")
    with pytest.raises(BadStatus):
        await polite.get(server.url("/gone"), manners=OBEY)
