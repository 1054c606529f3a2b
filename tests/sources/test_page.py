"""List pages become entries: by the selector that is given, else by a guess that says so."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.errors import ParseError
from bot.extraction import extract
from bot.model.source import NO_CURSOR, Fetched, Source
from bot.sources import page
from bot.sources.parsing.links import is_headline, read_page
from tests.sources.web import ScriptedFetcher

URL = "https://example.org/news/"
HEADLINES = (
    "Lava opens a second plant in Noida",
    "Dixon Technologies to build handsets for Oppo",
    "MediaTek shows a chip for cheap 5G phones",
    "Xiaomi raises its forecast for the year",
)


def whole(body: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head><title>The Herald</title>{head}</head><body>{body}</body></html>".encode()


MENU = (
    "<nav><ul>"
    + "".join(f'<li><a href="/s/{n}">A section with a rather long name {n}</a></li>' for n in range(9))
    + "</ul></nav>"
)
FOOTER = (
    "<footer>"
    + "".join(f'<p><a href="/f/{n}">Terms and conditions of use number {n}</a></p>' for n in range(9))
    + "</footer>"
)


def cards(form: str) -> str:
    return "".join(form.format(number=number, text=text) for number, text in enumerate(HEADLINES, 1))


GUESSED = {
    "headings": cards('<article><h2><a href="/{number}">{text}</a></h2><p>It said so.</p></article>'),
    "the heading in the link": cards('<a href="/{number}"><h3>{text}</h3><p>Yesterday it said so at length.</p></a>'),
    "a list": f"<ul>{cards('<li><a href=/{number}>{text}</a> <time>8:30</time></li>')}</ul>",
    "a table": f"<table>{cards('<tr><td>8:30<td><a href=/{number}>{text}</a></tr>')}</table>",
    "divisions": cards(
        '<div class=item><div class=t><a href="/{number}">{text}</a></div><a href="/{number}">More</a></div>'
    ),
    "pictures first": cards('<div><a href="/{number}"><img alt=""></a><h4><a href="/{number}">{text}</a></h4></div>'),
    "classes made by a build": cards(
        '<div class="css-1x{number}"><a class="css-9{number}" href="/{number}">{text}</a></div>'
    ),
    "menu in divisions": "".join(f'<div class=menu><a href="/m/{n}">Part {n}</a></div>' for n in range(30))
    + cards('<div class=card><a href="/{number}">{text}</a></div>'),
}


async def fetched(body: bytes, **options: str) -> Fetched:
    fetcher = ScriptedFetcher()
    fetcher.put(URL, body, "text/html")
    return await page.read(Source("Example", "page", URL, options=options), NO_CURSOR, fetcher)


def shown(read: Fetched) -> list[tuple[str, str]]:
    return [(entry.url, extract(entry)[0].title) for entry in read.entries]


EXPECTED = [(f"https://example.org/{number}", text) for number, text in enumerate(HEADLINES, 1)]


@pytest.mark.parametrize("body", GUESSED.values(), ids=GUESSED)
async def test_a_guess_finds_the_headlines_and_not_the_menus(body: str) -> None:
    read = await fetched(whole(MENU + f"<main>{body}</main>" + FOOTER))
    assert shown(read) == EXPECTED
    assert "is a guess" in read.notes[0]


@pytest.mark.parametrize("body", GUESSED.values(), ids=GUESSED)
def test_the_selector_of_a_guess_finds_the_same_links(body: str) -> None:
    html = whole(MENU + f"<main>{body}</main>" + FOOTER)
    guess = read_page(html, URL, "")
    assert guess.selector
    assert read_page(html, URL, guess.selector).links == guess.links


async def test_chinese_headlines_are_shorter() -> None:
    texts = ("聯發科發表新款手機晶片", "小米上調全年出貨預測", "鴻海在印度擴建新工廠")
    read = await fetched(whole("".join(f"<li><a href='/{n}'>{text}</a></li>" for n, text in enumerate(texts))))
    assert [title for _, title in shown(read)] == list(texts)


@pytest.mark.parametrize(
    "select", ["h2 a", "h2 > a", "article", ".card", "h2", "article h2 a[href^='/']", "h2 a:not(.ad)", "span"]
)
async def test_a_selector_names_links_or_what_holds_them(select: str) -> None:
    form = '<article class=card><h2><a href="/{number}"><span>{text}</span></a></h2></article>'
    read = await fetched(whole(MENU + cards(form)), select=select)
    assert shown(read) == EXPECTED
    assert read.notes == ()


async def test_a_selector_takes_short_titles_too() -> None:
    assert shown(await fetched(whole('<b><a href="1">Lava</a></b>'), select="b a")) == [(f"{URL}1", "Lava")]


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("1", "https://example.org/news/1"),
        ("/1", "https://example.org/1"),
        ("//other.example/1", "https://other.example/1"),
        ("javascript:alert(1)", None),
        ("mailto:x@example.org", None),
        ("file:///etc/passwd", None),
        ("https://[zz/", None),
        ("", None),
    ],
)
async def test_links_are_web_addresses(href: str, url: str | None) -> None:
    read = await fetched(whole(f'<b><a href="{href}">Lava</a></b><b><a href="/x">x</a></b>'), select="b a")
    assert [entry.url for entry in read.entries if entry.title == "Lava"] == ([url] if url else [])


async def test_relative_links_follow_the_base_of_the_page() -> None:
    body = whole('<b><a href="1">Lava</a></b>', '<base href="https://other.example/x/">')
    assert shown(await fetched(body, select="b a")) == [("https://other.example/x/1", "Lava")]


async def test_one_address_is_one_entry_with_its_longest_words() -> None:
    body = whole('<b><a href="/1">Lava</a> <a href="/1?utm_source=x">Lava opens a plant</a></b>')
    assert shown(await fetched(body, select="b a")) == [("https://example.org/1", "Lava opens a plant")]


async def test_what_changes_around_the_list_is_no_change() -> None:
    fetcher = ScriptedFetcher()
    source = Source("Example", "page", URL, options={"select": "h2 a"})
    fetcher.put(URL, whole(cards('<h2><a href="/{number}">{text}</a></h2>') + "1234"), "text/html")
    first = await page.read(source, NO_CURSOR, fetcher)
    fetcher.put(URL, whole(cards('<h2><a href="/{number}">{text}</a></h2>') + "5678"), "text/html")
    assert (await page.read(source, first.cursor, fetcher)).unchanged


async def test_robots_are_asked() -> None:
    fetcher = ScriptedFetcher()
    fetcher.put(URL, whole('<h2><a href="/1">Lava</a></h2>'), "text/html")
    await page.read(Source("Example", "page", URL, options={"select": "h2"}), NO_CURSOR, fetcher)
    assert [manners.robots for manners in fetcher.manners] == [True]


@pytest.mark.parametrize(
    ("body", "select", "words"),
    [
        (b"", "", "no list of headlines"),
        (whole("<script>render()</script>"), "", "drawn by scripts"),
        (whole(MENU), "", "no list of headlines"),
        (whole("<h2><a href=/1>Lava opens a second plant in Noida</a></h2>"), "", "no list of headlines"),
        (whole("<p>x"), "h2 a", "no link on this page fits `select: h2 a`"),
        (whole("<p>x"), "h2 a[", "`select` can't be used"),
        (whole("<p>x"), "a:unknown(2)", "`select` can't be used"),
    ],
)
async def test_what_can_not_be_read_says_so(body: bytes, select: str, words: str) -> None:
    with pytest.raises(ParseError) as caught:
        await fetched(body, select=select)
    assert words in str(caught.value)


@pytest.mark.parametrize("select", ["h2 a", "a[href*='/2026/']", "main > ul > li > a", ":is(h2, h3) a"])
def test_selectors_that_are_taken(select: str) -> None:
    assert page.Options(select=select).select == select


@pytest.mark.parametrize("select", ["", "h2 a[", "a:unknown(2)", ">>", "a\0", "a" * 501, ":not(" * 300])
def test_selectors_that_are_refused(select: str) -> None:
    with pytest.raises(ValidationError):
        page.Options(select=select)


@pytest.mark.parametrize("text", ["Read more", "Home", "A section with", "x" * 400, "", "小米新機"])
def test_no_headline(text: str) -> None:
    assert not is_headline(text)


FEEDS = [
    ('<link rel="alternate" type="application/rss+xml" href="/f" title="News">', ["https://example.org/f"]),
    ('<LINK REL="Alternate Home" TYPE="application/atom+xml; charset=utf-8" HREF=f>', ["https://example.org/news/f"]),
    ('<link rel="alternate" type="application/feed+json" href="f.json">', ["https://example.org/news/f.json"]),
    ('<link rel="alternate" hreflang="de" type="text/html" href="/de">', []),
    ('<link rel="stylesheet" type="application/rss+xml" href="/f">', []),
    ('<a href="/rss/business">RSS</a>', ["https://example.org/rss/business"]),
    ('<a href="/feed/">Feed</a>', ["https://example.org/feed/"]),
    ('<a href="/news.rss">x</a>', ["https://example.org/news.rss"]),
    ('<a href="/?feed=rss2">x</a>', ["https://example.org/?feed=rss2"]),
    ('<a href="/feedback">x</a><a href="/brass">y</a><a href="/#rss">z</a>', []),
]


@pytest.mark.parametrize(("markup", "urls"), FEEDS)
def test_the_feeds_that_a_page_names(markup: str, urls: list[str]) -> None:
    assert [feed.url for feed in read_page(whole(markup), URL, "").feeds] == urls


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 50_000,
        b"<font>" * 15_000 + b"x",
        b"<a href=x>" * 100_000,
        b"<a href=/1>Lava opens a second plant</a>" * 50_000,
        b"<p>" + b"<a href=/1>Lava opens a second plant</a>" * 50_000,
        b"<img " + b"a=b " * 300_000 + b">",
        b'<a href="' + b"x" * 3_000_000 + b'">Lava opens a second plant</a>',
        b"<svg><o:p><a href=/1>Lava opens a second plant in</a>" * 2_000,
    ],
    ids=["div", "font", "a", "links", "one paragraph", "attributes", "address", "odd tags"],
)
async def test_hostile_pages_are_over_soon(body: bytes) -> None:
    try:
        read = await fetched(body)
    except ParseError:
        return
    assert len(read.entries) <= 5_000


@settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    st.binary(max_size=400) | st.text(alphabet="<a href=/>h2x '\"小&;", max_size=400).map(str.encode),
    st.text(max_size=20),
)
def test_whatever_page_and_selector_there_is_an_answer(body: bytes, select: str) -> None:
    read = read_page(body, URL, select)
    assert all(link.url.startswith("http") for link in (*read.links, *read.feeds))
