"""The outbox at work: order, retries, parking, dead letters, and what may be a repeat."""

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.errors import ChannelGone, DeliveryError, MessageGone, Rejected, StoreUnavailable, TryLater, Uncertain
from bot.model.alert import Delivery, PollOutcome, Process, Receipt, Settlement
from bot.model.card import TextCard
from bot.model.channel import CONSOLE, Channel
from bot.model.limits import Limits, Rate
from bot.model.source import SourceState
from bot.model.story import Story
from bot.outbox import BATCH, CHANNELS, Drained, Outbox, Waits
from bot.store.memory import MemoryStore
from tests.builders import alert, delivery
from tests.builders import delivery as make
from tests.fakes import START, ManualClock, ScriptedPlatform

OTHER = Channel.parse("slack:#b")
LEASE = timedelta(seconds=60)


class RealClock(ManualClock):
    """A clock that goes by itself."""

    def __init__(self) -> None:
        super().__init__()
        self._began = time.monotonic()

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=time.monotonic() - self._began)


def boot(name: str) -> Process:
    return Process(name, "host", 1, START, START)


async def owed(*deliveries: Delivery, store: MemoryStore | None = None) -> MemoryStore:
    store = store or MemoryStore()
    alerts = {
        (d.channel, d.alert_ids[0]): alert(d.alert_ids[0], f"story-{d.alert_ids[0]}", d.channel) for d in deliveries
    }
    stories = {each.story_id: Story(each.story_id, "a story", START) for each in alerts.values()}
    await store.commit(
        PollOutcome(
            SourceState("feed:x"),
            START,
            stories=tuple(stories.values()),
            alerts=tuple(alerts.values()),
            deliveries=deliveries,
        )
    )
    return store


def outbox(
    store: MemoryStore, *platforms: ScriptedPlatform, clock: ManualClock | None = None, owner: str = "one"
) -> Outbox:
    by_name = {platform.name: platform for platform in platforms}
    return Outbox(store, by_name, clock or ManualClock(), boot(owner), Waits(lease=LEASE))


def sent(platform: ScriptedPlatform) -> list[str]:
    return [delivery.id for _, delivery in platform.calls]


async def test_what_is_owed_is_sent_once_in_its_order() -> None:
    store = await owed(*(delivery(f"d{n}", alert_id=f"a{n}") for n in range(5)))
    platform = ScriptedPlatform()
    platform.arrived["d0"] = Receipt("looked for though nothing is in doubt")
    box = outbox(store, platform)
    assert await box.drain() == Drained(sent=5)
    assert await box.drain() == Drained()
    assert sent(platform) == ["d0", "d1", "d2", "d3", "d4"]
    assert await store.outbox_counts() == {"sent": 5}


async def test_an_edit_and_a_reply_know_the_message_that_they_belong_to() -> None:
    store = await owed(delivery("post"), delivery("edit", kind="edit"), delivery("reply", kind="reply"))
    platform = ScriptedPlatform()
    await outbox(store, platform).drain()
    assert [(verb, d.target) for verb, d in platform.calls] == [
        ("send", None),
        ("edit", Receipt("message-post")),
        ("reply", Receipt("message-post")),
    ]


async def test_where_there_are_no_replies_a_post_says_it() -> None:
    store = await owed(delivery("post"), delivery("reply", kind="reply"))
    platform = ScriptedPlatform(replies=False)
    await outbox(store, platform).drain()
    assert [verb for verb, _ in platform.calls] == ["send", "send"]


@pytest.mark.parametrize(
    ("error", "ended", "state", "tries_again"),
    [
        (TryLater("rate limited", retry_after=30), Drained(later=1), "pending", True),
        (Uncertain("the reply was lost"), Drained(later=1), "pending", True),
        (TimeoutError(), Drained(later=1), "pending", True),
        (ChannelGone("archived"), Drained(parked=1), "parked", False),
        (Rejected("too long"), Drained(dead=1), "dead", False),
        (DeliveryError("unheard of"), Drained(dead=1), "dead", False),
        (MessageGone("the message was deleted"), Drained(dead=1), "dead", False),
    ],
)
async def test_each_kind_of_failure_has_its_end(
    error: Exception, ended: Drained, state: str, tries_again: bool
) -> None:
    store, clock = await owed(delivery("d")), ManualClock()
    platform = ScriptedPlatform(error)
    box = outbox(store, platform, clock=clock)
    assert await box.drain() == ended
    assert await store.outbox_counts() == {state: 1}
    assert await box.drain() == Drained()
    clock.advance(days=1)
    assert await box.drain() == Drained(sent=int(tries_again))


