"""Bytes become text as browsers read them."""

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.extraction import as_utf8, decoded

DECLARED = '<?xml version="1.0" encoding="{}"?><t>{}</t>'


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("utf-8", "utf-8", "Société 小米 €"),
        ("iso-8859-1", "cp1252", "Société “Lava” – €5"),
        ("us-ascii", "cp1252", "Société"),
        ("windows-1251", "cp1251", "Лава Интернешнл"),
        ("windows-1250", "cp1250", "Škoda Plzeň"),
        ("iso-8859-2", "iso8859_2", "Škoda Plzeň"),
        ("koi8-r", "koi8_r", "Лава"),
        ("big5", "big5", "聯發科與日本電裝合作"),
        ("Big5-HKSCS", "big5hkscs", "聯發科㗎"),
        ("gb2312", "gb18030", "小米與歐珀，維沃"),
        ("gbk", "gbk", "小米科技"),
        ("gb18030", "gb18030", "小米𠀀"),
        ("shift_jis", "cp932", "ラヴァ①髙"),
        ("euc-jp", "euc_jp", "ラヴァ・インターナショナル"),
        ("euc-kr", "cp949", "삼성전자 똠방각하"),
        ("ks_c_5601-1987", "cp949", "삼성전자"),
        ("tis-620", "cp874", "ลาวา"),
        ("iso-8859-9", "cp1254", "Türkiye ışık"),
    ],
)
def test_labels_mean_what_they_mean_on_the_web(label: str, codec: str, text: str) -> None:
    assert text in decoded(DECLARED.format(label, text).encode(codec))
    assert text in decoded(f"<t>{text}</t>".encode(codec), f"text/xml; charset={label}")
    assert text in decoded(f'<html><meta charset="{label}"><p>{text}'.encode(codec))


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_mark_at_the_start_beats_every_label(codec: str) -> None:
    body = DECLARED.format("big5", "小米").encode(codec)
    assert "小米" in decoded(body, "text/xml; charset=iso-8859-1")


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_characters_give_themselves_away(codec: str) -> None:
    assert "小米" in decoded(DECLARED.format("utf-16", "小米").encode(codec))


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("小米".encode(), "text/html; charset=iso-8859-1", "小米"),
        ("小米".encode(), "text/html; charset=utf-16", "小米"),
        ("小米".encode(), "text/html; charset=rot13", "小米"),
        ("小米".encode(), 'text/html; charset="UTF-8"; q=1', "小米"),
        ("小米".encode(), "text/html; charset=big5", "小米"),
        ("小米".encode("big5"), "text/html; charset='big5'", "小米"),
        ("Société".encode("cp1252"), "text/html; charset=utf-8", "Société"),
        ("Société".encode("cp1252"), "", "Société"),
        (DECLARED.format("utf-8", "Société").encode("cp1252"), "", DECLARED.format("utf-8", "Société")),
        ("é".encode() + "é€".encode("cp1252"), "", "éé€"),
        (b"\x81\x8d", "text/plain; charset=latin1", "\x81\x8d"),
        (DECLARED.format("utf-16", "小米").encode(), "", DECLARED.format("utf-16", "小米")),
        (b"", "", ""),
    ],
)
def test_labels_that_lie_are_passed_over(body: bytes, content_type: str, text: str) -> None:
    assert decoded(body, content_type) == text


@pytest.mark.parametrize(
    "label", ["unicode_escape", "base64", "zip", "idna", "punycode", "utf-7", "undefined", "x" * 500]
)
def test_no_label_names_a_codec_that_is_no_charset(label: str) -> None:
    assert decoded(b"+AGE- \\u0041", f"text/plain; charset={label}") == "+AGE- \\u0041"


@given(
    st.binary(max_size=300), st.sampled_from(["", "utf-8", "big5", "gbk", "shift_jis", "euc-kr", "utf-16", "latin1"])
)
@settings(max_examples=100)
def test_any_bytes_become_text(body: bytes, label: str) -> None:
    as_utf8(body, f"text/html; charset={label}").decode("utf-8")


@given(st.text(st.characters(codec="utf-8"), max_size=200))
@settings(max_examples=100)
def test_text_in_utf_8_comes_back_whole(text: str) -> None:
    if not text.encode().startswith((codecs.BOM_UTF8, b"<\0", b"\0<")):
        assert decoded(text.encode()) == text


def test_the_outdated_label_is_taken_away() -> None:
    assert as_utf8(DECLARED.format("big5", "小米").encode("big5")) == "<t>小米</t>".encode()
