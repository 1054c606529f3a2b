"""A stop: one budget for everything, and a start that is not waited for."""

import asyncio

import pytest
import structlog

from bot.app.stopping import Budget, done_before
from bot.errors import StoreUnavailable


async def hang() -> None:
    await asyncio.Event().wait()


async def hang_on() -> None:
    """What does not let go when it is asked to."""
    with pytest.raises(asyncio.CancelledError):
        await hang()
    await hang()


async def fail() -> None:
    raise StoreUnavailable("the disk is full")


async def fault() -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("work", "said"),
    [
        (hang, "stopped without waiting longer"),
        (hang_on, "stopped without waiting longer"),
        (fail, "stopped without success"),
        (fault, "stopped without success"),
    ],
)
async def test_whatever_a_stage_does_the_next_one_has_its_turn(work: object, said: str) -> None:
    budget, done = Budget(0.05), []

    async def quick() -> None:
        done.append("quick")

    assert callable(work)
    with structlog.testing.capture_logs() as logs:
        await budget.spend("one", work())
        await Budget(1).spend("two", quick())
    assert [(each["event"], each["doing"]) for each in logs] == [(said, "one")]
    assert done == ["quick"]


async def test_a_budget_is_spent_once() -> None:
    budget = Budget(0.05)
    with structlog.testing.capture_logs():
        for _ in range(20):
            await budget.spend("one", hang())
    assert budget.left == 0.0


async def test_work_that_ends_first_counts_and_what_it_raises_is_raised() -> None:
    stop = asyncio.Event()
    assert await done_before(stop, asyncio.sleep(0))
    with pytest.raises(StoreUnavailable):
        await done_before(stop, fail())


async def test_a_stop_that_comes_first_ends_the_work() -> None:
    stop = asyncio.Event()
    stop.set()
    assert not await asyncio.wait_for(done_before(stop, hang()), 5)
