"""Text from outside on its way to a screen: one line, no commands, nothing hidden, and still the same words."""

import unicodedata
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.drawing.foreign import one_line, web_link


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("  two\n lines\t here ", "two lines here"),
        ("\x1b[31mred\x1b[0m", "[31mred [0m"),
        ("\x1b]8;;https://evil.example\x07click\x1b]8;;\x07", "]8;;https://evil.example click ]8;;"),
        ("bell\x07 null\x00 csi\x9b2J", "bell null csi 2J"),
        ("line\u2028separator\u2029here", "line separator here"),
        ("turned \u202earound\u202c", "turned around"),
        ("zero\u200bwidth soft\u00adhyphen", "zerowidth softhyphen"),
        ("family 👨\u200d👩\u200d👧", "family 👨\u200d👩\u200d👧"),
        ("聯發科　台積電", "聯發科 台積電"),
        ("half \ud800 pair", "half \ufffd pair"),
        ("שלום Lava", "\u2068שלום Lava\u2069"),
        ("[bold]not markup[/bold] :smile:", "[bold]not markup[/bold] :smile:"),
        ("", ""),
    ],
)
def test_one_line(text: str, expected: str) -> None:
    assert one_line(text) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a?b=1&c=2#d", "https://example.org/a?b=1&c=2#d"),
        ("HTTP://example.org", "HTTP://example.org"),
        ("https://example.org/聯", "https://example.org/%E8%81%AF"),
        ("https://example.org/%20a b", "https://example.org/%20ab"),
        ("https://example.org/\x1b]8;;\x07x", "https://example.org/]8;;x"),
        ("https://example.org/\u202eabc", "https://example.org/abc"),
        ("https://example.org/\udc80abc", "https://example.org/abc"),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("data:text/html,x", ""),
        ("//example.org/a", ""),
        ("https:///path", ""),
        ("http://[::1", ""),
        ("", ""),
    ],
)
def test_a_link_is_http_and_plain_ascii_or_none(url: str, expected: str) -> None:
    assert web_link(url) == expected


@given(st.text(max_size=200))
def test_any_text_becomes_one_harmless_line(text: str) -> None:
    line = one_line(text)
    inside = line.removeprefix("\u2068").removesuffix("\u2069")
    assert not [char for char in inside if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")]
    assert not [char for char in inside if unicodedata.category(char) == "Cf" and char not in "\u200c\u200d"]
    assert one_line(inside) == line
    line.encode()


@given(st.text(max_size=100) | st.text(max_size=60).map(lambda rest: f"https://example.org/{rest}"))
def test_any_address_becomes_a_plain_link_or_none(url: str) -> None:
    link = web_link(url)
    assert link.isascii()
    assert link.isprintable()
    assert " " not in link
    assert not link or urlsplit(link).scheme in ("http", "https")
