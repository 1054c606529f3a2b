"""`namewatch check`: a line a finding, with its place; exit 1 when one is an error."""

import json
from pathlib import Path

import pytest

from bot.cli import main


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("companies: [Oppo]\n", 0, "1 list, 1 company, 0 sources: 0 errors, 0 warnings"),
        ("companies: [Oppo, Lava]\n", 0, "a.yaml:1:19: warning: `Lava` is also an ordinary word"),
        ("companies: [Oppo, Lava]\n", 0, "1 list, 2 companies, 0 sources: 0 errors, 1 warning"),
        ("companies: [Lava, Oppo]\nchanels: [x]\n", 1, "a.yaml:2:1: error: `chanels` is not a key here"),
        ("companies:\n  - nmae: Lava\n", 1, "a.yaml:2:5: error: `nmae`"),
        ("companies: [Lava]\nchannels: ['teams:#x']\n", 1, "a.yaml:2:"),
        ("companies: [Lava]\nsources: ['http://']\n", 1, "a.yaml:2:"),
        ("companies: [Lava\n", 1, "a.yaml:"),
        ("companies:\n  - {name: A Co, aliases: [Same]}\n  - {name: B Co, aliases: [Same]}\n", 0, "warning"),
    ],
)
def test_findings_have_their_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, code: int, said: str
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    assert main(["check", str(path)]) == code
    shown = capsys.readouterr()
    assert said in shown.out + shown.err


def test_a_missing_folder_is_a_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "nowhere")]) == 1
    assert "nowhere: error: no such file or folder" in capsys.readouterr().err


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert "companies" in json.dumps(schema)


@pytest.mark.parametrize(
    ("arguments", "code", "stream"),
    [
        ([], 2, "err"),
        (["frobnicate"], 2, "err"),
        (["run", "--onse"], 2, "err"),
        (["--version"], 0, "out"),
        (["--help"], 0, "out"),
    ],
)
def test_exit_codes_of_usage(capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, stream: str) -> None:
    assert main(arguments) == code
    assert getattr(capsys.readouterr(), stream)
