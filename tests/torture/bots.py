"""Bots that start in a moment, run against servers of ours by a clock that is ahead, and are killed."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.acceptance.conftest import environment

LINES = 1 << 20


@dataclass
class Bot:
    """A running bot; `ended` is its exit status as `os.waitpid` has it."""

    pid: int
    ended: "asyncio.Task[int]"

    def signal(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Kill it, or ask it to end."""
        if not self.ended.done():
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    async def end(self) -> int:
        """Its exit status, once it has ended."""
        return await self.ended


class Forks:
    """The process that bots are forked from."""

    def __init__(self, process: asyncio.subprocess.Process, home: Path, variables: Mapping[str, str]) -> None:
        """Bots run in `home` and see these variables."""
        self._process = process
        self._variables = environment(**variables)
        self.home = home

    async def start(self, *arguments: str, ahead: float = 0.0, point: str = "", **variables: str) -> Bot:
        """A bot with this command line and more variables, killed at a point of `POINTS` if one is named."""
        wanted = {
            "arguments": arguments,
            "variables": {**self._variables, **variables},
            "output": str(self.home / "log.txt"),
            "ahead": ahead,
            "point": point,
        }
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(wanted).encode() + b"\n")
        pid = await self._number()
        return Bot(pid, asyncio.create_task(self._number()))

    async def _number(self) -> int:
        assert self._process.stdout is not None
        return int(await self._process.stdout.readline())


@asynccontextmanager
async def forks(home: Path, **variables: str) -> AsyncIterator[Forks]:
    """Runs one bot at a time; whatever still runs at the end is killed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.torture.fork",
        str(home),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=environment(),
        limit=LINES,
        start_new_session=True,
    )
    try:
        yield Forks(process, home, variables)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
