"""What of an article is compared: words, numbers and Han pairs, without the names it was found by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.company import Alias, Company
from bot.model.watchlist import Watchlist
from bot.stories import Names
from bot.stories.fingerprint import fingerprint
from bot.stories.rarity import rarity
from bot.stories.words import words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("TSMC's 2nd fab", ["tsmc", "s", "2", "nd", "fab"]),
        ("NT$53.1 billion, 120,000 phones", ["nt", "53.1", "billion", "120000", "phones"]),
        ("53,1 Milliarden; 1,2,3", ["53.1", "milliarden", "1.2.3"]),
        ("40bn", ["40", "bn"]),
        ("iPhone15 and M4", ["iphone15", "and", "m4"]),
        ("10月合併營收531億元", ["10", "月合并营收", "531", "亿元"]),
        ("聯發科MediaTek", ["联发科", "mediatek"]),
        ("", []),
    ],
)
def test_words_are_of_one_kind(text: str, found: list[str]) -> None:
    assert words(text) == found


NAMES = Names(
    [
        "Lava International",
        "General Motors",
        "Hon Hai 鴻海精密",
        "鴻海",
        "Arm",
        "2454.TW",
        "Telefónica",
    ]
)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Lava International opens a plant", "opens a plant"),
        ("Lava opens an international plant", "opens an international plant"),
        ("General Motors hires a general", "hires a general"),
        ("motors in general", "motors in general"),
        ("Arm sells an arm", "sells an"),
        ("Hon Hai hires", "hires"),
        ("hai hon", "hai"),
        ("telefonica rises, 2454.TW falls", "rises falls"),
        ("鴻海精密今天宣布", "今天宣布"),
        ("今天鴻海宣布鴻海", "今天 宣布"),
        ("鴻海", ""),
        ("鴻圖", "鸿图"),
    ],
)
def test_names_are_left_out(text: str, left: str) -> None:
    assert " ".join(NAMES.left_out_of(words(text))) == left


def test_names_are_those_of_the_lists_with_aliases_and_tickers() -> None:
    company = Company("Hon Hai", (Alias("Foxconn"), Alias("富士康", weak=True)), tickers=("2317.TW",))
    names = Names.of([Watchlist("a.yaml", "a", (company,)), Watchlist("b.yaml", "b", (Company("Groq"),))])
    found = words("Hon Hai, Foxconn, 富士康, Groq, 2317.TW, Nvidia")
    assert list(names.left_out_of(found)) == ["nvidia"]


@pytest.mark.parametrize(
    ("title", "lead", "terms", "heads"),
    [
        ("Lava International Ltd", "Profits of the company", {"profit", "of", "the"}, set()),
        ("Loss", "losses, glass, gas", {"loss", "losse", "glass", "gas"}, {"loss"}),
        ("鴻海擴產", "7 A", {"扩产"}, {"扩产"}),
        ("2 up", "", {"up"}, {"up"}),
        (
            "UPDATE 2-Chip plant opens",
            "(Reuters) opens",
            {"reuter", "chip", "plant", "open"},
            {"chip", "plant", "open"},
        ),
        ("擴產", "（中央社記者吳家豪台北5日電）擴產", {"扩产"}, {"扩产"}),
    ],
)
def test_terms_are_what_is_left(title: str, lead: str, terms: set[str], heads: set[str]) -> None:
    found = fingerprint(title, lead, NAMES)
    assert found.terms == terms | heads
    assert found.heads == heads
    assert found.title == fingerprint(title.removeprefix("UPDATE 2-"), lead).title
    assert found.rest == terms - heads


@pytest.mark.parametrize(
    ("common", "rare"),
    [("the", "plant"), ("said", "noida"), ("公司", "晶圆"), ("今天", "洩密"), ("表示", "聘雇"), ("company", "531")],
)
def test_what_the_language_says_often_tells_little(common: str, rare: str) -> None:
    assert 0 < rarity(common) < 0.8 * rarity(rare) <= 1


@given(st.lists(st.sampled_from(["Hon Hai", "鴻海", "Lava", "plant", "今天", "7", "in"])).map(" ".join), st.text())
def test_leaving_out_only_takes_away(text: str, more: str) -> None:
    bare = fingerprint(text, more)
    found = fingerprint(text, more, NAMES)
    assert {term for term in found.terms if term.isascii()} <= bare.terms
    assert found.title == bare.title
    assert not {"hai", "lava"} & found.heads
