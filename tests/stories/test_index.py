"""Which articles tell one story: precision before recall."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.story import StoryMember
from bot.model.watchlist import Stories
from bot.stories import Branch, Names, Probe, StoryIndex
from tests.fakes import START

FIRST = StoryMember(
    story_id="phones",
    article_id="a1",
    source="feed:https://one.example",
    title="Lava and Dixon in talks to build Oppo phones in India for export",
    lead="Lava International and Dixon Technologies are in talks with Oppo about handsets made for export from India.",
    canonical_url="https://one.example/phones",
    lang="en",
    at=START,
    reason="first article",
)
CHINESE = StoryMember(
    "chips",
    "a2",
    "feed:https://two.example",
    "聯發科攜手電裝開發車用晶片",
    "聯發科今天宣布與電裝合作。",
    "",
    "zh",
    START,
    "",
)
OTHERS = [
    replace(FIRST, story_id=f"other{n}", article_id=f"x{n}", title=title, lead=title, canonical_url="")
    for n, title in enumerate(
        [
            "Central bank keeps its interest rate unchanged for a third quarter",
            "Floods close the coastal railway for two days",
            "Airline orders forty aircraft as travel recovers",
            "Museum opens a wing for contemporary ceramics",
        ]
    )
]
INDEX = StoryIndex([FIRST, CHINESE, *OTHERS])


@pytest.mark.parametrize(
    ("title", "lead", "mode", "story", "reason"),
    [
        (
            "LAVA AND DIXON in talks to build Oppo phones in India, for export!",
            "",
            "normal",
            "phones",
            "same title",
        ),
        (FIRST.title, "", "off", None, ""),
        (
            "Oppo in talks with Lava, Dixon to build phones for export from India",
            "The handsets would be made by Lava International and Dixon Technologies.",
            "normal",
            "phones",
            "similar words",
        ),
        ("聯發科攜手電裝，開發車用晶片", "", "normal", "chips", "same title"),
        ("联发科携手电装开发车用晶片", "", "normal", "chips", "same title"),
        ("Lava International names a new chief executive", "He joins from a bank in Delhi.", "normal", None, ""),
        ("Oppo opens a shop in Madrid", "It is the first in Spain.", "normal", None, ""),
        ("The state of the economy in the view of the people of the country", "", "eager", None, ""),
        ("", "", "normal", None, ""),
    ],
)
def test_an_article_joins_the_story_that_it_tells(
    title: str, lead: str, mode: Stories, story: str | None, reason: str
) -> None:
    join = INDEX.find(Probe(title, lead, START + timedelta(hours=1)), mode)
    assert (join.story_id if join else None) == story
    assert join is None or join.reason.startswith(reason)


@pytest.mark.parametrize(("hours", "joins"), [(0, True), (72, True), (73, False)])
def test_articles_too_far_apart_tell_different_stories(hours: int, joins: bool) -> None:
    assert (INDEX.find(Probe(FIRST.title, FIRST.lead, START + timedelta(hours=hours))) is not None) is joins


COLUMN = "Business Quick Take"


@pytest.mark.parametrize(
    ("title", "lead", "joins"),
    [
        (COLUMN, "The central bank meets on Thursday, and a chip designer hired a manager from a rival.", False),
        (COLUMN, "A notebook maker posted higher revenue as shipments picked up before the long holidays.", True),
        (COLUMN, "", True),
    ],
)
def test_a_column_of_one_title_tells_another_story_every_day(title: str, lead: str, joins: bool) -> None:
    told = "A notebook maker posted higher revenue last month, as shipments picked up before the holidays."
    index = StoryIndex([replace(FIRST, title=COLUMN, lead=told, canonical_url="")])
    assert (index.find(Probe(title, lead, START)) is not None) is joins


def test_one_title_too_far_apart_tells_two_stories() -> None:
    index = StoryIndex([replace(FIRST, at=START - timedelta(hours=100)), replace(FIRST, story_id="b", article_id="b")])
    join = index.find(Probe(FIRST.title, "", START))
    assert join is not None
    assert join.story_id == "b"


def test_what_is_forgotten_is_no_longer_found() -> None:
    index = StoryIndex([FIRST, replace(CHINESE, at=START + timedelta(hours=1))])
    index.forget(START + timedelta(minutes=1))
    assert len(index) == 1
    assert index.story_of("a1") is None
    assert index.find(Probe(FIRST.title, FIRST.lead, START)) is None
    assert index.find(Probe(CHINESE.title, "", START)) is not None


def test_a_member_taken_in_twice_counts_once() -> None:
    index = StoryIndex([FIRST, replace(FIRST, story_id="elsewhere")])
    assert (len(index), index.story_of("a1")) == (1, "phones")


def test_a_branch_leaves_out_the_names_that_its_index_does() -> None:
    index = StoryIndex(names=Names(["Lava International"]))
    branch = Branch(index)
    branch.add(
        replace(FIRST, title="Lava International", lead="Lava International Ltd said on Monday", canonical_url="")
    )
    assert branch.find(Probe("Lava again", "Lava International Ltd was told on Tuesday", START)) is None


def test_a_branch_finds_what_it_added_and_leaves_the_index_alone() -> None:
    index = StoryIndex([FIRST])
    branch = Branch(index)
    branch.add(CHINESE)
    found = branch.find(Probe(CHINESE.title, CHINESE.lead, START))
    assert found is not None
    assert (found.story_id, branch.story_of("a2"), branch.story_of("a1")) == ("chips", "chips", "phones")
    assert index.story_of("a2") is None
    assert len(index) == 1


@pytest.mark.parametrize(
    ("here", "there", "joins"),
    [
        (("lava",), ("lava",), True),
        (("lava", "dixon"), ("dixon", "oppo"), True),
        (("lava",), ("nokia",), False),
        ((), ("lava",), True),
        (("lava",), (), True),
    ],
)
def test_articles_that_name_no_company_in_common_tell_different_stories(
    here: tuple[str, ...], there: tuple[str, ...], joins: bool
) -> None:
    index = StoryIndex([replace(FIRST, companies=there), *OTHERS])
    probe = Probe("Oppo in talks with Lava, Dixon to build phones for export from India", FIRST.lead, START, here)
    assert (index.find(probe) is not None) is joins
