"""Until when, as people say it."""

from datetime import timedelta

import pytest

from bot.alerting.windows import zone_of
from bot.commands.until import moment_of, split_when
from tests.fakes import START

TAIPEI = zone_of("Asia/Taipei")  # START is Friday, 20 November, 16:30 there


@pytest.mark.parametrize(
    ("text", "what", "until"),
    [
        ("Lava", "Lava", ""),
        ("Lava 2h", "Lava", "2026-11-20 18:30"),
        ("Lava for 2 hours", "Lava", "2026-11-20 18:30"),
        ("Lava 90m", "Lava", "2026-11-20 18:00"),
        ("all 3d", "all", "2026-11-23 16:30"),
        ("story 1 week", "story", "2026-11-27 16:30"),
        ("Lava until friday", "Lava", "2026-11-27 09:00"),
        ("Lava until friday 5pm", "Lava", "2026-11-20 17:00"),
        ("Lava until monday", "Lava", "2026-11-23 09:00"),
        ("Lava tomorrow 9am", "Lava", "2026-11-21 09:00"),
        ("Lava until tomorrow at 8:30", "Lava", "2026-11-21 08:30"),
        ("Lava until 9am", "Lava", "2026-11-21 09:00"),
        ("Lava until 17:00", "Lava", "2026-11-20 17:00"),
        ("Lava till monday", "Lava", "2026-11-23 09:00"),
        ("Lava next monday 8am", "Lava", "2026-11-23 08:00"),
        ("Lava for a week", "Lava", "2026-11-27 16:30"),
        ("Lava for an hour", "Lava", "2026-11-20 17:30"),
        ("Vitamin a week", "Vitamin a week", ""),
        ("source 36Kr", "source 36Kr", ""),
        ("3M 2h", "3M", "2026-11-20 18:30"),
        ("2h", "", "2026-11-20 18:30"),
    ],
)
def test_the_time_stands_at_the_end(text: str, what: str, until: str) -> None:
    name, when = split_when(text)
    assert name == what
    moment = moment_of(when, START, TAIPEI, None)
    assert (f"{moment.astimezone(TAIPEI):%Y-%m-%d %H:%M}" if moment else "") == until


def test_without_a_time_the_default_holds() -> None:
    assert moment_of("", START, TAIPEI, timedelta(days=1)) == START + timedelta(days=1)


@pytest.mark.parametrize("when", ["9999w", "until 25:00", "soon"])
def test_what_is_no_time_within_a_year_is_refused(when: str) -> None:
    with pytest.raises(ValueError, match="write "):
        moment_of(when, START, TAIPEI, None)
