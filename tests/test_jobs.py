"""What runs when, and that one piece of work in trouble does not touch the others."""

import asyncio
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.errors import StoreUnavailable
from bot.jobs import Crew, Job, Schedule, due
from tests.fakes import START, ManualClock


async def nothing() -> None:
    pass


async def turns(count: int = 3) -> None:
    """Let what is ready run, and its callbacks."""
    for _ in range(count):
        await asyncio.sleep(0)


JOB = Job("beat", timedelta(seconds=15), nothing)


@pytest.mark.parametrize(
    ("started", "is_due"),
    [
        ({}, True),
        ({"beat": 0}, False),
        ({"beat": -14}, False),
        ({"beat": -15}, True),
        ({"beat": 3600}, True),
    ],
)
def test_a_job_is_due_when_its_rhythm_says_so(started: dict[str, int], is_due: bool) -> None:
    when = {name: START + timedelta(seconds=seconds) for name, seconds in started.items()}
    assert due([JOB], when, START) == ((JOB,) if is_due else ())


async def test_two_pieces_of_work_of_one_key_never_run_together() -> None:
    crew, ran, gate = Crew(5), [], asyncio.Event()

    async def work() -> None:
        ran.append("begun")
        await gate.wait()

    crew.begin("a", work)
    crew.begin("a", work)
    crew.begin("b", work)
    await asyncio.sleep(0)
    gate.set()
    await crew.finish(within=1)
    assert ran == ["begun", "begun"]


async def test_no_more_work_at_once_than_hands() -> None:
    crew, running, most = Crew(2), 0, 0

    async def work() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1

    for number in range(10):
        crew.begin(str(number), work)
    await crew.finish(within=1)
    assert (running, most) == (0, 2)


@pytest.mark.parametrize(
    ("error", "level", "event"),
    [(StoreUnavailable("the store is locked"), "warning", "will try again"), (KeyError("lava"), "error", "fault")],
)
async def test_trouble_is_told_once_until_it_is_over(error: Exception, level: str, event: str) -> None:
    crew, troubles = Crew(1), iter([error, error, None, error])

    async def work() -> None:
        trouble = next(troubles)
        if trouble:
            raise trouble

    with capture_logs() as logs:
        for _ in range(4):
            crew.begin("deliver", work)
            await crew.finish(within=1)
    assert [(log["log_level"], log["event"], log["work"]) for log in logs] == [(level, event, "deliver")] * 2


async def test_finish_cancels_what_will_not_end() -> None:
    crew, ends = Crew(1), []

    async def stuck() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ends.append("cancelled")

    crew.begin("stuck", stuck)
    await turns()
    await crew.finish(within=0)
    assert ends == ["cancelled"]
    await turns()
    crew.begin("stuck", nothing)
    await crew.finish(within=1)


async def test_the_log_names_the_work_and_not_its_key() -> None:
    crew = Crew(1)

    async def work() -> None:
        raise StoreUnavailable("locked")

    with capture_logs() as logs:
        crew.begin("feed:https://x.example/?key=canary", work, name="Focus")
        await crew.finish(within=1)
    assert [log["work"] for log in logs] == ["Focus"]
    assert "canary" not in str(logs)


async def test_a_schedule_starts_at_once_runs_on_request_and_stops() -> None:
    clock, ran = ManualClock(), []

    async def work() -> None:
        ran.append(clock.now() - START)

    schedule = Schedule([Job("work", timedelta(minutes=1), work)], clock)
    schedule.start()
    await turns()
    clock.advance(seconds=30)
    schedule.tick()
    schedule.soon("work")
    await turns()
    clock.advance(seconds=59)
    schedule.tick()
    clock.advance(seconds=1)
    schedule.tick()
    schedule.pause()
    await schedule.stop(within=1)
    assert ran == [timedelta(0), timedelta(seconds=30), timedelta(seconds=90)]


async def test_the_scheduler_ticks_on_the_event_loop() -> None:
    ran_twice, runs = asyncio.Event(), []

    async def work() -> None:
        runs.append(asyncio.get_running_loop())
        if len(runs) == 2:
            ran_twice.set()

    schedule = Schedule([Job("work", timedelta(0), work)], ManualClock(), tick=timedelta(milliseconds=5))
    schedule.start()
    await asyncio.wait_for(ran_twice.wait(), timeout=10)
    await schedule.stop(within=1)
    assert set(runs) == {asyncio.get_running_loop()}
