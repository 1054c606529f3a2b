"""Stories as sums of vectors: what goes in comes out, and the keywords find every story that is alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.stories.sums import Sums
from bot.stories.vector import Vector, cosine, titles_told

WORDS = st.dictionaries(st.sampled_from("abcdefghij"), st.floats(0.1, 9.0), min_size=1)
VECTORS = WORDS.map(Vector.along)


def every(_: str) -> bool:
    return True


@given(st.lists(VECTORS, min_size=1, max_size=8), VECTORS)
def test_a_story_is_as_near_as_the_direction_of_its_articles(articles: list[Vector], probe: Vector) -> None:
    sums = Sums()
    for number, article in enumerate(articles):
        sums.add("s", str(number), article)
    total: dict[str, float] = {}
    for article in articles:
        for term, part in article:
            total[term] = total.get(term, 0.0) + part
    expected = cosine(probe, Vector.along(total))
    near = sums.near(probe, 1e-9, every)
    assert near.get("s", 0.0) == pytest.approx(expected, abs=1e-5)


@given(st.lists(VECTORS, min_size=1, max_size=8), st.lists(VECTORS, max_size=4), VECTORS)
def test_what_is_taken_out_counts_no_more(gone: list[Vector], kept: list[Vector], probe: Vector) -> None:
    sums, fresh = Sums(), Sums()
    for number, article in enumerate(kept):
        sums.add("s", f"kept{number}", article)
        fresh.add("s", f"kept{number}", article)
    for number, article in enumerate(gone):
        sums.add("s", f"gone{number}", article)
    for number, article in enumerate(gone):
        assert sums.remove("s", f"gone{number}") is article
    assert sums.near(probe, 1e-3, every) == pytest.approx(fresh.near(probe, 1e-3, every), abs=1e-4)


def test_a_bare_headline_is_as_near_as_the_articles_on_the_average() -> None:
    sums = Sums()
    sums.add("s", "1", Vector.along({"a": 1.0}))
    sums.add("s", "2", Vector.along({"b": 1.0}))
    headline, told = Vector.along({"a": 1.0}, ["a"]), Vector.along({"a": 1.0}, [])
    assert sums.near(headline, 0.1, every)["s"] == pytest.approx(0.5)
    assert sums.near(told, 0.1, every)["s"] == pytest.approx(0.5**0.5)


def test_only_stories_that_fit_are_compared() -> None:
    sums = Sums()
    for number in range(30):
        sums.add(f"s{number}", str(number), Vector.along({"a": 1.0}))
    assert sums.near(Vector.along({"a": 1.0}), 0.5, lambda story_id: story_id == "s29") == {"s29": pytest.approx(1)}


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [(["a"], ["a"], 1.0), (["a"], ["b"], 1.0), (["c"], ["a"], 0.0), ([], ["a"], 1.0), (["a", "c"], ["b"], 0.5**0.5)],
)
def test_how_much_of_each_others_title_two_articles_tell(one: list[str], other: list[str], told: float) -> None:
    here = Vector.along({"a": 1.0, "b": 1.0, "c": 1.0} if "c" in one else {"a": 1.0, "b": 1.0}, one)
    assert titles_told(here, Vector.along({"a": 1.0, "b": 1.0}, other)) == pytest.approx(told)


def test_nothing_is_alike_to_nothing() -> None:
    empty = Vector.along({})
    assert cosine(empty, empty) == 0
    assert Sums().near(empty, 0.1, every) == {}
