"""Looking back finds what the matcher would have found, however the article writes the name."""

import random
from datetime import timedelta

import pytest

from bot.commands.spellings import as_written, with_a_slip, with_two_slips
from bot.matching import Matcher
from bot.model.company import Alias, Company
from bot.model.watchlist import Watchlist
from tests.commands.test_add import HERE, MEMBER, desk_with, heard, stored


@pytest.mark.parametrize(
    ("company", "text"),
    [
        (Company("MediaTek"), "MediaTek Inc. said its chip plant opens."),
        (Company("MediaTek"), "MEDIATEK'S chip plant opens, the company said."),
        (Company("MediaTek"), "ＭｅｄｉａＴｅｋ said its chip plant opens."),
        (Company("MediaTek"), "Media Tek said its chip plant opens."),
        (Company("MediaTek"), "Mediatec said its chip plant opens."),
        (Company("MediaTek"), "Meidatek said its chip plant opens."),
        (Company("Continental"), "Contiental shares rose, the tyre maker said."),
        (Company("Continental"), "Contniental shares rose, the tyre maker said."),
        (Company("Schlumberger"), "Shlumburger shares rose, the company said."),
        (Company("Freudenberg Technologies"), "Froidenberg Technologies shares rose."),
        (Company("Freudenberg Technologies"), "Freudenberg Technolofgies shares rose."),
        (Company("Samsung Electronics"), "Samsang Electrinics shares rose."),
        (Company("Foxconn"), "Foxnonn shares rose, the company said."),
        (Company("Nestle"), "Neslte shares rose, the company said."),
        (Company("Nestlé"), "Nestle shares rose, the company said."),
        (Company("Nestle"), "Nestlé shares rose, the company said."),
        (Company("Citroen"), "Citroën shares rose, the carmaker said."),
        (Company("Skoda", context=("carmaker",)), "Škoda shares rose, the carmaker said."),
        (Company("Yahoo, Inc."), "Yahoo shares rose, the company said."),
        (Company("Hon Hai Precision Industry Co., Ltd."), "Hon Hai Precision Industry shares rose."),
        (Company("Hon-Hai", context=("shares",)), "HonHai shares rose, the company said."),
        (Company("Macy's"), "Macys shares rose, the retailer said."),
        (Company("聯發科", context=("手機",)), "联发科发布手机芯片，手機。"),
        (Company("联发科", context=("手機",)), "聯發科發布手機晶片。"),
        (Company("Xiaomi", (Alias("小米"),), context=("手機",)), "小米手機銷量上升。"),
        (Company("Apple", tickers=("AAPL",)), "Shares ($AAPL) rose on Monday."),
        (Company("Dixon Technologies"), "Dixon Technology shares rose."),
    ],
)
async def test_what_the_matcher_finds_is_found(company: Company, text: str) -> None:
    article = stored(1, "What happened today", text)
    assert any(mention.alert for mention in Matcher(Watchlist("", "", (company,))).find("What happened today", text))
    desk = desk_with(heard("phones", HERE, company), stories=(stored(2, "Rain"), article))
    said = await desk.say(f'show "{company.name}" stories', HERE, MEMBER)
    assert "1 article in 30 days" in said[0]


async def test_what_only_looks_alike_is_not_counted() -> None:
    stories = (stored(1, "Nestled in a valley", "The village is nestled between hills."), stored(2, "Media tea time"))
    desk = desk_with(heard("phones", HERE), stories=stories)
    assert not any("would have alerted" in line for line in await desk.say("add Nestle, MediaTek", HERE, MEMBER))


async def test_articles_older_than_a_month_and_of_other_sources_do_not_count() -> None:
    old = stored(1, "MediaTek opens a plant", days=timedelta(days=31) / timedelta(days=1))
    desk = desk_with(heard("phones", HERE), stories=(old, stored(2, "MediaTek opens", of="feed:https://o.example/f")))
    assert not any("would have alerted" in line for line in await desk.say("add MediaTek", HERE, MEMBER))


def test_the_net_is_not_cast_over_everything() -> None:
    assert as_written(Company("AT&T")) == (("at&t",), ("ａｔ",))
    assert ("international",) not in with_a_slip(Company("Lava International"))
    assert all(len(max(parts, key=len)) > 2 for parts in with_a_slip(Company("Lava International Holdings")))
    assert with_a_slip(Company("聯發科")) == ()


NAMES = (
    "Continental", "Schlumberger", "Qualcomm", "Foxconn", "Infineon Technologies", "Volkswagen", "Ericsson", "Fujitsu",
    "Bharti Airtel", "Larsen & Toubro", "Tata Consultancy Services", "Texas Instruments", "Northrop Grumman", "Realtek",
)  # fmt: skip


def test_nine_of_ten_spellings_with_a_slip_that_the_matcher_finds_are_reached() -> None:
    dice = random.Random(3)  # noqa: S311 - which letters slip
    found, reached = 0, 0
    for name in NAMES:
        company = Company(name, context=("chip",))
        matcher = Matcher(Watchlist("", "", (company,)))
        sought = [*as_written(company), *with_a_slip(company), *with_two_slips(company)]
        for _ in range(12):
            text = f"The chip maker {slipped(name, dice)} said on Monday that its shares rose."
            if any(mention.alert for mention in matcher.find("", text)):
                found += 1
                reached += any(all(part in text.casefold() for part in parts) for parts in sought)
    assert found > 80
    assert reached >= 0.9 * found, (reached, found)


def slipped(name: str, dice: random.Random) -> str:
    """The name with a letter left out, doubled, or behind the next one."""
    at = dice.randrange(1, len(name) - 1)
    return (
        name[:at] + dice.choice((name[at + 1], name[at] * 2 + name[at + 1], name[at + 1] + name[at])) + name[at + 2 :]
    )
