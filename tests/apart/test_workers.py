"""Processes for dangerous work: each answers, is bare, ends when its time is up, and its end costs nobody else."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.apart import JobFailed, Workers
from bot.apart.workers import bare_environment

JOBS = "tests.apart.jobs"


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = Workers(1)
    yield made
    made.close()


def run(
    workers: Workers, job: str, body: bytes = b"", *options: object, cpu: int = 5, seconds: float = 20
) -> list[object]:
    return workers.run(f"{JOBS}:{job}", body, options, cpu=cpu, seconds=seconds)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_job_answers_value_by_value(workers: Workers) -> None:
    assert run(workers, "echo", "小米\n\ud800".encode("utf-8", "surrogatepass"), 3) == ["小米\n\ud800"] * 3


def test_one_process_serves_many_jobs(workers: Workers) -> None:
    assert len({str(run(workers, "pid")) for _ in range(5)}) == 1


@pytest.mark.parametrize(
    ("job", "why"),
    [
        ("raises", "RecursionError"),
        ("missing", "AttributeError"),
        ("computes", "it took too long"),
        ("sleeps", "it took too long"),
        ("crashes", "the process ended"),
        ("exits", "the process ended"),
        ("eats", "the process ended"),
    ],
)
def test_a_job_that_falls_over_fails_alone(workers: Workers, job: str, why: str) -> None:
    with pytest.raises(JobFailed, match=why):
        run(workers, job, cpu=0, seconds=3)
    assert run(workers, "echo", b"next", 1) == ["next"]


def test_what_a_library_prints_is_no_answer(workers: Workers) -> None:
    assert run(workers, "prints") == ["said"]


def test_a_process_that_is_killed_costs_no_job(workers: Workers) -> None:
    """Whether it is idle or at work."""
    (before,) = run(workers, "pid")
    assert isinstance(before, int)
    os.kill(before, signal.SIGKILL)
    (after,) = run(workers, "pid")
    assert after != before
    assert isinstance(after, int)
    with ThreadPoolExecutor(1) as thread:
        under_way = thread.submit(run, workers, "tells_and_waits_the_first_time", str(after).encode())
        os.kill(after, signal.SIGKILL)
        assert under_way.result() == ["done"]


def test_a_process_that_earlier_jobs_filled_is_replaced(workers: Workers) -> None:
    (before,) = run(workers, "pid")
    run(workers, "keeps", b"", 300)
    assert run(workers, "keeps", b"", 500) == ["kept"]
    assert run(workers, "pid") != [before]


def test_closing_ends_the_processes_and_the_job_under_way(workers: Workers) -> None:
    (pid,) = run(workers, "pid")
    assert isinstance(pid, int)
    with ThreadPoolExecutor(1) as thread:
        under_way = thread.submit(run, workers, "sleeps")
        while not under_way.running():
            threading.Event().wait(0.01)
        workers.close()
        with pytest.raises(JobFailed):
            under_way.result(timeout=10)
    workers.close()
    assert not alive(pid)
    assert workers.pids() == ()


async def test_what_is_cut_short_is_cancelled_and_no_fault(workers: Workers) -> None:
    waiting = [asyncio.create_task(workers.beside(run, workers, "sleeps")) for _ in range(4)]
    while not workers.pids():  # noqa: ASYNC110 - they are started in a thread
        await asyncio.sleep(0.01)
    (pid,) = workers.pids()
    workers.cut_short()
    ended = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(each) for each in ended] == [asyncio.CancelledError] * 4
    await asyncio.to_thread(workers.close)
    assert not alive(pid)
    assert await workers.beside(run, workers, "pid") != [pid]


async def test_the_event_loop_goes_on_meanwhile(workers: Workers) -> None:
    job = asyncio.create_task(workers.beside(run, workers, "echo", b"x", 1))
    await asyncio.sleep(0)
    assert not job.done()
    assert await job == ["x"]


def test_no_secret_of_ours_reaches_a_process(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "canary")
    (seen,) = run(workers, "environment")
    assert isinstance(seen, dict)
    assert "canary" not in seen.values()
    ours = {"PATH": "/bin", "SLACK_BOT_TOKEN": "canary", "DATABASE_URL": "canary", "PYTHONPATH": "canary"}
    given = bare_environment(ours)
    assert "canary" not in given.values()
    assert set(given) == {"PATH", "PYTHONPATH"}


@pytest.mark.parametrize("name", ["json.py", "trafilatura.py"])
def test_the_current_folder_can_not_replace_a_module(
    workers: Workers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    tmp_path.joinpath(name).write_text("raise SystemExit(1)")
    monkeypatch.chdir(tmp_path)
    assert run(workers, "echo", b"x", 1) == ["x"]


def test_an_answer_may_not_be_endless(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.apart.workers.MOST_ANSWER_BYTES", 1_000)
    started = time.monotonic()
    with pytest.raises(JobFailed):
        run(workers, "echo", b"x" * 600, 2)
    assert time.monotonic() - started < 10
