"""A message that a person deleted is not posted again; what is new about its story is said all the same, once."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import MessageGone, Uncertain
from bot.model.alert import Delivery, PollOutcome, Process, Receipt
from bot.model.channel import Channel
from bot.model.source import SourceState
from bot.model.story import Story
from bot.outbox import Outbox, Waits
from bot.protocols import Platform
from bot.store.memory import MemoryStore
from tests.builders import alert, card, delivery
from tests.chat import discord_bot, slack_bot
from tests.chat.servers import discord as discord_server
from tests.chat.servers import slack as slack_server
from tests.fakes import START, ManualClock

SLACK = replace(slack_bot.HERE, tenant=slack_server.TEAM)
DISCORD = replace(discord_bot.HERE, tenant=discord_server.GUILD)


@dataclass(frozen=True)
class Chat:
    """A platform at work, and what a person sees and does in its channel."""

    platform: Platform
    channel: Channel
    headlines: Callable[[], Sequence[str]]
    delete: Callable[[str], None]
    lose: Callable[[], None]
    """The answer to the next message is lost."""


@asynccontextmanager
async def on_slack() -> AsyncIterator[Chat]:
    async with slack_bot.slack_server() as server, slack_bot.bot_on(server) as platform:

        def headlines() -> list[str]:
            return [message["text"] for message in server.messages()]

        def lose() -> None:
            server.fail("chat.postMessage", slack_server.Fault("lost"))

        yield Chat(platform, SLACK, headlines, server.delete, lose)


@asynccontextmanager
async def on_discord(channel: Channel = DISCORD) -> AsyncIterator[Chat]:
    async with discord_bot.discord_server() as server, discord_bot.bot_on(server) as platform:

        def shown() -> list[dict[str, Any]]:
            posts = [message for post in server.posts() for message in post.messages.values()]
            return posts if channel.address == discord_server.FORUM else server.messages()

        def lose() -> None:
            is_forum = channel.address == discord_server.FORUM
            server.fail("post" if is_forum else "send", discord_server.Fault("lost"))

        yield Chat(platform, channel, lambda: [each["embeds"][0]["title"] for each in shown()], server.delete, lose)


CHATS: dict[str, Callable[[], AbstractAsyncContextManager[Chat]]] = {
    "slack": on_slack,
    "discord": on_discord,
    "a forum on discord": lambda: on_discord(discord_bot.IN_FORUM),
}


@pytest.fixture(params=sorted(CHATS))
async def chat(request: pytest.FixtureRequest) -> AsyncIterator[Chat]:
    async with CHATS[request.param]() as opened:
        yield opened


def of_story(chat: Chat, mark: str, target: Receipt | None, **changes: Any) -> Delivery:
    kind = changes.pop("kind", "post")
    return replace(delivery(mark, chat.channel, kind), target=target, **changes)


def told(chat: Chat, words: str) -> int:
    return sum(words in headline for headline in chat.headlines())


async def test_an_edit_of_a_deleted_message_posts_nothing_and_parks_nothing(chat: Chat) -> None:
    receipt = await chat.platform.send(of_story(chat, "d1", None))
    chat.delete(receipt.message_id)
    with pytest.raises(MessageGone, match="deleted"):
        await chat.platform.edit(of_story(chat, "d2", receipt, kind="edit", card=card("Grown")))
    assert chat.headlines() == []
    await chat.platform.send(of_story(chat, "d3", None, card=card("The next story")))
    assert len(chat.headlines()) == 1


async def test_a_new_name_below_a_deleted_message_is_said_by_itself(chat: Chat) -> None:
    receipt = await chat.platform.send(of_story(chat, "d1", None))
    chat.delete(receipt.message_id)
    owed = of_story(chat, "d2", receipt, kind="reply", card=card("Dixon joins", "Dixon"))
    await chat.platform.reply(owed)
    assert len(chat.headlines()) == told(chat, "Dixon joins") == 1


async def test_such_a_reply_that_is_uncertain_is_found_where_it_stands(chat: Chat) -> None:
    receipt = await chat.platform.send(of_story(chat, "d1", None))
    chat.delete(receipt.message_id)
    owed = of_story(chat, "d2", receipt, kind="reply", card=card("Dixon joins", "Dixon"))
    chat.lose()
    with pytest.raises(Uncertain):
        await chat.platform.reply(owed)
    assert told(chat, "Dixon joins") == 1
    assert await chat.platform.find(replace(owed, doubtful=True)) is not None
    assert await chat.platform.find(replace(owed, id="d3", doubtful=True)) is None


async def test_the_story_stays_through_the_outbox(chat: Chat) -> None:
    """Post, deletion, growth, and the next story: two messages in all; the edit ends quietly, and says why."""
    store, clock = MemoryStore(), ManualClock()
    box = Outbox(store, {chat.channel.platform: chat.platform}, clock, Process("one", "host", 1, START, START), Waits())

    async def owe(number: int, kind: Any, headline: str, story: str = "s1") -> None:
        new = replace(delivery(f"d{number}", chat.channel, kind, alert_id=story), card=card(headline))
        told = alert(story, story, chat.channel)
        await store.commit(
            PollOutcome(
                SourceState("feed:x"),
                clock.now(),
                stories=(Story(story, "a story", START),),
                alerts=(told,),
                deliveries=(new,),
            )
        )
        clock.advance(seconds=timedelta(minutes=2).total_seconds())
        await box.drain()

    await owe(1, "post", "First")
    (posted,) = [each for each in store._state.deliveries.values() if each.receipt]
    assert posted.receipt is not None
    chat.delete(posted.receipt.message_id)
    for number in (2, 3):
        await owe(number, "edit", "Grown")
    await owe(4, "post", "Another story", "s2")
    assert len(chat.headlines()) == 1
    counts = await store.outbox_counts()
    assert counts == {"sent": 2, "gone": 2}
    assert {each.error for each in store._state.deliveries.values() if each.state == "gone"} == {
        "the message was deleted"
    }
    assert await store.undelivered() == ()
