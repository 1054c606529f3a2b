"""When a channel hears, from the article to the message: windows, pauses, mutes, budgets, outages; nothing is lost."""

import asyncio
import os
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands.dispatch import Dispatcher
from bot.digests import Digests
from bot.errors import ChannelGone, Rejected, TryLater
from bot.model.alert import Delivery, Said
from bot.model.card import TextCard
from bot.model.channel import Channel
from bot.model.command import OPERATOR_ACTOR, Actor, Command
from bot.model.company import Passing
from bot.model.source import Entry, SourceState
from bot.model.watchlist import ChannelRule
from bot.store import MemoryStore, open_store
from tests.commands.desk import Lists, plain
from tests.fakes import START, CountingIds
from tests.store.conftest import empty_file, sqlite_url  # noqa: F401 - fixtures
from tests.town import HERE, NAMES, Town, news, rambling


def town(*, passing: Passing = "alert", **rule: Any) -> Town:
    return Town(MemoryStore(), passing=passing, rule=ChannelRule(HERE, **rule))


def story(name: str, number: int) -> str:
    return news(name, number).title


async def test_a_channel_with_a_digest_hears_of_the_day_once() -> None:
    here = town(digest="daily 08:30", zone="Asia/Taipei")
    await here.hear(news("Lava International", 1), news("Denso", 1, "Oppo"))
    await here.hear(news("Lava International", 2), wire=True)
    assert here.said == []
    assert await here.states() == ["held"] * 3
    await here.until("2026-11-21 00:20")
    assert here.said == []
    await here.until("2026-11-23 00:00")
    assert here.said == [
        "Digest · Sat 08:30 Asia/Taipei · since Fri 16:30",
        "3 stories, 3 articles · 0 muted · 0 failed",
        "Lava International (2)",
        f"  - {story('Lava International', 1)} · Focus",
        f"  - {story('Lava International', 2)} · Wire",
        "Denso (1)",
        f"  - {story('Denso', 1)} · Focus, also Oppo",
    ]
    assert await here.states() == ["alerted"] * 3
    assert {each.note for each in await here.routings()} == {"in the digest of Sat 08:30 Asia/Taipei"}


async def unhindered(channel: Channel) -> str:
    del channel
    return ""


async def test_a_digest_says_the_name_of_its_channel_where_that_is_known(sqlite_url: str) -> None:  # noqa: F811
    store = await open_store(sqlite_url)
    here = Town(store, rule=ChannelRule(replace(HERE, name="#supply-chain"), digest="daily 08:30"))
    await here.hear(news("Denso", 1))
    await here.until("2026-11-21 08:30")
    assert here.said[0] == "Digest · #supply-chain · Sat 08:30 UTC · since Fri 08:30"
    here.chat.script = [ChannelGone("not in the channel")]
    here.lists = [replace(each, channels=(ChannelRule(replace(HERE, name="#supply-chain")),)) for each in here.lists]
    await here.hear(news("Denso", 2), news("Oppo", 2))
    assert await here.digests.let_out(HERE) == 1
    await here.tick()
    late = "Digest · #supply-chain · Sat 08:30 UTC · since Sat 08:30 · what could not be delivered before"
    assert late in here.said
    await store.close()


