"""Which articles tell one story, beside its peers: `python -m benchmarks.stories ../shared/data/stories`.

The index as it ships is fed with titles and leads in their order of arrival: the order of the file for ECB+, whose
articles have no dates, and the aggregator's time stamps for its headlines. No company is named, so that every article
may join every other. The peers read the same titles and leads in the same order, and an article joins the story of the
one that it is most like, from a threshold on: MinHash of words and of word triples (datasketch), simhash, rapidfuzz's
`token_set_ratio`. Every threshold of a peer is tried; shown are the highest B-cubed F at the precision that is asked of
the index, and the highest at all: the best threshold in hindsight, while the index has one for all. The peers come with
`pip install -e .[peers]`; one that is missing is left out.
"""

import argparse
import importlib
import itertools
import random
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from rapidfuzz import fuzz

from benchmarks.articles import lines
from bot.model.story import StoryMember
from bot.model.watchlist import Stories
from bot.stories import Names, Probe, StoryIndex, index, lead_of
from bot.stories.rarity import rarity

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SHUFFLES = 5
RECENT = 10_000
PROBES = 500
CHOICES = (0.1, 0.115, 0.131, 0.145, 0.16, 0.175)
COPY = 0.3
Clusters = Mapping[str, str]
"""The story of every article, by id."""


@dataclass(frozen=True, slots=True)
class Told:
    """An article, and the story that it tells."""

    id: str
    topic: str
    story: str
    title: str
    text: str
    at: int

    @property
    def compared(self) -> str:
        """What of it is compared."""
        return f"{self.title} {lead_of(self.text)}"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two articles, by id, and whether they tell one story."""

    one: str
    other: str
    same: bool


@dataclass(frozen=True, slots=True)
class Collection:
    """Articles in their order of arrival, with the pairs that are judged, and the precision asked for."""

    name: str
    articles: Sequence[Told]
    pairs: Sequence[Pair]
    precision: float


@dataclass(frozen=True, slots=True)
class Score:
    """Pair precision and recall; B-cubed F."""

    precision: float
    recall: float
    f: float

    def __str__(self) -> str:
        return f"{self.precision:.3f} {self.recall:.3f}  {self.f:.3f}"


def collections(data: Path) -> tuple[Collection, Collection]:
    """ECB+, and the aggregator's headlines."""
    articles = [
        Told(row["id"], row["topic"], row["story"], row["title"], row["text"], row.get("ts", 0))
        for row in lines(data / "docs.jsonl.gz")
    ]
    pairs = [Pair(row["a"], row["b"], row["label"] == "same") for row in lines(data / "pairs.jsonl.gz")]
    ecb = [each for each in articles if _is_ecb(each.id)]
    headlines = sorted((each for each in articles if not _is_ecb(each.id)), key=lambda each: each.at)
    return (
        Collection("ECB+", ecb, [pair for pair in pairs if _is_ecb(pair.one)], 0.90),
        Collection("headlines", headlines, [pair for pair in pairs if not _is_ecb(pair.one)], 0.85),
    )


def _is_ecb(article_id: str) -> bool:
    return article_id.startswith("ecb-")


def clustered(articles: Sequence[Told], mode: Stories = "normal", names: Names | None = None) -> Clusters:
    """What the index as it ships makes of these articles, in this order."""
    held = StoryIndex(names=names or Names())
    stories: dict[str, str] = {}
    for each in articles:
        join = held.find(Probe(each.title, lead_of(each.text), NOW), mode)
        stories[each.id] = join.story_id if join else each.id
        held.add(member(each, stories[each.id]))
    return stories


def member(of: Told, story_id: str) -> StoryMember:
    """The article as a member of a story."""
    return StoryMember(story_id, of.id, "feed:x", of.title, lead_of(of.text), "", "en", NOW, "")


