"""When a channel hears: what people write, and moments by local calendar day whatever the clocks do."""

import os
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerting.windows import (
    BUDGET,
    Digest,
    Quiet,
    Wishes,
    parse_budget,
    parse_clock,
    parse_digest,
    parse_quiet,
    wishes_of,
    zone_of,
)
from bot.model.channel import CONSOLE, Channel
from bot.model.watchlist import ChannelRule

YEARS = int(os.environ.get("NAMEWATCH_TEST_YEARS", "1"))
"""Ten for the figure; one year has every change of the clocks that a zone makes."""

ZONES = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "Africa/Johannesburg",
    "Africa/Lagos",
    "America/Anchorage",
    "America/Argentina/Buenos_Aires",
    "America/Asuncion",
    "America/Bogota",
    "America/Chicago",
    "America/Halifax",
    "America/Havana",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Jerusalem",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "Asia/Taipei",
    "Asia/Tehran",
    "Asia/Tokyo",
    "Atlantic/Azores",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/Dublin",
    "Europe/London",
    "Europe/Moscow",
    "Pacific/Apia",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
]
SLACK = Channel.parse("slack:T0AB/C0123ABCD")
WEEKDAYS = tuple(range(5))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        ("", None),
        ("off", None),
        ("now", None),
        ("daily 08:30", Digest(time(8, 30))),
        ("Daily at 8:30", Digest(time(8, 30))),
        ("8:30", Digest(time(8, 30))),
        ("daily 8", Digest(time(8))),
        ("daily 6pm", Digest(time(18))),
        ("weekdays 8:30", Digest(time(8, 30), WEEKDAYS)),
        ("weekly mon 08:30", Digest(time(8, 30), (0,))),
        ("weekly Sunday 12am", Digest(time(0), (6,))),
        ("fri 17.15", Digest(time(17, 15), (4,))),
    ],
)
def test_a_digest_as_people_write_it(text: str, digest: Digest | None) -> None:
    assert parse_digest(text) == digest
    assert digest is None or parse_digest(str(digest)) == digest


@pytest.mark.parametrize(
    "text", ["hourly", "daily", "daily 25:00", "weekly 08:30", "weekdays mon 8:30", "8:30 x", "mon"]
)
def test_what_is_no_digest_is_refused_with_the_fix(text: str) -> None:
    with pytest.raises(ValueError, match=r"write .*weekly mon 08:30"):
        parse_digest(text)


@pytest.mark.parametrize(
    ("text", "quiet"),
    [
        ("", None),
        ("off", None),
        ("22:00-07:00", Quiet(time(22), time(7))),
        ("22-7", Quiet(time(22), time(7))),
        ("10pm - 7am", Quiet(time(22), time(7))),
        ("10pm to 7am", Quiet(time(22), time(7))),
        ("00:00–24:00", "for ever"),
        ("midnight-noon", Quiet(time(0), time(12))),
        ("weekends", Quiet(weekends=True)),
        ("22:00-07:00, weekends", Quiet(time(22), time(7), weekends=True)),
        ("weekends and 22-7", Quiet(time(22), time(7), weekends=True)),
        ("at night", "no quiet hours"),
        ("22:00", "no quiet hours"),
        ("22-7, 12-13", "no quiet hours"),
        ("22-25", "no quiet hours"),
    ],
)
def test_quiet_hours_as_people_write_them(text: str, quiet: Quiet | str | None) -> None:
    if isinstance(quiet, str):
        with pytest.raises(ValueError, match=quiet):
            parse_quiet(text)
        return
    assert parse_quiet(text) == quiet
    assert quiet is None or parse_quiet(str(quiet)) == quiet


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("8", time(8)),
        ("08:30", time(8, 30)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("0:05", time(0, 5)),
        ("13pm", None),
    ],
)
def test_a_time_of_day(text: str, clock: time | None) -> None:
    assert parse_clock(text) == clock


