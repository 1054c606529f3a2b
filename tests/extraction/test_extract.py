"""An entry becomes one article or several, with a title on one line and a text that keeps everything."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.extraction import extract
from bot.extraction.clean import one_line, paragraphs, shortened
from bot.extraction.extract import LONGEST_TITLE, first_sentence
from bot.extraction.wrap import unwrapped
from bot.model.source import Entry

LONG = "the company said yesterday that it would build a second plant near Pune and hire two thousand people there"


def test_an_entry_of_a_feed() -> None:
    published = datetime(2026, 11, 20, tzinfo=UTC)
    entry = Entry(
        "1", "https://example.org/1", "A &amp; <b>B</b>", "<p>one</p><p>two</p>", "html", published, "en", "A\nPaper"
    )
    (article,) = extract(entry)
    assert (article.entry_id, article.url) == ("1", "https://example.org/1")
    assert (article.title, article.text) == ("A & B", "one\ntwo")
    assert (article.published, article.lang, article.publisher) == (published, "en", "A Paper")


def test_a_publisher_is_no_longer_than_a_title() -> None:
    (article,) = extract(Entry("1", "", "t", "one", publisher="A Paper " * 1_000))
    assert len(article.publisher) <= LONGEST_TITLE
    assert article.publisher.startswith("A Paper A Paper")


def test_html_is_never_split() -> None:
    assert len(extract(Entry("1", "", "t", f"<p>{LONG}</p><p>AI TALENT: {LONG}</p>"))) == 1


def test_plain_text_is_split() -> None:
    page = extract(Entry("page.txt", "", "", f"Phones. And {LONG}\n\nAI TALENT: {LONG}", "text"))
    assert [part.entry_id for part in page] == ["page.txt", "page.txt#ai-talent"]
    assert page[0].title == "Phones."
    assert page[1].title.startswith("AI TALENT: the company")
    assert page[1].text == f"AI TALENT: {LONG}"
    assert [part.url for part in page] == ["", ""]


def test_the_title_of_a_page_belongs_to_its_first_part() -> None:
    page = extract(Entry("p", "", "Round-up", f"{LONG}\nAI TALENT: {LONG}", "text"))
    assert page[0].title == "Round-up"
    assert page[1].title.startswith("AI TALENT")


@pytest.mark.parametrize(
    "entry",
    [
        Entry("1", "", "", ""),
        Entry("1", "", " \n", "<script>x</script>"),
        Entry("1", "", "", "\u200e", "text"),
        Entry("1", "", "<b></b>", "<img src=x>"),
    ],
)
def test_nothing_to_read_is_no_article(entry: Entry) -> None:
    assert extract(entry) == ()


def test_a_document_brings_its_own_title() -> None:
    (article,) = extract(Entry("a.html", "", "", "<title>Lava grows</title><body><p>x"))
    assert (article.title, article.text) == ("Lava grows", "x")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("One sentence. Another one.", "One sentence."),
        ("“Is it?” He asked.", "“Is it?”"),
        ("Headline without a stop\nBody", "Headline without a stop"),
        ("Lava Intl. of Noida grows. More.", "Lava Intl. of Noida grows."),
        ("It cost US$5.9 billion. More.", "It cost US$5.9 billion."),
        ("聯發科昨日宣布。與電裝合作。", "聯發科昨日宣布。"),
        ("", ""),
        ("word " * 50, ("word " * 23).strip() + "…"),
        ("x" * 200, "x" * 119 + "…"),
    ],
)
def test_the_first_sentence_serves_as_title(text: str, title: str) -> None:
    assert first_sentence(text) == title
    assert len(title) <= 120


def test_a_title_of_the_source_is_cut_only_when_it_is_absurd() -> None:
    (article,) = extract(Entry("1", "", "word " * 1000, "x"))
    assert len(article.title) <= 300
    assert article.title.endswith("word…")


@given(st.text(max_size=200))
@settings(max_examples=100)
def test_what_is_stored_is_harmless(text: str) -> None:
    for entry in (Entry("1", "", text, text), Entry("1", "", text, text, "text")):
        for article in extract(entry):
            assert "\n" not in article.title
            for shown in (article.title, article.text):
                shown.encode("utf-8")
                assert not set(shown) & set("\x00\x07\x1b\x7f\u202a\u202e\u2066\u2069\u200e\u200f")


def test_cleaning() -> None:
    assert one_line(" a\t\n b\x1b[0m\u202e\ud800 ") == "a b[0m\ufffd"
    assert paragraphs("a  b\r\n\r\n c\u2028d\ve\n") == "a b\nc\nd\ne"
    assert one_line("don\x92t \x93x\x94\x85 \x81") == "don’t “x”…"


@given(st.text(max_size=300), st.integers(min_value=5, max_value=150))
@settings(max_examples=100)
def test_shortened_is_short(text: str, limit: int) -> None:
    short = shortened(text, limit)
    assert len(short) <= limit
    assert short == text or short.endswith("…")


WRAPPED = (
    "Lava International said yesterday that it would build\n"
    "a second plant near Pune, where it expects that Lava\n"
    "International will make ten million phones."
)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (WRAPPED, 1),
        (WRAPPED.replace("\n", "\r\n"), 1),
        (f"{WRAPPED}\n\n{WRAPPED}", 2),
        ("a\nb\nc", 3),
        (f"{LONG}\n{LONG}", 2),
        ("- one item of a list\n- another\n- a third item of the list", 3),
        ("", 1),
    ],
)
def test_wrapped_text_gets_its_paragraphs_back(text: str, lines: int) -> None:
    assert len(unwrapped(text).split("\n")) == lines


def test_unwrapping_joins_names() -> None:
    assert "that Lava International will" in unwrapped(WRAPPED)
