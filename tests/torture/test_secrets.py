"""The running bot meets every fault of the table with a secret in every setting: no output shows any of them.

Servers that refuse a token quote it, as a proxy before them may. The other rows are searched by `outputs`, too.
"""

import asyncio
import random
import signal
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.store import upgrade
from tests.acceptance.test_watched import asked, port
from tests.chat.servers import discord, slack
from tests.chat.servers.slack import APP_TOKEN, BOT_TOKEN
from tests.postgres import NoServer, Server, give_up, running_server
from tests.torture.bots import Bot, Forks, forks
from tests.torture.canaries import DEAF_APP, DEAF_BOT, PASSWORD, PROXY, SECRETS, Outputs, rows_of
from tests.torture.conftest import Figure
from tests.torture.places import CHANNELS, Town, town
from tests.town import rambling

__all__ = ["port"]

LIST = """\
companies: [Groq, Lava International]
channels: [{channels}]
sources: [{{name: News, type: files, url: news, first_poll: alert, every: 1m}}]
"""
PAGE = 4096
SAID = "unknown token {}"
"""What a server answers that quotes the token."""
SLACK_FAULTS: Sequence[Callable[[str], slack.Fault]] = (
    lambda token: slack.Fault("status", "500", says=SAID.format(token)),
    lambda token: slack.Fault("error", SAID.format(token)),
    lambda token: slack.Fault("status", "403", says=SAID.format(token)),
    lambda _: slack.Fault("rate", "1"),
    lambda _: slack.Fault("dropped"),
    lambda _: slack.Fault("lost"),
)
DISCORD_FAULTS = (
    discord.Fault("status", "502", SAID.format(discord.TOKEN)),
    discord.Fault("error", "400 50035", SAID.format(discord.TOKEN)),
    discord.Fault("error", "400 0", SAID.format(discord.TOKEN)),
    discord.Fault("rate", "1"),
    discord.Fault("dropped"),
    discord.Fault("lost"),
)
COMMANDS = (["status"], ["outbox"], ["doctor"], ["db", "check"])
"""What an operator asks when something is wrong."""


@dataclass
class Scene:
    """A bot that is started again and again, and where it posts."""

    home: Path
    url: str
    port: int
    servers: Town
    bots: Forks
    outputs: Outputs
    number: int = 0
    at_work: list[Bot] = field(default_factory=list)

    @property
    def log(self) -> str:
        """All that was printed so far."""
        file = self.home / "log.txt"
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def publish(self, count: int = 1, words: int = 8) -> None:
        """Articles of so many words at least, each of a story of its own."""
        for number in range(self.number, self.number + count):
            more = " ".join(rambling(f"{number} {each}") for each in range(0, words, 8))
            text = f"# Groq announces {rambling(str(number))}\n\nGroq Inc said {more}.\n"
            (self.home / "watchlists" / "news" / f"{number}.md").write_text(text, encoding="utf-8")
        self.number += count

    async def start(self, point: str = "", ahead: float = 0.0, **variables: str) -> Bot:
        """`namewatch run`."""
        self.servers.ahead = ahead
        given = {"NAMEWATCH_LOG": "json", **variables}
        self.at_work.append(await self.bots.start("run", point=point, ahead=ahead, **given))
        return self.at_work[-1]

    async def stop(self) -> None:
        """Look at its pages, and end it in order."""
        bot = self.at_work.pop()
        if not bot.ended.done():
            await self._pages()
        bot.signal(signal.SIGTERM)
        await bot.end()

    async def until(self, *words: str) -> None:
        """Wait until all of these words are printed."""
        await self._until(lambda: all(each in self.log for each in words), f"said: {words}")

    async def told(self, count: int) -> None:
        """Wait until so many articles have arrived in the channel of Slack and in that of Discord."""
        places = self.servers.told[0], self.servers.told[2]
        await self._until(lambda: min(len(each.messages()) for each in places) >= count, f"{count} messages")

    async def until_calls(self, count: int) -> None:
        """Wait until Slack and Discord have been asked so often to take a message."""
        asked = partial(self.servers.slack.called, "chat.postMessage"), partial(self.servers.discord.called, "send")
        await self._until(lambda: min(len(calls()) for calls in asked) >= count, f"asked {count} times")

    async def question(self) -> None:
        """An operator asks what is the matter."""
        for command in COMMANDS:
            await (await self.bots.start(*command)).end()

    async def _until(self, reached: Callable[[], bool], what: str) -> None:
        try:
            async with asyncio.timeout(20):
                while not reached():  # noqa: ASYNC110 - another process is waited for
                    await asyncio.sleep(0.02)
        except TimeoutError:
            pytest.fail(f"not {what}\n{self.log[-3000:]}")

    async def _pages(self) -> None:
        self.outputs.add(*[await asked(self.port, path) for path in ("/healthz", "/readyz", "/metrics")])


