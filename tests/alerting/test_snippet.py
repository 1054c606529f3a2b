"""The passage of an alert: short, on one line, cut where a reader would cut it, with every name marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import iter_graphemes

from bot.alerting.snippet import snippet
from bot.model.card import Snippet

STORY = (
    "The first sentence is about nothing at all.  It goes on. On Friday,\n a plan was shown that would have Lava "
    "International and Dixon Technologies build handsets in Noida, officials said. A second plan followed, and "
    "Lava\tInternational said it would study it. The end came quickly after that, with nothing more to say."
)
CHINESE = "今日聯發科宣布與台積電合作開發新一代手機晶片，市場預期明年第一季量產，分析師表示樂觀，供應鏈也開始備料。"


def spans(text: str, name: str) -> list[tuple[int, int]]:
    found = [start for start in range(len(text)) if text.startswith(name, start)]
    return [(start, start + len(name)) for start in found]


def marked(passage: Snippet) -> str:
    """The passage with its marks as brackets."""
    text = passage.text
    for start, end in reversed(passage.marks):
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return text


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (60, "… that would have [Lava International] and Dixon …"),
        (
            160,
            (
                "On Friday, a plan was shown that would have [Lava International] and Dixon Technologies build "
                "handsets in Noida, officials said."
            ),
        ),
    ],
)
def test_a_passage_is_cut_between_words_and_at_sentences(width: int, expected: str) -> None:
    assert marked(snippet(STORY, spans(STORY, "Lava International"), width)) == expected


def test_a_short_text_is_shown_whole_on_one_line_with_every_mention() -> None:
    both = [*spans(STORY, "Lava International"), *spans(STORY, "Lava\tInternational")]
    passage = snippet(STORY, both, 400)
    assert passage.text == STORY.replace("  ", " ").replace("\n ", " ").replace("\t", " ")
    assert [passage.text[start:end] for start, end in passage.marks] == ["Lava International"] * 2


def test_the_first_mention_is_the_one_shown() -> None:
    later = spans(STORY, "Lava\tInternational")
    assert marked(snippet(STORY, [*later, *spans(STORY, "Lava International")], 90)).startswith(
        "A second plan followed, and [Lava International] said"
    )


@pytest.mark.parametrize(
    ("name", "width", "expected"),
    [
        ("聯發科", 24, "今日[聯發科]宣布與台積電合作開發新一代手機晶片 …"),
        ("台積電", 24, "今日聯發科宣布與[台積電]合作開發新一代手機晶片 …"),
        ("分析師", 24, "… 明年第一季量產，[分析師]表示樂觀，供應鏈也 …"),
    ],
)
def test_chinese_is_cut_between_characters(name: str, width: int, expected: str) -> None:
    passage = snippet(CHINESE, spans(CHINESE, name), width)
    assert marked(passage) == expected
    assert len(passage.text) <= width


@pytest.mark.parametrize(
    ("text", "mentions", "expected"),
    [
        ("", [], ""),
        ("   ", [], ""),
        ("One short line.", [], "One short line."),
        ("Lava", [(0, 4)], "[Lava]"),
        ("Lava and Lava", [(0, 4), (0, 4), (9, 13)], "[Lava] and [Lava]"),
        ("Lava International grows", [(0, 4), (0, 18)], "[Lava International] grows"),
        ("  Lava  \r\n grows ", [(2, 6)], "[Lava] grows"),
        ("Prices rose. Lava Ltd. said on Monday", [(13, 17)], "Prices rose. [Lava] Ltd. said on Monday"),
    ],
)
def test_the_edges(text: str, mentions: list[tuple[int, int]], expected: str) -> None:
    assert marked(snippet(text, mentions, 60)) == expected


def test_an_abbreviation_does_not_end_a_sentence_before_a_small_letter() -> None:
    text = "word " * 30 + "Foo Inc. said that Lava grows by a lot this year"
    assert snippet(text, spans(text, "Lava"), 40).text.startswith("… ")


def test_a_mention_longer_than_the_width_is_shown_whole() -> None:
    name = "Aktiengesellschaft" * 4
    text = f"before {name} after"
    assert marked(snippet(text, spans(text, name), 30)) == f"… [{name}] …"


def test_words_without_any_space_are_cut_between_graphemes() -> None:
    family = "👨\u200d👩\u200d👧"
    text = family * 30 + "Lava" + family * 30
    passage = snippet(text, spans(text, "Lava"), 60)
    bare = passage.text.removeprefix("… ").removesuffix(" …").replace("Lava", "")
    assert set(iter_graphemes(bare)) == {family}


words = st.text(alphabet=st.sampled_from("ab .,\n\t聯發。，é\u0301👨\u200d👩🇹🇼\u202e"), max_size=300)


@given(before=words, after=words, width=st.integers(20, 200))
def test_any_text_gives_one_line_within_the_width_that_holds_the_mention(before: str, after: str, width: int) -> None:
    text = f"{before} Lava {after}"
    start = len(before) + 1
    passage = snippet(text, [(start, start + 4)], width)
    assert len(passage.text) <= width
    assert "\n" not in passage.text
    assert "  " not in passage.text.removeprefix("… ").removesuffix(" …")
    assert [passage.text[start:end] for start, end in passage.marks] == ["Lava"]