async def test_retry_after_is_respected() -> None:
    store, clock = await owed(delivery("d")), ManualClock()
    box = outbox(store, ScriptedPlatform(TryLater("rate limited", retry_after=30)), clock=clock)
    await box.drain()
    clock.advance(seconds=29)
    assert await box.drain() == Drained()
    clock.advance(seconds=1)
    assert await box.drain() == Drained(sent=1)


async def test_a_channel_in_trouble_keeps_its_order_and_delays_no_other() -> None:
    clock = ManualClock()
    store = await owed(
        delivery("d0", alert_id="a0"), delivery("d1", alert_id="a1"), delivery("o", OTHER, alert_id="a2")
    )
    console, slack = ScriptedPlatform(TryLater("busy")), ScriptedPlatform(name="slack")
    box = outbox(store, console, slack, clock=clock)
    await box.drain()
    assert (sent(console), sent(slack)) == (["d0"], ["o"])
    clock.advance(minutes=1)
    await box.drain()
    assert sent(console) == ["d0", "d0", "d1"]


async def test_a_dead_letter_does_not_hold_up_the_next() -> None:
    store = await owed(delivery("d0", alert_id="a0"), delivery("d1", alert_id="a1"))
    platform = ScriptedPlatform(Rejected("too long"))
    assert await outbox(store, platform).drain() == Drained(sent=1, dead=1)


async def test_a_platform_that_is_not_set_up_parks_and_its_return_delivers() -> None:
    store = await owed(delivery("d", OTHER))
    assert await outbox(store, ScriptedPlatform()).drain() == Drained(parked=1)
    assert await store.unpark(None, START) == 1
    assert await outbox(store, ScriptedPlatform(name="slack")).drain() == Drained(sent=1)


@pytest.mark.parametrize("arrived", [True, False])
async def test_what_a_dead_process_was_sending_is_looked_for_and_else_sent_as_a_possible_repeat(arrived: bool) -> None:
    store, clock = await owed(delivery("d")), ManualClock()
    assert len(await store.claim("killed", START, START + LEASE, 10)) == 1
    platform = ScriptedPlatform()
    if arrived:
        platform.arrived["d"] = Receipt("earlier")
    box = outbox(store, platform, clock=clock)
    assert await box.drain() == Drained()
    clock.advance(seconds=61)
    assert await box.drain() == Drained(sent=1)
    assert [d.doubtful for _, d in platform.calls] == ([] if arrived else [True])


async def test_the_doubt_of_a_lost_reply_stays_until_it_is_sent() -> None:
    store, clock = await owed(delivery("d")), ManualClock()
    platform = ScriptedPlatform(Uncertain("lost"), TryLater("busy"))
    box = outbox(store, platform, clock=clock)
    for _ in range(3):
        await box.drain()
        clock.advance(minutes=1)
    assert [d.doubtful for _, d in platform.calls] == [False, True, True]


async def test_two_processes_on_one_store_send_each_message_once() -> None:
    store = await owed(*(delivery(f"d{n}", alert_id=f"a{n}") for n in range(60)))
    platform = ScriptedPlatform()
    ones, twos = outbox(store, platform), outbox(store, platform, owner="two")
    first, second = await ones.drain(), await twos.drain()
    assert first.sent + second.sent == 60
    assert len(set(sent(platform))) == len(platform.calls) == 60


async def test_a_slow_channel_holds_up_neither_the_others_nor_their_next_message() -> None:
    class Slow(ScriptedPlatform):
        gate = asyncio.Event()

        async def send(self, delivery: Delivery) -> Receipt:
            await self.gate.wait()
            return await super().send(delivery)

    class Quick(ScriptedPlatform):
        async def send(self, delivery: Delivery) -> Receipt:
            if len(self.calls) == 2:
                Slow.gate.set()
            return await super().send(delivery)

    store = await owed(
        delivery("slow", OTHER, alert_id="a0"), *(delivery(f"d{n}", alert_id=f"a{n + 1}") for n in range(3))
    )
    slow, quick = Slow(name="slack"), Quick()
    assert await outbox(store, slow, quick).drain() == Drained(sent=4)
    assert sent(quick) == ["d0", "d1", "d2"]


