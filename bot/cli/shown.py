"""What the command line says, and how it reaches the settings."""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from bot.chat.console import let_go
from bot.cli.redaction import REDACTOR
from bot.config import Settings, environment, unknown_variables
from bot.model.place import Finding


def tell(line: str) -> None:
    """A line on stderr, without secrets; where nobody reads it any more it is lost, and the work goes on."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(f"{REDACTOR.hide(line)}\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        let_go(sys.stderr)


def complain(message: str) -> None:
    """A line (or several) on stderr, each beginning with the name of the command."""
    for line in message.splitlines():
        tell(f"namewatch: {line}")


def show_findings(findings: Iterable[Finding]) -> int:
    """Each finding on a line of stderr, in the order of files; returns how many are errors."""
    ordered = sorted(findings, key=lambda finding: finding.place)
    for finding in ordered:
        tell(str(finding))
    return sum(finding.severity == "error" for finding in ordered)


def settings_here() -> tuple[Settings, Mapping[str, str]]:
    """The settings of this process and folder, and the variables they came from; slips of the pen are told."""
    variables = environment(Path.cwd())
    REDACTOR.learn(variables)
    for sentence in unknown_variables(variables):
        complain(sentence)
    return Settings.read(variables), variables
