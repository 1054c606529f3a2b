"""Stores that owe messages to channels, without the polls that would have decided on them."""

from collections.abc import Sequence
from datetime import datetime

from bot.model.alert import PollOutcome
from bot.model.channel import Channel
from bot.model.source import SourceState
from bot.model.story import Story
from bot.protocols import Store
from tests.builders import alert, delivery
from tests.fakes import START


async def owe(store: Store, channels: Sequence[Channel], count: int, at: datetime = START, first: int = 0) -> list[str]:
    """So many posts, to the channels in turns; their ids in the order in which they are owed."""
    numbers = range(first, first + count)
    stories = tuple(Story(f"s{number}", "a story", at) for number in numbers)
    alerts = tuple(alert(f"a{number}", f"s{number}", channels[number % len(channels)]) for number in numbers)
    deliveries = tuple(
        delivery(f"d{number}", channels[number % len(channels)], alert_id=f"a{number}", at=at) for number in numbers
    )
    outcome = PollOutcome(SourceState("feed:x"), at, stories=stories, alerts=alerts, deliveries=deliveries)
    await store.commit(outcome)
    return [each.id for each in deliveries]
