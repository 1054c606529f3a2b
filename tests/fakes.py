"""Hand-written stand-ins for what the rooms are handed: a clock that is told the time, ids that count."""

import uuid
from datetime import UTC, datetime, timedelta

from bot.model.alert import Delivery, Receipt
from bot.model.channel import Channel
from bot.model.checkup import Checkup
from bot.model.limits import UNLIMITED, Limits
from bot.protocols import Dispatch, Joined, Suggest, no_suggestions, no_welcome

START = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


class ManualClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, **delta: float) -> datetime:
        self._now += timedelta(**delta)
        return self._now


class CountingIds:
    """Ids of the real shape that count up, so that tests can tell them apart and sort them."""

    def __init__(self, start: int = 0) -> None:
        self._count = start

    def new(self) -> str:
        self._count += 1
        return str(uuid.UUID(int=(7 << 76) | (2 << 62) | self._count))


class ScriptedPlatform:
    """A chat that does as it is told: each call raises the next error of the script, or accepts when it has ended."""

    def __init__(
        self,
        *script: Exception | None,
        edits: bool = True,
        replies: bool = True,
        name: str = "console",
        limits: Limits = UNLIMITED,
    ) -> None:
        self.name = name
        self.limits = limits
        self.edits = edits
        self.replies = replies
        self.script = list(script)
        self.calls: list[tuple[str, Delivery]] = []
        self.taken: list[tuple[str, Delivery]] = []
        self.arrived: dict[str, Receipt] = {}
        self.known: dict[Channel, Channel] = {}

    async def start(
        self, dispatch: Dispatch, *, joined: Joined = no_welcome, suggest: Suggest = no_suggestions
    ) -> None:
        del dispatch, joined, suggest

    async def stop(self) -> None:
        pass

    @property
    def listens(self) -> bool:
        return True

    async def send(self, delivery: Delivery) -> Receipt:
        return self._call("send", delivery)

    async def edit(self, delivery: Delivery) -> Receipt:
        return self._call("edit", delivery)

    async def reply(self, delivery: Delivery) -> Receipt:
        return self._call("reply", delivery)

    async def find(self, delivery: Delivery) -> Receipt | None:
        return self.arrived.get(delivery.id)

    async def resolve(self, channel: Channel) -> Channel | None:
        return self.known.get(channel)

    async def check(self, channel: Channel) -> str:
        del channel
        return ""

    async def check_threads(self, channel: Channel) -> str:
        del channel
        return ""

    async def homes(self) -> tuple[str, ...]:
        return ()

    async def examine(self) -> tuple[Checkup, ...]:
        return ()

    def _call(self, verb: str, delivery: Delivery) -> Receipt:
        self.calls.append((verb, delivery))
        error = self.script.pop(0) if self.script else None
        if error is not None:
            raise error
        self.taken.append((verb, delivery))
        return Receipt(f"message-{delivery.id}")
