"""`search` and `test`: articles of the past, and what of a text would be alerted."""

from dataclasses import replace
from datetime import timedelta

from bot.model.company import Alias, Company
from bot.model.watchlist import Watchlist
from tests.builders import company
from tests.commands.desk import Desk
from tests.commands.test_add import HERE, MEMBER, desk_with, heard, stored


def with_stories() -> Desk:
    stories = [stored(n, f"小米 Lava story {n}", "in Noida", days=n + 1) for n in range(12)]
    return desk_with(heard("phones", HERE, company("Lava International", "Lava")), stories=tuple(stories))


async def test_a_search_is_paged_newest_first() -> None:
    desk = with_stories()
    said = await desk.say("search noida “小米 lava”", HERE, MEMBER)
    assert said[0] == "  小米 Lava story 0 <https://focus.example/0> · Focus · 19.08:30"
    assert said[-2:] == ["1-10 of 12", '[Next] search noida "小米 lava" page 2']
    said = await desk.say("search noida page 2", HERE, MEMBER)
    assert said[-2:] == ["11-12 of 12", "[Previous] search noida page 1"]
    assert (await desk.say("search noida page 3", HERE, MEMBER)) == [
        "There is no page 3: 12 articles in all.",
        "[First page] search noida",
    ]


async def test_a_search_goes_back_as_far_as_asked() -> None:
    desk = with_stories()
    said = await desk.say("search lava last week", HERE, MEMBER)
    assert said[-1] == "1-7 of 7"
    said = await desk.say("search denso last 3 days", HERE, MEMBER)
    assert said == [
        "No article with denso is kept in the last 3 days.",
        "A part of a word is enough: search tech finds Foxtech. What was decided of one: why <link>",
        "[All times] search denso",
    ]


async def test_words_that_are_there_by_themselves_are_offered() -> None:
    assert await with_stories().say("search noida volcano 小米", HERE, MEMBER) == [
        "No article with noida and volcano and 小米 is kept.",
        "By itself there is noida, 小米.",
        '[Search noida] search "noida"',
        '[Search 小米] search "小米"',
    ]


async def test_what_the_channel_may_not_read_is_not_found() -> None:
    other = stored(50, "Lava secret", of="T2|feed:https://other.example/feed")
    desk = desk_with(heard("phones", HERE), stories=(other,))
    assert (await desk.say("search secret", HERE, MEMBER))[0] == "No article with secret is kept."


def phones() -> Watchlist:
    return heard("phones", HERE, Company("Lava International", context=("handset",)), company("Apple"))


async def test_test_says_what_would_be_alerted_and_why() -> None:
    desk = desk_with(phones())
    said = await desk.say("test Lava International builds handsets. The apple harvest was good.", HERE, MEMBER)
    assert said[0].startswith("ALERT: *Lava International* .")
    assert said[0].endswith("list phones")
    assert any(line.startswith("REJECTED: *Apple*") for line in said)
    assert (await desk.say("test Aplle harvests", HERE, MEMBER))[1:] == [
        (
            'NEAR: "Aplle" is not *Apple*: a word of under 6 letters is found only as it is written. '
            "If it is: set Apple alias + Aplle"
        )
    ]
    assert (await desk.say("test It rained", HERE, MEMBER)) == [
        "Nothing would be alerted: it spells no company that is watched here"
    ]
    assert (await desk.say("test The apple harvest was good", HERE, MEMBER))[0] == "Nothing would be alerted:"


async def test_test_says_what_the_evidence_of_a_company_asks_for() -> None:
    strict = Company("Lava International", (Alias("Lava", weak=True),), context=("phone",), evidence="strict")
    said = await desk_with(heard("phones", HERE, strict)).say("test Lava builds phones in Noida", HERE, MEMBER)
    assert said[0] == "Nothing would be alerted:"
    assert " · evidence strict asks for ." in said[1]


async def test_test_of_a_link_reads_the_stored_article() -> None:
    desk = desk_with(phones(), stories=(stored(1, "Lava International opens a plant"),))
    said = await desk.say("test https://focus.example/1", HERE, MEMBER)
    assert said[0].startswith("  Lava International opens a plant <https://focus.example/1>")
    assert said[1].startswith("ALERT: *Lava International*")
    reply = await desk.ask("test https://focus.example/2", HERE, MEMBER)
    assert reply.failed
    assert reply.actions[0].command == "why https://focus.example/2"


async def test_without_a_list_nothing_is_tested() -> None:
    assert (await desk_with().ask("test Lava", HERE, MEMBER)).failed
    desk = with_stories()
    desk.clock.advance(days=timedelta(days=400).days)
    assert (await desk.ask("search lava last month", HERE, replace(MEMBER, rights=frozenset({"anyone"})))).failed
