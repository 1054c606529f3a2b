"""The outbox at work: claim with a lease, send, settle. At least once; what may be a repeat is marked.

No transaction is open while a platform is asked. In one channel deliveries go in their order; a channel in trouble
delays no other.
"""

import asyncio
import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.alerting.backoff import next_attempt
from bot.errors import ChannelGone, DeliveryError, Rejected, TryLater, Uncertain
from bot.model.alert import Delivery, Process, Receipt, Settlement
from bot.protocols import Clock, Platform, Store

log = structlog.get_logger()

CHANNELS = 50
"""Channels that are delivered to at once; a claim holds one delivery of each, so that the order in each is kept."""

LOOK_AGAIN = 1.0
"""Seconds after which it is looked what else is due while slow channels are waited for."""


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


class Outbox:
    """Delivers what the store owes, in the name of one process."""

    def __init__(
        self,
        store: Store,
        platforms: Mapping[str, Platform],
        clock: Clock,
        process: Process,
        *,
        lease: timedelta,
    ) -> None:
        """`platforms` by name; `lease` is how long a claim holds, and half of it bounds one call to a platform."""
        self._store = store
        self._platforms = platforms
        self._clock = clock
        self._process = process
        self._lease = lease
        self._timeout = lease.total_seconds() / 2
        self._one_at_a_time = asyncio.Lock()

    async def beat(self) -> None:
        """Tell the store that this process lives."""
        await self._store.beat(replace(self._process, beat=self._clock.now()))

    async def drain(self) -> Drained:
        """Deliver until nothing is due; StoreUnavailable where the store can't be asked.

        A channel that is slow to answer holds up neither the others nor what becomes due for them meanwhile.
        """
        total, running = Drained(), set[asyncio.Task[Drained]]()
        async with self._one_at_a_time:
            try:
                while True:
                    running |= {asyncio.create_task(self._deliver(delivery)) for delivery in await self._claim(running)}
                    if not running:
                        return total
                    done, running = await asyncio.wait(running, timeout=LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED)
                    for task in done:
                        total += task.result()
            except asyncio.CancelledError:
                # The leases of what is being sent run out, and whoever comes next looks whether it arrived.
                for task in running:
                    task.cancel()
                raise
            finally:
                await asyncio.gather(*running, return_exceptions=True)

    async def _claim(self, running: Collection[object]) -> tuple[Delivery, ...]:
        now, free = self._clock.now(), CHANNELS - len(running)
        return await self._store.claim(self._process.boot_id, now, now + self._lease, free) if free else ()

    async def _deliver(self, delivery: Delivery) -> Drained:
        settlement = await self._attempt(delivery)
        await self._store.settle(settlement)
        return _count(settlement)

    async def _attempt(self, delivery: Delivery) -> Settlement:
        """Ask the platform once, and say how it ended; the only place where a delivery error is judged."""
        try:
            receipt = await asyncio.wait_for(self._ask(delivery), self._timeout)
        except Uncertain as error:
            return self._again(delivery, str(error), doubtful=True, retry_after=error.retry_after)
        except TimeoutError:
            return self._again(delivery, "no answer in time", doubtful=True)
        except TryLater as error:
            return self._again(delivery, str(error), doubtful=delivery.doubtful, retry_after=error.retry_after)
        except ChannelGone as error:
            log.warning("parked", channel=str(delivery.channel), reason=str(error))
            return replace(_settled(delivery, self._clock.now()), state="parked", error=str(error))
        except (Rejected, DeliveryError) as error:
            log.error("dead letter", channel=str(delivery.channel), delivery=delivery.id, reason=str(error))
            return replace(_settled(delivery, self._clock.now()), state="dead", error=str(error))
        return replace(_settled(delivery, self._clock.now()), state="sent", receipt=receipt)

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

    def _again(self, delivery: Delivery, error: str, *, doubtful: bool, retry_after: float | None = None) -> Settlement:
        now = self._clock.now()
        share = random.random()  # noqa: S311 - it spreads retries, it keeps no secret
        when = next_attempt(delivery.attempt, now, retry_after=retry_after, share=share)
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
