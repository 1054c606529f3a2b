"""Texts of a poll: the page's main text where the feed gives little, asked for only where it can matter."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.alerting.route import postable
from bot.apart import Workers
from bot.errors import BadStatus, FetchError
from bot.extraction import extract, identity_of
from bot.extraction.fuller import Page, fuller
from bot.model.alert import PollOutcome, Seen
from bot.model.article import Extracted
from bot.model.fetch import Manners, Response
from bot.model.source import NO_CURSOR, Cursor, Entry, FirstPoll, SourceState
from bot.store import MemoryStore
from bot.texts import MOST_PAGES, PAGE_SECONDS, Texts
from tests.builders import source
from tests.fakes import START, ManualClock

STORY = "Lava International said on Monday that it would build a second plant near Pune and hire two thousand people. "
PAGE = f"""<html lang="en-IN"><head><title>Second plant for Lava</title>
<meta property="og:site_name" content="Focus"></head><body>
<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<article><h1>Second plant for Lava</h1><p>{STORY}</p><p>{STORY.replace("Monday", "Tuesday")}</p>
<p>{STORY.replace("Pune", "Noida")}</p></article>
<aside><h2>Related</h2><ul><li><a href="/x">Dixon hires a chief</a></li></ul></aside>
<footer>All rights reserved by Focus Media Ltd</footer></body></html>"""
URL = "https://focus.example/1"
SHORT = Entry("1", URL, "Second plant", "<p>More phones from Pune.</p>")
LONG = Entry("2", "https://focus.example/2", "Rain", "<p>" + "It rains on the coast. " * 20 + "</p>")
STARTED = SourceState("x", last_success=START - timedelta(hours=1))


class Web:
    """Pages by address; what is an error is raised, what is missing is a 404."""

    def __init__(
        self, pages: Mapping[str, str | bytes | Exception], content_type: str = "text/html", ends_at: str = ""
    ) -> None:
        self.ends_at = ends_at
        self.pages = pages
        self.content_type = content_type
        self.asked: list[str] = []
        self.manners: list[Manners] = []

    async def get(
        self, url: str, *, cursor: Cursor = NO_CURSOR, accept: str = "*/*", manners: Manners | None = None
    ) -> Response:
        assert (cursor, accept.startswith("text/html")) == (NO_CURSOR, True)
        assert manners is not None
        self.asked.append(url)
        self.manners.append(manners)
        page = self.pages.get(url, BadStatus(404))
        if isinstance(page, Exception):
            raise page
        body = page.encode() if isinstance(page, str) else page
        return Response(200, self.ends_at or url, body, self.content_type)


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    made = Workers(1)
    yield made
    made.close()


def feed(text: str = "auto", first_poll: str = "alert") -> "source":  # type: ignore[valid-type]
    return replace(source(first_poll=first_poll), options={"text": text})


async def texts_of(
    web: Web,
    workers: Workers,
    *entries: Entry,
    text: str = "auto",
    first_poll: str = "alert",
    before: SourceState = STARTED,
    store: MemoryStore | None = None,
) -> Extracted:
    made = Texts(store or MemoryStore(), web, workers, ManualClock(), age_limit=timedelta(hours=48))
    return await made(feed(text, first_poll), before, entries)


async def test_a_short_entry_is_filled_from_its_page(workers: Workers) -> None:
    web = Web({URL: PAGE})
    extracted = await texts_of(web, workers, SHORT, LONG)
    short, long = extracted.extracts
    assert short.text.startswith("More phones from Pune.\nLava International said on Monday")
    assert "Noida" in short.text
    assert "Dixon" not in short.text
    assert "reserved" not in short.text
    assert (short.title, short.lang) == ("Second plant", "en")
    assert long == extract(LONG)[0]
    assert (web.asked, extracted.notes) == ([URL], ())
    assert web.manners == [Manners(robots=True)]


@pytest.mark.parametrize(
    ("text", "first_poll", "before", "entry", "asked"),
    [
        ("auto", "alert", STARTED, SHORT, True),
        ("auto", "alert", STARTED, LONG, False),
        ("page", "alert", STARTED, LONG, True),
        ("feed", "alert", STARTED, SHORT, False),
        ("auto", "record", SourceState("x"), SHORT, False),
        ("auto", "record", STARTED, SHORT, True),
        ("auto", "alert", SourceState("x"), SHORT, True),
        ("auto", "last: 1", SourceState("x"), SHORT, True),
        ("auto", "alert", STARTED, replace(SHORT, published=START - timedelta(hours=49)), False),
        ("auto", "alert", STARTED, replace(SHORT, published=START - timedelta(hours=47)), True),
        ("auto", "alert", STARTED, replace(SHORT, url=""), False),
        ("auto", "alert", STARTED, replace(SHORT, url="ftp://focus.example/1"), False),
        ("auto", "alert", STARTED, replace(SHORT, body="聯發科宣布。" * 15), True),
        ("auto", "alert", STARTED, replace(SHORT, body="聯發科宣布。" * 17), False),
    ],
)
async def test_a_page_is_asked_for_only_where_it_can_matter(
    workers: Workers, text: str, first_poll: str, before: SourceState, entry: Entry, asked: bool
) -> None:
    web = Web({})
    await texts_of(web, workers, entry, text=text, first_poll=first_poll, before=before)
    assert web.asked == ([entry.url] if asked else [])


async def seen(store: MemoryStore, extracted: Extracted, key: str) -> None:
    """What a poll would have committed of these texts."""
    identities = [identity_of(each, START.date()) for each in extracted.extracts]
    marks = [Seen(key, i.entry_id, i.canonical_url, i.title_key, i.digest, "article", START) for i in identities]
    await store.commit(PollOutcome(SourceState(key), START, seen=tuple(marks)))


@pytest.mark.parametrize(("body", "times"), [(SHORT.body, 1), ("<p>More phones from Noida.</p>", 2)])
async def test_a_page_is_asked_for_again_only_when_the_entry_changes(workers: Workers, body: str, times: int) -> None:
    web, store = Web({URL: PAGE}), MemoryStore()
    first = await texts_of(web, workers, SHORT, store=store)
    await seen(store, first, source().key)
    again = await texts_of(web, workers, replace(SHORT, body=body), store=store)
    assert web.asked == [URL] * times
    same = identity_of(again.extracts[0], START.date()).digest == identity_of(first.extracts[0], START.date()).digest
    assert same is (times == 1)


@pytest.mark.parametrize(
    ("page", "content_type", "why"),
    [
        (BadStatus(402), "text/html", "the server answered 402"),
        (FetchError("the answer took longer than 30 s"), "text/html", "the answer took longer than 30 s"),
        (b"%PDF-1.7", "application/pdf", "it is no web page"),
        ("<html><body></body></html>", "text/html", "no main text was found in it"),
        (b"", "", "no main text was found in it"),
        (bytes(range(256)) * 30, "text/html", "no main text was found in it"),
    ],
)
async def test_where_there_is_no_page_the_feed_text_stays_and_it_is_noted(
    workers: Workers, page: str | bytes | Exception, content_type: str, why: str
) -> None:
    extracted = await texts_of(Web({URL: page}, content_type), workers, SHORT)
    assert extracted.extracts[0].text == "More phones from Pune."
    assert extracted.notes == (f"1 page without text, the feed's own is used: {why} (1)",)
    assert extracted.extracts[0].gap == f"its page could not be had: {why}"


@pytest.mark.parametrize(
    ("asked", "ends_at", "front"),
    [
        (URL, "https://focus.example/", True),
        (URL, "https://www.focus.example/?utm_source=gone", True),
        (URL, "https://focus.example/2", False),
        (URL, "https://focus.example/?p=2", False),
        ("https://focus.example/", "https://focus.example/", False),
    ],
)
async def test_a_gone_article_is_not_the_front_page(workers: Workers, asked: str, ends_at: str, front: bool) -> None:
    extracted = await texts_of(Web({asked: PAGE}, ends_at=ends_at), workers, replace(SHORT, url=asked))
    assert ("Noida" not in extracted.extracts[0].text) is front
    assert bool(extracted.notes) is front


async def test_pages_are_counted_and_the_rest_is_noted(workers: Workers) -> None:
    entries = [replace(SHORT, id=str(n), url=f"{URL}{n}", title=f"Plant {n}") for n in range(MOST_PAGES + 5)]
    web = Web({})
    extracted = await texts_of(web, workers, *entries)
    assert len(web.asked) == MOST_PAGES
    assert [each.text for each in extracted.extracts] == ["More phones from Pune."] * len(entries)
    assert extracted.notes == (
        "20 pages without text, the feed's own is used: the server answered 404 (20)",
        "5 pages not asked for, over the limit of 20 a poll",
    )
    gaps = Counter(each.gap for each in extracted.extracts)
    assert gaps == {
        "its page could not be had: the server answered 404": 20,
        "its page was not asked for, over the limit of 20 a poll": 5,
    }


@pytest.mark.parametrize(
    ("url", "publisher"),
    [(URL, ""), ("https://www.news.focus.example/1", ""), ("https://paper.example.org/1", "Focus")],
)
async def test_a_page_of_another_site_names_its_publisher(workers: Workers, url: str, publisher: str) -> None:
    extracted = await texts_of(Web({url: PAGE}), workers, replace(SHORT, url=url))
    assert extracted.extracts[0].publisher == publisher


@pytest.mark.parametrize(
    ("line", "stays"),
    [
        ("Read more: MediaTek unveils a chip", False),
        ("Related stories", False),
        ("延伸閱讀：聯發科推新晶片", False),
        ("Read more than one book", True),
    ],
)
def test_a_page_brings_no_boxes_of_other_stories(line: str, stays: bool) -> None:
    filled = fuller(extract(SHORT)[0], Page("t", f"{STORY}\n{line}\n{STORY}"), titled=True)
    assert (line in filled.text) is stays


async def test_an_address_alone_is_named_by_its_page_or_else_by_its_words(workers: Workers) -> None:
    named, lost = "https://focus.example/1", "https://focus.example/2026/11/20/lava-plans-plant.html"
    entries = [Entry(named, named, "", ""), Entry(lost, lost, "", "")]
    page, address = (await texts_of(Web({named: PAGE}), workers, *entries)).extracts
    assert (page.title, page.text.count("\n")) == ("Second plant for Lava", 2)
    assert (address.title, address.text) == ("lava plans plant", "")


async def test_pages_that_take_too_long_are_left(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    class Mute(Web):
        async def get(self, url: str, **_options: object) -> Response:
            await asyncio.Event().wait()
            raise AssertionError(url)

    monkeypatch.setattr("bot.texts.SECONDS", 0.05)
    extracted = await texts_of(Mute({}), workers, SHORT)
    (bare,) = extract(SHORT)
    assert extracted.extracts == (replace(bare, gap="its page could not be had: there was no time left"),)
    assert extracted.notes == ("1 page without text, the feed's own is used: there was no time left (1)",)


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 80_000,
        "".join(f"<font a={step}><p>" for step in range(20_000)),
        "<img " + " ".join(f"a{step}=b" for step in range(80_000)) + ">",
        "<table><tr><td>" * 20_000,
        "<p>" + "x" * 4_000_000,
        "<a href=x>" * 200_000,
        "<script>" * 100_000,
        "<!DOCTYPE x [<!ENTITY a '" + "b" * 1_000 + "'>]><p>" + "&a;" * 100_000,
        "<p>\ud83d</p>".encode("utf-8", "surrogatepass"),
        b"\x1f\x8b" + bytes(range(256)) * 400,
    ],
    ids=lambda page: str(page[:12]),
)
async def test_a_hostile_page_costs_its_own_entry_only(
    workers: Workers, page: str | bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.texts.PAGE_CPU", 0)  # a second at most
    started = time.monotonic()
    extracted = await texts_of(Web({URL: page, LONG.url: PAGE}), workers, SHORT, LONG, text="page")
    hostile, good = extracted.extracts
    assert hostile.text.startswith("More phones from Pune.")
    assert "Noida" in good.text
    assert time.monotonic() - started < PAGE_SECONDS


async def test_pages_that_trickle_keep_no_other_source_waiting(workers: Workers) -> None:
    class Trickling(Web):
        async def get(self, url: str, **_options: object) -> Response:
            if "slow" in url:
                await asyncio.Event().wait()
            return Response(200, url, PAGE.encode(), "text/html")

    web = Trickling({})
    texts = Texts(MemoryStore(), web, workers, ManualClock(), age_limit=timedelta(hours=48))
    slow = [asyncio.create_task(texts(feed(), STARTED, [replace(SHORT, url=f"{URL}/slow/{n}")])) for n in range(50)]
    await asyncio.sleep(0)
    extracted = await asyncio.wait_for(texts(feed(), STARTED, [SHORT]), 10)
    assert "Noida" in extracted.extracts[0].text
    for task in slow:
        task.cancel()
    await asyncio.gather(*slow, return_exceptions=True)


async def test_a_page_in_an_old_charset(workers: Workers) -> None:
    chinese = "聯發科與日本電裝合作開發車用晶片，雙方表示將於明年開始量產，市場預期將帶動營收成長。" * 4
    page = (
        f"<html><head><meta charset=big5><title>聯發科</title></head><body><article><p>{chinese}</p></article></body>"
    )
    extracted = await texts_of(Web({URL: page.encode("big5")}), workers, replace(SHORT, body=""))
    assert (extracted.extracts[0].text, extracted.extracts[0].lang) == (chinese, "zh")


def test_what_may_be_posted_at_the_first_poll() -> None:
    newer = replace(extract(LONG)[0], published=START)
    listed = [extract(SHORT)[0], newer]
    for rule, allowed in (("record", set()), ("alert", {"1", "2"}), ("last: 1", {"2"})):
        first = replace(source(), first_poll=FirstPoll.parse(rule))
        assert postable(first, SourceState("x"), listed) == allowed
        assert postable(first, STARTED, listed) == {"1", "2"}


@pytest.mark.parametrize(
    ("listed", "by_change", "said", "published"),
    [
        (START, True, "2026-11-17", datetime(2026, 11, 17, tzinfo=UTC)),
        (START, False, "2026-11-17", START),
        (START, True, "2026-11-20", START),
        (START, True, "2026-11-21", START),
        (START, True, "", START),
        (None, True, "2026-11-17", datetime(2026, 11, 17, tzinfo=UTC)),
        (None, False, "", None),
    ],
)
def test_the_day_of_a_page_goes_before_the_time_of_its_last_change(
    listed: datetime | None, by_change: bool, said: str, published: datetime | None
) -> None:
    entry = replace(SHORT, published=listed)
    filled = fuller(extract(entry)[0], Page("t", "x", date=said), titled=True, dated=not by_change)
    assert filled.published == published


async def test_the_page_behind_a_redirect_is_not_asked_for(workers: Workers) -> None:
    web = Web({URL: PAGE})
    extracted = await texts_of(web, workers, replace(SHORT, known_by="title:1"))
    assert (web.asked, extracted.extracts[0].known_by) == ([], "title:1")