@pytest.mark.parametrize(("text", "posts"), [("12/h", 12), ("12 / hour", 12), ("12 an hour", 12)])
def test_a_budget(text: str, posts: int) -> None:
    assert parse_budget(text) == posts


@pytest.mark.parametrize("text", ["0/h", "many", "12", "12/d"])
def test_what_is_no_budget_is_refused_with_the_fix(text: str) -> None:
    with pytest.raises(ValueError, match="such as 12/h"):
        parse_budget(text)


def test_the_wishes_of_a_channel_are_the_first_ones_written() -> None:
    rules = [
        ChannelRule(SLACK, digest="daily 08:30"),
        ChannelRule(SLACK, digest="off", zone="Asia/Taipei", quiet="22-7"),
    ]
    assert wishes_of(SLACK, rules) == Wishes(Digest(time(8, 30)), Quiet(time(22), time(7)), "Asia/Taipei", BUDGET)
    assert wishes_of(CONSOLE, []).budget is None
    assert wishes_of(CONSOLE, [ChannelRule(CONSOLE, budget="3/h")]).budget == 3


@pytest.mark.parametrize(
    ("written", "wanted"),
    [([], False), ([""], False), (["off"], False), (["on"], True), (["", "on"], True), (["off", "on"], False)],
)
def test_threads_are_opened_where_the_first_rule_that_speaks_of_them_says_on(written: list[str], wanted: bool) -> None:
    assert wishes_of(SLACK, [ChannelRule(SLACK, threads=text) for text in written]).threads is wanted


@pytest.mark.parametrize(
    ("rule", "since", "opens"),
    [
        (ChannelRule(SLACK), "2026-11-20 08:30", "2026-11-20 08:30"),
        (ChannelRule(SLACK, quiet="22-7"), "2026-11-20 22:00", "2026-11-21 07:00"),
        (ChannelRule(SLACK, quiet="22-7"), "2026-11-21 06:59", "2026-11-21 07:00"),
        (ChannelRule(SLACK, quiet="22-7"), "2026-11-21 07:00", "2026-11-21 07:00"),
        (ChannelRule(SLACK, quiet="12-13"), "2026-11-21 12:30", "2026-11-21 13:00"),
        (ChannelRule(SLACK, quiet="22-7", zone="Asia/Taipei"), "2026-11-20 14:00", "2026-11-20 23:00"),
        (ChannelRule(SLACK, quiet="weekends"), "2026-11-21 00:00", "2026-11-23 00:00"),
        (ChannelRule(SLACK, quiet="weekends, 22-7"), "2026-11-20 23:00", "2026-11-23 07:00"),
        # The night of New York's autumn has 01:15 twice; the second one is quiet until 01:30 comes again.
        (ChannelRule(SLACK, quiet="22-1:30", zone="America/New_York"), "2026-11-01 05:15", "2026-11-01 05:30"),
        (ChannelRule(SLACK, quiet="22-1:30", zone="America/New_York"), "2026-11-01 06:15", "2026-11-01 06:30"),
    ],
)
def test_when_quiet_hours_end(rule: ChannelRule, since: str, opens: str) -> None:
    assert wishes_of(SLACK, [rule]).opens(utc(since)) == utc(opens)


@pytest.mark.parametrize(
    ("rule", "now", "since"),
    [
        (ChannelRule(SLACK), "2026-11-20 08:30", None),
        (ChannelRule(SLACK, quiet="22-7"), "2026-11-20 21:59", None),
        (ChannelRule(SLACK, quiet="22-7"), "2026-11-20 22:00", "2026-11-20 22:00"),
        (ChannelRule(SLACK, quiet="22-7"), "2026-11-21 06:59", "2026-11-20 22:00"),
        (ChannelRule(SLACK, quiet="22:10-22:00"), "2026-11-21 21:00", "2026-11-20 22:10"),
        (ChannelRule(SLACK, quiet="weekends, 22-7"), "2026-11-23 06:30", "2026-11-20 22:00"),
        (ChannelRule(SLACK, quiet="22-7", zone="Asia/Taipei"), "2026-11-20 22:00", "2026-11-20 14:00"),
        (ChannelRule(SLACK, quiet="22-1:30", zone="America/New_York"), "2026-11-01 06:15", "2026-11-01 06:00"),
        (ChannelRule(SLACK, quiet="2:30-7", zone="Europe/Berlin"), "2026-03-29 04:00", "2026-03-29 01:00"),
    ],
)
def test_when_quiet_hours_began(rule: ChannelRule, now: str, since: str | None) -> None:
    assert wishes_of(SLACK, [rule]).quiet_since(utc(now)) == (utc(since) if since else None)


