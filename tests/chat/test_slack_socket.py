"""The socket: what is typed is heard again after every break, and what nobody expects breaks nothing."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable

import pytest
import structlog

from bot.chat.slack.socket import Socket
from tests.builders import delivery
from tests.chat.busy import own_time
from tests.chat.servers.slack import APP_TOKEN, BOT_TOKEN, Fault, SlackServer
from tests.chat.slack_bot import HERE, bot_on, echo, slack_server

DROPS = int(os.environ.get("NAMEWATCH_DROPS", "20"))
"""Breaks of the socket, half of them without a goodbye: the long form is `make torture`."""


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with slack_server() as server:
        yield server


async def asked(slack: SlackServer, text: str) -> None:
    """Type a command and wait for its answer."""
    count = len(slack.answers) + 1
    await slack.slash(text)
    assert (await slack.answer(count))["text"] == text


@pytest.mark.parametrize("politely", [True, False])
async def test_commands_work_again_after_each_break(slack: SlackServer, politely: bool) -> None:
    async with bot_on(slack) as platform:
        await platform.start(echo)
        for count in range(DROPS // 2):
            await slack.connected()
            began = own_time()
            await slack.drop_socket(politely=politely)
            await asked(slack, f"why {count}")
            assert own_time() - began < 10
    assert slack.sockets == DROPS // 2 + 1


async def test_a_token_in_the_environment_is_no_news(slack: SlackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", BOT_TOKEN)
    with structlog.testing.capture_logs() as logs:
        async with bot_on(slack) as platform:
            await platform.start(echo)
            await asked(slack, "list")
            await _until(lambda: bool(logs))
    assert [each["event"] for each in logs] == ["slack is listened to"]


async def test_a_socket_that_is_alive_but_deaf_is_noticed(slack: SlackServer) -> None:
    async with bot_on(slack) as platform:
        await platform.start(echo)
        await asked(slack, "before")
        slack.go_deaf()
        await asked(slack, "after")
    assert slack.sockets == 2


async def test_slack_asks_for_a_new_socket_and_gets_one(slack: SlackServer) -> None:
    async with bot_on(slack) as platform:
        await platform.start(echo)
        await asked(slack, "before")
        await slack.refresh()
        await asked(slack, "after")
    assert slack.sockets == 2


async def test_where_no_socket_can_be_had_for_now_it_is_tried_again(
    slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.chat.slack.socket.FIRST_WAIT", 0.01)
    slack.fail("auth.test", Fault("status", "503"))
    slack.fail("apps.connections.open", Fault("status", "503"), Fault("rate", "0.05"), Fault("dropped"))
    with structlog.testing.capture_logs() as logs:
        async with bot_on(slack) as platform:
            await platform.start(echo)
            await asked(slack, "list")
            await _until(lambda: any(each["event"] == "slack is listened to" for each in logs))
    told = [each["event"] for each in logs]
    assert told[0] == "slack is not listened to now, tried again"
    assert told[-1] == "slack is listened to"


@pytest.mark.parametrize("code", ["invalid_auth", "not_allowed_token_type", "missing_scope"])
async def test_a_refused_socket_is_one_line_while_posting_goes_on(slack: SlackServer, code: str) -> None:
    slack.tokens[APP_TOKEN] = code
    with structlog.testing.capture_logs() as logs:
        async with bot_on(slack) as platform:
            await platform.start(echo)
            await _until(lambda: bool(logs))
            await platform.send(delivery("d1", HERE))
    assert [each["event"] for each in logs] == ["slack is not listened to"]
    assert "SLACK_APP_TOKEN" in logs[0]["reason"] or code != "invalid_auth"
    assert len(slack.messages()) == 1


async def test_a_bot_token_that_is_refused_is_one_line_and_no_socket(slack: SlackServer) -> None:
    slack.tokens[BOT_TOKEN] = "token_revoked"
    with structlog.testing.capture_logs() as logs:
        async with bot_on(slack) as platform:
            await platform.start(echo)
            await _until(lambda: bool(logs))
    assert [(each["event"], each["reason"]) for each in logs] == [
        ("slack is not listened to", "the token was revoked: set SLACK_BOT_TOKEN anew, then start again")
    ]
    assert slack.sockets == 0


STRANGE = [
    "",
    "no json",
    "{",
    "[]",
    "null",
    '{"type": "hello"}',
    '{"type": "something_new", "envelope_id": "e1", "payload": {}}',
    '{"type": "slash_commands", "envelope_id": "e2", "payload": {}}',
    '{"type": "slash_commands", "envelope_id": "e3", "payload": {"command": "/watch"}}',
    '{"type": "slash_commands", "envelope_id": "e4", "payload": {"command": "/other", "text": "x"}}',
    '{"type": "slash_commands", "envelope_id": "e5", "payload": "text"}',
    '{"type": "events_api", "envelope_id": "e6", "payload": {"event": {"type": "app_mention"}}}',
    '{"type": "events_api", "envelope_id": "e7", "payload": {"event": {"type": "reaction_added"}}}',
    '{"type": "events_api", "envelope_id": "e8", "payload": {"event": 7}}',
    '{"type": "interactive", "envelope_id": "e9", "payload": {"type": "block_actions", "actions": []}}',
    '{"type": "interactive", "envelope_id": "e10", "payload": {"type": "block_actions", "actions": [{}]}}',
    '{"type": "interactive", "envelope_id": "e11", "payload": {"type": "view_submission"}}',
]


async def test_what_nobody_expects_breaks_nothing_and_shows_no_trace(
    slack: SlackServer, capfd: pytest.CaptureFixture[str]
) -> None:
    with structlog.testing.capture_logs() as logs:
        async with bot_on(slack) as platform:
            await platform.start(echo)
            for text in STRANGE:
                await slack.raw(text)
            await asked(slack, "list")
            await asyncio.sleep(0)
    assert not [each for each in logs if "exc_info" in each or "\n" in str(each)]
    assert capfd.readouterr() == ("", "")
    assert slack.sockets == 1


async def test_it_stops_at_once_where_slack_does_not_answer_any_more(slack: SlackServer) -> None:
    async with bot_on(slack) as platform:
        await platform.start(echo)
        await asked(slack, "list")
        slack.go_deaf()
        began = time.monotonic()
        await platform.stop()
    assert time.monotonic() - began < 5


async def test_the_app_token_is_checked_without_a_socket(slack: SlackServer) -> None:
    async with bot_on(slack) as platform:
        socket = platform._ears[0][0]
        assert isinstance(socket, Socket)
        assert await socket.refused() == ""
        slack.tokens[APP_TOKEN] = "invalid_auth"
        assert "SLACK_APP_TOKEN" in await socket.refused()
    assert slack.sockets == 0


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 - it looks at what others write
            await asyncio.sleep(0.01)


async def test_a_fault_of_ours_is_told_and_the_socket_is_opened_all_the_same(
    slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.chat.slack.socket.LONGEST_WAIT", 0.01)
    faults = iter([RuntimeError("a fault")])

    async def faulty(socket: Socket) -> str:
        for fault in faults:
            raise fault
        return await permission(socket)

    permission = Socket._permission
    monkeypatch.setattr(Socket, "_permission", faulty)
    with structlog.testing.capture_logs() as logs:
        async with bot_on(slack) as platform:
            await platform.start(echo)
            await asked(slack, "list")
    assert [each["event"] for each in logs][:1] == ["slack is not listened to now, tried again"]
