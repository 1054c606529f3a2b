"""How fast the outbox empties, and what it costs: `python -m benchmarks.drain [--alerts 100000]`.

100,000 alerts for 1,000 channels wait in SQLite. The clock is moved by hand, so that the figure is that of the pace and
not of this machine: the seconds that the platforms' limits allow at least, over the seconds that it took. CPU is of
this process, all its threads; memory is its resident size over what it was before the first claim.
"""

import argparse
import asyncio
import logging
import multiprocessing
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog
from rich.console import Console
from rich.table import Table

from benchmarks.twin import START, HandClock, Rules, Twin, Window
from bot.chat.discord.platform import LIMITS as DISCORD
from bot.chat.slack.platform import LIMITS as SLACK
from bot.model.alert import Alert, Delivery, PollOutcome, Process
from bot.model.card import AlertCard, CompanyLine, Snippet
from bot.model.channel import Channel
from bot.model.source import SourceState
from bot.model.story import Story
from bot.outbox import Outbox
from bot.store import open_store, upgrade

TICK = timedelta(seconds=1)
AT_ONCE = 500
"""Alerts a commit, as the fill writes them."""

SLACK_RULES = Rules(channel=Window(3, 3), tenant=Window(300, 60), platform=None)
TIGHT_RULES = Rules(channel=Window(3, 3), tenant=Window(200, 60), platform=None)
DISCORD_RULES = Rules(channel=Window(5, 5), tenant=None, platform=Window(50, 1), tells=True)


@dataclass(frozen=True, slots=True)
class Case:
    """Where the alerts go, and what the platforms allow there."""

    name: str
    slack: int
    workspaces: int
    discord: int
    slack_rules: Rules = SLACK_RULES

    def channels(self) -> list[Channel]:
        """All of them."""
        slack = [Channel("slack", f"T{n % self.workspaces}", f"C{n}") for n in range(self.slack)]
        return slack + [Channel("discord", f"{n % 20}", f"{n}") for n in range(self.discord)]


CASES = (
    Case("10 Slack workspaces, 20 Discord servers", 500, 10, 500),
    Case("one channel a workspace", 1000, 1000, 0),
    Case("workspaces take a third less than Slack says", 500, 10, 500, TIGHT_RULES),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What one case measured."""

    seconds: float
    shortest: float
    refusals: int
    cpu_ms: float
    megabytes: float


def fill(url: str, channels: Sequence[Channel], alerts: int) -> None:
    """Owe the alerts; runs in a process of its own, so that this one's memory shows the outbox alone."""
    asyncio.run(_fill(url, channels, alerts))


async def _fill(url: str, channels: Sequence[Channel], alerts: int) -> None:
    await upgrade(url)
    store = await open_store(url)
    for first in range(0, alerts, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, alerts))
        made = [_alert(number, channels[number % len(channels)]) for number in numbers]
        stories = tuple(Story(alert.story_id, alert.card.headline, START) for alert in made)
        owed = tuple(Delivery(f"d{a.id}", a.channel, "post", a.card, (a.id,), START, START) for a in made)
        await store.commit(
            PollOutcome(SourceState("feed:x"), START, stories=stories, alerts=tuple(made), deliveries=owed)
        )
    await store.close()


def _alert(number: int, channel: Channel) -> Alert:
    snippet = Snippet("Lava International will build handsets in Noida, people who know of it said. " * 3, ((0, 18),))
    line = CompanyLine("Lava International", "phones", "main", snippet, "full name", "Lava")
    card = AlertCard((line,), f"Lava International plans {number}", "https://x.example/1", ("Focus",), START, ("en",))
    return Alert(f"a{number}", channel, f"s{number}", card, START)


async def drained(case: Case, url: str, alerts: int) -> Figures:
    """Empty it, the clock moved to whatever comes next."""
    clock, store = HandClock(), await open_store(url)
    slack = Twin("slack", case.slack_rules, SLACK, clock)
    discord = Twin("discord", DISCORD_RULES, DISCORD, clock)
    box = Outbox(store, {"slack": slack, "discord": discord}, clock, Process("b", "h", 1, START, START))
    before, most, cpu, left = _resident(), 0.0, time.process_time(), alerts
    while left:
        left -= (await box.drain()).sent
        most = max(most, _resident())
        next_tick = clock.now() + TICK
        clock.move_to(min(box.opens, next_tick) if box.opens else next_tick)
    cpu = time.process_time() - cpu
    await store.close()
    assert set(Counter(slack.taken + discord.taken).values()) == {1}, "each exactly once"
    seconds = (max(slack.last, discord.last) - START).total_seconds()
    shortest = max(
        _shortest(case, "slack", case.slack_rules, alerts), _shortest(case, "discord", DISCORD_RULES, alerts)
    )
    return Figures(seconds, shortest, slack.refusals + discord.refusals, cpu * 1000 / alerts, most - before)


def _shortest(case: Case, platform: str, rules: Rules, alerts: int) -> float:
    channels = case.channels()
    share: Counter[Channel] = Counter(channels[number % len(channels)] for number in range(alerts))
    here = {channel: count for channel, count in share.items() if channel.platform == platform}
    return rules.shortest(here) if here else 0.0


def _resident() -> float:
    """Megabytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


def cases(alerts: int, chosen: Sequence[Case] = CASES) -> Iterator[tuple[Case, Figures]]:
    """Each case on a store of its own."""
    for case in chosen:
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/bench.db"
            filling = multiprocessing.get_context("spawn").Process(target=fill, args=(url, case.channels(), alerts))
            filling.start()
            filling.join()
            yield case, asyncio.run(drained(case, url, alerts))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alerts", type=int, default=100_000)
    alerts = parser.parse_args().alerts
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    table = Table(title=f"{alerts:,} alerts owed to 1,000 channels, SQLite, a clock moved by hand")
    for column in ("case", "seconds", "at least", "of what limits allow", "429", "ms CPU an alert", "memory"):
        table.add_column(column, justify="left" if column == "case" else "right")
    for case, figures in cases(alerts):
        table.add_row(
            case.name,
            f"{figures.seconds:,.0f}",
            f"{figures.shortest:,.0f}",
            f"{figures.shortest / figures.seconds:.1%}",
            f"{figures.refusals:,}",
            f"{figures.cpu_ms:.2f}",
            f"+{figures.megabytes:.0f} MB",
        )
    Console().print(table)
    Console().print("command: python -m benchmarks.drain")


if __name__ == "__main__":
    main()