@pytest.mark.parametrize(
    ("rule", "since", "digest"),
    [
        (ChannelRule(SLACK, digest="daily 08:30"), "2026-11-20 08:29", "2026-11-20 08:30"),
        (ChannelRule(SLACK, digest="daily 08:30"), "2026-11-20 08:30", "2026-11-21 08:30"),
        (ChannelRule(SLACK, digest="weekdays 08:30"), "2026-11-20 08:30", "2026-11-23 08:30"),
        (ChannelRule(SLACK, digest="weekly mon 08:30"), "2026-11-23 08:30", "2026-11-30 08:30"),
        (ChannelRule(SLACK, digest="daily 08:30", zone="Asia/Taipei"), "2026-11-20 00:29", "2026-11-20 00:30"),
        (ChannelRule(SLACK, digest="daily 08:30", quiet="weekends"), "2026-11-20 08:30", "2026-11-23 08:30"),
        (ChannelRule(SLACK, digest="daily 23:00", quiet="22-7"), "2026-11-20 22:59", "2026-11-21 07:00"),
        (ChannelRule(SLACK), "2026-11-20 08:31", "2026-11-21 08:30"),
        # Berlin has no 02:30 in the night of 29 March and two in that of 25 October.
        (ChannelRule(SLACK, digest="daily 2:30", zone="Europe/Berlin"), "2026-03-29 00:00", "2026-03-29 01:30"),
        (ChannelRule(SLACK, digest="daily 2:30", zone="Europe/Berlin"), "2026-10-25 00:00", "2026-10-25 00:30"),
        (ChannelRule(SLACK, digest="daily 2:30", zone="Europe/Berlin"), "2026-10-25 00:30", "2026-10-26 01:30"),
    ],
)
def test_the_next_digest(rule: ChannelRule, since: str, digest: str) -> None:
    assert wishes_of(SLACK, [rule]).next_digest(utc(since)) == utc(digest)


@pytest.mark.parametrize("zone", ZONES)
def test_each_calendar_day_of_the_years_has_one_digest(zone: str) -> None:
    wishes = Wishes(Digest(time(2, 30)), zone=zone)
    begin, end = date(2026, 1, 1), date(2026 + YEARS, 1, 1)
    at = datetime.combine(begin, time(0), zone_of(zone)).astimezone(UTC) - timedelta(seconds=1)
    days = []
    while (at := wishes.next_digest(at)).astimezone(zone_of(zone)).date() < end:
        days.append(at.astimezone(zone_of(zone)).date())
    assert days == [begin + timedelta(days=number) for number in range((end - begin).days)]


@given(
    since=st.integers(0, 10 * 365 * 24 * 60).map(lambda minute: utc("2026-01-01") + timedelta(minutes=minute)),
    zone=st.sampled_from(ZONES),
    start=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    end=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    weekends=st.booleans(),
)
def test_quiet_hours_always_end_within_three_days(
    since: datetime, zone: str, start: time, end: time, weekends: bool
) -> None:
    wishes = Wishes(quiet=Quiet(start, end, weekends) if start != end else None, zone=zone)
    opens = wishes.opens(since)
    assert since <= opens <= since + timedelta(days=4)
    assert not wishes.is_quiet(opens)
    began = wishes.quiet_since(since)
    assert (began is None) == (opens == since)
    if began is not None:
        assert began <= since
        assert wishes.is_quiet(began)
        assert not wishes.is_quiet(began - timedelta(microseconds=1))
