"""Rules of the outbox that every store keeps: what replaces what, and which messages can no longer be sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.model.alert import Delivery, DeliveryState
from bot.store.border import clean

NEVER_SENT = "its post was never sent"
DAMAGED = "it was changed in the store by something else than the bot: nothing was sent"

DROPPED = "dropped by hand"

FOLLOWERS = ("edit", "reply")
"""Kinds that belong to a post."""

SPOKEN = ("post", "reply")
"""Kinds that a budget counts: edits disturb nobody."""

FOLDABLE = ("post", "reply", "edit", "digest")
"""Kinds that a digest takes the place of, when they have waited for long."""

PATIENT = ("edit", "notice")
"""Kinds that hold up nothing while they wait for their time."""

FAR = timedelta(days=2)
"""Nothing waits or is held for so long: a moment further ahead was written by a clock that went wrong."""

FREE: tuple[DeliveryState, ...] = ("pending", "parked")
"""States in which nobody is sending it."""

SETTLED: tuple[DeliveryState, ...] = ("sent", "parked", "dead", "gone")
"""States that a settlement ends in, for now or for good."""

FINAL: tuple[DeliveryState, ...] = ("dead", "gone")
"""States after which nothing will ever stand there that an edit or a reply could belong to."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An edit that waits and was never attempted."""

    id: str
    channel: str
    alert_ids: frozenset[str]


def waiting(delivery: Delivery) -> Waiting | None:
    """The delivery as one that a newer edit may replace; None if it is not such a one."""
    if delivery.kind != "edit" or delivery.state != "pending" or delivery.attempt:
        return None
    return Waiting(clean(delivery.id), clean(str(delivery.channel)), frozenset(map(clean, delivery.alert_ids)))


def replaced(old: Iterable[Waiting], new: Sequence[Delivery]) -> set[str]:
    """Ids of waiting edits, old ones or among the new, whose alerts a later edit of the channel all shows anew."""
    gone: set[str] = set()
    standing = list(old)
    for edit in filter(None, map(waiting, new)):
        gone.update(w.id for w in standing if w.channel == edit.channel and w.alert_ids <= edit.alert_ids)
        standing.append(edit)
    return gone
