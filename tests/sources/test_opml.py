"""OPML in and out."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ParseError
from bot.model.source import Source
from bot.sources.opml import Outline, read_opml, write_opml
from tests.shared_data import SHARED, needs_shared

FILE = b"""<?xml version="1.0" encoding="utf-8"?>
<opml version="2.0"><head><title>x</title></head><body>
<outline text="Tech">
  <outline type="rss" text="Herald" title="The Herald &amp; Co" xmlUrl="https://herald.example/feed?a=1&amp;b=2"
    category="/Asia/Taiwan,tech"/>
  <outline text="Chips"><outline XMLURL="https://chips.example/"/></outline>
</outline>
<outline type="rss" text="No address"/>
<outline text="a link" type="link" url="https://example.org/"/>
</body></opml>"""


def test_feeds_with_their_lines_names_and_folders() -> None:
    assert read_opml(FILE) == (
        Outline(4, "https://herald.example/feed?a=1&b=2", "The Herald & Co", ("Tech", "Asia", "Taiwan")),
        Outline(6, "https://chips.example/", "", ("Tech", "Chips")),
        Outline(8, "", "No address"),
    )


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("AT&T", "AT&T"),
        ("Q & A", "Q & A"),
        ("Caf&eacute; &hellip;", "Café …"),
        ("a&b;", "a&b;"),
        ("&AMP; &LT;", "& <"),
        ("&amp;eacute; &#233; &#xe9;", "&eacute; é é"),
        ("&", "&"),
    ],
)
def test_ampersands_that_xml_does_not_know_stand_for_themselves(written: str, name: str) -> None:
    file = f'<opml><body><outline text="{written}" xmlUrl="https://a.example/?b=1&copy=2&d=3"/></body></opml>'
    assert read_opml(file.encode()) == (Outline(1, "https://a.example/?b=1&copy=2&d=3", name),)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "line 1: this can't be read as OPML"),
        (b"<rss/>", "not OPML"),
        (b"<opml>\n<body>\n<outline></opml>", "line 3: this can't be read"),
        (b'<!DOCTYPE o [<!ENTITY a "b">]><opml>&a;</opml>', "it defines entities"),
        (b'<!DOCTYPE o [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml>&a;</opml>', "it defines entities"),
        (b"<opml>" + b"<outline>" * 60, "deeper than 50"),
    ],
)
def test_what_is_no_opml_says_so(data: bytes, words: str) -> None:
    with pytest.raises(ParseError) as caught:
        read_opml(data)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp")), min_size=1).map(
    lambda text: " ".join(text.split())
)


@given(st.lists(NAMES.filter(bool), max_size=5))
def test_what_is_exported_reads_back(names: list[str]) -> None:
    sources = [Source(name, "feed", f"https://example.org/{n}?a=1&b=<", tags=("a&b",)) for n, name in enumerate(names)]
    read = read_opml(write_opml(sources).encode())
    assert [(one.name, one.url, one.tags) for one in read] == [(one.name, one.url, one.tags) for one in sources]


def test_only_feeds_are_exported() -> None:
    kinds = ("feed", "search", "sitemap", "page", "files")
    text = write_opml([Source(kind, kind, f"https://example.org/{kind}") for kind in kinds])
    assert [one.name for one in read_opml(text.encode())] == ["feed", "search"]


@needs_shared
@pytest.mark.shared
def test_files_of_others_are_read_or_refused_in_words() -> None:
    folder = SHARED / "data/corpora/w3c-feedvalidator/testcases/opml"
    feeds = 0
    for path in sorted(folder.rglob("*.opml")):
        with suppress(ParseError):
            feeds += len(read_opml(path.read_bytes()))
    assert feeds >= 20