async def storms(scene: Scene) -> None:
    """A start and a message for each way in which a call goes wrong."""
    here, deaf, there = scene.servers.slack, scene.servers.deaf, scene.servers.discord
    for number, (of_slack, of_discord) in enumerate(zip(SLACK_FAULTS, DISCORD_FAULTS, strict=True), start=1):
        for server, token in ((here, BOT_TOKEN), (deaf, DEAF_BOT)):
            server.fail("chat.postMessage", of_slack(token))
        there.fail("send", of_discord)
        scene.publish()
        await scene.start(ahead=number * 100)
        await scene.until_calls(number)
        await scene.stop()
    await scene.start(ahead=10_000)
    await scene.told(2)
    await scene.stop()


async def trouble_at_the_start(scene: Scene) -> None:
    """Whatever a platform is asked before anything is posted is refused with the token in the answer."""
    scene.publish()
    for quoted in SLACK_FAULTS[:2]:
        for server, bot, app in ((scene.servers.slack, BOT_TOKEN, APP_TOKEN), (scene.servers.deaf, DEAF_BOT, DEAF_APP)):
            server.fail("auth.test", quoted(bot))
            server.fail("apps.connections.open", quoted(app))
    for fault in DISCORD_FAULTS[:2]:
        for name in ("me", "gateway_bot", "sync"):
            scene.servers.discord.fail(name, fault)
    await scene.start()
    await scene.told(1)
    await scene.stop()


async def refused_tokens(scene: Scene) -> None:
    """Every token is refused while the bot runs, and at its next start."""
    scene.publish()
    await scene.start()
    await scene.told(1)
    for server in (scene.servers.slack, scene.servers.deaf):
        server.tokens = dict.fromkeys(server.tokens, "token_revoked")
    scene.servers.discord.valid_tokens.clear()
    await scene.servers.discord.drop_gateway(4004)
    await scene.until("Discord does not know the token")
    await scene.stop()
    scene.publish()
    await scene.start(ahead=100)
    await scene.until("set SLACK_BOT_TOKEN anew", "parked")
    await scene.stop()


async def dead_proxy(scene: Scene) -> None:
    """The way to the platforms leads through a proxy that does not answer."""
    scene.publish()
    await scene.start(HTTPS_PROXY=f"http://user:{PROXY}@127.0.0.1:9")
    await scene.until("Slack can't be reached")
    await scene.stop()


def failing_disk(kind: str, words: str) -> Callable[[Scene], Awaitable[None]]:
    """The disk fails from the first poll on; the next start goes on."""

    async def scenario(scene: Scene) -> None:
        scene.publish(3, words=5_000)
        await scene.start(kind)
        await scene.until(words)
        await scene.stop()
        await scene.start(ahead=100)
        await scene.told(3)
        await scene.stop()

    return scenario


