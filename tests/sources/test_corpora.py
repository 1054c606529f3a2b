"""Thousands of real, odd and hostile feeds: an answer or a SourceError, and soon."""

import contextlib
import runpy
import time
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from bot.errors import SourceError
from bot.extraction import as_utf8, extract, identity_of
from bot.model.source import NO_CURSOR, Entry, Source
from bot.sources import feed, page, search, sitemap
from bot.sources.parsing.choose import believed, is_doubtful
from bot.sources.parsing.entries import entries_of
from bot.sources.parsing.fast import parse_fast
from bot.sources.parsing.links import read_page
from bot.sources.parsing.process import parse_in_child
from bot.sources.parsing.sitemaps import read_sitemap
from tests.memory import growth
from tests.shared_data import SHARED, needs_shared
from tests.sources.web import ScriptedFetcher

pytestmark = [needs_shared, pytest.mark.shared]

CORPORA = SHARED / "data/corpora"
NAMES = ("feedparser", "gofeed", "w3c-feedvalidator", "reader", "simplepie")
URL = "https://example.org/feed"


def feeds() -> list[Path]:
    return sorted(path for name in NAMES for path in (CORPORA / name).rglob("*") if path.is_file())


def judge(entries: tuple[Entry, ...]) -> None:
    """What holds for the entries of any feed."""
    assert len({entry.id for entry in entries}) == len(entries)
    for entry in entries:
        assert entry.id
        assert entry.url == "" or entry.url.startswith(("http://", "https://", "HTTP"))
        for article in extract(entry):
            assert "\n" not in article.title
            identity_of(article, date(2026, 11, 20))
            f"{article.entry_id}{article.url}{article.title}{article.text}{article.publisher}".encode()


def test_every_feed_is_read_or_refused_in_words() -> None:
    read = 0
    for path in feeds():
        utf8 = as_utf8(path.read_bytes())
        try:
            judge(entries_of(believed(parse_fast(utf8), None, utf8), URL))
        except SourceError:
            continue
        read += 1
    assert read > 3_000


def test_the_second_opinion_is_read_or_refused_in_words() -> None:
    doubtful = [
        path for path in feeds() if is_doubtful(parse_fast(as_utf8(path.read_bytes())), as_utf8(path.read_bytes()))
    ]
    for path in doubtful[::100]:
        utf8 = as_utf8(path.read_bytes())
        second = parse_in_child(utf8, "patient")
        assert second is not None
        judge(entries_of(second, URL))


def hostile() -> dict[str, bytes]:
    path = CORPORA / "hostile/feeds.py"
    made = runpy.run_path(str(path))["C"] if path.exists() else {}
    return {name: body if isinstance(body, bytes) else body.encode() for name, body in made.items()}


@pytest.mark.parametrize("module", [feed, page, search, sitemap], ids=lambda module: str(module.TYPE))
@pytest.mark.parametrize(("name", "body"), hostile().items(), ids=lambda value: value if isinstance(value, str) else "")
async def test_a_hostile_answer_is_over_in_five_seconds_and_takes_little(
    module: ModuleType, name: str, body: bytes
) -> None:
    fetcher = ScriptedFetcher()
    fetcher.put(URL, body)
    started = time.monotonic()
    with growth() as grown, contextlib.suppress(SourceError):
        fetched = await module.read(Source(name, module.TYPE, URL), NO_CURSOR, fetcher)
        judge(fetched.entries)
        assert len(fetched.entries) <= 5_000
        assert not any("root:" in entry.title + entry.body for entry in fetched.entries)
    assert time.monotonic() - started < 5
    assert grown.peak < 50


def test_every_feed_is_read_or_refused_as_a_page_and_as_a_sitemap_too() -> None:
    for path in feeds():
        body = path.read_bytes()
        assert read_sitemap(body, "").kind in ("", "urlset", "sitemapindex")
        read_page(as_utf8(body), URL, "")


def test_the_feeds_that_pages_name_are_found() -> None:
    pages = sorted((CORPORA / "w3c-feedvalidator/feedfinder-tests").glob("html4-*.html"))
    found = [read_page(as_utf8(path.read_bytes()), URL, "").feeds for path in pages]
    assert len(found) == 40
    assert all(found)
