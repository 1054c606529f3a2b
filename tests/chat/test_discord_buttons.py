"""What people press, choose and turn on Discord: buttons and menus that outlive a restart, and who may do what."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.model.alert import Alert, PollOutcome
from bot.model.channel import Channel
from bot.model.command import Action, Command, Menu, OptionKind, Reply
from bot.model.source import SourceState
from tests.builders import card, company, delivery, watchlist
from tests.chat.discord_bot import HERE, bot_on, discord_server, say
from tests.chat.servers.discord import ANN, BOB, GUILD, MANAGE, SUPPLY, DiscordServer, Place
from tests.commands.desk import Desk
from tests.fakes import START
from tests.store.builders import article, member, story

CHANNEL = Channel("discord", GUILD, SUPPLY, "#supply-chain", public=True)
PRIVATE = 64


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with discord_server() as server:
        yield server


async def test_what_is_chosen_in_a_menu_is_a_command_also_after_a_restart(discord: DiscordServer) -> None:
    heard: list[str] = []

    async def dispatch(command: Command) -> Reply:
        heard.append(command.text)
        steps = (Action("Lava of phones", "remove Lava from phones"), Action("Lava of chips", "remove Lava from chips"))
        return Reply((("Which one?",),), menus=(Menu("Which one?", steps),))

    async with bot_on(discord) as platform:
        await platform.start(dispatch)
        await discord.connected()
        await discord.slash("remove", company="Lava", rights=MANAGE)
        asked = await discord.answer(1)
    (menu,) = asked["data"]["components"][0]["components"]
    assert [option["label"] for option in menu["options"]] == ["Lava of phones", "Lava of chips"]
    async with bot_on(discord) as platform:
        await platform.start(dispatch)
        await discord.connected()
        await discord.choose(menu["custom_id"], menu["options"][1]["value"], discord.private(asked), rights=MANAGE)
        await discord.answer(2)
    assert heard == ["remove Lava", "remove Lava from chips"]


async def test_a_command_too_long_for_a_button_is_pressed_all_the_same_also_after_a_restart(
    discord: DiscordServer,
) -> None:
    names = [f"Company_{number} *Holdings*" for number in range(40)]
    long = f"add {', '.join(names)}"
    heard: list[str] = []

    async def dispatch(command: Command) -> Reply:
        heard.append(command.text)
        steps = (Action("Help", "help"), Action("Watch the 40: all", long), Action("Not these", f"not {long}"))
        return Reply((("40 companies",),), steps)

    async with bot_on(discord) as platform:
        await platform.start(dispatch)
        await discord.connected()
        await discord.slash("list", rights=MANAGE)
        shown = await discord.answer(1)
    pressed = {each["label"]: each["custom_id"] for each in shown["data"]["components"][0]["components"]}
    assert list(pressed) == ["Help", "Watch the 40: all", "Not these"]
    async with bot_on(discord) as platform:
        await platform.start(dispatch)
        await discord.connected()
        for number, label in enumerate(pressed, 2):
            await discord.press(pressed[label], discord.private(shown), rights=MANAGE)
            await discord.answer(number)
    assert heard == ["list", "help", long, f"not {long}"]


async def test_a_page_is_turned_in_place_where_one_person_sees_it(discord: DiscordServer) -> None:
    async def dispatch(command: Command) -> Reply:
        page = int(command.text.removeprefix("list").removeprefix(" page ") or 1)
        return Reply(((command.text,),), (Action("Next", f"list page {page + 1}"),) if page < 3 else ())

    async with bot_on(discord) as platform:
        await platform.start(dispatch)
        await discord.connected()
        await discord.slash("list")
        shown = [await discord.answer(1)]
        for number in (2, 3):
            (following,) = shown[-1]["data"]["components"][0]["components"]
            await discord.press(following["custom_id"], discord.private(shown[0]))
            shown.append(await discord.answer(number))
        await discord.press("run:list page 2", {**discord.private(shown[0]), "flags": 0})
        elsewhere = await discord.answer(4)
    assert [each["type"] for each in shown] == [4, 7, 7]
    assert [each["data"]["embeds"][0]["description"] for each in shown] == ["list", "list page 2", "list page 3"]
    assert shown[-1]["data"]["components"] == []
    assert (elsewhere["type"], elsewhere["data"]["flags"]) == (4, PRIVATE)


async def test_a_page_that_takes_long_is_turned_in_place_too(
    discord: DiscordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.chat.discord.listener.SOON", 0.05)
    held = asyncio.Event()

    async def dispatch(command: Command) -> Reply:
        if command.text != "list":
            await held.wait()
        return await say(command)

    async with bot_on(discord) as platform:
        await platform.start(dispatch)
        await discord.connected()
        await discord.slash("list")
        first = await discord.answer(1)
        await discord.press("run:list page 2", discord.private(first))
        assert (await discord.deferral())["type"] == 6
        held.set()
        assert (await discord.answer(2))["data"]["embeds"][0]["description"] == "list page 2"


@pytest.mark.parametrize(
    ("roles", "held", "rights", "may"),
    [
        ("", "", 0, False),
        ("", "", MANAGE, True),
        ("Analysts", "31", 0, True),
        ("analysts, other", "31", 0, True),
        ("31", "31", 0, True),
        ("Others", "31", 0, False),
        ("Analysts", "32", 0, False),
        ("@everyone", "", 0, False),
        (GUILD, "", 0, False),
    ],
)
async def test_who_may_change_lists(discord: DiscordServer, roles: str, held: str, rights: int, may: bool) -> None:
    discord.roles = {"31": "Analysts", "32": "Readers"}
    discord.held = {ANN: [held] if held else []}
    desk = Desk(watchlist("phones", [], str(CHANNEL)), live=["discord"])
    async with bot_on(discord, DISCORD_ROLES=roles) as platform:
        await platform.start(lambda command: desk.ask(command.text, command.channel, command.actor))
        await discord.connected()
        await discord.slash("add", company="Lava International", rights=rights)
        said = (await discord.answer())["data"]
    assert ("You may not change what this channel hears" in said["embeds"][0]["description"]) != may
    assert bool(desk.lists.applied) == may


async def test_the_buttons_of_an_alert_are_votes_mutes_and_the_reason(discord: DiscordServer) -> None:
    """Pressed by two people, after a restart: one vote each, private answers, and Mute... as menus."""
    desk = Desk(watchlist("phones", [company("Lava")], str(CHANNEL)), live=["discord"])
    alert = Alert("0198c000-0000-7000-8000-000000000001", CHANNEL, "s1", card(), START)
    this = article("a1", url="https://focus.example/1")
    await desk.ledger.kept.commit(
        PollOutcome(
            SourceState("feed:x"),
            START,
            articles=(this,),
            stories=(story("s1"),),
            members=(member(this, "s1"),),
            alerts=(alert,),
        )
    )
    async with bot_on(discord) as platform:
        await platform.send(delivery("d1", HERE, alert_id=alert.id))
    (posted,) = discord.messages()
    buttons = {each["label"]: each["custom_id"] for each in posted["components"][0]["components"]}
    assert list(buttons) == ["Useful", "Not this company", "Mute...", "Why"]
    async with bot_on(discord) as platform:
        await platform.start(lambda command: desk.ask(command.text, command.channel, command.actor))
        await discord.connected()
        said = []
        for number, (label, user) in enumerate(
            [("Useful", ANN), ("Useful", ANN), ("Not this company", BOB), ("Mute...", ANN)], 1
        ):
            await discord.press(buttons[label], posted, user=user, rights=MANAGE)
            said.append((await discord.answer(number))["data"])
        menus = [row["components"][0] for row in said[-1]["components"]]
        await discord.choose(menus[0]["custom_id"], menus[0]["options"][0]["value"], posted, rights=MANAGE)
        muted = (await discord.answer(5))["data"]
    assert all(each["flags"] == PRIVATE for each in said)
    assert "1 useful, 0 not this company" in said[1]["embeds"][0]["description"]
    assert "1 useful, 1 not this company" in said[2]["embeds"][0]["description"]
    assert [option["label"] for option in menus[0]["options"]] == [
        "This story · 1 h",
        "This story · until 9:00",
        "This story · 1 week",
    ]
    assert "mute" in muted["embeds"][0]["description"].casefold()


async def test_why_of_an_alert_without_a_link_is_about_that_message(discord: DiscordServer) -> None:
    heard: list[tuple[str, str]] = []

    async def dispatch(command: Command) -> Reply:
        heard.append((command.text, command.under))
        return Reply((("so",),))

    async with bot_on(discord) as platform:
        await platform.start(dispatch)
        await discord.connected()
        await platform.send(replace(delivery("d1", HERE), card=replace(card(), url="")))
        (posted,) = discord.messages()
        await discord.press("why", posted)
        await discord.answer(1)
    assert heard == [("why", posted["id"])]


async def test_each_server_is_answered_about_itself(discord: DiscordServer) -> None:
    second = Place("8", "supply-chain", guild="100000000000000002")
    discord.guilds[second.guild] = "Second"
    discord.places[second.id] = second
    there = Channel("discord", second.guild, second.id, second.name)
    desk = Desk(
        watchlist("phones", [company("Lava")], str(CHANNEL)),
        watchlist("chips", [company("MediaTek")], str(there)),
        live=["discord"],
    )

    async def dispatch(command: Command) -> Reply:
        return await desk.ask(command.text, command.channel, command.actor)

    async def suggest(kind: OptionKind, typed: str, channel: Channel) -> tuple[str, ...]:
        return tuple(await desk.suggest(kind, typed, channel))

    async with bot_on(discord) as platform:
        await platform.start(dispatch, suggest=suggest)
        await discord.connected()
        for number, place in enumerate((SUPPLY, second.id), 1):
            await discord.slash("list", channel=place)
            await discord.answer(number)
            await platform.send(delivery(f"d{number}", Channel("discord", discord.places[place].guild, place)))
        offered = [await discord.complete("show", "company", "", channel=place) for place in (SUPPLY, second.id)]
    lists = [each["data"]["embeds"][0]["description"] for each in discord.answers[:2]]
    assert ("Lava" in lists[0], "MediaTek" in lists[0]) == (True, False)
    assert ("Lava" in lists[1], "MediaTek" in lists[1]) == (False, True)
    assert offered == [["Lava"], ["MediaTek"]]
    assert [len(discord.messages(place)) for place in (SUPPLY, second.id)] == [1, 1]


async def test_what_is_typed_is_completed_in_time_among_10_000_companies(discord: DiscordServer) -> None:
    companies = [company(f"Company {number}", f"Firm {number}") for number in range(10_000)]
    desk = Desk(watchlist("long", companies, str(CHANNEL)), live=["discord"])

    async def suggest(kind: OptionKind, typed: str, channel: Channel) -> tuple[str, ...]:
        return tuple(await desk.suggest(kind, typed, channel))

    async with bot_on(discord) as platform:
        await platform.start(say, suggest=suggest)
        await discord.connected()
        await discord.complete("show", "company", "")
        words, began = ("c", "comp", "company 99", "firm 9", "9", "99", "zz"), time.process_time()
        for typed in words:
            await discord.complete("show", "company", typed)
        took = time.process_time() - began
        assert await discord.complete("mute", "time", "3") == ["3h", "3d", "3w"]
    # In time of the processor, for names are looked for in a thread; that of this Discord counts as well.
    assert took / len(words) < 0.1
