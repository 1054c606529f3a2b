"""The oracle itself by examples, and the matcher beside it: nothing missed, nothing extra."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.matching.lists import company
from tests.matching.oracle import material
from tests.matching.oracle.compare import Tally, compare, matcher_of, trial, trial_live, trial_on_articles
from tests.matching.oracle.definition import Oracle, distance, same_but_for_number
from tests.matching.oracle.mutations import MUTATIONS, chance_of, mutated
from tests.matching.oracle.report import described
from tests.matching.oracle.words import Text, breaks
from tests.shared_data import needs_shared


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Kyndralo", "the Kyndrala, Kyndral and Kyndrlo", ["Kyndrala", "Kyndral", "Kyndrlo"]),
        ("Kyndralo", "the Gyndralo, Kindrala and Kyndralos", ["Kyndralos"]),
        ("Hindustalever", "the Hndustalevre", ["Hndustalevre"]),
        ("Grelk", "the Grelg", []),
        ("Microz", "the micro", []),
        ("Grantham Enterprises", "a Grantham Enterprise, a Granthamo Enterprise", ["Grantham Enterprise"]),
        ("Zenn House", "the Zenns Houses, the Zenn Houses", ["Zenn Houses"]),
        ("Petsec Energy", "the Petsecs Eergy", ["Petsecs Eergy"]),
        ("MediaSolm", "Media Solm, Me diasolm, Media. Solm, Media's Solm", ["Media Solm"]),
        ("Salesforce", "sales force, sales-force, Sales Force", ["sales-force", "Sales Force"]),
        ("Hon Bai", "HonBai, Hon Bai, honbai", ["HonBai", "Hon Bai", "honbai"]),
        ("Sales Force", "SalesForce, salesforce, SALESFORCE", ["SalesForce"]),
        ("J.P. Morgan", "JPMorgan, J.P. Morgan, J. P. Morgan, jpmorgan", ["JPMorgan", "J.P. Morgan", "J. P. Morgan"]),
        ("JPMorgan", "J.P. Morgan, J. P. Morgan", ["J.P. Morgan"]),
        ("Газолин Нефтик", "ГазолинНефтик", ["ГазолинНефтик"]),
        ("Macy's", "Macy's, Macys', Macys, Macy", ["Macy", "Macys", "Macys"]),
        ("McDorald's", "at McDrald's, at McDrald", ["McDrald"]),
        ("Köln Süd", "Köln Süd, Koeln Sud, Kolnsued", ["Köln Süd", "Koeln Sud", "Kolnsued"]),
        ("Muench", "M&uuml;nch, Mu\u0308nch, Munch", ["M&uuml;nch", "Mu\u0308nch"]),
        ("Hon Bai", "Hon, Bai; Hon. Bai, Hon：Bai, Hon\n\nBai, Hon\nBai, Hon,Bai", ["Hon\nBai", "Hon,Bai"]),
        ("Welks, Carton", "Welks, Carton; Welks. Carton", ["Welks, Carton"]),
        ("7-Orchard", "7. Orchard, 7 Orchard", ["7 Orchard"]),
        ("Lavax AG", "Lavax AG; Lavax, Inc. Lavax (Inc) Lavax ag", ["Lavax AG", "Lavax, Inc", "Lavax", "Lavax"]),
        ("Lavax", "Lavax A; S. Lavax\n\nLtd. Lavax AB (publ)", ["Lavax", "Lavax", "Lavax AB (publ"]),
        ("Lavax GmbH und Co KG", "Lavax, Lavax GmbH & Co. KG", ["Lavax", "Lavax GmbH & Co. KG"]),
        ("ソネア株式会社", "ソネアの、ソネアー、ソネア株式会社", ["ソネア", "ソネア株式会社"]),
        ("株式会社ヒタテ", "ヒタテ", ["ヒタテ"]),
        ("聯禾公司", "聯禾，联禾科技", ["聯禾", "联禾"]),
        ("기한", "기한은 신기한", ["기한"]),
        ("TCX科技", "今日TCX科技公司、TCX新科技", ["TCX科技公司"]),
        ("X", "the X, “X” and 'x'", ["X"]),
        ("X Corp", "the X, the X Corp, “X”", ["X Corp", "X"]),
        ("鋒", "「鋒」是鋒", ["鋒"]),
        ("Bharel Heavy Turbines Ltd", "Bharel Heavy Turbines; BHTL, BHT", ["Bharel Heavy Turbines", "BHTL", "BHT"]),
    ],
)  # fmt: skip
def test_the_oracle_keeps_the_definition(name: str, text: str, found: list[str]) -> None:
    matches = Oracle([company(name)]).matches("", text)
    assert sorted(text[match.start : match.end] for match in matches) == sorted(found)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I.B.X. and J.P.Morgan", ["ibx", "and", "jp", "morgan"]),
        ("AT&T, at & t, Fenn & Co", ["at&t", "at&t", "fenn", "&", "co"]),
        ("Siemens' Lava’s O'Neill", ["siemens", "lava", "o", "neill"]),
        ("今日Groq、TCX科技2024年", ["今日", "groq", "tcx", "科技", "2024", "年"]),
        ("ソネアの기한 Ταυ7", ["ソネア", "の", "기한", "ταυ7"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert [word.text for word in Text(text).words] == words


@pytest.mark.parametrize(
    ("gap", "marks"),
    [(" ", ""), (", ", ","), (",", ""), (".) ", "."), ("\n", ""), ("\n \n", "¶"), ("，", ","), ("…", ""), (":“", ":")],
)
def test_breaks(gap: str, marks: str) -> None:
    assert breaks(gap.replace("，", ","), gap) == marks


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [("ab", "ba", 1), ("abc", "abc", 0), ("abcd", "acbe", 2), ("", "ab", 2), ("ca", "abc", 3)],
)
def test_the_distance_is_optimal_string_alignment(one: str, other: str, edits: int) -> None:
    assert distance(one, other) == distance(other, one) == edits


@pytest.mark.parametrize(
    ("singular", "plural", "same"),
    [
        ("house", "houses", True), ("movie", "movies", True), ("utility", "utilities", True), ("bus", "buses", True),
        ("note", "not", False), ("lens", "lenses", True), ("glas", "glass", False), ("tv", "tvs", False),
    ],
)  # fmt: skip
def test_number(singular: str, plural: str, same: bool) -> None:
    assert same_but_for_number(singular, plural) == same_but_for_number(plural, singular) == same


def agreed(tally: Tally) -> None:
    shown = "".join(map(described, tally.differences[:5]))
    assert (tally.missed, tally.extra) == (0, 0), f"{tally}\n{shown}"


def test_invented_names_in_a_million_windows() -> None:
    tally, seed = Tally(), 0
    while tally.pairs < 1_000_000:
        trial(material.INVENTED, chance_of(seed), tally)
        seed += 1
    agreed(tally)


@needs_shared
def test_real_names_in_a_million_windows() -> None:
    tally, seed = Tally(), 0
    while tally.pairs < 1_000_000:
        trial(material.real_names(), chance_of(seed), tally)
        seed += 1
    agreed(tally)


@needs_shared
def test_real_names_in_real_articles() -> None:
    tally = Tally()
    for seed in range(4):
        trial_on_articles(chance_of(seed), tally)
    agreed(tally)


def test_names_that_come_and_go() -> None:
    tally = Tally()
    for seed in range(12):
        trial_live(material.INVENTED, chance_of(seed), tally)
    agreed(tally)


def test_a_name_of_several_words_is_found_under_an_anchor_that_was_read_before_it_came() -> None:
    matcher = matcher_of([company("Kyndralo")])
    assert {mention.company for mention in matcher.find("", "Kyndralo Foods")} == {"Kyndralo"}
    matcher.add(company("Kyndralo Foods"))
    assert {mention.company for mention in matcher.find("", "Kyndralo Foods")} == {"Kyndralo", "Kyndralo Foods"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Jade Bird", "Ｊａｄｅ＆＃３２；Ｂｉｒｄ"),
        ("Münzkopf", "the Μünkοpf"),
        ("Münzkopf", "ΜÜNKΟPF and"),
        ("& Corp", "GmbH und Co KG"),
    ],
)
def test_what_long_runs_found(name: str, text: str) -> None:
    tally = Tally()
    compare([company(name)], matcher_of([company(name)]), [("", text)], tally)
    agreed(tally)


def test_a_company_that_goes_leaves_no_trace() -> None:
    """A name that is gone is no longer a word of the list: what it kept from being a misspelling is one again."""
    matcher = matcher_of([company("Kyndralo"), company("Kyndrala")])
    assert {mention.company for mention in matcher.find("", "Kyndrala")} == {"Kyndrala"}
    matcher.remove("Kyndrala")
    assert {mention.company for mention in matcher.find("", "Kyndrala")} == {"Kyndralo"}
    matcher.add(company("Kyndrala"))
    assert {mention.company for mention in matcher.find("", "Kyndrala")} == {"Kyndrala"}
    matcher.remove("Kyndralo")
    matcher.remove("Kyndrala")
    assert matcher.find("Kyndralo", "Kyndrala") == ()


NAMES = st.sampled_from(material.INVENTED)
CHANGES = st.lists(st.sampled_from(MUTATIONS), max_size=3)
GAPS = st.sampled_from((" ", ", ", ". ", "", "-", "'s ", "\n\n", "，", " Inc ", " (", "“", "” "))


@st.composite
def changed_names(draw: st.DrawFn) -> str:
    name = draw(NAMES | st.text(alphabet="abeAВ .&'’s今ハ가é-", min_size=1, max_size=12))
    chance = chance_of(draw(st.integers(0, 9)))
    for change in draw(CHANGES):
        name = change(name, chance)
    return name


@given(
    st.lists(st.tuples(changed_names(), st.lists(changed_names(), max_size=2)), min_size=1, max_size=5),
    st.lists(st.tuples(changed_names(), GAPS), max_size=10),
    st.text(max_size=12),
)
@settings(max_examples=150, deadline=None)
def test_whatever_hypothesis_writes(
    listed: list[tuple[str, list[str]]], written: list[tuple[str, str]], noise: str
) -> None:
    companies = [company(name, *aliases) for name, aliases in dict(listed).items() if name.strip()]
    text = "".join(piece + gap for piece, gap in written) + noise + "".join(name for name, _ in listed)
    tally = Tally()
    compare(companies, matcher_of(companies), [(noise, text)], tally)
    agreed(tally)


def test_every_mutation_gives_a_text() -> None:
    chance = chance_of(1)
    assert all(isinstance(change(name, chance), str) for change in MUTATIONS for name in (*material.INVENTED, "", " "))
    assert mutated("Veltrona", chance_of(2)) == mutated("Veltrona", chance_of(2))
