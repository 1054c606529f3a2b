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
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import ParamSpec, TypeVar

import aiohttp
import feedparser
import structlog
from rich.console import Console
from rich.table import Table

from benchmarks.serving import ENTRIES, Site, rss, server_name, serving
from bot.apart import undisturbed
from bot.app import POLLS_AT_ONCE, Bot, Setup, fetcher_for, opened
from bot.config import Settings
from bot.intake import Polled
from bot.model.source import Source
from bot.sources.parsing.choose import parse
from bot.sources.parsing.entries import entries_of

READER_WORKERS = 8
ROUNDS = 9
PARSED = 100

VALIDATORS = {"If-None-Match": "ETag", "If-Modified-Since": "Last-Modified"}
NOTHING_KNOWN: Mapping[str, str] = {}

Known = Mapping[str, Mapping[str, str]]
"""By address the validators of what was fetched last."""

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one pass over all feeds: seconds by the clock, and of CPU with that of children that have ended."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Passes:
    """The three passes of one contender."""

    cold: Cost
    unchanged: Cost
    new: Cost


@dataclass(frozen=True, slots=True)
class Ours:
    """What the bot took; `bare` is bare aiohttp's unchanged pass, `grown` the most memory over the idle bot, in MB.

    `indexed` is what the index of words took after the cold pass: the bot does that between polls.

    `times` is what the bot's unchanged pass costs in those of bare aiohttp's: the median of passes in turns.
    """

    passes: Passes
    indexed: Cost
    bare: Cost
    times: float
    grown: float | None


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


def ours(site: Site) -> Ours:
    """The bot's three passes, and its unchanged one in turns with bare aiohttp's."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_ours(site, Path(folder)))


async def _ours(site: Site, folder: Path) -> Ours:
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
        async with undisturbed():
            return await _measured(bot, setup, site)


async def _measured(bot: Bot, setup: Setup, site: Site) -> Ours:
    poll_all = partial(_poll_all, bot, setup.sources)
    memory = Memory()
    cold = await poll_all(site.feeds * ENTRIES)
    watch = Watch()
    while await setup.store.index_articles():
        pass
    indexed = watch.cost()
    await poll_all(0)
    site.publish(1)
    new = await poll_all(site.feeds)
    grown = memory.grown()
    unchanged, bare = [], []
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        known, _ = await _ask_all(session, dict.fromkeys(site.urls(), NOTHING_KNOWN), 200)
        for _ in range(ROUNDS):
            bare.append((await _ask_all(session, known, 304))[1])
            unchanged.append(await poll_all(0))
    times = median(one.cpu / two.cpu for one, two in zip(unchanged, bare, strict=True))
    return Ours(Passes(cold, least(unchanged), new), indexed, least(bare), times, grown)


async def _poll_all(bot: Bot, sources: Sequence[Source], articles: int) -> Cost:
    """Every source once, as the running bot polls them, and the health of those that were unchanged written."""
    turn = asyncio.Semaphore(POLLS_AT_ONCE)

    async def poll(source: Source) -> Polled:
        async with turn:
            return await bot.intake.poll(source)

    watch = Watch()
    polled = await asyncio.gather(*map(poll, sources))
    await bot.intake.flush()
    cost = watch.cost()
    errors = [each.error for each in polled if each.error]
    if errors or sum(each.articles for each in polled) != articles:
        raise RuntimeError(f"{articles} articles were expected: {polled[:3]}, errors: {errors[:3]}")
    return cost


async def _ask_all(session: aiohttp.ClientSession, urls: Known, expected: int) -> tuple[Known, Cost]:
    """Bare aiohttp asks for every feed with its validators, as many at once as the bot; with them it comes back."""
    turn = asyncio.Semaphore(POLLS_AT_ONCE)

    async def ask(url: str, validators: Mapping[str, str]) -> Mapping[str, str]:
        async with turn, session.get(url, headers=validators) as response:
            await response.read()
            if response.status != expected:
                raise RuntimeError(f"{url}: {response.status}")
            return {name: response.headers[of] for name, of in VALIDATORS.items() if of in response.headers}

    watch = Watch()
    known = await asyncio.gather(*(ask(url, validators) for url, validators in urls.items()))
    return dict(zip(urls, known, strict=True)), watch.cost()


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

        def once(entries: int) -> Cost:
            watch = Watch()
            reader.update_feeds(workers=READER_WORKERS, scheduled=False)
            cost = watch.cost()
            if reader.get_entry_counts().total != entries:
                raise RuntimeError(f"reader: {reader.get_entry_counts()}, {entries} were expected")
            return cost

        cold = once(site.feeds * ENTRIES)
        unchanged = [once(site.feeds * ENTRIES) for _ in range(ROUNDS)]
        site.publish(1)
        return Passes(cold, least(unchanged), once(site.feeds * (ENTRIES + 1)))


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
        entries = await parse(body, "application/rss+xml", partial(entries_of, base="https://daily.example/"))
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


def figure_table(feeds: int, bot: Ours, parsing: tuple[float, float]) -> Table:
    """The figures with their bars."""
    table = Table(title="Figures")
    for column in ("", "measured", "must"):
        table.add_column(column, justify="right" if column else "left")
    ours, theirs = parsing
    unchanged, bare = bot.passes.unchanged.cpu, bot.bare.cpu
    share = f"{unchanged * 1000 / feeds:.2f} / {bare * 1000 / feeds:.2f} ms"
    table.add_row(f"unchanged, CPU against bare aiohttp ({share})", f"{bot.times:.2f}x", "1.3x")
    table.add_row(f"parse CPU against feedparser ({ours:.2f} / {theirs:.1f} ms)", f"1/{theirs / ours:.0f}", "1/15")
    table.add_row("words indexed after the cold pass, CPU a feed", f"{bot.indexed.cpu * 1000 / feeds:.1f} ms", "")
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
        bot = apart(ours, site)
        reader = None if given.no_reader else apart(reader_passes, site)
    console = Console(width=120)
    console.print(rate_table(given.feeds, bot.passes, reader))
    console.print(figure_table(given.feeds, bot, apart(parse_costs)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
