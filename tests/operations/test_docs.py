"""The dashboard and the alert rules name figures that exist; docs/operations.md names settings and commands that do."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import promql_parser as promql
import pytest
from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML

from bot.cli.main import main
from bot.config import Settings
from bot.model.upkeep import Backlog
from bot.operations.metrics import Metrics
from bot.station import CONDITIONS
from tests.fakes import START

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "operations.md").read_text()
NAME = re.compile(r"\b(?:namewatch|process)_[a-z_]+")
LABELLED = re.compile(r"\b(namewatch_[a-z_]+)\{([a-z_, ]+)\}")

Labels = Mapping[str, set[str]]
"""The labels of a figure, each with the words that it has."""


def figures() -> Mapping[str, Labels]:
    """What the first scrape of a bot that has done nothing yet shows."""
    metrics, found = Metrics("1", START), dict[str, dict[str, set[str]]]()
    metrics.delivers_to(["slack", "discord"])
    metrics.stands(Backlog(), START)
    metrics.watches(dict.fromkeys(CONDITIONS, 0), lists=0, errors=0, lag=0.0)
    for family in text_string_to_metric_families(metrics.text().decode()):
        for sample in family.samples:
            labels = found.setdefault(sample.name, {})
            for name, word in sample.labels.items():
                labels.setdefault(name, set()).add(word)
    return found


def expressions() -> list[str]:
    """What the dashboard and the rules ask Prometheus for."""
    dashboard = json.loads((DOCS / "operations" / "dashboard.json").read_text())
    shown = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    rules = YAML(typ="safe", pure=True).load(DOCS / "operations" / "alerts.yaml")
    return shown + [rule["expr"] for group in rules["groups"] for rule in group["rules"]]


def faults_of(expression: str, known: Mapping[str, Labels]) -> list[str]:
    """What an expression asks for that no scrape has; ValueError where Prometheus would not understand it."""
    selectors: list[promql.VectorSelector] = []
    grouped: set[str] = set()

    def visit(node: promql.Expr) -> None:
        if isinstance(node, promql.VectorSelector):
            selectors.append(node)
        elif isinstance(node, promql.MatrixSelector):
            selectors.append(node.vector_selector)
        elif isinstance(node, promql.AggregateExpr) and node.modifier is not None:
            grouped.update(node.modifier.labels)

    promql.walk(promql.parse(expression), visit)
    names = dict.fromkeys(each.name or "" for each in selectors)
    found = [f"no figure {name}" for name in names if name not in known]
    shared = set().union(*(known.get(name, {}) for name in names))
    found += [f"no label {label}" for label in sorted(grouped - shared)]
    for each in selectors:
        found += [fault for matcher in each.matchers.matchers for fault in _unmatched(matcher, known[each.name or ""])]
    return found


def _unmatched(matcher: promql.Matcher, labels: Labels) -> list[str]:
    """Each word that a label is compared with must be one that it has."""
    if matcher.name not in labels:
        return [f"no label {matcher.name}"]
    is_pattern = matcher.op in (promql.MatchOp.Re, promql.MatchOp.NotRe)
    words = matcher.value.split("|") if is_pattern else [matcher.value]
    return [
        f"no {matcher.name} {word}"
        for word in words
        if not any(re.fullmatch(word, each) for each in labels[matcher.name])
    ]


@pytest.mark.parametrize("expression", expressions())
def test_what_the_dashboard_and_the_rules_ask_for_exists_from_the_first_scrape_on(expression: str) -> None:
    assert faults_of(expression, figures()) == []


@pytest.mark.parametrize(
    ("expression", "faults"),
    [
        ("rate(namewatch_polls_total[5m])", []),
        ("rate(namewatch_pols_total[5m])", ["no figure namewatch_pols_total"]),
        ("sum by (state) (rate(namewatch_polls_total[5m]))", ["no label state"]),
        ('namewatch_queue{condition="dead"}', ["no label condition"]),
        ('namewatch_queue{state=~"dead|parkd"}', ["no state parkd"]),
    ],
)
def test_what_does_not_exist_would_be_found(expression: str, faults: list[str]) -> None:
    assert faults_of(expression, figures()) == faults


def test_every_figure_and_setting_of_the_page_exists() -> None:
    known = figures()
    histograms = {name.removesuffix("_bucket") for name in known if name.endswith("_bucket")}
    assert {name for name in NAME.findall(PAGE) if name != "namewatch_"} - known.keys() - histograms == set()
    for name, labels in LABELLED.findall(PAGE):
        assert set(labels.split(", ")) <= known[name].keys(), name
    assert set(re.findall(r"\bNAMEWATCH_[A-Z_]+", PAGE)) - Settings.variables() == set()


@pytest.mark.parametrize("command", sorted(set(re.findall(r"namewatch ((?:db )?[a-z]+)", PAGE))))
def test_every_command_of_the_page_exists(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command.split(), "--help"]) == 0
    assert "Usage" in capsys.readouterr().out
