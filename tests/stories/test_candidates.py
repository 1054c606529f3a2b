"""A look-up finds what an exhaustive one finds where few stories are open, and visits few of them where many are."""

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.story import StoryMember
from bot.stories import Join, Probe, StoryIndex, candidates
from bot.stories.candidates import KEYWORDS, Candidates
from bot.stories.vector import Vector
from tests.fakes import START
from tests.town import rambling

VECTORS = st.dictionaries(st.sampled_from("abcdefghij"), st.sampled_from([0.5, 1.0, 3.0]), min_size=1).map(Vector.along)
COMPANIES = st.frozensets(st.sampled_from(["lava", "dixon", "oppo"]), max_size=2).map(tuple)
STORIES = st.lists(st.tuples(VECTORS, COMPANIES), max_size=12)


def held(stories: list[tuple[Vector, tuple[str, ...]]]) -> Candidates:
    found = Candidates()
    for number, (vector, companies) in enumerate(stories):
        found.add(f"s{number}", vector, companies)
    return found


@given(STORIES, VECTORS, COMPANIES)
def test_few_stories_are_found_as_if_each_was_looked_at(
    stories: list[tuple[Vector, tuple[str, ...]]], probe: Vector, companies: tuple[str, ...]
) -> None:
    shares = {
        f"s{number}": sum(part * part for term, part in probe if term in vector.terms)
        for number, (vector, theirs) in enumerate(stories)
        if not companies or not theirs or not set(theirs).isdisjoint(companies)
    }
    found = held(stories).likely(probe, companies)
    assert set(found) == {story_id for story_id, shared in shares.items() if shared}
    order = [shares[story_id] for story_id in found]
    assert order == pytest.approx(sorted(order, reverse=True))


@given(STORIES, VECTORS, COMPANIES, st.integers(1, 4))
def test_of_many_stories_no_more_are_visited_and_all_of_them_share_a_word(
    stories: list[tuple[Vector, tuple[str, ...]]], probe: Vector, companies: tuple[str, ...], most: int
) -> None:
    with patch.object(candidates, "VISITED", most):
        found = held(stories).likely(probe, companies)
    assert len(found) == len(set(found)) <= most
    words = {f"s{number}": vector.terms for number, (vector, _) in enumerate(stories)}
    assert all(set(words[story_id]) & set(probe.terms) for story_id in found)


@given(STORIES, STORIES)
def test_what_was_taken_out_is_found_no_more(
    gone: list[tuple[Vector, tuple[str, ...]]], kept: list[tuple[Vector, tuple[str, ...]]]
) -> None:
    here = held(kept)
    for number, (vector, companies) in enumerate(gone):
        here.add(f"gone{number}", vector, companies)
    for number, (vector, companies) in enumerate(gone):
        here.remove(f"gone{number}", vector, companies)
    fresh = held(kept)
    assert len(here) == len(fresh)
    for vector, companies in (*gone, *kept):
        assert sorted(here.likely(vector, companies)) == sorted(fresh.likely(vector, companies))


def test_a_word_that_everybody_uses_tells_apart_those_whom_a_rarer_one_has_found() -> None:
    rare, common = {"noida": 1.0}, {"said": 1.0}
    here = held([(Vector.along(rare), ()), (Vector.along(rare | common), ())])
    for number in range(2, 50):
        here.add(f"s{number}", Vector.along(common), ())
    with patch.object(candidates, "VISITED", 10):
        found = here.likely(Vector.along(rare | common), ())
    assert found[:2] == ["s1", "s0"]
    assert found[2:] == [f"s{number}" for number in range(49, 41, -1)]


def test_only_the_heaviest_words_lead_to_a_story() -> None:
    many = Vector.along({f"w{number:02}": 100.0 - number for number in range(KEYWORDS + 1)})
    here = held([(many, ())])
    assert here.likely(Vector.along({f"w{KEYWORDS - 1}": 1.0}), ()) == ["s0"]
    assert here.likely(Vector.along({f"w{KEYWORDS}": 1.0}), ()) == []


def told(number: int) -> StoryMember:
    title = f"Lava {rambling(f'title {number}')}"
    lead = f"Lava said so on Monday, {rambling(f'lead {number}')}"
    return StoryMember(f"s{number:05}", f"a{number:05}", "feed:x", title, lead, "", "en", START, "", ("lava",))


def test_the_story_of_an_article_is_found_among_thousands_of_one_company() -> None:
    crowd = [told(number) for number in range(3 * candidates.VISITED)]
    index = StoryIndex(crowd)
    for number in (0, 1500, 2999):
        join = index.find(Probe(f"{rambling(f'lead {number}')} told", rambling(f"title {number}"), START, ("lava",)))
        assert join is not None
        assert join.story_id == f"s{number:05}"


@pytest.mark.parametrize(
    ("title", "address", "reason"),
    [("Business Quick Take", "", "same title"), ("", "https://x.example/", "same address")],
)
def test_of_one_title_or_address_the_newest_articles_are_asked(title: str, address: str, reason: str) -> None:
    """A column, or a site whose entries all link to its front page."""
    crowd = [
        StoryMember(
            f"s{n:03}", f"a{n:03}", "feed:x", title or rambling(f"t{n}"), rambling(f"{n}"), address, "", START, ""
        )
        for n in range(60)
    ]
    index = StoryIndex(crowd)
    assert index.find(Probe(title or "Another", rambling("59"), START, (), address)) == Join("s059", reason)
    found = index.find(Probe(title or "Another", rambling("other"), START, (), address))
    assert found is None
