"""`add` and `remove`: what is changed, what is asked, and that a refusal changes nothing."""

from dataclasses import replace

import pytest

from bot.model.channel import CONSOLE, Channel
from bot.model.command import Actor
from bot.model.company import Alias, Company
from bot.model.place import Place
from bot.model.watchlist import Watchlist
from tests.builders import company, source, watchlist
from tests.commands.desk import Desk

HERE = Channel("slack", "T1", "#supply-chain")
ELSEWHERE = "slack:T1/#sourcing"
LAVA = replace(company("Lava International", "Lava"), place=Place("phones.yaml", 14, 5))
DIXON = replace(company("Dixon Technologies"), place=Place("phones.yaml", 15, 5))


def in_file(name: str, *companies: Company, channels: tuple[str, ...] = (str(HERE),)) -> Watchlist:
    made = watchlist(name, companies, *channels)
    return replace(made, place=Place(made.key))


def phones(*companies: Company) -> Desk:
    return Desk(in_file("phones", *companies), sources=[source(), source("Mint")], live=["slack"])


async def test_add_says_where_it_stands_and_what_is_polled() -> None:
    desk = phones(LAVA)
    assert await desk.say("add MediaTek", HERE) == [
        "*MediaTek* is watched now · phones.yaml:99",
        "2 sources polled · alerts go to #supply-chain",
        "[Undo] undo",
    ]
    assert [change.name for change in desk.lists.applied] == ["MediaTek"]


async def test_add_of_several_is_one_answer_and_one_change() -> None:
    desk = phones()
    reply = await desk.ask("add MediaTek（聯發科）, Yahoo, Inc., Oppo", HERE)
    assert reply.public
    assert reply.actions[0].label == "Undo"
    assert [change.company for change in desk.lists.applied] == [
        Company("MediaTek", (Alias("聯發科"),)),
        Company("Yahoo, Inc."),
        Company("Oppo"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("add Lava International", "*Lava International* is watched already · phones.yaml:14"),
        ("add LAVA  international", "*Lava International* is watched already · phones.yaml:14"),
        ("add Ｌａｖａ", '"Ｌａｖａ" is watched already as an alias of *Lava International* · phones.yaml:14'),
        (
            "add Lava International near phone",
            "*Lava International* is watched already: its rules stay as they are · phones.yaml:14",
        ),
    ],
)
async def test_what_is_watched_already_is_said_and_nothing_changes(text: str, expected: str) -> None:
    desk = phones(LAVA)
    assert await desk.say(text, HERE) == [
        expected,
        "Nothing was changed.",
        "[Show Lava International] show Lava International",
    ]
    assert desk.lists.applied == []


async def test_the_new_ones_are_added_beside_those_watched_already() -> None:
    desk = phones(LAVA)
    said = await desk.say("add Lava, MediaTek", HERE)
    assert said[0] == "*MediaTek* is watched now · phones.yaml:99"
    assert '"Lava" is watched already as an alias of *Lava International* · phones.yaml:14' in said
    assert [change.name for change in desk.lists.applied] == ["MediaTek"]


@pytest.mark.parametrize("heard", [(), ("phones", "chips")])
async def test_a_channel_that_hears_no_list_or_several_gets_its_own(heard: tuple[str, ...]) -> None:
    desk = Desk(*(in_file(name) for name in heard), live=["slack"])
    await desk.say("add MediaTek", HERE)
    said = await desk.say("add Oppo", HERE)
    assert said[0] == "*Oppo* is watched now · list made by operator, in chat"
    assert {change.watchlist for change in desk.lists.applied} == {"own-0"}


async def test_without_sources_the_next_step_is_named() -> None:
    desk = Desk(in_file("phones"), live=["slack"])
    said = await desk.say("add MediaTek", HERE)
    assert said[1].startswith("No source is polled yet: source add <its address>, for admins")