async def locked(scene: Scene) -> None:
    """Another program holds the lock for as long as a start waits for it."""
    scene.publish()
    with closing(sqlite3.connect(scene.home / "store.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await (await scene.start()).end()
    await scene.until("is locked by another program")
    await scene.start()
    await scene.told(1)
    await scene.stop()


async def damaged(scene: Scene) -> None:
    """A page of the file holds something else."""
    scene.publish(3)
    await scene.start()
    await scene.told(3)
    await scene.stop()
    file = scene.home / "store.db"
    content = bytearray(file.read_bytes())
    content[2 * PAGE : 3 * PAGE] = random.Random(1).randbytes(PAGE)  # noqa: S311 - it fills a page
    file.write_bytes(content)
    await (await scene.start()).end()
    await scene.until("damaged")


async def two_bots(scene: Scene) -> None:
    """Another one with the same tokens on the same store."""
    scene.publish()
    async with forks(scene.home, DATABASE_URL=scene.url, **scene.servers.variables) as more:
        await scene.start()
        await scene.told(1)
        scene.publish()
        second = await more.start("run", ahead=100)
        await scene.told(2)
        second.signal(signal.SIGTERM)
        await second.end()
    await scene.stop()


async def hours_down(scene: Scene) -> None:
    """Killed, and started six hours later by the clock, then an hour earlier."""
    scene.publish(2)
    (await scene.start()).signal()
    await scene.at_work.pop().end()
    scene.publish(8)
    await scene.start(ahead=6 * 3600)
    await scene.told(1)
    await scene.stop()
    await scene.start(ahead=5 * 3600)
    await scene.stop()


FAULTS: Mapping[str, Callable[[Scene], Awaitable[None]]] = {
    "calls that go wrong": storms,
    "trouble at the start": trouble_at_the_start,
    "refused tokens": refused_tokens,
    "a dead proxy": dead_proxy,
    "a full disk": failing_disk("full disk", "is full: free some space"),
    "a read-only disk": failing_disk("read-only disk", "can't be written"),
    "a locked store": locked,
    "a damaged store": damaged,
    "two bots on one store": two_bots,
    "six hours down, clocks that jump": hours_down,
}


@pytest.fixture
async def servers() -> AsyncIterator[Town]:
    """Two Slacks, a Discord."""
    async with town() as there:
        yield there


async def played(scene: Scene, fault: Callable[[Scene], Awaitable[None]]) -> None:
    """The fault, then an operator's questions; all that was said anywhere."""
    (scene.home / "watchlists" / "news").mkdir(parents=True)
    channels = ", ".join(f'"{channel}"' for channel in CHANNELS)
    (scene.home / "watchlists" / "groq.yaml").write_text(LIST.format(channels=channels))
    await upgrade(scene.url)
    await fault(scene)
    await scene.question()
    servers: list[Any] = [scene.servers.slack, scene.servers.deaf, scene.servers.discord]
    scene.outputs.add(scene.servers.written, *([call.payload for call in each.calls] for each in servers))
    assert "Traceback" not in scene.log


@pytest.mark.parametrize("fault", FAULTS)
async def test_no_fault_brings_a_secret_to_light(
    tmp_path: Path, fault: str, port: int, outputs: Outputs, servers: Town, figure: Figure
) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    own = {"DATABASE_URL": url, "NAMEWATCH_PORT": f"127.0.0.1:{port}"}
    async with forks(tmp_path, **own, **servers.variables) as bots:
        await played(Scene(tmp_path, url, port, servers, bots, outputs), FAULTS[fault])
    outputs.add_files(tmp_path)
    figure(f"secrets in every setting: {fault}", f"{len(outputs.leaked())} of {len(SECRETS)} in any output")


def test_the_search_finds_each_of_them(tmp_path: Path) -> None:
    for secret in SECRETS:
        (tmp_path / "log.txt").write_text("nothing")
        texts: list[Any] = [
            f"token {secret} is unknown",
            {"cause": {"url": f"https://x/{secret}"}},
            f"...{secret[-8:]}",
        ]
        for text in texts:
            found = Outputs()
            found.add(text)
            assert found.leaked() == [secret]
        in_files = Outputs()
        (tmp_path / "log.txt").write_bytes(b"\xff\x00" + secret.encode())
        in_files.add_files(tmp_path)
        assert in_files.leaked() == [secret]
    (tmp_path / "log.txt").unlink()


@pytest.mark.postgres
async def test_a_restart_of_the_server_brings_none_to_light(
    tmp_path: Path, port: int, outputs: Outputs, servers: Town, figure: Figure
) -> None:
    with given_server() as server:
        url = server.guard("watcher", PASSWORD)

        async def restarted(scene: Scene) -> None:
            scene.publish()
            await scene.start()
            await scene.told(1)
            await asyncio.to_thread(server.restart)
            await asked(port, "/metrics", until="namewatch_store_up 1")
            await scene.stop()
            wrong = await scene.bots.start("run", DATABASE_URL=url.replace(PASSWORD, PROXY))
            await wrong.end()
            await scene.until("password")

        async with forks(tmp_path, DATABASE_URL=url, NAMEWATCH_PORT=f"127.0.0.1:{port}", **servers.variables) as bots:
            await played(Scene(tmp_path, url, port, servers, bots, outputs), restarted)
        outputs.add(*rows_of(url))
    outputs.add_files(tmp_path)
    figure("secrets in every setting: server restarted", f"{len(outputs.leaked())} of {len(SECRETS)} in any output")


@contextmanager
def given_server() -> Iterator[Server]:
    """One of its own, which is restarted."""
    try:
        with running_server() as found:
            yield found
    except NoServer as error:
        give_up(str(error))
