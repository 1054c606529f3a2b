"""The arguments: words around Han names, capitals of a sentence, phrases of the rules."""

import pytest

from benchmarks.articles import own_cases
from benchmarks.fit_evidence import Row, fit
from bot.matching import Matcher
from bot.matching.clubs import is_club
from bot.matching.gazetteer import given_names, is_place, surnames
from bot.matching.han import boundary
from bot.matching.phrases import Phrase
from bot.matching.reading import Reading
from bot.matching.weights import CUT_OFFS, SIGNS, WEIGHTS
from tests.matching.lists import company, watchlist


@pytest.mark.parametrize(
    ("before", "name", "after", "word"),
    [
        ("", "高通", "膨压力", "通膨"),
        ("徐步", "高通", "过", "通过"),
        ("访", "美的", "官员", "访美"),
        ("", "小米", "粥", "小米粥"),
        ("", "小米", "集团股价", ""),
        ("", "高通", "宣布", ""),
        ("", "高通", "过去一年", ""),
        ("", "鸿海", "", ""),
    ],
)
def test_the_word_that_swallows_a_han_name(before: str, name: str, after: str, word: str) -> None:
    edge = boundary(before, name, after)
    assert (edge.word, edge.loss > 0) == (word, bool(word))


@pytest.mark.parametrize(
    ("text", "case"),
    [
        ("Chinese brands talk with makers about phones", "mixed"),
        ("Chinese Brands Talk With Indian Makers About Phones", "title"),
        ("CHINESE BRANDS TALK WITH MAKERS", "caps"),
        ("chinese brands talk with makers", "lower"),
        ("Groq", "unknown"),
    ],
)
def test_how_a_sentence_uses_capitals(text: str, case: str) -> None:
    reading = Reading("title", text)
    assert reading.case(0, len(reading.tokens), without=range(0)) == case


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("One here. Two Lava there. Three.", ["Two", "Lava", "there"]),
        ("He met Mr. Lava today. Next.", ["He", "met", "Mr", "Lava", "today"]),
        ("J. P. Lava came. Next.", ["J", "P", "Lava", "came"]),
        ("NEW YORK (Reuters) - Lava fell", ["Lava", "fell"]),
        ("AI TALENT: Lava fell", ["Lava", "fell"]),
    ],
)
def test_sentences(text: str, sentence: list[str]) -> None:
    reading = Reading("text", text)
    first, end = reading.sentence(reading.places["lava"][0])
    assert [reading.written(at) for at in range(first, end)] == sentence


@pytest.mark.parametrize(
    ("phrase", "text", "places"),
    [
        ("lava lamp", "a Lava Lamp, lava lamps", 2),
        ("lava lamp", "lava from a lamp", 0),
        ("handsets", "a handset", 1),
        ("手機", "手机和手機", 2),
        ("", "anything", 0),
    ],
)
def test_where_a_phrase_stands(phrase: str, text: str, places: int) -> None:
    assert len(list(Phrase.read(phrase).places(Reading("text", text)))) == places


CLUBS = (company("Granada CF", "Granada"), company("Ohio Tigers", "Tigers"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("the lava flows", "lower case"),
        ("said Jeremy Dixon today", '"Jeremy" before it'),
        ("said J. Dixon today", '"J." before it'),
        ("Shares of Dixon Energy rose", 'part of "Dixon Energy"'),
        ("the Dixon of Omaha came", '"of Omaha" after it'),
        ("the Niger Dixon came", 'part of "Niger Dixon"'),
        ("a phone by Dixon", '"phone" nearby'),
        ("Dixon posted a profit", '"posted" after it'),
        ("Dixon switched off a mast", '"switched" after it'),
        ("The Nordic Dixon fell. Nobody saw Dixon fall", 'introduced as part of "Nordic Dixon"'),
        ("DIXON - A HISTORY", "the subject of a headline"),
        ("the owner is Oldham Dixon Ltd", 'part of "Oldham Dixon Ltd"'),
        ("and the Tigers won by a goal", '"the" before it'),
        ("the coach of Tigers came", '"coach" nearby'),
        ("Granada and a coach, a striker, a squad", "a text about sport"),
        ("Granada and the tennis", "a text about a sport without clubs"),
        ("signed by Granada today", '"signed by" before it'),
        ("near Noida, Dixon came", '"Noida" nearby'),
        ("Dixon Ltd came", "legal form"),
        ("Dixon (DIXN.NS) came", "ticker beside it"),
        ("the Diхon plant", "look-alike letters"),
        ("Lava's Plant opened", "possessive inside"),
        ("今天Dixon宣布", "Latin letters in a text of another script"),
    ],
)
def test_reasons_are_words(text: str, reason: str) -> None:
    matcher = Matcher(watchlist(company("Dixon", context=("Noida",)), company("Lava"), company("Lava Plant"), *CLUBS))
    reasons = [given.text for mention in matcher.find("", text) for given in mention.reasons]
    assert reason in reasons


