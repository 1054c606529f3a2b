"""Whoever watches a company reads every article about it: what is new of it must not vanish in an older story."""

import pytest

from bot.model.story import StoryMember
from bot.stories import Names, Probe, StoryIndex, lead_of
from tests.fakes import START
from tests.stories.pairs import NAMES, ONE_EVENT, TWO_EVENTS, Pair, Telling

WATCHED = Names(NAMES)

MISSED = {
    # a title without a word of the other article
    "Groq and Nvidia sign licensing deal",
    # other words for everything but the place
    "Foxconn picks Guadalajara for huge Nvidia superchip factory",
    "Fire stops iPhone production at Pegatron's Tamil Nadu factory",
    "Regulator orders fix for over 116,000 Xiaomi SU7 sedans",
}


def member(key: str, telling: Telling) -> StoryMember:
    return StoryMember(key, key, "feed:x", telling.title, lead_of(telling.lead), "", "", START, "")


CROWD = StoryIndex(
    [member(pair.first.title, pair.first) for pair in (*TWO_EVENTS, *ONE_EVENT)],
    names=WATCHED,
)


def joined(pair: Pair, index: StoryIndex) -> str | None:
    join = index.find(Probe(pair.second.title, lead_of(pair.second.lead), START))
    return join.story_id if join else None


@pytest.mark.parametrize("pair", TWO_EVENTS, ids=lambda pair: pair.second.title)
def test_two_events_of_one_company_are_two_stories(pair: Pair) -> None:
    alone = StoryIndex([member(pair.first.title, pair.first)], names=WATCHED)
    assert joined(pair, alone) is None
    assert joined(pair, CROWD) != pair.first.title


@pytest.mark.parametrize("pair", ONE_EVENT, ids=lambda pair: pair.second.title)
def test_one_event_told_twice_is_one_story(pair: Pair) -> None:
    found = pair.second.title not in MISSED
    assert (joined(pair, CROWD) == pair.first.title) is found


def test_the_names_left_in_would_merge_more() -> None:
    """The name, its legal form and what every article says of the company stand in both."""
    with_names = [joined(pair, StoryIndex([member("s", pair.first)])) for pair in TWO_EVENTS]
    without = [joined(pair, StoryIndex([member("s", pair.first)], names=WATCHED)) for pair in TWO_EVENTS]
    assert sum(each is not None for each in without) < sum(each is not None for each in with_names)


def test_new_names_concern_the_articles_that_come_after() -> None:
    pair = ONE_EVENT[0]
    index = StoryIndex([member("s", pair.first)])
    assert joined(pair, index) == "s"
    index.names = WATCHED
    assert joined(pair, index) == "s"
    assert joined(TWO_EVENTS[0], index) is None
