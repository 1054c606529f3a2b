"""What waits for its time: digests when windows open, mutes that end, messages that have waited too long."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.alerting.closings import Closings
from bot.alerting.digest import Around
from bot.alerting.hearing import due, is_shut
from bot.alerting.route import hearers, rules_of, takes
from bot.alerting.windows import Wishes, wishes_of
from bot.decide import held_among
from bot.decide.release import digest_of, end_of, folded, left_behind
from bot.extraction.domain import site_of
from bot.model.alert import Head, head_of
from bot.model.channel import Channel
from bot.model.mute import Mute, Waiting
from bot.model.source import Source, SourceState
from bot.model.watchlist import ChannelRule, Watchlist
from bot.polling import condition
from bot.polling.anew import nothing_held
from bot.polling.health import OUTAGE
from bot.protocols import Clock, Ids, Store

log = structlog.get_logger()

Rules = Mapping[Channel, tuple[ChannelRule, ...]]
"""Of every channel that hears, the rules that lists have for it."""


class Digests:
    """Owes channels what their windows, pauses and budgets have held, and what mutes have to report."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        *,
        lists: Callable[[], Sequence[Watchlist]],
        live: frozenset[str],
        sources: Callable[[], Sequence[Source]] = tuple,
        ops: Channel | None = None,
    ) -> None:
        """`lists` tells the lists in force now, `sources` what they name; `live` the chat platforms that are set up.

        `ops` is the channel of operational news.
        """
        self._store = store
        self._clock = clock
        self._ids = ids
        self._lists = lists
        self._live = live
        self._sources = sources
        self._closings = Closings(ops)

    def held(self, channel: Channel) -> Callable[[Head], bool] | None:
        """Which messages wait until the quiet hours or the pause of this channel are over; None where none does."""
        return self._closings.held(channel, self._clock.now())

    async def held_back(self) -> int:
        """How many messages wait for the end of quiet hours or a pause."""
        waiting = [each for each in await self._store.undelivered() if each.state == "pending"]
        return sum((holds := self.held(each.channel)) is not None and holds(head_of(each)) for each in waiting)

    def is_shut(self, channel: Channel) -> bool:
        """Whether this channel is not to be disturbed now."""
        return self._closings.since(channel, self._clock.now()) is not None

    async def look(self) -> None:
        """See which channels are not to be disturbed; what waits in one that has just closed is said in the log."""
        closed = self._closings.look(self._rules(), await self._store.mutes(), self._clock.now())
        late = await self._store.overdue(self._clock.now()) if closed else ()
        holding = {each.channel: self.held(each.channel) for each in late}
        waits = [each.channel for each in late if (holds := holding[each.channel]) and holds(head_of(each))]
        for channel, number in Counter(waits).items():
            log.info("late messages wait until the channel may be disturbed", channel=str(channel), messages=number)

    async def release(self, *, caught_up: bool = True) -> int:
        """Owe every digest and report whose time has come; returns how many messages that makes.

        Nothing is lost by a failure in between: each is one transaction, and what was not told waits on. Until sources
        are `caught_up` after an outage no digest is complete, so none is owed.
        """
        await self.look()
        waiting, mutes = await self._store.waiting(), await self._store.mutes()
        rules = self._rules()
        owed = sum([await self._end(mute) for mute in mutes if self._is_over(mute, rules, mutes)])
        told = {each.channel for each in waiting}
        for channel in (each for each in rules if each in told):
            mine = [each for each in waiting if each.channel == channel]
            if await self._is_due(mine, self._wishes(channel, rules), mutes, caught_up=caught_up):
                owed += await self._tell(channel, self._wishes(channel, rules))
        return owed + await self._let_go(rules)

    async def _let_go(self, rules: Rules) -> int:
        """Where quiet hours or a pause have ended, all that waits for that is one digest, with the one just owed."""
        opened = self._closings.ending
        if not opened:
            return 0
        parked, late = await self._store.parked(), await self._store.overdue(self._clock.now())
        channels = dict.fromkeys(each.channel for each in late if each.channel in opened and each.channel not in parked)
        owed = sum([await self._fold(channel, rules) for channel in channels])
        self._closings.told(opened)
        return owed

    async def release_left(self, sources: Collection[Source]) -> int:
        """Owe what sources held for a digest of theirs when they were taken off the lists; returns how many messages.

        Nobody polls them any more, so that digest would never come. `sources` are those of the lists in force.
        """
        polled = {source.key for source in sources}
        states = await self._store.source_states()
        left = [state for key, state in states.items() if state.learnt.held and key not in polled]
        return sum([await self._part(state) for state in left])

    async def _part(self, state: SourceState) -> int:
        """In two transactions: after the first no article of it is held any more, so that nothing is told twice."""
        now, rules, learnt = self._clock.now(), self._rules(), state.learnt
        async with self._store.deciding():
            ids, mutes = learnt.held, await self._store.mutes()
            verdicts, routings = await self._store.verdicts_of(ids), await self._store.routings_of(ids)
            waiting = [each for each in routings if not each.alert_id]
            held = held_among(await self._store.articles_of(ids), verdicts, waiting)
            channels = {channel for each in held for channel in each.channels}
            shut = {channel for channel in channels if self._is_shut(channel, rules, mutes)}
            release = left_behind(
                _site(state.key), held, learnt.more_held, now, self._ids, heard=rules.keys(), closed=shut
            )
            await self._store.release(release)
            if not shut:
                await self._store.note_polls([replace(state, learnt=nothing_held(learnt))])
        if release.routings or not shut:
            told, closed = (sum(each.state == kind for each in release.routings) for kind in ("alerted", "old"))
            log.info("a source that is polled no more held articles", site=_site(state.key), told=told, closed=closed)
        return len(release.deliveries)

    def _is_shut(self, channel: Channel, rules: Rules, mutes: Sequence[Mute]) -> bool:
        return is_shut(self._wishes(channel, rules), mutes, channel, self._clock.now())

    async def fold(self) -> int:
        """Owe one digest to each channel where a message has waited for over an hour, in the place of all that wait.

        Not to one that can't be posted to: it gets all of it when it comes back. Nor in quiet hours and pauses: their
        end makes it one digest.
        """
        parked, late = await self._store.parked(), await self._store.overdue(self._clock.now() - OUTAGE)
        channels = dict.fromkeys(each.channel for each in late if each.kind != "edit")
        rules = self._rules() if channels else {}
        mutes = await self._store.mutes() if channels else ()
        free = [each for each in channels if each not in parked and not self._is_shut(each, rules, mutes)]
        return sum([await self._fold(channel, rules) for channel in free])

    async def let_out(self, channel: Channel | None = None, *, parked_for: timedelta | None = None) -> int:
        """Deliver what could not be posted in this channel (None: in all), as one digest each; how many channels.

        A channel without an address stands for all of its workspace or server. `parked_for`: only where the last try
        was so long ago, and not in quiet hours or pauses. Otherwise what is let out there waits until they end.
        """
        before = self._clock.now() - parked_for if parked_for is not None else None
        found = [
            each for each in await self._store.parked(before) if channel in (None, each, replace(each, address=""))
        ]
        rules = self._rules() if found else {}
        mutes = await self._store.mutes() if found else ()
        shut = {each for each in found if self._is_shut(each, rules, mutes)}
        if parked_for is not None:  # nobody acts, so nobody is to be disturbed
            found = [each for each in found if each not in shut]
        for each in found:
            if each not in shut:
                await self._fold(each, rules)
            await self._store.unpark(each, self._clock.now())  # what no digest can hold, such as a notice
        return len(found)

    async def _fold(self, channel: Channel, rules: Rules) -> int:
        """One digest of all that waits there. Nobody decides meanwhile: a reply could join a post that is to go."""
        async with self._store.deciding():
            overdue = await self._store.overdue(self._clock.now(), channel)
            told = {each.id: await self._store.digest(each.id) for each in overdue if each.kind == "digest"}
            digests = {id_: found[1] for id_, found in told.items() if found is not None}
            named = next((each for each in rules if each == channel), channel)
            release = folded(named, overdue, digests, self._wishes(channel, rules), self._clock.now(), self._ids)
            if release is None or not await self._store.release(release):
                return 0
        log.info("late messages become one digest", channel=str(channel), messages=len(release.folded))
        return 1

    def _is_over(self, mute: Mute, rules: Rules, mutes: Sequence[Mute]) -> bool:
        """Whether its end may be told: what it held back is reported neither in quiet hours nor in a pause."""
        if mute.lasts(self._clock.now()):
            return False
        told = mute.channel if mute.scope != "pause" else None
        return told is None or not self._is_shut(told, rules, mutes)

    async def _is_due(self, mine: Sequence[Waiting], wishes: Wishes, mutes: Sequence[Mute], *, caught_up: bool) -> bool:
        held = [each for each in mine if each.cause != "mute"]
        if not held:
            return False
        last, now = await self._store.last_digest(held[0].channel), self._clock.now()
        return any(due(each, wishes, mutes, now, last_digest=last, caught_up=caught_up) for each in held)

    async def _tell(self, channel: Channel, wishes: Wishes) -> int:
        async with self._store.deciding():
            untold = await self._store.untold(channel, muted=False)
            if not untold:
                return 0
            since = min(each.at for each in untold)
            muted = sum(each.at >= since for each in await self._store.untold(channel, muted=True))
            around = replace(await self._around(channel, since), muted=muted)
            release = digest_of(channel, untold, wishes, self._clock.now(), self._ids, around)
            return int(await self._store.release(release))

    async def _around(self, channel: Channel, since: datetime) -> Around:
        """What has failed for this channel: messages since then, and sources of its lists now."""
        heard = [each for each in self._lists() if any(rule.channel == channel for rule in hearers(each, self._live))]
        read = {source.key for source in self._sources() if any(takes(each, source) for each in heard)}
        states, now = await self._store.source_states(read), self._clock.now()
        failing = sum(condition(state, now) in ("gone", "failing") for state in states.values())
        failed = await self._store.dead_letters(channel, since)
        return Around(failed=failed, sources=len(read), failing=failing)

    async def _end(self, mute: Mute) -> int:
        async with self._store.deciding():
            if mute not in await self._store.mutes():
                return 0
            muted = await self._store.untold(mute.channel, muted=True) if mute.channel else ()
            mine = [each for each in muted if each.subject == mute.id]
            release = end_of(mute, mine, self._clock.now(), self._ids)
            return len(release.deliveries) * await self._store.release(release)

    def _rules(self) -> Rules:
        return rules_of(self._lists(), self._live)

    def _wishes(self, channel: Channel, rules: Rules) -> Wishes:
        return wishes_of(channel, rules.get(channel, ()))


def _site(source_key: str) -> str:
    """What may be shown of a source that has no name any more: its address may hold a key."""
    return site_of(source_key.partition(":")[2]) or "A source"
