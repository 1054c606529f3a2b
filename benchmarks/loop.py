"""How long anything holds the event loop while 200 large feeds are fetched, parsed, matched and committed.

`python -m benchmarks.loop`: the bot's own parts on a SQLite store, as many polls at once as it makes, feeds from a
server on loopback. Each twentieth feed has 1.5 MB.
"""

import asyncio
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.heartbeat import Gaps, part, watched
from benchmarks.large_feeds import company_name, served
from bot.apart import WORKERS, undisturbed
from bot.app import POLLS_AT_ONCE, readers
from bot.clock import SystemClock, TimeOrderedIds
from bot.http import HttpFetcher
from bot.intake import Intake
from bot.model.company import Company
from bot.model.source import FirstPoll, Source
from bot.model.watchlist import Watchlist
from bot.store import open_store, upgrade
from bot.texts import Texts

AGE_LIMIT = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is to do."""

    feeds: int = 200
    entries: int = 20
    paragraphs: int = 8
    companies: int = 500


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run brought and how long it took, in seconds; CPU is that of this process alone."""

    articles: int
    owed: int
    errors: tuple[str, ...]
    wall: float
    cpu: float
    gaps: Gaps


async def run(folder: Path, size: Size) -> Figures:
    """One run on a new store in this folder."""
    url = f"sqlite:///{folder / 'loop.db'}"
    await upgrade(url)
    store, clock = await open_store(url), SystemClock()
    lists = (Watchlist("l.yaml", "l", tuple(Company(company_name(n)) for n in range(size.companies))),)
    with served() as server:
        async with HttpFetcher("benchmark", clock, allowed_networks=["127.0.0.0/8"]) as fetcher:
            intake = Intake(
                store,
                fetcher,
                readers(),
                Texts(store, fetcher, WORKERS, clock, age_limit=AGE_LIMIT),
                clock,
                TimeOrderedIds(),
                lists=lambda: lists,
                live=frozenset(),
                age_limit=AGE_LIMIT,
            )
            await intake.open()
            turn = asyncio.Semaphore(POLLS_AT_ONCE)

            async def poll(number: int) -> tuple[int, int, str]:
                path = f"{number}/{size.entries}/{size.paragraphs}/{size.companies}"
                source = Source(f"Feed {number}", "feed", f"{server}/{path}", first_poll=FirstPoll("alert"))
                async with turn:
                    polled = await intake.poll(source)
                return polled.articles, polled.owed, polled.error

            wall, cpu = time.perf_counter(), time.process_time()
            async with undisturbed(), watched() as gaps:
                polled = await asyncio.gather(*map(poll, range(size.feeds)))
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    await store.close()
    WORKERS.close()
    errors = tuple(error for _, _, error in polled if error)
    return Figures(sum(p[0] for p in polled), sum(p[1] for p in polled), errors, wall, cpu, gaps)


def main() -> None:
    """Print the table."""
    size = Size(*map(int, sys.argv[1:]))
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(run(Path(folder), size))
    console, table = Console(), Table(title="Gaps of the event loop, ms")
    for column in ("", "median", "99 %", "99.9 %", "longest"):
        table.add_column(column, justify="right")
    for name, values in (("held by the bot", figures.gaps.held), ("by the clock", figures.gaps.wall)):
        table.add_row(name, *(f"{part(values, share) * 1000:.1f}" for share in (0.5, 0.99, 0.999, 1.0)))
    console.print(table)
    console.print(
        f"{size.feeds} feeds, {figures.articles:,} articles, {figures.owed:,} owed, {size.companies} companies, "
        f"{len(figures.errors)} errors; {figures.wall:.1f} s, {figures.cpu:.1f} s CPU without children"
    )


if __name__ == "__main__":
    main()
