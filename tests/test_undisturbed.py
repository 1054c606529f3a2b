"""What a channel is spared: messages in quiet hours and pauses, and the same word again and again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.errors import ChannelGone, TryLater
from bot.model.alert import Delivery
from bot.model.card import TextCard
from bot.model.watchlist import ChannelRule
from bot.store import MemoryStore
from bot.watchlists.live import PUT_OFF
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


async def test_a_channel_that_can_not_be_posted_to_is_not_tried_in_quiet_hours() -> None:
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


QUIET = {"quiet": "09:00-12:00"}
"""Tests begin at 08:30."""


def busy(*minutes: float) -> list[Exception | None]:
    return [TryLater("busy", retry_after=60 * each) for each in minutes]


async def quietly(here: Town, until: str) -> None:
    """Let time pass as in a running bot: what is late is looked for, too."""
    while here.clock.now() < datetime.fromisoformat(until).replace(tzinfo=START.tzinfo):
        here.clock.advance(minutes=5)
        await here.digests.fold()
        await here.tick()


@pytest.mark.parametrize("minutes", [[20], [40], [100], [40, 60]])
@pytest.mark.parametrize("names", [["Denso"], ["Denso", "Oppo", "MediaTek"]])
async def test_what_was_owed_before_quiet_hours_and_is_late_waits_until_they_are_over(
    minutes: list[float], names: list[str]
) -> None:
    here = town(**QUIET)
    here.clock.advance(minutes=15)
    here.chat.script = busy(*minutes)
    await here.hear(*(news(name, 1) for name in names))
    tried = here.said
    await quietly(here, "2026-11-20 11:55")
    assert here.said == tried == ["send Denso"]
    await quietly(here, "2026-11-20 12:10")
    assert here.count() == ({"post": 2} if len(names) == 1 else {"digest": 1, "post": 1})


async def test_what_was_late_and_what_came_in_the_quiet_hours_are_one_digest() -> None:
    here = town(**QUIET)
    here.chat.script = busy(45)
    await here.hear(news("Denso", 1), news("Oppo", 1))
    here.clock.advance(hours=1)
    await here.hear(news("MediaTek", 1))
    await quietly(here, "2026-11-20 12:30")
    assert here.count() == {"digest": 1, "post": 1}
    assert here.said[2] == "3 stories, 3 articles · 0 muted · 0 failed"
    assert await here.store.undelivered() == ()


async def test_what_was_owed_before_a_pause_and_is_late_waits_for_its_end() -> None:
    here = town()
    here.chat.script = busy(10)
    await here.hear(news("Denso", 1), news("Oppo", 1))
    await here.mute("pause", until=START + timedelta(hours=3))
    await quietly(here, "2026-11-20 11:20")
    assert here.said == ["send Denso"]
    await quietly(here, "2026-11-20 11:40")
    assert here.count() == {"digest": 1, "post": 1}


async def test_a_restart_in_quiet_hours_posts_nothing_of_what_waits() -> None:
    here = town(**QUIET)
    here.chat.script = [ChannelGone("the token was revoked")]
    await here.hear(news("Denso", 1), news("Oppo", 1))
    here.clock.advance(hours=2)
    here.start()
    await here.digests.look()
    assert await here.digests.let_out() == 1
    await quietly(here, "2026-11-20 11:55")
    assert here.said == ["send Denso"]
    await quietly(here, "2026-11-20 12:10")
    assert here.count() == {"digest": 1, "post": 1}


async def notice(here: Town, words: str, put_off: timedelta = timedelta(0)) -> None:
    now = here.clock.now()
    await here.store.note_polls(
        (), [Delivery(words, HERE, "notice", TextCard("notice", ((words,),)), (), now, now + put_off)]
    )


@pytest.mark.parametrize(
    ("rule", "at", "shut", "open_again"),
    [
        (QUIET, "2026-11-20 10:00", "2026-11-20 11:55", "2026-11-20 12:05"),
        ({"quiet": "22:00-07:00, weekends"}, "2026-11-20 23:00", "2026-11-23 06:55", "2026-11-23 07:05"),
    ],
)
async def test_a_line_that_was_put_off_comes_when_the_channel_may_be_disturbed_again(
    rule: dict[str, str], at: str, shut: str, open_again: str
) -> None:
    here = town(**rule)
    await quietly(here, at)
    await notice(here, "phones: +Vivo, by file", PUT_OFF)
    await quietly(here, shut)
    assert here.said == []
    await quietly(here, open_again)
    assert here.said == ["phones: +Vivo, by file"]


async def test_what_waits_for_the_end_of_quiet_hours_holds_up_no_edit_and_nothing_that_was_asked_for() -> None:
    here = town(**QUIET)
    denso = news("Denso", 1)
    await here.hear(denso)
    here.chat.script = busy(40)
    await here.hear(news("Oppo", 1))
    here.clock.advance(hours=1)
    await here.hear(replace(denso, id="w1", url="https://wire.example/w1"), wire=True)
    await notice(here, "asked for")
    await here.tick()
    assert here.said == ["send Denso", "send Oppo", "edit Denso", "asked for"]
    await quietly(here, "2026-11-20 12:10")
    assert here.said[4:] == ["send Oppo"]


async def test_a_late_post_whose_story_grew_in_the_quiet_hours_is_told_once() -> None:
    here = town(**QUIET)
    denso = news("Denso", 1)
    here.chat.script = busy(45)
    await here.hear(denso)
    here.clock.advance(hours=1)
    grown = replace(denso, id="w1", url="https://wire.example/w1", body=f"{denso.body} Oppo Ltd agreed.")
    await here.hear(grown, wire=True)
    await quietly(here, "2026-11-20 12:30")
    assert here.count() == {"digest": 1, "post": 1}, here.said
    assert here.said[-1].endswith("2 sources, also Oppo")


async def test_between_the_end_of_quiet_hours_and_the_next_look_nothing_slips_out_of_the_digest() -> None:
    here = town(**QUIET)
    here.chat.script = busy(45)
    await here.hear(news("Denso", 1), news("Oppo", 1))
    await quietly(here, "2026-11-20 11:55")
    here.clock.advance(minutes=5, seconds=-2)
    await here.tick()
    here.clock.advance(seconds=3)
    await here.outbox.drain()
    assert here.count() == {"post": 1}
    await here.tick()
    assert here.count() == {"digest": 1, "post": 1}
