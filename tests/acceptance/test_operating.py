"""The commands of whoever runs the bot, as they are typed: status, canary, db; while it runs and while it does not."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli.main import main
from tests.acceptance.conftest import CHECKOUT, environment

Namewatch = Callable[..., "Done"]
SAMPLES = CHECKOUT / "watchlists" / "samples"
LIST = f"""\
companies: [Lava International, Dixon Technologies]
sources:
  - {{name: Samples, type: files, url: '{SAMPLES}', first_poll: alert}}
"""


@dataclass
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def namewatch(
    watching: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Done]:
    """Call `namewatch` in this process, which spares it a start."""
    monkeypatch.chdir(watching)

    def call(*arguments: str, **variables: str) -> Done:
        with monkeypatch.context() as patch:
            for name, value in variables.items():
                patch.setenv(name, value)
            code = main(arguments)
        said = capfd.readouterr()
        return Done(code, said.out, said.err)

    return call


@pytest.fixture
def watching(home: Path) -> Path:
    (home / "watchlists" / "a.yaml").write_text(LIST)
    return home


@contextmanager
def running(home: Path, **variables: str) -> Iterator[None]:
    """A bot at work, which has posted."""
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=home,
        env=environment(PYTHONUNBUFFERED="1", **variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert any("list a" in line for line in process.stdout)
            yield
            process.terminate()
            assert process.wait(timeout=20) == 0
        finally:
            process.kill()


def test_status_says_what_runs_and_its_exit_code_whether_all_is_well(watching: Path, namewatch: Namewatch) -> None:
    none = namewatch("status")
    assert (none.returncode, "there is no store" in none.stderr) == (1, True)
    with running(watching, NAMEWATCH_CANARY="nowhere"):
        for _ in range(50):
            done = namewatch("status", "--json", NAMEWATCH_CANARY="nowhere")
            said = json.loads(done.stdout)
            if said["canary"]["arrived"] and not said["queue"]["pending"]:
                break
        words = namewatch("status", NAMEWATCH_CANARY="nowhere").stdout
        refused = namewatch("db", "restore", "x.db"), namewatch("db", "copy", "var/namewatch.db", "y.db")
        kept = namewatch("db", "backup", "kept.db")
    assert (done.returncode, said["ok"], said["wrong"], len(said["running"])) == (0, True, [], 1)
    assert (said["companies"], said["sources"]["total"], said["queue"]["dead"]) == (2, 1, 0)
    assert said["last_alert"] > said["running"][0]["since"]
    assert "running for" in words
    assert words.endswith("All in order\n")
    assert kept.returncode == 0
    assert [each.returncode for each in refused] == [1, 1]
    assert "stop it first" in refused[1].stderr
    after = namewatch("status")
    assert (after.returncode, "not running" in after.stdout) == (1, True)
    assert "WRONG  no bot is running: namewatch run" in after.stdout


@pytest.mark.usefixtures("watching")
def test_a_pause_of_everything_is_told_by_each_start_and_by_the_status(namewatch: Namewatch) -> None:
    assert namewatch("watch", "pause", "--all").returncode == 0
    line = "Paused: every channel until somebody ends it: namewatch watch resume --all"
    assert line in namewatch("run", "--once").stdout.splitlines()
    assert line in namewatch("status").stdout.splitlines()
    assert json.loads(namewatch("status", "--json").stdout)["paused"] == {"everywhere": True, "channels": []}
    namewatch("watch", "resume", "--all")
    assert "Paused" not in namewatch("status").stdout


@pytest.mark.usefixtures("watching")
def test_a_house_is_moved_and_a_backup_put_back(namewatch: Namewatch) -> None:
    assert namewatch("run", "--once").stdout.count("list a") > 0
    steps = [
        ("db", "check"),
        ("db", "backup", "kept/one.db"),
        ("db", "restore", "kept/one.db"),
        ("db", "copy", "var/namewatch.db", "new/store.db"),
    ]
    for step in steps:
        done = namewatch(*step)
        assert done.returncode == 0, done.stderr
    moved = namewatch("run", "--once", DATABASE_URL="sqlite:///new/store.db")
    assert "list a" not in moved.stdout, "what was posted is not posted again"
    assert namewatch("db", "check", DATABASE_URL="new/store.db").returncode == 0


def test_a_damaged_store_starts_nothing_and_says_what_to_do(watching: Path, namewatch: Namewatch) -> None:
    namewatch("run", "--once")
    namewatch("db", "backup", "kept.db")
    with (watching / "var" / "namewatch.db").open("r+b") as file:
        file.seek(8192)
        file.write(b"\x5a" * 4096)
    for command in (["run", "--once"], ["db", "check"], ["status"]):
        done = namewatch(*command)
        assert (done.returncode, "namewatch db restore" in done.stderr) == (1, True), done.stderr
    assert namewatch("db", "restore", "kept.db").returncode == 0
    last = namewatch("run", "--once")
    assert last.returncode == 0, last.stderr


def test_a_ledger_that_does_not_add_up_is_named(watching: Path, namewatch: Namewatch) -> None:
    namewatch("run", "--once")
    with closing(sqlite3.connect(watching / "var" / "namewatch.db")) as connection, connection:
        connection.execute("DELETE FROM routings")
    done = namewatch("db", "check")
    assert (done.returncode, "matches have no routing" in done.stderr) == (1, True)


@pytest.mark.usefixtures("watching")
def test_a_canary_is_sent_on_request_and_leaves_nothing(namewatch: Namewatch) -> None:
    namewatch("run", "--once")
    nowhere = namewatch("canary")
    assert (nowhere.returncode, nowhere.stdout.startswith("The canary arrived at nowhere after ")) == (0, True)
    here = namewatch("canary", "--to", "console:")
    assert (here.returncode, "Namewatch Canary: all is well" in here.stdout) == (0, True)
    assert namewatch("watch", "search", "canary").stdout.startswith("No article")
    assert "Canary" not in namewatch("why").stdout
    wrong = namewatch("canary", "--to", "slack")
    assert (wrong.returncode, "is not a channel" in wrong.stderr) == (2, True)
    absent = namewatch("canary", "--to", "slack:#ops", "--within", "1")
    assert (absent.returncode, "nowhere" not in absent.stderr + absent.stdout) == (1, True)


@pytest.mark.usefixtures("watching")
def test_canaries_and_news_that_go_elsewhere_than_the_settings_say_are_told(namewatch: Namewatch) -> None:
    wanted = {"NAMEWATCH_CANARY": "slack:#ops", "NAMEWATCH_OPS_CHANNEL": "discord:#ops"}
    said = namewatch("run", "--once", **wanted).stdout.splitlines()
    assert "Operational news goes to the log instead of discord:#ops: discord is not set up" in said
    assert "Canaries go nowhere instead of slack:#ops: slack is not set up" in said
    doctor = namewatch("doctor", **wanted).stdout
    assert "WRONG  channel slack:#ops: slack is not set up" in doctor
    assert "Canary: none arrived yet" in namewatch("status", **wanted).stdout
