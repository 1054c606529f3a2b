"""SIGTERM in the midst of slow polls, slow sends, parsing children and stores that hang: it ends within ten seconds."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from tests.acceptance.conftest import environment
from tests.chat.servers.slack import APP_TOKEN, BOT_TOKEN
from tests.postgres import DATABASE, Server

STOP, AT_ONCE = 10, 2
"""Seconds that a stop may take, and an end by a second signal."""
CONTAINER = ("unshare", "--pid", "--fork", "--kill-child")
SOCKET = ".s.PGSQL.5432"
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


class Flood(Mire):
    """A server whose feeds are whole at once, and so large that reading each keeps a process busy for seconds."""

    body = b"<rss><channel>%s</channel></rss>" % b"".join(
        b"<item><title>&lt;b&gt;Lava %d&lt;/b&gt;</title><link>/%d</link></item>" % (number, number)
        for number in range(30_000)
    )

    async def _mire(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readline()
        if b"/api/" in request:
            self.calls += 1
            await asyncio.Event().wait()  # never answers
        if b"robots.txt" in request:
            writer.write(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")
        else:
            self.feeds += 1
            head = HEADERS.replace(b"Transfer-Encoding: chunked", b"Content-Length: %d" % len(self.body))
            writer.write(head + self.body)
        await writer.drain()


def children(pid: int) -> list[int]:
    """The processes that this one has started."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(each) for each in listed.stdout.split()]


def at_work(pids: Iterable[int]) -> list[str]:
    """Which of these run, with their states; one that has ended and is only listed does not."""
    which = ",".join(map(str, pids))
    listed = subprocess.run(["ps", "-o", "pid=,stat=", "-p", which], capture_output=True, text=True, check=False)
    return [line.strip() for line in listed.stdout.splitlines() if "Z" not in line]


async def reading(pid: int) -> list[int]:
    """The processes that this one has started, as soon as one of them is busy."""
    async with asyncio.timeout(30):
        while True:
            started = children(pid)
            if any("R" in each for each in at_work(started)):
                return started
            await asyncio.sleep(0.05)


async def gone(pids: Sequence[int], *, within: float) -> None:
    """Return when none of them runs any more."""
    until = time.monotonic() + within
    while left := at_work(pids):
        assert time.monotonic() < until, left
        await asyncio.sleep(0.05)