async def test_an_ordinary_word_is_watched_with_a_hint() -> None:
    desk = phones()
    said = await desk.say('add "Apple"', HERE)
    assert any(line.startswith('"Apple" is also an everyday word') for line in said)
    assert not any("is also" in line for line in await desk.say("add Gap near clothes", HERE))
    assert not any("is also" in line for line in await desk.say("add MediaTek", HERE))


async def test_a_word_of_every_article_is_asked_about_and_watched_when_insisted_on() -> None:
    desk = phones()
    reply = await desk.ask("add the", HERE)
    assert reply.failed
    assert desk.lists.applied == []
    assert reply.actions[0].command == 'add "the"'
    assert not (await desk.ask('add "the"', HERE)).failed
    assert not (await desk.ask("add people near magazine", HERE)).failed


async def test_a_refused_change_says_why() -> None:
    desk = phones()
    desk.lists.refuse = "phones.yaml:3:1 can't be read: fix it first"
    reply = await desk.ask("add MediaTek", HERE)
    assert reply.failed
    assert await desk.say("add MediaTek", HERE) == [
        "phones.yaml:3:1 can't be read: fix it first.",
        "Nothing was changed.",
    ]


async def test_remove_says_what_it_was_and_offers_the_way_back() -> None:
    desk = phones(LAVA, DIXON)
    assert await desk.say("remove lava", HERE) == [
        '*Lava International* ("Lava" is its alias) is not watched any more · was phones.yaml:14',
        "[Undo] undo",
    ]
    assert desk.lists.lists()[0].companies == (DIXON,)


async def test_remove_of_several() -> None:
    desk = phones(LAVA, DIXON)
    reply = await desk.ask("remove Lava International, Dixon Technologies", HERE)
    assert not reply.failed
    assert desk.lists.lists()[0].companies == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "remove lvaa",
            [
                'No "lvaa" on this channel\'s lists. Did you mean Lava International?',
                "Nothing was changed.",
                "[Remove it] remove Lava International",
            ],
        ),
        (
            "remove Dixon, Lava",
            [
                'No "Dixon" on this channel\'s lists. Did you mean Dixon Technologies?',
                "Nothing was changed.",
                "[Remove it] remove Dixon Technologies",
            ],
        ),
        (
            "remove 聯發科",
            ['No "聯發科" on this channel\'s lists. See them: list', "Nothing was changed.", "[List] list"],
        ),
        (
            "remove Lava from chips",
            ['No list "chips" is heard here. These are: phones', "Nothing was changed."],
        ),
    ],
)
async def test_what_is_not_found_is_asked_about(text: str, said: list[str]) -> None:
    desk = phones(LAVA, DIXON)
    assert await desk.say(text, HERE) == said
    assert desk.lists.applied == []


async def test_a_name_on_two_lists_is_asked_about_and_the_answer_works() -> None:
    desk = Desk(in_file("phones", LAVA), in_file("top ten", replace(LAVA, place=Place("top.yaml", 3))), live=["slack"])
    reply = await desk.ask("remove Lava International", HERE)
    assert reply.failed
    assert [action.command for action in reply.steps] == [
        "remove Lava International from phones",
        "remove Lava International from top ten",
    ]
    assert not (await desk.ask(reply.steps[1].command, HERE)).failed
    assert [(change.watchlist, change.name) for change in desk.lists.applied] == [
        ("top ten.yaml", "Lava International")
    ]


async def test_companies_of_two_lists_are_not_removed_in_one_go() -> None:
    desk = Desk(in_file("phones", LAVA), in_file("makers", DIXON), live=["slack"])
    reply = await desk.ask("remove Lava, Dixon Technologies", HERE)
    assert reply.failed
    assert desk.lists.applied == []
    for action in reply.actions:
        assert not (await desk.ask(action.command, HERE)).failed


async def test_removing_from_a_shared_list_says_so() -> None:
    desk = Desk(in_file("phones", LAVA, channels=(str(HERE), ELSEWHERE, "discord:9/1")), live=["slack", "discord"])
    said = await desk.say("remove Lava", HERE)
    assert "The list phones is shared with #sourcing, 1 channel elsewhere: it changes there too." in said


