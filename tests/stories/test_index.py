"""Which articles tell one story: precision before recall."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.story import StoryMember
from bot.model.watchlist import Stories
from bot.stories import Branch, Join, Names, Probe, StoryIndex
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


REWRITTEN = "Handsets for export: Lava and Dixon negotiate with Oppo"


@pytest.mark.parametrize(
    ("title", "lead", "address", "companies", "joins"),
    [
        (REWRITTEN, FIRST.lead, FIRST.canonical_url, ("lava",), True),
        (REWRITTEN, "", FIRST.canonical_url, ("lava",), True),
        (REWRITTEN, FIRST.lead, FIRST.canonical_url, ("nokia",), False),
        ("", "", FIRST.canonical_url, (), True),
        ("Harvest of apples begins", "Farmers in the north expect more fruit.", FIRST.canonical_url, (), False),
        ("Oppo phones", "", "https://two.example/phones", ("lava",), False),
        ("Oppo phones", "", "", ("lava",), False),
    ],
)
def test_one_address_is_one_story_unless_the_page_tells_of_many_things(
    title: str, lead: str, address: str, companies: tuple[str, ...], joins: bool
) -> None:
    index = StoryIndex([replace(FIRST, companies=("lava",)), *OTHERS])
    join = index.find(Probe(title, lead, START, companies, address))
    assert (join == Join("phones", "same address")) is joins


def test_an_address_does_not_reach_beyond_the_window() -> None:
    index = StoryIndex([FIRST])
    assert index.find(Probe(REWRITTEN, FIRST.lead, START + timedelta(hours=73), (), FIRST.canonical_url)) is None


def test_the_reason_names_the_words_as_the_article_writes_them() -> None:
    join = INDEX.find(Probe("Oppo in talks with Lava, Dixon to build phones for export from India", FIRST.lead, START))
    assert join is not None
    kind, _, words = join.reason.partition(": ")
    assert kind.startswith("similar words (")
    assert "Dixon" in words.split(", ")


def test_stories_of_other_companies_do_not_crowd_out_the_one_that_fits() -> None:
    said = "Third-quarter profit beats estimates as margins widen"
    crowd = [
        replace(FIRST, story_id=f"s{n}", article_id=f"a{n}", title=f"{said} today", lead=said, companies=(f"c{n}",))
        for n in range(100)
    ]
    join = StoryIndex(crowd).find(Probe(f"{said} again", said, START, ("c77",)))
    assert join is not None
    assert join.story_id == "s77"


def test_an_index_that_has_seen_little_asks_for_more() -> None:
    probe = Probe("Handset exports from India to grow", "A town near Delhi would get a plant, people said.", START)
    assert StoryIndex([FIRST]).find(probe) is None
    seen = [
        replace(each, story_id=f"{each.story_id}{n}", article_id=f"{each.article_id}-{n}", title=f"{each.title} {n}")
        for each in OTHERS
        for n in range(20)
    ]
    join = StoryIndex([FIRST, *seen]).find(probe)
    assert join is not None
    assert join.story_id == "phones"


def test_a_branch_knows_the_words_that_its_index_holds() -> None:
    """Its own few articles do not show what is said every day."""
    index = StoryIndex([replace(each, article_id=f"{each.article_id}{n}") for each in OTHERS for n in range(30)])
    branch = Branch(index)
    branch.add(FIRST)
    probe = Probe("Handset exports from India to grow", "A town near Delhi would get a plant, people said.", START)
    join = branch.find(probe)
    assert join is not None
    assert join.story_id == "phones"


TEXTS = st.lists(st.sampled_from(["Lava", "plant", "鴻海擴產", "Noida", "531", "the", "opens", "talks"])).map(" ".join)


@given(st.lists(st.tuples(TEXTS, TEXTS, st.integers(0, 3)), max_size=12), st.integers(0, 12), TEXTS)
def test_what_was_forgotten_leaves_no_trace(told: list[tuple[str, str, int]], kept: int, title: str) -> None:
    members = [
        StoryMember(f"s{story}", f"a{n}", "feed:x", title, lead, f"https://x.example/{story}", "", START, "")
        for n, (title, lead, story) in enumerate(told)
    ]
    later = [replace(member, at=START + timedelta(hours=1)) for member in members[kept:]]
    index = StoryIndex([*members[:kept], *later])
    index.forget(START + timedelta(minutes=1))
    assert len(index) == len(later)
    assert all(index.story_of(member.article_id) is None for member in members[:kept])
    join = index.find(Probe(title, "Lava opens a plant in Noida", START))
    assert join is None or join.story_id in {member.story_id for member in later}
    index.forget(START + timedelta(hours=2))
    assert len(index) == 0
    assert index.common.articles == 0
    assert index.find(Probe(title, title, START)) is None
    assert not any(vars(index)[held] for held in ("_members", "_by_title", "_by_address", "_ages"))
