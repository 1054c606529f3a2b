"""`namewatch outbox`: undelivered messages in plain words, tried anew or dropped."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.cli.outbox import What, in_words, work
from bot.errors import UsageError
from bot.model.alert import Settlement
from bot.model.mute import Mute
from bot.model.watchlist import ChannelRule
from bot.store import MemoryStore
from tests.builders import delivery, watchlist
from tests.fakes import START, ManualClock
from tests.store.builders import DISCORD, SLACK, at, claim, owe


async def stuck() -> MemoryStore:
    """A dead letter and one message behind it."""
    store = MemoryStore()
    await owe(store, delivery("first", SLACK, alert_id="a"), delivery("second", SLACK, alert_id="b"))
    (taken,) = await claim(store)
    await store.settle(Settlement(taken.id, taken.owner, taken.attempt, "dead", START, error="too long"))
    return store


async def test_what_was_not_delivered_is_listed_with_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert await work(await stuck(), What.LIST, ()) == 1
    assert capsys.readouterr().out.splitlines() == [
        'first · dead letter · slack:T0AB/C0123ABCD · post "Lava launches a phone" · tried 1 time: too long',
        'second · waits · slack:T0AB/C0123ABCD · post "Lava launches a phone" · not tried yet',
    ]


async def test_channels_are_called_as_people_know_them(capsys: pytest.CaptureFixture[str]) -> None:
    store = await stuck()
    await store.save_channels({"slack:#news": replace(SLACK, name="#news")}, START)
    await work(store, What.LIST, ())
    assert "· slack:T0AB/C0123ABCD (#news) · post" in capsys.readouterr().out


async def test_a_dead_letter_is_tried_anew(capsys: pytest.CaptureFixture[str]) -> None:
    store = await stuck()
    assert await work(store, What.REPLAY, ["irst"]) == 0
    assert capsys.readouterr().out == "1 message tried anew\n"
    assert await store.outbox_counts() == {"pending": 2}
    (again,) = await claim(store, now=datetime.max.replace(tzinfo=UTC) - timedelta(days=1))
    assert (again.id, again.attempt) == ("first", 2)


async def test_what_is_dropped_is_not_listed_any_more(capsys: pytest.CaptureFixture[str]) -> None:
    store = await stuck()
    assert await work(store, What.DROP, ["all"]) == 0
    assert await work(store, What.LIST, ()) == 0
    assert capsys.readouterr().out.splitlines() == ["2 messages dropped", "Everything was delivered."]
    assert await work(store, What.REPLAY, ["all"]) == 1


async def test_an_id_is_needed() -> None:
    with pytest.raises(UsageError, match="namewatch outbox drop all"):
        await work(await stuck(), What.DROP, ())


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        ("", "no message has the id ''"),  # an unset variable of a script
        ("t", "no message has the id 't'"),
        ("d", "2 messages end in 'd': write more of the id"),
    ],
)
async def test_an_id_that_does_not_name_one_message_changes_nothing(end: str, reason: str) -> None:
    store = MemoryStore()
    await owe(store, delivery("second", SLACK, alert_id="a"), delivery("third", SLACK, alert_id="b"))
    with pytest.raises(UsageError, match=re.escape(reason)):
        await work(store, What.DROP, ["third", end])
    assert await store.outbox_counts() == {"pending": 2}


async def test_a_digest_is_called_by_its_first_line() -> None:
    assert 'post "Lava launches a phone"' in in_words(delivery("x"), "slack:#news")


async def test_dead_letters_come_first_however_much_waits_and_the_next_step_last(
    capsys: pytest.CaptureFixture[str],
) -> None:
    store = MemoryStore()
    await owe(store, *(delivery(f"p{number}", SLACK, alert_id=f"a{number}") for number in range(300)))
    await owe(store, delivery("last", DISCORD, alert_id="b"))
    (taken,) = [each for each in await claim(store) if each.id == "last"]
    await store.settle(Settlement(taken.id, taken.owner, taken.attempt, "dead", START, error="too long"))
    assert await work(store, What.LIST, ()) == 1
    said = capsys.readouterr()
    assert said.out.startswith("last · dead letter · discord:112233/445566")
    assert len(said.out.splitlines()) == 301
    assert said.err.startswith("1 dead letter. Once the cause is mended: namewatch outbox replay <id>")
    assert await work(store, What.REPLAY, ["last"]) == 0
    assert await work(store, What.DROP, ["all"]) == 0
    assert capsys.readouterr().out.endswith("300 messages dropped\n")


async def test_what_waits_for_the_end_of_quiet_hours_or_a_pause_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    store, now, paused = MemoryStore(), at(minutes=1), replace(SLACK, address="C9")
    rules = (ChannelRule(SLACK, quiet="08:00-12:00"), ChannelRule(paused), ChannelRule(DISCORD))
    await store.mute(Mute("m", paused, "pause", "", "#c9", START, None, "U1"))
    hour_ago = at(minutes=-60)
    late = [delivery(f"late-{each.address}", each, at=hour_ago) for each in (SLACK, paused, DISCORD)]
    await owe(store, *late, delivery("asked", SLACK, at=START))
    lists = [replace(watchlist("phones", []), channels=rules)]
    assert await work(store, What.LIST, (), lists, clock=ManualClock(now)) == 0
    states = [line.split(" · ")[1] for line in capsys.readouterr().out.splitlines()]
    assert states == ["waits until quiet hours or a pause end"] * 2 + ["waits"] * 2
