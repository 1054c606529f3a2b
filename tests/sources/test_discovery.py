"""From an address to a source: each way in turn, and nothing asked twice or for ever."""

import time
from dataclasses import replace

import pytest

from bot.errors import SourceError, TimedOut
from bot.model.fetch import PLAIN, Manners, Response
from bot.model.source import NO_CURSOR, Cursor
from bot.sources.discovery import NOTHING, completed, discover, look
from tests.sources.web import ScriptedFetcher

HOME = "https://herald.example/business/"
FEED = b"""<rss version='2.0'><channel><title>The Herald &amp;amp; Co</title>
<item><guid>1</guid><title>Lava</title></item></channel></rss>"""
EMPTY = b"<rss version='2.0'><channel><title>Comments</title></channel></rss>"
DATED = b"<urlset><url><loc>https://herald.example/lava</loc><lastmod>2026-11-20</lastmod></url></urlset>"
UNDATED = b"<urlset><url><loc>https://herald.example/terms-of-use</loc></url></urlset>"
LIST = "".join(f"<h2><a href=/{n}>Lava opens plant number {n} in Noida</a></h2>" for n in range(4))


def page(head: str = "", body: str = "") -> bytes:
    return f"<!doctype html><head><title>The Herald</title>{head}</head><body>{body}<p>x".encode()


def alternate(href: str, title: str = "") -> str:
    return f'<link rel="alternate" type="application/rss+xml" href="{href}" title="{title}">'


def site(**pages: bytes) -> ScriptedFetcher:
    """Pages by path, in which `__` is a slash, `_x_` a full stop and `home` the page that is asked for."""
    fetcher = ScriptedFetcher()
    for name, body in pages.items():
        path = name.replace("__", "/").replace("_x_", ".").replace("_d_", "-")
        fetcher.put(HOME if name == "home" else f"https://herald.example/{path}", body, "text/html")
    return fetcher


WAYS = {
    "the address is a feed": (site(home=FEED), "feed", HOME, "as given"),
    "the address is a sitemap": (site(home=DATED), "sitemap", HOME, "as given"),
    "the page names its feed": (site(home=page(alternate("/f")), f=FEED), "feed", "f", "named by the page"),
    "feeds of comments come last": (
        site(home=page(alternate("/comments") + alternate("/f")), f=FEED, comments=FEED),
        "feed",
        "f",
        "named by the page",
    ),
    "a feed that is gone or empty is passed over": (
        site(home=page(alternate("/gone") + alternate("/empty") + alternate("/f")), f=FEED, empty=EMPTY),
        "feed",
        "f",
        "named by the page",
    ),
    "a link that looks like a feed": (
        site(home=page("", "<a href=/rss/b>RSS</a>"), rss__b=FEED),
        "feed",
        "rss/b",
        "named",
    ),
    "a usual address below the page": (
        site(home=page(), business__feed=FEED, feed=FEED),
        "feed",
        "business/feed",
        "a usual address of feeds",
    ),
    "a usual address of the site": (site(home=page(), rss_x_xml=FEED), "feed", "rss.xml", "a usual address of feeds"),
    "robots.txt names sitemaps, that of news first": (
        site(
            home=page(),
            robots_x_txt=b"User-agent: *\nSitemap: /all.xml\nsitemap:https://herald.example/news.xml # x\n",
            all_x_xml=DATED,
            news_x_xml=DATED,
        ),
        "sitemap",
        "news.xml",
        "named by robots.txt",
    ),
    "a usual address of sitemaps": (
        site(home=page(), sitemap_x_xml=DATED),
        "sitemap",
        "sitemap.xml",
        "a usual address",
    ),
    "the headlines of the page": (site(home=page("", LIST)), "page", HOME, "by a guess"),
    "headlines before an undated sitemap": (
        site(home=page("", LIST), sitemap_x_xml=UNDATED),
        "page",
        HOME,
        "by a guess",
    ),
    "an undated sitemap before nothing": (site(home=page(), sitemap_x_xml=UNDATED), "sitemap", "sitemap.xml", "usual"),
}


