"""What a channel is spared: messages in quiet hours and pauses, and the same word again and again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import ChannelGone
from bot.model.watchlist import ChannelRule
from bot.store import MemoryStore
from tests.fakes import START
from tests.town import HERE, NAMES, Town, news

REPORT = "Denso is heard again here: 1 article in 1 story held back, the biggest:"


def town(**rule: Any) -> Town:
    return Town(MemoryStore(), rule=ChannelRule(HERE, **rule))


async def test_a_mute_that_ends_in_quiet_hours_reports_when_they_are_over() -> None:
    here = town(quiet="09:00-12:00")
    await here.mute("company", "denso", until=START + timedelta(hours=1), label="Denso")
    await here.hear(news("Denso", 1))
    await here.until("2026-11-20 11:50")
    assert here.said == []
    await here.until("2026-11-20 12:00")
    assert here.said[0] == REPORT
    assert await here.store.mutes() == ()


async def test_a_mute_that_ends_in_a_pause_reports_when_it_is_over() -> None:
    here = town()
    await here.mute("pause", until=START + timedelta(hours=3))
    await here.mute("company", "denso", until=START + timedelta(hours=1), label="Denso")
    await here.hear(news("Denso", 1))
    await here.until("2026-11-20 11:20")
    assert here.said == []
    await here.hear(news("Denso", 2))
    assert here.said == []
    await here.until("2026-11-20 11:40")
    assert here.said[0] == REPORT
    assert here.count() == {"digest": 1, "notice": 1}


@pytest.mark.parametrize(
    ("rule", "back", "open_again"),
    [
        ({"digest": "daily 08:30", "quiet": "22:00-07:00"}, "2026-11-21 23:00", "2026-11-22 07:00"),
        ({"digest": "weekdays 09:00", "quiet": "weekends"}, "2026-11-21 10:00", "2026-11-23 00:00"),
    ],
)
async def test_a_digest_that_was_missed_does_not_come_in_quiet_hours(
    rule: dict[str, str], back: str, open_again: str
) -> None:
    here = town(**rule)
    await here.hear(news("Denso", 1))
    await here.away(back)
    await here.until(f"{back[:-2]}30")
    assert here.said == []
    await here.until(open_again)
    assert here.count() == {"digest": 1}


async def test_a_channel_that_can_not_be_posted_to_is_not_tried_in_quiet_hours_unless_somebody_acts() -> None:
    here = town(quiet="22:00-07:00")
    here.chat.script = [ChannelGone("archived")]
    await here.hear(news("Denso", 1), news("Oppo", 1))
    here.clock.advance(hours=24 + 15)
    assert await here.digests.let_out(parked_for=timedelta(hours=24)) == 0
    here.clock.advance(hours=8)
    assert await here.digests.let_out(parked_for=timedelta(hours=24)) == 1
    await here.tick()
    assert here.count() == {"digest": 1, "post": 1}


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (NAMES, "This channel's budget of 4 posts an hour is used up. Further stories come in one digest: "),
        (["Denso"], '"Denso" alone took half of the budget of 4 posts an hour. Is it the right word for Denso? '),
    ],
)
async def test_a_flood_that_goes_on_for_days_is_said_once_a_week(names: list[str], said: str) -> None:
    here = town(budget="4/h")
    for number in range(72):
        await flood(here, names, number)
        here.clock.advance(minutes=50)
        await here.intake.poll(here.sources[1])
    assert here.count()["digest"] > 20
    assert [line.startswith(said) for line in here.said].count(True) == 1
    here.clock.advance(days=5)
    for number in (100, 101):
        await flood(here, names, number)
        await here.intake.poll(here.sources[1])
    assert [line.startswith(said) for line in here.said].count(True) == 2


async def flood(here: Town, names: Sequence[str], number: int) -> None:
    """More than the budget, and news by its dates."""
    entries = [news(names[at % len(names)], 5 * number + at) for at in range(5)]
    now = here.clock.now() - timedelta(seconds=1)
    await here.hear(*(replace(each, published=now + timedelta(microseconds=at)) for at, each in enumerate(entries)))


async def test_another_budget_is_another_word() -> None:
    here = town(budget="2/h")
    for number, budget in enumerate(("2/h", "2/h", "3/h")):
        here.lists = [replace(each, channels=(ChannelRule(HERE, budget=budget),)) for each in here.lists]
        await flood(here, NAMES, number)
        for _ in range(2):
            here.clock.advance(minutes=50)
            await here.hear()
            await here.hear(wire=True)
    assert here.count()["notice"] == 2
