"""What counts as a mention of a company, on sentences of the kinds that news has."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching import Matcher
from bot.model.company import Alias, EvidenceLevel
from tests.matching.lists import PHONE_MAKERS, alerting, company, watchlist

MATCHER = Matcher(PHONE_MAKERS)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Lava launches a phone in Pune", "Lava International"),
        ("Lava's new handset", "Lava International"),
        ("Lava’s new handset is cheap", "Lava International"),
        ("LAVA INTERNATIONAL LTD TO BUILD PHONES", "Lava International"),
        ("they get Lava™ to build phones", "Lava International"),
        ("Chinese brands talk with Lava, people said", "Lava International"),
        ("a plan to get Dixon Technologies India Ltd on board", "Dixon Technologies"),
        ("a deal with Dixon Technology was signed", "Dixon Technologies"),
        ("小米集團股價上漲", "Xiaomi"),
        ("小米集团股价上涨", "Xiaomi"),
        ("昨日小米發布新手機", "Xiaomi"),
        ("Xiaomi Corp (小米) is in talks", "Xiaomi"),
        ("shares of Xiaomi fell", "Xiaomi"),
        ("XIAOMI TO RAISE PRICES", "Xiaomi"),
        ("Hon Hai Precision Industry Co rose", "Hon Hai Precision"),
        ("鴻海股價下跌", "Hon Hai Precision"),
        ("鸿海宣布", "Hon Hai Precision"),
        ("the iPhone maker HonHai said", "Hon Hai Precision"),
        ("HonHai Precision said", "Hon Hai Precision"),
        ("MediaTeK gained", "MediaTek"),
        ("Ｍｅｄｉａtek gained", "MediaTek"),
        ("chip designer Media Tek said", "MediaTek"),
        ("a chip of Media- Tek’s own making", "MediaTek"),
        ("a chip of Media-\nTek's own making", "MediaTek"),
        ("Me\u200bdiaTek said", "MediaTek"),
        ("МediaTek said", "MediaTek"),
        ("聯發科宣布", "MediaTek"),
        ("联发科宣布", "MediaTek"),
        ("聯發科技股份有限公司", "MediaTek"),
        ("今日Groq宣布", "Groq"),
        ("Groq would continue, it said", "Groq"),
        ("Japan’s Denso Corp", "Denso"),
        ("Micorsoft bought it", "Microsoft"),
        ("Microsft bought it", "Microsoft"),
        ("Apple [Inc] and others", "Apple Inc"),
        ("they said that Apple plans a cheaper model", "Apple Inc"),
        ("Apple, Inc. said", "Apple Inc"),
        ("$AAPL rose", "Apple Inc"),
        ("AAPL.O fell", "Apple Inc"),
        ("(NASDAQ: AAPL)", "Apple Inc"),
        ("2454 TT rose", "MediaTek"),
        ("2454.TW rose", "MediaTek"),
        ("(TWSE: 2454)", "MediaTek"),
        ("高通宣布新晶片", "Qualcomm"),
        ("高通过去一年的营收", "Qualcomm"),
        ("美的集團公布財報", "Midea"),
        ("Macys said", "Macy's"),
        ("Macy's said", "Macy's"),
        ("AT&amp;T said", "AT&T"),
        ("AT & T said", "AT&T"),
        ("マツダの車", "Mazda"),
        ("ﾏﾂﾀﾞの車", "Mazda"),
        ("기아는 자동차를 판다", "Kia"),
        ("Siemens' chief executive", "Siemens"),
        ("Samsung Electronic Co", "Samsung Electronics"),
        ("Samsung [Electronics Co]'s chips", "Samsung Electronics"),
        ("Visa Inc said", "Visa"),
        ("Muenchener Rueck fell", "Münchener Rück"),
        ("MUNCHENER RUCK", "Münchener Rück"),
        ("Johnson and Johnson said", "Johnson & Johnson"),
        ("Johnson & Johnson said", "Johnson & Johnson"),
        ("J. P. Morgan Chase said", "J.P. Morgan Chase"),
        ("JP Morgan Chase said", "J.P. Morgan Chase"),
        ("Nippon Steel Corporation", "Nippon Steel"),
        ("昨天TCL科技公布业绩", "TCL科技"),
    ],
)
def test_a_mention_of_the_company(text: str, name: str) -> None:
    assert name in alerting(MATCHER.find("", text))


@pytest.mark.parametrize(
    "text",
    [
        "Lava reaches the village",
        "Lava flowed down the volcano",
        "A lava lamp glowed",
        "The volcano spewed lava and ash",
        "Lavazza opens in Pune",
        "java developers wanted",
        "The apple harvest failed this year",
        "Apple pie recipe",
        "Apple Bank opened a branch",
        "comparing apples to oranges",
        "小米粥很好喝",
        "今天吃小米飯",
        "Sheriff Dixon arrested a man",
        "Jeremy Dixon scored twice",
        "Jeremy Dixon scored. Dixon then left.",
        "the actor Dixon was there",
        "Vivo Energy opens stations",
        "Lava Records signed a band",
        "Startups grow fast",
        "we grow groceries",
        "dense fog",
        "Valero Energy rose",
        "via a visa office",
        "he needs a visa to travel",
        "the sales force met",
        "高通膨壓力",
        "他徐步高通過馬路",
        "訪美的官員",
        "オンライン会議",
        "고기아침",
        "the TSM-17 missile",
        "THE TSM WAS FIRED AT DAWN",
        "Macy said no",
        "Mr Johnson and Mrs Johnson",
        "Sold in Hon. Hai was there",
        "at a dawn. T was late",
        "Nippon. Steel prices rose",
        "",
    ],
)
def test_no_mention_of_any_company(text: str) -> None:
    assert alerting(MATCHER.find("", text)) == set()


@pytest.mark.parametrize(
    ("text", "span", "kind"),
    [
        ("the Lava International Ltd plant", "Lava International Ltd", "exact"),
        ("the LAVA International plant", "LAVA International", "folded"),
        ("at Micorsoft today", "Micorsoft", "fuzzy"),
        ("buy $AAPL now", "$AAPL", "ticker"),
        ("at Media Tek’s plant", "Media Tek", "folded"),
        ("今天聯發科股價", "聯發科", "exact"),
        ("今天联发科股价", "联发科", "folded"),
        ("a Siemens' plant", "Siemens", "exact"),
    ],
)
def test_the_span_and_the_kind(text: str, span: str, kind: str) -> None:
    (mention,) = MATCHER.find("", text)
    assert (mention.text, mention.kind, text[mention.start : mention.end]) == (span, kind, span)


def test_rejected_candidates_are_kept_with_their_reasons() -> None:
    (mention,) = MATCHER.find("", "Sheriff Dixon arrested a man")
    assert not mention.alert
    assert '"Sheriff" before it' in [reason.text for reason in mention.reasons]
    assert all(-1 <= reason.weight <= 1 for reason in mention.reasons)


def test_mentions_come_in_reading_order_the_title_first() -> None:
    found = MATCHER.find("Lava and Groq", "Denso met Groq. Lava International came.")
    assert [(m.field, m.text) for m in found] == [
        ("title", "Lava"),
        ("title", "Groq"),
        ("text", "Denso"),
        ("text", "Groq"),
        ("text", "Lava International"),
    ]


def test_a_strong_mention_vouches_for_the_weak_ones() -> None:
    alone = MATCHER.find("", "Lava reaches the village")
    vouched = MATCHER.find("", "Lava reaches the village. It was built by Lava International Ltd.")
    assert [m.alert for m in alone] == [False]
    assert [m.alert for m in vouched] == [True, True]


def test_one_alias_under_two_companies_counts_for_both() -> None:
    matcher = Matcher(watchlist(company("Groq One", "Groq"), company("Groq Two", "Groq")))
    assert alerting(matcher.find("", "Groq said on Monday")) == {"Groq One", "Groq Two"}


def test_a_longer_name_of_another_company_is_not_this_one() -> None:
    matcher = Matcher(watchlist(company("Reliance Industries", "Reliance"), company("Reliance Power")))
    assert alerting(matcher.find("", "Shares of Reliance Power rose")) == {"Reliance Power"}


def test_a_part_of_another_watched_name_is_no_misspelling() -> None:
    matcher = Matcher(watchlist(company("Kyndrylo"), company("Kyndryla")))
    assert alerting(matcher.find("", "Shares of Kyndryla rose")) == {"Kyndryla"}


def test_an_excluded_phrase_vetoes_what_it_overlaps() -> None:
    matcher = Matcher(watchlist(company("Lava International", "Lava", exclude=("Lava Lamp",))))
    first, second = matcher.find("", "Lava Lamps sell. Shares of Lava International rose.")
    assert (first.alert, first.confidence, second.alert) == (False, 0.0, True)


def test_words_of_context_count_for_a_weak_alias() -> None:
    weak = Alias("Lava", weak=True)
    plain = Matcher(watchlist(company("Lava International", weak)))
    helped = Matcher(watchlist(company("Lava International", weak, context=("Noida", "诺伊达"))))
    text = "Lava opened a school in Noida"
    assert not alerting(plain.find("", text))
    assert alerting(helped.find("", text))


@pytest.mark.parametrize(
    ("weak", "expected"), [(True, set()), (None, {"Groq"}), (False, {"Groq"})], ids=["weak", "unsaid", "strong"]
)
def test_weak_is_obeyed(weak: bool | None, expected: set[str]) -> None:
    matcher = Matcher(watchlist(company("Groq", Alias("Groq", weak=weak))))
    assert alerting(matcher.find("", "Groq was there")) == expected


@pytest.mark.parametrize(("level", "alert"), [("strict", False), ("normal", True), ("loose", True)])
def test_the_evidence_level_sets_the_bar(level: EvidenceLevel, *, alert: bool) -> None:
    matcher = Matcher(watchlist(company("Lava International", "Lava", evidence=level)))
    (mention,) = matcher.find("", "They met at Lava, a maker")
    assert mention.alert is alert


def test_threshold_only_tightens() -> None:
    text = "Micorsoft bought it"
    assert Matcher(watchlist(company("Microsoft", threshold=85))).find("", text)
    assert not Matcher(watchlist(company("Microsoft", threshold=95))).find("", text)
    assert Matcher(watchlist(company("Microsoft", threshold=100))).find("", "Microsoft bought it")


def test_an_acronym_counts_where_the_long_form_stands() -> None:
    matcher = Matcher(watchlist(company("Bharat Heavy Electricals Ltd")))
    found = matcher.find("", "Bharat Heavy Electricals said so. Analysts like BHEL shares.")
    assert [m.text for m in found if m.alert] == ["Bharat Heavy Electricals", "BHEL"]
    assert matcher.find("", "Analysts like BHEL shares.") == ()


@pytest.mark.parametrize(
    ("title", "text", "subject"),
    [
        ("Groq hires", "x " * 400 + "Groq said.", "main"),
        ("News", "Groq said.", "main"),
        ("News", "x " * 400 + "Groq said.", "passing"),
        ("News", "x " * 400 + "Groq said. Groq did. Groq will.", "main"),
    ],
)
def test_main_subject_or_in_passing(title: str, text: str, subject: str) -> None:
    assert {mention.subject for mention in MATCHER.find(title, text)} == {subject}


PIECES = [
    "Lava",
    "lava ",
    "Dixon's",
    " Technologies",
    "小米",
    "粥",
    "，",
    ". ",
    "$AAPL",
    "&amp;",
    "Media-",
    "\n",
    "™",
    "É",
]


@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
@settings(max_examples=100, deadline=None)
def test_any_text_gives_sound_mentions(text: str) -> None:
    found = MATCHER.find(text, text)
    assert found == MATCHER.find(text, text)
    for mention in found:
        assert text[mention.start : mention.end] == mention.text != ""
        assert 0 <= mention.confidence <= 1
        assert 0 < mention.similarity <= 100
        assert mention.reasons