async def test_a_digest_counts_what_failed_and_shows_all_of_itself_to_whoever_asks() -> None:
    here = town(digest="daily 08:30")
    here.digests = Digests(
        here.store,
        here.clock,
        here.ids,
        lists=lambda: here.lists,
        live=frozenset({"slack"}),
        sources=lambda: here.sources,
    )
    await here.hear(*(news(name, number) for number in range(3) for name in NAMES))
    lost = Delivery("lost", HERE, "notice", TextCard("notice", (("x",),)), (), START, START)
    await here.store.note_polls([SourceState(here.sources[1].key, failures=3, error="the server answered 500")], [lost])
    here.chat.script = [Rejected("too long")]
    await here.tick()
    here.clock.advance(hours=24)
    await here.digests.release()
    await here.outbox.drain()
    assert here.said[2] == "24 stories, 24 articles · 0 muted · 1 failed"
    assert here.said[-1] == "1 of 2 sources failing: /watch sources"
    (_, digest) = here.chat.calls[-1]
    assert isinstance(digest.card, TextCard)
    assert digest.card.more == f"digest all {digest.id}"
    told: list[str] = []
    desk = Dispatcher(Lists(*here.lists), here.store, here.clock, frozenset({"slack"}), unhindered)
    command = digest.card.more
    while command:
        reply = await desk(Command(command, Actor("U9", "Guest", "T0AB"), HERE))
        assert not reply.public
        told += plain(replace(reply, actions=()))[1:]
        command = next((each.command for each in reply.actions if each.label == "Next"), "")
    assert len(set(told)) == 24
    elsewhere = await desk(Command(digest.card.more, OPERATOR_ACTOR, Channel.parse("slack:T0AB/C9")))
    assert elsewhere.failed


async def test_what_grows_while_it_waits_is_one_story_and_afterwards_only_a_new_name_is_said() -> None:
    here = town(digest="daily 09:00")
    first = news("Denso", 1)
    await here.hear(first)
    await here.hear(news_again(first, "w1"), wire=True)
    await here.until("2026-11-20 09:00")
    assert here.said[1:] == ["1 story, 2 articles · 0 muted · 0 failed", "Denso (1)", f"  - {first.title} · 2 sources"]
    here.lists = [replace(here.lists[0], channels=(ChannelRule(HERE),))]
    await here.hear(news_again(first, "w2"), wire=True)
    assert here.count() == {"digest": 1}
    await here.hear(news_again(first, "w3", "Oppo"), wire=True)
    assert here.count() == {"digest": 1, "post": 1}
    assert here.said[-1] == "send Oppo"
    assert await here.states() == ["alerted", "alerted"]


async def test_a_story_that_waits_for_room_and_grows_waits_on() -> None:
    here = town(budget="2/h")
    stories = [news(name, 1) for name in NAMES[:4]]
    await here.hear(*stories)
    assert here.count() == {"notice": 1, "post": 2}
    here.clock.advance(minutes=20)
    await here.hear(news_again(stories[3], "w1"), wire=True)
    assert here.count() == {"notice": 1, "post": 2}
    here.clock.advance(minutes=45)
    await here.tick()
    assert here.count() == {"digest": 1, "notice": 1, "post": 2}
    assert "2 stories, 3 articles · 0 muted · 0 failed" in here.said


def news_again(entry: Entry, id_: str, *others: str) -> Entry:
    """The same story at another address, perhaps with more names."""
    also = "".join(f" {other} Ltd agreed." for other in others)
    return Entry(id_, f"https://wire.example/{id_}", entry.title, f"{entry.body}{also}")


async def test_in_quiet_hours_nothing_is_posted_and_edits_go_on() -> None:
    here = town(quiet="09:00-12:00")
    first = news("Denso", 1)
    await here.hear(first)
    here.clock.advance(hours=1)
    await here.hear(news("Oppo", 1), first)
    await here.hear(news_again(first, "w1"), wire=True)
    assert here.said == ["send Denso", "edit Denso"]
    assert await here.states() == ["alerted", "held", "joined"]
    await here.until("2026-11-20 12:00")
    assert here.said[2:4] == [
        "Digest · Fri 12:00 UTC · since Fri 09:30 · what came in the quiet hours",
        "1 story, 1 article · 0 muted · 0 failed",
    ]


async def test_a_pause_holds_and_its_end_tells() -> None:
    here = town()
    await here.mute("pause")
    await here.hear(news("Denso", 1), news("Oppo", 1))
    await here.until("2026-11-22 08:30")
    assert here.said == []
    (pause,) = await here.store.mutes()
    await here.mute("pause", until=here.clock.now() + timedelta(minutes=5))
    assert [each.id for each in await here.store.mutes()] == [pause.id]
    await here.until("2026-11-22 08:40")
    assert here.said[0].endswith("what came during the pause")
    assert here.count() == {"digest": 1}
    assert await here.store.mutes() == ()


