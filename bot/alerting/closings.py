"""Which channels are not to be disturbed now, and which messages wait for that; pure, from what was looked at last."""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.alerting.hearing import paused
from bot.alerting.windows import Wishes, wishes_of
from bot.model.alert import DeliveryKind, Head
from bot.model.channel import Channel
from bot.model.mute import Mute
from bot.model.watchlist import ChannelRule

FOLDED_WITHIN = timedelta(minutes=1)
"""How long after a channel opens what waited there is kept for its one digest; then it comes as it is."""

UNHELD: tuple[DeliveryKind, ...] = ("edit",)
"""Kinds that wait for nothing: an edit disturbs nobody."""

UNHELD_OF_OPS: tuple[DeliveryKind, ...] = ("edit", "notice")
"""The same in the channel of operational news."""

_SOON = timedelta(seconds=30)
"""After each look: a channel that stays open until then is open without another look at the calendar."""

_ALL = datetime.max.replace(tzinfo=UTC)


class Closings:
    """Quiet hours to the moment, pauses as of the last look.

    What was owed before a channel closed waits until it opens; what is owed meanwhile is what somebody there asked for,
    unless it was put off.
    """

    def __init__(self, ops: Channel | None = None) -> None:
        """Before the first look every channel is open. `ops` hears operational news, which waits for nothing."""
        self._ops = ops
        self._rules: Mapping[Channel, tuple[ChannelRule, ...]] = {}
        self._pauses: tuple[Mute, ...] = ()
        self._shut: frozenset[Channel] = frozenset()
        self._looked: datetime | None = None
        self._quiet: dict[Wishes, tuple[datetime, datetime]] = {}
        self._open: frozenset[Channel] = frozenset()
        self._ending: dict[Channel, datetime] = {}

    @property
    def ending(self) -> frozenset[Channel]:
        """The channels that have opened, and have not been told yet what waited for that."""
        return frozenset(self._ending)

    def look(
        self, rules: Mapping[Channel, tuple[ChannelRule, ...]], mutes: Collection[Mute], now: datetime
    ) -> frozenset[Channel]:
        """Take in what is wanted now; the channels that have closed since the last look."""
        self._rules, self._pauses, self._looked = rules, tuple(each for each in mutes if each.scope == "pause"), now
        self._quiet = {wishes: span for wishes, span in self._quiet.items() if span[0] <= now < span[1]}
        before, self._shut = self._shut, frozenset(each for each in rules if self.since(each, now) is not None)
        opened = {**dict.fromkeys(before, now), **self._ending}
        self._ending = {channel: at for channel, at in opened.items() if channel not in self._shut}
        shut_soon = {each for each in rules if self.since(each, now + _SOON) is not None}
        self._open = frozenset(rules) - self._shut - self.ending - shut_soon
        return self._shut - before

    def told(self, channels: Collection[Channel]) -> None:
        """What waited in these channels is owed as it is to come."""
        self._ending = {channel: at for channel, at in self._ending.items() if channel not in channels}

    def since(self, channel: Channel, now: datetime) -> datetime | None:
        """Since when this channel is not to be disturbed; None where it may be."""
        wishes, pause = self._wishes(channel), paused(self._pauses, channel, now)
        begun = [] if pause is None else [pause.since]
        if wishes.is_quiet(now):
            begun.append(self._quiet_since(wishes, now))
        return max(begun, default=None)

    def held(self, channel: Channel, now: datetime) -> Callable[[Head], bool] | None:
        """Which messages for this channel have to wait; None where none has to."""
        ago = None if self._looked is None else now - self._looked
        if ago is not None and channel in self._open and timedelta(0) <= ago < _SOON:
            return None
        since = self.since(channel, now)
        if since is None and self._is_ending(channel, now):
            since = _ALL
        return None if since is None else partial(_waits, since, UNHELD_OF_OPS if channel == self._ops else UNHELD)

    def _is_ending(self, channel: Channel, now: datetime) -> bool:
        """Whether its one digest is still to be owed; also where it has opened since the last look."""
        opened = self._ending.get(channel, self._looked if channel in self._shut else None)
        return opened is not None and timedelta(0) <= now - opened < FOLDED_WITHIN

    def _quiet_since(self, wishes: Wishes, now: datetime) -> datetime:
        """It costs a look at the calendar, and many channels wish the same."""
        since, until = self._quiet.get(wishes, (now, now))
        if not since <= now < until:
            since, until = wishes.quiet_since(now) or now, wishes.opens(now)
            self._quiet[wishes] = since, until
        return since

    def _wishes(self, channel: Channel) -> Wishes:
        return wishes_of(channel, self._rules.get(channel, ()))


def _waits(since: datetime, unheld: Collection[DeliveryKind], head: Head) -> bool:
    """What was owed by then waits."""
    return head.kind not in unheld and (head.put_off or head.created <= since)