def test_the_stored_weights_keep_the_sign_that_their_argument_claims() -> None:
    assert set(WEIGHTS) == set(SIGNS)
    assert all(WEIGHTS[feature] * sign >= 0 for feature, sign in SIGNS.items())
    assert CUT_OFFS["strict"] > CUT_OFFS["normal"] > CUT_OFFS["loose"]


def test_the_fit_is_deterministic_and_keeps_to_the_signs() -> None:
    rows = [Row({"kind.brand": 1.0, "capitals": 1.0}, meant=False), Row({"kind.brand": 1.0}, meant=True)] * 20
    weights = fit(rows)
    assert weights == fit(rows)
    assert weights["capitals"] == 0.0
    assert abs(weights["kind.brand"]) < 0.1


def test_our_own_cases_come_out_as_they_are_labelled() -> None:
    """The weights are fitted on them: this says that they still fit, not how good they are on other text."""
    right = wrong = missed = 0
    for companies, text, meant in own_cases():
        asked = companies.companies[0].name
        found = any(m.alert for m in Matcher(companies).find("", text) if m.company == asked)
        right += meant and found
        wrong += found and not meant
        missed += meant and not found
    assert right / (right + wrong) >= 0.8
    assert right / (right + missed) >= 0.9


@pytest.mark.parametrize("name", ["chicago", "texas", "new york", "melbourne", "mumbai"])
def test_places_come_from_word_data(name: str) -> None:
    assert is_place(name)


@pytest.mark.parametrize(
    ("name", "alias", "club"),
    [
        ("Granada CF", "Granada", True),
        ("Granada Miners", "Granada", True),
        ("New York Comets (hockey)", "New York", False),
        ("Granada Air Lines", "Granada", False),
        ("Granada Motors", "Granada", False),
        ("Granada", "Granada Insurance", False),
    ],
)
def test_a_club_is_told_by_its_name(name: str, alias: str, *, club: bool) -> None:
    assert (
        is_club(company(name, alias), tuple(alias.casefold().split()[:2] if "York" in alias else ["granada"])) == club
    )


@pytest.mark.parametrize(("before", "counted"), [("2017", False), ("14", True)])
def test_a_year_before_a_name_counts_nothing(before: str, *, counted: bool) -> None:
    (mention,) = Matcher(watchlist(company("Lava"))).find("", f"The {before} Lava meeting")
    assert (f'"{before}" before it' in [reason.text for reason in mention.reasons]) == counted


def test_words_of_business_around_somebody_else_say_nothing() -> None:
    (mention,) = Matcher(watchlist(company("Dixon"))).find("", "Profit fell, the chairman Jeremy Dixon said")
    assert not any("nearby" in reason.text for reason in mention.reasons)


def test_people_come_from_word_data() -> None:
    assert {"jeremy", "mary", "hans"} <= given_names()
    assert {"ford", "wells"} <= surnames()
    assert not is_place("lava")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Granada beat Sevilla 2-1", True),
        ("Granada 2 Sevilla 1", True),
        ("The striker of Granada scored in the last minute of the match", True),
        ("GRANADA, May 2 (Wire) - Olive oil is dear.", False),
        ("GRANADA 2021-05-02 Olive oil is dear.", False),
        ("The road to Granada is blocked", False),
        ("A Granada-based baker was robbed", False),
    ],
)
def test_a_club_and_its_city(text: str, *, meant: bool) -> None:
    matcher = Matcher(watchlist(company("Granada Club", "Granada")))
    assert [m.alert for m in matcher.find("", text)] == [meant]


@pytest.mark.parametrize(
    ("text", "said"),
    [("小米發布新手機", '"手機" nearby'), ("小米发布新手机", '"手机" nearby'), ("小米 iPhone", '"iPhone" nearby')],
)
def test_a_context_word_is_said_once_as_the_article_writes_it(text: str, said: str) -> None:
    matcher = Matcher(watchlist(company("Xiaomi", "小米", context=("手機", "iPhone"))))
    (mention,) = matcher.find("", text)
    words = [reason.text for reason in mention.reasons if "手" in reason.text or "hone" in reason.text]
    assert words == [said]


@pytest.mark.parametrize(
    ("text", "alerts"),
    [
        ("In 2026 the economy grew 360 percent.", False),
        ("The cameras turn 360 degrees, the makers of phones say.", False),
        ("Security firm 360 said its shares rose, analysts expect.", True),
        ("Chinese security company 360, whose founder spoke, sells antivirus software.", True),
    ],
)
def test_a_number_alone_names_nobody(text: str, *, alerts: bool) -> None:
    matcher = Matcher(watchlist(company("360", context=("antivirus",)), company("2026")))
    assert any(mention.alert for mention in matcher.find("", text)) == alerts
