"""Precision and recall beside three baselines: `python -m benchmarks.quality ../shared/data/mentions`.

Every (article, company) pair of a source counts once. The baselines search for the same aliases: bounded by tokens and
case-folded; as plain case-folded substrings; by rapidfuzz's `partial_ratio` of 90 or more against the whole article,
case-folded (a sample of the articles, for it is slow). Then the snippets around ambiguous names, the single mentions
of ambiguous surfaces, and the recall on newswire whose editors coded the companies.
"""

import argparse
import itertools
import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from benchmarks.articles import Labelled, collections, lines, watched
from bot.matching import Matcher
from bot.matching.weights import CUT_OFFS
from bot.model.company import Mention
from bot.model.watchlist import Watchlist

SAMPLE = 300
WIRE_STEP = 5
HAN = re.compile(r"[\u3400-\u9fff]")
Found = Callable[[str], set[str]]


@dataclass(frozen=True, slots=True)
class Score:
    """Pairs found rightly, found wrongly, missed."""

    right: int = 0
    false: int = 0
    missed: int = 0

    def __add__(self, other: "Score") -> "Score":
        return Score(self.right + other.right, self.false + other.false, self.missed + other.missed)

    @property
    def precision(self) -> float:
        """Share of the found ones that are right."""
        return self.right / max(1, self.right + self.false)

    @property
    def recall(self) -> float:
        """Share of the right ones that are found."""
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        return 2 * self.right / max(1, 2 * self.right + self.false + self.missed)

    def __str__(self) -> str:
        return f"{self.precision:6.3f}{self.recall:6.3f}{self.f1:6.3f}"


def aliases(watchlist: Watchlist) -> dict[str, set[str]]:
    """The companies of every folded alias."""
    owners: dict[str, set[str]] = defaultdict(set)
    for company in watchlist.companies:
        for text in (company.name, *(alias.text for alias in company.aliases)):
            owners[text.casefold()].add(company.name)
    return owners


def by_token(owners: Mapping[str, set[str]]) -> Found:
    """Aliases that stand in the text between word boundaries; Han ones anywhere."""
    longest = sorted(owners, key=len, reverse=True)
    parts = [re.escape(a) if HAN.search(a) else rf"(?<!\w){re.escape(a)}(?!\w)" for a in longest]
    pattern = re.compile("|".join(parts))
    return lambda text: {company for hit in pattern.finditer(text) for company in owners[hit.group()]}


def by_substring(owners: Mapping[str, set[str]]) -> Found:
    """Aliases that stand in the text anywhere."""
    return lambda text: {company for alias, names in owners.items() if alias in text for company in names}


def by_partial_ratio(owners: Mapping[str, set[str]]) -> Found:
    """Aliases that some part of the text resembles."""
    return lambda text: {
        company
        for alias, names in owners.items()
        if fuzz.partial_ratio(alias, text, score_cutoff=90)
        for company in names
    }


BASELINES: Mapping[str, Callable[[Mapping[str, set[str]]], Found]] = {
    "token search": by_token,
    "substring": by_substring,
    "partial_ratio": by_partial_ratio,
}


def score(found: set[str], article: Labelled, names: frozenset[str]) -> Score:
    """The pairs of one article."""
    found, gold = found - article.unsure, (article.gold & names) - (article.unsure - article.gold)
    return Score(len(found & gold), len(found - gold), len(gold - found))


def confidences(matcher: Matcher, title: str, text: str) -> dict[str, float]:
    """The surest mention of every company that is a candidate."""
    best: dict[str, float] = {}
    for mention in matcher.find(title, text):
        best[mention.company] = max(best.get(mention.company, 0.0), mention.confidence)
    return best


def judged(watchlist: Watchlist, articles: Sequence[Labelled]) -> list[dict[str, float]]:
    """The confidences of every article."""
    matcher = Matcher(watchlist)
    return [confidences(matcher, article.title, article.text) for article in articles]


def at_cut(
    judgements: Sequence[Mapping[str, float]], articles: Sequence[Labelled], watchlist: Watchlist, cut: float
) -> Score:
    """The score when everything from this confidence on counts."""
    names = frozenset(company.name for company in watchlist.companies)
    pairs = zip(judgements, articles, strict=True)
    return sum((score({c for c, sure in best.items() if sure >= cut}, a, names) for best, a in pairs), Score())


def baseline(kind: str, watchlist: Watchlist, articles: Sequence[Labelled]) -> Score:
    """The score of one of the searches for aliases."""
    find = BASELINES[kind](aliases(watchlist))
    names = frozenset(company.name for company in watchlist.companies)
    return sum((score(find(f"{a.title}\n{a.text}".casefold()), a, names) for a in articles), Score())


