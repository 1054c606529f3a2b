"""Why an article joined, in words that its reader finds in it."""

import pytest

from bot.stories.reason import similar_words


@pytest.mark.parametrize(
    ("shared", "title", "lead", "words"),
    [
        (["noida", "handset"], "Handsets from Noida", "", ": Noida, Handsets"),
        (["ai", "said"], "He said it", "An AI plant", ": AI, said"),
        (["晶圆", "圆厂"], "台積電晶圓廠", "", ": 晶圓廠"),
        (["120000", "phone"], "120,000 phones", "", ": phones"),
        (["phone", "phones"], "Phones and phones", "", ": Phones"),
        (["a1", "b1", "c1", "d1", "e1"], "A1 B1 C1 D1 E1", "", ": A1, B1, C1, D1"),
        ([], "Title", "Lead", ""),
    ],
)
def test_the_words_are_the_articles_own(shared: list[str], title: str, lead: str, words: str) -> None:
    assert similar_words(0.423, shared, title, lead) == f"similar words (0.42){words}"
