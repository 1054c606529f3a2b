"""Feeds of every kind become entries; what is no feed says so."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import BadStatus, ParseError
from bot.extraction import extract
from bot.model.fetch import Response
from bot.model.source import NO_CURSOR, Cursor, Entry, Fetched, Source
from bot.sources import feed
from bot.sources.parsing.choose import is_doubtful
from bot.sources.parsing.fast import parse_fast
from tests.sources.web import ScriptedFetcher

URL = "https://example.org/news/feed.xml"
SOURCE = Source("Example", "feed", URL)


def rss(*items: str) -> bytes:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{"".join(items)}</channel></rss>'.encode()


def item(**fields: str) -> str:
    return f"<item>{''.join(f'<{name}>{value}</{name}>' for name, value in fields.items())}</item>"


async def fetched(body: bytes, content_type: str = "application/xml", cursor: Cursor = NO_CURSOR) -> Fetched:
    fetcher = ScriptedFetcher()
    fetcher.put(URL, body, content_type)
    return await feed.read(SOURCE, cursor, fetcher)


async def entries(body: bytes, content_type: str = "application/xml") -> tuple[Entry, ...]:
    return (await fetched(body, content_type)).entries


RSS_2 = rss(item(guid="g1", title="Lava", link="https://example.org/1", description="&lt;p&gt;x&lt;/p&gt;",
                 pubDate="Fri, 20 Nov 2026 16:30:00 +0800"))  # fmt: skip
RSS_091 = RSS_2.replace(b'version="2.0"', b'version="0.91"')
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>t</title></channel>
<item rdf:about="g1"><title>Lava</title><link>https://example.org/1</link><description>x</description>
<dc:date>2026-11-20T08:30:00Z</dc:date></item></rdf:RDF>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><id>f</id><entry><id>g1</id><title>Lava</title>
<link href="https://example.org/1"/><updated>2026-11-20T08:30:00Z</updated><content type="html">x</content>
</entry></feed>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "t",
        "items": [
            {
                "id": "g1",
                "title": "Lava",
                "url": "https://example.org/1",
                "content_html": "x",
                "date_published": "2026-11-20T08:30:00Z",
            }
        ],
    }
).encode()


@pytest.mark.parametrize("body", [RSS_2, RSS_091, RDF, ATOM, JSON_FEED], ids=["rss2", "rss091", "rdf", "atom", "json"])
async def test_every_kind_of_feed(body: bytes) -> None:
    (entry,) = await entries(body)
    assert (entry.title, entry.url) == ("Lava", "https://example.org/1")
    assert entry.id in ("g1", "https://example.org/1")
    assert entry.published == datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    assert extract(entry)[0].text == "x"


async def test_the_fullest_text_is_taken() -> None:
    prefix = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    content = f"<content:encoded {prefix}>&lt;p&gt;the whole text</content:encoded>"
    (entry,) = await entries(rss(f"<item><title>t</title><description>short</description>{content}</item>"))
    assert entry.body == "<p>the whole text"


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Lava &amp;amp; Dixon", "Lava & Dixon"),
        ("<![CDATA[Lava & <b>Dixon</b>]]>", "Lava & Dixon"),
        ("Lava\n  launches", "Lava launches"),
        ("&#8216;Lava&#8217;", "‘Lava’"),
        ("小米", "小米"),
    ],
)
async def test_titles_are_plain(title: str, shown: str) -> None:
    (entry,) = await entries(rss(item(title=title)))
    assert extract(entry)[0].title == shown


async def test_a_plain_title_of_atom_keeps_its_signs() -> None:
    (entry,) = await entries(ATOM.replace(b"<title>Lava</title>", b'<title type="text">The &lt;video&gt; tag</title>'))
    assert extract(entry)[0].title == "The <video> tag"


@pytest.mark.parametrize(
    ("fields", "entry_id"),
    [
        ({"guid": "g", "link": "https://example.org/1", "title": "t"}, "g"),
        ({"link": "https://example.org/1", "title": "t"}, "https://example.org/1"),
        ({"guid": " ", "link": "https://example.org/1", "title": "t"}, "https://example.org/1"),
        ({"link": "/1", "title": "t"}, "https://example.org/1"),
    ],
)
async def test_ids(fields: dict[str, str], entry_id: str) -> None:
    assert (await entries(rss(item(**fields))))[0].id == entry_id


async def test_an_item_with_a_title_only_has_a_stable_id() -> None:
    one = await entries(rss(item(title="Lava"), item(title="Dixon")))
    other = await entries(rss(item(title="new"), item(title="Lava"), item(title="Dixon")))
    assert [entry.id for entry in one] == [entry.id for entry in other[1:]]


async def test_a_monstrous_id_is_shortened_and_stays_unique() -> None:
    (one, other) = await entries(rss(item(guid="g" * 4000 + "1"), item(guid="g" * 4000 + "2")))
    assert one.id != other.id
    assert len(one.id) < 200


async def test_two_items_of_one_id_are_both_kept_when_their_titles_differ() -> None:
    listed = await entries(rss(item(guid="g", title="new"), item(guid="g", title="old"), item(guid="g", title="old")))
    assert [entry.title for entry in listed] == ["new", "old"]
    assert listed[1].id == "g"
    assert listed[0].id.startswith("g~")


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://example.org/1", "https://example.org/1"),
        ("1", "https://example.org/news/1"),
        ("//other.example/1", "https://other.example/1"),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("https://[zz/", ""),
    ],
)
async def test_links_are_web_addresses_or_nothing(link: str, url: str) -> None:
    assert (await entries(rss(item(guid="urn:1", title="t", link=link))))[0].url == url


@pytest.mark.parametrize(
    ("date", "published"),
    [
        ("Fri, 20 Nov 2026 08:30:00 GMT", datetime(2026, 11, 20, 8, 30, tzinfo=UTC)),
        ("2026-11-20T16:30:00+08:00", datetime(2026, 11, 20, 8, 30, tzinfo=UTC)),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("Mon, 01 Jan 0001 00:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None),
        ("99-99T99", None),
        ("1" * 10_000, None),
    ],
)
async def test_absurd_dates_are_none(date: str, published: datetime | None) -> None:
    assert (await entries(rss(item(title="t", pubDate=date))))[0].published == published


@pytest.mark.parametrize(
    ("body", "content_type", "words"),
    [
        (b"<!doctype html><title>Sign in</title><form>", "text/html", "web page"),
        (b"<!-- x --><HTML><body>", "text/xml", "web page"),
        (b"", "application/xml", "not a feed"),
        (b"null", "application/json", "not a feed"),
        (b"[" * 100_000, "application/json", "not a feed"),
        (b"<urlset/>", "application/xml", "not a feed"),
        (b"\x00\xff" * 100, "", "not a feed"),
        (b"https://example.org/other", "", "not a feed"),
        (b"/etc/passwd", "", "not a feed"),
        (b"<rss version='2.0'><channel><title>&x;</title>" + b"<a>" * 500, "application/xml", "broken"),
    ],
)
async def test_what_is_no_feed_says_so(body: bytes, content_type: str, words: str) -> None:
    with pytest.raises(ParseError, match=words):
        await entries(body, content_type)


async def test_an_empty_feed_is_a_feed() -> None:
    assert await entries(rss()) == ()


async def test_a_truncated_feed_gives_what_is_there_and_a_note() -> None:
    read = await fetched(rss(*(item(guid=str(number), title="Lava") for number in range(50)))[:1000])
    assert len(read.entries) > 5
    assert any("not well-formed" in note for note in read.notes)


async def test_the_patient_parser_reads_what_the_fast_one_can_not() -> None:
    read = await fetched(
        b"<rss version=2.0><channel><item><title>A & B&nbsp;</title><link>https://example.org/1</link></item></channel>"
    )
    assert [entry.url for entry in read.entries] == ["https://example.org/1"]
    assert extract(read.entries[0])[0].title == "A & B"


async def test_too_many_entries_are_left_out_with_a_note() -> None:
    read = await fetched(rss(*(item(guid=str(number), title="t") for number in range(5_010))))
    assert len(read.entries) == 5_000
    assert read.notes == ("the feed lists more than 5000 entries: the rest is left out",)


async def test_a_monstrous_body_is_cut_with_a_note() -> None:
    read = await fetched(rss(item(guid="1", title="t", description="word " * 100_000)))
    assert len(read.entries[0].body) == 400_000
    assert "longer than 400000 characters" in read.notes[0]


async def test_a_large_feed_is_read_in_a_child() -> None:
    body = rss(*(item(guid=str(number), title="Lava", description="x" * 3_000) for number in range(400)))
    assert len(body) > 1_000_000
    assert len(await entries(body)) == 400


@pytest.mark.parametrize(
    "items",
    [
        "Lava",
        None,
        {},
        [None, 1, "x", []],
        [{"id": 1, "title": "Lava"}, {"id": None}, {"id": {"a": 1}, "title": ["Lava"]}, {"title": 7}],
        [{"id": "1", "content_html": {"a": 1}, "url": 7, "date_published": [], "authors": "x", "tags": 1}],
        [{"id": "\ud800", "title": "\udfff", "content_text": "\u0000"}],
    ],
)
async def test_wrong_types_in_a_json_feed_do_no_harm(items: object) -> None:
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": items}).encode()
    try:
        listed = await entries(body)
    except ParseError:
        return
    for entry in listed:
        for article in extract(entry):
            f"{article.entry_id}{article.title}{article.text}{article.url}".encode()


@pytest.mark.parametrize(
    ("label", "text"), [("big5", "聯發科"), ("gb2312", "小米"), ("shift_jis", "ラヴァ"), ("iso-8859-1", "“é”")]
)
async def test_foreign_charsets(label: str, text: str) -> None:
    codec = "cp1252" if label == "iso-8859-1" else label
    body = f'<?xml version="1.0" encoding="{label}"?>'.encode() + rss(item(title="T")).split(b"?>")[1]
    assert (await entries(body.replace(b"T", text.encode(codec))))[0].title == text


@pytest.mark.parametrize(
    "title",
    [
        '<title mode="base64">TGF2YSBncm93cw==</title>',
        "<title type='application/octet-stream'>TGF2YSBncm93cw==</title>",
    ],
)
async def test_a_packed_title_is_unpacked_by_the_second_opinion(title: str) -> None:
    (entry,) = await entries(ATOM.replace(b"<title>Lava</title>", title.encode()))
    assert entry.title == "Lava grows"


async def test_a_body_that_the_fast_parser_does_not_know_is_read_by_the_second_opinion() -> None:
    body = '<body xmlns="http://www.w3.org/1999/xhtml"><p>the whole text</p></body>'
    (entry,) = await entries(rss(f"<item><title>t</title><link>https://example.org/1</link>{body}</item>"))
    assert "the whole text" in entry.body


@pytest.mark.parametrize(
    ("items", "doubtful"),
    [
        ("<item><title>a</title><link>https://a.example/1</link></item>", False),
        ("<item><title>a</title></item>", False),
        ("<item><title>a</title><description>data:image/png;base64,AAAA</description></item>", False),
        ("<item><title>a</title><enclosure type='application/octet-stream' url='x'/></item>", False),
        ("<item><title>a</title><link/></item>", True),
        ("<item><title>a</title><pubDate>one fine day</pubDate></item>", True),
    ],
)
def test_a_second_opinion_is_asked_for_where_a_part_may_be_missed(items: str, doubtful: bool) -> None:
    body = rss("<link>https://a.example/</link>", items)
    assert is_doubtful(parse_fast(body), body) is doubtful


async def test_entities_never_open_files() -> None:
    body = (
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + rss(item(title="a &x; b"))[21:]
    )
    try:
        listed = await entries(body)
    except ParseError:
        return
    assert not any("root:" in entry.title + entry.body for entry in listed)


async def test_the_language_of_the_feed_is_that_of_its_entries() -> None:
    body = rss("<language>en-US</language>", item(title="t"))
    assert (await entries(body))[0].lang == "en-us"


async def test_the_agent_of_the_source_asks_and_the_new_address_is_passed_on() -> None:
    fetcher = ScriptedFetcher()
    fetcher.pages[URL] = Response(200, f"{URL}?new", RSS_2, moved_to=f"{URL}?new", etag='"1"')
    first = await feed.read(replace(SOURCE, agent="Acme/1.0"), NO_CURSOR, fetcher)
    again = await feed.read(SOURCE, Cursor(body_hash=first.cursor.body_hash), fetcher)
    assert [manners.agent for manners in fetcher.manners] == ["Acme/1.0", ""]
    assert not any(manners.robots for manners in fetcher.manners)
    assert (first.moved_to, again.moved_to, again.unchanged) == (f"{URL}?new", f"{URL}?new", True)


async def test_a_304_keeps_what_is_known_of_the_body() -> None:
    fetcher = ScriptedFetcher()
    fetcher.put(URL, RSS_2, etag='"1"')
    first = await feed.read(SOURCE, NO_CURSOR, fetcher)
    second = await feed.read(SOURCE, first.cursor, fetcher)
    assert second.unchanged
    assert second.cursor == first.cursor
    assert fetcher.asked[1] == (URL, first.cursor)


async def test_the_same_bytes_with_a_new_etag_are_unchanged() -> None:
    fetcher = ScriptedFetcher()
    fetcher.put(URL, RSS_2, etag='"1"')
    first = await feed.read(SOURCE, NO_CURSOR, fetcher)
    fetcher.put(URL, RSS_2, etag='"2"')
    second = await feed.read(SOURCE, first.cursor, fetcher)
    assert second.unchanged
    assert second.cursor.etag == '"2"'


async def test_an_error_of_the_server_is_passed_on() -> None:
    with pytest.raises(BadStatus):
        await feed.read(SOURCE, NO_CURSOR, ScriptedFetcher())


@given(st.binary(max_size=200), st.sampled_from([b"", b"<rss version='2.0'><channel><item><title>", b'{"version":']))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_any_bytes_are_a_feed_or_a_parse_error(tail: bytes, head: bytes) -> None:
    try:
        await entries(head + tail)
    except ParseError:
        return