@pytest.mark.parametrize(
    ("scope", "subject", "heard"),
    [
        ("company", "lava international", ["send Denso"]),
        ("company", "oppo", ["send Lava International", "send Denso"]),
        ("source", "feed:https://focus.example/feed", []),
        ("all", "", []),
    ],
)
async def test_what_is_muted_is_not_posted(scope: Any, subject: str, heard: list[str]) -> None:
    here = town()
    await here.mute(scope, subject, until=START + timedelta(hours=1), label="it")
    await here.hear(news("Lava International", 1), news("Denso", 1))
    assert here.said == heard
    assert (await here.states()).count("muted") == 2 - len(heard)


async def test_a_muted_story_gets_no_edit_and_the_end_of_a_mute_reports_what_it_held() -> None:
    here = town()
    first = news("Denso", 1)
    await here.hear(first)
    (routing,) = await here.routings()
    (alert,) = await here.store.alerts_of([(await here.store.recent_stories(START)).members[0].story_id])
    assert routing.alert_id == alert.id
    await here.mute("story", alert.story_id, until=START + timedelta(hours=1), label="That story")
    await here.hear(news_again(first, "w1", "Oppo"), wire=True)
    assert here.said == ["send Denso"]
    await here.until("2026-11-20 10:00")
    assert here.said[1:] == [
        "That story is heard again here: 1 article in 1 story held back, the biggest:",
        f"  - {first.title} · Focus",
        "All of them in one message: /watch digest muted",
    ]
    await here.hear(news_again(first, "w2", "MediaTek"), wire=True)
    assert here.said[-2:] == ["edit Denso, MediaTek", "reply MediaTek"]


async def test_a_story_that_was_muted_is_posted_when_it_goes_on_afterwards() -> None:
    here = town()
    first = news("Denso", 1)
    await here.mute("company", "denso", until=START + timedelta(hours=1))
    await here.hear(first)
    await here.until("2026-11-20 10:00")
    await here.hear(news_again(first, "w1"), wire=True)
    assert here.said[-1] == "send Denso"
    assert here.count() == {"notice": 1, "post": 1}


async def test_beyond_the_budget_one_notice_and_one_digest() -> None:
    here = town(budget="4/h")
    await here.hear(*(news(name, number) for number in range(3) for name in NAMES))
    assert here.count() == {"notice": 1, "post": 4}
    assert here.said[4] == (
        "This channel's budget of 4 posts an hour is used up. Further stories come in one digest: 20.09:30"
    )
    assert await here.states() == ["alerted"] * 4 + ["capped"] * 20
    await here.hear(news("Denso", 9), wire=True)
    assert here.count() == {"notice": 1, "post": 4}
    await here.until("2026-11-20 12:00")
    assert here.count() == {"digest": 1, "notice": 1, "post": 4}
    assert here.said[7] == "21 stories, 21 articles · 0 muted · 0 failed"
    assert sum(line.startswith("  - ") for line in here.said) == 15
    assert [line for line in here.said if line.startswith("and 6 more stories: ")], here.said
    assert set(await here.states()) == {"alerted"}


async def test_an_alias_that_takes_half_of_the_budget_is_held_and_the_channel_asked() -> None:
    here = town(budget="8/h")
    await here.hear(*(news("Denso", number) for number in range(9)), news("Oppo", 1))
    assert here.said == [
        *["send Denso"] * 4,
        "send Oppo",
        f"{HALF} Is it the right word for Denso? Its further stories come in a digest: 20.09:30",
        f"{ANSWERS} · It is, and more of it: budget: 16/h under this channel in its list",
    ]


def dated(here: Town, number: int) -> datetime:
    """A little ago, each a little later than the one before."""
    return here.clock.now() - timedelta(seconds=2) + timedelta(microseconds=number)


