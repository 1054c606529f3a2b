"""kill -9 at named points and at random, against the servers of the platforms: nothing is lost, nothing is repeated.

The long form: NAMEWATCH_TORTURE_KILLS=1000 python -m pytest tests/torture/test_kills.py (make torture).
"""

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.model.channel import Channel
from bot.model.mute import Mute
from bot.store import open_store, upgrade
from tests.chat.servers import discord as discord_server
from tests.chat.servers import slack as slack_server
from tests.torture.bots import Bot, Forks, forks
from tests.torture.canaries import Outputs
from tests.torture.conftest import SQL, Figure
from tests.torture.places import CHANNELS, DIGESTS, Place, Town, town
from tests.torture.points import POINTS
from tests.torture.sizes import size
from tests.town import rambling

KILLS = size("KILLS", 50)
STEP = 100.0
"""Seconds between two starts by the clock of the bots: every lease has run out, every source is due."""
IDLE = 1.0
"""Seconds without a call after which a bot waits for something that this round does not bring."""
CALM_AFTER = 10
"""Kills after which a bot may work off what has gathered: what waits for over an hour would come as one digest."""
AT_RANDOM = (0.02, 0.8)
"""Seconds after a start at which kills come that are at no point: some of these bots have sent all, some nothing."""
PATIENCE = 6.0
"""Seconds without a call that such a bot is given: platforms are posted to at their pace."""
LAST_ROUNDS = 10
SHOWN = 30
"""Faults that a failure shows: the log alone does not say what is wrong."""
TEAM_DIGESTS = Channel.parse(f"slack:T0TEAM/{DIGESTS}")

Owed = tuple[Place, str, str]
"""Where, what (post, reply, edit), and of which item."""

CALLS: Mapping[str, tuple[str, str, Callable[[Mapping[str, Any]], bool]]] = {
    "in a post that Slack did not take": ("slack", "dropped", lambda said: "thread_ts" not in said),
    "in a post that Slack took": ("slack", "lost", lambda said: "thread_ts" not in said),
    "in a post that Discord took": ("discord", "lost", lambda said: "message_reference" not in said),
    "in a reply that Slack took": ("slack", "lost", lambda said: "thread_ts" in said),
    "in a reply that Discord took": ("discord", "lost", lambda said: "message_reference" in said),
    "in an edit that Slack did not take": ("slack edit", "dropped", lambda _: True),
    "in an edit that Discord took": ("discord edit", "lost", lambda _: True),
}
"""Where the platform has a say: which call, whether it is accepted, and which of these calls."""

LIST = """\
companies: [Groq, Lava International]
channels: {channels}
sources:
  - {{name: News, type: files, url: news, first_poll: alert, every: 1m}}
  - {{name: Wire, type: files, url: wire, first_poll: alert, every: 1m}}
"""
DIGEST_LIST = """\
companies: [Groq]
channels: [{{to: "{channel}", budget: 1000/h}}]
"""


def word(number: int) -> str:
    """Its own for each item; letters only."""
    return "".join(chr(ord("b") + int(digit)) + "a" for digit in f"{number * 7919:08d}")