async def test_add_to_a_shared_list_says_who_else_hears_and_names_no_other_workspace() -> None:
    channels = (str(HERE), ELSEWHERE, "slack:T2/#secret", "discord:9/1")
    desk = Desk(in_file("phones", channels=channels), live=["slack", "discord"])
    said = await desk.say("add MediaTek", HERE)
    assert said[1].endswith("alerts go to #supply-chain, #sourcing, 2 channels elsewhere")


async def test_what_another_channel_hears_is_neither_seen_nor_changed() -> None:
    phones = in_file("phones", LAVA, channels=(ELSEWHERE,))
    private = replace(phones.channels[0], channel=replace(phones.channels[0].channel, public=False))
    desk = Desk(replace(phones, channels=(private,)), live=["slack"])
    assert (await desk.ask("remove Lava International", HERE)).failed
    assert not (await desk.ask("add Lava International", HERE)).failed
    assert [change.watchlist for change in desk.lists.applied] == ["own-0"]


async def test_while_no_chat_is_set_up_the_terminal_edits_every_list() -> None:
    desk = Desk(in_file("phones", LAVA, channels=(ELSEWHERE,)))
    assert not (await desk.ask("remove Lava", CONSOLE)).failed


@pytest.mark.parametrize("text", ["add MediaTek", "remove Lava"])
async def test_who_may_not_change_the_list_is_told_whom_to_ask(text: str) -> None:
    desk = phones(LAVA)
    guest = Actor("U1", "Guest", "T1", frozenset({"anyone"}))
    reply = await desk.ask(text, HERE, guest)
    assert reply.failed
    assert desk.lists.applied == []
    assert (await desk.say(text, HERE, guest))[-1] == "Nothing was changed."
    assert f"Ask a full member of this workspace (guests may look) to type: {text}" in await desk.say(text, HERE, guest)
    server = replace(HERE, platform="discord")
    assert f"Ask somebody who may manage this channel to type: {text}" in await desk.say(text, server, guest)
    member = replace(guest, rights=frozenset({"anyone", "member"}))
    assert not (await desk.ask(text, HERE, member)).failed


async def test_a_store_that_is_down_is_said() -> None:
    desk = phones(LAVA)
    desk.ledger.down = "the disk is full"
    assert (await desk.say("list", HERE))[0].startswith("The store can't be used now: the disk is full")


async def test_an_add_where_the_bot_can_not_post_is_kept_and_says_what_to_do() -> None:
    desk = phones()
    desk.why_not = "type /invite @Namewatch in that channel"
    said = await desk.say("add MediaTek", HERE)
    assert said[-2] == "*Saved, but I can't post here yet*: type /invite @Namewatch in that channel"
    assert [change.name for change in desk.lists.applied] == ["MediaTek"]


async def test_a_change_is_refused_where_the_platform_does_not_tell_who_asks() -> None:
    desk = phones()
    somebody = Actor("U1", "ann", "T1", unsure="Slack had trouble (503)")
    said = await desk.say("add MediaTek", HERE, somebody)
    assert "Whether you may change what this channel hears can't be told now: Slack had trouble (503)." in said[0]
    assert said[1:] == ["Try again in a minute.", "Nothing was changed."]
    assert desk.lists.applied == []


@pytest.mark.parametrize(
    ("lists", "first"),
    [
        ([], "This channel hears no list yet."),
        ([in_file("phones", LAVA, DIXON)], "Alerts of 2 companies come here: phones"),
    ],
)
def test_the_welcome_says_what_comes_and_three_first_steps(lists: list[Watchlist], first: str) -> None:
    said = Desk(*lists, live=["slack"]).welcome(HERE)
    assert said[0] == first
    assert [line.split()[0] for line in said[1:]] == ["1.", "2.", "3."]
