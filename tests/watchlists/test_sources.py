"""Sources come into a file and go from it; every other line stays."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.errors import ChangeRefused
from bot.model.source import Source
from bot.watchlists.names import fold_name
from bot.watchlists.sources import (
    NewSource,
    add_sources,
    address_key,
    free_name,
    known_source,
    remove_source,
    sources_called,
)
from tests.watchlists.types import SOURCE_TYPES


class PageOptions(BaseModel):
    """One option."""

    select: str = ""


TYPES: Mapping[str, type[BaseModel]] = {**SOURCE_TYPES, "page": PageOptions}
BARE = NewSource("https://example.org/feed")
WHOLE = NewSource("https://example.org/p?a=1#x", "News: all", "page", ("taiwan", "a, b"), {"select": "h2 > a"})
LINES = """\
  - name: "News: all"
    url: https://example.org/p?a=1#x
    type: page
    tags: [taiwan, "a, b"]
    select: h2 > a
"""

ADDED = {
    "a block list": ("sources:\n  - https://a.example/ # ours\n", "  - https://example.org/feed\n"),
    "companies alone": ("companies:\n  - Lava # l\n", "sources:\n  - https://example.org/feed\n"),
    "an empty list": ("sources: []\n", None),
    "in brackets": ("sources: [https://a.example/]\n", None),
    "in braces": ('sources:\n  - {name: A, url: "https://a.example/"}\n', "  - https://example.org/feed\n"),
    "a comment alone": ("# ours\n", "sources:\n  - https://example.org/feed\n"),
    "CRLF": ("sources:\r\n- https://a.example/\r\n", "- https://example.org/feed\r\n"),
}


@pytest.mark.parametrize(("before", "more"), ADDED.values(), ids=ADDED)
def test_a_source_is_added_in_the_style_of_the_file(tmp_path: Path, before: str, more: str | None) -> None:
    path = tmp_path / "list.yaml"
    path.write_bytes(before.encode())
    (added,) = add_sources(path, [BARE], TYPES)
    assert (added.url, added.type, added.name) == (BARE.url, "feed", "example.org")
    assert more is None or path.read_bytes().decode() == before + more
    assert remove_source(added, TYPES) == path
    with pytest.raises(ChangeRefused, match="does not stand in"):
        remove_source(added, TYPES)


def test_a_new_file_is_made_and_reads_back_as_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "lists" / "new.yaml"
    (added,) = add_sources(path, [WHOLE], TYPES)
    assert path.read_text(encoding="utf-8") == f"version: 1\nsources:\n{LINES}"
    assert (added.name, added.url, added.type, added.tags) == (WHOLE.name, WHOLE.url, WHOLE.type, WHOLE.tags)
    assert added.options["select"] == "h2 > a"
    assert added.place.line == 3


def test_several_are_added_at_once_and_the_right_one_goes(tmp_path: Path) -> None:
    path = tmp_path / "list.yaml"
    added = add_sources(path, [NewSource(f"https://example.org/{n}") for n in range(4)], TYPES)
    remove_source(added[2], TYPES)
    assert "\n".join(path.read_text(encoding="utf-8").splitlines()[2:]) == (
        "  - https://example.org/0\n  - https://example.org/1\n  - https://example.org/3"
    )


@pytest.mark.parametrize(
    ("before", "source", "words"),
    [
        ("sources: [\n", BARE, "mend the file first"),
        ("sources: https://a.example/\n", BARE, "not a list"),
        ("- a\n", BARE, "not a watchlist"),
        ("version: 1\nname: Some\n", NewSource("ftp://example.org"), "begins with https"),
        (
            "sources: []\n",
            NewSource("https://example.org", tags=("t" * 200,)),
            "128 are the limit .*; nothing was changed",
        ),
        ("name: Some\n", NewSource("https://example.org", type="nope"), "not a type"),
    ],
)
def test_what_can_not_be_added_leaves_the_file_alone(
    tmp_path: Path, before: str, source: NewSource, words: str
) -> None:
    path = tmp_path / "list.yaml"
    path.write_text(before, encoding="utf-8")
    with pytest.raises(ChangeRefused, match=words):
        add_sources(path, [source], TYPES)
    assert path.read_text(encoding="utf-8") == before


def test_where_nothing_may_be_written_the_lines_are_told(tmp_path: Path) -> None:
    path = tmp_path / "list.yaml"
    path.write_text("sources: []\n", encoding="utf-8")
    path.chmod(0o444)
    with pytest.raises(ChangeRefused) as caught:
        add_sources(path, [WHOLE], TYPES)
    assert str(caught.value).endswith(LINES.rstrip("\n"))
    assert path.read_text(encoding="utf-8") == "sources: []\n"


KNOWN = (Source("Herald", "feed", "https://www.herald.example/feed/"), Source("Press", "files", "/srv/press"))


@pytest.mark.parametrize(
    "url",
    [
        "http://herald.example/feed",
        "https://HERALD.example:443/feed?utm_source=x",
        "https://www.herald.example/feed/#x",
    ],
)
def test_one_feed_in_other_words_is_known(url: str) -> None:
    assert known_source(url, KNOWN) is KNOWN[0]


@pytest.mark.parametrize(
    "url", ["https://herald.example/", "https://herald.example/feed?page=2", "https://x.example/feed"]
)
def test_another_feed_is_not_known(url: str) -> None:
    assert known_source(url, KNOWN) is None


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("herald", 0),
        ("ＨＥＲＡＬＤ", 0),
        ("herald.example/feed", 0),
        ("https://herald.example/feed", 0),
        ("/srv/press", 1),
        ("x", None),
    ],
)
def test_a_source_is_called_by_name_or_address(words: str, found: int | None) -> None:
    assert sources_called(words, KNOWN) == (() if found is None else (KNOWN[found],))


def test_a_path_is_its_own_key() -> None:
    assert address_key("/srv/press") == "/srv/press"


@pytest.mark.parametrize(
    ("wanted", "taken", "name"),
    [
        ("Wire", set(), "Wire"),
        ("Wire", {"wire"}, ""),
        ("", set(), ""),
        ("", {"example.org"}, "example.org/news/map.xml"),
        ("Wire", {"wire", "example.org"}, "example.org/news/map.xml"),
        ("", {"example.org", "example.org/news/map.xml"}, ""),
    ],
)
def test_no_two_sources_get_one_name(wanted: str, taken: set[str], name: str) -> None:
    folded = {fold_name(each) for each in taken}
    assert free_name(wanted, "https://www.example.org/news/map.xml?a=1", folded) == name