class Rounds:
    """The same bot killed again and again, while every round brings an article, and a second one of the last story."""

    def __init__(self, home: Path, url: str, servers: Town, bots: Forks) -> None:
        self.home = home
        self.url = url
        self.servers = servers
        self.bots = bots
        self.items: list[str] = []
        self.open: list[Owed] = []
        self.fresh: list[int] = []
        self.died: Counter[str] = Counter()

    async def prepare(self) -> None:
        """Lists, folders, and a store without rows."""
        for folder in ("news", "wire"):
            (self.home / "watchlists" / folder).mkdir()
        channels = [f'{{to: "{channel}", budget: 1000/h}}' for channel in CHANNELS]
        (self.home / "watchlists" / "groq.yaml").write_text(LIST.format(channels=f"[{', '.join(channels)}]"))
        (self.home / "watchlists" / "digest.yaml").write_text(DIGEST_LIST.format(channel=TEAM_DIGESTS))
        await upgrade(self.url)

    async def play(self, point: str, seconds: float) -> bool:
        """One round: news, a bot, and its end at the point; at random (no point) after so many seconds.

        Whether it came to that point: not every round brings what is needed for it.
        """
        self._bring()
        if "digest" not in point and len(self.items) % 2:
            await self._pause()
        self.servers.discord.forget_nonces()
        bot = await self._start("" if point in CALLS else point)
        if point in CALLS:
            self._doom(bot, point)
        if point:
            reached = await self._wait(bot)
        else:
            reached = not (await asyncio.wait([bot.ended], timeout=seconds))[0]
        self.died[(point or "at random") if reached else "elsewhere"] += 1
        bot.signal()
        await bot.end()
        self._spare()
        return reached

    async def rest(self) -> None:
        """A round in which nothing goes wrong; it is killed when everything has arrived."""
        bot = await self._start("")
        await self._wait(bot, PATIENCE)
        bot.signal()
        await bot.end()

    async def finish(self) -> int:
        """Rounds without faults until everything has arrived, and one that ends by itself; its exit status."""
        for _ in range(LAST_ROUNDS):
            await self.rest()
            if not self._owed():
                break
        bot, calls = await self._start(""), -1
        while calls != self.servers.calls:
            calls = self.servers.calls
            await asyncio.sleep(IDLE)
        bot.signal(signal.SIGTERM)
        return await bot.end()

    def faults(self) -> list[str]:
        """Everything that a reader could complain of."""
        lost = [f"{place.name}: lost the {what} of {item}" for place, what, item in self._owed()]
        told = [*self.servers.told, self.servers.digests]
        return lost + [fault for place in told for fault in place.faults(self.items)]

    @property
    def named(self) -> int:
        """How often it died at a named point."""
        return sum(count for name, count in self.died.items() if name in POINTS or name in CALLS)

    @property
    def messages(self) -> int:
        """Posts, replies and digests that stand in the channels."""
        return sum(len(place.messages()) for place in (*self.servers.told, self.servers.digests))

    @property
    def marked(self) -> int:
        """How many of them say that they may be a repeat."""
        places = self.servers.told
        return sum("may be a repeat" in place.text(mark) for place in places for mark in place.messages())

    def _bring(self) -> None:
        """An article of a new story, and to each story that was told everywhere another article with another name."""
        number, every = len(self.items), self.servers.told
        self.items.append(word(number))
        self._write("news", number, "")
        waiting = {item for _, what, item in self.open if what == "post"}
        told, self.fresh = (
            [each for each in self.fresh if word(each) not in waiting],
            [
                *(each for each in self.fresh if word(each) in waiting),
                number,
            ],
        )
        self.open += [(place, "post", word(number)) for place in (*every, self.servers.digests)]
        for each in told:
            self._write("wire", each, " Lava International Ltd agreed.")
            self.open += [(place, what, word(each)) for place in every for what in ("reply", "edit")]

    def _write(self, folder: str, number: int, more: str) -> None:
        item = word(number)
        text = f"# Groq announces {item}\n\nGroq Inc said that {rambling(item)} {rambling(item * 2)}.{more}\n"
        (self.home / "watchlists" / folder / f"{number}.md").write_text(text, encoding="utf-8")

    async def _pause(self) -> None:
        """The channel of digests hears what comes in this round in the next one."""
        now = datetime.now(UTC) + timedelta(seconds=self.servers.ahead + STEP)
        until = now + timedelta(seconds=STEP * 0.6)
        store = await open_store(self.url)
        await store.mute(Mute(f"pause-{len(self.items)}", TEAM_DIGESTS, "pause", "", "pause", now, until, "U1"))
        await store.close()

    async def _start(self, point: str) -> Bot:
        self.servers.ahead += STEP
        return await self.bots.start("run", ahead=self.servers.ahead, point=point)

    def _doom(self, bot: Bot, point: str) -> None:
        """Kill the bot as it calls; the server then takes what it said, or does not, and answers nobody."""
        where, fate, matters = CALLS[point]
        server: Any = self.servers.slack if where.startswith("slack") else self.servers.discord
        edits = where.endswith("edit")
        call = {"slack": ("chat.postMessage", "chat.update"), "discord": ("send", "edit")}[where.split()[0]][edits]
        fault = (slack_fault if where.startswith("slack") else discord_fault)(fate)

        def check(name: str, said: Any) -> list[str]:
            if name == call and matters(said) and not bot.ended.done():
                bot.signal()
                server.fail(call, fault)
                server.check = lambda *_: []
            return []

        server.check = check

    def _spare(self) -> None:
        for server in (self.servers.slack, self.servers.discord):
            server.check = lambda *_: []

    async def _wait(self, bot: Bot, idle: float = IDLE) -> bool:
        """Whether it killed itself, or was killed by a server, before all was done and before it had long been idle."""
        calls, since = self.servers.calls, time.monotonic() + 20
        while not bot.ended.done():
            await asyncio.sleep(0.01)
            if self.servers.calls != calls:
                calls, since = self.servers.calls, time.monotonic()
            if time.monotonic() - since > idle or not self._owed():
                return False
        return True

    def _owed(self) -> list[Owed]:
        """What has not arrived yet; what has arrived once is not looked for again."""
        for place in (*self.servers.told, self.servers.digests):
            place.look()
        self.open = [owed for owed in self.open if not _has_come(*owed)]
        return self.open


