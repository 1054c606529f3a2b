"""kill -9 at any moment loses no alert, and what may be a repeat says so."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.conftest import environment

KILLS = 20
SCRIPT = Path(__file__).with_name("kill_rounds.py")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store_url(request: pytest.FixtureRequest) -> str:
    """Where the bot of the test keeps everything."""
    return "sqlite:///var/namewatch.db" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


def test_twenty_kills_lose_no_alert_and_every_repeat_is_marked(home: Path, store_url: str) -> None:
    (home / "watchlists" / "watched.yaml").write_text("companies: [Groq]\nstories: off\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(KILLS), "7"],
        cwd=home,
        env=environment(NAMEWATCH_LEASE="1", DATABASE_URL=store_url),
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    text = (home / "alerts.txt").read_text(encoding="utf-8")
    log = (home / "log.txt").read_text(encoding="utf-8")
    alerts = [part for part in re.split(r"\n\s*\n", text) if "Groq announces item" in part]
    for item in range(KILLS * 3):
        copies = [part for part in alerts if re.search(rf"announces item {item}\b", part)]
        unmarked = [part for part in copies if "may be a repeat" not in part]
        assert copies, f"item {item} was lost\n{log}"
        assert len(unmarked) <= 1, f"item {item} was repeated without a mark\n{copies}"
    assert "Traceback" not in log