@pytest.mark.parametrize(("fetcher", "kind", "url", "how"), WAYS.values(), ids=WAYS)
async def test_the_ways_to_a_source(fetcher: ScriptedFetcher, kind: str, url: str, how: str) -> None:
    found = await discover(HOME, fetcher)
    assert found.type == kind
    assert found.url == (url if "://" in url else f"https://herald.example/{url}")
    assert how in found.how
    assert found.entries
    asked = list(zip((url for url, _ in fetcher.asked), (manners.robots for manners in fetcher.manners), strict=True))
    assert len(asked) == len(set(asked)) <= 25


async def test_the_title_of_a_feed_is_plain() -> None:
    assert (await discover(HOME, site(home=FEED))).title == "The Herald & Co"


async def test_other_feeds_are_told() -> None:
    head = alternate("/f") + alternate("/sport") + alternate("/comments/f")
    assert (await discover(HOME, site(home=page(head), f=FEED))).others == ("https://herald.example/sport",)


async def test_a_guessed_page_says_its_selector() -> None:
    assert (await discover(HOME, site(home=page("", LIST)))).options == {"select": "h2 > a"}


async def test_where_nothing_is_found_it_says_what_to_do() -> None:
    with pytest.raises(SourceError) as caught:
        await discover(HOME, site(home=page()))
    assert str(caught.value) == NOTHING


async def test_an_address_that_can_not_be_had_says_why() -> None:
    with pytest.raises(SourceError, match="404"):
        await discover(HOME, site())


async def test_a_permanent_move_is_followed_and_another_one_is_not() -> None:
    for moved in ("https://www.herald.example/feed", ""):
        fetcher = site(home=FEED)
        fetcher.pages[HOME] = replace(fetcher.pages[HOME], url="https://www.herald.example/feed", moved_to=moved)
        assert (await discover(HOME, fetcher)).url == (moved or HOME)


class Silent(ScriptedFetcher):
    """A site of which only the page that is asked for answers."""

    async def get(
        self, url: str, *, cursor: Cursor = NO_CURSOR, accept: str = "*/*", manners: Manners = PLAIN
    ) -> Response:
        if url == HOME:
            return Response(200, url, page("", LIST), "text/html")
        await super().get(HOME, cursor=cursor, accept=accept, manners=manners)
        raise TimedOut("the server does not answer")


async def test_a_site_that_does_not_answer_is_not_asked_for_every_usual_address() -> None:
    fetcher = Silent({HOME: Response(200, HOME)})
    assert (await discover(HOME, fetcher)).type == "page"
    assert len(fetcher.asked) <= 10


@pytest.mark.parametrize(
    ("kind", "body", "options", "entries"),
    [
        ("feed", FEED, {}, 1),
        ("search", FEED, {}, 1),
        ("sitemap", UNDATED, {}, 1),
        ("page", page("", LIST), {"select": "h2"}, 4),
    ],
)
async def test_a_type_that_is_given_is_taken(kind: str, body: bytes, options: dict[str, str], entries: int) -> None:
    found = await look(kind, HOME, options, site(home=body))
    assert (found.type, found.url, len(found.entries), found.options) == (kind, HOME, entries, options)


async def test_a_page_that_is_wanted_says_the_selector_of_its_guess() -> None:
    found = await look("page", HOME, {}, site(home=page("", LIST)))
    assert found.options["select"]
    assert len(found.entries) == 4


async def test_a_robots_txt_of_empty_lines_costs_nothing() -> None:
    fetcher = site(home=page("", LIST), robots_x_txt=b"\n" * 400_000)
    started = time.process_time()
    assert (await discover(HOME, fetcher)).type == "page"
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("example.org", "https://example.org"),
        (" example.org/news ", "https://example.org/news"),
        ("example.org:8080/x", "https://example.org:8080/x"),
        ("http://example.org", "http://example.org"),
        ("//example.org/x", "https://example.org/x"),
        ("feed://example.org/x", "https://example.org/x"),
        ("feed:http://example.org/x", "http://example.org/x"),
        ("FEED://example.org/x", "https://example.org/x"),
    ],
)
def test_what_is_typed_is_completed(typed: str, meant: str) -> None:
    assert completed(typed) == meant
