"""What is not kept for ever: looked after once an hour, in small transactions, counted and logged."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.model.upkeep import Expiry
from bot.protocols import Clock, Store

log = structlog.get_logger()

EVERY = timedelta(hours=1)
AT_ONCE = 500
"""Rows of a kind that one transaction lets go of."""
ROUNDS = 40
"""Transactions at most each hour: the rest is for the next one."""


@dataclass(frozen=True, slots=True)
class Kept:
    """For how long things are kept; None: for ever."""

    texts: timedelta | None = timedelta(days=90)
    ledger: timedelta | None = None
    sent: timedelta | None = None

    def limits(self, now: datetime) -> Expiry:
        """The moments before which things are not kept any more."""
        before = (None if span is None else now - span for span in (self.texts, self.ledger, self.sent))
        return Expiry(*before)


async def retire(
    store: Store, clock: Clock, kept: Kept, count: Callable[[Mapping[str, int]], None]
) -> Mapping[str, int]:
    """Let go of what is too old; returns how much of what. `count` hears of each batch as it is gone."""
    total: Counter[str] = Counter()
    for _ in range(ROUNDS):
        now = clock.now()
        done = await store.retire(kept.limits(now), now, AT_ONCE)
        count(done)
        total.update(done)
        if not any(gone >= AT_ONCE for gone in done.values()):
            break
    if total:
        await store.give_back()
        log.info("not kept any longer", **total)
    return total