@asynccontextmanager
async def stuck(
    home: Path, mire: Mire, *, polling: bool = True, inside: Sequence[str] = (), **variables: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A bot that asks its chat in vain, and that polls in vain, or does not poll yet; started by `inside`."""
    async with await asyncio.start_server(mire.serve, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        sources = "".join(f"  - {url}/feed{number}\n" for number in range(8))
        (home / "watchlists" / "a.yaml").write_text(
            f'channels: ["slack:#ops"]\ncompanies: [Lava International]\nsources:\n{sources}'
        )
        process = await asyncio.create_subprocess_exec(
            *inside, sys.executable, "-m", "bot", "run", cwd=home,
            env=environment(
                SLACK_BOT_TOKEN=BOT_TOKEN, SLACK_APP_TOKEN=APP_TOKEN, SLACK_API_URL=f"{url}/api/",
                NAMEWATCH_ALLOW_NETWORKS="127.0.0.0/8", NAMEWATCH_CANARY="slack:#ops",
                **variables,
            ),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            async with asyncio.timeout(60):
                while not (mire.calls and (mire.feeds or not polling)):  # noqa: ASYNC110 - the bot's requests are counted
                    await asyncio.sleep(0.05)
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
            await mire.end()


@asynccontextmanager
async def silenced(server: Server) -> AsyncIterator[tuple[str, Callable[[], None]]]:
    """The address of a database, and what makes it take requests from then on and answer none."""
    speaks = asyncio.Event()
    speaks.set()
    tasks: list[asyncio.Task[None] | None] = []

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.append(asyncio.current_task())
        while data := await reader.read(1 << 16):
            await speaks.wait()
            writer.write(data)
            await writer.drain()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(server.socket / SOCKET)
        try:
            await asyncio.gather(pass_on(reader, back), pass_on(there, writer))
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            back.close()
            writer.close()

    with tempfile.TemporaryDirectory(prefix="nw-", dir="/tmp") as folder:
        async with await asyncio.start_unix_server(serve, Path(folder, SOCKET)):
            yield Server(Path(folder)).url(DATABASE), speaks.clear
        for task in filter(None, tasks):
            task.cancel()
        await asyncio.gather(*filter(None, tasks), return_exceptions=True)


def may_contain() -> bool:
    try:
        return not subprocess.run([*CONTAINER, "true"], capture_output=True, check=False).returncode
    except FileNotFoundError:
        return False


async def ended(process: asyncio.subprocess.Process, signals: int, pid: int = 0) -> float:
    """Seconds from the signal on, or from the second one on; it is at an end as one expects."""
    for number in range(signals):
        if number:
            await asyncio.sleep(0.3)
        assert process.returncode is None
        began = time.monotonic()
        os.kill(pid or process.pid, signal.SIGTERM if signals == 1 else signal.SIGINT)
    _, said = await asyncio.wait_for(process.communicate(), 30)
    took = time.monotonic() - began
    assert b"Traceback" not in said, said.decode()
    assert process.returncode == (0 if signals == 1 else 130)
    assert (b"asked to end a second time, and ended at once" in said) is (signals == 2)
    return took


async def test_it_ends_while_it_still_starts(home: Path) -> None:
    async with stuck(home, Mire(), polling=False) as process:
        assert await ended(process, 1) < STOP


@pytest.mark.parametrize("signals", [1, 2])
async def test_it_ends_in_time_whatever_is_under_way(home: Path, signals: int) -> None:
    """Feeds trickle, the chat does not answer, and somebody else holds the store."""
    async with stuck(home, Mire()) as process:
        with closing(sqlite3.connect(home / "var" / "namewatch.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert await ended(process, signals) < (STOP if signals == 1 else AT_ONCE)


@pytest.mark.skipif(not may_contain(), reason="needs the right to make a PID namespace (unshare)")
@pytest.mark.parametrize("signals", [1, 2])
async def test_it_ends_as_the_first_process_of_a_container(home: Path, signals: int) -> None:
    """For which a signal that nobody handles does nothing."""
    async with stuck(home, Mire(), inside=CONTAINER) as process:
        (first,) = children(process.pid)
        assert await ended(process, signals, first) < (STOP if signals == 1 else AT_ONCE)


async def test_processes_that_read_large_feeds_end_with_it(home: Path) -> None:
    async with stuck(home, Flood()) as process:
        started = await reading(process.pid)
        assert await ended(process, 1) < STOP
        await gone(started, within=0.5)


@pytest.mark.postgres
async def test_a_server_that_falls_silent_does_not_hold_the_bot(
    home: Path, postgres: Server, postgres_url: str
) -> None:
    del postgres_url  # it has made the tables
    async with silenced(postgres) as (url, silence), stuck(home, Mire(), DATABASE_URL=url) as process:
        silence()
        assert await ended(process, 1) < STOP


UNREAD = """
import asyncio, os, signal, sys
from bot.cli import stopping

stopping.CERTAIN_WITHIN = 1.0
_, full = os.pipe()
os.set_blocking(full, False)
try:
    while os.write(full, b"x"): pass
except BlockingIOError:
    os.set_blocking(full, True)
os.dup2(full, 2)

async def say():
    stopping.Signals().stop()
    signal.raise_signal(signal.SIGTERM)
    sys.stderr.write("who reads this?")
    sys.stderr.flush()

asyncio.run(say())
"""


def test_nobody_who_reads_what_it_says_does_not_hold_it() -> None:
    ended = subprocess.run([sys.executable, "-c", UNREAD], env=environment(), timeout=30, check=False)
    assert ended.returncode == 0
