"""The README's Discord in five minutes, step by step: the real command against a Discord of our own."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import CHECKOUT, environment
from tests.chat.discord_bot import discord_server
from tests.chat.servers.discord import (
    BOT,
    GUILD,
    MANAGE,
    OPEN_THREADS,
    OTHER,
    SEND,
    SUPPLY,
    THREAD,
    TOKEN,
    DiscordServer,
)

SAMPLES = CHECKOUT / "watchlists" / "samples"
SOURCES = f"sources:\n  - {{name: Samples, type: files, url: '{SAMPLES}', first_poll: alert}}\n"


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with discord_server() as server:
        yield server


@asynccontextmanager
async def called(home: Path, server: DiscordServer, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """`namewatch ...` in this folder; killed at the end where it still runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=home,
        env=environment(DISCORD_TOKEN=TOKEN, DISCORD_API_URL=server.url),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def output(home: Path, server: DiscordServer, *arguments: str) -> str:
    async with called(home, server, *arguments) as process, asyncio.timeout(60):
        return (await process.communicate())[0].decode()


async def until(process: asyncio.subprocess.Process, *words: str) -> str:
    """Read what it says until there was a line with each of these words, in any order; the last of these lines."""
    assert process.stdout is not None
    missing = set(words)
    async with asyncio.timeout(60):
        async for line in process.stdout:
            found = {each for each in missing if each in line.decode()}
            missing -= found
            if found and not missing:
                return line.decode()
    raise AssertionError(f"{missing!r} was not said")


def said(answer: dict[str, Any]) -> str:
    return str(answer["data"]["embeds"][0]["description"])


async def test_from_an_invitation_to_an_alert(home: Path, discord: DiscordServer) -> None:
    (home / "watchlists" / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    async with called(home, discord, "run") as bot:
        await discord.connected()
        await discord.slash("add", company="Lava International")
        refused = await discord.answer(1)
        await discord.slash("add", company="Lava International", rights=MANAGE)
        added = await discord.answer(2)
        await discord.slash("add", company="Dixon Technologies", rights=MANAGE, channel=OTHER)
        saved = await discord.answer(3)
        await discord.slash("status")
        status = await discord.answer(4)
        connected = await until(bot, "discord is connected")
        await discord.allow(OTHER)
        await discord.said(1)
        bot.send_signal(signal.SIGTERM)
        rest = (await bot.communicate())[0].decode()
    assert f"Team ({GUILD})" in connected
    assert "You may not change what this channel hears" in said(refused)
    assert "alerts go to #supply-chain" in said(added)
    assert "Saved, but I can't post here yet**: the bot lacks Send Messages: Edit Channel" in said(saved)
    assert "#supply-chain" in said(status)
    assert "Traceback" not in rest
    (hello,) = discord.messages(OTHER)
    assert "Alerts of 1 company come here" in hello["embeds"][0]["description"]
    doctor = await output(home, discord, "doctor")
    assert f"ok     Discord: 1 server\nnote   Team ({GUILD})\n" in doctor
    assert f"ok     channel discord:{GUILD}/{SUPPLY} (#supply-chain)\n" in doctor
    assert "All in order" in doctor


async def test_a_command_in_a_thread_lets_out_what_waits_for_its_channel(home: Path, discord: DiscordServer) -> None:
    written = f"channels: ['discord:{SUPPLY}']\ncompanies: [Lava International]\n{SOURCES}"
    (home / "watchlists" / "phones.yaml").write_text(written, encoding="utf-8")
    discord.places[SUPPLY].denied = SEND
    async with called(home, discord, "run") as bot:
        await until(bot, "parked", "discord is connected")
        discord.places[SUPPLY].denied = 0
        await discord.slash("status", channel=THREAD)
        await discord.answer(1)
        async with asyncio.timeout(20):
            while not discord.messages():  # noqa: ASYNC110 - another process posts
                await asyncio.sleep(0.02)


async def test_a_bot_that_is_in_no_server_says_the_link_that_invites_it(home: Path, discord: DiscordServer) -> None:
    discord.guilds.clear()
    (home / "watchlists" / "phones.yaml").write_text("companies: [Lava International]\n", encoding="utf-8")
    link = (
        f"https://discord.com/oauth2/authorize?client_id={BOT}&scope=bot+applications.commands&permissions=274877991936"
    )
    async with called(home, discord, "run") as bot:
        assert link in await until(bot, "Discord: the bot is in no server yet")
    doctor = await output(home, discord, "doctor")
    assert "WRONG  Discord: 0 servers: the bot is in no server yet: open " + link in doctor


async def test_a_reply_opens_a_thread_where_the_list_asks_for_threads(home: Path, discord: DiscordServer) -> None:
    """From the wish in a list's file, over two polls, to a thread on the alert; `doctor` names what that needs."""
    press = home / "watchlists" / "press"
    press.mkdir()
    text = f"""
channels: [{{to: "discord:{SUPPLY}", threads: on, budget: 99/h}}]
companies: [Lava International, Dixon Technologies]
sources: [{{name: Press, type: files, url: press, first_poll: alert}}]
"""
    (home / "watchlists" / "phones.yaml").write_text(text, encoding="utf-8")
    headline = "Lava International in talks to build phones for export"
    (press / "one.txt").write_text(f"{headline}\n\nLava International Ltd is in talks to build handsets.\n")
    await output(home, discord, "run", "--once")
    (post,) = discord.messages()
    assert post["embeds"][0]["title"] == headline
    joining = "Dixon Technologies may join the talks to build handsets with Lava International Ltd, sources said."
    (press / "two.txt").write_text(f"{headline}\n\n{joining}\n")
    await output(home, discord, "run", "--once")
    (alone,) = discord.messages()
    assert alone["id"] == post["id"]
    assert discord.places[post["id"]].name == headline
    (reply,) = discord.messages(post["id"])
    assert reply["content"] == "Also **Dixon Technologies**"
    assert "All in order" in await output(home, discord, "doctor")
    discord.places[SUPPLY].denied = OPEN_THREADS
    doctor = await output(home, discord, "doctor")
    assert "the bot lacks Create Public Threads, so replies to alerts stand in the channel: Edit Channel" in doctor
    assert "1 to mend" in doctor
