"""From the poll of a new entry to the committed alert: `python -m benchmarks.latency [--sources 1000]`.

The bot's own intake on SQLite with 10,000 watched names of the data folder beside the checkout. All sources are known:
30 recorded articles each. Then each is polled once more, at a steady pace, and has one new entry, a real article of
some 500 words, that names a company.
The time runs from the start of the poll to its end, when the alert and its message are committed. 1,000 sources polled
every ten minutes begin 1.7 polls a second.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from html import escape
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.matching import DATA, read_articles, read_names, watchlist
from benchmarks.serving import News, Site, serving
from bot.apart import WORKERS, undisturbed
from bot.app import POLLS_AT_ONCE, readers
from bot.clock import SystemClock, TimeOrderedIds
from bot.http import HttpFetcher
from bot.intake import Intake, Polled
from bot.model.source import Source
from bot.store import open_store, upgrade
from bot.texts import Texts

NAMES = 10_000
AGE_LIMIT = timedelta(days=365)
"""The feeds are of a day that lies ever further back."""


def sources(site: Site) -> list[Source]:
    """Every feed."""
    return [Source(f"Daily {number}", "feed", url) for number, url in enumerate(site.urls())]


def news_about(names: Sequence[str], texts: Sequence[str]) -> list[News]:
    """An article for each name: a real one, in which the company says something first."""
    return [
        News(
            f"{name}: {text[:60]}",
            f"<p>{escape(name)} Inc said on Thursday that its sales rose.</p><p>{escape(text)}</p>",
        )
        for name, text in zip(names, texts, strict=False)
    ]


async def measured(folder: Path, site: Site, names: list[str], pace: float) -> tuple[list[float], int]:
    """The seconds of each poll that brought an alert, and how many brought none; `pace` is polls a second."""
    url = f"sqlite:///{folder / 'bench.db'}"
    await upgrade(url)
    store, clock = await open_store(url), SystemClock()
    lists = (watchlist(names),)
    async with HttpFetcher("benchmark", clock, allowed_networks=["127.0.0.0/8"]) as fetcher:
        texts = Texts(store, fetcher, WORKERS, clock, age_limit=AGE_LIMIT)
        intake = Intake(
            store,
            fetcher,
            readers(),
            texts,
            clock,
            TimeOrderedIds(),
            lists=lambda: lists,
            live=frozenset(),
            age_limit=AGE_LIMIT,
        )
        await intake.open()
        async with undisturbed():
            await first_polls(intake, sources(site))
            site.publish(1, news_about(names[: site.feeds], read_articles()))
            polled = await paced_polls(intake, sources(site), pace)
    await store.close()
    WORKERS.close()
    return [seconds for seconds, each in polled if each.owed], sum(not each.owed for _, each in polled)


async def first_polls(intake: Intake, all_sources: list[Source]) -> None:
    """What every source lists is recorded."""
    turn = asyncio.Semaphore(POLLS_AT_ONCE)

    async def poll(source: Source) -> Polled:
        async with turn:
            return await intake.poll(source)

    errors = [each.error for each in await asyncio.gather(*map(poll, all_sources)) if each.error]
    if errors:
        raise RuntimeError(errors[0])


async def paced_polls(intake: Intake, all_sources: list[Source], pace: float) -> list[tuple[float, Polled]]:
    """Every source once more, each at its time, however long the others take."""

    async def poll(number: int, source: Source) -> tuple[float, Polled]:
        await asyncio.sleep(number / pace)
        started = time.perf_counter()
        polled = await intake.poll(source)
        return time.perf_counter() - started, polled

    return list(await asyncio.gather(*(poll(number, source) for number, source in enumerate(all_sources))))


def share(seconds: list[float], of: float) -> float:
    """Milliseconds that this share of them does not exceed."""
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * of))] * 1000


def main() -> int:
    """Print the table; 0 also where the data folder is missing."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("--sources", type=int, default=200, help="how many sources (200)")
    arguments.add_argument("--pace", type=float, default=5, help="polls begun a second (5)")
    given = arguments.parse_args()
    console = Console(width=120)
    if not DATA.is_dir():
        console.print("The shared data folder is not beside this checkout: the latency is not measured.")
        return 0
    names = read_names()[:NAMES]
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), given.sources) as site:
        seconds, without = asyncio.run(measured(Path(folder), site, names, given.pace))
    table = Table(title="From the poll of a new entry to the committed alert, ms")
    for column in ("sources", "names", "polls/s", "alerts", "no alert", "median", "99 %", "longest", "must"):
        table.add_column(column, justify="right")
    counts = (f"{given.sources:,}", f"{NAMES:,}", f"{given.pace:g}", f"{len(seconds):,}", f"{without:,}")
    table.add_row(*counts, *(f"{share(seconds, of):.0f}" for of in (0.5, 0.99, 1)), "50 / 250")
    console.print(table)
    console.print(f"Other work on this machine counts too; its load was {os.getloadavg()[0]:.1f} at the end.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
