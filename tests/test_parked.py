"""A channel that can't be posted to: who hears of that, and what it reads once it is back."""

from collections.abc import Sequence
from datetime import timedelta

from bot.digests import Digests
from bot.errors import ChannelGone
from bot.model.alert import Delivery, Receipt
from bot.model.channel import Channel
from bot.outbox import Outbox
from bot.store import MemoryStore
from tests.fakes import CountingIds, ManualClock, ScriptedPlatform
from tests.test_outbox import boot
from tests.torture.owed import owe
from tests.town import HERE, NAMES, Town, news

OPS = Channel.parse("slack:T0AB/C0PS")


class Archived(ScriptedPlatform):
    """A Slack where nothing can be posted in one channel, for the reasons given in turns."""

    def __init__(self, *why: str) -> None:
        super().__init__(name="slack")
        self._why = why

    async def send(self, delivery: Delivery) -> Receipt:
        if delivery.channel != HERE:
            return await super().send(delivery)
        self.calls.append(("send", delivery))
        raise ChannelGone(self._why[len(self.to(HERE)) * len(self._why) // 8])

    def to(self, channel: Channel) -> Sequence[Delivery]:
        return [delivery for _, delivery in self.calls if delivery.channel == channel]


async def days(number: int, chat: Archived) -> None:
    """So many days in which an article comes every few hours, and all is done that the bot does meanwhile."""
    here = Town(MemoryStore())
    here.outbox = Outbox(here.store, {"slack": chat}, here.clock, boot("one"), ops=OPS)
    for hour in range(0, number * 24, 4):
        await here.hear(news(NAMES[hour % 8], hour))
        for _ in range(12):
            await here.digests.let_out(parked_for=timedelta(hours=24))
            await here.digests.fold()
            here.clock.advance(minutes=20)
            await here.tick()


async def test_a_week_of_trouble_is_one_word_to_the_operator_though_what_waits_is_folded_anew_each_day() -> None:
    chat = Archived("archived")
    await days(7, chat)
    assert len(chat.to(HERE)) >= 6
    assert len(chat.to(OPS)) == 1


async def test_another_reason_is_another_word() -> None:
    chat = Archived("archived", "the token was revoked")
    await days(7, chat)
    assert ["revoked" in str(each.card) for each in chat.to(OPS)] == [False, True]


async def test_a_server_that_lets_the_bot_in_again_gets_what_waits_in_its_channels() -> None:
    store = MemoryStore()
    places = [Channel("discord", "1", "11"), Channel("discord", "1", "12"), Channel("discord", "2", "21")]
    await owe(store, places, 3)
    chat = ScriptedPlatform(*[ChannelGone("put out")] * 3, name="discord")
    box = Outbox(store, {"discord": chat}, ManualClock(), boot("one"))
    await box.drain()
    digests = Digests(store, ManualClock(), CountingIds(), lists=lambda: (), live=frozenset({"discord"}))
    assert await digests.let_out(Channel("discord", "1")) == 2
    await box.drain()
    assert [delivery.channel for _, delivery in chat.calls[3:]] == places[:2]
    assert await store.parked() == (places[2],)
