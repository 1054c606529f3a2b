"""Slack as the environment sets it up, connected to a Slack of our own, which checks all that is sent to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.chat.slack import SlackPlatform, connect
from bot.model.channel import Channel
from bot.model.command import Command, Reply
from bot.protocols import Clock
from tests.chat.servers.slack import APP_TOKEN, BOT_TOKEN, SlackServer
from tests.chat.slack_rules import conforms
from tests.fakes import ManualClock

HERE = Channel("slack", "", "C0SUPPLY")
NAMED = Channel("slack", "", "#supply-chain")


@asynccontextmanager
async def bot_on(server: SlackServer, clock: Clock | None = None, **settings: str) -> AsyncIterator[SlackPlatform]:
    """The platform, stopped at the end."""
    tokens = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": server.url}
    given = {**tokens, "SLACK_PING_SECONDS": "0.1", **settings}
    platform = connect({name: value for name, value in given.items() if value}, clock or ManualClock())
    assert isinstance(platform, SlackPlatform)
    try:
        yield platform
    finally:
        await platform.stop()


@asynccontextmanager
async def slack_server(**wanted: str) -> AsyncIterator[SlackServer]:
    """A Slack that remembers what breaks its rules, and says so at the end."""
    async with SlackServer(**wanted) as server:
        server.check = conforms
        yield server
    assert not server.broken, server.broken


async def echo(command: Command) -> Reply:
    """Says what was asked."""
    return Reply(((command.text or "nothing",),))
