"""Slack over HTTP: what is signed is heard once, and nothing else is."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

import aiohttp
import pytest
import structlog
from slack_sdk.signature import SignatureVerifier

from bot.errors import SettingsError
from bot.model.command import Command, Reply
from tests.builders import delivery
from tests.chat.servers.slack import SlackServer
from tests.chat.slack_bot import HERE, bot_on, echo, slack_server
from tests.fakes import START, ManualClock

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
NOW = f"{START.timestamp():.0f}"


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with slack_server() as server:
        yield server


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass
class Hearing:
    """A dispatch that remembers."""

    commands: list[Command] = field(default_factory=list)

    async def __call__(self, command: Command) -> Reply:
        self.commands.append(command)
        return await echo(command)


def typed(slack: SlackServer, text: str) -> bytes:
    """The body of a slash command."""
    return urlencode(
        {
            "command": "/watch",
            "text": text,
            "user_id": "U0ANN",
            "team_id": slack.team,
            "channel_id": "C0SUPPLY",
            "response_url": slack.url.replace("/api/", "/response/1"),
        }
    ).encode()


async def knock(port: int, body: bytes, *, secret: str = SECRET, stamp: str = NOW, **headers: str) -> int:
    """Send a signed request; the status of the answer."""
    signed = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body.decode(errors="replace"))
    form = "application/json" if body[:1] == b"{" else "application/x-www-form-urlencoded"
    sent = {
        "Content-Type": form,
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signed or "",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    async with aiohttp.ClientSession() as session:
        for _ in range(100):
            try:
                async with session.post(f"http://127.0.0.1:{port}/slack/events", data=body, headers=sent) as answer:
                    return answer.status
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.02)
    raise AssertionError("nobody opens")


def over_http(port: int) -> dict[str, str]:
    return {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": SECRET, "PORT": str(port)}


async def test_a_signed_command_is_answered(slack: SlackServer, port: int) -> None:
    hearing = Hearing()
    async with bot_on(slack, None, **over_http(port)) as platform:
        await platform.start(hearing)
        assert await knock(port, typed(slack, "list")) == 200
        assert (await slack.answer())["text"] == "list"
        await platform.send(delivery("d1", HERE))
    assert hearing.commands[0].channel.tenant == "T0TEAM"
    assert slack.sockets == 0


async def test_a_request_counts_once_however_often_it_comes(slack: SlackServer, port: int) -> None:
    clock, hearing = ManualClock(), Hearing()
    async with bot_on(slack, clock, **over_http(port)) as platform:
        await platform.start(hearing)
        answers = [await knock(port, typed(slack, "list")) for _ in range(20)]
        clock.advance(minutes=4)
        answers += [await knock(port, typed(slack, "list")) for _ in range(20)]
        clock.advance(minutes=7)
        answers += [await knock(port, typed(slack, "list")) for _ in range(20)]
        await slack.answer()
    assert answers == [200] + [401] * 59
    assert len(hearing.commands) == 1


async def test_an_event_that_slack_tells_again_counts_once(slack: SlackServer, port: int) -> None:
    mention = {"type": "app_mention", "user": "U0ANN", "channel": "C0SUPPLY", "text": "<@U0BOT> why"}
    told = {"type": "event_callback", "team_id": "T0TEAM", "event_id": "Ev1", "event": mention}
    body = json.dumps(told).encode()
    later = f"{START.timestamp() + 60:.0f}"
    hearing = Hearing()
    async with bot_on(slack, None, **over_http(port)) as platform:
        await platform.start(hearing)
        assert await knock(port, body) == 200
        assert await knock(port, body, stamp=later, X_Slack_Retry_Num="1") == 200
        await slack.answer()
    assert len(hearing.commands) == 1


WRONG: list[dict[str, str]] = [
    {"secret": "another"},
    {"stamp": ""},
    {"stamp": "soon"},
    {"stamp": "1e400"},
    {"stamp": "٣"},
    {"stamp": "9" * 5000},
    {"stamp": f"{START.timestamp() - 301:.0f}"},
    {"stamp": f"{START.timestamp() + 301:.0f}"},
    {"X_Slack_Signature": ""},
    {"X_Slack_Signature": "v0="},
    {"X_Slack_Signature": "v0=ünïcode"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=[str(each)[:40] for each in WRONG])
async def test_what_is_not_signed_right_is_refused(slack: SlackServer, port: int, wrong: dict[str, str]) -> None:
    hearing = Hearing()
    async with bot_on(slack, None, **over_http(port)) as platform:
        await platform.start(hearing)
        assert await knock(port, typed(slack, "list"), **wrong) == 401
    assert hearing.commands == []


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"\xff\xfe", 401), (b"", 404), (b"{", 400), (b"[]", 404), (b"payload=%7B", 400), (b"payload=7", 400)],
)
async def test_a_body_that_is_nothing_breaks_nothing(
    slack: SlackServer, port: int, body: bytes, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    async with bot_on(slack, None, **over_http(port)) as platform:
        await platform.start(echo)
        assert await knock(port, body) == status
        assert await knock(port, typed(slack, "list")) == 200
        assert (await slack.answer())["text"] == "list"
    assert not [record for record in caplog.records if record.exc_info]


async def test_slack_proves_the_address(slack: SlackServer, port: int) -> None:
    async with bot_on(slack, None, **over_http(port)) as platform:
        await platform.start(echo)
        assert await knock(port, b'{"type": "url_verification", "challenge": "c", "token": "t"}') == 200


async def test_a_port_that_is_taken_is_one_line_while_posting_goes_on(slack: SlackServer) -> None:
    with socket.socket() as taken, structlog.testing.capture_logs() as logs:
        taken.bind(("", 0))
        taken.listen()
        async with bot_on(slack, None, **over_http(taken.getsockname()[1])) as platform:
            await platform.start(echo)
            async with asyncio.timeout(5):
                while not logs:  # noqa: ASYNC110 - it looks at what others write
                    await asyncio.sleep(0.01)
            await platform.send(delivery("d1", HERE))
    assert [(each["event"], "set PORT to a free one" in each["reason"]) for each in logs] == [
        ("slack is not listened to", True)
    ]
    assert len(slack.messages()) == 1


@pytest.mark.parametrize("settings", [{"PORT": "soon"}, {"PORT": "0"}, {"SLACK_SIGNING_SECRET": ""}])
async def test_settings_that_can_not_be_right_are_named(slack: SlackServer, settings: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=r"PORT|SLACK_SIGNING_SECRET"):
        async with bot_on(slack, None, **{**over_http(3000), **settings}):
            pass
