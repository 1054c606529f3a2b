"""What polling costs, beside its peers: `python -m benchmarks.fetching [--feeds 2000]`.

The bot is the real one: settings, file of sources, SQLite store, client, parser, extraction; only nothing is watched,
because no peer matches. Three passes over all feeds: cold (nothing known), unchanged (304), one new entry in each.
Every contender works in a process of its own, whose CPU and that of its children is counted; the server's is not.
Peers: bare aiohttp, which asks for the same bytes and does nothing with them; feedparser; and lemon24/reader with 8
workers (`pip install -e .[peers]`; left out where it is missing). The machine's noise falls on all: what is compared by
CPU is measured several times in turn, and the least counts.
"""

import argparse
import asyncio
import gc
import importlib
import logging
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import ParamSpec, TypeVar

import aiohttp
import feedparser
import structlog
from rich.console import Console
from rich.table import Table

from benchmarks.serving import ENTRIES, IDLE, Site, rss, server_name, serving
from bot.app import POLLS_AT_ONCE, Bot, fetcher_for, opened
from bot.config import Settings
from bot.sources.parsing.choose import parse
from bot.sources.parsing.entries import entries_of

READER_WORKERS = 8
ROUNDS = 3
PARSED = 100

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one pass over all feeds: seconds by the clock, and of CPU with that of children that have ended."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Passes:
    """The three passes of one contender; `grown` is the most memory over that of the idle process, in MB."""

    cold: Cost
    unchanged: Cost
    new: Cost
    grown: float | None = None


def least(costs: Sequence[Cost]) -> Cost:
    """The least of each."""
    return Cost(min(each.wall for each in costs), min(each.cpu for each in costs))


class Watch:
    """Measures from here on."""

    def __init__(self) -> None:
        """Starts at once."""
        self._wall, self._cpu = time.perf_counter(), _cpu()

    def cost(self) -> Cost:
        """What has gone by since the start."""
        return Cost(time.perf_counter() - self._wall, _cpu() - self._cpu)


def _cpu() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


class Memory:
    """The resident memory of this process; where the system does not tell, nothing is measured."""

    def __init__(self) -> None:
        """Sets the high-water mark back to what is held now."""
        gc.collect()
        try:
            Path("/proc/self/clear_refs").write_text("5")
        except OSError:
            self._before = None
        else:
            self._before = _status("VmRSS")

    def grown(self) -> float | None:
        """The most that was held since, over what was held then, in MB."""
        return None if self._before is None else _status("VmHWM") - self._before


