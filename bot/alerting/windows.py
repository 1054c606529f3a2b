"""When a channel hears: digests, quiet hours and budgets as people write them, by local calendar day. Pure.

A moment that a zone skips (02:30 in the night when clocks go forward) comes as much later as the clocks jumped; one
that it has twice is its first. So each calendar day has one moment for its digest, whatever the clocks do.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from bot.model.channel import CONSOLE, Channel
from bot.model.watchlist import ChannelRule

BUDGET = 20
"""Posts an hour that a channel hears unless its rule says otherwise; the terminal disturbs nobody and has no limit."""

HOUR = timedelta(hours=1)
UNSAID = time(8, 30)
"""When what is only for digests comes in a channel that has no digest."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SATURDAY = 5
_AHEAD = 15
"""Days that are looked through: of a weekly digest that falls into quiet hours the next one is among them."""

_TICK = timedelta(microseconds=1)
_QUARTER = timedelta(minutes=15)
_LONGEST_QUIET = timedelta(days=4)

_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?")
_SPAN = re.compile(r"(.+?)\s*(?:-|–|—|~|\bto\b|\buntil\b)\s*(.+)")
_BUDGET = re.compile(r"([1-9][0-9]{0,5})\s*(?:/|per|an)\s*(?:h|hour)")
_DIGEST = "write off, daily 08:30, weekdays 8:30 or weekly mon 08:30"
_QUIET = "write 22:00-07:00, 10pm-7am, weekends or off"


@dataclass(frozen=True, slots=True)
class Digest:
    """At which local time, on which days of the week (0 is Monday), what is held comes as one message."""

    at: time
    days: tuple[int, ...] = tuple(range(7))

    def __str__(self) -> str:
        """As a rule says it; `parse_digest` reads it back."""
        if len(self.days) == 1:
            return f"weekly {DAYS[self.days[0]]} {self.at:%H:%M}"
        return f"{'daily' if len(self.days) == 7 else 'weekdays'} {self.at:%H:%M}"


@dataclass(frozen=True, slots=True)
class Quiet:
    """From when to when, by local time, nothing is said; `weekends`: nor on Saturdays and Sundays."""

    start: time | None = None
    end: time | None = None
    weekends: bool = False

    def __str__(self) -> str:
        """As a rule says it; `parse_quiet` reads it back."""
        hours = f"{self.start:%H:%M}-{self.end:%H:%M}" if self.start is not None and self.end is not None else ""
        return ", ".join(filter(None, (hours, "weekends" if self.weekends else "")))


