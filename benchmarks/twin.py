"""A chat platform without sockets, under a clock moved by hand: takes what its limits allow, and answers 429."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.errors import TryLater
from bot.model.alert import Delivery, Receipt
from bot.model.channel import Channel
from bot.model.checkup import Checkup
from bot.model.limits import Limits, Scope
from bot.protocols import Dispatch, Joined, Suggest, no_suggestions, no_welcome

START = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


class HandClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        """At the same moment each time."""
        self._now = START

    def now(self) -> datetime:
        """The moment that it shows."""
        return self._now

    def move_to(self, moment: datetime) -> None:
        """Show this moment from now on."""
        self._now = moment


@dataclass(frozen=True, slots=True)
class Window:
    """At most so many messages in so many seconds, counted from the first one of each window."""

    messages: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Rules:
    """What a platform allows; `tells`: an accepted message comes with how long the full channel must be left alone."""

    channel: Window | None
    tenant: Window | None
    platform: Window | None
    tells: bool = False

    def shortest(self, by_channel: Mapping[Channel, int]) -> float:
        """The seconds that so many messages by channel take at least."""
        tenants: Counter[str] = Counter()
        for channel, count in by_channel.items():
            tenants[channel.tenant] += count
        loads = [(self.channel, max(by_channel.values())), (self.tenant, max(tenants.values()))]
        loads.append((self.platform, sum(by_channel.values())))
        return max((_seconds(window, load) for window, load in loads if window), default=0.0)


def _seconds(window: Window, load: int) -> float:
    """The last message goes at the beginning of its window."""
    return (load - 1) // window.messages * window.seconds


class _Count:
    """The window that is open now."""

    __slots__ = ("ends", "left", "rule")

    def __init__(self, rule: Window) -> None:
        self.rule, self.left, self.ends = rule, 0, START

    def look(self, now: datetime) -> float:
        """How many seconds to wait; 0 when a message may come."""
        if now >= self.ends:
            self.left, self.ends = self.rule.messages, now + timedelta(seconds=self.rule.seconds)
        return 0.0 if self.left else (self.ends - now).total_seconds()


class Twin:
    """Implements Platform. `taken` counts messages by delivery, `refusals` the answers 429."""

    edits = True
    replies = True

    def __init__(self, name: str, rules: Rules, limits: Limits, clock: HandClock) -> None:
        """`limits` are what the bot believes; `rules` what is so."""
        self.name = name
        self.limits = limits
        self.taken: Counter[str] = Counter()
        self.refusals = 0
        self.last = START
        self._rules = rules
        self._clock = clock
        self._counts: dict[tuple[str, ...], _Count] = {}

    async def start(
        self, dispatch: Dispatch, *, joined: Joined = no_welcome, suggest: Suggest = no_suggestions
    ) -> None:
        """Nobody speaks here."""

    async def stop(self) -> None:
        """Nothing to stop."""

    @property
    def listens(self) -> bool:
        """Always."""
        return True

    async def send(self, delivery: Delivery) -> Receipt:
        """Take it, or answer 429 with the scope that is full."""
        now, channel = self._clock.now(), delivery.channel
        scopes: tuple[tuple[Scope, Window | None, tuple[str, ...]], ...] = (
            ("platform", self._rules.platform, ()),
            ("tenant", self._rules.tenant, (channel.tenant,)),
            ("channel", self._rules.channel, (channel.tenant, channel.address)),
        )
        counts = []
        for scope, rule, key in scopes:
            if rule is None:
                continue
            count = self._counts.setdefault(key, _Count(rule))
            if wait := count.look(now):
                self.refusals += 1
                # Slack says neither which of its limits it was, nor fractions of a second.
                told, wait = (scope, wait) if self._rules.tells else ("channel", float(int(wait) + (wait % 1 > 0)))
                raise TryLater("asks to wait", retry_after=wait, scope=told)
            counts.append(count)
        for count in counts:
            count.left -= 1
        self.taken[delivery.id] += 1
        self.last = now
        full = self._rules.tells and self._rules.channel is not None and not counts[-1].left
        return Receipt(f"m-{delivery.id}", pause=(counts[-1].ends - now).total_seconds() if full else 0.0)

    async def edit(self, delivery: Delivery) -> Receipt:
        """As a message."""
        return await self.send(delivery)

    async def reply(self, delivery: Delivery) -> Receipt:
        """As a message."""
        return await self.send(delivery)

    async def find(self, delivery: Delivery) -> Receipt | None:
        """Whether it was taken."""
        return Receipt(f"m-{delivery.id}") if delivery.id in self.taken else None

    async def resolve(self, channel: Channel) -> Channel | None:
        """Every channel is as it is written."""
        return channel

    async def check(self, channel: Channel) -> str:
        """Nothing is wrong."""
        del channel
        return ""

    async def check_threads(self, channel: Channel) -> str:
        """It knows no threads."""
        del channel
        return ""

    async def homes(self) -> tuple[str, ...]:
        """Nowhere."""
        return ()

    async def examine(self) -> tuple[Checkup, ...]:
        """Nothing to examine."""
        return ()
