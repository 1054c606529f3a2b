"""What channels have muted, and what they have not been told yet, in memory."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from bot.model.alert import Alert, Delivery
from bot.model.card import AlertCard, TextCard
from bot.model.channel import Channel
from bot.model.ledger import Withheld
from bot.model.mute import Hearing, Mute, Notice, Post, Release, Untold, Waiting
from bot.store.border import clean, scrub
from bot.store.line import FAR, FOLDABLE, FREE, SPOKEN
from bot.store.memory_state import State


class MemoryWaiting:
    """The part of the store that decides when a channel hears."""

    _state: State

    async def hearing(
        self, channels: Collection[Channel], since: datetime, *, told_since: datetime | None = None
    ) -> Hearing:
        """Of these channels alone."""
        if not channels:
            return Hearing()
        posts = [
            Post(each.channel, each.card)
            for each in self._state.deliveries.values()
            if each.channel in channels and each.kind in SPOKEN and each.state != "dead"
            if since <= each.created <= since + FAR
            if isinstance(each.card, AlertCard)
        ]
        waits = (each for each in self._state.withheld.values() if each.channel in channels)
        notices = [
            Notice(each.channel, each.card)
            for each in self._state.deliveries.values()
            if each.channel in channels and each.kind == "notice" and each.state != "dead"
            if told_since is not None and each.created >= told_since and isinstance(each.card, TextCard)
        ]
        return Hearing(await self.mutes(), tuple(posts), _counted(waits), tuple(notices))

    async def waiting(self) -> tuple[Waiting, ...]:
        """All of it."""
        return _counted(self._state.withheld.values())

    async def untold(self, channel: Channel, *, muted: bool) -> tuple[Untold, ...]:
        """With their alerts."""
        alerts = {alert.id: alert for alert in self._state.alerts.values()}
        found = [
            Untold(each.article_id, each.cause, each.subject, each.at, alerts[each.alert_id])
            for each in self._state.withheld.values()
            if each.channel == channel and (each.cause == "mute") == muted
        ]
        return tuple(sorted(found, key=lambda each: (each.at, each.article_id)))

    async def last_digest(self, channel: Channel) -> datetime | None:
        """None before the first."""
        found = (d.created for d in self._state.deliveries.values() if d.channel == channel and d.kind == "digest")
        return max(found, default=None)

    async def overdue(self, before: datetime, channel: Channel | None = None) -> tuple[Delivery, ...]:
        """In the order of the outbox."""
        late = (d for d in self._state.deliveries.values() if d.state in FREE and d.created <= before)
        return tuple(d for d in late if channel in (None, d.channel) and d.kind in FOLDABLE and not d.doubtful)

    async def digest(self, delivery_id: str) -> tuple[Channel, tuple[Alert, ...]] | None:
        """In the order in which it holds them."""
        found = self._state.deliveries.get(clean(delivery_id))
        if found is None or found.kind != "digest":
            return None
        told = {alert.id: alert for alert in self._state.alerts.values()}
        return found.channel, tuple(told[id_] for id_ in found.alert_ids)

    async def release(self, release: Release) -> bool:
        """Applied to a copy, which counts only once all of it went well."""
        release = scrub(release)
        free = [self._state.deliveries.get(id_) for id_ in release.folded]
        if any(each is None or each.state not in FREE or each.doubtful for each in free):
            return False
        draft = self._state.draft()
        for id_ in release.folded:
            del draft.deliveries[id_]
            draft.settled.pop(id_, None)
        for article_id, channel in release.told:
            draft.withheld.pop((article_id, str(channel)), None)
        for routing in release.routings:
            draft.routings[routing.article_id, str(routing.channel)] = routing
        for id_ in release.ended:
            draft.mutes.pop(id_, None)
        draft.owe(release.deliveries)
        draft.bury_orphans(release.at)
        self._state = draft
        return True

    async def mutes(self) -> tuple[Mute, ...]:
        """The oldest first."""
        return tuple(sorted(self._state.mutes.values(), key=lambda each: (each.since, each.id)))

    async def mute(self, mute: Mute) -> None:
        """What it replaces keeps its id."""
        mute = scrub(mute)
        key = (mute.channel, mute.scope, mute.subject)
        old = next((m for m in self._state.mutes.values() if (m.channel, m.scope, m.subject) == key), None)
        kept = replace(old, until=mute.until, actor=mute.actor, label=mute.label) if old else mute
        self._state.mutes[kept.id] = kept


def _counted(found: Iterable[Withheld]) -> tuple[Waiting, ...]:
    times: dict[tuple[str, str, str], list[Withheld]] = {}
    for each in found:
        times.setdefault((str(each.channel), each.cause, each.subject), []).append(each)
    return tuple(
        Waiting(
            same[0].channel,
            same[0].cause,
            subject,
            min(each.at for each in same),
            max(each.at for each in same),
            len(same),
        )
        for (_, _, subject), same in sorted(times.items())
    )