def score(clusters: Clusters, collection: Collection) -> Score:
    """Of the pairs, and B-cubed over all articles."""
    found = [(clusters[pair.one] == clusters[pair.other], pair.same) for pair in collection.pairs]
    right = found.count((True, True))
    precision = right / max(1, right + found.count((True, False)))
    return Score(precision, right / max(1, right + found.count((False, True))), b_cubed(clusters, collection.articles))


def b_cubed(clusters: Clusters, articles: Sequence[Told]) -> float:
    """The harmonic mean of how pure and how complete the story of an article is, on the average."""
    sizes = Counter(clusters[each.id] for each in articles)
    wanted = Counter(each.story for each in articles)
    both = Counter((clusters[each.id], each.story) for each in articles)
    pure = sum(count * count / sizes[found] for (found, _), count in both.items())
    whole = sum(count * count / wanted[story] for (_, story), count in both.items())
    return 2 * pure * whole / (pure + whole) / len(articles)


def minhash(articles: Sequence[Told], run: int = 1) -> Callable[[Told, Told], float]:
    """The estimated Jaccard similarity of the sets of runs of so many words, 128 permutations."""
    datasketch: Any = importlib.import_module("datasketch")
    made: dict[str, Any] = {}
    for each in articles:
        found = words(each)
        runs = {" ".join(found[at : at + run]) for at in range(max(1, len(found) - run + 1))}
        made[each.id] = datasketch.MinHash(num_perm=128)
        made[each.id].update_batch([run.encode() for run in runs])
    return lambda one, other: float(made[one.id].jaccard(made[other.id]))


def simhash(articles: Sequence[Told]) -> Callable[[Told, Told], float]:
    """The share of the 64 bits that are equal."""
    made = {each.id: importlib.import_module("simhash").Simhash(words(each)) for each in articles}
    return lambda one, other: float(1 - made[one.id].distance(made[other.id]) / 64)


def token_set_ratio(articles: Sequence[Told]) -> Callable[[Told, Told], float]:
    """rapidfuzz, from 0 to 1."""
    made = {each.id: " ".join(words(each)) for each in articles}
    return lambda one, other: fuzz.token_set_ratio(made[one.id], made[other.id]) / 100


def words(of: Told) -> list[str]:
    """Its words in lower case."""
    return re.findall(r"\w+", of.compared.lower())


PEERS: Mapping[str, tuple[Callable[[Sequence[Told]], Callable[[Told, Told], float]], Sequence[float]]] = {
    "MinHash, words": (minhash, [step / 50 for step in range(5, 41)]),
    "MinHash, triples": (partial(minhash, run=3), [step / 50 for step in range(1, 41)]),
    "simhash": (simhash, [step / 64 for step in range(40, 64)]),
    "token_set_ratio": (token_set_ratio, [step / 50 for step in range(20, 50)]),
}


def nearest(articles: Sequence[Told], alike: Callable[[Told, Told], float]) -> list[tuple[str, float, str]]:
    """Of each article the one before it that is most like it, and how much."""
    found = []
    for position, each in enumerate(articles):
        best = max(((alike(each, other), other.id) for other in articles[:position]), default=(0.0, ""))
        found.append((each.id, *best))
    return found


def joined(found: Sequence[tuple[str, float, str]], threshold: float) -> Clusters:
    """The stories where an article joins the one most like it, from the threshold on."""
    stories: dict[str, str] = {}
    for article_id, alike, other in found:
        stories[article_id] = stories[other] if other and alike >= threshold else article_id
    return stories


def peers(collection: Collection) -> Iterator[tuple[str, float, Score, float]]:
    """Every peer at every threshold: its name, the threshold, the score, milliseconds an article."""
    for name, (make, thresholds) in PEERS.items():
        began = time.process_time()
        try:
            found = nearest(collection.articles, make(collection.articles))
        except ImportError as missing:
            print(f"{name}: left out, {missing}")
            continue
        cost = 1000 * (time.process_time() - began) / len(collection.articles)
        for threshold in thresholds:
            yield name, threshold, score(joined(found, threshold), collection), cost


