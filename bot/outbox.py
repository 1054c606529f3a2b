"""The outbox at work: claim with a lease, send, settle. At least once; what may be a repeat is marked.

No transaction is open while a platform is asked. In one channel deliveries go in their order; a channel in trouble
delays no other.
"""

import asyncio
import random
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.alerting.backoff import FIRST_WAIT, LONGEST_ASKED, LONGEST_WAIT, next_attempt
from bot.alerting.pace import Pace
from bot.errors import ChannelGone, DeliveryError, MessageGone, StoreUnavailable, TryLater, Uncertain
from bot.model.alert import Delivery, Process, Receipt, Settlement
from bot.model.card import TextCard
from bot.model.channel import Channel
from bot.protocols import Clock, Platform, Store
from bot.protocols.outgoing import Held, nothing_held

log = structlog.get_logger()

CHANNELS = 50
"""Channels of one platform that are delivered to at once, however few of them answer: the others have their own.

A claim holds one delivery of each channel, so that the order in each is kept.
"""

BATCH = 10
"""Places that must be free before more is claimed, unless it was not looked for long what other platforms have due."""

SOONEST = 0.25
"""Seconds until the next try where a platform says that none are needed: it would be asked in a loop."""

NEXT_LOOK = timedelta(seconds=0.25)
"""The least time between two looks for channels that may be posted to again: many of them are served by one look."""

LOOK_AGAIN = timedelta(seconds=1)
"""After which it is looked what else is due while slow channels are waited for."""


@dataclass(frozen=True, slots=True)
class Drained:
    """What one drain did: deliveries by how their attempt ended."""

    sent: int = 0
    later: int = 0
    parked: int = 0
    dead: int = 0

    def __add__(self, other: "Drained") -> "Drained":
        """Both together."""
        return Drained(
            self.sent + other.sent, self.later + other.later, self.parked + other.parked, self.dead + other.dead
        )


@dataclass(frozen=True, slots=True)
class Waits:
    """How long the outbox waits for what.

    `lease`: how long a claim holds; half of it bounds one call to a platform. `look_up`: how long until it is looked
    whether an uncertain message has arrived. `edit_gap`: how long between two edits of one message. `retry` and
    `retry_longest`: after a failure for which the platform names no time, the first wait, doubled up to the longest.
    """

    lease: timedelta = timedelta(minutes=1)
    look_up: timedelta = timedelta(seconds=15)
    edit_gap: timedelta = timedelta(seconds=30)
    retry: timedelta = FIRST_WAIT
    retry_longest: timedelta = LONGEST_WAIT


