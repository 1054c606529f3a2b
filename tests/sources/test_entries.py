"""Links that are whole already take a short way: it must lead where the long one leads."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.parsing.entries import web_address

BASE = "https://base.example/dir/feed"

PIECES = ("http://", "https://", "HTTP://", "a.example", "A.example", ":80", ":", "/", "//", "..", "a", "é", " ", ";")
MORE = ("?", "#", "&amp;", "%20", "[", "]", "@", "\t", "\n", "\x7f", "|", "\\", "~", "-", ".", "x=1")


def the_long_way(link: str) -> str:
    try:
        url = urljoin(BASE, link.strip()) if link.strip() else ""
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ""
    odd = any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 for char in url)
    return url if parts.scheme in ("http", "https") and host and not odd else ""


@given(st.lists(st.sampled_from(PIECES + MORE), max_size=12).map("".join))
def test_a_whole_link_comes_back_as_the_long_way_gives_it(link: str) -> None:
    assert web_address(link, BASE) == the_long_way(link)


@given(st.lists(st.sampled_from(PIECES[3:] + MORE), max_size=8).map(lambda rest: "https://a.example" + "".join(rest)))
def test_so_does_whatever_follows_a_host(link: str) -> None:
    assert web_address(link, BASE) == the_long_way(link)


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://a.example/2026/11/a-b?x=1&y=2#c", "https://a.example/2026/11/a-b?x=1&y=2#c"),
        ("https://a.example/a?", "https://a.example/a"),
        ("https://a.example/a?#b", "https://a.example/a#b"),
        ("https://a.example/a;", "https://a.example/a"),
        ("/a", "https://base.example/a"),
        ("HTTPS://a.example/a", "https://a.example/a"),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_links(link: str, address: str) -> None:
    assert web_address(link, BASE) == address
