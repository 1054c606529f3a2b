"""Many at once: every command is acknowledged in time while alerts are posted."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.builders import delivery
from tests.chat.busy import own_time
from tests.chat.servers.slack import Fault, SlackServer
from tests.chat.slack_bot import HERE, bot_on, echo, slack_server

COMMANDS, SECONDS, POSTS = 200, 2, 50
IN_TIME = 3.0
"""Seconds after which Slack tells people that the command failed."""


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with slack_server() as server:
        yield server


async def test_200_commands_are_acknowledged_in_time_while_50_alerts_a_second_are_posted(slack: SlackServer) -> None:
    waits: list[float] = []

    async def ask(count: int) -> None:
        began = own_time()
        await slack.slash(f"why {count}")
        waits.append(own_time() - began)

    async def post(count: int) -> None:
        await asyncio.sleep(count / POSTS)
        await platform.send(delivery(f"d{count}", HERE))

    async with bot_on(slack) as platform:
        await platform.start(echo)
        await slack.connected()
        await asyncio.gather(*map(post, range(POSTS * SECONDS)), *map(ask, range(COMMANDS)))
        await slack.answer(COMMANDS)
    assert max(waits) < IN_TIME
    assert len(slack.messages()) == POSTS * SECONDS
    assert len(slack.called("users.info")) == 1
    assert len(slack.called("auth.test")) == 1


async def test_a_command_is_acknowledged_at_once_where_slack_itself_is_slow(slack: SlackServer) -> None:
    async with bot_on(slack) as platform:
        await platform.start(echo)
        await slack.connected()
        slack.fail("auth.test", Fault("slow", "5"))
        slack.fail("users.info", Fault("slow", "5"))
        began = own_time()
        await slack.slash("list")
        acknowledged = own_time() - began
        await slack.answer()
    assert acknowledged < IN_TIME
