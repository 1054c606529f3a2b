"""What is offered while somebody types: from the lists of that channel alone, at once."""

import time
from collections.abc import Sequence

import pytest

from bot.model.channel import Channel
from bot.model.command import OptionKind
from tests.builders import company, watchlist
from tests.commands.desk import Desk

HERE, THERE = Channel.parse("discord:7/8"), Channel.parse("discord:7/9")
PHONES = watchlist(
    "phones",
    [company("Lava International", "Lava", "ラヴァ"), company("Dixon Technologies"), company("not a lamp")],
    str(HERE),
)
SECRET = watchlist("secret", [company("Lavazza")], str(THERE))


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
        ("text", "la", []),
        ("number", "1", []),
    ],
)
async def test_what_is_typed_is_completed(kind: OptionKind, typed: str, offered: Sequence[str]) -> None:
    desk = Desk(PHONES, SECRET, live=["discord"])
    assert await desk.suggest(kind, typed, HERE) == list(offered)


async def test_ten_thousand_names_are_looked_through_at_once() -> None:
    long = watchlist("long", [company(f"Company {number}") for number in range(10_000)], str(HERE))
    desk = Desk(long, live=["discord"])
    assert len(await desk.suggest("company", "comp", HERE)) == 25
    began = time.process_time()
    for typed in ("c", "company 99", "9", "zz"):
        await desk.suggest("company", typed, HERE)
    assert (time.process_time() - began) / 4 < 0.1
