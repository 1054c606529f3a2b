"""Candidates: does a window spell the name? By the written definition, whatever it may mean."""

import pytest

from bot.matching import Matcher, legal
from bot.matching.names import edit_cap, variants
from bot.matching.words import is_ordinary, singular
from tests.matching.lists import company, watchlist


def spans(name: str, text: str) -> list[str]:
    return [mention.text for mention in Matcher(watchlist(company(name))).find("", text)]


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        # Edits: none under 6 letters, 1 up to 9, 2 from 10; the first letter stays; a word is no misspelling.
        ("Groqs", "the Groqz chip", []),
        ("Infosys", "the Infosyz results", ["Infosyz"]),
        ("Infosys", "the Infsosyz results", []),
        ("Infosys", "the Imfosys results", ["Imfosys"]),
        ("Infosys", "the Unfosys results", []),
        ("Hindustanlever", "the Hndustanlevre results", ["Hndustanlevre"]),
        ("Micron", "President Macron", []),
        ("Entergy", "more energy", []),
        ("Bosch2000", "the Bosch2001 results", []),
        # Singular and plural in names of several tokens.
        ("Dixon Technologies", "the Dixon Technology plant", ["Dixon Technology"]),
        ("Samsung Electronics", "a Samsung Electronic sign", ["Samsung Electronic"]),
        ("Technologies", "the technology", []),
        # Joins.
        ("MediaTek", "at Media Tek today", ["Media Tek"]),
        ("MediaTek", "at Media. Tek today", []),
        ("Hon Hai", "at HonHai today", ["HonHai"]),
        ("Salesforce", "our sales force", []),
        ("Salesforce", "our sales-force", ["sales-force"]),
        ("Salesforce", "at Sales Force today", ["Sales Force"]),
        ("OFA", "one of a kind", []),
        # Possessives.
        ("Siemens", "Siemens' and Siemens's", ["Siemens", "Siemens"]),
        ("Macy's", "Macy's, Macys, Macy", ["Macy", "Macys"]),
        ("Dick's Sporting Goods", "at Dick's Sporting Goods", ["Dick's Sporting Goods"]),
        # Windows stay inside a sentence part.
        ("Nippon Steel", "from Nippon. Steel fell", []),
        ("Nippon Steel", "from Nippon, Steel and others", []),
        ("Nippon Steel", "from Nippon\n\nSteel", []),
        ("Nippon Steel", "from Nippon\nSteel", ["Nippon\nSteel"]),
        ("Nippon Steel", "from (Nippon) Steel", ["Nippon) Steel"]),
        ("Welsh, Carson, Anderson & Stowe", "Welsh, Carson, Anderson and Stowe", ["Welsh, Carson, Anderson and Stowe"]),
        ("A. G. Edwards", "at A.G. Edwards", ["A.G. Edwards"]),
        ("A.G. Edwards", "at A. G. Edwards", ["A. G. Edwards"]),
        ("I.B.M.", "IBM and I.B.M.", ["IBM", "I.B.M."]),
        # Legal forms are optional on both sides.
        ("Lava International Ltd", "Lava International", ["Lava International"]),
        ("Apple", "Apple, Inc. said", ["Apple, Inc"]),
        ("Apple", "Apple limited itself", ["Apple"]),
        ("Volvo", "Volvo AB and Volvo ab", ["Volvo AB", "Volvo"]),
        ("聯發科技", "聯發科技股份有限公司", ["聯發科技股份有限公司"]),
        ("聯發科技股份有限公司", "聯發科技上漲", ["聯發科技"]),
        ("The Gap", "at Gap stores", ["Gap"]),
        # Scripts.
        ("マツダ", "マツダの車とマツダー", ["マツダ"]),
        ("ライン", "オンライン", []),
        ("기아", "기아는 고기아", ["기아"]),
        ("A가", "A가기", ["A가"]),
        ("中A", "国中A", ["中A"]),
        ("A中", "A中国", ["A中"]),
        ("TCL科技", "TCL科技集团、TCL技", ["TCL科技"]),
        ("新浪", "新浪新浪", ["新浪", "新浪"]),
        ("鋒", "「鋒」是鋒", ["鋒"]),
        # Folding.
        ("Münch", "Munch, Muench, MÜNCH", ["Munch", "Muench", "MÜNCH"]),
        ("Muench", "Münch", ["Münch"]),
        ("Crédit Agricole", "CREDIT AGRICOLE", ["CREDIT AGRICOLE"]),
        ("Johnson & Johnson", "Johnson und Johnson", ["Johnson und Johnson"]),
    ],
)
def test_spelling(name: str, text: str, found: list[str]) -> None:
    assert spans(name, text) == found