async def test_a_platform_that_answers_in_no_channel_does_not_hold_up_another() -> None:
    free = asyncio.Event()

    asked = list[str]()

    class Hangs(ScriptedPlatform):
        async def send(self, delivery: Delivery) -> Receipt:
            asked.append(delivery.id)
            await free.wait()
            return await super().send(delivery)

    class Answers(ScriptedPlatform):
        async def send(self, delivery: Delivery) -> Receipt:
            free.set()
            assert len(asked) == CHANNELS
            return await super().send(delivery)

    many = [delivery(f"d{n}", Channel.parse(f"slack:T0AB/C{n}"), alert_id=f"a{n}") for n in range(2 * CHANNELS)]
    store = await owed(*many, delivery("other", alert_id="a"))
    hangs, answers = Hangs(name="slack"), Answers()
    async with asyncio.timeout(5):
        assert await outbox(store, hangs, answers).drain() == Drained(sent=2 * CHANNELS + 1)


async def test_while_every_place_is_taken_the_outbox_waits_and_does_not_go_round() -> None:
    class Counts(MemoryStore):
        looks = 0

        async def settle_all(self, settlements: Sequence[Settlement], owed: Sequence[Delivery] = ()) -> None:
            Counts.looks += 1
            await super().settle_all(settlements, owed)

    class Hangs(ScriptedPlatform):
        async def send(self, delivery: Delivery) -> Receipt:
            await asyncio.Event().wait()
            return await super().send(delivery)

    places = [Channel.parse(f"slack:T0AB/C{n}") for n in range(CHANNELS - BATCH + 1)]
    store = await owed(delivery("o1", alert_id="o1"), store=Counts())
    answers = ScriptedPlatform(limits=Limits(channel=Rate(2, at_once=1)))
    box = outbox(store, Hangs(name="slack"), answers, clock=RealClock())
    assert await box.drain() == Drained(sent=1)
    await owed(delivery("o2", alert_id="o2"), store=store)
    await owed(*(delivery(f"d{n}", at, alert_id=f"a{n}") for n, at in enumerate(places)), store=store)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(box.drain(), timeout=1.5)
    assert Counts.looks < 16
    assert len(answers.calls) == 2


async def test_a_stop_does_not_wait_for_a_platform_that_will_not_answer() -> None:
    asked = asyncio.Event()

    class Mute(ScriptedPlatform):
        async def send(self, delivery: Delivery) -> Receipt:
            asked.set()
            await asyncio.Event().wait()
            return await super().send(delivery)

    store = await owed(delivery("d"))
    draining = asyncio.create_task(outbox(store, Mute()).drain())
    await asked.wait()
    draining.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(draining, timeout=5)
    assert await store.outbox_counts() == {"sending": 1}


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (Uncertain("no answer", retry_after=40.0), 40),
        (Uncertain("no answer"), 15),
        (TimeoutError(), 15),
        (TryLater("busy", retry_after=0), 0.25),
        (TryLater("busy", retry_after=1e9), 86_400),
    ],
    ids=str,
)
async def test_what_must_wait_is_tried_in_its_moment_and_not_before(error: Exception, seconds: float) -> None:
    store, clock = await owed(delivery("d1")), ManualClock()
    box = outbox(store, ScriptedPlatform(error), clock=clock)
    await box.drain()
    clock.advance(seconds=seconds - 0.01)
    assert await box.drain() == Drained()
    clock.advance(seconds=0.01)
    assert await box.drain() == Drained(sent=1)


