"""Until when, as people say it: `2h`, `for 3 days`, `until friday`, `tomorrow 9am`. Pure; times are those of a zone."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.alerting.windows import DAYS, instant, parse_clock

MORNING = time(9)
"""The time of a day that is named without one."""
LONGEST = timedelta(days=366)

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_UNIT = r"minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w"
_FOR = rf"(?:for\s+)?(?P<count>\d{{1,4}}|(?<=for )(?:an?|one)(?=\s))\s*(?P<unit>{_UNIT})"
_CLOCK = r"(?:noon|midnight|\d{1,2}(?:[:.h]\d{2})?\s*(?:am|pm)?)"
_WEEKDAY = r"mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
_UNTIL = r"(?:until|till?)\s+"
_DAY = rf"(?:{_UNTIL})?(?:next\s+)?(?P<day>tomorrow|tonight|{_WEEKDAY})(?:\s+(?:at\s+)?(?P<at>{_CLOCK}))?"
_AT = rf"{_UNTIL}(?P<only>{_CLOCK})"
_WHEN = re.compile(rf"(?:^|\s+)(?:{_FOR}|{_DAY}|{_AT})\s*$", re.IGNORECASE)


def split_when(text: str) -> tuple[str, str]:
    """What stands before the words that say until when, and those words; "" where there are none."""
    found = _WHEN.search(text)
    return (text[: found.start()].strip(), found.group().strip()) if found else (text.strip(), "")


def moment_of(when: str, now: datetime, zone: ZoneInfo, default: timedelta | None) -> datetime | None:
    """The moment in UTC that words of `split_when` mean; `default` from now where there are none.

    ValueError where it is no time, or over a year away.
    """
    if not when:
        return now + default if default else None
    found = _WHEN.fullmatch(when)
    if not found:
        raise ValueError(f'"{when}" is no time: write 2h, 3d, until friday or tomorrow 9am')
    if found["count"]:
        until = now + (int(found["count"]) if found["count"].isdigit() else 1) * _UNITS[found["unit"][0].casefold()]
    else:
        until = _on_the_clock((found["day"] or "").casefold(), found["at"] or found["only"] or "", now, zone)
    if not now < until <= now + LONGEST:
        raise ValueError(f'"{when}" is not within a year from now: write 2h, 3d, until friday or tomorrow 9am')
    return until


def _on_the_clock(day: str, clock: str, now: datetime, zone: ZoneInfo) -> datetime:
    at = parse_clock(clock) if clock else time(20) if day == "tonight" else MORNING
    if at is None:
        raise ValueError(f'"{clock}" is no time of a day: write 9am or 21:30')
    today = now.astimezone(zone).date()
    if day == "tomorrow":
        return instant(today + timedelta(days=1), at, zone)
    if day in ("", "tonight"):
        return _next(today, 1, at, now, zone)
    ahead = (DAYS.index(day[:3]) - today.weekday()) % 7
    return _next(today + timedelta(days=ahead), 7, at, now, zone)


def _next(day: date, step: int, at: time, now: datetime, zone: ZoneInfo) -> datetime:
    moment = instant(day, at, zone)
    return moment if moment > now else instant(day + timedelta(days=step), at, zone)
