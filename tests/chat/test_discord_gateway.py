"""The gateway: what is typed is heard again after every break, in time under load, and nothing else waits for it."""

import asyncio
import gc
import itertools
import os
import time
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from bot.chat.discord import connect
from bot.chat.discord.errors import TOKEN
from bot.errors import ChannelGone, SettingsError
from bot.model.channel import Channel
from bot.model.command import Command, Reply
from tests.builders import delivery
from tests.chat.busy import own_time
from tests.chat.discord_bot import HERE, bot_on, discord_server, say
from tests.chat.servers.discord import GUILD, DiscordServer, Place
from tests.chat.servers.discord import TOKEN as GOOD
from tests.fakes import ManualClock

DROPS = int(os.environ.get("NAMEWATCH_DROPS", "20"))
"""Breaks of the connection: the long form is `make torture`."""
COMMANDS, SECONDS, POSTS = 200, 2, 50
IN_TIME = 3.0
"""Seconds after which Discord tells people that the bot did not respond."""


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with discord_server() as server:
        yield server


async def test_however_often_the_gateway_drops_commands_work_again(discord: DiscordServer) -> None:
    """In each of the ways in which it can: without a goodbye, with one, to be resumed, to be begun anew."""
    ways = itertools.cycle((0, 4000, 4007, 4009, 0, 4000, 4000, 1000))
    slowest = 0.0
    async with bot_on(discord) as platform:
        await platform.start(say)
        await discord.connected()
        for number, code in zip(range(DROPS), ways, strict=False):
            began = own_time()
            await discord.drop_gateway(code)
            await discord.slash("help")
            await discord.answer(number + 1)
            slowest = max(slowest, own_time() - began)
    assert slowest < 10
    assert discord.identified + discord.resumed == DROPS + 1


@pytest.mark.parametrize("held", [False, True], ids=["answered at once", "answered later"])
async def test_200_commands_are_acknowledged_in_time_while_50_alerts_a_second_are_posted(
    discord: DiscordServer, held: bool
) -> None:
    discord.check = lambda _name, _payload: []  # it would take more of the processor than the bot does
    channels = [Place(f"21{number}", f"c{number}") for number in range(5)]
    discord.places |= {each.id: each for each in channels}
    posted = asyncio.Event()

    async def dispatch(command: Command) -> Reply:
        if held:
            await posted.wait()
        return await say(command)

    async def post(number: int) -> None:
        await asyncio.sleep(number / POSTS)
        await platform.send(delivery(f"d{number}", Channel("discord", GUILD, channels[number % 5].id)))

    async with bot_on(discord) as platform:
        await platform.start(dispatch)
        await discord.connected()
        alerts = [asyncio.create_task(post(number)) for number in range(POSTS * SECONDS)]
        for _ in range(COMMANDS):
            await discord.slash("list")
        await asyncio.gather(*alerts)
        posted.set()
        await discord.answer(COMMANDS)
    assert len(discord.waits) == COMMANDS
    assert max(discord.waits) < IN_TIME
    assert sum(len(place.messages) for place in channels) == POSTS * SECONDS


async def test_a_gateway_that_is_alive_but_deaf_is_noticed(discord: DiscordServer) -> None:
    discord.heartbeat = 50
    async with bot_on(discord, DISCORD_DEAF_SECONDS="0.3") as platform:
        await platform.start(say)
        await discord.connected()
        discord.go_deaf()
        await discord.slash("help")
        await discord.answer()
    assert (discord.identified, discord.resumed) == (1, 1)


@pytest.mark.parametrize("seconds", ["soon", "0", "601"])
def test_a_watchdog_that_is_no_number_of_seconds_is_refused(seconds: str) -> None:
    with pytest.raises(SettingsError, match="DISCORD_DEAF_SECONDS"):
        connect({"DISCORD_TOKEN": GOOD, "DISCORD_DEAF_SECONDS": seconds}, ManualClock())


async def test_alerts_go_out_while_the_gateway_is_away(discord: DiscordServer) -> None:
    discord.refuse_gateway = 1
    async with bot_on(discord) as platform:
        await platform.start(say)
        await platform.send(delivery("d1", HERE))
        assert len(discord.messages()) == 1
        await discord.connected()


async def test_a_wrong_token_is_one_clear_line_and_ends_the_attempts(discord: DiscordServer) -> None:
    async with bot_on(discord, DISCORD_TOKEN="wrong") as platform:
        with capture_logs() as told:
            await platform.start(say)
            assert platform._listening is not None
            await asyncio.wait_for(platform._listening, 5)
        with pytest.raises(ChannelGone, match="DISCORD_TOKEN"):
            await platform.send(delivery("d1", HERE))
    assert told == [{"event": "discord is not connected", "log_level": "error", "reason": TOKEN}]


async def test_it_stops_at_once_also_when_the_gateway_is_deaf(discord: DiscordServer) -> None:
    async with bot_on(discord) as platform:
        await platform.start(say)
        await discord.connected()
        discord.go_deaf()
        began = time.monotonic()
        await platform.stop()
        await platform.stop()
        assert time.monotonic() - began < 5


async def test_a_stop_just_after_the_start_leaves_nothing_behind(discord: DiscordServer) -> None:
    """The library's own wait for servers goes on for two seconds."""
    faults: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: faults.append(context))
    before = asyncio.all_tasks()
    async with bot_on(discord) as platform:
        await platform.start(say)
        await discord.connected()
        await discord.slash("help")
        await discord.answer()
    await asyncio.wait(asyncio.all_tasks() - before, timeout=3)
    gc.collect()
    assert faults == []
