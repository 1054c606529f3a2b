"""Which messages wait because their channel is not to be disturbed, and until when."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.alerting.closings import Closings
from bot.model.alert import DeliveryKind, Head
from bot.model.channel import Channel
from bot.model.mute import Mute
from bot.model.watchlist import ChannelRule

HERE = Channel.parse("slack:T0AB/C0123ABCD")
RULES = {HERE: (ChannelRule(HERE, quiet="22-7"),)}


def holds(closings: Closings, waits: Head, at: datetime) -> bool:
    held = closings.held(HERE, at)
    return held is not None and held(waits)


def utc(time: str, day: int = 20) -> datetime:
    return datetime.fromisoformat(f"2026-11-{day} {time}").replace(tzinfo=UTC)


def head(created: datetime, kind: DeliveryKind = "post", *, put_off: bool = False) -> Head:
    return Head(kind, created, put_off)


@pytest.mark.parametrize(
    ("waits", "at", "held"),
    [
        (head(utc("21:50")), utc("21:59:59"), False),
        (head(utc("21:50")), utc("22:00"), True),
        (head(utc("22:00")), utc("22:00"), True),
        (head(utc("21:50")), utc("06:59:59", 21), True),
        (head(utc("21:50"), "edit"), utc("23:00"), False),
        (head(utc("21:50"), "digest"), utc("23:00"), True),
        (head(utc("22:30"), "digest"), utc("23:00"), False),
        (head(utc("22:30"), "notice", put_off=True), utc("23:00"), True),
        (head(utc("22:30"), "notice", put_off=True), utc("07:00", 21), False),
    ],
)
def test_quiet_hours_hold_to_the_moment_what_was_owed_before_them(waits: Head, at: datetime, held: bool) -> None:
    closings = Closings()
    closings.look(RULES, (), utc("21:59:58"))
    assert holds(closings, waits, at) is held


@pytest.mark.parametrize(("kind", "held"), [("notice", False), ("post", True), ("digest", True), ("edit", False)])
def test_operational_news_waits_for_nothing_in_the_channel_that_is_for_it(kind: DeliveryKind, held: bool) -> None:
    closings = Closings(HERE)
    closings.look(RULES, (), utc("22:00"))
    assert holds(closings, head(utc("21:50"), kind), utc("23:00")) is held


@pytest.mark.parametrize(("resumed", "held"), [(False, True), (True, False)])
def test_a_pause_holds_from_the_next_look_to_its_end(resumed: bool, held: bool) -> None:
    closings, pause = Closings(), Mute("m", None, "pause", "", "Every channel", utc("12:00"), utc("15:00"), "U1")
    closings.look(RULES, (pause,), utc("12:00:03"))
    assert holds(closings, head(utc("11:59")), utc("12:00:04"))
    assert not holds(closings, head(utc("12:00:01")), utc("12:00:04"))
    closings.look(RULES, () if resumed else (pause,), utc("13:00"))
    closings.told(closings.ending)
    assert holds(closings, head(utc("11:59")), utc("13:00:01")) is held


def test_until_its_one_digest_is_owed_nothing_of_what_waited_comes_but_for_a_minute_at_most() -> None:
    closings, waits = Closings(), head(utc("21:50"))
    assert closings.look(RULES, (), utc("22:00", 20)) == {HERE}
    closings.look(RULES, (), utc("06:59:58", 21))
    assert holds(closings, waits, utc("07:00:01", 21)), "nobody has looked yet"
    assert not holds(closings, waits, utc("07:01", 21)), "nobody looks any more"
    closings.look(RULES, (), utc("07:00:03", 21))
    assert closings.ending == {HERE}
    for second in range(3, 60, 5):
        closings.look(RULES, (), utc("07:00:03", 21) + timedelta(seconds=second))
        assert holds(closings, waits, utc("07:00:03", 21) + timedelta(seconds=second))
    closings.look(RULES, (), utc("07:01:05", 21))
    assert not holds(closings, waits, utc("07:01:05", 21)), "whatever goes wrong with the digest"
    closings.told(closings.ending)
    assert (closings.ending, holds(closings, waits, utc("07:01:06", 21))) == (frozenset(), False)
