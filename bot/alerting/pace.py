"""When a channel may be posted to: what its platform documents, and what it asks for with its answers.

Pure: the time is handed in. Kept in memory: after a restart the first answer tells it again.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from bot.model.channel import Channel
from bot.model.limits import UNLIMITED, Limits, Rate, Scope

ALL_AT_ONCE = 3
"""Channels of a workspace that are asked to wait at one time before it is believed to mean the whole workspace."""

BELIEVED = timedelta(minutes=1)
"""How long at most a whole workspace waits because of that; then one message shows whether it was so."""

_SET_BACK = timedelta(minutes=1)

_Key = tuple[str, ...]


class _Bucket:
    """When the next message may go, by the rate (https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm)."""

    __slots__ = ("_ahead", "_due", "_step", "opens")

    def __init__(self, rate: Rate | None, now: datetime) -> None:
        self._step = timedelta(seconds=1 / rate.a_second) if rate else timedelta(0)
        self._ahead = self._step * (rate.at_once - 1) if rate else timedelta(0)
        self._due = now
        self.opens = now
        """The moment from which a message may go; kept, since it is asked for far more often than it changes."""

    def take(self, now: datetime) -> None:
        """One message goes now, which is not before `opens`."""
        self._due = max(self._due, now) + self._step
        self.opens = self._due - self._ahead

    def shut(self, until: datetime) -> None:
        """No message goes before that."""
        self.opens = max(self.opens, until)


class Pace:
    """Says which channels may be posted to now, and counts what is posted."""

    def __init__(self, limits: Mapping[str, Limits]) -> None:
        """`limits` by name of the platform; one that is not named has none."""
        self._limits = limits
        self._buckets: dict[_Key, _Bucket] = {}
        self._of_channel: dict[Channel, tuple[_Bucket, ...]] = {}
        self._admitted: list[tuple[_Bucket, ...]] = []
        self._waiting: dict[_Key, dict[Channel, datetime]] = {}
        self._last: datetime | None = None
        self._again: datetime | None = None
        self._again_is_known = False
        self.opens: datetime | None = None
        """When the first of the channels that `admits` has refused since `begin` may be posted to."""

    def begin(self, now: datetime) -> None:
        """Forget who was refused. Where the clock was set back, all waits: a moment in the future means nothing now."""
        if self._last is not None and now < self._last - _SET_BACK:
            self._buckets.clear()
            self._of_channel.clear()
            self._waiting.clear()
        self._last, self.opens, self._again_is_known = now, None, False
        self._admitted.clear()

    @property
    def again(self) -> datetime | None:
        """When the first of all that `admits` was asked for since `begin` may be posted to, those admitted included."""
        if not self._again_is_known:  # asked for after each message, and seldom another
            after = [max([bucket.opens for bucket in buckets]) for buckets in self._admitted]
            self._again = min(after if self.opens is None else (*after, self.opens), default=None)
            self._again_is_known = True
        return self._again

    def admits(self, channel: Channel, now: datetime) -> bool:
        """Whether a message may go there now; it counts as gone."""
        buckets = self._of_channel.get(channel)
        if buckets is None:  # a claim asks for every channel that waits
            buckets = tuple(self._bucket(key, rate, now) for key, rate in self._scopes(channel))
            self._of_channel[channel] = buckets
        self._again_is_known = False
        opens = max([bucket.opens for bucket in buckets])
        if opens > now:
            self.opens = opens if self.opens is None else min(self.opens, opens)
            return False
        for bucket in buckets:
            bucket.take(now)
        self._admitted.append(buckets)
        return True

    def shut(self, channel: Channel, seconds: float, now: datetime, scope: Scope = "channel") -> None:
        """The platform wants no message for so long, in this channel or in more."""
        until, self._again_is_known = now + timedelta(seconds=seconds), False
        for (key, rate), name in zip(self._scopes(channel), ("channel", "tenant", "platform"), strict=True):
            if name == scope:
                self._bucket(key, rate, now).shut(until)

    def refused(self, channel: Channel, seconds: float, now: datetime, scope: Scope = "channel") -> None:
        """The platform took no message. It may mean the whole workspace, and not say so: many channels at once show it.

        https://docs.slack.dev/apis/web-api/rate-limits/ has a limit a channel and one a workspace, and one answer.
        """
        self.shut(channel, seconds, now, scope)
        if scope != "channel" or not channel.tenant:
            return
        tenant = (channel.platform, channel.tenant)
        told = {**self._waiting.get(tenant, {}), channel: now + timedelta(seconds=seconds)}
        self._waiting[tenant] = still = {each: until for each, until in told.items() if until > now}
        if len(still) >= ALL_AT_ONCE:
            until = min(*still.values(), now + BELIEVED)
            self.shut(channel, (until - now).total_seconds(), now, "tenant")

    def _scopes(self, channel: Channel) -> Iterator[tuple[_Key, Rate | None]]:
        limits = self._limits.get(channel.platform, UNLIMITED)
        yield (channel.platform, channel.tenant, channel.address), limits.channel
        yield (channel.platform, channel.tenant), limits.tenant
        yield (channel.platform,), limits.platform

    def _bucket(self, key: _Key, rate: Rate | None, now: datetime) -> _Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(rate, now)
        return bucket
