"""`namewatch export` and `namewatch log`: what was changed in chat, for git and for people."""

import subprocess
from pathlib import Path

import pytest

from bot.cli import main


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "watchlists").mkdir()
    (tmp_path / "watchlists" / "phones.yaml").write_text(
        "channels: ['console:']\ncompanies:\n  - Lava\n", encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_change_from_the_terminal_is_exported_and_logged(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = home / "watchlists" / "phones.yaml"
    subprocess.run(["git", "init", "-q"], check=True)
    file.chmod(0o444)
    assert main(["watch", "add", "Nokia"]) == 0
    capsys.readouterr()
    assert main(["export", "phones"]) == 0
    patch, said = capsys.readouterr()
    assert said == ""
    assert patch.startswith("# watchlists/phones.yaml\n#   ")
    assert "  operator  console:  +Nokia\n" in patch
    assert main(["log", "phones.yaml"]) == 0
    assert capsys.readouterr().out.endswith("  operator  console:  +Nokia  phones.yaml  (not in its file)\n")
    file.chmod(0o644)
    subprocess.run(["git", "apply"], input=patch.encode(), check=True)
    assert file.read_text(encoding="utf-8").endswith("  - Lava\n  - Nokia\n")
    assert main(["export"]) == 0
    assert capsys.readouterr() == ("", "namewatch: every change from chat is in its file: nothing to export\n")


def test_a_list_that_is_none_is_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert home.is_dir()
    assert main(["log"]) == 0
    assert main(["log", "cars"]) == 2
    assert (
        capsys.readouterr().err
        == "namewatch: nothing was changed yet\nnamewatch: no list 'cars'; there are phones.yaml\n"
    )


def test_changes_that_are_not_in_git_are_counted_in_the_status(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "watchlists" / "phones.yaml").chmod(0o444)
    assert main(["watch", "add", "Nokia, Oppo"]) == 0
    assert main(["status"]) == 1
    assert "Lists: 1 list, 3 companies, 2 changes not in git: namewatch export\n" in capsys.readouterr().out
    assert main(["status", "--json"]) == 1
    assert '"not_in_git": 2' in capsys.readouterr().out
    (home / "watchlists" / "phones.yaml").chmod(0o644)
    assert main(["watch", "add", "MediaTek"]) == 0
    assert main(["status"]) == 1
    assert "Lists: 1 list, 4 companies\n" in capsys.readouterr().out


def test_from_below_the_top_of_the_checkout_export_says_where_git_must_apply_it(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = home / "watchlists" / "phones.yaml"
    subprocess.run(["git", "init", "-q"], check=True)
    file.chmod(0o444)
    monkeypatch.setenv("NAMEWATCH_WATCHLISTS", str(home / "watchlists"))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{home}/var/store.db")
    assert main(["watch", "add", "Nokia"]) == 0
    capsys.readouterr()
    (home / "below").mkdir()
    monkeypatch.chdir(home / "below")
    assert main(["export"]) == 0
    patch, said = capsys.readouterr()
    assert said == f"namewatch: the paths begin at {home}: namewatch export | git -C {home} apply\n"
    file.chmod(0o644)
    subprocess.run(["git", "-C", str(home), "apply"], input=patch.encode(), check=True)
    assert file.read_text(encoding="utf-8").endswith("  - Lava\n  - Nokia\n")