class Outbox:
    """Delivers what the store owes, in the name of one process."""

    def __init__(
        self,
        store: Store,
        platforms: Mapping[str, Platform],
        clock: Clock,
        process: Process,
        waits: Waits = Waits(),
        *,
        ops: Channel | None = None,
        held: Held = nothing_held,
        settled: Callable[[Delivery, Settlement], None] = lambda *_: None,
    ) -> None:
        """`platforms` by name; `ops` hears, once, of channels that can't be posted to; `settled` how attempts ended.

        `held` says which messages have to wait because their channel is not to be disturbed.
        """
        self._store = store
        self._platforms = platforms
        self._clock = clock
        self._process = process
        self._waits = waits
        self._timeout = waits.lease.total_seconds() / 2
        self._pace = Pace({name: platform.limits for name, platform in platforms.items()})
        self._looked = clock.now()
        self._saw_all = False
        self._under_way = set[Channel]()
        self._ended: list[Settlement] = []
        self._settled = settled
        self._news: list[Delivery] = []
        self._parked: dict[Channel, str] = {}
        self._ops = ops
        self._held = held
        self._one_at_a_time = asyncio.Lock()

    def rest(self) -> None:
        """From the next beat on, tell the store that this process delivers nothing."""
        self._process = replace(self._process, posts=False)

    async def beat(self) -> None:
        """Tell the store that this process lives."""
        await self._store.beat(replace(self._process, beat=self._clock.now()))

    async def leave(self) -> None:
        """Tell the store that this process ends; what it was sending is looked after when its lease has run out."""
        await self._store.leave(self._process.boot_id)

    @property
    def opens(self) -> datetime | None:
        """When to look again for channels that were left alone for their platform's sake; None where there are none.

        A channel that was posted to is one of them, where it is not known what else waits for it.
        """
        again = self._pace.again
        return max(again, self._looked + NEXT_LOOK) if again is not None else None

    async def keep_up(self, until_next: timedelta) -> None:
        """Deliver what is due, and what a platform takes again before the next call in its very moment."""
        while True:
            await self.drain()
            wait = self.opens - self._clock.now() if self.opens is not None else until_next
            if wait >= until_next:
                return
            await asyncio.sleep(max(wait.total_seconds(), 0.0))

    async def drain(self) -> Drained:
        """Deliver until nothing is due; StoreUnavailable where the store can't be asked.

        A channel that is slow to answer holds up neither the others nor what becomes due for them meanwhile.
        """
        total, running = Drained(), dict[asyncio.Task[None], str]()
        async with self._one_at_a_time:
            self._saw_all = False
            try:
                while True:
                    total += await self._settle()
                    for delivery in await self._claim(Counter(running.values())):
                        running[asyncio.create_task(self._deliver(delivery))] = delivery.channel.platform
                    if not running:
                        return total
                    wait = max((self._next_look() - self._clock.now()).total_seconds(), 0.0)
                    done, _ = await asyncio.wait(running, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
                    for task in done:
                        del running[task]
                        task.result()
            except asyncio.CancelledError:
                # The leases of what is being sent run out, and whoever comes next looks whether it arrived.
                for task in running:
                    task.cancel()
                raise
            finally:
                await asyncio.gather(*running, return_exceptions=True)
                with suppress(StoreUnavailable):
                    await self._settle()

    async def _claim(self, busy: Counter[str]) -> tuple[Delivery, ...]:
        """Take what is due where a message may go; `busy` counts, by platform, the channels that are posted to now."""
        now = self._clock.now()
        if self._is_idle(busy, now):
            return ()
        self._looked, self._saw_all = now, True
        self._pace.begin(now)
        taken = busy.copy()

        def admits(channel: Channel) -> bool:
            if taken[channel.platform] >= CHANNELS:
                self._saw_all = False
                return False
            if not self._pace.admits(channel, now):
                return False
            if channel in self._under_way:  # and due again only where the clock jumped ahead
                return False
            taken[channel.platform] += 1
            return True

        limit = CHANNELS * max(len(self._platforms), 1) - busy.total()
        lease = now + self._waits.lease
        found = await self._store.claim(
            self._process.boot_id, now, lease, limit, admits=admits, held=self._held, edit_gap=self._waits.edit_gap
        )
        self._saw_all = self._saw_all and (taken - busy).total() < limit
        return found

    def _is_idle(self, busy: Counter[str], now: datetime) -> bool:
        """Whether a look would find no place for a message, or no channel that may be posted to."""
        if not self._looked <= now < self._looked + LOOK_AGAIN:  # earlier only where the clock was set back
            return False
        if busy and all(CHANNELS - count < BATCH for count in busy.values()):
            return now < self._next_look()
        again = self._pace.again
        return self._saw_all and again is not None and now < again

    def _next_look(self) -> datetime:
        """When to look what else is due, while messages are under way."""
        again, latest = self._pace.again, self._looked + LOOK_AGAIN
        opens = again if again is not None and again > self._looked else self._pace.opens
        return latest if opens is None else min(max(opens, self._looked + NEXT_LOOK), latest)

    async def _settle(self) -> Drained:
        """Write how attempts have ended; what can't be written now is written by the next drain."""
        ended, news = tuple(self._ended), tuple(self._news)
        await self._store.settle_all(ended, news)
        del self._ended[: len(ended)], self._news[: len(news)]
        self._saw_all = self._saw_all and not news
        return sum(map(_count, ended), Drained())

    async def _deliver(self, delivery: Delivery) -> None:
        self._under_way.add(delivery.channel)
        try:
            settlement = await self._attempt(delivery)
        finally:
            self._under_way.discard(delivery.channel)
        self._ended.append(settlement)
        self._settled(delivery, settlement)

    async def _attempt(self, delivery: Delivery) -> Settlement:
        """Ask the platform once, and say how it ended; the only place where a delivery error is judged."""
        try:
            receipt = await asyncio.wait_for(self._ask(delivery), self._timeout)
        except Uncertain as error:
            return self._doubt(delivery, str(error), error.retry_after)
        except TimeoutError:
            return self._doubt(delivery, "no answer in time", None)
        except TryLater as error:
            asked = None if error.retry_after is None else min(error.retry_after, LONGEST_ASKED.total_seconds())
            if asked is not None:
                self._pace.refused(delivery.channel, asked, self._clock.now(), error.scope)
            return self._again(delivery, str(error), doubtful=delivery.doubtful, wait=asked)
        except ChannelGone as error:
            self._tell_of_parking(delivery, str(error))
            return replace(_settled(delivery, self._clock.now()), state="parked", error=str(error))
        except DeliveryError as error:
            return self._refused(delivery, error)
        self._parked.pop(delivery.channel, None)
        if receipt.pause:
            self._pace.shut(delivery.channel, receipt.pause, self._clock.now())
        return replace(_settled(delivery, self._clock.now()), state="sent", receipt=receipt)

    def _refused(self, delivery: Delivery, error: DeliveryError) -> Settlement:
        """A dead letter, except where somebody deleted the very message that was to be edited."""
        ended = replace(_settled(delivery, self._clock.now()), error=str(error))
        if delivery.kind == "edit" and isinstance(error, MessageGone):
            log.info("its message was deleted", channel=str(delivery.channel), delivery=delivery.id)
            return replace(ended, state="gone")
        log.error("dead letter", channel=str(delivery.channel), delivery=delivery.id, reason=str(error))
        return replace(ended, state="dead")

    async def _ask(self, delivery: Delivery) -> Receipt:
        platform = self._platforms.get(delivery.channel.platform)
        if platform is None:
            raise ChannelGone(f"{delivery.channel.platform} is not set up: set its token, then start again")
        if delivery.doubtful:
            found = await platform.find(delivery)
            if found is not None:
                return found
        if delivery.kind == "edit":
            return await platform.edit(delivery)
        if delivery.kind == "reply" and platform.replies:
            return await platform.reply(delivery)
        return await platform.send(delivery)

    def _tell_of_parking(self, delivery: Delivery, why: str) -> None:
        """Once, however often it is tried again, with this message or another."""
        told = why in (delivery.error, self._parked.get(delivery.channel))
        self._parked[delivery.channel] = why
        if told:
            return
        log.warning("parked", channel=str(delivery.channel), reason=why)
        if self._ops is None or self._ops == delivery.channel:
            return
        said = (
            f"Nothing can be posted in {delivery.channel}: {why}. What is owed there waits and will come as one digest."
        )
        back = "It is tried again once a day; at once by a command from there, an invitation, or a new start."
        now, id_ = self._clock.now(), str(uuid.uuid5(uuid.NAMESPACE_OID, f"{delivery.id} {delivery.attempt}"))
        self._news.append(Delivery(id_, self._ops, "notice", TextCard("notice", ((said,), (back,))), (), now, now))

    def _doubt(self, delivery: Delivery, error: str, wait: float | None) -> Settlement:
        """It may have arrived: it is looked for when it must have, which is no failure that makes waits longer."""
        look_up = self._waits.look_up.total_seconds() if wait is None else wait
        return self._again(delivery, error, doubtful=True, wait=look_up)

    def _again(self, delivery: Delivery, error: str, *, doubtful: bool, wait: float | None = None) -> Settlement:
        """Try again when the platform says so; where it does not say, later and later."""
        now, waits = self._clock.now(), self._waits
        share = random.random()  # noqa: S311 - it spreads retries, it keeps no secret
        if wait is not None:
            when = now + timedelta(seconds=max(wait, SOONEST))
        else:
            when = next_attempt(delivery.attempt, now, first=waits.retry, longest=waits.retry_longest, share=share)
        log.warning(
            "will try again", channel=str(delivery.channel), reason=error, at=when.astimezone().strftime("%H:%M:%S")
        )
        return replace(_settled(delivery, now), state="pending", not_before=when, doubtful=doubtful, error=error)


def _settled(delivery: Delivery, now: datetime) -> Settlement:
    return Settlement(delivery.id, delivery.owner, delivery.attempt, "pending", now)


def _count(settlement: Settlement) -> Drained:
    return Drained(
        sent=settlement.state == "sent",
        later=settlement.state == "pending",
        parked=settlement.state == "parked",
        dead=settlement.state == "dead",
    )