@pytest.mark.parametrize(
    ("token", "cap"), [("grok5", 0), ("groqs", 0), ("denso2", 0), ("xiaomi", 1), ("microsoft", 1), ("qualcommxy", 2)]
)
def test_edit_caps(token: str, cap: int) -> None:
    assert edit_cap(token, "latin") == cap


@pytest.mark.parametrize(
    ("tokens", "count"),
    [
        (["lava", "ltd"], 1),
        (["hon", "hai", "co", "ltd"], 2),
        (["x", "gmbh", "&", "co", "kg"], 4),
        (["ltd"], 0),
        (["lava"], 0),
        (["lava", "a", "s"], 2),
    ],
)
def test_the_longest_legal_form_is_taken_and_something_is_left(tokens: list[str], count: int) -> None:
    assert legal.ending(tokens) == count


@pytest.mark.parametrize("word", ["apple", "target", "gap", "lava", "shell", "visa", "dixon", "delta", "orange"])
def test_ordinary_words(word: str) -> None:
    assert is_ordinary(word)


@pytest.mark.parametrize("word", ["samsung", "nokia", "toyota", "siemens", "mediatek", "groq", "pegatron"])
def test_brands_are_no_ordinary_words(word: str) -> None:
    assert not is_ordinary(word)


@pytest.mark.parametrize(
    ("plural", "form"), [("technologies", "technology"), ("motors", "motor"), ("boxes", "box"), ("glass", "glass")]
)
def test_singular(plural: str, form: str) -> None:
    assert singular(plural) == form


def test_an_alias_may_repeat_the_name_to_mark_it() -> None:
    from_alias = company("Lava", "Lava")
    assert [variant.tokens for variant in variants(from_alias, 0)] == [("lava",)]


@pytest.mark.parametrize("name", ["Ltd", "The", "&", "!!", "x" * 200, "公司"])
def test_odd_names_harm_nothing(name: str) -> None:
    Matcher(watchlist(company(name))).find(name, f"the {name} company")


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        # Singular and plural by their endings, and edits before them.
        ("Grantham Enterprises", "the Grantham Enterprise fund", ["Grantham Enterprise"]),
        ("Petsec Energy", "the Petsecs Eergy fund", ["Petsecs Eergy"]),
        # Legal forms: of other scripts as tokens of their own, with connectives, whole or not at all.
        ("ソネア株式会社", "ソネアは", ["ソネア"]),
        ("Foolin", "Foolin GmbH und Co KG rose", ["Foolin GmbH und Co KG"]),
        ("Wells Fargo & Co", "Wells Fargo said, Wells Fargo and Co. rose", ["Wells Fargo", "Wells Fargo and Co"]),
        ("Hakuyo", "Hakuyo Co\n\nLtd", ["Hakuyo Co"]),
        # Full-width marks need no space.
        ("Nippon Steel", "Nippon，Steel", []),
        # A single character stands in quotation marks, or with its legal form.
        ("X", "the x factor, X said, “X” rose", ["X"]),
        ("X Corp", "X said, X Corp rose", ["X Corp"]),
        # A possessive ending is no place for edits.
        ("McDorald's", "the McDrald's menu, the McDrald menu", ["McDrald"]),
        # Joins in every alphabet; each half has three letters, or is initials; a seam is shown.
        ("Газолин Нефтик", "в ГазолинНефтик", ["ГазолинНефтик"]),
        ("J.Q. Halvorsen", "at JQHalvorsen", ["JQHalvorsen"]),
        ("Sales Force", "SalesForce and Salesforce", ["SalesForce"]),
        ("Suedzucker", "Süd Zucker", ["Süd Zucker"]),
        # Umlauts: each for itself, with edits, as entities.
        ("Köln Süd", "Koeln Sud and Koln Sued", ["Koeln Sud", "Koln Sued"]),
        ("Muench", "M&uuml;nch", ["M&uuml;nch"]),
        ("Muenchen", "Münchem", ["Münchem"]),
    ],
)
def test_spelling_in_the_corners(name: str, text: str, found: list[str]) -> None:
    assert spans(name, text) == found