async def test_a_channel_is_posted_to_as_its_platform_allows_and_the_outbox_says_when_it_goes_on() -> None:
    store, clock = await owed(*(delivery(f"d{n}", alert_id=f"a{n}") for n in range(5))), ManualClock()
    platform = ScriptedPlatform(limits=Limits(channel=Rate(1, at_once=2)))
    box = outbox(store, platform, clock=clock)
    assert await box.drain() == Drained(sent=2)
    assert box.opens == START + timedelta(seconds=1)
    clock.advance(seconds=1)
    assert await box.drain() == Drained(sent=1)
    clock.advance(seconds=60)
    assert await box.drain() == Drained(sent=2)
    assert box.opens == clock.now() + timedelta(seconds=1)
    clock.advance(seconds=1)
    assert await box.drain() == Drained()
    assert box.opens is None
    assert sent(platform) == ["d0", "d1", "d2", "d3", "d4"]


@pytest.mark.parametrize(
    ("posts", "limits", "lost", "looks"),
    [
        pytest.param(1, Limits(channel=Rate(1, 1)), 0, 1, id="nothing can go before its second"),
        pytest.param(1, Limits(), 0, 2, id="more may wait"),
        pytest.param(CHANNELS + 1, Limits(channel=Rate(1, 1)), 0, 2, id="some found no place"),
        pytest.param(
            CHANNELS + 1, Limits(channel=Rate(1, 1)), 1, 2, id="another process took one, some found no place"
        ),
        pytest.param(CHANNELS, Limits(channel=Rate(1, 1)), 0, 2, id="as many as there are places"),
        pytest.param(CHANNELS - 1, Limits(channel=Rate(1, 1)), 0, 1, id="fewer than there are places"),
    ],
)
async def test_a_drain_looks_again_only_where_something_may_go(
    posts: int, limits: Limits, lost: int, looks: int
) -> None:
    asked = list[datetime]()

    class Counts(MemoryStore):
        async def claim(self, owner: str, now: datetime, *more: Any, **named: Any) -> tuple[Delivery, ...]:
            asked.append(now)
            found = await super().claim(owner, now, *more, **named)
            return found[lost if len(asked) == 1 else 0 :]

    at = [Channel("slack", f"T{n}", "C1") for n in range(posts)]
    store = await owed(*(delivery(f"d{n}", at[n], alert_id=f"a{n}") for n in range(posts)), store=Counts())
    box = outbox(store, ScriptedPlatform(name="slack", limits=limits))
    assert await box.drain() == Drained(sent=posts - lost)
    assert len(asked) == looks


async def test_those_that_find_no_place_at_a_platform_are_next_though_another_has_places() -> None:
    at = [Channel("slack", f"T{n}", "C1") for n in range(CHANNELS + 1)]
    store = await owed(*(delivery(f"d{n}", channel, alert_id=f"a{n}") for n, channel in enumerate(at)))
    slack = ScriptedPlatform(name="slack", limits=Limits(channel=Rate(1, 1)))
    assert await outbox(store, slack, ScriptedPlatform()).drain() == Drained(sent=CHANNELS + 1)


async def test_more_is_claimed_when_several_places_are_free_and_not_after_each_message() -> None:
    asked = list[datetime]()

    class Counts(MemoryStore):
        async def claim(self, owner: str, now: datetime, *more: Any, **named: Any) -> tuple[Delivery, ...]:
            asked.append(now)
            return await super().claim(owner, now, *more, **named)

    class OneByOne(ScriptedPlatform):
        async def send(self, delivery: Delivery) -> Receipt:
            number = int(delivery.id[1:])
            for _ in range(4 * min(number, CHANNELS)):
                await asyncio.sleep(0)
            return await super().send(delivery)

    at = [Channel("slack", "T1", f"C{n}") for n in range(CHANNELS)]
    store = await owed(*(delivery(f"d{n}", at[n % CHANNELS], alert_id=f"a{n}") for n in range(200)), store=Counts())
    assert await outbox(store, OneByOne(name="slack")).drain() == Drained(sent=200)
    assert len(asked) < 100


