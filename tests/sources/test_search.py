"""Feeds of a search: redirects do not tell articles apart, publisher, title and day do."""

from datetime import date

import pytest

from bot.extraction import extract, identity_of
from bot.model.article import Extract, Identity
from bot.model.source import NO_CURSOR, Fetched, Source
from bot.sources import feed, search
from bot.sources.parsing.redirects import RELATED, target_in
from tests.sources.web import ScriptedFetcher

URL = "https://news.searcher.example/rss/search?q=lava"
TOKEN = "CBMiK2h0dHBzOi8vcHViLmV4YW1wbGUvMjAyNi9sYXZh0gEA"
DAY = date(2026, 11, 21)


def item(title: str, token: str = TOKEN, source: str = "The Herald", day: int = 20, body: str = "") -> str:
    link = f"https://news.searcher.example/rss/articles/{token}?oc=5"
    return (
        f"<item><title>{title}</title><link>{link}</link><guid isPermaLink='false'>{token}</guid>"
        f"<pubDate>Fri, {day} Nov 2026 08:30:00 GMT</pubDate><description>{body}</description>"
        + (f"<source url='https://herald.example'>{source}</source>" if source else "")
        + "</item>"
    )


def rss(*items: str) -> bytes:
    return f"<rss version='2.0'><channel><title>t</title>{''.join(items)}</channel></rss>".encode()


async def read(body: bytes, kind: str = "feed", url: str = URL) -> Fetched:
    fetcher = ScriptedFetcher()
    fetcher.put(url, body)
    reader = {"feed": feed.read, "search": search.read}[kind]
    return await reader(Source("s", kind, url), NO_CURSOR, fetcher)


async def article(body: bytes, kind: str = "feed", url: str = URL) -> Extract:
    (entry,) = (await read(body, kind, url)).entries
    return extract(entry)[0]


async def identity(body: bytes, kind: str = "feed") -> Identity:
    return identity_of(await article(body, kind), DAY)


@pytest.mark.parametrize("kind", ["feed", "search"])
async def test_the_redirect_is_shown_and_publisher_title_and_day_identify(kind: str) -> None:
    one = await article(rss(item("Lava &amp; Dixon - a plant - The Herald")), kind)
    assert one.title == "Lava & Dixon - a plant"
    assert one.publisher == "The Herald"
    assert one.url == f"https://news.searcher.example/rss/articles/{TOKEN}?oc=5"
    assert "searcher" not in identity_of(one, DAY).canonical_url


BASE = item("Lava opens - The Herald")
SAME = [item("Lava opens - The Herald", TOKEN[::-1]), item("LAVA opens! - the herald", source="the herald")]
OTHER = [
    item("Lava closes - The Herald"),
    item("Lava opens - The Courier", source="The Courier"),
    item("Lava opens - The Herald", day=21),
]


@pytest.mark.parametrize(("other", "same"), [*((o, True) for o in SAME), *((o, False) for o in OTHER)])
async def test_what_identifies_an_article(other: str, same: bool) -> None:
    first, second = await identity(rss(BASE)), await identity(rss(other))
    assert (first.entry_id == second.entry_id) is same
    assert (first.canonical_url == second.canonical_url) is same


async def test_with_type_search_a_publisher_is_read_from_the_title() -> None:
    one = await article(rss(item("Lava opens - The Herald", source="")), "search")
    assert (one.title, one.publisher) == ("Lava opens", "The Herald")


@pytest.mark.parametrize(
    ("title", "source", "shown"),
    [
        ("Lava opens - The Herald", "The Herald", "Lava opens"),
        ("Lava opens - THE HERALD", "The Herald", "Lava opens"),
        ("Lava opens - a plant", "The Herald", "Lava opens - a plant"),
        ("Lava opens", "The Herald", "Lava opens"),
        (" - The Herald", "The Herald", "- The Herald"),
    ],
)
async def test_only_the_publisher_is_taken_off_a_title(title: str, source: str, shown: str) -> None:
    assert (await article(rss(item(title, source=source)))).title == shown


