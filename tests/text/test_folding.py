"""Folding: spellings of one word become equal, and every folded character knows where it came from."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.text import fold, fold_key

TRICKY = st.text(alphabet="&amp;#ΑВаеН\u0301\u3099\u200b\u00ad\ufe0fㅏㄱ가ﾞハ各聯™®Éßſ1．’s. ØæłİıΣς\u0345㈱")


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("MediaTek", "mediatek"),
        ("Ｍｅｄｉａtek", "mediatek"),
        ("Lava™", "lava "),
        ("Oréal", "oreal"),
        ("Škoda", "skoda"),
        ("Ørsted", "orsted"),
        ("Æon", "aeon"),
        ("Cœur", "coeur"),
        ("Żabka Łódź", "zabka lodz"),
        ("Yıldız", "yildiz"),
        ("Straße", "strasse"),
        ("Münchener Rück", "munchener ruck"),
        ("ЁЛКА", "елка"),
        ("Άλφα", "αλφα"),
        ("聯發科", "联发科"),
        ("鴻海精密", "鸿海精密"),
        ("ﾏﾂﾀﾞ", "マツダ"),
        ("マツタ", "マツタ"),
        ("기아", "기아"),
        ("Me\u200bdia\u00adTek", "mediatek"),
        ("AT&amp;T", "at&t"),
        ("AT&amp;amp;T", "at&t"),
        ("R&#38;D", "r&d"),
        ("a &amp b", "a &amp b"),
        ("a &unknownname; b", "a &unknownname; b"),
        ("㈱", "(株)"),
        ("", ""),
    ],
)
def test_folding(written: str, folded: str) -> None:
    assert fold(written).text == folded


@pytest.mark.parametrize(
    ("written", "folded", "positions"),
    [
        ("Аpple", "apple", {0}),
        ("Gооgle", "google", {1, 2}),
        ("Νvidia", "nvidia", {0}),
        ("Газпром", "газпром", set()),
        ("Жapple", "жapple", set()),
    ],
)
def test_look_alike_letters_are_folded_inside_latin_words_and_marked(
    written: str, folded: str, positions: set[int]
) -> None:
    result = fold(written)
    assert result.text == folded
    assert result.lookalikes == positions


@pytest.mark.parametrize(
    ("written", "part", "original"),
    [
        ("x &amp; Söhne", "sohne", "Söhne"),
        ("die Straße hier", "strasse", "Straße"),
        ("e\u0301clair", "eclair", "e\u0301clair"),
        ("今日ｸﾞﾛｯｸ", "グロック", "ｸﾞﾛｯｸ"),
        ("a&amp;b", "&", "&amp;"),
    ],
)
def test_a_folded_slice_leads_back_to_the_original(written: str, part: str, original: str) -> None:
    folded = fold(written)
    at = folded.text.index(part)
    start, end = folded.span(at, at + len(part))
    assert written[start:end] == original


@given(st.text() | TRICKY)
@example("&amp;amp;amp;lt;")
@example("㈶")
@settings(max_examples=100, deadline=None)
def test_folding_again_changes_nothing(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


@given(st.text() | TRICKY)
@settings(max_examples=100, deadline=None)
def test_offsets_are_valid_and_never_decrease(text: str) -> None:
    folded = fold(text)
    assert len(folded.starts) == len(folded.ends) == len(folded.text)
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))
    assert list(folded.starts) == sorted(folded.starts)
    assert list(folded.ends) == sorted(folded.ends)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lava International", "LAVA  international"),
        ("L'Oréal", "l oreal"),
        ("聯發科", "联发科"),
        ("Hewlett-Packard", "Hewlett Packard"),
        ("Yahoo!", "yahoo"),
    ],
)
def test_names_with_one_key(one: str, other: str) -> None:
    assert fold_key(one) == fold_key(other)


@pytest.mark.parametrize(("one", "other"), [("Lava", "Lavazza"), ("マツタ", "マツダ"), ("AB C", "ABC")])
def test_names_with_different_keys(one: str, other: str) -> None:
    assert fold_key(one) != fold_key(other)
