"""Other addresses of one page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.extraction.identity import canonical_url
from bot.extraction.spellings import MOST, spellings

PAGE = "https://focus.example/news/lava?id=7"


@pytest.mark.parametrize(
    "written",
    [
        PAGE,
        "http://focus.example:80/news/lava/?id=7#top",
        "https://www.focus.example/news/lava?id=7&utm_source=x",
        "https://m.focus.example/news/lava?id=7",
        "https://amp.focus.example/news/lava?id=7",
        "https://focus.example/news/lava/amp?id=7",
        "https://focus.example/amp/news/lava?id=7",
        "https://focus.example/news/lava?id=7&amp=1",
        "https://focus.example/news/lava?outputType=amp&id=7",
        "https://www.google.com/url?sa=t&url=https%3A%2F%2Ffocus.example%2Fnews%2Flava%3Fid%3D7&usg=x",
        "https://l.social.example/l.php?u=http%3A%2F%2Fwww.focus.example%2Fnews%2Flava%3Fid%3D7",
        "https://www.google.com/amp/s/amp.focus.example/news/lava?id=7",
        "https://focus-example.cdn.ampproject.org/c/s/focus.example/news/lava/amp?id=7",
        "https://web.archive.org/web/20261120083000/https://focus.example/news/lava?id=7",
    ],
)
def test_a_page_is_known_by_its_other_addresses(written: str) -> None:
    assert PAGE in spellings(written)


@pytest.mark.parametrize(
    ("written", "listed"),
    [
        ("https://focus.example/lava?from=app", "https://focus.example/lava"),
        ("https://focus.example/lava", "https://www.focus.example/lava"),
        ("https://focus.example/lava", "https://m.focus.example/lava"),
    ],
)
def test_what_was_listed_otherwise_is_found(written: str, listed: str) -> None:
    assert canonical_url(listed) in spellings(written)


@pytest.mark.parametrize("url", ["", "lava", "mailto:a@b.example", "https://", "http://[::1"])
def test_what_is_no_address_has_none(url: str) -> None:
    assert spellings(url) == ()


@given(st.text(alphabet="htps:/?&=#.%wm[]ampx @1u\n", max_size=60).map("https://focus.example".__add__))
def test_any_address_has_a_few_the_address_itself_first(url: str) -> None:
    found = spellings(url)
    assert len(found) <= MOST
    assert "" not in found
    assert not found or found[0] == canonical_url(url)