def every_day(number: int, at: datetime) -> Entry:
    """An article like any other, with the words that all of them have."""
    body = f"The man said that the {rambling(f'b{number}')} will be the best of the year."
    return Entry(
        str(number), f"https://focus.example/{number}", f"The {rambling(str(number))} of the day", body, published=at
    )


@pytest.mark.parametrize("word", ["the", "The", "of"])
async def test_a_word_of_every_article_on_a_list_is_asked_about_once_and_posts_nothing(word: str) -> None:
    here = Town(MemoryStore(), names=[word, "Denso"])
    for half in range(4):
        await here.hear(*(every_day(number, dated(here, number)) for number in range(half * 20, half * 20 + 20)))
        await here.hear(wire=True)
        here.clock.advance(minutes=30)
        await here.tick()
    assert here.count() == {"notice": 1}
    assert here.said[0] == (
        f'"{word}" is a word of nearly every article. Is it the right word for {word}? '
        "Its further stories come in a digest: 21.08:30"
    )
    await here.hear(news("Denso", 1))
    assert here.said[-1] == "send Denso"
    await here.until("2026-11-21 09:00")
    assert here.count() == {"digest": 1, "notice": 1, "post": 1}


async def test_ten_thousand_matches_in_a_minute_are_twenty_posts_one_notice_and_a_digest_of_all_the_others() -> None:
    here, matches = town(), int(os.environ.get("NAMEWATCH_MATCHES", "400"))
    for poll in range(10):
        numbers = range(poll * matches // 10, (poll + 1) * matches // 10)
        await here.hear(*(replace(news(NAMES[n % 8], n), published=dated(here, n)) for n in numbers))
        here.clock.advance(seconds=6)
    assert here.count() == {"notice": 1, "post": 20}
    here.clock.advance(hours=2)
    await here.digests.release()
    await here.outbox.drain()
    assert here.count() == {"digest": 1, "notice": 1, "post": 20}
    (digest,) = [delivery for _, delivery in here.chat.calls if delivery.kind == "digest"]
    found = await here.store.digest(digest.id)
    assert found is not None
    assert len(found[1]) == matches - 20
    assert f"{matches - 20:,} stories, {matches - 20:,} articles · 0 muted · 0 failed" in here.said


async def test_mentions_in_passing_wait_for_a_digest_where_the_list_says_so() -> None:
    here = town(passing="digest")
    passing = Entry(
        "p", "https://focus.example/p", "Rain on the coast", "Rain is expected. " * 60 + "Denso Corp is dry."
    )
    await here.hear(passing, news("Oppo", 1))
    assert here.said == ["send Oppo"]
    await here.until("2026-11-21 09:00")
    assert here.said[1:] == [
        "Digest · Sat 08:30 UTC · since Fri 08:30",
        "1 story, 1 article · 0 muted · 0 failed",
        "In passing (1): Denso",
    ]


async def test_six_hours_down_are_one_message() -> None:
    here = town()
    for wire in (False, True):
        await here.hear(news("Denso", int(wire)), wire=wire)
    here.clock.advance(hours=6)
    here.start()
    await here.hear(news("Denso", 0), *(news(name, 5) for name in NAMES))
    assert here.count() == {"post": 2}  # the other source has not been asked yet
    await here.hear(*(news(name, 6) for name in NAMES), wire=True)
    assert here.count() == {"digest": 1, "post": 2}
    assert here.said[2:4] == [
        "Digest · Fri 14:30 UTC · since Fri 14:30 · what was published while the bot was down",
        "16 stories, 16 articles · 0 muted · 0 failed",
    ]
    await here.hear(news("Oppo", 9), wire=True)
    assert here.said[-1] == "send Oppo"
    assert len(here.chat.calls) == 4


async def test_what_waited_in_the_outbox_for_long_comes_as_one_digest() -> None:
    here = town()
    here.chat.script = [ChannelGone("not in the channel")]
    await here.hear(*(news(name, 1) for name in NAMES))
    await here.hear(news_again(news("Denso", 1), "w1"), wire=True)
    assert len(here.chat.calls) == 1
    here.clock.advance(hours=2)
    assert await here.digests.let_out(HERE) == 1
    here.clock.advance(seconds=10)
    await here.tick()
    assert here.count() == {"digest": 1, "post": 1}
    assert here.said[1].endswith("what could not be delivered before")
    assert here.said[2] == "8 stories, 9 articles · 0 muted · 0 failed"
    assert await here.store.outbox_counts() == {"sent": 1}


async def test_a_channel_that_comes_back_after_minutes_hears_one_digest_of_what_waited() -> None:
    here = town()
    here.chat.script = [ChannelGone("not in the channel")]
    await here.hear(*(news(name, 1) for name in NAMES[:5]))
    here.clock.advance(minutes=2)
    assert await here.digests.let_out(Channel.parse("slack:T0AB/C9")) == 0
    assert await here.digests.let_out(HERE) == 1
    await here.tick()
    assert here.count() == {"digest": 1, "post": 1}
    assert here.said[2].startswith("5 stories, 5 articles · 0 muted · 0 failed")
    await here.hear(news("Denso", 7), wire=True)
    assert here.said[-1] == "send Denso"


async def test_a_dead_channel_costs_at_most_ten_calls_a_week_and_comes_back_by_itself_within_a_day() -> None:
    here = town()
    here.chat.script = [ChannelGone("archived")] * 1000
    for hour in range(7 * 24):
        await here.hear(news(NAMES[hour % 8], hour))
        for _ in range(6):
            await here.digests.let_out(parked_for=timedelta(hours=24))
            await here.digests.fold()
            here.clock.advance(minutes=10)
            await here.tick()
    assert len(here.chat.calls) <= 10
    here.chat.script, before = [], len(here.chat.calls)
    for _ in range(24 * 6):
        await here.digests.let_out(parked_for=timedelta(hours=24))
        here.clock.advance(minutes=10)
        await here.tick()
    told = [each for _, each in here.chat.calls[before:]]
    assert {each.kind for each in told} == {"digest"}
    assert len({id_ for each in told for id_ in each.alert_ids}) == len([1 for each in told for _ in each.alert_ids])
    assert await here.store.outbox_counts() == {"sent": len(told)}


async def test_two_bots_by_mistake_on_one_store_say_each_thing_once() -> None:
    here = town(budget="6/h")
    other = Town(here.store, rule=here.lists[0].channels[0], clock=here.clock)
    other.ids, other.chat = CountingIds(10**9), here.chat
    other.start()
    both = (here, other)
    await here.mute("company", "oppo", START + timedelta(hours=2))
    for hour in range(30):
        entries = [news(name, hour) for name in NAMES]
        for bot in both:
            bot.listed = {bot.sources[0].key: entries, bot.sources[1].key: entries[:3]}
            await bot.intake.open()
        for at in here.sources:
            await asyncio.gather(*(bot.intake.poll(at) for bot in both))
        await asyncio.gather(*(bot.digests.release(caught_up=True) for bot in both))
        await asyncio.gather(*(bot.digests.fold() for bot in both))
        await asyncio.gather(*(bot.outbox.drain() for bot in both))
        here.clock.advance(hours=1)
    calls = [delivery for _, delivery in here.chat.calls]
    assert len({each.id for each in calls}) == len(calls)
    said = Counter((each.kind, id_) for each in calls if each.kind in ("post", "digest") for id_ in each.alert_ids)
    assert set(said.values()) == {1}
    assert not {id_ for kind, id_ in said if kind == "post"} & {id_ for kind, id_ in said if kind == "digest"}
    notices = Counter(str(each.card) for each in calls if each.kind == "notice")
    assert set(notices.values()) == {1}
    assert here.count()["digest"] < 31


async def test_what_a_late_message_grows_by_within_the_last_hour_comes_with_it() -> None:
    here = town()
    here.chat.script = [TryLater("busy", retry_after=4800)]
    denso = news("Denso", 1)
    await here.hear(denso, news("Oppo", 2))
    here.clock.advance(minutes=50)
    await here.hear(news_again(denso, "w3", "Lava International"), wire=True)
    here.clock.advance(minutes=15)
    assert await here.digests.fold() == 1
    here.clock.advance(hours=1)
    await here.tick()
    assert [line for line in here.said if "Lava International" in line]
    assert await here.store.undelivered() == ()


async def test_one_late_message_is_delivered_as_it_is() -> None:
    here = town()
    here.chat.script = [TryLater("busy", retry_after=7200)]
    await here.hear(news("Denso", 1))
    here.clock.advance(hours=3)
    assert await here.digests.fold() == 0
    await here.tick()
    assert here.said == ["send Denso", "send Denso"]


ANSWERS = "Sharper: /watch set Denso context +phone · Quieter: /watch mute Denso 3d"
HALF = '"Denso" alone took half of the budget of 8 posts an hour.'

EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("hear"), st.integers(0, 12), st.integers(0, len(NAMES) - 1)),
        st.tuples(st.just("wait"), st.integers(1, 60 * 20), st.just(0)),
        st.tuples(st.just("pause"), st.integers(1, 600), st.just(0)),
        st.tuples(st.just("mute"), st.integers(1, 600), st.integers(0, len(NAMES) - 1)),
        st.tuples(st.just("restart"), st.just(0), st.just(0)),
        st.tuples(st.just("trouble"), st.integers(1, 4), st.just(0)),
    ),
    max_size=14,
)
RULES = st.fixed_dictionaries(
    {
        "digest": st.sampled_from(["", "daily 08:30", "weekdays 18:00"]),
        "quiet": st.sampled_from(["", "22:00-07:00", "weekends"]),
        "zone": st.sampled_from(["", "Asia/Taipei"]),
        "budget": st.sampled_from(["", "2/h", "1/h"]),
    }
)


