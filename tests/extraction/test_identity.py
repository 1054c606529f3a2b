"""What makes two articles the same."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.extraction import canonical_url, digest, extract, identity_of, title_key
from bot.model.article import Extract
from bot.model.source import Entry

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("http://example.org/a", "https://example.org/a"),
        ("HTTPS://Example.ORG:443/A", "https://example.org/A"),
        ("http://example.org:80/a/", "https://example.org/a"),
        ("http://example.org:8080/a", "https://example.org:8080/a"),
        ("https://example.org", "https://example.org"),
        ("https://example.org/", "https://example.org"),
        ("https://example.org./a", "https://example.org/a"),
        ("https://example.org/a#comments", "https://example.org/a"),
        ("https://user:pass@example.org/a", "https://example.org/a"),
        ("https://example.org/a?utm_source=rss&id=7&utm_medium=x", "https://example.org/a?id=7"),
        ("https://example.org/a?UTM_Source=rss&fbclid=1&gclid=2", "https://example.org/a"),
        ("https://example.org/a?b=2&a=1", "https://example.org/a?b=2&a=1"),
        ("https://example.org/a?", "https://example.org/a"),
        ("https://example.org/a?q", "https://example.org/a?q"),
        ("https://example.org/%e5%b0%8f%7euser", "https://example.org/%E5%B0%8F~user"),
        ("https://example.org/小", "https://example.org/%E5%B0%8F"),
        ("https://example.org/a%2fb%20c", "https://example.org/a%2Fb%20c"),
        ("https://example.org/%ff", "https://example.org/%FF"),
        ("https://[2606:4700::1111]/a", "https://[2606:4700::1111]/a"),
        (" https://example.org/a\n", "https://example.org/a"),
        ("", ""),
        ("example.org/a", ""),
        ("mailto:a@example.org", ""),
        ("urn:uuid:1", ""),
        ("javascript:alert(1)", ""),
        ("https:///a", ""),
        ("https://[zz/a", ""),
        ("https://example.org:99999/a", ""),
        ("https://exam ple.org/a", ""),
    ],
)
def test_canonical_addresses(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@given(st.text(max_size=60).map(lambda path: f"http://example.org/{path}"))
@settings(max_examples=100)
def test_a_canonical_address_is_its_own(url: str) -> None:
    once = canonical_url(url)
    assert canonical_url(once) == once


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Lava launches phone", "LAVA  launches phone!", True),
        ("Ｌａｖａ", "Lava", True),
        ("Lava launches phone", "Lava launches phones", False),
    ],
)
def test_titles_of_a_day(one: str, other: str, same: bool) -> None:
    assert (title_key(one, DAY) == title_key(other, DAY)) is same
    assert title_key(one, DAY) != title_key(one, date(2026, 11, 21))


@pytest.mark.parametrize("title", ["", " ", "…!"])
def test_a_title_without_words_is_no_key(title: str) -> None:
    assert title_key(title, DAY) == ""


def test_the_digest_changes_with_words_only() -> None:
    assert digest("a b", "c\nd") == digest(" a  b ", "c d")
    assert len({digest("a", "b"), digest("b", "a"), digest("a b", ""), digest("", "a b"), digest("a", "c")}) == 5
    assert digest("\ud800", "")


def test_the_identity_of_an_extract() -> None:
    identity = identity_of(Extract("id", "http://example.org/a?utm_source=x", "Lava!", "text"), DAY)
    assert (identity.entry_id, identity.canonical_url) == ("id", "https://example.org/a")
    assert identity.title_key == "2026-11-20 lava"
    assert identity.digest == digest("Lava!", "text")


def test_the_parts_of_a_page_are_not_the_same_article() -> None:
    body = "\n".join([f"{kicker}{'words of a story ' * 8}" for kicker in ("", "AI TALENT: ", "MORE NEWS: ")])
    page = Entry("https://example.org/page", "https://example.org/page#top", "Round-up", body, "text")
    addresses = [identity_of(part, DAY).canonical_url for part in extract(page)]
    assert addresses == [
        "https://example.org/page",
        "https://example.org/page#ai-talent",
        "https://example.org/page#more-news",
    ]


def test_a_part_opens_at_its_kicker() -> None:
    body = "\n".join(["first words of the page", f"US-CHINA TRADE: {'words of a story ' * 8}"])
    page = extract(Entry("1", "https://example.org/page#top", "", body, "text"))
    assert page[0].url == "https://example.org/page#top"
    assert page[1].url == "https://example.org/page#:~:text=US%2DCHINA%20TRADE"


def test_a_link_to_a_place_in_a_page_is_the_page() -> None:
    link = "https://example.org/a#comments"
    assert identity_of(Extract(link, link, "t", ""), DAY).canonical_url == "https://example.org/a"
