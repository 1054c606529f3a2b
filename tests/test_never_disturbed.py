"""Whatever happens, no message comes in quiet hours or a pause, none is lost, and each story is told once."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.alerting.hearing import is_shut
from bot.alerting.windows import wishes_of
from bot.errors import ChannelGone, TryLater, Uncertain
from bot.model.alert import Delivery, Receipt
from bot.model.watchlist import ChannelRule
from bot.protocols import Clock, Store
from bot.store import MemoryStore
from tests.fakes import ScriptedPlatform
from tests.test_digests import news_again
from tests.town import HERE, NAMES, Town, news


class Sleepers(ScriptedPlatform):
    """A channel that notes what wakes it, and what it was told."""

    def __init__(self, rule: ChannelRule, store: Store, clock: Clock) -> None:
        super().__init__(name="slack")
        self._rule, self._store, self._clock = rule, store, clock
        self.woken: list[tuple[str, Delivery]] = []
        self.told: list[Delivery] = []

    async def send(self, delivery: Delivery) -> Receipt:
        return await self._hear(delivery, await super().send(delivery))

    async def reply(self, delivery: Delivery) -> Receipt:
        return await self._hear(delivery, await super().reply(delivery))

    async def _hear(self, delivery: Delivery, receipt: Receipt) -> Receipt:
        now = self._clock.now()
        if is_shut(wishes_of(HERE, [self._rule]), await self._store.mutes(), HERE, now):
            self.woken.append((now.isoformat(), delivery))
        self.told.append(delivery)
        return receipt


RULES = st.fixed_dictionaries(
    {
        "digest": st.sampled_from(["", "daily 08:30", "weekdays 18:00"]),
        "quiet": st.sampled_from(["22:00-07:00", "09:00-12:00", "weekends", "22-7, weekends"]),
        "zone": st.sampled_from(["", "Asia/Taipei"]),
        "budget": st.sampled_from(["", "2/h"]),
    }
)
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("hear"), st.integers(0, 12), st.integers(1, 3)),
        st.tuples(st.just("grow"), st.integers(0, 12), st.integers(0, 9)),
        st.tuples(st.just("wait"), st.sampled_from([1, 7, 13, 29]), st.integers(1, 60)),
        st.tuples(st.just("pause"), st.integers(1, 900), st.just(0)),
        st.tuples(st.just("restart"), st.integers(0, 400), st.just(0)),
        st.tuples(st.just("busy"), st.sampled_from([30, 600, 5000, 9000]), st.integers(1, 4)),
        st.tuples(st.sampled_from(["lost", "gone"]), st.just(0), st.integers(1, 3)),
    ),
    max_size=20,
)
ERRORS = {"lost": Uncertain("no answer"), "gone": ChannelGone("archived")}


async def happens(here: Town, what: str, number: int, times: int) -> None:
    if what == "hear":
        await here.hear(*(news(NAMES[(number + at) % len(NAMES)], number) for at in range(times)))
    elif what == "grow":
        await here.hear(news_again(news(NAMES[number % len(NAMES)], number), f"w{number}-{times}"), wire=True)
    elif what == "wait":
        for _ in range(times):
            await passes(here, number)
    elif what == "pause":
        await here.mute("pause", until=here.clock.now() + timedelta(minutes=number))
        await here.digests.look()
    elif what == "restart":
        here.clock.advance(minutes=number)
        here.start()
        await here.digests.look()
        await here.digests.let_out()
        await passes(here, 0)
    else:
        here.chat.script = [ERRORS.get(what) or TryLater("busy", retry_after=number)] * times


async def passes(here: Town, minutes: float) -> None:
    """So much time, and then all that a running bot does now and then."""
    here.clock.advance(minutes=minutes)
    await here.digests.let_out(parked_for=timedelta(hours=24))
    await here.digests.fold()
    await here.intake.open()
    for each in here.sources:
        await here.intake.poll(each)
    await here.tick()


@settings(deadline=None, max_examples=30)
@given(RULES, EVENTS)
async def test_no_message_comes_while_nobody_is_to_be_disturbed_and_none_is_lost(
    rule: dict[str, Any], events: list[tuple[str, int, int]]
) -> None:
    wanted = ChannelRule(HERE, **rule)
    here = Town(MemoryStore(), rule=wanted)
    here.chat = chat = Sleepers(wanted, here.store, here.clock)
    here.start()
    for event in events:
        await happens(here, *event)
    here.chat.script = []
    for _ in range(60):
        await passes(here, 120)
    assert chat.woken == []
    assert await here.store.undelivered() == ()
    assert await here.store.waiting() == ()
    told = [id_ for each in chat.told if each.kind in ("post", "digest") for id_ in each.alert_ids]
    assert len(told) == len(set(told)), "told twice"
    stories = {
        each.story_id for each in (await here.store.recent_stories(here.clock.now() - timedelta(days=90))).members
    }
    assert {alert.id for alert in await here.store.alerts_of(stories)} == set(told)
