"""A company changed, and who hears: only the lines whose content differs are touched."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import ChangeRefused
from bot.model.channel import Channel
from bot.model.company import Alias, Company
from bot.model.place import NOWHERE
from bot.model.watchlist import Change, ChannelRule
from bot.watchlists.edit import add_channel, remove_channel, replace_company, spliced, tune_channel
from tests.watchlists.types import read

FILE = """# head
channels:
  - slack:#news # main
  - {to: "discord:11", digest: daily 08:30}
  - console:
companies:
  - MediaTek  # chips
  - name: Lava International
    aliases: [Lava, {text: "X1", weak: false}]
    context: [phone, handset] # ctx
    threshold: 90
    # a comment
    exclude:
      - lava lamp   # one
      - lava flow
  - {name: Oppo, aliases: [OPPO Mobile]}
stories: normal
"""
LAVA = Company(
    "Lava International",
    (Alias("Lava"), Alias("X1", weak=False)),
    (),
    ("phone", "handset"),
    ("lava lamp", "lava flow"),
    90,
)


def difference(after: bytes, before: str = FILE) -> tuple[list[str], list[str]]:
    """The lines that went, and those that came."""
    old, new = before.splitlines(), after.decode().splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


@pytest.mark.parametrize(
    ("name", "company", "gone", "came"),
    [
        (
            "mediatek",
            Company("MediaTek", (Alias("聯發科"),)),
            ["  - MediaTek  # chips"],
            ["  - name: MediaTek  # chips", "    aliases: [聯發科]"],
        ),
        ("MediaTek", Company("Media: Tek"), ["  - MediaTek  # chips"], ['  - "Media: Tek"  # chips']),
        (
            "MediaTek",
            Company("MTK", context=("chip",)),
            ["  - MediaTek  # chips"],
            ["  - name: MTK  # chips", "    context: [chip]"],
        ),
        (
            "lava international",
            replace(LAVA, name="Lava Int"),
            ["  - name: Lava International"],
            ["  - name: Lava Int"],
        ),
        (
            "Lava International",
            replace(LAVA, context=("phone", "handset", "Noida")),
            ["    context: [phone, handset] # ctx"],
            ["    context: [phone, handset, Noida] # ctx"],
        ),
        ("Lava International", replace(LAVA, threshold=0), ["    threshold: 90"], []),
        ("Lava International", replace(LAVA, threshold=95), ["    threshold: 90"], ["    threshold: 95"]),
        ("Lava International", replace(LAVA, exclude=("lava flow",)), ["      - lava lamp   # one"], []),
        (
            "Lava International",
            replace(LAVA, exclude=("lava flow", "volcano")),
            ["      - lava lamp   # one"],
            ["      - volcano"],
        ),
        ("Lava International", replace(LAVA, exclude=("lava lamp", "lava flow", "x: y")), [], ['      - "x: y"']),
        (
            "Lava International",
            replace(LAVA, exclude=()),
            ["    exclude:", "      - lava lamp   # one", "      - lava flow"],
            [],
        ),
        ("Lava International", replace(LAVA, evidence="strict"), [], ["    evidence: strict"]),
        (
            "Lava International",
            replace(LAVA, aliases=(Alias("Lava", weak=True), Alias("X1", weak=False))),
            ['    aliases: [Lava, {text: "X1", weak: false}]'],
            ['    aliases: [{text: Lava, weak: true}, {text: "X1", weak: false}]'],
        ),
        (
            "Lava International",
            replace(LAVA, aliases=(Alias("X1", weak=False), Alias("ラヴァ"))),
            ['    aliases: [Lava, {text: "X1", weak: false}]'],
            ['    aliases: [{text: "X1", weak: false}, ラヴァ]'],
        ),
        (
            "oppo",
            Company("Oppo", context=("phone",), passing="off"),
            ["  - {name: Oppo, aliases: [OPPO Mobile]}"],
            ["  - {name: Oppo, context: [phone], passing: off}"],
        ),
        ("oppo", Company("Oppo"), ["  - {name: Oppo, aliases: [OPPO Mobile]}"], ["  - {name: Oppo}"]),
    ],
)
def test_a_company_is_changed_where_it_differs(name: str, company: Company, gone: list[str], came: list[str]) -> None:
    after = replace_company(FILE.encode(), name, company)
    assert difference(after) == (gone, came)
    assert len(after.decode().splitlines()) == len(FILE.splitlines()) - len(gone) + len(came)


@pytest.mark.parametrize(
    ("rule", "gone", "came"),
    [
        (
            ChannelRule(Channel.parse("slack:#news"), quiet="22:00-07:00", zone="Asia/Taipei"),
            ["  - slack:#news # main"],
            ["  - to: slack:#news # main", "    quiet: 22:00-07:00", "    zone: Asia/Taipei"],
        ),
        (
            ChannelRule(Channel.parse("discord:11"), budget="3/h"),
            ['  - {to: "discord:11", digest: daily 08:30}'],
            ['  - {to: "discord:11", budget: 3/h}'],
        ),
        (
            ChannelRule(Channel.parse("console:"), threads="off"),
            ["  - console:"],
            ['  - to: "console:"', "    threads: off"],
        ),
    ],
)
def test_a_channel_is_tuned_where_it_differs(rule: ChannelRule, gone: list[str], came: list[str]) -> None:
    assert difference(tune_channel(FILE.encode(), rule)) == (gone, came)


def test_a_channel_comes_last_and_goes_with_its_line() -> None:
    rule = ChannelRule(Channel.parse("slack:#b"), digest="daily 08:30")
    after = add_channel(FILE.encode(), rule)
    assert difference(after) == ([], ["  - to: slack:#b", "    digest: daily 08:30"])
    assert remove_channel(after, "slack:#b").decode() == FILE


NEWS = ChannelRule(Channel.parse("slack:#news"))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (Change("a", "replace", "Nobody", LAVA), "`Nobody` does not stand in the list"),
        (Change("a", "replace", "Oppo", Company("Mediatek")), "`Mediatek` stands in the list already"),
        (Change("a", "replace", "Oppo", Company("X")), "too short"),
        (Change("a", "replace", "Oppo"), "what it should be is not said"),
        (Change("a", "hear", "slack:#news", rule=NEWS), "hears the list already"),
        (Change("a", "unhear", "slack:#b"), "`slack:#b` does not hear the list"),
        (Change("a", "tune", "slack:#b", rule=replace(NEWS, channel=Channel.parse("slack:#b"))), "does not hear"),
        (Change("a", "tune", "slack:#news", rule=replace(NEWS, zone="Mars")), "not a time zone"),
        (Change("a", "tune", "slack:#news", rule=replace(NEWS, quiet="late")), "quiet hours"),
    ],
)
def test_what_cannot_be_is_refused(change: Change, why: str) -> None:
    with pytest.raises(ChangeRefused, match=why):
        spliced(FILE.encode(), [change])


TEXTS = st.sampled_from(["Lava", "phone", "x: y", "- a", "ラヴァ", "it's", "[b]", "NO", "007", "a # b", "Nothing"])
ALIASES = st.builds(Alias, TEXTS, st.sampled_from([None, True, False]))
COMPANIES = st.builds(
    Company,
    st.sampled_from(["Lava", "Oppo", "3M", "Yahoo!"]),
    st.lists(ALIASES, max_size=4, unique_by=lambda alias: alias.text).map(tuple),
    context=st.lists(TEXTS, max_size=4, unique=True).map(tuple),
    exclude=st.lists(TEXTS, max_size=3, unique=True).map(tuple),
    threshold=st.sampled_from([0, 90]),
    evidence=st.sampled_from(["normal", "strict"]),
    passing=st.sampled_from([None, "off"]),
)


@settings(deadline=None)
@given(COMPANIES, COMPANIES, st.booleans())
def test_any_company_becomes_any_other_and_comes_back(before: Company, after: Company, in_flow: bool) -> None:
    empty = b"companies: [Vivo]\n" if in_flow else b"companies:\n  - Vivo # first\n# end\n"
    start = spliced(empty, [Change("a", "add", before.name, before)])
    there = replace_company(start, before.name, after)
    back = replace_company(there, after.name, before)
    assert companies(there)[1:] == [after]
    assert companies(back) == companies(start)
    assert there.splitlines()[0] == start.splitlines()[0] or in_flow


def companies(data: bytes) -> list[Company]:
    found = read(data).watchlist
    return [replace(one, place=NOWHERE) for one in found.companies] if found else []
