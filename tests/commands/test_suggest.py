"""What is offered while somebody types: from the lists of that channel alone, at once."""

import time
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.commands.suggest import WORDS
from bot.model.channel import Channel
from bot.model.command import OptionKind
from bot.model.source import Source
from bot.model.watchlist import ChannelRule
from tests.builders import company, watchlist
from tests.commands.desk import Desk

HERE, THERE = Channel.parse("discord:7/8"), Channel.parse("discord:7/9")
PHONES = watchlist(
    "phones",
    [company("Lava International", "Lava", "ラヴァ"), company("Dixon Technologies"), company("not a lamp")],
    str(HERE),
)
ZONED = replace(PHONES, channels=(ChannelRule(HERE, zone="Asia/Taipei"),))
CHIPS = replace(watchlist("chips", [company("Nokia")], "discord:7/10"), shared=True)
SOURCES = (
    Source("Focus Taiwan", "feed", "https://focus.example/feed", tenant="7"),
    Source("Lava Wire", "feed", "https://lava.example/feed", tenant="7"),
    Source("Hidden", "feed", "https://hidden.example/feed", tenant="8"),
)
SECRET = replace(watchlist("secret", [company("Lavazza")]), channels=(ChannelRule(replace(THERE, public=False)),))


@pytest.mark.parametrize(
    ("kind", "typed", "offered"),
    [
        ("company", "la", ["Lava International", '"not a lamp"']),
        ("company", "ＩＮＴ", ["Lava International"]),
        ("company", "ラ", ["Lava International"]),
        ("company", "nolog", ["Dixon Technologies"]),
        ("company", "", ["Dixon Technologies", "Lava International", '"not a lamp"']),
        ("company", "Lava, dix", ["Lava, Dixon Technologies"]),
        ("company", "zz", []),
        ("list", "", ["phones"]),
        ("list", "HON", ["phones"]),
        ("list", "secret", []),
        ("command", "ho", ["show"]),
        ("list", "chips", []),
        ("open list", "", ["chips"]),
        ("open list", "secret", []),
        ("source", "", ["Focus Taiwan", "Lava Wire"]),
        ("source", "tai", ["Focus Taiwan"]),
        ("source", "hidden", []),
        ("mutable", "", ["Dixon Technologies", "Lava International", '"not a lamp"', "story", "all"]),
        ("mutable", "la", ["Lava International", '"not a lamp"', "source Lava Wire"]),
        ("mutable", "all", ["all"]),
        ("mutable", "st", ["story"]),
        ("mutable", "source fo", ["source Focus Taiwan"]),
        (
            "time",
            "",
            list(WORDS["time"]),
        ),
        ("time", "5", ["5h", "5d", "5w"]),
        ("time", "for 3", ["3h", "3d", "3w"]),
        ("time", "fri", ["until friday"]),
        ("digest", "week", ["weekdays 8:30", "weekly mon 08:30"]),
        ("quiet", "week", ["weekends"]),
        ("zone", "taip", ["Asia/Taipei"]),
        ("zone", "new york", ["America/New_York"]),
        ("zone", "utc", ["UTC"]),
        ("zone", "berlin", ["Europe/Berlin"]),
        ("zone", "US/E", []),
        ("field", "", ["alias", "context", "exclude", "threshold", "evidence", "passing", "name"]),
        ("field", "e", ["exclude", "evidence", "context", "threshold", "name"]),
        ("verb", "re", ["remove", "resume"]),
        ("since", "month", ["last month", "last 3 months"]),
        ("text", "la", []),
        ("number", "1", []),
    ],
)
async def test_what_is_typed_is_completed(kind: OptionKind, typed: str, offered: Sequence[str]) -> None:
    desk = Desk(PHONES, SECRET, CHIPS, sources=SOURCES, live=["discord"])
    assert await desk.suggest(kind, typed, HERE) == list(offered)


async def test_ten_thousand_names_are_looked_through_at_once() -> None:
    long = watchlist("long", [company(f"Company {number}") for number in range(10_000)], str(HERE))
    desk = Desk(long, live=["discord"])
    assert len(await desk.suggest("company", "comp", HERE)) == 25
    began = time.process_time()
    for typed in ("c", "company 99", "9", "zz"):
        await desk.suggest("company", typed, HERE)
    assert (time.process_time() - began) / 4 < 0.1


@pytest.mark.parametrize("kind", ["company", "mutable", "source", "open list", "time", "command"])
async def test_whatever_is_typed_is_answered_within_a_tenth_of_a_second(kind: OptionKind) -> None:
    """Among 10,000 companies and 1,000 sources; the first look makes the names ready and may take longer."""
    long = watchlist("long", [company(f"Company {number}", f"Firm {number}") for number in range(10_000)], str(HERE))
    sources = [Source(f"Source {n}", "feed", f"https://{n}.example/feed", tenant="7") for n in range(1000)]
    desk = Desk(long, sources=sources, live=["discord"])
    await desk.suggest(kind, "", HERE)
    slowest = 0.0
    for typed in ("", "c", "comp", "company 99", "9", "zz", "Company 1, Company 77", "source 9"):
        began = time.process_time()
        await desk.suggest(kind, typed, HERE)
        slowest = max(slowest, time.process_time() - began)
    assert slowest < 0.1


async def test_the_zone_of_the_channel_is_offered_first() -> None:
    offered = await Desk(ZONED, live=["discord"]).suggest("zone", "", HERE)
    assert offered[:2] == ["Asia/Taipei", "UTC"]
    assert len(offered) == 25
