"""A round-up page becomes several articles, and nothing else does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.extraction.split import kicker_of, slug_of, split

LONG = "the company said yesterday that it would build a second plant near Pune and hire two thousand people there"


@pytest.mark.parametrize(
    ("paragraph", "kicker"),
    [
        (f"AI TALENT: {LONG}", "AI TALENT"),
        (f"JOINT EFFORTS: {LONG}", "JOINT EFFORTS"),
        (f"SEMICONDUCTORS: {LONG}", "SEMICONDUCTORS"),
        (f"US-CHINA TRADE: {LONG}", "US-CHINA TRADE"),
        (f"R&D SPENDING: {LONG}", "R&D SPENDING"),
        (f"5G ROLLOUT: {LONG}", "5G ROLLOUT"),
        (f"ÉNERGIE VERTE: {LONG}", "ÉNERGIE VERTE"),
        (f"ЛАВА РАСТЁТ: {LONG}", "ЛАВА РАСТЁТ"),
        (f"GROWING OWINGS:   {LONG}", "GROWING OWINGS"),
        ("AI TALENT: too short to be an article", ""),
        (f"Q: {LONG}", ""),
        (f"CEO: {LONG}", ""),
        (f"UK: {LONG}", ""),
        (f"NASDAQ: AAPL rose, and {LONG}", ""),
        (f"He said: {LONG}", ""),
        (f"Ai TALENT: {LONG}", ""),
        (f"小米 科技: {LONG}", ""),
        (f"2026 11: {LONG}", ""),
        (f"AI TALENT:{LONG}", ""),
        (f"AI TALENT {LONG}", ""),
        (f"ONE TWO THREE FOUR FIVE SIX SEVEN: {LONG}", ""),
        (f"see AI TALENT: {LONG}", ""),
        (f"http://EXAMPLE.ORG: {LONG}", ""),
        ("", ""),
    ],
)
def test_what_is_a_kicker(paragraph: str, kicker: str) -> None:
    assert kicker_of(paragraph) == kicker


def test_parts_keep_their_paragraphs_and_their_order() -> None:
    page = f"{LONG}\nmore\nAI TALENT: {LONG}\nmore of it\nJOINT EFFORTS: {LONG}"
    parts = split(page)
    assert [part.slug for part in parts] == ["", "ai-talent", "joint-efforts"]
    assert "\n".join(part.text for part in parts) == page
    assert parts[1].text.endswith("more of it")


def test_a_page_may_begin_with_a_kicker() -> None:
    assert [part.slug for part in split(f"AI TALENT: {LONG}\nJOINT EFFORTS: {LONG}")] == ["", "joint-efforts"]


def test_a_kicker_that_comes_again_is_counted() -> None:
    page = "\n".join([LONG, *[f"{kicker}: {LONG}" for kicker in ("NEWS BRIEF", "NEWS BRIEF 2", "NEWS BRIEF")]])
    assert [part.slug for part in split(page)] == ["", "news-brief", "news-brief-2", "news-brief-3"]


def test_a_new_part_leaves_the_names_of_the_others() -> None:
    before = {part.slug for part in split(f"{LONG}\nAI TALENT: {LONG}\nJOINT EFFORTS: {LONG}")}
    after = {part.slug for part in split(f"{LONG}\nFRESH NEWS: {LONG}\nAI TALENT: {LONG}\nJOINT EFFORTS: {LONG}")}
    assert after - before == {"fresh-news"}


@pytest.mark.parametrize(
    ("kicker", "slug"),
    [("AI TALENT", "ai-talent"), ("R&D’S END.", "r-d-s-end"), ("ＡＩ", "ai"), ("ЛАВА", "лава"), ("!", "part")],
)
def test_slugs(kicker: str, slug: str) -> None:
    assert slug_of(kicker) == slug


@given(st.lists(st.sampled_from([LONG, "short", f"AI TALENT: {LONG}", f"MORE NEWS: {LONG}"]), min_size=1, max_size=8))
@settings(max_examples=100)
def test_nothing_is_lost_and_no_name_is_given_twice(lines: list[str]) -> None:
    parts = split("\n".join(lines))
    assert "\n".join(part.text for part in parts) == "\n".join(lines)
    assert len({part.slug for part in parts}) == len(parts)
