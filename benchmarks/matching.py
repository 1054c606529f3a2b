"""The matcher at up to 100,000 names, beside its peers: `python -m benchmarks.matching`.

Names and articles come from the data folder beside the checkout. Each speed is measured twice: candidates alone
(`Matcher.candidates`: every span that spells a name) and with evidence (`Matcher.find`). The first articles only warm
up: what distinct words stand for is remembered. Peers: `partial_ratio` of rapidfuzz in a loop over the names, and
ahocorasick-rs, which finds exact names only (`pip install ahocorasick-rs`; left out where it is missing).
"""

import gc
import gzip
import importlib
import json
import random
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from rapidfuzz import fuzz
from rich.console import Console
from rich.table import Table

from bot.matching import LONGEST_TEXT, Matcher
from bot.model.company import Company
from bot.model.watchlist import Watchlist
from bot.text import fold, tokens

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "mentions"
SIZES = (1_000, 10_000, 100_000)
WARM, TIMED = 1_000, 600
PARTIAL_PAIRS = 400_000
ADDED = 300
HOSTILE_LETTERS = 1_000_000


@dataclass(frozen=True, slots=True)
class Speeds:
    """Articles a second with this many names; None where a peer is missing."""

    names: int
    candidates: float
    found: float
    partial: float
    exact: float | None


def read_names() -> list[str]:
    """All names, in an order drawn once."""
    with gzip.open(DATA / "names_100k.txt.gz", "rt", encoding="utf-8") as lines:
        names = list(dict.fromkeys(line.split("\t")[0].rstrip("\n") for line in lines))[1:]
    random.Random(7).shuffle(names)
    return names


