"""`explain`: what someone needs who mends a noisy list: the span, the verdict, the reasons by weight, the next step."""

import io
import re
import sys
from pathlib import Path

import pytest

from bot.cli import main

LISTS = """\
name: Makers
companies:
  - name: Lava International
    aliases: [{text: Lava, weak: true}]
    exclude: [lava lamp]
  - {name: MediaTek, threshold: 95}
  - Qualcomm Inc
  - Groq
  - Oppo
  - Dixon Technologies
"""


@pytest.fixture(autouse=True)
def lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "watchlists"
    folder.mkdir()
    (folder / "makers.yaml").write_text(LISTS, encoding="utf-8")
    return folder


def explained(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["explain", *arguments]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    return said.out


@pytest.mark.parametrize(
    ("text", "parts", "step"),
    [
        (
            "Slow lava reached the village below the volcano.",
            [
                "REJECTED Lava International · confidence 0.",
                '"lava" as Lava (',
                "weak) · text · list Makers, watchlists/makers.yaml:3:5",
                "> Slow [lava] reached the village",
            ],
            "Next: if this is Lava International, add context: [volcano, village, ",
        ),
        (
            "Buy a lava lamp today",
            ["REJECTED Lava International · confidence 0.00", "-1.000  excluded by", "Buy a [lava] lamp"],
            "Next: if this is Lava International, delete lava lamp from its exclude (watchlists/makers.yaml:3:5)",
        ),
        (
            "Oppo said on Friday that profits rose.",
            ["ALERT Oppo · confidence 0.", "> [Oppo] said"],
            "Next: if this is not Oppo, add aliases: [{text: Oppo, weak: true}] and words of its trade as context",
        ),
        (
            "On Friday Oppo Gardens said that profits rose and shares fell.",
            ["Oppo · confidence", "[Oppo] Gardens"],
            "Next: if this is",
        ),
        (
            "Rain fell on the coast.",
            ["No candidate: none of the 6 companies watched is named here."],
            "Next: to watch a company: /watch add NAME",
        ),
        (
            "MediaTec opens an office.",
            ['"MediaTec" is not MediaTek: its spelling reaches 88, and `threshold: 95` asks for more'],
            "Next: if this is MediaTek, lower its threshold (watchlists/makers.yaml:6:5)",
        ),
        (
            "Qualkom opens an office.",
            ['"Qualkom" is not Qualcomm Inc: more letters differ than a misspelling may have'],
            "Next: if this is Qualcomm Inc, add aliases: [Qualkom] (watchlists/makers.yaml:7:5)",
        ),
        (
            "Sales grow.",
            ['"grow" is not Groq: "grow" is a word of its own, and a word is no misspelling'],
            "Next: to watch a company",
        ),
        (
            "Opqo sells phones.",
            ['"Opqo" is not Oppo: a word of under 6 letters is found only as it is written'],
            "Next: if this is Oppo, add aliases: [Opqo]",
        ),
        (
            "Dixon Technlgs sells phones.",
            ['"Dixon Technlgs" is not Dixon Technologies: more letters differ'],
            "Next: if this is Dixon Technologies, add aliases: [Dixon Technlgs]",
        ),
    ],
)
def test_each_candidate_and_near_miss_is_told_and_the_last_line_is_the_next_step(
    capsys: pytest.CaptureFixture[str], text: str, parts: list[str], step: str
) -> None:
    said = explained(capsys, text)
    for part in parts:
        assert part in said
    assert said.splitlines()[-1].startswith(step)


def test_every_reason_has_its_weight_the_heaviest_first(capsys: pytest.CaptureFixture[str]) -> None:
    said = explained(capsys, "Lava opens a second plant in Noida to make handsets.")
    weights = [abs(float(found)) for found in re.findall(r"^    ([+-]\d\.\d{3})  \S", said, re.MULTILINE)]
    assert len(weights) > 1
    assert weights == sorted(weights, reverse=True)


def test_every_candidate_is_told_in_title_and_text(capsys: pytest.CaptureFixture[str]) -> None:
    said = explained(capsys, "Later Oppo agreed.", "--title", "Groq buys Oppo")
    assert [line.split(" · ")[1] for line in said.splitlines() if line.startswith('  "')] == ["title", "title", "text"]


def test_words_need_no_quotes_and_a_dash_reads_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = explained(capsys, "Oppo", "said", "so")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Oppo said\nso")))
    assert explained(capsys, "-") == bare


def test_text_from_outside_is_shown_on_a_line_and_rules_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    said = explained(capsys, "Oppo [bold]said\x1b[2J\x07\u202e so.\nOp\x1bqo")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e]", said)
    assert "[Oppo] [bold]said" in said


def test_several_lists_are_explained_apart(capsys: pytest.CaptureFixture[str], lists: Path) -> None:
    (lists / "more.yaml").write_text("name: More\ncompanies: [Oppo]\n", encoding="utf-8")
    said = explained(capsys, "Oppo said so.")
    assert "list Makers, watchlists/makers.yaml:9:5" in said
    assert "list More, watchlists/more.yaml:2:13" in said
    assert "list More" not in explained(capsys, "Oppo said so.", "-w", "watchlists/makers.yaml")


def test_what_is_near_is_a_handful_slips_before_words(capsys: pytest.CaptureFixture[str], lists: Path) -> None:
    names = [f"Quelnorimaton{a}{b}k" for a in "bcdfg" for b in "aei"]
    (lists / "makers.yaml").write_text(f"companies: [Groq, {', '.join(names)}]\n", encoding="utf-8")
    said = explained(capsys, "We grow. Quelnorimatonqqqq")
    near = [line for line in said.splitlines() if " is not " in line]
    assert len(near) == 5
    assert not any("Groq" in line for line in near)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "nothing to explain"),
        ([" "], 2, "nothing to explain"),
        (["Oppo", "-w", "nowhere"], 1, "nowhere: error: no such file or folder"),
    ],
)
def test_bad_usage_is_one_clear_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str
) -> None:
    assert main(["explain", *arguments]) == code
    assert said in capsys.readouterr().err