def _has_come(place: Place, what: str, item: str) -> bool:
    """An edit may have gone to any of several copies, where there may be several."""
    if what == "edit":
        return any("Lava International" in place.text(mark) for mark in place.posts[item])
    return bool(place.replies[item] if what == "reply" else place.posts[item])


def slack_fault(fate: str) -> slack_server.Fault:
    return slack_server.Fault("lost" if fate == "lost" else "dropped")


def discord_fault(fate: str) -> discord_server.Fault:
    return discord_server.Fault("lost" if fate == "lost" else "dropped")


def schedule(rounds: int, chance: random.Random) -> list[str]:
    """Every named point equally often, half as often as none: then it is killed at random."""
    named = [*POINTS, *CALLS]
    chosen = [named[number % len(named)] for number in range(rounds * 2 // 3)]
    chosen += [""] * (rounds - len(chosen))
    chance.shuffle(chosen)
    return chosen


@pytest.mark.parametrize("store_url", SQL, indirect=True)
@pytest.mark.timeout(0 if KILLS > 100 else 300)
async def test_kills_lose_nothing_and_repeat_nothing(
    tmp_path: Path, store_url: str, outputs: Outputs, figure: Figure
) -> None:
    (tmp_path / "watchlists").mkdir()
    chance = random.Random(KILLS)  # noqa: S311 - it spreads kills
    async with town() as servers, forks(tmp_path, DATABASE_URL=store_url, **servers.variables) as bots:
        rounds = Rounds(tmp_path, store_url, servers, bots)
        await rounds.prepare()
        points = schedule(KILLS, chance)
        for number, point in enumerate(points):
            if not await rounds.play(point, chance.uniform(*AT_RANDOM)) and "" in points[number:]:
                points[points.index("", number)] = point
            if number % CALM_AFTER == CALM_AFTER - 1:
                await rounds.rest()
        status = await rounds.finish()
        store = await open_store(store_url)
        counts = await store.outbox_counts()
        await store.close()
    log = (tmp_path / "log.txt").read_text(encoding="utf-8")
    outputs.add(servers.written)
    figure(
        f"kill -9, {KILLS} times: {rounds.named} at {len(POINTS) + len(CALLS)} named points, the others at random",
        f"{rounds.messages} messages, {len(rounds.faults())} lost or repeated, {rounds.marked} marked",
    )
    faults = rounds.faults()
    assert not faults, "\n".join([f"{len(faults)} faults, of which the first:", *faults[:SHOWN], log[-3000:]])
    assert (status, set(counts)) == (0, {"sent"}), f"exit {status}, outbox {counts}\n{log[-5000:]}"
    assert "Traceback" not in log
    assert {*POINTS, *CALLS} - rounds.died.keys() == set()
