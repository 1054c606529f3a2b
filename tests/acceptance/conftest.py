"""A folder of its own for each test of the whole command, and the command itself as a person calls it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
Namewatch = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where the command is called: an empty folder with a `watchlists` folder in it."""
    (tmp_path / "watchlists").mkdir()
    return tmp_path


@pytest.fixture
def namewatch(home: Path) -> Namewatch:
    """Call `namewatch` in `home` with a clean environment and wait for its end."""

    def call(*arguments: str, stdin: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=home,
            env=environment(**variables),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return call


def environment(**variables: str) -> dict[str, str]:
    """What a command of a test sees: the checkout to import from, UTC, and nothing of the machine's settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(CHECKOUT), "PYTHONUTF8": "1", "TZ": "UTC", "COLUMNS": "200", **variables}
