"""In quiet hours and pauses a channel hears nothing that nobody asked for, and all of it afterwards."""

from datetime import timedelta
from typing import Any

import pytest

from bot.model.watchlist import ChannelRule
from bot.store import MemoryStore
from tests.fakes import START
from tests.town import HERE, Town, news

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
