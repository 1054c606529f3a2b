"""What every row of the proof table shares: both databases, and figures that are printed as a table at the end."""

from collections.abc import Callable
from typing import Any

import pytest

SQL = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
Figure = Callable[[str, str], None]

_FIGURE = "figure"


@pytest.fixture
def figure(record_property: Callable[[str, object], None], request: pytest.FixtureRequest) -> Figure:
    """Note what a row has measured: the fault, and what came of it."""
    names = getattr(getattr(request.node, "callspec", None), "params", {})
    database = next((name for name in ("sqlite", "postgres") if name in names.values()), "")

    def note(fault: str, outcome: str) -> None:
        record_property(_FIGURE, (fault, database, outcome))

    return note


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The figures as the table that docs/reliability.md keeps."""
    reports = [report for each in ("passed", "failed") for report in terminalreporter.stats.get(each, ())]
    rows = [value for report in reports for name, value in report.user_properties if name == _FIGURE]
    if rows:
        terminalreporter.section("figures")
        terminalreporter.write_line("| fault | store | outcome |")
        terminalreporter.write_line("| --- | --- | --- |")
        for row in rows:
            terminalreporter.write_line(f"| {' | '.join(row)} |")