@settings(deadline=None, max_examples=60)
@given(RULES, EVENTS)
async def test_whatever_happens_each_story_is_told_exactly_once(
    rule: dict[str, str], events: list[tuple[str, int, int]]
) -> None:
    here = Town(MemoryStore(), rule=ChannelRule(HERE, **rule))  # type: ignore[arg-type]
    muted: set[str] = set()
    for what, number, which in events:
        if what == "hear":
            await here.hear(*(news(NAMES[(which + at) % len(NAMES)], number) for at in range(3)))
        elif what == "wait":
            here.clock.advance(minutes=number)
            await here.tick()
        elif what == "pause":
            await here.mute("pause", until=here.clock.now() + timedelta(minutes=number))
        elif what == "mute":
            muted.add(NAMES[which])
            await here.mute("company", NAMES[which].casefold(), here.clock.now() + timedelta(minutes=number))
        elif what == "restart":
            here.start()
        else:
            here.chat.script = [TryLater("busy", retry_after=5000)] * number
    here.chat.script = []
    for _ in range(12):
        here.clock.advance(hours=7)
        for each in here.sources:
            await here.intake.poll(each)
        await here.tick()
    waiting = {each.cause for each in await here.store.waiting()}
    assert waiting <= {"mute"}
    stories = {each.story_id for each in (await here.store.recent_stories(START)).members}
    for alert in await here.store.alerts_of(stories):
        said: list[Said] = ["post", "digest"]
        assert alert.said in said or alert.card.companies[0].company in muted
    told = [delivery for verb, delivery in here.chat.taken if verb == "send"]
    done = [id_ for each in {each.id: each for each in told}.values() for id_ in each.alert_ids]
    assert len(done) == len(set(done)), "told twice"
    routings = await here.routings()
    assert len({(each.article_id, each.channel) for each in routings}) == len(routings)
    members = {each.article_id for each in (await here.store.recent_stories(START)).members}
    assert members == {each.article_id for each in routings}
    assert {each.state for each in routings} <= {"alerted", "joined", "muted"}
