"""Discord as the environment sets it up, connected to a Discord of our own, which checks all that is sent to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.chat.discord import DiscordPlatform, connect
from bot.model.channel import Channel
from bot.model.command import Action, Command, Reply
from tests.chat.contracts import discord_faults
from tests.chat.servers.discord import FORUM, GUILD, SUPPLY, TOKEN, DiscordServer
from tests.fakes import ManualClock

HERE = Channel("discord", "", SUPPLY)
NAMED = Channel("discord", "", "#supply-chain")
IN_FORUM = Channel("discord", GUILD, FORUM)


@asynccontextmanager
async def bot_on(server: DiscordServer, **settings: str) -> AsyncIterator[DiscordPlatform]:
    """The platform, stopped at the end."""
    platform = connect({"DISCORD_TOKEN": TOKEN, "DISCORD_API_URL": server.url, **settings}, ManualClock())
    assert isinstance(platform, DiscordPlatform)
    try:
        yield platform
    finally:
        await platform.stop()


@asynccontextmanager
async def discord_server() -> AsyncIterator[DiscordServer]:
    """A Discord that looks at every payload, and says at the end what was wrong with one."""
    async with DiscordServer() as server:
        server.check = discord_faults
        yield server
    assert server.wrong == []


async def say(command: Command) -> Reply:
    """Answers with the command; in public where it changes something."""
    public = command.text.startswith("add")
    return Reply(((command.text,),), (Action("Undo", "remove Lava"),), public=public)
