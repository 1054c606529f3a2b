"""The outbox in memory."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from bot.model.alert import Delivery, DeliveryState, Receipt, Settlement, head_of
from bot.model.channel import Channel
from bot.protocols.outgoing import Admits, Held, everyone, nothing_held
from bot.store.border import scrub
from bot.store.line import DROPPED, FAR, FINAL, FOLLOWERS, PATIENT, SETTLED
from bot.store.memory_state import State


class MemoryOutbox:
    """The part of the store that the outbox speaks to."""

    _state: State

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
        """At most one of each channel."""
        due = (each for each in self._heads(now, edit_gap, held) if _is_due(each, now) and self._is_sendable(each))
        admitted = (each for each in due if admits(each.channel))
        return tuple(self._take(each, owner, lease_until) for each in list(islice(admitted, limit)))

    async def settle(self, settlement: Settlement) -> bool:
        """Fenced by owner, attempt and state."""
        settlement = scrub(settlement)
        held = self._state.deliveries.get(settlement.delivery_id)
        fence = (settlement.owner, settlement.attempt, "sending")
        if held is None or (held.owner, held.attempt, held.state) != fence:
            return False
        self._state.deliveries[held.id] = _settled(held, settlement)
        if settlement.state in SETTLED:
            self._state.settled[held.id] = settlement.at
        if settlement.state in FINAL:
            self._state.bury_orphans(settlement.at)
        return True

    async def settle_all(self, settlements: Sequence[Settlement], owed: Sequence[Delivery] = ()) -> None:
        """One after the other."""
        for each in settlements:
            await self.settle(each)
        if settlements:
            self._state.owe(tuple(map(scrub, owed)))

    async def unpark(self, channel: Channel | None, at: datetime) -> int:
        """Attempts and doubts stay as they are."""
        parked = [d for d in self._state.deliveries.values() if d.state == "parked" and channel in (None, d.channel)]
        for delivery in parked:
            self._state.deliveries[delivery.id] = replace(delivery, state="pending", not_before=at)
            self._state.settled.pop(delivery.id, None)
        return len(parked)

    async def parked(self, before: datetime | None = None) -> tuple[Channel, ...]:
        """Ordered."""
        stuck = (each for each in self._state.deliveries.values() if each.state == "parked")
        return tuple(
            sorted({d.channel for d in stuck if before is None or _has_come(self._state.settled[d.id], before)})
        )

    async def dead_letters(self, channel: Channel, since: datetime) -> int:
        """All that are not dropped."""
        dead = (d for d in self._state.deliveries.values() if d.channel == channel and d.state == "dead")
        return sum(each.error != DROPPED and self._state.settled[each.id] >= since for each in dead)

    async def notices(self, since: datetime) -> tuple[Delivery, ...]:
        """In the order of the outbox."""
        found = (each for each in self._state.deliveries.values() if each.kind == "notice" and each.created >= since)
        return tuple(replace(each, alert_ids=()) for each in found)

    async def undelivered(self) -> tuple[Delivery, ...]:
        """In the order of the outbox."""
        found = (d for d in self._state.deliveries.values() if d.state not in ("sent", "gone") and d.error != DROPPED)
        return tuple(replace(each, alert_ids=()) for each in found)

    async def replay(self, ids: Collection[str], at: datetime) -> int:
        """Attempts and doubts stay as they are; what would wait for a post that nobody sends stays dead."""
        found = [d for d in self._of(ids) if d.state in ("dead", "parked")]
        for each in found:
            self._state.deliveries[each.id] = replace(each, state="pending", not_before=at)
            self._state.settled.pop(each.id, None)
        return len(found) - self._state.bury_orphans(at)

    async def drop(self, ids: Collection[str], at: datetime) -> int:
        """They stay as dead letters, and so do edits and replies that waited for one of them."""
        found = [d for d in self._of(ids) if d.state in ("dead", "parked", "pending")]
        for each in found:
            self._state.deliveries[each.id] = replace(each, state="dead", error=DROPPED)
            self._state.settled[each.id] = at
        return len(found) + self._state.bury_orphans(at, DROPPED)

    def _of(self, ids: Collection[str]) -> list[Delivery]:
        return [self._state.deliveries[id_] for id_ in set(ids) & self._state.deliveries.keys()]

    async def outbox_counts(self) -> Mapping[DeliveryState, int]:
        """States without any are left out."""
        return Counter(delivery.state for delivery in self._state.deliveries.values())

    def _heads(self, now: datetime, edit_gap: timedelta, held: Held) -> list[Delivery]:
        """Of each channel the first that stands in its line, and does not stand aside."""
        recent = self._edited(now - edit_gap, now + edit_gap)
        holding = {each.channel: held(each.channel) for each in self._state.deliveries.values()}
        heads: dict[Channel, Delivery] = {}
        for delivery in self._state.deliveries.values():
            if delivery.state not in ("pending", "sending", "parked") or _stands_aside(delivery, now, recent):
                continue
            holds = holding[delivery.channel]
            if not (holds and _is_due(delivery, now) and holds(head_of(delivery))):
                heads.setdefault(delivery.channel, delivery)
        return list(heads.values())

    def _edited(self, after: datetime, before: datetime) -> frozenset[str]:
        """The alerts whose messages were edited between these two moments."""
        return frozenset(
            alert_id
            for each in self._state.deliveries.values()
            if each.kind == "edit" and each.state == "sent" and after < self._state.settled[each.id] < before
            for alert_id in each.alert_ids
        )

    def _is_sendable(self, delivery: Delivery) -> bool:
        return delivery.kind not in FOLLOWERS or self._target(delivery) is not None

    def _target(self, delivery: Delivery) -> Receipt | None:
        """The receipt of the first post that was sent."""
        if delivery.kind not in FOLLOWERS:
            return None
        sent = (post for post in self._state.posts_of(delivery) if post.state == "sent")
        return next((replace(post.receipt or Receipt(""), doubtful=post.doubtful) for post in sent), None)

    def _take(self, delivery: Delivery, owner: str, lease_until: datetime) -> Delivery:
        taken = replace(
            delivery,
            state="sending",
            attempt=delivery.attempt + 1,
            owner=owner,
            lease_until=lease_until,
            target=self._target(delivery),
            doubtful=delivery.doubtful or delivery.state == "sending",
        )
        self._state.deliveries[taken.id] = taken
        return taken


def _stands_aside(delivery: Delivery, now: datetime, recent: frozenset[str]) -> bool:
    """An untried edit or notice whose time has not come, and an edit whose message was edited a moment ago."""
    if delivery.kind not in PATIENT or delivery.state != "pending" or delivery.attempt:
        return False
    edited = delivery.kind == "edit" and not recent.isdisjoint(delivery.alert_ids)
    return edited or not _has_come(delivery.not_before, now)


def _is_due(delivery: Delivery, now: datetime) -> bool:
    if delivery.state == "pending":
        return _has_come(delivery.not_before, now)
    return delivery.state == "sending" and delivery.lease_until is not None and _has_come(delivery.lease_until, now)


def _has_come(moment: datetime, now: datetime) -> bool:
    return moment <= now or moment > now + FAR


def _settled(held: Delivery, settlement: Settlement) -> Delivery:
    again = settlement.not_before or settlement.at
    return replace(
        held,
        state=settlement.state,
        receipt=settlement.receipt or held.receipt,
        not_before=again if settlement.state == "pending" else held.not_before,
        doubtful=held.doubtful or settlement.doubtful,
        error=settlement.error,
        owner="",
        lease_until=None,
    )
