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
    patch = capsys.readouterr().out
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
