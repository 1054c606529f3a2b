"""SIGTERM in the midst of slow polls, slow sends and parsing children: the bot ends within ten seconds."""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.acceptance.conftest import environment
from tests.chat.servers.slack import APP_TOKEN, BOT_TOKEN

HEADERS = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nTransfer-Encoding: chunked\r\n\r\n"


class Mire:
    """A server on which everything gets stuck: feeds trickle, and a chat takes a request and never answers."""

    def __init__(self) -> None:
        self.feeds = 0
        self.calls = 0
        self.tasks: list[asyncio.Task[None] | None] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.tasks.append(asyncio.current_task())
        try:
            await self._mire(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _mire(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readline()
        if b"/api/" in request:
            self.calls += 1
            await asyncio.Event().wait()  # never answers
        self.feeds += 1
        writer.write(HEADERS)
        while True:
            writer.write(b"1\r\n<\r\n")
            await writer.drain()
            await asyncio.sleep(0.2)

    async def end(self) -> None:
        for task in self.tasks:
            if task is not None:
                task.cancel()
        await asyncio.gather(*filter(None, self.tasks), return_exceptions=True)


@asynccontextmanager
async def stuck(home: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, Mire]]:
    """A bot that polls, and asks its chat, in vain."""
    mire = Mire()
    async with await asyncio.start_server(mire.serve, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        sources = "".join(f"  - {url}/feed{number}\n" for number in range(8))
        (home / "watchlists" / "a.yaml").write_text(
            f'channels: ["slack:#ops"]\ncompanies: [Lava International]\nsources:\n{sources}'
        )
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=home,
            env=environment(
                SLACK_BOT_TOKEN=BOT_TOKEN, SLACK_APP_TOKEN=APP_TOKEN, SLACK_API_URL=f"{url}/api/",
                NAMEWATCH_ALLOW_NETWORKS="127.0.0.0/8", NAMEWATCH_CANARY="slack:#ops",
            ),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            async with asyncio.timeout(60):
                while not (mire.feeds and mire.calls):  # noqa: ASYNC110 - the bot's requests are counted
                    await asyncio.sleep(0.05)
            yield process, mire
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
            await mire.end()


@pytest.mark.parametrize("signals", [1, 2])
async def test_it_ends_in_time_whatever_is_under_way(home: Path, signals: int) -> None:
    async with stuck(home) as (process, _):
        began = time.monotonic()
        for _ in range(signals):
            process.send_signal(signal.SIGTERM if signals == 1 else signal.SIGINT)
            await asyncio.sleep(0.3)
        _, said = await asyncio.wait_for(process.communicate(), 30)
        took = time.monotonic() - began
    assert b"Traceback" not in said, said.decode()
    if signals == 1:
        assert (took < 10, process.returncode) == (True, 0)
    else:
        assert took < 5
        assert process.returncode in (130, -signal.SIGINT)