@pytest.mark.parametrize("jump", [0, 3600, -3600], ids=["", "the clock jumps ahead", "the clock is set back"])
async def test_what_becomes_due_while_a_slow_channel_is_waited_for_does_not_wait_for_it(
    monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    monkeypatch.setattr("bot.outbox.LOOK_AGAIN", timedelta(seconds=0.1))
    clock, store, told = RealClock(), await owed(delivery("slow", OTHER, alert_id="s")), asyncio.Event()

    class Slow(ScriptedPlatform):
        async def send(self, delivery: Delivery) -> Receipt:
            clock.advance(seconds=jump)
            await owed(make("new", alert_id="n", at=clock.now()), store=store)
            await told.wait()
            return await super().send(delivery)

    class Quick(ScriptedPlatform):
        async def send(self, delivery: Delivery) -> Receipt:
            told.set()
            return await super().send(delivery)

    slow = Slow(name="slack", limits=Limits(channel=Rate(0.01, 1)))
    async with asyncio.timeout(5):
        assert await outbox(store, slow, Quick(), clock=clock).drain() == Drained(sent=2)


async def test_while_a_slow_channel_is_waited_for_it_is_looked_once_a_second_and_not_more_often() -> None:
    asked = list[datetime]()

    class Counts(MemoryStore):
        async def claim(self, owner: str, now: datetime, *more: Any, **named: Any) -> tuple[Delivery, ...]:
            asked.append(now)
            return await super().claim(owner, now, *more, **named)

    class Hangs(ScriptedPlatform):
        async def send(self, delivery: Delivery) -> Receipt:
            await asyncio.Event().wait()
            return await super().send(delivery)

    store = await owed(delivery("d"), store=Counts())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(outbox(store, Hangs(), clock=RealClock()).drain(), timeout=0.7)
    assert len(asked) == 1


async def test_what_one_process_is_sending_is_left_alone_by_another() -> None:
    store, clock, found = await owed(delivery("d")), ManualClock(), list[Drained]()

    class Slow(ScriptedPlatform):
        async def send(self, delivery: Delivery) -> Receipt:
            for _ in range(2):
                found.append(await other.drain())
                clock.advance(seconds=59)
            return await super().send(delivery)

    idle = ScriptedPlatform()
    other = outbox(store, idle, clock=clock, owner="two")
    assert await outbox(store, Slow(), clock=clock).drain() == Drained(sent=1)
    assert (found, idle.calls) == ([Drained(), Drained()], [])


async def test_news_of_a_channel_in_trouble_goes_at_once_where_all_else_must_wait() -> None:
    ops, limits = Channel.parse("slack:#ops"), Limits(channel=Rate(1, 1))
    store = await owed(delivery("d"))
    platforms = {
        "console": ScriptedPlatform(ChannelGone("archived"), limits=limits),
        "slack": ScriptedPlatform(name="slack", limits=limits),
    }
    assert await Outbox(store, platforms, ManualClock(), boot("one"), ops=ops).drain() == Drained(sent=1, parked=1)


async def test_while_one_channel_is_slow_another_goes_on_as_soon_as_it_may() -> None:
    done = asyncio.Event()

    class Slow(ScriptedPlatform):
        async def send(self, delivery: Delivery) -> Receipt:
            await done.wait()
            return await super().send(delivery)

    class Quick(ScriptedPlatform):
        async def send(self, delivery: Delivery) -> Receipt:
            if len(self.calls) == 2:
                done.set()
            return await super().send(delivery)

    store = await owed(delivery("slow", OTHER, alert_id="s"), *(delivery(f"d{n}", alert_id=f"a{n}") for n in range(3)))
    slow = Slow(name="slack", limits=Limits(channel=Rate(0.1, 1)))
    box = outbox(store, slow, Quick(limits=Limits(channel=Rate(4, 1))), clock=RealClock())
    async with asyncio.timeout(1.8):  # at one message in a look a second it would be two
        assert await box.drain() == Drained(sent=4)


@pytest.mark.parametrize(
    ("limits", "posts", "slept"),
    [
        pytest.param(Limits(), 3, [], id="all at once"),
        pytest.param(Limits(channel=Rate(4, 1)), 3, [0.25] * 3, id="in the moment when it may"),
        pytest.param(Limits(channel=Rate(2, 1)), 3, [0.5] * 3, id="half a second is waited for"),
        pytest.param(Limits(channel=Rate(100, 1)), 3, [0.25] * 3, id="many are served by one look"),
        pytest.param(Limits(channel=Rate(1, 1)), 1, [], id="the next call comes in that very moment"),
        pytest.param(Limits(channel=Rate(0.1, 1)), 1, [], id="the next call comes sooner"),
    ],
)
async def test_between_two_calls_it_is_delivered_what_a_platform_takes_again(
    monkeypatch: pytest.MonkeyPatch, limits: Limits, posts: int, slept: list[float]
) -> None:
    clock, waited = ManualClock(), list[float]()

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        clock.advance(seconds=seconds)

    monkeypatch.setattr("bot.outbox.asyncio.sleep", sleep)
    store = await owed(*(delivery(f"d{n}", alert_id=f"a{n}") for n in range(3)))
    await outbox(store, platform := ScriptedPlatform(limits=limits), clock=clock).keep_up(timedelta(seconds=1))
    assert (len(platform.calls), waited) == (posts, slept)


async def test_a_clock_that_jumps_ahead_takes_over_nothing_that_is_under_way() -> None:
    clock, answers = ManualClock(), asyncio.Event()

    class Slow(ScriptedPlatform):
        async def send(self, delivery: Delivery) -> Receipt:
            receipt = await super().send(delivery)
            await answers.wait()
            return receipt

    class Quick(ScriptedPlatform):
        async def send(self, delivery: Delivery) -> Receipt:
            if self.calls:
                answers.set()
            clock.advance(hours=1)
            return await super().send(delivery)

    store = await owed(delivery("slow", OTHER, alert_id="s"), *(delivery(f"d{n}", alert_id=f"a{n}") for n in range(2)))
    slow = Slow(name="slack")
    assert await outbox(store, slow, Quick(), clock=clock).drain() == Drained(sent=3)
    assert sent(slow) == ["slow"]
    assert await store.outbox_counts() == {"sent": 3}


async def test_half_of_a_lease_bounds_one_call() -> None:
    class Hangs(ScriptedPlatform):
        async def send(self, delivery: Delivery) -> Receipt:
            await asyncio.Event().wait()
            return await super().send(delivery)

    store, began = await owed(delivery("d")), time.monotonic()
    waits = Waits(lease=timedelta(seconds=1))
    assert await Outbox(store, {"console": Hangs()}, ManualClock(), boot("one"), waits).drain() == Drained(later=1)
    assert 0.4 < time.monotonic() - began < 0.9


async def test_a_pause_that_comes_with_an_answer_is_kept() -> None:
    class Headers(ScriptedPlatform):
        async def send(self, delivery: Delivery) -> Receipt:
            return Receipt((await super().send(delivery)).message_id, pause=5.0 if len(self.calls) == 2 else 0.0)

    store, clock = await owed(*(delivery(f"d{n}", alert_id=f"a{n}") for n in range(4))), ManualClock()
    box = outbox(store, Headers(), clock=clock)
    assert await box.drain() == Drained(sent=2)
    clock.advance(seconds=4.9)
    assert await box.drain() == Drained()
    clock.advance(seconds=0.1)
    assert await box.drain() == Drained(sent=2)


async def test_where_all_of_a_platform_must_wait_no_other_channel_of_it_is_asked() -> None:
    here = [Channel("slack", "T1", f"C{n}") for n in range(3)]
    store = await owed(*(delivery(f"d{n}", channel, alert_id=f"a{n}") for n, channel in enumerate(here * 2)))
    clock, platform = ManualClock(), ScriptedPlatform(TryLater("busy", retry_after=60, scope="platform"), name="slack")
    box = outbox(store, platform, clock=clock)
    await box.drain()
    assert len(platform.calls) == 3  # those under way when the answer came
    for _ in range(59):
        clock.advance(seconds=1)
        await box.drain()
    assert len(platform.calls) == 3
    clock.advance(seconds=1)
    await box.drain()
    assert await store.outbox_counts() == {"sent": 6}


async def test_a_retry_after_that_is_named_is_not_doubled_by_earlier_failures() -> None:
    store, clock = await owed(delivery("d")), ManualClock()
    platform = ScriptedPlatform(*[TryLater("busy", retry_after=1)] * 9)
    box = outbox(store, platform, clock=clock)
    for _ in range(10):
        await box.drain()
        clock.advance(seconds=1)
    assert await store.outbox_counts() == {"sent": 1}
    assert len(platform.calls) == 10


async def test_a_message_that_grows_is_edited_at_most_every_thirty_seconds_and_a_new_name_is_said_at_once() -> None:
    store, clock, platform = await owed(delivery("post")), ManualClock(), ScriptedPlatform()
    box = outbox(store, platform, clock=clock)
    await box.drain()
    for second in range(1, 91):
        clock.advance(seconds=1)
        grown = [delivery(f"edit-{second}", kind="edit")]
        if second == 20:
            grown.append(delivery("reply", kind="reply"))
        await store.commit(PollOutcome(SourceState("feed:x"), clock.now(), deliveries=tuple(grown)))
        await box.drain()
    assert sent(platform) == ["post", "edit-1", "reply", "edit-31", "edit-61"]
    clock.advance(seconds=1)
    await box.drain()
    assert sent(platform)[-1] == "edit-90"


async def test_what_was_sent_and_could_not_be_noted_is_noted_by_the_next_drain_and_not_sent_again() -> None:
    class Full(MemoryStore):
        full = False

        async def settle_all(self, settlements: Sequence[Settlement], owed: Sequence[Delivery] = ()) -> None:
            if self.full and settlements:
                raise StoreUnavailable("the disk is full")
            await super().settle_all(settlements, owed)

    store, clock, platform = await owed(delivery("d"), store=Full()), ManualClock(), ScriptedPlatform()
    assert isinstance(store, Full)
    box = outbox(store, platform, clock=clock)
    store.full = True
    with pytest.raises(StoreUnavailable):
        await box.drain()
    clock.advance(seconds=30)
    store.full = False
    assert await box.drain() == Drained(sent=1)
    clock.advance(hours=1)
    assert await box.drain() == Drained()
    assert sent(platform) == ["d"]


async def test_a_channel_that_can_not_be_posted_to_is_operational_news_once() -> None:
    ops = Channel.parse("slack:#ops")
    store, clock = await owed(delivery("d1", alert_id="a1"), delivery("d2", alert_id="a2")), ManualClock()
    console = ScriptedPlatform(*[ChannelGone("archived")] * 3)
    slack = ScriptedPlatform(name="slack")
    box = Outbox(store, {"console": console, "slack": slack}, clock, boot("one"), ops=ops)
    for _ in range(3):
        await box.drain()
        clock.advance(days=1)
        assert await store.unpark(None, clock.now()) == 1
    await box.drain()
    assert len(console.calls) == 5
    ((verb, told),) = slack.calls
    assert (verb, told.channel, told.kind) == ("send", ops, "notice")
    assert isinstance(told.card, TextCard)
    assert str(told.card.lines[0][0]).startswith("Nothing can be posted in console:: archived. What is owed")


async def test_each_new_message_to_a_channel_in_trouble_is_no_news_until_one_arrives_there() -> None:
    ops, clock, store = Channel.parse("slack:#ops"), ManualClock(), await owed()
    console, slack = ScriptedPlatform(), ScriptedPlatform(name="slack")
    box = Outbox(store, {"console": console, "slack": slack}, clock, boot("one"), ops=ops)
    for hour, trouble in enumerate(["archived", "archived", None, "archived", "no right", "no right"]):
        console.script = [ChannelGone(trouble)] if trouble else []
        await owed(delivery(f"d{hour}", alert_id=f"a{hour}"), store=store)
        await box.drain()
        await store.drop([each.id for each in await store.undelivered() if each.channel == CONSOLE], clock.now())
        await box.drain()
        clock.advance(hours=1)
    told = [str(each.card.lines[0][0]) for _, each in slack.calls if isinstance(each.card, TextCard)]
    assert [text.partition(":: ")[2].partition(".")[0] for text in told] == ["archived", "archived", "no right"]


async def test_where_the_channel_of_operational_news_is_the_one_in_trouble_the_log_alone_hears_it() -> None:
    store, platform = await owed(delivery("d", OTHER)), ScriptedPlatform(ChannelGone("archived"), name="slack")
    box = Outbox(store, {"slack": platform}, ManualClock(), boot("one"), ops=OTHER)
    assert await box.drain() == Drained(parked=1)
    assert await store.outbox_counts() == {"parked": 1}
