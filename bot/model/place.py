"""Where in a file something stands, and what `check` found there."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a text file; lines and columns count from 1, and 0 means "the file as a whole"."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """`file:line:column`, the form that editors and terminals make clickable."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


NOWHERE = Place("")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong or doubtful in a file: where, what, and the next step for the reader."""

    place: Place
    severity: Severity
    message: str
    fix: str = ""

    def __str__(self) -> str:
        """`file:line:column: error: message (fix)` on one line."""
        fix = f" ({self.fix})" if self.fix else ""
        return f"{self.place}: {self.severity}: {self.message}{fix}"
