"""The running bot as its host sees it: pages, a dyno's disk, no chat without posting, and its end."""

import asyncio
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.acceptance.conftest import CHECKOUT, Namewatch, environment
from tests.chat.servers.slack import APP_TOKEN, BOT_TOKEN
from tests.chat.slack_bot import slack_server

SAMPLES = CHECKOUT / "watchlists" / "samples"
LIST = f"""\
channels: ["slack:#supply-chain"]
companies: [Lava International, Dixon Technologies]
sources:
  - {{name: Samples, type: files, url: '{SAMPLES}', first_poll: alert}}
"""


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@asynccontextmanager
async def running(home: Path, *arguments: str, **variables: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """`namewatch run` in this folder; killed at the end where it still runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        *arguments,
        cwd=home,
        env=environment(**variables),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def asked(port: int, path: str, *, until: str = "") -> str:
    """What a page says, once it says these words."""
    async with asyncio.timeout(40), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}{path}") as answer:
                    text = await answer.text()
                    if until in text:
                        return text
            except aiohttp.ClientConnectorError:
                pass
            await asyncio.sleep(0.05)


async def stopped(process: asyncio.subprocess.Process) -> float:
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(60):
        await process.wait()
    return time.monotonic() - began


async def test_pages_are_there_from_the_start_and_a_canary_arrives(home: Path, port: int) -> None:
    (home / "watchlists" / "a.yaml").write_text(LIST)
    own = {"NAMEWATCH_PORT": f"127.0.0.1:{port}", "NAMEWATCH_CANARY": "nowhere"}
    async with running(home, **own) as process:
        assert await asked(port, "/readyz", until="ok")
        assert await asked(port, "/healthz", until="ok")
        text = await asked(port, "/metrics", until='namewatch_deliveries_total{kind="post",outcome="sent"')
        await asked(port, "/metrics", until="namewatch_canary_trip_seconds 0.")
        await asked(port, "/metrics", until="namewatch_canary_rhythm_seconds 3600.0")
        assert await stopped(process) < 10
    assert "Lava" not in text
    assert "supply-chain" not in text
    assert process.returncode == 0


async def test_without_posting_no_chat_is_spoken_to_at_all_and_no_canary_missed(
    namewatch: Namewatch, home: Path, port: int
) -> None:
    (home / "watchlists" / "a.yaml").write_text(LIST)
    reached = []

    async def visit(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.append(writer.get_extra_info("peername"))
        writer.close()

    async with await asyncio.start_server(visit, "127.0.0.1", 0) as chat:
        url = f"http://127.0.0.1:{chat.sockets[0].getsockname()[1]}/api/"
        own = {
            "NAMEWATCH_PORT": f"127.0.0.1:{port}",
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_URL": url,
            "DISCORD_TOKEN": "MTEyMjMz.abc.def",
            "DISCORD_API_URL": url,
        }
        async with running(home, "--no-post", **own) as process:
            await asked(port, "/readyz", until="ok")
            await asked(port, "/metrics", until="namewatch_articles_total 1")
            await asked(port, "/metrics", until="namewatch_posting 0.0")
            await asyncio.sleep(0.5)
            says = await asyncio.to_thread(namewatch, "status", NAMEWATCH_CANARY="nowhere", **own)
            assert says.returncode == 0, says.stdout
            assert "Canary: none is sent: nothing is delivered (--no-post)" in says.stdout
            await stopped(process)
    assert reached == []


async def test_slack_over_http_shares_its_port(home: Path, port: int) -> None:
    (home / "watchlists" / "a.yaml").write_text(LIST)
    async with slack_server() as slack:
        own = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": "8f742231b10e", "SLACK_API_URL": slack.url}
        async with running(home, PORT=str(port), **own) as process:
            await asked(port, "/readyz", until="ok")
            async with aiohttp.ClientSession() as session:
                async with session.post(f"http://127.0.0.1:{port}/slack/events", data=b"{}") as answer:
                    assert answer.status == 401
                await slack.heard("chat.postMessage")
            assert await stopped(process) < 10


def test_a_dyno_without_postgresql_is_refused_with_the_command(namewatch: Namewatch, home: Path) -> None:
    (home / "watchlists" / "a.yaml").write_text(LIST)
    for command in (["run", "--once"], ["db", "upgrade"]):
        done = namewatch(*command, DYNO="worker.1")
        assert (done.returncode, "heroku addons:create heroku-postgresql" in done.stderr) == (2, True)
        assert not (home / "var").exists()
    assert namewatch("db", "upgrade", DYNO="worker.1", NAMEWATCH_THROWAWAY_DISK="yes").returncode == 0
