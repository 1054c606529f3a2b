"""The arguments: words around Han names, capitals of a sentence, phrases of the rules."""

import pytest

from bot.matching import Matcher
from bot.matching.han import boundary
from bot.matching.phrases import Phrase
from bot.matching.reading import Reading
from tests.matching.lists import company, watchlist


@pytest.mark.parametrize(
    ("before", "name", "after", "word"),
    [
        ("", "高通", "膨压力", "高通膨"),
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
        ("near Noida, Dixon came", '"Noida" nearby'),
        ("Dixon Ltd came", "legal form"),
        ("Dixon (DIXN.NS) came", "ticker beside it"),
        ("the Diхon plant", "look-alike letters"),
        ("Lava's Plant opened", "possessive inside"),
        ("今天Dixon宣布", "Latin letters in a text of another script"),
    ],
)
def test_reasons_are_words(text: str, reason: str) -> None:
    matcher = Matcher(watchlist(company("Dixon", context=("Noida",)), company("Lava"), company("Lava Plant")))
    reasons = [given.text for mention in matcher.find("", text) for given in mention.reasons]
    assert reason in reasons
