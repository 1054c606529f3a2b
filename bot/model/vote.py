"""A vote: what one person thinks of what one spelling of a company brought into a channel."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.model.channel import Channel


@dataclass(frozen=True, slots=True)
class Vote:
    """The key is (watchlist, company, alias, channel, actor): one vote each, and a later one takes its place.

    `useful`: that the alert was; else that it was not about this company. `alert_id` is the alert it was given on.
    """

    watchlist: str
    company: str
    alias: str
    channel: Channel
    actor: str
    useful: bool
    alert_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """How many people found alerts useful, and how many found them to be of another company."""

    useful: int = 0
    wrong: int = 0


def tally(votes: Iterable[Vote]) -> Tally:
    """Of votes on one alias, whose voters count once, wherever they voted: their newest vote."""
    newest = {vote.actor: vote.useful for vote in sorted(votes, key=lambda each: each.at)}
    return Tally(sum(newest.values()), sum(not useful for useful in newest.values()))
