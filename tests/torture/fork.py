"""Starts bots without the wait for imports: holds everything in memory and forks; run as a script.

Reads a line of JSON for each bot: the command line, its variables, how far its clock is ahead, and the point at which
it kills itself. Answers with the process id, and with its end. Its input's end is its own.
"""

import gc
import json
import os
import sys
import tempfile
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import alembic.command  # noqa: F401 - the bot imports these when it needs them
import discord  # noqa: F401
import slack_bolt.async_app  # noqa: F401

import bot.apart.thread
from bot.app import connect_platforms
from bot.chat.slack.platform import SlackPlatform
from bot.cli.main import main
from bot.clock import SystemClock
from bot.commands.ready import steps
from bot.model.limits import Limits, Rate
from tests.torture.points import arm

REHEARSED = """\
companies: [Groq, Lava International]
sources: [{name: News, type: files, url: news, first_poll: alert}]
"""
UNHURRIED = Limits(channel=Rate(20, at_once=20), tenant=Rate(100, at_once=100))
"""The servers of the tests let bots post faster than Slack does, where a message a second is the rule."""


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


def rehearse() -> None:
    """One pass over an article, so that what a bot loads when it first needs it is there when it is forked."""
    with tempfile.TemporaryDirectory() as home, redirect_stdout(StringIO()), redirect_stderr(StringIO()) as said:
        os.chdir(home)
        Path("watchlists", "news").mkdir(parents=True)
        Path("watchlists", "groq.yaml").write_text(REHEARSED)
        Path("watchlists", "news", "1.md").write_text("# Groq sells chips\n\nGroq Inc and Lava International agreed.\n")
        status = main(["run", "--once", "--no-post"])
    assert status == 0, said.getvalue()
    for step in steps(()):
        step()
    # A fork has none of its parent's threads.
    bot.apart.thread._ONE.shutdown()
    bot.apart.thread._ONE = ThreadPoolExecutor(1)
    assert threading.active_count() == 1


def serve(home: Path) -> None:
    """One bot at a time, until nobody asks any more."""
    connect_platforms({})
    rehearse()
    os.chdir(home)
    SlackPlatform.limits = UNHURRIED
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
    serve(Path(sys.argv[1]))
