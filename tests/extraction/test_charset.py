"""Bytes become text as browsers read them."""

import codecs
import time

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


# Sentences of our own about one made-up event, in the charsets that old pages of the language are written in.
SENTENCES = {
    "zh-t": "聯發科與日本電裝合作開發車用晶片，雙方表示將於明年開始量產，市場預期將帶動營收成長。",
    "zh-s": "小米科技周一发布了新手机，公司表示下半年将继续扩大在印度的生产规模，分析师认为竞争加剧。",
    "ja": "ラヴァは月曜日に新しい携帯電話を発表した。同社はノイダの工場で生産を増やすと述べた。",
    "ko": "삼성전자는 월요일에 새로운 휴대전화를 발표했다. 회사는 내년에 생산을 늘릴 계획이라고 밝혔다.",
    "ru": "Компания Лава в понедельник объявила о выпуске нового телефона и расширении производства.",
    "el": "Η εταιρεία Λάβα ανακοίνωσε τη Δευτέρα ένα νέο τηλέφωνο και θα επεκτείνει την παραγωγή της.",
    "pl": "Spółka ogłosiła w poniedziałek nowy telefon i zwiększy produkcję, żeby dogonić źle ocenianą konkurencję.",
    "cs": "Společnost v pondělí oznámila nový telefon a příští rok zvýší výrobu ve městě Plzeň.",
    "hu": "A vállalat hétfőn új telefont jelentett be, és jövőre növeli a termelést, az őrült kereslet miatt.",
    "tr": "Şirket pazartesi günü yeni telefonunu açıkladı ve gelecek yıl üretimi artıracağını söyledi.",
    "he": "החברה הודיעה ביום שני על טלפון חדש ותגדיל את הייצור בשנה הבאה בהתאם לדרישה.",
    "ar": "أعلنت الشركة يوم الاثنين عن هاتف جديد وستوسع الإنتاج في العام المقبل لتلبية الطلب.",
    "th": "บริษัทประกาศโทรศัพท์ใหม่เมื่อวันจันทร์และจะขยายการผลิตในปีหน้าเพื่อรองรับความต้องการ",
    "lt": "Bendrovė pirmadienį pristatė naują telefoną ir kitais metais padidins gamybą, kad patenkintų paklausą.",
    "fr": "La société a annoncé lundi un nouveau téléphone et étendra sa production l'année prochaine.",
    "de": "Die Gesellschaft kündigte am Montag ein Telefon an und wird die Fertigung für Österreich vergrößern.",
    "sv": "Bolaget meddelade på måndagen att en ny telefon är på väg och att Malmö får en större fabrik.",
}
LEGACY = [
    ("zh-t", "big5"), ("zh-t", "gb18030"), ("zh-s", "gb18030"), ("zh-s", "gb2312"),
    ("ja", "cp932"), ("ja", "euc_jp"), ("ja", "iso2022_jp"), ("ko", "cp949"),
    ("ru", "cp1251"), ("ru", "koi8_r"), ("ru", "cp866"), ("ru", "iso8859_5"), ("el", "cp1253"), ("el", "iso8859_7"),
    ("pl", "cp1250"), ("pl", "iso8859_2"), ("cs", "cp1250"), ("cs", "iso8859_2"), ("hu", "cp1250"), ("tr", "cp1254"),
    ("he", "cp1255"), ("ar", "cp1256"), ("th", "cp874"), ("lt", "cp1257"),
    ("fr", "cp1252"), ("de", "cp1252"), ("sv", "cp1252"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "codec"), LEGACY)
@pytest.mark.parametrize(
    "form", ["{}", "<rss version='2.0'><channel><item><title>{}</title></item></channel></rss>", "<p>{}</p>\n" * 60]
)
def test_without_a_label_it_is_told_by_its_looks(lang: str, codec: str, form: str) -> None:
    """Also behind the Latin-1 of a server that puts it on everything, where no text in Latin-1 has such bytes."""
    text = form.replace("{}", SENTENCES[lang])
    assert decoded(text.encode(codec)) == text
    assert decoded(text.encode(codec), "text/html; charset=utf-8") == text


@pytest.mark.parametrize(("lang", "codec"), LEGACY)
def test_a_label_inside_goes_before_the_latin_1_that_servers_put_on_everything(lang: str, codec: str) -> None:
    label = {"cp949": "euc-kr", "cp932": "shift_jis", "iso2022_jp": "iso-2022-jp"}.get(codec, codec)
    label = label.replace("iso8859_", "iso-8859-").replace("cp", "windows-" if codec != "cp866" else "ibm")
    text = DECLARED.format(label.replace("_", "-"), SENTENCES[lang])
    assert decoded(text.encode(codec), "text/xml; charset=ISO-8859-1") == text


@pytest.mark.parametrize(
    ("body", "label", "text"),
    [
        (SENTENCES["zh-t"].encode("big5") + b"\xff\xff", "big5", SENTENCES["zh-t"] + "\ufffd\ufffd"),
        (SENTENCES["ja"].encode("cp932"), "iso-8859-1", SENTENCES["ja"]),
        (SENTENCES["ru"].encode("koi8_r"), "euc-kr", SENTENCES["ru"]),
        ("Société générale".encode("cp1252"), "", "Société générale"),
        ("It’s £5".encode("cp1252"), "", "It’s £5"),
        ("Ægir Þór Ísland".encode("cp1252"), "", "Ægir Þór Ísland"),
        ("résumé naïve coöperate".encode("cp1252"), "", "résumé naïve coöperate"),
        (b"\xe9", "", "é"),
        (SENTENCES["zh-s"].encode()[:-1], "", SENTENCES["zh-s"][:-1] + "\xe3€"),
    ],
)
def test_what_is_broken_or_short(body: bytes, label: str, text: str) -> None:
    assert decoded(body, f"text/html; charset={label}" if label else "") == text


def test_a_megabyte_is_told_quickly() -> None:
    body = SENTENCES["zh-s"].encode("gb18030") * 12_000
    started = time.process_time()
    assert decoded(body).startswith(SENTENCES["zh-s"])
    assert time.process_time() - started < 0.5


@given(
    st.binary(max_size=300), st.sampled_from(["", "utf-8", "big5", "gbk", "shift_jis", "euc-kr", "utf-16", "latin1"])
)
@settings(max_examples=100, deadline=None)  # the first look loads the detector's tables
def test_any_bytes_become_text(body: bytes, label: str) -> None:
    as_utf8(body, f"text/html; charset={label}").decode("utf-8")


@given(st.text(st.characters(codec="utf-8"), max_size=200))
@settings(max_examples=100)
def test_text_in_utf_8_comes_back_whole(text: str) -> None:
    if not text.encode().startswith((codecs.BOM_UTF8, b"<\0", b"\0<")):
        assert decoded(text.encode()) == text


def test_the_outdated_label_is_taken_away() -> None:
    assert as_utf8(DECLARED.format("big5", "小米").encode("big5")) == "<t>小米</t>".encode()
