"""How long each command takes to answer: 10,000 companies in 200 lists, 100,000 stored articles.

    python -m benchmarks.commands [--articles 100000]

Wall clock and processor time of this process, the median and the worst of five; lists and store are made first, and
what the bot makes ready beside its start is ready.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.apart import undisturbed
from bot.app import source_options
from bot.clock import SystemClock, TimeOrderedIds
from bot.commands.dispatch import Dispatcher
from bot.model.alert import PollOutcome
from bot.model.article import Article, Identity
from bot.model.channel import Channel
from bot.model.command import OPERATOR_ACTOR, Command
from bot.model.source import SourceState
from bot.store import open_store, upgrade
from bot.watchlists.repo import FileRepo

NEW = ("Quorvel", "Brintak", "Oszmuth", "Lundrix", "Pavquist")
LISTS, COMPANIES, REPEATS = 200, 50, 5
SOURCE = "feed:https://focus.example/feed"
HERE = Channel("slack", "T1", "C7")
COMMANDS = (
    "status", "list", "lists", "show {n}", "show {n} stories", "add {i}", "undo", "remove {n}",
    "set {n} alias + Alias {i}", "set {n} context", "rename {n} {n} Group", "undo", "log", "export",
    "test Company said {n} builds phones", "search noida", "search 手機", "search story last week", "search nowhere",
    "why", "why lava noida", "why https://focus.example/77", "why https://other.example/1", "why {n}",
    "why https://focus.example/lava-story-nowhere-plant", "why didn't we get the {n} deal?", "sources", "help",
    "add Jordan", "add\nJordan\nWarren\nBoston\n小米\nOszmuther", "source pause Focus 8h",
    "source resume Focus", "wrong words",
)  # fmt: skip

LOOKED_BACK = ("Sevenfold", "Schlumbergerine", "Taiwanese Semiconducting Manufacturers Consolidated")
"""Named by every fiftieth article; a long word and several, of which all slips are looked for."""


def words(dice: random.Random, count: int) -> list[str]:
    """So many made-up words."""
    letters = "abcdefghijklmnoprstuvwz"
    return ["".join(dice.choices(letters, k=dice.randint(3, 9))) for _ in range(count)]


def write_lists(folder: Path) -> None:
    """The lists, each for a channel of its own, and the one source."""
    for number in range(LISTS):
        names = [f"  - Maker{number}x{each} Systems" for each in range(COMPANIES)]
        head = f"channels: ['slack:T1/C{number}']\ncompanies:\n"
        tail = "sources:\n  - {name: Focus, url: 'https://focus.example/feed'}\n" if not number else ""
        (folder / f"list{number:03}.yaml").write_text(head + "\n".join(names) + "\n" + tail)


def article(number: int, count: int, dice: random.Random, vocabulary: Sequence[str]) -> Article:
    """One article of sixty days; every fiftieth names a company that nobody watches yet."""
    some = [vocabulary[int(len(vocabulary) * dice.random() ** 3)] for _ in range(300)]
    if not number % 50:
        some.insert(20, "Sevenfold opens a plant in Noida; 小米 手機.")
    at = datetime.now(UTC) - timedelta(days=60) * (1 - number / count)
    url = f"https://focus.example/{number}"
    identity = Identity(f"e{number}", url, f"story {number}", f"d{number}")
    return Article(f"a{number:08}", SOURCE, identity, url, f"Story {number} {some[0]}", " ".join(some), at, at, "en")


async def measure(articles: int) -> None:
    """Make lists and store, and print the table; the interpreter is set as the bot's."""
    async with undisturbed():
        await _measure(articles)


async def _measure(articles: int) -> None:
    dice = random.Random(7)
    vocabulary = words(dice, 20_000)
    with tempfile.TemporaryDirectory() as folder:
        lists = Path(folder) / "watchlists"
        await asyncio.to_thread(lists.mkdir)
        await asyncio.to_thread(write_lists, lists)
        path = f"{folder}/store.db"
        await upgrade(path)
        store = await open_store(path)
        for start in range(0, articles, 500):
            some = tuple(article(each, articles, dice, vocabulary) for each in range(start, min(articles, start + 500)))
            await store.commit(PollOutcome(SourceState(SOURCE), datetime.now(UTC), articles=some))
        while await store.index_articles():
            pass
        repo = await FileRepo.open(lists, store, SystemClock(), TimeOrderedIds(), source_options())
        dispatch = Dispatcher(repo, store, SystemClock(), frozenset({"slack"}), _reachable)
        print(f"{sum(len(each.companies) for each in repo.lists()):,} companies, {articles:,} articles")
        began, worked = time.perf_counter(), time.process_time()
        await dispatch.make_ready()
        took, spent = time.perf_counter() - began, time.process_time() - worked
        print(f"made ready beside the start in {took * 1000:,.0f} ms, processor {spent * 1000:,.0f} ms")
        print("| command | median | worst | processor |\n| --- | --- | --- | --- |")
        for number, command in enumerate(COMMANDS):
            await _one(dispatch, command, number)
        for name in LOOKED_BACK:
            await _one(dispatch, f"add {name}", 0, after=f"remove {name}")
        await store.close()


async def _one(dispatch: Dispatcher, command: str, number: int, after: str = "") -> None:
    """Measure a command; what comes `after` it each time is not."""
    took, spent = [], []
    for each in range(REPEATS):
        text = command.format(n=f"Maker7x{(number * REPEATS + each) % COMPANIES} Systems", i=NEW[each])
        began, worked = time.perf_counter(), time.process_time()
        await dispatch(Command(text, OPERATOR_ACTOR, HERE))
        took.append((time.perf_counter() - began) * 1000)
        spent.append((time.process_time() - worked) * 1000)
        if after:
            await dispatch(Command(after, OPERATOR_ACTOR, HERE))
    middle, cpu, shown = statistics.median(took), statistics.median(spent), " / ".join(command.split("\n"))
    print(f"| `{shown}` | {middle:,.0f} ms | {max(took):,.0f} ms | {cpu:,.0f} ms |", flush=True)


async def _reachable(channel: Channel) -> str:
    del channel
    return ""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    asyncio.run(measure(parser.parse_args().articles))
