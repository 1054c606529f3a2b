"""Threads on alerts, where a channel chose them: a reply opens one, or goes into it, and is never lost."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.chat.discord import DiscordPlatform
from bot.errors import TryLater, Uncertain
from bot.model.alert import Delivery, Receipt
from bot.model.channel import Channel
from tests.builders import card, delivery
from tests.chat.discord_bot import HERE, IN_FORUM, bot_on, discord_server
from tests.chat.servers.discord import (
    FORUM,
    GUILD,
    HISTORY,
    IN_THREADS,
    OPEN_THREADS,
    SUPPLY,
    THREAD,
    DiscordServer,
    Fault,
)

STORY = "Lava launches a phone"
NO_THREAD = "no thread: the reply stands in the channel"
NOTHING_THERE = Fault("error", "404 10003")
"""What Discord says where no thread was opened on a message yet."""


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with discord_server() as server:
        yield server


def reply(delivery_id: str, target: Receipt, channel: Channel = HERE, thread: str = STORY) -> Delivery:
    """A reply of a channel that wants threads."""
    told = replace(card(f"Dixon joins {delivery_id}", "Dixon"), thread=thread)
    return replace(delivery(delivery_id, channel, "reply"), card=told, target=target)


def titles(server: DiscordServer, place: str) -> list[str]:
    """The headlines that stand in a place, oldest first."""
    return [each["embeds"][0]["title"] for each in server.messages(place)]


async def alerted(platform: DiscordPlatform) -> tuple[Receipt, str]:
    """An alert that stands in the channel, and its id, which a thread on it has too."""
    receipt = await platform.send(delivery("d1", HERE))
    return receipt, receipt.message_id.split("/")[1]


async def test_replies_of_a_story_go_into_one_thread_that_the_first_of_them_opens(discord: DiscordServer) -> None:
    async with bot_on(discord) as platform:
        post, thread = await alerted(platform)
        await platform.edit(replace(delivery("d2", HERE, "edit"), target=post))
        assert discord.called("open") == []
        first = await platform.reply(reply("d3", post))
        discord.places[thread].archived = True
        await platform.reply(reply("d4", post, thread="Another headline"))
        await platform.edit(replace(delivery("d5", HERE, "edit"), card=card("Grown"), target=post))
    assert (discord.places[thread].name, discord.places[thread].parent) == (STORY, SUPPLY)
    assert not discord.places[thread].archived
    assert titles(discord, SUPPLY) == ["Grown"]
    assert titles(discord, thread) == ["Dixon joins d3", "Dixon joins d4"]
    assert first.message_id == f"{thread}/{discord.messages(thread)[0]['id']}"
    assert all("message_reference" not in each for each in discord.messages(thread))
    assert all(sent["allowed_mentions"] == {"parse": []} for sent in discord.called("send"))


async def test_a_channel_that_did_not_choose_threads_gets_none(discord: DiscordServer) -> None:
    async with bot_on(discord) as platform:
        post, _ = await alerted(platform)
        await platform.reply(reply("d2", post, thread=""))
    assert discord.called("open") == []
    assert titles(discord, SUPPLY) == [STORY, "Dixon joins d2"]


@pytest.mark.parametrize(
    ("headline", "name"),
    [
        ("x" * 101, "x" * 98 + "…"),
        ("👨‍👩‍👧" * 30, "👨‍👩‍👧" * 12 + "…"),
        ("聯發科" * 40, ("聯發科" * 40)[:98] + "…"),
        ("two\nlines", "two lines"),
        ("\u200b", "Dixon joins d2"),
    ],
)
async def test_a_thread_is_called_as_its_story_as_far_as_that_fits(
    discord: DiscordServer, headline: str, name: str
) -> None:
    async with bot_on(discord) as platform:
        post, thread = await alerted(platform)
        await platform.reply(reply("d2", post, thread=headline))
    assert discord.places[thread].name == name


@pytest.mark.parametrize("code", ["403 160005", "403 160006", "403 50013", "404 10008", "403 50001", "400 50035"])
async def test_where_no_thread_can_be_opened_the_reply_stands_in_the_channel(discord: DiscordServer, code: str) -> None:
    discord.fail("open", *[Fault("error", code)] * 2)
    with capture_logs() as said:
        async with bot_on(discord) as platform:
            post, thread = await alerted(platform)
            await platform.reply(reply("d2", post))
            await platform.reply(reply("d3", post))
    assert titles(discord, SUPPLY) == [STORY, "Dixon joins d2", "Dixon joins d3"]
    assert str(discord.messages()[1]["message_reference"]["message_id"]) == thread
    assert [each["log_level"] for each in said if each["event"] == NO_THREAD] == ["warning"]


@pytest.mark.parametrize("denied", [OPEN_THREADS, IN_THREADS])
async def test_without_the_permission_the_reply_stands_in_the_channel(discord: DiscordServer, denied: int) -> None:
    async with bot_on(discord) as platform:
        post, thread = await alerted(platform)
        discord.places[SUPPLY].denied = denied
        await platform.reply(reply("d2", post))
    assert titles(discord, SUPPLY) == [STORY, "Dixon joins d2"]
    assert thread not in discord.places


async def test_a_thread_that_was_opened_meanwhile_is_gone_into(discord: DiscordServer) -> None:
    async with bot_on(discord) as platform:
        post, thread = await alerted(platform)
        await platform.reply(reply("d2", post))
        discord.fail("send", NOTHING_THERE)
        await platform.reply(reply("d3", post))
    assert len(discord.called("open")) == 2
    assert titles(discord, thread) == ["Dixon joins d2", "Dixon joins d3"]


@pytest.mark.parametrize("code", ["403 50013", "403 160005", "404 10003", "400 50083"])
async def test_what_a_thread_does_not_take_stands_in_the_channel(discord: DiscordServer, code: str) -> None:
    async with bot_on(discord) as platform:
        post, thread = await alerted(platform)
        discord.fail("send", NOTHING_THERE, Fault("error", code))
        await platform.reply(reply("d2", post))
    assert titles(discord, thread) == []
    assert titles(discord, SUPPLY) == [STORY, "Dixon joins d2"]


async def test_what_a_locked_thread_does_not_take_stands_in_the_channel(discord: DiscordServer) -> None:
    async with bot_on(discord) as platform:
        post, thread = await alerted(platform)
        await platform.reply(reply("d2", post))
        discord.places[thread].archived = discord.places[thread].locked = True
        await platform.reply(reply("d3", post))
    assert titles(discord, thread) == ["Dixon joins d2"]
    assert titles(discord, SUPPLY) == [STORY, "Dixon joins d3"]


async def test_a_thread_that_somebody_deleted_is_opened_anew(discord: DiscordServer) -> None:
    async with bot_on(discord) as platform:
        post, thread = await alerted(platform)
        await platform.reply(reply("d2", post))
        del discord.places[thread]
        await platform.reply(reply("d3", post))
    assert titles(discord, thread) == ["Dixon joins d3"]


async def test_where_the_alert_was_deleted_the_reply_stands_alone(discord: DiscordServer) -> None:
    async with bot_on(discord) as platform:
        post, thread = await alerted(platform)
        discord.delete(post.message_id)
        await platform.reply(reply("d2", post))
    assert thread not in discord.places
    assert titles(discord, SUPPLY) == ["Dixon joins d2"]


@pytest.mark.parametrize(
    "fault", [Fault("lost"), Fault("dropped"), Fault("status", "503"), Fault("taken", "502"), Fault("rate", "7 user")]
)
async def test_what_went_wrong_on_the_way_to_a_thread_is_tried_again(discord: DiscordServer, fault: Fault) -> None:
    discord.fail("open", fault)
    async with bot_on(discord) as platform:
        post, thread = await alerted(platform)
        with pytest.raises(TryLater):
            await platform.reply(reply("d2", post))
        assert titles(discord, SUPPLY) == [STORY]
        await platform.reply(reply("d2", post))
    assert titles(discord, thread) == ["Dixon joins d2"]
    assert titles(discord, SUPPLY) == [STORY]


@pytest.mark.parametrize("kind", ["lost", "dropped"])
@pytest.mark.parametrize("denied", [0, OPEN_THREADS])
async def test_an_uncertain_reply_is_looked_for_where_it_was_sent(
    discord: DiscordServer, kind: str, denied: int
) -> None:
    async with bot_on(discord) as platform:
        post, thread = await alerted(platform)
        discord.places[SUPPLY].denied = denied
        discord.fail("send", NOTHING_THERE, Fault(kind))  # type: ignore[arg-type]
        with pytest.raises(Uncertain):
            await platform.reply(reply("d2", post))
        discord.forget_nonces()
        discord.places[SUPPLY].denied = 0
        found = await platform.find(replace(reply("d2", post), doubtful=True))
    place = SUPPLY if denied else thread
    arrived = [each["id"] for each in discord.messages(place) if each["embeds"][0]["title"] == "Dixon joins d2"]
    assert len(arrived) == (kind == "lost")
    assert ([found.message_id] if found else []) == [f"{place}/{each}" for each in arrived]


async def test_within_minutes_discord_itself_knows_a_repeat_in_a_thread(discord: DiscordServer) -> None:
    async with bot_on(discord) as platform:
        post, thread = await alerted(platform)
        discord.fail("send", NOTHING_THERE, Fault("lost"))
        with pytest.raises(Uncertain):
            await platform.reply(reply("d2", post))
        await platform.reply(reply("d2", post))
    assert titles(discord, thread) == ["Dixon joins d2"]


@pytest.mark.parametrize("channel", [IN_FORUM, Channel("discord", GUILD, THREAD)])
async def test_in_forums_and_threads_a_reply_stands_in_one_anyway(discord: DiscordServer, channel: Channel) -> None:
    async with bot_on(discord) as platform:
        post = await platform.send(delivery("d1", channel))
        receipt = await platform.reply(reply("d2", post, channel))
        assert await platform.find(reply("d2", post, channel)) == receipt
        assert await platform.check_threads(channel) == ""
    assert discord.called("open") == []
    assert receipt.message_id.split("/")[0] == post.message_id.split("/")[0]


@pytest.mark.parametrize(
    ("place", "denied", "lacking"),
    [
        (SUPPLY, 0, ""),
        (SUPPLY, HISTORY, ""),
        (SUPPLY, OPEN_THREADS, "Create Public Threads"),
        (SUPPLY, OPEN_THREADS | IN_THREADS, "Create Public Threads, Send Messages in Threads"),
        (FORUM, OPEN_THREADS, ""),
    ],
)
async def test_what_threads_lack_is_named(discord: DiscordServer, place: str, denied: int, lacking: str) -> None:
    discord.places[place].denied = denied
    async with bot_on(discord) as platform:
        said = await platform.check_threads(Channel("discord", "", place))
        assert "Create" not in await platform.check(Channel("discord", "", place))
    fix = "Edit Channel, Permissions, add Namewatch"
    assert said == (f"the bot lacks {lacking}, so replies to alerts stand in the channel: {fix}" if lacking else "")