def _status(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024


def apart(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Do this in a fresh process."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *args, **kwargs).result()


def bot_passes(site: Site) -> Passes:
    """The bot's three passes."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_bot_passes(site, Path(folder)))


async def _bot_passes(site: Site, folder: Path) -> Passes:
    lists = folder / "watchlists"
    lists.mkdir()
    lines = [f'  - {{name: Daily {number}, url: "{url}"}}\n' for number, url in enumerate(site.urls())]
    (lists / "sources.yaml").write_text(f"version: 1\nsources:\n{''.join(lines)}")
    environment = {
        "NAMEWATCH_DATABASE_URL": f"sqlite:///{folder / 'bench.db'}",
        "NAMEWATCH_WATCHLISTS": str(lists),
        "NAMEWATCH_ALLOW_NETWORKS": "127.0.0.0/8",
    }
    settings = Settings.read(environment)
    site.publish(0)
    async with opened(settings, environment) as setup, fetcher_for(settings) as fetcher:
        bot = Bot(setup, fetcher)
        await bot.intake.open()
        memory = Memory()
        cold = await _bot_pass(bot, site.feeds * ENTRIES)
        unchanged = [await _bot_pass(bot, 0, after=IDLE + 1) for _ in range(ROUNDS)]
        site.publish(1)
        new = await _bot_pass(bot, site.feeds, after=IDLE + 1)
        return Passes(cold, least(unchanged), new, memory.grown())


async def _bot_pass(bot: Bot, articles: int, after: float = 0) -> Cost:
    await asyncio.sleep(after)
    watch = Watch()
    polled, _ = await bot.once(post=False)
    cost = watch.cost()
    errors = [each.error for each in polled if each.error]
    if errors or sum(each.articles for each in polled) != articles:
        raise RuntimeError(f"{articles} articles were expected: {polled[:3]}, errors: {errors[:3]}")
    return cost


def bare_unchanged(site: Site) -> Cost:
    """Bare aiohttp asks for every feed with its validators, as many at once as the bot."""
    return asyncio.run(_bare_unchanged(site.urls()))


async def _bare_unchanged(urls: Sequence[str]) -> Cost:
    turn = asyncio.Semaphore(POLLS_AT_ONCE)

    async def get(session: aiohttp.ClientSession, url: str, headers: dict[str, str], status: int) -> dict[str, str]:
        async with turn, session.get(url, headers=headers) as response:
            await response.read()
            if response.status != status:
                raise RuntimeError(f"{url}: {response.status}")
            validators = {"If-None-Match": "ETag", "If-Modified-Since": "Last-Modified"}
            return {name: response.headers[of] for name, of in validators.items() if of in response.headers}

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        known = await asyncio.gather(*(get(session, url, {}, 200) for url in urls))
        costs = []
        for _ in range(ROUNDS):
            await asyncio.sleep(IDLE + 1)
            watch = Watch()
            await asyncio.gather(*(get(session, url, headers, 304) for url, headers in zip(urls, known, strict=True)))
            costs.append(watch.cost())
        return least(costs)


def reader_passes(site: Site) -> Passes | None:
    """The three passes of lemon24/reader, or None where it is not installed."""
    try:
        module = importlib.import_module("reader")
    except ImportError:
        return None
    site.publish(0)
    with tempfile.TemporaryDirectory() as folder:
        reader = module.make_reader(str(Path(folder) / "reader.db"))
        for url in site.urls():
            reader.add_feed(url)

        def once(entries: int, after: float = 0) -> Cost:
            time.sleep(after)
            watch = Watch()
            reader.update_feeds(workers=READER_WORKERS, scheduled=False)
            cost = watch.cost()
            if reader.get_entry_counts().total != entries:
                raise RuntimeError(f"reader: {reader.get_entry_counts()}, {entries} were expected")
            return cost

        cold = once(site.feeds * ENTRIES)
        unchanged = [once(site.feeds * ENTRIES, after=IDLE + 1) for _ in range(ROUNDS)]
        site.publish(1)
        return Passes(cold, least(unchanged), once(site.feeds * (ENTRIES + 1), after=IDLE + 1))


def parse_costs() -> tuple[float, float]:
    """CPU milliseconds a feed: ours from its bytes to all its entries, and feedparser's parse."""
    feeds = [rss(number, 1) for number in range(PARSED)]
    ours, theirs = [], []
    for _ in range(3):
        watch = Watch()
        asyncio.run(_parse_all(feeds))
        ours.append(watch.cost().cpu)
    for _ in range(2):
        watch = Watch()
        for body in feeds[: PARSED // 4]:
            feedparser.parse(BytesIO(body))
        theirs.append(watch.cost().cpu * 4)
    return min(ours) * 1000 / PARSED, min(theirs) * 1000 / PARSED


async def _parse_all(feeds: Sequence[bytes]) -> None:
    for body in feeds:
        listing = await parse(body, "application/rss+xml")
        entries = entries_of(listing, "https://daily.example/")
        if len(entries) != ENTRIES:
            raise RuntimeError(f"{len(entries)} entries were read")


def rate_table(feeds: int, bot: Passes, reader: Passes | None) -> Table:
    """Feeds a second by the clock, and CPU."""
    table = Table(title=f"{feeds:,} feeds of {ENTRIES} entries and {len(rss(0, 0)) / 1000:.0f} KB on {server_name()}")
    for column in ("pass", "feeds/s", "ms CPU a feed", "reader: feeds/s", "ms CPU a feed", "times as fast", "must"):
        table.add_column(column, justify="right" if column != "pass" else "left")
    for name in ("cold", "unchanged", "new"):
        ours: Cost = getattr(bot, name)
        theirs: Cost | None = getattr(reader, name) if reader else None
        table.add_row(
            {"new": "one new entry"}.get(name, name),
            f"{feeds / ours.wall:,.0f}",
            f"{ours.cpu * 1000 / feeds:.2f}",
            f"{feeds / theirs.wall:,.0f}" if theirs else "not installed",
            f"{theirs.cpu * 1000 / feeds:.2f}" if theirs else "",
            f"{theirs.wall / ours.wall:.1f}" if theirs else "",
            "10",
        )
    return table


def figure_table(feeds: int, bot: Passes, bare: Cost, parsing: tuple[float, float]) -> Table:
    """The figures with their bars."""
    table = Table(title="Figures")
    for column in ("", "measured", "must"):
        table.add_column(column, justify="right" if column else "left")
    ours, theirs = parsing
    share = f"{bot.unchanged.cpu * 1000 / feeds:.2f} / {bare.cpu * 1000 / feeds:.2f} ms"
    table.add_row(f"unchanged, CPU against bare aiohttp ({share})", f"{bot.unchanged.cpu / bare.cpu:.2f}x", "1.3x")
    table.add_row(f"parse CPU against feedparser ({ours:.2f} / {theirs:.1f} ms)", f"1/{theirs / ours:.0f}", "1/15")
    grown = "not measured here" if bot.grown is None else f"{bot.grown:.0f} MB"
    table.add_row("memory over the idle bot, all three passes", grown, "60 MB")
    return table


def main() -> int:
    """Print both tables."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("--feeds", type=int, default=400, help="how many feeds (400)")
    arguments.add_argument("--no-reader", action="store_true", help="leave lemon24/reader out, which takes longest")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), given.feeds) as site:
        bare = apart(bare_unchanged, site)
        bot = apart(bot_passes, site)
        reader = None if given.no_reader else apart(reader_passes, site)
    console = Console(width=120)
    console.print(rate_table(given.feeds, bot, reader))
    console.print(figure_table(given.feeds, bot, bare, apart(parse_costs)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
