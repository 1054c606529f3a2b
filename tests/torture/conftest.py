"""What every row of the proof table shares: both databases, secrets that are searched for, figures that are printed."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.postgres import DATABASE
from tests.torture.canaries import PASSWORD, SETTINGS, Outputs, rows_of

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


@pytest.fixture(autouse=True)
def outputs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> Iterator[Outputs]:
    """Every setting holds a secret; none is in what the row prints, logs, writes to files, or adds to the outputs.

    Nothing hides secrets in these logs, as the command does with its own.
    """
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    found = Outputs()
    yield found
    said = capfd.readouterr()
    found.add(said.out, said.err, caplog.text)
    found.add_files(tmp_path)
    assert found.leaked() == []


@pytest.fixture
def store_url(tmp_path: Path, request: pytest.FixtureRequest, outputs: Outputs) -> Iterator[str]:
    """An empty store of this kind, a server's with a password; its rows are among the outputs."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/store.db"
        return
    request.getfixturevalue("postgres_url")
    url = str(request.getfixturevalue("postgres").url(DATABASE, password=PASSWORD))
    yield url
    outputs.add(*rows_of(url))


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
