"""Ten years of digests in forty zones, with clocks that jump: each calendar day has one, none has two, none is missed.

The long form looks at every day: NAMEWATCH_TORTURE_EVERY_DAYS=1 python -m pytest tests/torture/test_calendar.py
(make torture). The short one looks at each day next to a change of the clocks, and at one day in ninety.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.alerting.hearing import due
from bot.alerting.windows import Wishes, parse_digest
from bot.model.channel import Channel
from bot.model.mute import Waiting
from tests.torture.conftest import Figure
from tests.torture.sizes import size

EVERY = size("EVERY_DAYS", 90)
HERE = Channel.parse("slack:T0AB/C0123ABCD")
FIRST, LAST = date(2020, 1, 1), date(2029, 12, 31)
TIMES = ("00:00", "00:30", "02:30", "03:00", "23:45")
NAMES = """
    Africa/Cairo Africa/Casablanca Africa/Johannesburg Africa/Lagos America/Argentina/Buenos_Aires
    America/Asuncion America/Bogota America/Chicago America/Halifax America/Havana America/Los_Angeles
    America/Mexico_City America/New_York America/Nuuk America/Phoenix America/Santiago America/Sao_Paulo
    America/St_Johns Asia/Amman Asia/Beirut Asia/Dubai Asia/Gaza Asia/Jerusalem Asia/Kathmandu Asia/Kolkata
    Asia/Shanghai Asia/Taipei Asia/Tehran Asia/Tokyo Atlantic/Azores Australia/Adelaide Australia/Lord_Howe
    Australia/Sydney Europe/Berlin Europe/Dublin Europe/London Europe/Moscow Pacific/Auckland
    Pacific/Chatham Pacific/Apia
"""
ZONES = tuple(map(ZoneInfo, NAMES.split()))
JUMPS = (timedelta(hours=-3), timedelta(hours=-1), timedelta(minutes=-1), timedelta(0), timedelta(hours=1))


def days_of(zone: ZoneInfo) -> list[date]:
    """The days to look at: all next to a change of the clocks, and every so manieth of the others."""
    every = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days)]
    offsets = [datetime(day.year, day.month, day.day, 12, tzinfo=zone).utcoffset() for day in every]
    near = {
        at + more
        for at in range(1, len(every))
        if offsets[at] != offsets[at - 1]
        for more in (-2, -1, 0, 1)
        if 0 <= at + more < len(every)
    }
    return [day for at, day in enumerate(every) if at in near or at % EVERY == 0]


def told(wishes: Wishes, oldest: datetime, now: datetime, last: datetime | None) -> bool:
    """Whether what waits since then is told now."""
    return due(Waiting(HERE, "digest", "", oldest, oldest, 1), wishes, (), now, last_digest=last, caught_up=True)


def moment_of(day: date, at: str, zone: ZoneInfo) -> datetime:
    """When a day has this time, the first of two; one that it has not is that of a clock that was not put forward."""
    return datetime.combine(day, time.fromisoformat(at), zone).astimezone(UTC)


def faults_of(day: date, at: str, wishes: Wishes, zone: ZoneInfo) -> list[str]:
    """What is wrong with the digest of this day, for an article that came before it and one that came after it."""
    moment, following = (moment_of(day + timedelta(days=more), at, zone) for more in (0, 1))
    early, late = moment - timedelta(minutes=30), moment + timedelta(minutes=5)
    found = []
    if told(wishes, early, moment - timedelta(seconds=1), None) or not told(wishes, early, moment, None):
        found.append(f"not told at {moment}")
    if told(wishes, late, following - timedelta(seconds=1), moment) or not told(wishes, late, following, moment):
        found.append(f"after {moment} not told at {following}")
    # What came after the digest waits for the next one, wherever the clock goes meanwhile.
    found += [f"twice on {day}, clock {jump}" for jump in JUMPS if told(wishes, late, late + jump, moment)]
    if not told(wishes, late, following + timedelta(days=2), moment):
        found.append(f"what came after {moment} is missed by a clock that jumps ahead")
    return found


@pytest.mark.parametrize("at", TIMES)
def test_each_day_has_one_digest_whatever_the_clocks_do(at: str, figure: Figure) -> None:
    faults, days = [], 0
    for zone in ZONES:
        wishes = Wishes(parse_digest(f"daily {at}"), zone=zone.key)
        for day in days_of(zone):
            days += 1
            faults += [f"{zone}: {fault}" for fault in faults_of(day, at, wishes, zone)]
    figure(
        f"ten years in {len(ZONES)} zones, digest at {at}, {len(JUMPS) + 1} jumps: {days} days",
        f"{len(faults)} double or missed",
    )
    assert faults == []
