"""Tokens: runs of one script; initials and short ampersand forms are one; possessive endings are none."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text import Tokens, fold, tokens


def read(text: str) -> Tokens:
    return tokens(fold(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lava launches a phone", ["lava", "launches", "a", "phone"]),
        ("Hewlett-Packard", ["hewlett", "packard"]),
        ("L'Oréal", ["l", "oreal"]),
        ("Amazon.com", ["amazon", "com"]),
        ("I.B.M. and IBM", ["ibm", "and", "ibm"]),
        ("J.P. Morgan", ["jp", "morgan"]),
        ("AT&T", ["at&t"]),
        ("AT & T", ["at&t"]),
        ("Johnson & Johnson", ["johnson", "&", "johnson"]),
        ("Johnson&Johnson", ["johnson", "&", "johnson"]),
        ("今日Groq宣布", ["今日", "groq", "宣布"]),
        ("360数科", ["360", "数科"]),
        ("3M and 7-Eleven", ["3m", "and", "7", "eleven"]),
        ("ソニーの新型", ["ソニー", "の", "新型"]),
        ("기아는 LG화학", ["기아는", "lg", "화학"]),
        ("Lava™ phones", ["lava", "phones"]),
        ("हिन्दी समाचार", ["हिन्दी", "समाचार"]),
        ("", []),
        ("... — !", []),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert [token.text for token in read(text)] == expected


@pytest.mark.parametrize(
    ("text", "forms", "original"),
    [
        ("Macy's", ("macy", "macy's"), "Macy"),
        ("Lava’s", ("lava", "lava's"), "Lava"),
        ("Siemens'", ("siemens",), "Siemens"),
        ("Siemens’ chief", ("siemens",), "Siemens"),
        ("Münch", ("munch", "muench"), "Münch"),
        ("Muench", ("muench",), "Muench"),
        ("Mu\u0308nch", ("munch", "muench"), "Mu\u0308nch"),
    ],
)
def test_the_forms_a_token_answers_to(text: str, forms: tuple[str, ...], original: str) -> None:
    token = read(text)[0]
    assert token.forms == forms
    assert text[token.start : token.end] == original


def test_a_look_alike_is_marked() -> None:
    assert [token.lookalike for token in read("Аpple Apple")] == [True, False]


@given(st.text() | st.text(alphabet="aB.&'’s 今ハ가\u0301é;"))
@settings(max_examples=100, deadline=None)
def test_tokens_stand_in_order_and_inside_the_text(text: str) -> None:
    found = read(text)
    assert all(0 <= token.start < token.end <= len(text) for token in found)
    assert all(before.folded_end <= after.folded_start for before, after in itertools.pairwise(found))
    assert all(token.text and token.forms[0] == token.text for token in found)
