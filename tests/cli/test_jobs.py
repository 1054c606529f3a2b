"""`match` as a filter: several processes, a stop at any moment, what a person at a terminal sees."""

import io
import json
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import main
from bot.cli.lines import LONGEST_LINE, Answerer, numbered_lines
from bot.cli.progress import progress
from bot.cli.workers import BLOCK_BYTES, BLOCK_LINES, answers_of_several, blocks
from bot.errors import WorkerLost
from bot.model.company import Company
from bot.model.watchlist import Watchlist

LIST = Watchlist("key", "Makers", (Company("MediaTek"), Company("Oppo")))
ROOT = Path(__file__).resolve().parents[2]


def line(number: int) -> bytes:
    return json.dumps({"id": number, "text": "MediaTek Inc said so. " * (1 + number % 3)}).encode() + b"\n"


@pytest.fixture
def articles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of many articles with a bad line among them, and a list."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.yaml").write_text("companies: [MediaTek, Oppo]\n", encoding="utf-8")
    path = tmp_path / "articles.jsonl"
    path.write_bytes(b"".join(line(number) if number != 70 else b"{bad\n" for number in range(1, 301)))
    return path


@pytest.mark.usefixtures("articles")
def test_two_processes_say_what_one_says_in_the_same_order(capfd: pytest.CaptureFixture[str]) -> None:
    said = []
    for jobs in ("1", "2"):
        assert main(["match", "-w", "list.yaml", "--jobs", jobs, "articles.jsonl"]) == 1
        said.append(capfd.readouterr())
    assert said[0] == said[1]
    assert [json.loads(row)["id"] for row in said[0].out.splitlines()] == [n for n in range(1, 301) if n != 70]
    assert said[0].err.count("\n") == 1
    assert "articles.jsonl:70: no JSON" in said[0].err


@pytest.mark.parametrize("jobs", ["0", "-1", "two"])
def test_jobs_are_one_or_more(capsys: pytest.CaptureFixture[str], jobs: str) -> None:
    assert main(["match", "--jobs", jobs, "-"]) == 2
    assert "--jobs" in capsys.readouterr().err


def test_the_input_is_not_read_far_ahead_and_a_lost_process_is_named() -> None:
    read = 0

    def endless() -> Iterator[tuple[int, bytes]]:
        nonlocal read
        while True:
            read += 1
            yield read, line(read)

    answers = answers_of_several([LIST], endless(), everything=False, jobs=2)
    first = next(answers)
    assert first.articles == BLOCK_LINES
    assert read <= 6 * BLOCK_LINES
    for child in multiprocessing.active_children():
        child.kill()
    with pytest.raises(WorkerLost, match="try --jobs 1"):
        list(answers)


@given(st.lists(st.integers(0, BLOCK_BYTES // 2), max_size=120))
def test_blocks_are_the_lines_in_order_a_bounded_handful_at_a_time(sizes: list[int]) -> None:
    lines = [(number, bytes(size)) for number, size in enumerate(sizes, start=1)]
    cut = list(blocks(lines))
    assert [one for block in cut for one in block] == lines
    for block in cut:
        assert 0 < len(block) <= BLOCK_LINES
        assert sum(len(text) for _, text in block[:-1]) < BLOCK_BYTES


def test_a_line_too_long_is_a_bad_line_and_the_next_one_has_its_number() -> None:
    stream = io.BytesIO(b"x" * (LONGEST_LINE * 2 + 5) + b"\n" + line(7))
    answer = Answerer([LIST], everything=False).answer(list(numbered_lines(stream)))
    assert [(number, "longer than 16,000,000 bytes" in fault) for number, fault in answer.faults] == [(1, True)]
    assert json.loads(answer.rows)["id"] == 7


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"\xef\xbb\xbf" + line(1), 1),
        (b'{"id": 2, "text": "\xff MediaTek"}', 2),
        (b'{"id": "\\ud800", "text": "MediaTek"}\r\n', "\ud800"),
        (line(3).strip(), 3),
    ],
)
def test_lines_are_read_as_other_tools_write_them(written: bytes, read: object) -> None:
    answer = Answerer([LIST], everything=False).answer(list(numbered_lines(io.BytesIO(written))))
    assert answer.faults == ()
    assert json.loads(answer.rows)["id"] == read


def started(folder: Path, jobs: int) -> "subprocess.Popen[bytes]":
    """A `match` of its own, in a process group of its own, that has its input and has answered a first row."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "match", "-w", str(folder / "list.yaml"), "--jobs", str(jobs), "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        start_new_session=True,
    )
    assert process.stdin
    assert process.stdout
    # A block a process and three ahead: from then on rows come while the input is still open.
    for number in range(1, 1 + BLOCK_LINES * 3 * jobs):
        process.stdin.write(line(number))
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["id"] == 1
    return process


@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_ends_all_processes_without_a_word(articles: Path, jobs: int) -> None:
    process = started(articles.parent, jobs)
    os.killpg(process.pid, signal.SIGINT)
    # The pipes close when the last process that holds them has ended.
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, b"")


def test_the_workers_of_a_killed_process_end(articles: Path) -> None:
    process = started(articles.parent, 2)
    process.kill()
    # Ends when nobody holds the pipes any more.
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_reader_that_goes_away_ends_it_quietly(articles: Path, jobs: int) -> None:
    process = started(articles.parent, jobs)
    assert process.stdout
    process.stdout.close()
    process.stdout = None
    _, said = process.communicate(b"".join(map(line, range(3000))), timeout=60)
    assert (process.returncode, said) == (0, b"")


@pytest.mark.parametrize("line", ["match -w list.yaml articles.jsonl", "explain -w list.yaml Oppo", "check list.yaml"])
@pytest.mark.parametrize(("where", "said"), [(">/dev/full", "no space left"), (">&-", "standard output is closed")])
@pytest.mark.usefixtures("articles")
def test_an_output_that_fails_is_one_clear_line(line: str, where: str, said: str) -> None:
    command = f"{sys.executable} -m bot {line} {where}"
    done = subprocess.run(
        ["sh", "-c", command], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout == b""
    last = done.stderr.decode().splitlines()[-1]
    assert said in last
    assert last.startswith("namewatch: standard output")


class Terminal(io.StringIO):
    """A screen that keeps what is written."""

    def isatty(self) -> bool:
        return True


def test_progress_shows_count_and_share_on_a_terminal(articles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    with articles.open("rb") as stream, progress(stream) as advance:
        for _ in range(4):
            advance(300, articles.stat().st_size // 4)
        sys.stdout.write("a row")
    assert "1,200 articles" in screen.getvalue()
    assert "100%" in screen.getvalue()
    assert "a row" not in screen.getvalue()


@pytest.mark.parametrize(("errors", "rows"), [(io.StringIO, io.StringIO), (Terminal, Terminal)])
def test_progress_is_silent_where_nobody_looks_or_rows_are_shown(
    monkeypatch: pytest.MonkeyPatch, errors: type[io.StringIO], rows: type[io.StringIO]
) -> None:
    screen = errors()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(sys, "stdout", rows())
    with progress(io.BytesIO()) as advance:
        advance(1, 1)
    assert screen.getvalue() == ""
