"""What whoever runs the bot wants to know of its store, and what is not kept for ever."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.model.channel import Channel

CANARY = "canary"
"""The tenant of the bot's own synthetic articles: nobody else's lists, searches and counts see them."""

NOWHERE = Channel("nowhere")
"""Where canaries go that nobody shall see."""


RETIRED = ("texts", "articles", "messages")
"""What is not kept for ever."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """Deliveries by state, without canaries; `dead` without those that were dropped by hand.

    `held` counts articles that wait for a digest. `waits` tells of each channel when the oldest message that waits or
    is being sent there was owed, `last_sent` when the last one arrived.
    """

    pending: int = 0
    sending: int = 0
    parked: int = 0
    dead: int = 0
    held: int = 0
    waits: Mapping[Channel, datetime] = field(default_factory=dict)
    last_sent: datetime | None = None

    def oldest(self, shut: Callable[[Channel], bool] = lambda _: False) -> datetime | None:
        """When the oldest message was owed that waits in a channel that is not `shut`; None where there is none."""
        return min((at for channel, at in self.waits.items() if not shut(channel)), default=None)


@dataclass(frozen=True, slots=True)
class Expiry:
    """Moments before which something is not kept any more; None: it is kept for ever.

    `texts` of articles; `ledger`: articles with their verdicts, routings, stories and alerts; `sent`: messages that
    arrived.
    """

    texts: datetime | None = None
    ledger: datetime | None = None
    sent: datetime | None = None
