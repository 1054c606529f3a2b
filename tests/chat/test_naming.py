"""Where the command has another name, every message tells people to type that one."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.chat.naming import Naming
from bot.model.card import Link, Span, Strong, TextCard
from bot.model.channel import Channel
from bot.model.command import Command, Reply
from tests.builders import delivery
from tests.chat import discord_bot, slack_bot
from tests.chat.servers.discord import GUILD, SUPPLY
from tests.chat.servers.slack import BOT_USER, TEAM

NOTICE = TextCard("notice", (("Quieter: /watch mute Denso 3d",), (Strong("/watch list"), " shows it")))
WELCOME = Reply((("1. ", Strong("/watch add Lava")),))


@pytest.mark.parametrize(
    ("span", "said"),
    [
        ("1 of 12 sources failing: /watch sources", "1 of 12 sources failing: /news sources"),
        ("/watch", "/news"),
        (Strong("/watch list"), Strong("/news list")),
        ("example.org/watch and /watching", "example.org/watch and /watching"),
        (Link("/watch list", "https://x.example"), Link("/watch list", "https://x.example")),
    ],
)
def test_the_command_is_said_by_its_name(span: Span, said: Span) -> None:
    card = Naming("news").card(TextCard("notice", ((span,),)))
    assert isinstance(card, TextCard)
    assert card.lines == ((said,),)


def test_an_alert_is_as_its_publisher_wrote_it() -> None:
    alert = delivery("d1").card
    assert Naming("/news").card(alert) is alert


async def welcome(channel: Channel) -> Reply | None:
    del channel
    return WELCOME


async def answer(command: Command) -> Reply:
    del command
    return Reply((("See it: /watch list",),))


def assert_named(said: Any) -> None:
    text = json.dumps(said)
    assert "/news" in text
    assert "/watch" not in text


async def test_slack_says_the_name_that_it_was_given() -> None:
    here = Channel("slack", TEAM, "C0SUPPLY")
    notice = replace(delivery("d1", here), kind="notice", card=NOTICE)
    async with slack_bot.slack_server() as slack, slack_bot.bot_on(slack, NAMEWATCH_COMMAND="/news") as platform:
        await platform.start(answer, joined=welcome)
        await platform.send(notice)
        await slack.slash("help", name="/news")
        assert_named(await slack.answer())
        await slack.event({"type": "member_joined_channel", "user": BOT_USER, "channel": "C0SUPPLY", "team": TEAM})
        await slack.heard("chat.postMessage", 2)
        for message in slack.messages():
            assert_named(message["blocks"])


async def test_discord_says_the_name_that_it_was_given() -> None:
    here = Channel("discord", GUILD, SUPPLY)
    notice = replace(delivery("d1", here), kind="notice", card=NOTICE)
    async with discord_bot.discord_server() as discord:
        async with discord_bot.bot_on(discord, NAMEWATCH_COMMAND="/news") as platform:
            await platform.start(answer, joined=welcome)
            await discord.connected()
            await platform.send(notice)
            await discord.press("run:list", discord.messages()[0])
            assert_named(await discord.answer())
        for message in discord.messages():
            assert_named(message["embeds"])
