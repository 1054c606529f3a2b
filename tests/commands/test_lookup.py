"""How a typed name finds a company: folded, by alias, by ticker, or the nearest."""

from dataclasses import replace

import pytest

from bot.commands.lookup import Hit, find, nearest
from bot.model.company import Company
from tests.builders import company, watchlist

LAVA = company("Lava International", "Lava", "ラヴァ")
DIXON = replace(company("Dixon Technologies"), tickers=("DIXON.NS",))
LAVA_RECORDS = company("Lava Records", "Lava")
PHONES = watchlist("phones", [LAVA, DIXON, company("$$$")])
MUSIC = watchlist("music", [LAVA_RECORDS, company("Lava")])


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("lava international", [Hit(PHONES, LAVA)]),
        ("ＬＡＶＡ  International!", [Hit(PHONES, LAVA)]),
        ("ラヴァ", [Hit(PHONES, LAVA, "ラヴァ")]),
        ("DIXON.NS", [Hit(PHONES, DIXON, "DIXON.NS")]),
        ("$DIXON.NS", [Hit(PHONES, DIXON, "DIXON.NS")]),
        ("dixon.ns", []),
        ("$$$", [Hit(PHONES, company("$$$"))]),
        ("Dixon", []),
    ],
)
def test_a_name_is_found_however_it_is_spelled(name: str, found: list[Hit]) -> None:
    assert list(find([PHONES], name)) == found


def test_a_name_goes_before_an_alias_and_an_alias_may_mean_several() -> None:
    assert find([PHONES, MUSIC], "lava") == (Hit(MUSIC, company("Lava")),)
    only_aliases = watchlist("labels", [LAVA_RECORDS])
    assert [hit.company for hit in find([PHONES, only_aliases], "lava")] == [LAVA, LAVA_RECORDS]


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("lvaa", ["Lava International"]),
        ("dixn", ["Dixon Technologies"]),
        ("technologies", ["Dixon Technologies"]),
        ("Lava Internatoinal", ["Lava International"]),
        ("聯發科", []),
        ("", []),
    ],
)
def test_the_nearest_is_offered_when_it_is_near(name: str, offered: list[str]) -> None:
    assert [hit.company.name for hit in nearest([PHONES], name)] == offered


def test_a_changed_list_is_looked_up_anew() -> None:
    before = watchlist("chips", [company("MediaTek")])
    assert find([before], "MediaTek")
    after = replace(before, companies=())
    assert not find([after], "MediaTek")
    assert find([before], "MediaTek") == (Hit(before, Company("MediaTek")),)
