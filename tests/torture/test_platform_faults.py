"""Lost replies, storms of 429, servers in trouble and late answers: each message arrives once, in its order.

The long form: NAMEWATCH_TORTURE_LOST_REPLIES=1000 NAMEWATCH_TORTURE_SEEDS=10 python -m pytest
tests/torture/test_platform_faults.py (make torture).
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.chat.discord.sending import ref
from bot.model.alert import Process
from bot.model.channel import Channel
from bot.outbox import Outbox, Waits
from bot.protocols import Platform, Store
from bot.store import MemoryStore, open_store, upgrade
from tests.builders import delivery
from tests.chat import discord_bot, slack_bot
from tests.chat.servers import discord, slack
from tests.fakes import START, ManualClock
from tests.torture.canaries import Outputs
from tests.torture.conftest import SQL, Figure
from tests.torture.owed import owe
from tests.torture.sizes import size

LOST_REPLIES = size("LOST_REPLIES", 50)
STORM = size("STORM", 30)
SEEDS = size("SEEDS", 1)
PLATFORMS = ["slack", "discord"]
CHANNELS = 5
DAY = 86_400
GIVEN_UP_AFTER = 1.0
"""Seconds, real ones, after which a call without an answer is given up in the test of late answers."""


@dataclass
class Chat:
    """A platform on its server, and what the server saw. `banned`: when no call for a channel ("": any) may come."""

    platform: Platform
    server: Any
    clock: ManualClock
    call: str
    channels: list[Channel]
    fault: Callable[..., Any]
    banned: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def watch(self) -> None:
        """Note each call that comes during a ban, and each ban."""
        self.server.check = self._check

    def said(self) -> list[dict[str, Any]]:
        """All that stands in the channels."""
        return [message for each in self.channels for message in self._messages(each)]

    def arrived(self) -> dict[str, list[str]]:
        """By channel, the ids of the deliveries in the order in which they stand there."""
        return {each.address: [self._id(message) for message in self._messages(each)] for each in self.channels}

    def _messages(self, channel: Channel) -> list[dict[str, Any]]:
        return list(self.server.messages(channel.address))

    def _id(self, message: dict[str, Any]) -> str:
        if self.platform.name == "slack":
            return str(message["metadata"]["event_payload"]["id"])
        return self.names[message["embeds"][0]["footer"]["text"]]

    def _check(self, call: str, said: Any) -> list[str]:
        if call != self.call:
            return []
        address, now = self._address(said), self.clock.now()
        for scope in (address, ""):
            since, until = self.banned.get(scope, (START, START))
            # what is under way as the ban comes can't be called back
            if since < now < until:
                self.broken.append(f"{address} was asked {until - now} too early, {scope or 'everywhere'}")
        waiting = self.server._faults.get(call)
        if waiting and waiting[0].kind in ("rate", "banned"):
            seconds, _, scope = waiting[0].value.partition(" ")
            everywhere = scope == "global" or waiting[0].kind == "banned"
            until = now + timedelta(seconds=min(float(seconds or 0), DAY))
            self.banned["" if everywhere else address] = (now, until)
        return []

    def _address(self, said: Any) -> str:
        if self.platform.name == "slack":
            return str(said["channel"])
        return str(self.server.calls[-1].path.split("/")[-2])


@asynccontextmanager
async def chat_on(name: str) -> AsyncIterator[Chat]:
    """The platform of this name with five channels."""
    clock = ManualClock()
    if name == "slack":
        async with slack.SlackServer() as server, slack_bot.bot_on(server, clock) as platform:
            server.page = 1000
            for number in range(CHANNELS):
                server.channels[f"C{number}"] = slack.Conversation(f"C{number}", f"channel-{number}")
            channels = [Channel("slack", slack.TEAM, f"C{number}") for number in range(CHANNELS)]
            yield Chat(platform, server, clock, "chat.postMessage", channels, slack.Fault)
        return
    async with discord.DiscordServer() as there, discord_bot.bot_on(there) as other:
        for number in range(CHANNELS):
            there.places[f"30{number}"] = discord.Place(f"30{number}", f"channel-{number}")
        channels = [Channel("discord", discord.GUILD, f"30{number}") for number in range(CHANNELS)]
        yield Chat(other, there, clock, "send", channels, discord.Fault)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    """The store there, made if need be."""
    if not url:
        yield MemoryStore()
        return
    await upgrade(url)
    store = await open_store(url)
    try:
        yield store
    finally:
        await store.close()


async def deliver(store: Store, chat: Chat, count: int, *, step: float, turns: int) -> None:
    """Drain until so many are sent, while the clock goes on by so many seconds a time."""
    process = Process("one", "host", 1, START, START)
    box = Outbox(store, {chat.platform.name: chat.platform}, chat.clock, process)
    for _ in range(turns):
        await box.drain()
        if (await store.outbox_counts()).get("sent") == count:
            return
        chat.clock.advance(seconds=step)
        if chat.platform.name == "discord":
            chat.server.forget_nonces()


@pytest.mark.parametrize("name", PLATFORMS)
@pytest.mark.parametrize("store_url", SQL, indirect=True)
async def test_a_reply_that_is_lost_leads_to_no_second_message(
    name: str, store_url: str, outputs: Outputs, figure: Figure
) -> None:
    async with opened(store_url) as store, chat_on(name) as chat:
        ids = await owe(store, chat.channels, LOST_REPLIES)
        chat.names = {ref(delivery(id_, channel)): id_ for id_ in ids for channel in chat.channels}
        chat.server.fail(chat.call, *[chat.fault("lost")] * LOST_REPLIES)
        await deliver(store, chat, LOST_REPLIES, step=20, turns=4 * LOST_REPLIES)
        assert await store.outbox_counts() == {"sent": LOST_REPLIES}
        arrived = chat.arrived()
        outputs.add(chat.said())
    repeated = sum(map(len, arrived.values())) - LOST_REPLIES
    figure(f"{name.capitalize()} took the message, its reply was lost: {LOST_REPLIES} times", f"{repeated} repeated")
    assert arrived == {
        each.address: [id_ for at, id_ in enumerate(ids) if at % CHANNELS == number]
        for number, each in enumerate(chat.channels)
    }


@pytest.mark.parametrize("name", PLATFORMS)
async def test_an_answer_that_comes_too_late_leads_to_no_second_message(
    name: str, outputs: Outputs, figure: Figure
) -> None:
    """In each channel the first call is given up, and its message arrives after that."""
    async with opened("") as store, chat_on(name) as chat:
        ids = await owe(store, chat.channels, 2 * CHANNELS)
        chat.names = {ref(delivery(id_, channel)): id_ for id_ in ids for channel in chat.channels}
        chat.server.fail(chat.call, *[chat.fault("slow", str(2 * GIVEN_UP_AFTER))] * CHANNELS)
        waits = Waits(lease=timedelta(seconds=2 * GIVEN_UP_AFTER))
        box = Outbox(store, {name: chat.platform}, chat.clock, Process("one", "host", 1, START, START), waits)
        await box.drain()
        doubtful = 2 * CHANNELS - (await store.outbox_counts()).get("sent", 0)
        async with asyncio.timeout(20):
            while sum(map(len, chat.arrived().values())) < CHANNELS:  # noqa: ASYNC110 - messages are counted
                await asyncio.sleep(0.05)
        await deliver(store, chat, 2 * CHANNELS, step=20, turns=20)
        arrived = chat.arrived()
        outputs.add(chat.said())
    repeated = sum(map(len, arrived.values())) - 2 * CHANNELS
    figure(f"{name.capitalize()} took the message and answered too late: {CHANNELS} times", f"{repeated} repeated")
    assert doubtful == 2 * CHANNELS
    assert arrived == {each.address: ids[number::CHANNELS] for number, each in enumerate(chat.channels)}


def storm(chat: Chat, chance: random.Random) -> list[Any]:
    """Two faults a message, in every way in which a platform keeps a bot waiting."""
    waits = ["8", "30", "3600", str(DAY)]
    if chat.platform.name == "slack":
        asks = [chat.fault("rate", seconds) for seconds in (*waits, "", "1", str(10 * DAY))]
    else:
        asks = [chat.fault("rate", f"{seconds} {scope}") for seconds in waits for scope in ("user", "shared", "global")]
        asks += [chat.fault("banned", "3600"), chat.fault("banned")]
    troubles = [chat.fault("status", str(status)) for status in (500, 502, 503, 504)]
    troubles += [chat.fault("lost"), chat.fault("dropped")]
    return chance.choices([*asks, *troubles], k=2 * STORM)


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("name", PLATFORMS)
async def test_in_a_storm_the_order_is_kept_and_nobody_is_asked_who_wants_to_be_left_alone(
    name: str, seed: int, outputs: Outputs, figure: Figure
) -> None:
    async with opened("") as store, chat_on(name) as chat:
        ids = await owe(store, chat.channels, STORM)
        chat.names = {ref(delivery(id_, channel)): id_ for id_ in ids for channel in chat.channels}
        chat.watch()
        faults = storm(chat, random.Random(seed))  # noqa: S311 - it spreads faults
        chat.server.fail(chat.call, *faults)
        await deliver(store, chat, STORM, step=300, turns=300 * STORM)
        assert await store.outbox_counts() == {"sent": STORM}
        arrived = chat.arrived()
        outputs.add(chat.said())
    rates = sum(fault.kind in ("rate", "banned") for fault in faults)
    figure(
        f"{name.capitalize()}: {rates} times 429 (1 s to a day, or no time), {len(faults) - rates} times 5xx, broken "
        f"connections and lost replies, for {STORM} messages",
        f"0 lost, 0 repeated, order kept, {len(chat.broken)} calls during a ban",
    )
    assert chat.broken == []
    assert arrived == {
        each.address: [id_ for at, id_ in enumerate(ids) if at % CHANNELS == number]
        for number, each in enumerate(chat.channels)
    }