def print_sources(data: Path) -> None:
    """One row a source, and the sum of all."""
    print(f"{'source':<15}{'pairs':>6}" + "".join(f" |{name:>19}" for name in (*CUT_OFFS, *BASELINES)))
    print(" " * 21 + " |     P     R    F1 " * (len(CUT_OFFS) + len(BASELINES)))
    totals: dict[str, Score] = defaultdict(Score)
    for source, (watchlist, articles) in collections(data).items():
        judgements = judged(watchlist, articles)
        row: dict[str, Score] = {
            str(level): at_cut(judgements, articles, watchlist, cut) for level, cut in CUT_OFFS.items()
        }
        sample = articles[:: max(1, len(articles) // SAMPLE)]
        row |= {kind: baseline(kind, watchlist, sample if kind == "partial_ratio" else articles) for kind in BASELINES}
        for name, each in row.items():
            totals[name] += each
        print_row(source, row)
    print_row("all", totals)


def print_row(source: str, row: Mapping[str, Score]) -> None:
    """A line of the table."""
    pairs = row["normal"].right + row["normal"].missed
    print(f"{source:<15}{pairs:>6}" + "".join(f" |{each} " for each in row.values()), flush=True)


def print_ambiguous(data: Path) -> None:
    """Mentions whose surface fits a watched name: how many real ones count, how many others are rejected."""
    sources = collections(data)
    texts = {row["id"]: row for row in lines(data / "mentions.jsonl.gz")}
    matchers = {source: Matcher(watchlist) for source, (watchlist, _) in sources.items()}
    found: dict[bool, list[bool]] = {True: [], False: []}
    read: dict[str, tuple[Mention, ...]] = {}
    for row in lines(data / "ambiguous.jsonl.gz"):
        article = texts.get(row["doc"])
        if article is None or row["source"] not in matchers:
            continue
        if row["doc"] not in read:
            read = {row["doc"]: matchers[row["source"]].find(article["title"], article["text"])}
        mention = standing_at(read[row["doc"]], row["s"], row["watch"], len(article["title"]) + 1)
        if mention is not None:
            found[bool(row["label"])].append(mention.alert)
    real, others = found[True], found[False]
    print(f"ambiguous: {len(real)} real mentions, {sum(real) / len(real):.3f} found; ", end="")
    print(f"{len(others)} of other things, {1 - sum(others) / len(others):.3f} rejected")


def standing_at(mentions: Sequence[Mention], start: int, company: str, title: int) -> Mention | None:
    """The mention of the company at this place of title, line feed and text."""
    for mention in mentions:
        first = mention.start + (title if mention.field == "text" else 0)
        if mention.company == company and first <= start < first + mention.end - mention.start:
            return mention
    return None


def print_wire(data: Path) -> None:
    """Recall on newswire, where the editors coded some of the companies that an article names; one article in five."""
    entries = json_entries(data / "watchlist_wire.json")
    ours = token = total = 0
    for scope in sorted({entry["scope"] for entry in entries}):
        watchlist = watched([entry for entry in entries if entry["scope"] == scope])
        matcher, search = Matcher(watchlist), by_token(aliases(watchlist))
        names = {company.name for company in watchlist.companies}
        rows = (row for row in lines(data / "wiretag.jsonl.gz") if row["source"] == scope)
        for row in itertools.islice(rows, 0, None, WIRE_STEP):
            gold = set(row["gold"]) & names
            total += len(gold)
            ours += len(gold & {m.company for m in matcher.find(row["title"], row["text"]) if m.alert})
            token += len(gold & search(f"{row['title']}\n{row['text']}".casefold()))
    print(f"wiretag: {total} coded pairs, recall {ours / total:.4f}, token search {token / total:.4f}")


def json_entries(path: Path) -> list[dict[str, Any]]:
    """The entries of a watchlist of the collection."""
    entries: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["entries"]
    return entries


def print_by_tool(tool: Path, data: Path, command: str) -> None:
    """What one of the shared tools says of the command line; nothing is drawn from it here."""
    print(f"\n{tool.name}:", flush=True)
    subprocess.run([sys.executable, str(tool), str(data), "--command", command], check=False)


def main() -> None:
    """Print everything that the data at hand allow."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder of the shared mentions")
    parser.add_argument("--tool", type=Path, action="append", default=[], help="a shared tool to run as well")
    parser.add_argument("--command", default=f"{sys.executable} -m bot match", help="what the tools run")
    given = parser.parse_args()
    parts = {
        "mentions.jsonl.gz": print_sources,
        "ambiguous.jsonl.gz": print_ambiguous,
        "wiretag.jsonl.gz": print_wire,
    }
    for name, part in parts.items():
        if (given.data / name).exists():
            part(given.data)
        else:
            print(f"{given.data / name} is missing: this part is skipped")
    for tool in given.tool:
        print_by_tool(tool, given.data, given.command)


if __name__ == "__main__":
    main()
