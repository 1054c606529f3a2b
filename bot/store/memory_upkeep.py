"""What the store in memory says of itself and lets go of."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from bot.model.alert import Alert, Delivery, Process
from bot.model.channel import Channel
from bot.model.upkeep import CANARY, Backlog, Expiry
from bot.store.border import clean, scrub
from bot.store.line import DROPPED, FOLLOWERS
from bot.store.memory_state import State
from bot.store.upkeep import LONG_GONE


class MemoryUpkeep:
    """The part of the store that operations speak to."""

    _state: State

    async def backlog(self) -> Backlog:
        """By looking at all of them."""
        state = self._state
        mine = [each for each in state.deliveries.values() if not self._is_canary(each)]
        owed = [each for each in mine if _is_owed(each)]
        counts = {name: sum(d.state == name for d in owed) for name in ("pending", "sending", "parked", "dead")}
        waits: dict[Channel, datetime] = {}
        for each in owed:
            if each.state in ("pending", "sending"):
                waits[each.channel] = min(each.created, waits.get(each.channel, each.created))
        sent = [each for each in mine if each.state == "sent" and each.kind not in ("edit", "notice")]
        return Backlog(
            **counts,
            held=len(state.withheld),
            waits=waits,
            last_sent=state.settled.get(sent[-1].id) if sent else None,
        )

    async def processes(self) -> tuple[Process, ...]:
        """The newest first."""
        return tuple(sorted(self._state.processes.values(), key=lambda each: each.started, reverse=True))

    async def leave(self, boot_id: str) -> None:
        """Its row."""
        self._state.processes.pop(clean(boot_id), None)

    async def marks(self) -> Mapping[str, datetime]:
        """By name."""
        return dict(self._state.marks)

    async def mark(self, name: str, at: datetime | None) -> None:
        """One a name."""
        self._state.marks.pop(clean(name), None)
        if at is not None:
            self._state.marks[clean(name)] = scrub(at)

    async def is_first(self, what: str, at: datetime, since: datetime) -> bool:
        """One moment for each."""
        before = self._state.firsts.get(clean(what))
        if before is not None and before >= since:
            return False
        self._state.firsts[clean(what)] = scrub(at)
        return True

    async def forget_source(self, source: str, before: datetime) -> int:
        """All at once."""
        key = clean(source)
        ids = {each.id for each in self._state.articles.values() if each.source == key and each.first_seen < before}
        self._drop_articles(ids)
        self._state.seen = {at: mark for at, mark in self._state.seen.items() if mark.source != key}
        self._state.sources.pop(key, None)
        return len(ids)

    async def retire(self, limits: Expiry, now: datetime, most: int = 500) -> Mapping[str, int]:
        """The oldest first."""
        done: dict[str, int] = {}
        if limits.texts is not None:
            done["texts"] = self._empty_texts(limits.texts, most)
        if limits.ledger is not None:
            done["articles"] = self._retire_ledger(limits.ledger, most)
        if limits.sent is not None:
            done["messages"] = self._retire_sent(limits.sent, most)
        processes = self._state.processes
        self._state.processes = {id_: each for id_, each in processes.items() if each.beat >= now - LONG_GONE}
        return {name: count for name, count in done.items() if count}

    async def give_back(self) -> None:
        """There is nothing to give back."""

    async def size(self) -> int:
        """It has no file."""
        return 0

    def _is_canary(self, delivery: Delivery) -> bool:
        told = [each.story_id for each in self._state.alerts.values() if each.id in delivery.alert_ids]
        return any(self._state.stories[id_].tenant == CANARY for id_ in told)

    def _empty_texts(self, before: datetime, most: int) -> int:
        old = [each for each in self._state.articles.values() if each.first_seen < before and each.text][:most]
        self._state.articles.update((each.id, replace(each, text="")) for each in old)
        return len(old)

    def _retire_ledger(self, before: datetime, most: int) -> int:
        state = self._state
        owed = {id_ for each in state.deliveries.values() if _is_owed(each) for id_ in each.alert_ids}
        kept = {each.story_id for each in state.alerts.values() if each.id in owed}
        waits = {each.article_id for each in state.withheld.values()}
        waits |= {each.article_id for each in state.members.values() if each.story_id in kept}
        waits |= {each.article_id for each in state.verdicts.values() if each.at >= before}
        old = [e for e in state.articles.values() if e.first_seen < before and e.id not in waits]
        ids = {each.id for each in sorted(old, key=lambda each: each.first_seen)[:most]}
        self._drop_articles(ids)
        return len(ids)

    def _retire_sent(self, before: datetime, most: int) -> int:
        state = self._state
        grows = {each.story_id for each in state.members.values() if each.at >= before}
        kept = {each.id for each in state.alerts.values() if each.story_id in grows}
        kept |= {
            id_
            for each in state.deliveries.values()
            if _is_owed(each) and each.kind in FOLLOWERS
            for id_ in each.alert_ids
        }
        old = [
            each
            for each in state.deliveries.values()
            if not _is_owed(each) and state.settled[each.id] < before and not kept & set(each.alert_ids)
        ]
        old.sort(key=lambda each: each.kind not in FOLLOWERS)
        for each in old[:most]:
            del state.deliveries[each.id], state.settled[each.id]
        return min(len(old), most)

    def _drop_articles(self, ids: Collection[str]) -> None:
        state = self._state
        joined = {each.story_id for each in state.members.values() if each.article_id in ids}
        state.withheld = {at: each for at, each in state.withheld.items() if each.article_id not in ids}
        state.routings = {at: each for at, each in state.routings.items() if each.article_id not in ids}
        state.verdicts = {at: each for at, each in state.verdicts.items() if each.article_id not in ids}
        state.members = {at: each for at, each in state.members.items() if each.article_id not in ids}
        gone = joined - {each.story_id for each in state.members.values()}
        self._drop_alerts([each for each in state.alerts.values() if each.story_id in gone])
        state.stories = {id_: each for id_, each in state.stories.items() if id_ not in gone}
        state.articles = {id_: each for id_, each in state.articles.items() if id_ not in ids}

    def _drop_alerts(self, alerts: Collection[Alert]) -> None:
        state, gone = self._state, {each.id for each in alerts}
        for each in list(state.deliveries.values()):
            left = tuple(id_ for id_ in each.alert_ids if id_ not in gone)
            if each.alert_ids and not left:
                del state.deliveries[each.id]
                state.settled.pop(each.id, None)
            elif left != each.alert_ids:
                state.deliveries[each.id] = replace(each, alert_ids=left)
        state.alerts = {at: each for at, each in state.alerts.items() if each.id not in gone}


def _is_owed(delivery: Delivery) -> bool:
    return delivery.state not in ("sent", "gone") and not (delivery.state == "dead" and delivery.error == DROPPED)
