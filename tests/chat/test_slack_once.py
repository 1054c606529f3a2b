"""Each message once: the outbox and Slack together, whatever happens to requests and replies."""

import random
from collections import Counter
from datetime import datetime, timedelta

import pytest

from bot.model.alert import PollOutcome, Process
from bot.model.channel import Channel
from bot.model.source import SourceState
from bot.model.story import Story
from bot.outbox import Outbox, Waits
from bot.store.memory import MemoryStore
from tests.builders import alert, delivery
from tests.chat.servers.slack import Fault
from tests.chat.slack_bot import bot_on, slack_server
from tests.fakes import START, ManualClock

FAULTS = [
    Fault("lost"),
    Fault("dropped"),
    Fault("status", "503"),
    Fault("rate", "3"),
    Fault("error", "internal_error"),
    Fault("error", "ratelimited"),
    Fault("slow"),
]
WHERE = Channel("slack", "T0TEAM", "C0SUPPLY")


async def store_with(count: int, created: datetime) -> MemoryStore:
    store = MemoryStore()
    deliveries = tuple(delivery(f"d{at}", WHERE, alert_id=f"a{at}", at=created) for at in range(count))
    stories = tuple(Story(f"s{at}", "a story", START) for at in range(count))
    alerts = tuple(alert(f"a{at}", f"s{at}", WHERE) for at in range(count))
    source = SourceState("feed:x")
    await store.commit(PollOutcome(source, START, stories=stories, alerts=alerts, deliveries=deliveries))
    return store


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("skew", [-300, 0, 300])
async def test_none_is_lost_and_none_stands_twice(seed: int, skew: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # The clock of this test does not wait for the machine: on a busy one a call that was given up after seconds of real
    # time would be accepted after the moment at which it was looked for. The faults alone shall break calls here.
    monkeypatch.setattr("bot.chat.slack.workspace.SECONDS", 600)
    count, chosen = 20, random.Random(seed)  # noqa: S311 - faults, not secrets
    clock = ManualClock(START + timedelta(seconds=skew))
    store = await store_with(count, clock.now())
    async with slack_server() as slack, bot_on(slack, clock) as platform:
        slack.fail("chat.postMessage", *chosen.choices(FAULTS, k=3 * count))
        slack.fail("conversations.history", *chosen.choices(FAULTS, k=count))
        box = Outbox(
            store, {"slack": platform}, clock, Process("one", "host", 1, START, START), Waits(lease=timedelta(60))
        )
        for _ in range(40 * count):
            await box.drain()
            clock.advance(seconds=20)
            if (await store.outbox_counts()).get("sent") == count:
                break
    assert await store.outbox_counts() == {"sent": count}
    posted = Counter(message["metadata"]["event_payload"]["id"] for message in slack.messages())
    assert posted == {f"d{at}": 1 for at in range(count)}
