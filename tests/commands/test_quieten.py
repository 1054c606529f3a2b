"""Mutes, pauses, digests and quiet hours by command: what is said, and what is true afterwards."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.commands.hush import Digest, Mute, Pause, Quiet, Resume, Unmute
from bot.commands.parse import parse
from bot.model.channel import Channel
from bot.model.command import Actor
from bot.model.watchlist import ChannelRule
from tests.builders import company, delivery, source, watchlist
from tests.commands.desk import Desk, plain
from tests.fakes import START
from tests.store.builders import owe
from tests.store.test_contract_waiting import withhold

HERE = Channel.parse("slack:T0AB/C0123ABCD")
FOCUS = replace(source("Focus"), tenant="T0AB")
MEMBER = Actor("U1", "Ann", "T0AB", frozenset({"anyone", "member"}))
GUEST = Actor("U2", "Guest", "T0AB")


def desk(**wishes: str) -> Desk:
    made = watchlist("phones", [company("Lava International", "Lava"), company("3M")])
    rule = ChannelRule(HERE, **wishes)  # type: ignore[arg-type]
    return Desk(replace(made, channels=(rule,)), sources=[FOCUS], live=["slack"])


async def say(here: Desk, text: str, actor: Actor = MEMBER) -> list[str]:
    return await here.say(text, HERE, actor)


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("mute Lava for 2 hours", Mute("Lava", "for 2 hours")),
        ("snooze all", Mute("all")),
        ("mute 3M", Mute("3M")),
        ("mute 3M 3d", Mute("3M", "3d")),
        ("unmute", Unmute()),
        ("pause 8h", Pause("8h")),
        ("pause --all until friday", Pause("until friday", everywhere=True)),
        ("resume --all", Resume(everywhere=True)),
        ("digest 8:30", Digest("daily 08:30")),
        ("digest weekly mon 8.30", Digest("weekly mon 08:30")),
        ("digest now", Digest("now")),
        ("quiet 22-7", Quiet("22:00-07:00")),
        ("quiet 10pm-7am Asia/Taipei", Quiet("22:00-07:00", "Asia/Taipei")),
        ("quiet off", Quiet("off")),
        ("quiet 22-7 asia/taipei", Quiet("22:00-07:00", "Asia/Taipei")),
        ("digest 8:30 america/new_york", Digest("daily 08:30", "America/New_York")),
        ("digest daily 08:30 utc", Digest("daily 08:30", "UTC")),
    ],
)
def test_as_people_type_it(text: str, request_: object) -> None:
    assert parse(text) == request_


@pytest.mark.parametrize(
    ("text", "scope", "subject", "until"),
    [
        ("mute Lava", "company", "lava international", timedelta(hours=24)),
        ("mute lava international 2h", "company", "lava international", timedelta(hours=2)),
        ("mute Focus 3d", "source", FOCUS.key, timedelta(days=3)),
        ("mute source focus 3d", "source", FOCUS.key, timedelta(days=3)),
        ("mute all 1h", "all", "", timedelta(hours=1)),
        ("pause 8h", "pause", "", timedelta(hours=8)),
        ("pause", "pause", "", None),
    ],
)
async def test_a_mute_is_kept_with_its_end(text: str, scope: str, subject: str, until: timedelta | None) -> None:
    here = desk()
    await say(here, text)
    (kept,) = await here.ledger.kept.mutes()
    assert (kept.channel, kept.scope, kept.subject, kept.actor) == (HERE, scope, subject, "U1")
    assert kept.until == (START + until if until else None)


async def test_what_is_said_of_a_mute() -> None:
    here = desk(zone="Asia/Taipei")
    assert await say(here, "mute Lava until friday") == [
        "*Lava International* is muted here until 27.01:00 (Fri 09:00 Asia/Taipei)",
        "What it held back is reported then.",
        "[Unmute] unmute Lava International",
    ]
    assert await say(here, "unmute Lava International") == [
        "*Lava International* is heard again here: nothing was held back"
    ]
    assert await here.ledger.kept.mutes() == ()
    assert await say(here, "unmute") == ["Nothing is muted here."]


async def test_what_is_not_known_is_asked_about() -> None:
    here = desk()
    assert await say(here, "mute Lvaa") == [
        'No company and no source "Lvaa" is heard here. Did you mean Lava International?',
        "Nothing was changed.",
        "[Mute Lava International] mute Lava International",
    ]
    assert (await say(here, "mute Lava 9999w"))[0].startswith('"9999w" is not within a year from now')
    assert await here.ledger.kept.mutes() == ()


@pytest.mark.parametrize(
    ("muted", "text"),
    [
        ("mute Lava", "unmute Lava"),
        ("mute Lava", "unmute LAVA international"),
        ("mute source Focus", "unmute source Focus"),
        ("mute source Focus", "unmute Focus"),
        ("mute all", "unmute everything"),
        ("mute all", "unmute all"),
    ],
)
async def test_a_mute_ends_by_any_name_of_what_was_muted(muted: str, text: str) -> None:
    here = desk()
    await say(here, muted)
    assert (await say(here, text))[0].endswith("is heard again here: nothing was held back")
    assert await here.ledger.kept.mutes() == ()


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("mute Lava until yesterday", "until yesterday"),
        ("mute Lava International for lunch", "for lunch"),
        ("mute Focus till the cows come home", "till the cows come home"),
        ("mute all until whenever", "until whenever"),
        ("mute Lava 2 fortnights", "2 fortnights"),
    ],
)
async def test_a_time_that_is_none_is_told_apart_from_what_is_muted(text: str, when: str) -> None:
    here = desk()
    assert await say(here, text) == [
        f'"{when}" is no time: write 2h, 3d, until friday or tomorrow 9am.',
        "Nothing was changed.",
    ]
    assert await here.ledger.kept.mutes() == ()


@pytest.mark.parametrize("text", ["quiet 22:00-07:00", "quiet 10pm-7am Asia/Taipei", "digest daily 8:30"])
async def test_hours_that_are_so_already_are_shown_and_written_nowhere(text: str) -> None:
    here = desk(quiet="22:00-07:00", digest="daily 08:30", zone="Asia/Taipei")
    reply = await here.ask(text, HERE, MEMBER)
    assert plain(reply)[-1] == "It was like that already. Nothing was changed."
    assert (reply.public, here.lists.applied) == (False, [])


async def test_unmute_says_what_was_held_back_and_digest_muted_tells_it() -> None:
    here = desk()
    await say(here, "mute Lava")
    (kept,) = await here.ledger.kept.mutes()
    await withhold(here.ledger.kept, 1, "mute", kept.id, HERE)
    said = await say(here, "unmute")
    assert said[0] == "*Lava International* is heard again here: 1 article in 1 story held back, the biggest:"
    assert said[-1] == "All of them in one message: /watch digest muted"
    assert await say(here, "digest muted") == ["1 article in a digest: it comes now."]
    assert await here.ledger.kept.outbox_counts() == {"pending": 1}
    assert await say(here, "digest muted") == ["Nothing that was muted waits here."]


async def test_a_pause_of_every_channel_is_for_admins() -> None:
    here = desk()
    assert "You may not pause every channel" in (await say(here, "pause --all"))[0]
    assert await here.ledger.kept.mutes() == ()
    await here.say("pause --all", HERE)
    (kept,) = await here.ledger.kept.mutes()
    assert kept.channel is None
    assert (await say(here, "resume"))[0].startswith("This channel is not paused. Every channel is")
    await withhold(here.ledger.kept, 1, "pause", channel=HERE)
    assert await here.say("resume --all", HERE) == ["The pause is over: 1 article waited: the digest comes now."]


@pytest.mark.parametrize(
    ("wishes", "cause", "comes"),
    [
        ({}, "pause", "the digest comes now"),
        ({"digest": "daily 09:00"}, "pause", "the digest comes now"),
        ({"quiet": "08:00-09:30"}, "pause", "the digest comes later: quiet until Fri 09:30 UTC"),
        (
            {"digest": "daily 09:00"},
            "digest",
            "the digest comes later: this channel has a digest: daily 09:00, the next one Fri 09:00 UTC",
        ),
    ],
)
async def test_the_end_of_a_pause_says_when_what_waited_comes(wishes: dict[str, str], cause: Any, comes: str) -> None:
    here = desk(**wishes)
    await say(here, "pause")
    await withhold(here.ledger.kept, 1, cause, channel=HERE)
    assert await say(here, "resume") == [f"The pause is over: 1 article waited: {comes}."]


async def test_the_end_of_a_pause_says_that_every_channel_is_paused() -> None:
    here = desk()
    await say(here, "pause")
    await here.say("pause --all", HERE)
    await withhold(here.ledger.kept, 1, "pause", channel=HERE)
    assert (await say(here, "resume"))[0].endswith("the digest comes later: every channel is paused.")


async def test_digest_and_quiet_are_written_into_the_list() -> None:
    here = desk(zone="Asia/Taipei", budget="12/h")
    assert await say(here, "digest daily 8:30") == [
        "*slack:T0AB/C0123ABCD* · Digest daily 08:30 · quiet off · Asia/Taipei · budget 12 posts an hour",
        "The next digest: Sat 08:30 Asia/Taipei",
    ]
    assert (await say(here, "quiet 22-7 Europe/Berlin"))[0].endswith(
        "Digest daily 08:30 · quiet 22:00-07:00 · Europe/Berlin · budget 12 posts an hour"
    )
    (rule,) = here.lists.lists()[0].channels
    assert rule == ChannelRule(HERE, "daily 08:30", "22:00-07:00", "Europe/Berlin", "12/h")
    assert (await say(here, "digest"))[1] == "The next digest: Sat 08:30 Europe/Berlin"


async def test_guests_change_nothing() -> None:
    here = desk()
    for text in ("mute Lava", "unmute", "pause", "resume", "digest off", "quiet off"):
        reply = await here.ask(text, HERE, GUEST)
        assert reply.failed, text


async def test_a_channel_without_a_zone_gets_that_of_the_bot_or_of_who_asks() -> None:
    ann = replace(MEMBER, zone="Asia/Taipei")
    mine = desk()
    assert (await mine.say("quiet 22-7", HERE, ann))[0] == (
        f"*{HERE}* · Digest off · quiet 22:00-07:00 · Asia/Taipei · budget 20 posts an hour"
    )
    assert mine.lists.lists()[0].channels[0].zone == "Asia/Taipei"
    assert "(Fri 09:00 Asia/Taipei)" in (await desk().say("mute Lava until friday 9am", HERE, ann))[0]
    told = desk(zone="Europe/Berlin")
    assert "Europe/Berlin" in (await told.say("quiet 22-7", HERE, ann))[0]
    assert "UTC" in (await desk().say("digest 8:30", HERE, replace(MEMBER, zone="Not/AZone")))[0]
    off = desk()
    await off.say("digest off", HERE, ann)
    assert off.lists.lists()[0].channels[0].zone == ""


async def test_a_source_that_is_nearly_called_so_is_offered() -> None:
    made = Desk(desk().lists.lists()[0], sources=[replace(source("Focus Taiwan"), tenant="T0AB")], live=["slack"])
    said = await say(made, "mute sorce focus taiwan 2h")
    assert said[0].endswith("Did you mean the source Focus Taiwan?")
    assert said[-1] == "[Mute Focus Taiwan] mute source Focus Taiwan"


@pytest.mark.parametrize(
    ("wishes", "articles", "said"),
    [
        ({}, 0, "2 late messages waited: that comes now"),
        ({"digest": "daily 09:00"}, 0, "2 late messages waited: that comes now"),
        ({"quiet": "08:00-09:30"}, 0, "2 late messages waited: that comes later: quiet until Fri 09:30 UTC"),
        ({}, 1, "1 article and 2 late messages waited: the digest comes now"),
    ],
)
async def test_the_end_of_a_pause_counts_messages_that_could_not_be_delivered_before(
    wishes: dict[str, str], articles: int, said: str
) -> None:
    here = desk(**wishes)
    await owe(here.ledger.kept, delivery("d1", HERE), delivery("d2", HERE), delivery("d3"))
    await say(here, "pause")
    if articles:
        await withhold(here.ledger.kept, 1, "pause", channel=HERE)
    assert await say(here, "resume") == [f"The pause is over: {said}."]
