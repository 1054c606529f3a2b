"""`namewatch match`: a filter that keeps order, survives bad lines, and needs neither store nor settings."""

import io
import json
import sys
from pathlib import Path

import pytest

from bot.cli import main
from bot.matching import LONGEST_TEXT

LISTS = """\
version: 1
companies:
  - {name: Lava International, aliases: [{text: Lava, weak: true}], exclude: [lava lamp]}
  - {name: MediaTek, aliases: [聯發科]}
"""


@pytest.fixture
def lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "lists.yaml"
    path.write_text(LISTS, encoding="utf-8")
    return path


def typed(monkeypatch: pytest.MonkeyPatch, *lines: object) -> None:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode("utf-8")), encoding="ascii"))


def test_articles_in_mentions_out_in_order(
    lists: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(
        monkeypatch,
        {"id": "1", "title": "Lava launches a phone in Pune", "text": "聯發科今天宣布。"},
        "",
        {"id": 2, "title": "Rain", "text": "Rain fell on the coast."},
        {"id": "3", "title": "", "text": "😀 MediaTek Inc said so."},
    )
    assert main(["match", "-w", str(lists), "-"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["id"] for row in rows] == ["1", 2, "3"]
    found = [[(m["company"], m["field"], m["text"], m["start"], m["end"]) for m in row["mentions"]] for row in rows]
    assert found == [
        [("Lava International", "title", "Lava", 0, 4), ("MediaTek", "text", "聯發科", 0, 3)],
        [],
        [("MediaTek", "text", "MediaTek Inc", 2, 14)],
    ]
    mention = rows[0]["mentions"][0]
    assert set(mention) == {
        "company", "alias", "text", "field", "start", "end", "similarity", "kind", "confidence", "reasons",
    }  # fmt: skip
    assert (mention["alias"], mention["kind"], mention["similarity"]) == ("Lava", "exact", 100)
    assert 0 < mention["confidence"] <= 1
    assert all(isinstance(reason, str) for reason in mention["reasons"])


def test_all_shows_the_rejected_ones(
    lists: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    volcano = {"id": "1", "title": "", "text": "Slow lava reached the village below the volcano."}
    typed(monkeypatch, volcano)
    assert main(["match", "-w", str(lists)]) == 0
    assert json.loads(capsys.readouterr().out)["mentions"] == []
    typed(monkeypatch, volcano)
    assert main(["match", "-w", str(lists), "--all"]) == 0
    assert [(m["text"], m["alert"]) for m in json.loads(capsys.readouterr().out)["mentions"]] == [("lava", False)]


def test_a_bad_line_is_named_and_the_rest_goes_on(
    lists: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "{", "[1]", {"title": "x"}, {"id": "4", "title": 7}, {"id": "5", "text": "MediaTek Inc rose."})
    assert main(["match", "-w", str(lists)]) == 1
    shown = capsys.readouterr()
    assert [json.loads(line)["id"] for line in shown.out.splitlines()] == ["5"]
    assert [line.split(":")[2].strip() for line in shown.err.splitlines()] == ["1", "2", "3", "4"]
    assert "a JSON object is needed" in shown.err
    assert '"id" is missing' in shown.err
    assert '"title" must be text' in shown.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["match", "nofile.jsonl", "-w", "lists.yaml"], 2, "nofile.jsonl"),
        (["match", "-w", "nolist.yaml"], 1, "nolist.yaml"),
        (["match", "-w", "bad.yaml"], 1, "bad.yaml:1:1: error: `compannies`"),
        (["match", "--al"], 2, "--all"),
    ],
)
@pytest.mark.usefixtures("lists")
def test_bad_usage_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str
) -> None:
    (tmp_path / "bad.yaml").write_text("compannies: [Lava]\n", encoding="utf-8")
    assert main(arguments) == code
    assert said in capsys.readouterr().err


def test_a_company_on_two_lists_is_one_mention(
    lists: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (lists.parent / "more.yaml").write_text("companies: [MediaTek]\n", encoding="utf-8")
    typed(monkeypatch, {"id": "1", "text": "MediaTek Inc said so."})
    assert main(["match", "-w", str(lists), "-w", str(lists.parent / "more.yaml")]) == 0
    assert len(json.loads(capsys.readouterr().out)["mentions"]) == 1


def test_an_overlong_text_is_read_to_a_limit_and_that_is_said(
    lists: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "MediaTek Inc said so. " + "word " * (LONGEST_TEXT // 5) + "Lava International Ltd said so."
    typed(monkeypatch, {"id": "1", "text": text})
    assert main(["match", "-w", str(lists)]) == 0
    shown = capsys.readouterr()
    assert [m["company"] for m in json.loads(shown.out)["mentions"]] == ["MediaTek"]
    assert shown.err == "namewatch: -:1: only the first 150,000 characters are read\n"