def protagonists(articles: Sequence[Told]) -> Names:
    """What most articles of a topic name: as if each topic were about a watched company."""
    names: set[str] = set()
    for topic in {each.topic for each in articles}:
        told = [set(re.findall(r"(?<=[a-z,] )[A-Z]\w+", each.text)) for each in articles if each.topic == topic]
        counts = Counter(name.lower() for found in told for name in found)
        names |= {name for name, count in counts.items() if count >= max(3, 0.4 * len(told)) and rarity(name) >= 0.5}
    return Names(names)


def shuffled(articles: Sequence[Told]) -> Iterator[list[Told]]:
    """The articles in other orders, the same on every run."""
    for seed in range(SHUFFLES):
        order = list(articles)
        random.Random(seed).shuffle(order)
        yield order


def without_twin_sections(collection: Collection) -> Collection:
    """Without the pairs across the two stories that take up half of all "different" pairs: one event filed twice."""
    story = cache({each.id: each.story for each in collection.articles}.__getitem__)
    across = Counter(frozenset((story(pair.one), story(pair.other))) for pair in collection.pairs if not pair.same)
    twins = across.most_common(1)[0][0]
    pairs = [pair for pair in collection.pairs if pair.same or {story(pair.one), story(pair.other)} != twins]
    return Collection(collection.name, collection.articles, pairs, collection.precision)


def report_stories(collection: Collection) -> None:
    """The index in every mode, in other orders, and the peers at their best."""
    print(f"\n{collection.name}: {len(collection.articles)} articles, {len(collection.pairs)} pairs")
    print(f"{'':32}    P     R   B-cubed F")
    usual = clustered(collection.articles)
    print(f"{'normal':32}{score(usual, collection)}")
    print(f"{'eager':32}{score(clustered(collection.articles, 'eager'), collection)}")
    if collection.articles[0].text:
        bare = clustered(collection.articles, names=protagonists(collection.articles))
        print(f"{'normal, names left out':32}{score(bare, collection)}")
    else:
        print(f"{'normal, twin sections left out':32}{score(usual, without_twin_sections(collection))}")
    report_orders(collection, usual)
    tried = list(peers(collection))
    for name in dict.fromkeys(row[0] for row in tried):
        mine = [(found, threshold, cost) for each, threshold, found, cost in tried if each == name]
        for what, floor in (("at the precision asked for", collection.precision), ("at its best F", 0.0)):
            able = [row for row in mine if row[0].precision >= floor and row[0].recall]
            best = max(able, key=lambda row: row[0].f, default=None)
            told = f"{best[0]}  at {best[1]:.2f}, {best[2]:.1f} ms an article" if best else "never"
            print(f"{name + ' ' + what:46}{told}")


def report_orders(collection: Collection, usual: Clusters) -> None:
    """What changes when the articles come in another order."""
    scores, moved = [], []
    for order in shuffled(collection.articles):
        clusters = clustered(order)
        scores.append(score(clusters, collection))
        pairs = collection.pairs
        changed = sum(
            (clusters[each.one] == clusters[each.other]) != (usual[each.one] == usual[each.other]) for each in pairs
        )
        moved.append(changed / len(pairs))
    mean = Score(*(statistics.fmean(getattr(each, part) for each in scores) for part in ("precision", "recall", "f")))
    lowest = min(each.precision for each in scores)
    print(f"{f'normal, mean of {SHUFFLES} other orders':32}{mean}  precision {lowest:.3f} at the lowest")
    print(f"{'':32}{statistics.fmean(moved):.1%} of the pairs are judged otherwise than in order of arrival")