LINK = "&lt;a href='https://news.searcher.example/x'&gt;{}&lt;/a&gt;&amp;nbsp;&lt;font&gt;{}&lt;/font&gt;"
MORE = "&lt;ol&gt;&lt;li&gt;Oppo closes a plant&lt;/li&gt;&lt;li&gt;Vivo opens one&lt;/li&gt;&lt;/ol&gt;"
SNIPPET = "The maker of handsets opens a second plant in Noida."


@pytest.mark.parametrize(
    ("body", "text", "notes"),
    [
        (LINK.format("Lava opens", "The Herald"), "", ()),
        (MORE, "", (RELATED,)),
        (SNIPPET, SNIPPET, ()),
        ("", "", ()),
    ],
)
async def test_related_headlines_are_no_text_of_the_article(body: str, text: str, notes: tuple[str, ...]) -> None:
    found = await read(rss(item("Lava opens - The Herald", body=body)))
    assert extract(found.entries[0])[0].text == text
    assert found.notes == notes


CARRIED = [
    (
        "https://www.searcher.example/url?rct=j&amp;url=https://herald.example/lava&amp;ct=ga",
        "https://herald.example/lava",
    ),
    (
        "http://www.searcher.example/click?a=&amp;url=https%3a%2f%2fherald.example%2flava%3fid%3d1",
        "https://herald.example/lava?id=1",
    ),
]


@pytest.mark.parametrize(("link", "url"), CARRIED)
async def test_an_address_that_a_redirect_carries_takes_its_place(link: str, url: str) -> None:
    one = await article(rss(f"<item><title>Lava - opens</title><link>{link}</link><guid>1</guid></item>"))
    assert (one.url, one.title, one.known_by) == (url, "Lava - opens", "")


async def test_an_atom_link_with_escapes() -> None:
    atom = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><id>1</id><title>Lava</title>
    <link href="{CARRIED[0][0]}"/><updated>2026-11-20T08:30:00Z</updated></entry></feed>"""
    assert (await article(atom.encode())).url == CARRIED[0][1]


async def test_one_odd_entry_changes_nothing_for_the_others() -> None:
    odd = "<item><title>Lava opens</title><link>https://news.searcher.example/about</link><guid>g</guid></item>"
    whole = [item(f"Lava opens plant {n} - The Herald", TOKEN + "x" * n) for n in range(9)]
    alone = (await read(rss(*whole))).entries
    both = (await read(rss(odd, *whole))).entries
    assert all(entry.known_by for entry in alone)
    assert both[1:] == alone


PLAIN = [
    ("https://herald.example/2026/11/lava-opens-a-second-plant-in-noida-48213", "", "https://herald.example/feed"),
    ("https://herald.example/articles/" + TOKEN, "", "https://herald.example/feed"),
    (
        "https://herald.example/articles/" + TOKEN,
        "<source url='https://herald.example/feed'>H</source>",
        "https://herald.example/feed",
    ),
    ("https://herald.example/share?url=https://herald.example/lava", "", "https://herald.example/feed"),
    (
        "https://planet.example/2026/11/lava-opens-a-second-plant",
        "<source url='https://other.example/'>O</source>",
        "https://planet.example/feed",
    ),
]


@pytest.mark.parametrize(("link", "source", "url"), PLAIN)
async def test_an_ordinary_feed_is_no_search(link: str, source: str, url: str) -> None:
    body = rss(f"<item><title>Lava - opens</title><link>{link}</link><guid>g</guid>{source}</item>")
    one = await article(body, url=url)
    assert (one.entry_id, one.url, one.title, one.known_by) == ("g", link, "Lava - opens", "")


async def test_direct_links_of_a_search_are_what_they_are() -> None:
    body = rss("<item><title>Lava - opens</title><link>https://herald.example/lava</link><guid>g</guid></item>")
    one = await article(body, "search")
    assert (one.entry_id, one.url, one.title) == ("g", "https://herald.example/lava", "Lava - opens")


@pytest.mark.parametrize(
    "url", ["", "https://[zz/", "https://a.example/?url=javascript:x", "https://a.example/?q=lava"]
)
def test_no_target(url: str) -> None:
    assert target_in(url) == ""