@dataclass(frozen=True, slots=True)
class Wishes:
    """When one channel wants to hear, and how much; `budget` None is no limit. `zone` is an IANA name.

    `threads`: whether a reply to an alert goes into a thread of its own story.
    """

    digest: Digest | None = None
    quiet: Quiet | None = None
    zone: str = "UTC"
    budget: int | None = BUDGET
    threads: bool = False

    def is_quiet(self, moment: datetime) -> bool:
        """Whether this moment lies in the quiet hours."""
        if self.quiet is None:
            return False
        local = moment.astimezone(zone_of(self.zone))
        return _is_quiet(self.quiet, local)

    def opens(self, since: datetime) -> datetime:
        """The first moment, not before `since`, that is not quiet, in UTC; what never opens is quiet for days only."""
        if not self.is_quiet(since):
            return since
        assert self.quiet is not None  # noqa: S101 - otherwise nothing is quiet
        ends = {time(0), *((self.quiet.end,) if self.quiet.end else ())}
        moments = sorted(_moments(since, zone_of(self.zone), ends))
        return next((each for each in moments if each > since and not self.is_quiet(each)), moments[-1])

    def quiet_since(self, moment: datetime) -> datetime | None:
        """When the quiet hours began that this moment lies in, in UTC; None where it lies in none."""
        if self.quiet is None or not self.is_quiet(moment):
            return None
        begins = {time(0), *((self.quiet.start,) if self.quiet.start else ())}
        starts = _moments(moment - _LONGEST_QUIET, zone_of(self.zone), begins)
        # They begin in between only where the clock is changed, which is done at a quarter of an hour of UTC.
        quarter = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
        quarters = (quarter - number * _QUARTER for number in range(_LONGEST_QUIET // _QUARTER))
        found = (each for each in sorted({*starts, *quarters}, reverse=True) if each <= moment)
        return next((each for each in found if not self.is_quiet(each - _TICK)), moment - _LONGEST_QUIET)

    def next_digest(self, since: datetime) -> datetime:
        """The first moment after `since` for a digest, in UTC; without a digest in the rule, that of `UNSAID`.

        One that lies in quiet hours is left out; where all do, it comes when they end.
        """
        digest, zone = self.digest or Digest(UNSAID), zone_of(self.zone)
        day = since.astimezone(zone).date() - timedelta(days=1)
        days = (day + timedelta(days=number) for number in range(_AHEAD + 2))
        later = [
            moment
            for each in days
            if each.weekday() in digest.days
            if (moment := instant(each, digest.at, zone)) > since
        ]
        return next((moment for moment in later if not self.is_quiet(moment)), self.opens(later[0]))

    def in_words(self, moment: datetime) -> str:
        """`Mon 08:30 Asia/Taipei`."""
        local = moment.astimezone(zone_of(self.zone))
        return f"{DAYS[local.weekday()].capitalize()} {local:%H:%M} {self.zone}"


def wishes_of(channel: Channel, rules: Iterable[ChannelRule]) -> Wishes:
    """What a channel wants, of the rules that several lists may have for it: of each wish the first one written."""
    given = list(rules)
    digest, quiet, zone, budget, threads = (
        next((text for rule in given if (text := getattr(rule, name))), "")
        for name in ("digest", "quiet", "zone", "budget", "threads")
    )
    if budget:
        limit: int | None = parse_budget(budget)
    else:
        limit = None if channel == CONSOLE else BUDGET
    return Wishes(parse_digest(digest), parse_quiet(quiet), zone or "UTC", limit, threads == "on")


@cache
def parse_digest(text: str) -> Digest | None:
    """Read `daily 08:30`, `weekdays 8:30`, `weekly mon 08:30`; None for `off`, `now` and "". ValueError has the fix."""
    words = text.casefold().replace(" at ", " ").split()
    if not words or words in (["off"], ["now"]):
        return None
    days: tuple[int, ...] = tuple(range(7))
    if words[0] in ("daily", "weekdays", "weekly"):
        kind, *words = words
        days = days[:_SATURDAY] if kind == "weekdays" else days
        if kind == "weekly" and (not words or not _is_day(words[0])):
            raise ValueError(f"{text!r} names no day: write weekly mon 08:30")
    if words and _is_day(words[0]):
        if len(days) < len(DAYS):
            raise ValueError(f"{text!r} is no digest: {_DIGEST}")
        days, words = (_day(words[0]),), words[1:]
    at = parse_clock(" ".join(words))
    if at is None:
        raise ValueError(f"{text!r} is no digest: {_DIGEST}")
    return Digest(at, days)


@cache
def parse_quiet(text: str) -> Quiet | None:
    """Read `22:00-07:00`, `10pm-7am`, `22-7`, `weekends`, or hours and weekends with a comma; None for `off` and ""."""
    parts = [part for part in re.split(r"\s*(?:,|\band\b)\s*", text.casefold().strip()) if part]
    if not parts or parts == ["off"]:
        return None
    quiet = Quiet()
    for part in parts:
        if part in ("weekend", "weekends"):
            quiet = Quiet(quiet.start, quiet.end, weekends=True)
            continue
        span = _SPAN.fullmatch(part)
        start, end = (parse_clock(span[1]), parse_clock(span[2])) if span else (None, None)
        if start is None or end is None or quiet.start is not None:
            raise ValueError(f"{text!r} are no quiet hours: {_QUIET}")
        if start == end:
            raise ValueError(f"{text!r} would be quiet for ever: {_QUIET}")
        quiet = Quiet(start, end, quiet.weekends)
    return quiet


def parse_budget(text: str) -> int:
    """Read `12/h`: posts an hour, from 1; ValueError has the fix."""
    found = _BUDGET.fullmatch(text.casefold().strip())
    if not found:
        raise ValueError(f"{text!r} is not a budget: write posts an hour, such as 12/h")
    return int(found[1])


def parse_clock(text: str) -> time | None:
    """A time of day as people write it: `08:30`, `8.30`, `8`, `8:30pm`, `noon`, `midnight`; None for what is none."""
    word = text.casefold().strip()
    if word in ("noon", "midnight"):
        return time(12 if word == "noon" else 0)
    found = _CLOCK.fullmatch(word)
    if not found:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif hour == 24 and minute == 0:
        hour = 0
    return time(hour, minute) if hour < 24 and minute < 60 else None


@cache
def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name; ValueError has an example of one."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise ValueError(f"{name!r} is not a time zone: write one such as Asia/Taipei") from None


def instant(day: date, at: time, zone: ZoneInfo, *, fold: int = 0) -> datetime:
    """The moment in UTC that a calendar day has this local time; `fold` 1 is the second one, where it has two."""
    return datetime.combine(day, at, zone).replace(fold=fold).astimezone(UTC)


def _moments(since: datetime, zone: ZoneInfo, times: Iterable[time]) -> Iterator[datetime]:
    day = since.astimezone(zone).date()
    ends: Sequence[time] = tuple(times)
    for number in range(_AHEAD):
        for at in ends:
            for fold in (0, 1):
                yield instant(day + timedelta(days=number), at, zone, fold=fold)


def _is_quiet(quiet: Quiet, local: datetime) -> bool:
    if quiet.weekends and local.weekday() >= _SATURDAY:
        return True
    if quiet.start is None or quiet.end is None:
        return False
    at = local.time()
    if quiet.start < quiet.end:
        return quiet.start <= at < quiet.end
    return at >= quiet.start or at < quiet.end


def _is_day(word: str) -> bool:
    return len(word) >= 3 and word[:3] in DAYS and not word[-1].isdigit()


def _day(word: str) -> int:
    return DAYS.index(word[:3])