def report_halves(collection: Collection) -> None:
    """The threshold as one half of the topics would choose it, and what it does on the other half."""
    topics = sorted({each.topic for each in collection.articles})
    halves = [_of_topics(collection, frozenset(topics[start::2])) for start in (0, 1)]
    for chooser, other in (halves, halves[::-1]):
        tried = [(threshold, _at(threshold, chooser)) for threshold in CHOICES]
        able = [row for row in tried if row[1].precision >= collection.precision]
        best = max(able or tried, key=lambda row: row[1].f)[0]
        print(f"{f'threshold {best} as half chooses, other half':44}{_at(best, other)}")


def _of_topics(collection: Collection, topics: frozenset[str]) -> Collection:
    articles = [each for each in collection.articles if each.topic in topics]
    ids = {each.id for each in articles}
    pairs = [pair for pair in collection.pairs if pair.one in ids and pair.other in ids]
    return Collection(collection.name, articles, pairs, collection.precision)


def _at(threshold: float, collection: Collection) -> Score:
    with patch.object(index, "THRESHOLDS", {"normal": threshold}):
        return score(clustered(collection.articles), collection)


def report_syndicated(collection: Collection) -> None:
    """What MinHash of word triples would add: articles that are nearly the same text and not yet one story."""
    try:
        alike = minhash(collection.articles, run=3)
    except ImportError:
        return
    stories = clustered(collection.articles)
    pairs = list(itertools.combinations(collection.articles, 2))
    copies = [(one, other) for one, other in pairs if alike(one, other) >= COPY]
    together = sum(stories[one.id] == stories[other.id] for one, other in copies)
    print(f"nearly the same text (MinHash of triples {COPY} or more): {len(copies)} pairs, {together} in one story")


def report_cost(collections: Sequence[Collection]) -> None:
    """CPU of one look among RECENT recent stories, of taking in, of letting go."""
    real = [each for collection in collections for each in collection.articles]
    held = StoryIndex()
    crowd = [_varied(real[number % len(real)], number) for number in range(RECENT)]
    began = time.process_time()
    for each in crowd:
        held.add(member(each, each.id))
    print(f"\n{RECENT:,} recent stories; CPU\ntaking all in    {time.process_time() - began:8.2f} s")
    probes = random.Random(1).sample(real, PROBES)
    for what, leads in (("a title", False), ("title and lead", True)):
        costs = [_timed(held, each, with_lead=leads) for each in probes]
        worst = sorted(costs)[int(0.99 * len(costs))]
        print(f"{what:16}{statistics.fmean(costs):8.2f} ms on the average, {worst:.2f} ms at 99 %")
    began = time.process_time()
    held.forget(NOW)
    print(f"letting go      {1000 * (time.process_time() - began):8.3f} ms where nothing is past")
    began = time.process_time()
    held.forget(NOW + timedelta(hours=1))
    print(f"                {1000 * (time.process_time() - began) / RECENT:8.3f} ms an article")


def _varied(of: Told, number: int) -> Told:
    """The article with every third word replaced: another story in words as common and as rare."""
    source = random.Random(number)
    title, text = (" ".join(_other(word, source) for word in part.split()) for part in (of.title, of.text))
    return Told(f"{of.id}-{number}", of.topic, of.story, title, text, of.at)


def _other(word: str, source: random.Random) -> str:
    return f"{word[:3]}{source.randrange(5000)}" if source.random() < 1 / 3 else word


def _timed(held: StoryIndex, of: Told, *, with_lead: bool) -> float:
    probe = Probe(of.title, lead_of(of.text) if with_lead else "", NOW)
    began = time.process_time()
    held.find(probe)
    return 1000 * (time.process_time() - began)


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder with docs.jsonl.gz and pairs.jsonl.gz")
    both = collections(parser.parse_args().data)
    for collection in both:
        report_stories(collection)
    print(f"\n{both[0].name} again")
    report_halves(both[0])
    report_syndicated(both[0])
    report_cost(both)


if __name__ == "__main__":
    main()
