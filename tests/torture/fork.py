"""Starts bots without the wait for imports: holds everything in memory and forks; run as a script.

Reads a line of JSON for each bot: the command line, its variables, how far its clock is ahead, and the point at which
it kills itself. Answers with the process id, and with its end. Its input's end is its own.
"""

import gc
import json
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import alembic.command  # noqa: F401 - the bot imports these when it needs them
import discord  # noqa: F401
import slack_bolt.async_app  # noqa: F401

from bot.app import connect_platforms
from bot.cli.main import main
from bot.clock import SystemClock
from tests.torture.points import arm


def ahead(seconds: float) -> None:
    """Put the clock of this process so far ahead."""

    def now(self: SystemClock) -> datetime:
        del self
        return datetime.now(UTC) + timedelta(seconds=seconds)

    SystemClock.now = now  # type: ignore[method-assign]


def be(wanted: Mapping[str, Any]) -> None:
    """Become that bot; does not return."""
    os.environ.clear()
    os.environ.update(wanted["variables"])
    output = os.open(wanted["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    silence = os.open(os.devnull, os.O_RDONLY)
    for stream, handle in ((0, silence), (1, output), (2, output)):
        os.dup2(handle, stream)
    ahead(wanted["ahead"])
    arm(wanted["point"])
    os._exit(main(wanted["arguments"]))


def serve() -> None:
    """One bot at a time, until nobody asks any more."""
    connect_platforms({})
    gc.freeze()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            be(json.loads(line))
        tell(child)
        tell(os.waitpid(child, 0)[1])


def tell(number: int) -> None:
    """One line to whoever asked."""
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.chdir(Path(sys.argv[1]))
    serve()
