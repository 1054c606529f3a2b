"""Fits bot/matching/weights.json: `python -m benchmarks.fit_evidence ../shared/data/mentions`.

A logistic regression over the arguments of `bot.matching.weights.SIGNS`, on every candidate of the sources that allow
it (sentfin, finentity) and of benchmarks/cases. The three count the same, however many candidates they have. Each
weight keeps the sign that its argument claims, and a ridge keeps it near 0 where few candidates show it. Coordinate
descent from 0 over a convex loss: the same input gives the same file. Prints what five-fold cross-validation says.
"""

import argparse
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from benchmarks.articles import Labelled, collections, own_cases
from bot.matching import Matcher, evidence, matcher
from bot.matching.candidate import Candidate
from bot.matching.evidence import Judgement, Rules
from bot.matching.weights import CUT_OFFS, SIGNS
from bot.model.watchlist import Watchlist

SOURCES = ("sentfin", "finentity")
RIDGE = 0.5
SWEEPS = 60
FOLDS = 5
STORED = Path(evidence.__file__).parent / "weights.json"


@dataclass(frozen=True, slots=True)
class Row:
    """A candidate: how much of each argument it shows, whether the company is meant, how much the row counts."""

    shown: Mapping[str, float]
    meant: bool
    weight: float = 1.0


def shown_by(found: Matcher, title: str, text: str) -> list[tuple[int, Mapping[str, float]]]:
    """The company and the arguments of every candidate of an article."""
    seen: list[tuple[int, Mapping[str, float]]] = []

    def note(candidates: Sequence[Candidate], rules: Sequence[Rules]) -> list[Judgement]:
        for candidate, arguments in zip(candidates, evidence.weigh(candidates, rules), strict=True):
            shown: dict[str, float] = {}
            for argument in arguments:
                shown[argument.feature] = shown.get(argument.feature, 0.0) + argument.amount
            seen.append((candidate.company, shown))
        return []

    with patch.object(matcher, "judge", note):  # the matcher hands its candidates to the judge: stand in his place
        found.find(title, text)
    return seen


def from_collection(watchlist: Watchlist, articles: Sequence[Labelled]) -> Iterator[Row]:
    """A row for every candidate that somebody was sure of."""
    found = Matcher(watchlist)
    for article in articles:
        for company, shown in shown_by(found, article.title, article.text):
            name = watchlist.companies[company].name
            if name not in article.unsure:
                yield Row(shown, name in article.gold)


def from_cases() -> Iterator[Row]:
    """A row for every candidate of our own cases."""
    for watchlist, text, meant in own_cases():
        for company, shown in shown_by(Matcher(watchlist), "", text):
            if company == 0:
                yield Row(shown, meant)


def balanced(groups: Sequence[Sequence[Row]]) -> list[Row]:
    """All rows, so weighted that every group counts the same and a row counts 1 on average."""
    total = sum(map(len, groups))
    return [Row(row.shown, row.meant, total / len(groups) / len(group)) for group in groups for row in group]


def fit(rows: Sequence[Row]) -> dict[str, float]:
    """The weight of every argument that the rows show."""
    columns: dict[str, list[tuple[int, float]]] = {}
    for at, row in enumerate(rows):
        for feature, amount in row.shown.items():
            columns.setdefault(feature, []).append((at, amount))
    weights, margins = dict.fromkeys(sorted(columns), 0.0), [0.0] * len(rows)
    for _ in range(SWEEPS):
        for feature in weights:
            step = _step(feature, weights[feature], columns[feature], rows, margins)
            weights[feature] += step
            for at, amount in columns[feature]:
                margins[at] += step * amount
    return weights


def _step(
    feature: str, weight: float, column: Sequence[tuple[int, float]], rows: Sequence[Row], margins: Sequence[float]
) -> float:
    """One damped Newton step for one weight, within the sign of its argument."""
    slope, bend = RIDGE * weight, RIDGE
    for at, amount in column:
        chance = 1 / (1 + math.exp(-margins[at]))
        slope += rows[at].weight * (chance - rows[at].meant) * amount
        bend += rows[at].weight * max(0.05, chance * (1 - chance)) * amount**2
    moved, sign = weight - slope / bend, SIGNS[feature]
    if sign and moved * sign < 0:
        moved = 0.0
    return moved - weight


def figures(rows: Sequence[Row], weights: Mapping[str, float], cut: float = 0.5) -> tuple[float, float, float]:
    """Precision and recall at the cut, and the log loss."""
    right = false = missed = 0
    loss = 0.0
    for row in rows:
        logits = sum(weights.get(feature, 0.0) * amount for feature, amount in row.shown.items())
        chance = 1 / (1 + math.exp(-logits))
        loss -= row.weight * math.log(max(1e-9, chance if row.meant else 1 - chance))
        right += row.meant and chance >= cut
        false += not row.meant and chance >= cut
        missed += row.meant and chance < cut
    return right / max(1, right + false), right / max(1, right + missed), loss / len(rows)


def main() -> None:
    """Fit, print, store."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder of the shared mentions")
    sources = collections(parser.parse_args().data)
    groups = {source: list(from_collection(*sources[source])) for source in SOURCES} | {"own cases": list(from_cases())}
    for name, group in groups.items():
        held_out = [figures(group[fold::FOLDS], _without(groups, fold)) for fold in range(FOLDS)]
        precision, recall, loss = (sum(column) / FOLDS for column in zip(*held_out, strict=True))
        share = sum(row.meant for row in group) / len(group)
        print(
            f"{name:<10}{len(group):6}, {share:.2f} meant; held out: P {precision:.3f} R {recall:.3f} loss {loss:.3f}"
        )
    rows = balanced(list(groups.values()))
    weights = {feature: round(weight, 2) for feature, weight in fit(rows).items()}
    shown = {feature: sum(feature in row.shown for row in rows) for feature in SIGNS}
    stored = {
        "cut_offs": CUT_OFFS,
        "weights": {feature: weights.get(feature, 0.0) for feature in SIGNS},
        "candidates_that_show_it": shown,
    }
    STORED.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")
    print("\n".join(f"{feature:<26}{weights.get(feature, 0.0):6.2f}{shown[feature]:6}" for feature in SIGNS))


def _without(groups: Mapping[str, Sequence[Row]], fold: int) -> dict[str, float]:
    kept = [[row for at, row in enumerate(group) if at % FOLDS != fold] for group in groups.values()]
    return fit(balanced(kept))


if __name__ == "__main__":
    main()
