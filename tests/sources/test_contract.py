"""What every source type promises. A new file in bot/sources/ is tested here when it has an example below."""

import asyncio
import importlib
import pkgutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

import bot.sources
from bot.errors import SourceError
from bot.model.source import NO_CURSOR, Fetched, Source
from tests.sources.web import ScriptedFetcher

URL = "https://example.org/feed"
RSS = b"""<rss version="2.0"><channel><title>t</title>
<item><guid>1</guid><title>Lava</title><link>/1</link></item><item><guid>2</guid><title>Dixon</title></item>
</channel></rss>"""
SITEMAP = b"""<urlset><url><loc>https://example.org/1</loc></url><url><loc>/2</loc></url></urlset>"""
PAGE = b"""<main><h2><a href="/1">Lava</a></h2><h2><a href="/2">Dixon</a></h2><a href="/3">More</a></main>"""

MODULES = [
    module
    for module in (
        importlib.import_module(f"bot.sources.{found.name}") for found in pkgutil.iter_modules(bot.sources.__path__)
    )
    if hasattr(module, "TYPE")
]


def feed_example(_folder: Path) -> tuple[Source, ScriptedFetcher]:
    fetcher = ScriptedFetcher()
    fetcher.put(URL, RSS)
    return Source("Example", "feed", URL), fetcher


def files_example(folder: Path) -> tuple[Source, ScriptedFetcher]:
    folder.joinpath("a.txt").write_text("Lava grows", encoding="utf-8")
    folder.joinpath("b.jsonl").write_text('{"id": 1, "title": "Dixon"}\n', encoding="utf-8")
    return Source("Example", "files", str(folder)), ScriptedFetcher()


def sitemap_example(_folder: Path) -> tuple[Source, ScriptedFetcher]:
    fetcher = ScriptedFetcher()
    fetcher.put(URL, SITEMAP)
    return Source("Example", "sitemap", URL), fetcher


def page_example(_folder: Path) -> tuple[Source, ScriptedFetcher]:
    fetcher = ScriptedFetcher()
    fetcher.put(URL, PAGE, "text/html")
    return Source("Example", "page", URL, options={"select": "h2 a"}), fetcher


def search_example(_folder: Path) -> tuple[Source, ScriptedFetcher]:
    fetcher = ScriptedFetcher()
    fetcher.put(URL, RSS)
    return Source("Example", "search", URL), fetcher


EXAMPLES: dict[str, Callable[[Path], tuple[Source, ScriptedFetcher]]] = {
    "feed": feed_example,
    "files": files_example,
    "page": page_example,
    "search": search_example,
    "sitemap": sitemap_example,
}

every_type = pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.TYPE))


def test_every_type_has_an_example_here() -> None:
    assert {module.TYPE for module in MODULES} == set(EXAMPLES)


@every_type
def test_it_exports_its_type_its_options_and_read(module: ModuleType) -> None:
    assert isinstance(module.TYPE, str)
    assert module.TYPE
    assert callable(module.read)
    assert issubclass(module.Options, BaseModel)
    module.Options()
    with pytest.raises(ValidationError):
        module.Options(no_such_option=1)


@every_type
async def test_it_reads_entries_with_ids_of_their_own(module: ModuleType, tmp_path: Path) -> None:
    source, fetcher = EXAMPLES[module.TYPE](tmp_path)
    fetched = await module.read(source, NO_CURSOR, fetcher)
    assert isinstance(fetched, Fetched)
    assert not fetched.unchanged
    assert len(fetched.entries) == 2
    assert len({entry.id for entry in fetched.entries}) == 2
    assert all(entry.url == "" or entry.url.startswith("http") for entry in fetched.entries)


@every_type
async def test_what_it_read_already_is_unchanged(module: ModuleType, tmp_path: Path) -> None:
    source, fetcher = EXAMPLES[module.TYPE](tmp_path)
    first = await module.read(source, NO_CURSOR, fetcher)
    second = await module.read(source, first.cursor, fetcher)
    assert second.unchanged
    assert second.entries == ()
    assert second.cursor == first.cursor


@every_type
async def test_the_users_own_agent_is_sent(module: ModuleType, tmp_path: Path) -> None:
    source, fetcher = EXAMPLES[module.TYPE](tmp_path)
    await module.read(replace(source, agent="Acme/1.0"), NO_CURSOR, fetcher)
    assert {manners.agent for manners in fetcher.manners} <= {"Acme/1.0"}


@every_type
@pytest.mark.parametrize("url", ["", "https://example.org/gone", "/no/such/place", "no*such?[place]", "\0", "x" * 5000])
async def test_what_can_not_be_read_is_a_source_error(module: ModuleType, url: str) -> None:
    with pytest.raises(SourceError) as caught:
        await module.read(Source("s", module.TYPE, url), NO_CURSOR, ScriptedFetcher())
    assert str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", [module.TYPE for module in MODULES if module.TYPE != "files"])
@given(
    body=st.binary(max_size=200)
    | st.sampled_from([RSS, SITEMAP, PAGE]).flatmap(lambda all_: st.integers(0, len(all_)).map(lambda at: all_[:at])),
    content_type=st.sampled_from(["", "text/html; charset=big5", "application/xml", "application/x-gzip", "\0"]),
)
@settings(max_examples=15, deadline=None)
def test_whatever_is_answered_there_are_entries_or_words(kind: str, body: bytes, content_type: str) -> None:
    module = next(module for module in MODULES if kind == module.TYPE)
    fetcher = ScriptedFetcher()
    fetcher.put(URL, body, content_type)
    with suppress(SourceError):
        fetched = asyncio.run(module.read(Source("s", kind, URL), NO_CURSOR, fetcher))
        assert len({entry.id for entry in fetched.entries}) == len(fetched.entries)
