"""Sitemaps, news sitemaps and indexes become entries, within limits that are told."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import ParseError, SourceError
from bot.extraction import extract
from bot.model.source import NO_CURSOR, Cursor, Fetched, Source
from bot.sources import sitemap
from bot.sources.parsing.sitemaps import read_sitemap
from tests.sources.web import ScriptedFetcher

URL = "https://example.org/sitemap.xml"
SOURCE = Source("Example", "sitemap", URL)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SLUG_NOTE = "it gives no titles: they come from the pages, else from the words of their addresses"


def urlset(*urls: str) -> bytes:
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{"".join(urls)}</urlset>'.encode()


def page(loc: str, lastmod: datetime | str = "", more: str = "") -> str:
    changed = lastmod if isinstance(lastmod, str) else lastmod.isoformat()
    return f"<url><loc>{loc}</loc>{f'<lastmod>{changed}</lastmod>' if changed else ''}{more}</url>"


def index(*files: tuple[str, datetime | None]) -> bytes:
    said = (
        f"<sitemap><loc>{loc}</loc>{f'<lastmod>{at.isoformat()}</lastmod>' if at else ''}</sitemap>"
        for loc, at in files
    )
    return f"<sitemapindex>{''.join(said)}</sitemapindex>".encode()


NEWS = """<url xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><loc>https://example.org/lava</loc>
 <image:image><image:loc>https://example.org/lava.jpg</image:loc><image:title>A picture</image:title></image:image>
 <news:news><news:publication><news:name>The Herald</news:name><news:language>zh-tw</news:language></news:publication>
 <news:publication_date>2026-11-20T16:30:00+08:00</news:publication_date>
 <news:title>Lava &amp; Dixon &lt;3</news:title></news:news></url>"""


async def fetched(*bodies: bytes, cursor: Cursor = NO_CURSOR) -> Fetched:
    fetcher = ScriptedFetcher()
    for number, body in enumerate(bodies):
        fetcher.put(f"https://example.org/{number}.xml" if number else URL, body)
    return await sitemap.read(SOURCE, cursor, fetcher)


async def test_a_news_sitemap_says_title_time_publisher_and_language() -> None:
    (entry,) = (await fetched(urlset(NEWS))).entries
    assert extract(entry)[0].title == "Lava & Dixon <3"
    assert (entry.url, entry.publisher, entry.lang) == ("https://example.org/lava", "The Herald", "zh-tw")
    assert entry.published == datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    assert entry.body == ""
    assert not entry.by_change


async def test_the_time_of_a_change_is_told_from_that_of_publication() -> None:
    (entry,) = (await fetched(urlset(page("/1", NOON)))).entries
    assert (entry.published, entry.by_change) == (NOON, True)


@pytest.mark.parametrize(
    ("loc", "title"),
    [
        ("https://example.org/2026/11/lava-opens-a-plant-48213.html", "lava opens a plant"),
        ("https://example.org/news/lava-opens-a-plant/idUSKBN2A1B3C", "lava opens a plant"),
        ("https://example.org/lava_5G_phone_launch/", "lava 5G phone launch"),
        ("https://example.org/%E5%B0%8F%E7%B1%B3%E6%96%B0%E6%A9%9F/", "小米新機"),
        ("https://example.org/story?id=7", "example.org/story?id=7"),
    ],
)
async def test_without_a_title_the_address_speaks_and_it_is_noted(loc: str, title: str) -> None:
    read = await fetched(urlset(page(loc)))
    assert read.entries[0].title == ""
    assert [one.title for one in extract(read.entries[0])] == [title]
    assert read.notes == (SLUG_NOTE,)


@pytest.mark.parametrize(
    ("lastmod", "published"),
    [
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20T08:30Z", datetime(2026, 11, 20, 8, 30, tzinfo=UTC)),
        ("2026-11-20T16:30:00.250+08:00", datetime(2026, 11, 20, 8, 30, 0, 250_000, tzinfo=UTC)),
        ("Fri, 20 Nov 2026 08:30:00 GMT", datetime(2026, 11, 20, 8, 30, tzinfo=UTC)),
        ("yesterday", None),
        ("9999-12-31", None),
        ("0001-01-01", None),
    ],
)
async def test_dates(lastmod: str, published: datetime | None) -> None:
    assert (await fetched(urlset(page("/1", lastmod)))).entries[0].published == published


async def test_the_newest_come_first() -> None:
    read = await fetched(urlset(page("/old", NOON), page("/new", NOON + timedelta(hours=1)), page("/undated")))
    assert [entry.url for entry in read.entries] == [f"https://example.org/{at}" for at in ("new", "old", "undated")]


async def test_a_packed_sitemap_in_several_parts() -> None:
    body = urlset(page("/1"), page("/2"))
    read = await fetched(gzip.compress(body[:90]) + gzip.compress(body[90:]))
    assert len(read.entries) == 2


async def test_a_text_sitemap() -> None:
    read = await fetched(b"https://example.org/lava-opens-a-plant\r\nhttps://example.org/2\n\n")
    assert [entry.url for entry in read.entries] == ["https://example.org/lava-opens-a-plant", "https://example.org/2"]


async def test_addresses_are_web_addresses_and_each_is_listed_once() -> None:
    read = await fetched(urlset(page("javascript:x"), page("/1"), page("/1?utm_source=x"), page("file:///etc/passwd")))
    assert [entry.url for entry in read.entries] == ["https://example.org/1"]


async def test_an_index_is_followed_to_what_changed_lately() -> None:
    read = await fetched(
        index(
            ("/1.xml", NOON - timedelta(days=30)),
            ("/2.xml", NOON),
            ("/3.xml", NOON - timedelta(days=1)),
        ),
        urlset(page("/month")),
        urlset(page("/today", NOON)),
        urlset(page("/yesterday", NOON - timedelta(days=1))),
    )
    assert [entry.url.rpartition("/")[2] for entry in read.entries] == ["today", "yesterday"]
    assert "of the index only sitemaps of its newest 3 days are read" in read.notes


async def test_of_an_undated_index_the_highest_numbers_are_read() -> None:
    files = [f"/{number}.xml" for number in range(1, 21)]
    bodies = [urlset(page(f"/{number}")) for number in range(1, 21)]
    read = await fetched(index(*((name, None) for name in files)), *bodies)
    assert {int(entry.url.rpartition("/")[2]) for entry in read.entries} == set(range(11, 21))
    assert "the index names more than 10 recent sitemaps: only the newest are read" in read.notes


async def test_an_index_that_names_itself_or_goes_too_deep_comes_to_an_end() -> None:
    read = await fetched(
        index(("/sitemap.xml", None), ("/1.xml", None), ("/4.xml", None)),
        index(("/2.xml", None)),
        index(("/3.xml", None)),
        urlset(page("/deep")),
        urlset(page("/shallow")),
    )
    assert [entry.url for entry in read.entries] == ["https://example.org/shallow"]
    assert "the index names more than 10 recent sitemaps: only the newest are read" in read.notes


async def test_a_file_of_an_index_that_is_gone_is_a_note_and_all_of_them_an_error() -> None:
    read = await fetched(index(("/1.xml", None), ("/9.xml", None)), urlset(page("/1")))
    assert len(read.entries) == 1
    assert read.notes[0] == "a sitemap of the index can't be read: the server answered 404"
    with pytest.raises(SourceError, match="404"):
        await fetched(index(("/9.xml", None)))


async def test_pages_beyond_the_limit_are_told_and_the_newest_are_kept() -> None:
    pages = [page(f"/{number}", NOON + timedelta(seconds=number)) for number in range(5_010)]
    read = await fetched(urlset(*pages))
    assert len(read.entries) == 5_000
    assert read.entries[0].url == "https://example.org/5009"
    assert "the sitemap lists more than 5,000 pages: only the newest are read" in read.notes


async def test_a_dated_index_is_asked_for_with_its_validators_an_undated_one_is_not() -> None:
    for at, kept in ((NOON, '"1"'), (None, "")):
        fetcher = ScriptedFetcher()
        fetcher.put(URL, index(("/1.xml", at)), etag='"1"')
        fetcher.put("https://example.org/1.xml", urlset(page("/1")))
        read = await sitemap.read(SOURCE, NO_CURSOR, fetcher)
        assert read.cursor.etag == kept
        again = await sitemap.read(SOURCE, read.cursor, fetcher)
        assert again.unchanged
        assert len(fetcher.asked) == (3 if at else 4)


async def test_robots_are_asked_for_every_file() -> None:
    fetcher = ScriptedFetcher()
    fetcher.put(URL, index(("/1.xml", None)))
    fetcher.put("https://example.org/1.xml", urlset(page("/1")))
    await sitemap.read(SOURCE, NO_CURSOR, fetcher)
    assert [manners.robots for manners in fetcher.manners] == [True, True]


BOMB = b'<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a "lol">]><urlset><url><loc>&a;</loc></url></urlset>'
OUTSIDE = b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>&x;</loc></url></urlset>'


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not a sitemap"),
        (b"<rss version='2.0'><channel/></rss>", "not a sitemap"),
        (b"<!doctype html><title>Sign in</title>", "not a sitemap"),
        (b"\x1f\x8b" + b"\x00" * 50, "not a sitemap"),
        (BOMB, "not a sitemap"),
        (OUTSIDE, "not a sitemap"),
        (b"<urlset>" + b"<a>" * 100_000, "broken"),
        (b"<urlset><url><loc>", "broken"),
        (b"\x00\xff" * 100, "not a sitemap"),
    ],
)
async def test_what_is_no_sitemap_says_so(body: bytes, words: str) -> None:
    with pytest.raises(ParseError, match=words):
        await fetched(body)


async def test_what_stands_before_a_fault_is_read_with_a_note() -> None:
    read = await fetched(urlset(page("/1"), page("/2"))[:-30])
    assert len(read.entries) == 1
    assert read.notes[0] == "a sitemap is not well-formed: what stands before its fault is read"


def test_a_packed_bomb_is_cut() -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * 60_000_000)
    assert read_sitemap(bomb, "").broken == "larger than 50 MB unpacked"


@settings(max_examples=100, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: urlset(page(text), text)))
def test_whatever_the_bytes_there_is_an_answer(body: bytes) -> None:
    read = read_sitemap(body, "")
    assert read.kind in ("", "urlset", "sitemapindex")