def read_articles() -> list[str]:
    """Texts of articles, in an order drawn once."""
    with gzip.open(DATA / "articles_full.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    random.Random(7).shuffle(texts)
    return texts


def watchlist(names: Sequence[str]) -> Watchlist:
    """A list of these names."""
    return Watchlist("bench", "Bench", tuple(Company(name) for name in names))


def per_second(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """Texts a second of CPU, the better of two rounds over halves of them."""
    rounds = []
    for part in (texts[::2], texts[1::2]):
        started = time.process_time()
        for text in part:
            work(text)
        rounds.append(len(part) / (time.process_time() - started))
    return max(rounds)


def in_turns(matcher: Matcher, texts: Sequence[str]) -> tuple[float, float]:
    """Articles a second of CPU, candidates alone and with evidence: every other article each.

    Not both on the same ones, for the second would find what their words stand for remembered; and not one after the
    other, for the machine may be slower then.
    """
    matcher.find("", texts[0])  # word data that evidence alone needs are loaded once
    spent = {matcher.candidates: 0.0, matcher.find: 0.0}
    for at, text in enumerate(texts):
        work = (matcher.candidates, matcher.find)[at % 2]
        started = time.process_time()
        work("", text)
        spent[work] += time.process_time() - started
    return len(texts) / 2 / spent[matcher.candidates], len(texts) / 2 / spent[matcher.find]


def partial_loop(names: Sequence[str]) -> Callable[[str], list[str]]:
    """What hobby bots do."""
    folded = [fold(name).text for name in names]

    def work(text: str) -> list[str]:
        text = fold(text).text
        return [name for name in folded if fuzz.partial_ratio(name, text) >= 90]

    return work


def exact_search(names: Sequence[str]) -> Callable[[str], list[Any]] | None:
    """Exact names only, over the same tokens."""
    try:
        engine = importlib.import_module("ahocorasick_rs")
    except ImportError:
        return None

    def spaced(text: str) -> str:
        return " " + " ".join(tokens(fold(text)).texts) + " "

    automaton = engine.AhoCorasick([each for name in names if (each := spaced(name)).strip()])

    def work(text: str) -> list[Any]:
        return list(automaton.find_matches_as_indexes(spaced(text), overlapping=True))

    return work


def speeds(names: Sequence[str], texts: Sequence[str]) -> Speeds:
    """All articles a second at this many names."""
    matcher = Matcher(watchlist(names))
    for text in texts[:WARM]:
        matcher.candidates("", text)
    candidates, found = in_turns(matcher, texts[WARM : WARM + 2 * TIMED])
    few = texts[: max(2, PARTIAL_PAIRS // len(names))]
    partial = per_second(partial_loop(names), few)
    exact = exact_search(names)
    exactly = per_second(exact, texts[WARM : WARM + TIMED]) if exact else None
    return Speeds(len(names), candidates, found, partial, exactly)


def build_cost(names: Sequence[str]) -> tuple[float, float]:
    """Seconds to build a matcher, and kilobytes of memory a name that it then holds beyond the list itself."""
    listed = watchlist(names)
    gc.collect()
    started = time.process_time()
    matcher = Matcher(listed)
    seconds = time.process_time() - started
    del matcher
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    matcher = Matcher(listed)
    gc.collect()
    held = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    matcher.remove(names[0])
    return seconds, held / len(names) / 1024


def live_cost(names: Sequence[str], more: Sequence[str], texts: Sequence[str]) -> tuple[float, float]:
    """Milliseconds of CPU to add one name to a running matcher and see it found: median and 99 %."""
    matcher = Matcher(watchlist(names))
    for text in texts[:WARM]:
        matcher.candidates("", text)
    times = []
    for name in more:
        started = time.process_time()
        matcher.add(Company(name))
        matcher.candidates(name, "")
        times.append((time.process_time() - started) * 1000)
    return median(times), quantiles(times, n=100)[98]


def hostile() -> dict[str, tuple[list[str], str]]:
    """Names of 128 characters and texts of a million that were made to hurt."""
    return {
        "one letter": (["a " * 64, "a " * 63 + "b"], "a " * (HOSTILE_LETTERS // 2)),
        "one word": (["lava " * 25, "lava " * 24 + "lamp"], "lava " * (HOSTILE_LETTERS // 5)),
        "one long word": (["x" * 128, "x" * 127 + "y"], "x" * HOSTILE_LETTERS),
        "near names": (["q" * 64 + "z" * 64, "qzqzqzqzqz"], ("q" * 63 + "z" * 64 + " ") * (HOSTILE_LETTERS // 128)),
        "one Han character": (["的" * 128, "的" * 127 + "地"], "的" * HOSTILE_LETTERS),
        "distinct words": (["abcdefghij", "abcdefg"], " ".join(f"abc{n:x}fghij" for n in range(HOSTILE_LETTERS // 13))),
        "ampersands": (["a&b", "AT&T"], "a&b&" * (HOSTILE_LETTERS // 4)),
        "capital letters": (["A.B.C."], "A.B." * (HOSTILE_LETTERS // 4)),
    }


def worst() -> tuple[str, float]:
    """The worst of the hostile texts, of which the matcher reads `LONGEST_TEXT`, and its seconds."""
    seconds = {}
    for kind, (names, text) in hostile().items():
        matcher = Matcher(watchlist([name[:128] for name in names]))
        started = time.process_time()
        matcher.candidates("", text)
        seconds[kind] = time.process_time() - started
    kind = max(seconds, key=lambda each: seconds[each])
    return kind, seconds[kind]


def speed_table(measured: Sequence[Speeds]) -> Table:
    """Articles a second."""
    table = Table(title="Articles a second, one core")
    for column in ("names", "candidates", "with evidence", "partial_ratio loop", "ahocorasick-rs, exact only"):
        table.add_column(column, justify="right")
    for each in measured:
        exact = f"{each.exact:,.0f}" if each.exact else "not installed"
        table.add_row(f"{each.names:,}", f"{each.candidates:,.0f}", f"{each.found:,.0f}", f"{each.partial:,.2f}", exact)
    return table


def figure_table(measured: Sequence[Speeds], rows: Sequence[tuple[str, str, str, str]]) -> Table:
    """The figures with their bars; speeds are of candidates, and with evidence in brackets."""
    table = Table(title="Figures")
    for column in ("", "measured (with evidence)", "must", "aim"):
        table.add_column(column, justify="right" if column else "left")
    for each, must, aim in zip(measured, (30, 250, 1200), (60, 500, 3000), strict=True):
        ours = f"{each.candidates / each.partial:,.0f}x ({each.found / each.partial:,.0f}x)"
        table.add_row(f"against partial_ratio, {each.names:,} names", ours, f"{must}x", f"{aim}x")
    first, last = measured[0], measured[-1]
    if last.exact:
        ours = f"{last.candidates / last.exact:.2f} ({last.found / last.exact:.2f})"
        table.add_row("against exact search, 100,000 names", ours, "0.125", "0.3")
    ours = f"{first.candidates / last.candidates:.1f}x ({first.found / last.found:.1f}x)"
    table.add_row("cost of an article from 1,000 to 100,000 names", ours, "3x", "2x")
    for row in rows:
        table.add_row(*row)
    return table


def main() -> int:
    """Print both tables; 0 also where the data folder is missing."""
    console = Console(width=120)
    if not DATA.is_dir():
        console.print("The shared data folder is not beside this checkout: the matcher is not measured.")
        return 0
    names, texts = read_names(), read_articles()
    measured = [speeds(names[:size], texts) for size in SIZES]
    console.print(speed_table(measured))
    listed, more = names[: SIZES[-1] - ADDED], names[SIZES[-1] - ADDED : SIZES[-1]]
    seconds, kilobytes = build_cost(names[: SIZES[-1]])
    middle, high = live_cost(listed, more, texts)
    kind, longest = worst()
    rows = (
        ("memory a name at 100,000", f"{kilobytes:.2f} KB", "1.5 KB", "1 KB"),
        ("build of 100,000 names", f"{seconds:.1f} s", "10 s", "3 s"),
        ("adding a name live, median / 99 %", f"{middle:.2f} / {high:.2f} ms", "5 / 20 ms", "1 / 5 ms"),
        (f"worst hostile text ({kind}), cut at {LONGEST_TEXT:,}", f"{longest:.2f} s", "1 s", ""),
    )
    console.print(figure_table(measured, rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
