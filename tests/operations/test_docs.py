"""The dashboard and the alert rules name figures that exist; docs/operations.md names settings and commands that do."""

import json
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot.cli.main import main
from bot.config import Settings
from bot.operations.metrics import Metrics
from tests.fakes import START

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "operations.md").read_text()
NAME = re.compile(r"\b(?:namewatch|process)_[a-z_]+")


def figures() -> set[str]:
    """Every name that is scraped, with what a histogram makes of its own."""
    found = set()
    for line in Metrics("1", START).text().decode().splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split()
            found |= {f"{name}_bucket", f"{name}_count", f"{name}_sum", name} if kind == "histogram" else {name}
    return found


def expressions() -> list[str]:
    """What the dashboard and the rules ask Prometheus for."""
    dashboard = json.loads((DOCS / "operations" / "dashboard.json").read_text())
    shown = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    rules = YAML(typ="safe", pure=True).load(DOCS / "operations" / "alerts.yaml")
    return shown + [rule["expr"] for group in rules["groups"] for rule in group["rules"]]


def test_every_figure_that_is_asked_for_exists() -> None:
    asked = {name for expression in expressions() for name in NAME.findall(expression)}
    assert len(asked) > 15
    assert asked - figures() == set()


def test_every_figure_and_setting_of_the_page_exists() -> None:
    assert {name for name in NAME.findall(PAGE) if name != "namewatch_"} - figures() == set()
    assert set(re.findall(r"\bNAMEWATCH_[A-Z_]+", PAGE)) - Settings.variables() == set()


@pytest.mark.parametrize("command", sorted(set(re.findall(r"namewatch ((?:db )?[a-z]+)", PAGE))))
def test_every_command_of_the_page_exists(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command.split(), "--help"]) == 0
    assert "Usage" in capsys.readouterr().out
