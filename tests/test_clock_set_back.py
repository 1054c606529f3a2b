"""A clock that was a year ahead and is set right again: nothing is silent for a year because of it."""

from typing import Any

import pytest

from bot.errors import TryLater
from bot.model.watchlist import ChannelRule
from bot.store import MemoryStore
from tests.town import HERE, NAMES, Town, news

YEAR = 400


def town(**rule: Any) -> Town:
    return Town(MemoryStore(), rule=ChannelRule(HERE, **rule))


async def later(here: Town, days: int) -> None:
    """So many days later, with every source asked."""
    here.clock.advance(days=days)
    for each in here.sources:
        await here.intake.poll(each)
    await here.tick()


async def test_the_digest_of_each_day_comes_though_one_was_told_a_year_ahead() -> None:
    here = town(digest="daily 08:30")
    await here.hear(news("Denso", 1))
    await later(here, YEAR)
    assert here.count() == {"digest": 1}
    here.clock.advance(days=-YEAR)
    for day in range(1, 5):
        await here.hear(news("Oppo", day))
        await later(here, 1)
        assert here.count() == {"digest": 1 + day}


async def test_posts_of_a_year_ahead_use_up_no_budget() -> None:
    here = town(budget="4/h")
    here.clock.advance(days=YEAR)
    await here.hear(*(news(name, 1) for name in NAMES[:4]))
    here.clock.advance(days=-YEAR)
    await here.hear(news("Oppo", 7), news("Denso", 7))
    assert here.count() == {"post": 6}


@pytest.mark.parametrize("wait", [None, 60.0])
async def test_what_failed_a_year_ahead_is_tried_now_and_holds_up_nothing(wait: float | None) -> None:
    here = town()
    here.clock.advance(days=YEAR)
    here.chat.script = [TryLater("busy", retry_after=wait)]
    await here.hear(news("Denso", 1))
    here.clock.advance(days=-YEAR)
    await here.hear(news("Oppo", 1))
    assert here.count() == {"post": 3}
    assert await here.store.outbox_counts() == {"sent": 2}
