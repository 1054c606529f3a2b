"""Short ways to make the nouns in tests."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.model.alert import Alert, Delivery, DeliveryKind
from bot.model.card import AlertCard, CompanyLine, Snippet
from bot.model.channel import CONSOLE, Channel
from bot.model.company import Alias, Company
from bot.model.source import FirstPoll, Source
from bot.model.watchlist import ChannelRule, Watchlist
from tests.fakes import START


def company(name: str, *aliases: str, weak: bool | None = None) -> Company:
    return Company(name, tuple(Alias(alias, weak) for alias in aliases))


def watchlist(name: str, companies: Sequence[Company], *channels: str) -> Watchlist:
    rules = tuple(ChannelRule(replace(Channel.parse(channel), public=True)) for channel in channels)
    return Watchlist(f"{name}.yaml", name, tuple(companies), rules)


def source(name: str = "Focus", *, first_poll: str = "alert", tags: Sequence[str] = ()) -> Source:
    url = f"https://{name.lower()}.example/feed"
    return Source(name, "feed", url, tags=tuple(tags), first_poll=FirstPoll.parse(first_poll))


def card(headline: str = "Lava launches a phone", *companies: str) -> AlertCard:
    lines = [
        CompanyLine(name, "phones", "main", Snippet(f"{name} said so.", ((0, len(name)),)), "full name")
        for name in companies or ("Lava",)
    ]
    return AlertCard(tuple(lines), headline, "https://focus.example/1", ("Focus",), START, ("en",))


def alert(alert_id: str = "alert-1", story_id: str = "story-1", channel: Channel = CONSOLE) -> Alert:
    return Alert(alert_id, channel, story_id, card(), START)


def delivery(
    delivery_id: str,
    channel: Channel = CONSOLE,
    kind: DeliveryKind = "post",
    *,
    alert_id: str = "alert-1",
    at: datetime = START,
) -> Delivery:
    return Delivery(delivery_id, channel, kind, card(), (alert_id,), at, at)
