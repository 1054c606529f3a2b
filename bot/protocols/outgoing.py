"""What the outbox and the digests need of the store."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.model.alert import Alert, Delivery, DeliveryState, Head, Settlement
from bot.model.channel import Channel
from bot.model.mute import Release

Admits = Callable[[Channel], bool]
"""Whether a message may go to this channel now; asked once for each message that would."""


def everyone(channel: Channel) -> bool:  # noqa: ARG001
    """A message may go to any channel."""
    return True


Held = Callable[[Channel], Callable[[Head], bool] | None]
"""Which messages for this channel have to wait because it is not to be disturbed now; None where none has to.

Asked for each channel that something waits for, at each claim.
"""


def nothing_held(channel: Channel) -> None:
    """No channel minds."""


class Outgoing(Protocol):
    """The deliveries that are owed. Each method is one transaction; StoreUnavailable when it can't be done."""

    async def overdue(self, before: datetime, channel: Channel | None = None) -> tuple[Delivery, ...]:
        """Alerts and digests owed by then (to one channel) that wait or are parked, and have not arrived; in order."""
        ...

    async def parked(self, before: datetime | None = None) -> tuple[Channel, ...]:
        """Channels that can't be posted to: those with a parked delivery; `before`: parked by then."""
        ...

    async def notices(self, since: datetime) -> tuple[Delivery, ...]:
        """The notices that channels were owed since then."""
        ...

    async def dead_letters(self, channel: Channel, since: datetime) -> int:
        """How many messages to this channel became dead letters since then, and were not dropped by hand."""
        ...

    async def digest(self, delivery_id: str) -> tuple[Channel, tuple[Alert, ...]] | None:
        """The channel of a digest, and every alert that it told; None where there is none of this id."""
        ...

    async def undelivered(self) -> tuple[Delivery, ...]:
        """All that was not delivered and was not dropped, oldest first: pending, sending and parked, and dead letters.

        Also what was damaged: its card then says so.
        """
        ...

    async def replay(self, ids: Collection[str], at: datetime) -> int:
        """Let dead letters and parked deliveries of these ids be tried anew; returns how many.

        Not an edit or a reply whose post is a dead letter, unless that is among them.
        """
        ...

    async def drop(self, ids: Collection[str], at: datetime) -> int:
        """Never try these again, nor show them as undelivered; what is being sent is left alone. Returns how many.

        With a post go the edits and replies that wait for it.
        """
        ...

    async def release(self, release: Release) -> bool:
        """All of it in one transaction; False (and nothing is written) where a folded delivery waits no more."""
        ...

    async def claim(
        self,
        owner: str,
        now: datetime,
        lease_until: datetime,
        limit: int,
        *,
        admits: Admits = everyone,
        held: Held = nothing_held,
        edit_gap: timedelta = timedelta(0),
    ) -> tuple[Delivery, ...]:
        """Take due deliveries of at most `limit` channels: of each the oldest, and none past one that waits or is sent.

        Of the channels that have something due, the one that has waited longest first, those that `admits` names.
        An edit that was never tried holds up nothing: it waits until `edit_gap` after the last edit of its message.
        Nor does a notice that was owed for later, nor a message that is `held`: what stands behind it is looked at.

        Due: pending with `not_before` reached, or sending with its lease run out (then `doubtful`); a moment over two
        days ahead was written by a clock that went wrong, and counts as past. Each comes back
        with state sending, its attempt counted up, `owner` and `lease_until` set, and an edit or reply with `target`;
        an edit or reply whose post was never sent is not claimed.
        """
        ...

    async def settle(self, settlement: Settlement) -> bool:
        """End an attempt; False (and nothing is written) when another claimer holds the delivery by now."""
        ...

    async def settle_all(self, settlements: Sequence[Settlement], owed: Sequence[Delivery] = ()) -> None:
        """End several attempts at once; one whose delivery another claimer holds by now is left out.

        `owed` is what has to be said because of them.
        """
        ...

    async def unpark(self, channel: Channel | None, at: datetime) -> int:
        """Make parked deliveries of a channel (None: of all) pending again; returns how many."""
        ...

    async def outbox_counts(self) -> Mapping[DeliveryState, int]:
        """How many deliveries are in each state; states without any are left out."""
        ...
