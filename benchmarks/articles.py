"""Labelled articles: the shared collections beside the checkout, and the cases of our own in benchmarks/cases."""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.model.company import Alias, Company, EvidenceLevel
from bot.model.watchlist import Watchlist

CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article, the companies that it names, and those of which nobody is sure."""

    title: str
    text: str
    gold: frozenset[str]
    unsure: frozenset[str]


def lines(path: Path) -> Iterator[Mapping[str, Any]]:
    """The objects of a file of JSON Lines, which may be packed."""
    packed = path.read_bytes()
    text = (gzip.decompress(packed) if path.suffix == ".gz" else packed).decode()
    yield from map(json.loads, text.splitlines())


def collections(data: Path) -> dict[str, tuple[Watchlist, list[Labelled]]]:
    """The watchlist and the articles of every source of the shared mentions; only those that name all they hold."""
    entries = json.loads((data / "watchlist.json").read_text(encoding="utf-8"))["entries"]
    articles: dict[str, list[Labelled]] = {}
    for row in lines(data / "mentions.jsonl.gz"):
        if row.get("exhaustive", True):
            labelled = Labelled(row["title"], row["text"], frozenset(row["gold"]), frozenset(row.get("unsure", ())))
            articles.setdefault(row["source"], []).append(labelled)
    scopes = sorted({entry["scope"] for entry in entries})
    return {
        scope: (watched([entry for entry in entries if entry["scope"] == scope]), articles[scope])
        for scope in scopes
        if scope in articles
    }


def watched(entries: Sequence[Mapping[str, Any]], level: EvidenceLevel = "normal") -> Watchlist:
    """A watchlist of these entries, by their names and aliases alone."""
    return Watchlist(
        "collection",
        "Collection",
        tuple(
            Company(
                entry["canonical"],
                tuple(Alias(alias) for alias in entry["aliases"] if alias != entry["canonical"]),
                evidence=level,
            )
            for entry in entries
        ),
    )


def own_cases() -> Iterator[tuple[Watchlist, str, bool]]:
    """A watchlist, a sentence, and whether the first company is meant in it; the others are only watched too."""
    for path in sorted(CASES.glob("*.jsonl")):
        for row in lines(path):
            aliases = [Alias(alias) for alias in row.get("aliases", ())]
            aliases += [Alias(alias, weak=True) for alias in row.get("weak", ())]
            aliases += [Alias(alias, weak=False) for alias in row.get("strong", ())]
            tickers, context = tuple(row.get("tickers", ())), tuple(row.get("context", ()))
            asked = Company(row["name"], tuple(aliases), tickers, context)
            others = tuple(Company(name) for name in row.get("with", ()))
            yield Watchlist("case", "Case", (asked, *others)), row["text"], row["meant"]
