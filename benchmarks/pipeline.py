"""Articles a second from parsed entry to committed outcome, on SQLite: `make bench`.

Each poll brings 30 new entries of about 1,600 characters; one in three names a company of the bundled lists, and most
of those join a story. The steps are those of a real poll: extraction, what is known, judging, alerts, commit. CPU is
of this process, all its threads.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.apart import WORKERS
from bot.app import source_options
from bot.clock import SystemClock, TimeOrderedIds
from bot.intake import Intake
from bot.model.channel import CONSOLE
from bot.model.source import Cursor, Entry, Fetched, FirstPoll, Source
from bot.model.watchlist import Watchlist
from bot.protocols import Fetcher
from bot.store import open_store, upgrade
from bot.texts import Texts
from bot.watchlists.folder import load_folder

POLLS = 40
ENTRIES = 30
AGE_LIMIT = timedelta(hours=48)
PARAGRAPH = (
    "The central bank left its rate unchanged on Thursday, as most economists had expected, and said that exports of "
    "electronics would support growth in the second half although demand at home remains weak. "
)
NAMES = (
    "Lava International Ltd said it will build handsets in Noida",
    "MediaTek Inc said it works with Denso Corp on a chip",
    "Hon Hai Precision Industry Co said its sales rose",
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run measured."""

    articles: int
    alerts: int
    wall: float
    cpu: float


def entries(poll: int) -> tuple[Entry, ...]:
    """New entries that no other poll has; every third names a company."""
    return tuple(_entry(poll * ENTRIES + position) for position in range(ENTRIES))


def _entry(number: int) -> Entry:
    words = f"{_word(number)} {_word(number * 7 + 1)} {_word(number * 13 + 2)}"
    named = f"{NAMES[number // 3 % 3]} in {words}. " if number % 3 == 0 else ""
    body = f"<p>{named}{words} {PARAGRAPH * 8}</p>"
    address = f"https://news.example/{number}"
    return Entry(address, address, f"{words}: {named or 'rate unchanged'}", body)


def _word(number: int) -> str:
    letters = "bcdfghklmnprstvz"
    return "".join(f"{letters[number >> shift & 15]}{'aeio'[number >> shift & 3]}" for shift in (0, 4, 8, 12))


class Feed:
    """A source that lists what the benchmark made, a poll at a time."""

    def __init__(self, polls: Sequence[tuple[Entry, ...]]) -> None:
        """`polls` in their order."""
        self._polls: Iterator[tuple[Entry, ...]] = iter(polls)

    async def __call__(self, source: Source, cursor: Cursor, fetcher: Fetcher) -> Fetched:
        """The entries of the next poll."""
        del source, cursor, fetcher
        return Fetched(next(self._polls), Cursor())


class NoNetwork:
    """The fetcher of a source that needs none."""

    async def get(self, url: str, *, cursor: Cursor = Cursor(), accept: str = "*/*") -> "None":  # noqa: B008
        """Never called."""
        raise AssertionError(url, cursor, accept)


async def run(folder: Path, lists: tuple[Watchlist, ...]) -> Figures:
    """One run on a new store in this folder."""
    url = f"sqlite:///{folder / 'bench.db'}"
    await upgrade(url)
    store = await open_store(url)
    source = Source("Bench", "bench", "https://news.example/feed", first_poll=FirstPoll("alert"))
    intake = Intake(
        store,
        NoNetwork(),  # type: ignore[arg-type]
        {"bench": Feed([entries(poll) for poll in range(POLLS)])},
        Texts(store, NoNetwork(), WORKERS, SystemClock(), age_limit=AGE_LIMIT),  # type: ignore[arg-type]
        SystemClock(),
        TimeOrderedIds(),
        lists=lambda: lists,
        live=frozenset(),
        age_limit=AGE_LIMIT,
    )
    await intake.open()
    wall, cpu, articles, owed = time.perf_counter(), time.process_time(), 0, 0
    for _ in range(POLLS):
        polled = await intake.poll(source)
        articles, owed = articles + polled.articles, owed + polled.owed
    figures = Figures(articles, owed, time.perf_counter() - wall, time.process_time() - cpu)
    await store.close()
    return figures


def main() -> None:
    """Print the table."""
    lists = load_folder(Path("watchlists"), source_types=source_options()).lists
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(run(Path(folder), tuple(lists)))
    table = Table(title="From parsed entry to committed outcome, SQLite")
    for column in ("articles", "messages owed", "articles/s", "ms CPU an article", "ms a poll of 30"):
        table.add_column(column, justify="right")
    table.add_row(
        f"{figures.articles:,}",
        f"{figures.alerts:,}",
        f"{figures.articles / figures.wall:,.0f}",
        f"{figures.cpu * 1000 / figures.articles:.2f}",
        f"{figures.wall * 1000 / POLLS:.1f}",
    )
    Console().print(table)
    companies = sum(len(watchlist.companies) for watchlist in lists)
    Console().print(f"{companies} companies on {len(lists)} lists, alerts for {CONSOLE}; command: make bench")


if __name__ == "__main__":
    main()
