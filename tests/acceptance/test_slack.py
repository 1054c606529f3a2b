"""`namewatch run` with Slack: the real bot as a process of its own, against a Slack of our own."""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import CHECKOUT, Namewatch, environment
from tests.chat.servers.slack import APP_TOKEN, BOT_TOKEN, SlackServer
from tests.chat.slack_bot import slack_server
from tests.chat.slack_rules import words

SAMPLES = CHECKOUT / "watchlists" / "samples"
LIST = f"""\
channels: ["slack:#supply-chain"]
companies:
  - {{name: Lava International, aliases: [{{text: Lava, weak: true}}], context: [phone, handset, Noida]}}
  - Dixon Technologies
sources:
  - {{name: Samples, type: files, url: '{SAMPLES}', first_poll: alert}}
"""
PRIVATE = """\
channels: ["slack:#private"]
companies: [Lava International]
"""


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with slack_server() as server:
        yield server


@dataclass
class Running:
    """A bot at work, and what it has said so far."""

    process: asyncio.subprocess.Process
    said: list[str] = field(default_factory=list)

    async def says(self, words: str) -> str:
        """Wait for a line with these words."""
        async with asyncio.timeout(60):
            while not (found := [line for line in self.said if words in line]):  # noqa: ASYNC110 - another task reads
                await asyncio.sleep(0.02)
        return found[0]

    async def stop(self) -> float:
        """Ask it to end; the seconds that this takes."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(60):
            await self.process.wait()
        return time.monotonic() - began


@asynccontextmanager
async def running(home: Path, server: SlackServer, **variables: str) -> AsyncIterator[Running]:
    """`namewatch run` in this folder; killed at the end where it still runs."""
    tokens = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": server.url}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        cwd=home,
        env=environment(**{**tokens, **variables}),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    bot = Running(process)
    reading = asyncio.create_task(_read(process, bot.said))
    try:
        yield bot
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await reading


async def _read(process: asyncio.subprocess.Process, said: list[str]) -> None:
    assert process.stdout is not None
    async for line in process.stdout:
        said.append(line.decode().rstrip())  # noqa: PERF401 - others look while it is written


def watch(home: Path, text: str = LIST, name: str = "watched.yaml") -> None:
    (home / "watchlists" / name).write_text(text, encoding="utf-8")


async def test_the_bot_alerts_answers_and_ends(home: Path, slack: SlackServer) -> None:
    watch(home)
    async with running(home, slack) as bot:
        await slack.heard("chat.postMessage")
        await slack.slash("list")
        listed = await slack.answer(1)
        await slack.press({"type": "button", **button(slack.messages()[0], "Why")}, ts=slack.messages()[0]["ts"])
        why = await slack.answer(2)
        seconds = await bot.stop()
    assert "slack:#supply-chain" in await bot.says("Alerts go to")
    assert "workspace Team T0TEAM" in await bot.says("slack is listened to")
    posted = [message["text"] for message in slack.messages()]
    assert posted
    assert all("Lava International" in text or "Dixon Technologies" in text for text in posted)
    assert "#supply-chain  · 1 list · 2 companies" in words(listed["blocks"])
    headline = posted[0].partition(": ")[2]
    assert headline in words(why["blocks"])
    assert "POSTED here" in words(why["blocks"]) or "JOINED" in words(why["blocks"])
    assert (bot.process.returncode, "Traceback" in "\n".join(bot.said)) == (0, False), bot.said
    assert not [line for line in bot.said if "[warning]" in line]
    assert seconds < 15


def button(message: Mapping[str, Any], label: str) -> Mapping[str, Any]:
    """The button of a message that says so."""
    elements = [each for block in message["blocks"] if block["type"] == "actions" for each in block["elements"]]
    found: Mapping[str, Any] = next(each for each in elements if each["text"]["text"] == label)
    return found


async def test_without_a_list_the_first_add_in_a_channel_makes_one(home: Path, slack: SlackServer) -> None:
    (home / "watchlists").rmdir()
    async with running(home, slack) as bot:
        await bot.says("slack is listened to")
        first = await bot.says("nothing yet")
        await slack.slash("add Lava International")
        added = await slack.answer(1)
        await bot.stop()
    assert "type /watch add Lava in a channel that Namewatch is in" in first
    assert "Lava International" in words(added["blocks"])
    assert bot.process.returncode == 0, bot.said
    (made,) = (home / "watchlists").iterdir()
    assert "Lava International" in made.read_text()


async def test_votes_are_kept_over_a_restart_and_old_buttons_still_work(home: Path, slack: SlackServer) -> None:
    watch(home, LIST.replace("  - Dixon Technologies\n", ""))
    async with running(home, slack) as bot:
        posted = dict(await slack.heard("chat.postMessage"))
        await slack.press({"type": "button", **button(posted, "Not this company")})
        thanks = await slack.answer(1)
        await bot.stop()
    assert "is not about Lava International" in thanks["text"]
    assert "0 useful, 1 not this company" in thanks["text"]
    assert button(thanks, "Stricter evidence")["value"] == "set Lava International evidence strict"
    async with running(home, slack) as bot:
        await bot.says("slack is listened to")
        await slack.press({"type": "button", **button(posted, "Useful")})
        await slack.answer(2)
        await slack.press({"type": "button", **button(posted, "Mute...")})
        menu = (await slack.answer(3))["blocks"][-1]["elements"][0]
        await slack.press({**menu, "selected_option": menu["options"][0]})
        muted = await slack.answer(4)
        await slack.slash("show Lava")
        shown = await slack.answer(5)
        await bot.stop()
    assert "is muted here until" in muted["text"]
    assert "1 useful, 0 not this company" in shown["text"]
    assert "Traceback" not in "\n".join(bot.said)


TWO = {"SLACK_BOT_TOKEN": f"{BOT_TOKEN},xoxb-next", "SLACK_APP_TOKEN": f"{APP_TOKEN},xapp-next"}


async def test_of_two_workspaces_with_the_same_channels_each_has_its_own_and_one_goes_on_without_the_other(
    home: Path, namewatch: Namewatch, slack: SlackServer
) -> None:
    watch(home, LIST.replace("slack:#supply-chain", "slack:T0TEAM/C0SUPPLY"))
    watch(home, "channels: [slack:T0NEXT/C0SUPPLY]\ncompanies: [MediaTek]\n", "next.yaml")
    async with slack_server(team="T0NEXT", bot_token="xoxb-next", app_token="xapp-next") as second:
        slack.neighbours.append(second)
        async with running(home, slack, **TWO) as bot:
            await slack.heard("chat.postMessage")
            await second.heard("chat.postMessage")
            for server in (slack, second):
                await server.slash("list")
                await server.answer()
            await second.press({"type": "button", **button(second.messages()[0], "Useful")})
            useful = await second.answer(2)
            await bot.stop()
        at_start = await bot.says("Slack: ")
        slack.tokens.update({BOT_TOKEN: "token_revoked", APP_TOKEN: "token_revoked"})
        async with running(home, slack, **TWO) as left:
            await left.says("slack is listened to")
            await second.slash("status")
            await second.answer(3)
            await left.stop()
        doctor = (await asyncio.to_thread(namewatch, "doctor", **TWO, SLACK_API_URL=slack.url)).stdout
    assert at_start == "Slack: workspace Team T0TEAM (T0TEAM), workspace Team T0NEXT (T0NEXT)"
    assert "Lava" in slack.messages()[0]["text"]
    assert all("MediaTek" in posted["text"] for posted in second.messages())
    listed = [words(server.answers[0]["blocks"]) for server in (slack, second)]
    assert [("Lava" in said, "MediaTek" in said) for said in listed] == [(True, False), (False, True)]
    assert "1 useful" in useful["text"]
    first = "the workspace of SLACK_BOT_TOKEN, number 1"
    assert (await left.says("Slack: ")).startswith(f"Slack: {first}: the token was revoked: set SLACK_BOT_TOKEN anew")
    assert (await left.says("Slack: ")).endswith(", workspace Team T0NEXT (T0NEXT)")
    assert "slack:T0NEXT/C0SUPPLY (#supply-chain)" in await left.says("Alerts go to")
    assert f"WRONG  Slack, {first}: the token was revoked" in doctor
    assert "ok     Slack: workspace Team T0NEXT (T0NEXT)" in doctor
    assert "ok     channel slack:T0NEXT/C0SUPPLY (#supply-chain)" in doctor


async def test_a_token_that_slack_refuses_is_one_line_and_the_terminal_goes_on(home: Path, slack: SlackServer) -> None:
    watch(home)
    watch(home, "companies: [Lava International]\n", "terminal.yaml")
    slack.tokens[BOT_TOKEN] = "invalid_auth"
    async with running(home, slack) as bot:
        await bot.says("slack is not listened to")
        await bot.says("list terminal")
        await bot.stop()
    about = [line for line in bot.said if "SLACK_BOT_TOKEN" in line and "not listened" in line]
    assert len(about) == 1, bot.said
    assert (bot.process.returncode, "Traceback" in "\n".join(bot.said)) == (0, False), bot.said
    assert BOT_TOKEN not in "\n".join(bot.said)


async def test_what_waits_for_a_channel_goes_out_when_the_bot_is_invited(home: Path, slack: SlackServer) -> None:
    watch(home, LIST.replace("#supply-chain", "#other"))
    async with running(home, slack) as bot:
        await bot.says("parked")
        await slack.slash("add MediaTek", channel="C0OTHER")
        added = await slack.answer()
        slack.channels["C0OTHER"].member = True
        await slack.event({"type": "member_joined_channel", "user": "U0BOT", "channel": "C0OTHER", "team": "T0TEAM"})
        async with asyncio.timeout(60):
            while len(slack.messages("C0OTHER")) < 2:  # noqa: ASYNC110 - another process posts
                await asyncio.sleep(0.02)
        await bot.stop()
    assert "Saved, but I can't post here yet" in words(added["blocks"])
    assert "type /invite @Namewatch" in words(added["blocks"])
    said = [message["text"] for message in slack.messages("C0OTHER")]
    assert any(text.startswith("Alerts of 3 companies come here: watched") for text in said)
    assert any("Lava" in text and "come here" not in text for text in said)
    assert "Traceback" not in "\n".join(bot.said)


async def examined(namewatch: Namewatch, slack: SlackServer) -> tuple[int, Sequence[str]]:
    tokens = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": slack.url}
    done = await asyncio.to_thread(namewatch, "doctor", **tokens)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


async def test_the_doctor_finds_slack_in_order(home: Path, namewatch: Namewatch, slack: SlackServer) -> None:
    watch(home)
    code, said = await examined(namewatch, slack)
    assert code == 0, said
    wanted = ["Slack: workspace Team T0TEAM (T0TEAM)", "Slack, listening to", "channel slack:#supply-chain"]
    assert all(any(line.startswith(f"ok     {each}") for line in said) for each in wanted), said
    assert slack.sockets == 0


async def test_the_doctor_names_each_scope_and_channel_that_is_missing(
    home: Path, namewatch: Namewatch, slack: SlackServer
) -> None:
    watch(home, LIST.replace("#supply-chain", "#other"))
    slack.scopes = "chat:write,commands,app_mentions:read,channels:read,groups:read,channels:history"
    slack.tokens[APP_TOKEN] = "invalid_auth"
    code, said = await examined(namewatch, slack)
    wrong = [line for line in said if line.startswith("WRONG")]
    assert code == 1
    assert [line.split(":")[0] for line in wrong] == [
        "WRONG  Slack scope users",
        wrong[1].split(":")[0],
        "WRONG  channel slack",
    ]
    assert "who is a guest and may only read: install the app again with slack-manifest.yaml" in wrong[0]
    assert "SLACK_APP_TOKEN" in wrong[1]
    assert "/invite @Namewatch" in wrong[2]
    assert any(line.startswith("note   groups:history is not given") for line in said)


async def test_the_doctor_says_what_is_wrong_with_the_token(
    home: Path, namewatch: Namewatch, slack: SlackServer
) -> None:
    watch(home)
    slack.tokens[BOT_TOKEN] = "token_revoked"
    code, said = await examined(namewatch, slack)
    assert code == 1
    assert (
        "WRONG  Slack, the workspace of SLACK_BOT_TOKEN: the token was revoked: set SLACK_BOT_TOKEN anew, "
        "then start again" in said
    )
