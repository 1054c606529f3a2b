"""The in-memory twin: the same promises as the SQL store, held by the same tests, gone with the process."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import datetime

from bot.extraction.identity import earlier_title_keys
from bot.model.alert import Alert, Delivery, PollOutcome, Process, Recall, Seen
from bot.model.article import Article, Identity, Known
from bot.model.channel import Channel
from bot.model.ledger import Routing, Verdict
from bot.model.source import SourceState
from bot.model.story import StorySnapshot
from bot.model.watchlist import Base, Revision
from bot.store import rows
from bot.store.border import clean, in_utc, scrub
from bot.store.memory_ledger import MemoryLedger
from bot.store.memory_outbox import MemoryOutbox
from bot.store.memory_state import State
from bot.store.memory_upkeep import MemoryUpkeep
from bot.store.memory_votes import MemoryVotes
from bot.store.memory_waiting import MemoryWaiting


class MemoryStore(MemoryOutbox, MemoryWaiting, MemoryLedger, MemoryVotes, MemoryUpkeep):
    """A store for tests and for passes that keep nothing."""

    def __init__(self) -> None:
        """Empty."""
        self._state = State()
        self._turn = asyncio.Lock()

    async def close(self) -> None:
        """Nothing to let go of."""

    def deciding(self) -> AbstractAsyncContextManager[None]:
        """A lock in the process: nobody else can see this store."""
        return self._hold()

    @asynccontextmanager
    async def _hold(self) -> AsyncIterator[None]:
        async with self._turn:
            yield

    async def source_states(
        self, keys: Collection[str] | None = None, *, after: datetime | None = None
    ) -> Mapping[str, SourceState]:
        """By key."""
        wanted = self._state.sources.keys() if keys is None else set(map(clean, keys))
        found = {key: state for key, state in self._state.sources.items() if key in wanted}
        if after is None:
            return found
        return {key: state for key, state in found.items() if state.last_success and state.last_success > after}

    async def source_state(self, key: str) -> SourceState:
        """Empty for a source never polled."""
        return self._state.sources.get(clean(key), SourceState(key))

    async def recall(self, asking: Mapping[str, Sequence[Identity]]) -> Recall:
        """Nothing can change in between."""
        known = {source: await self.known(source, some) for source, some in asking.items()}
        return Recall({key: await self.source_state(key) for key in asking}, known, self._state.story_revision)

    async def note_polls(self, states: Sequence[SourceState], notices: Sequence[Delivery] = ()) -> None:
        """The last one of a source stays."""
        with self._all_or_nothing() as draft:
            draft.sources.update((state.key, state) for state in map(scrub, states))
            draft.owe(scrub(tuple(notices)))

    async def known(self, source: str, identities: Sequence[Identity]) -> Mapping[str, Known]:
        """In the order of identity."""
        own = clean(source)
        by_id, by_url, by_title = self._marks(own)
        found: dict[str, Known] = {}
        for raw in identities:
            sought = scrub(raw)
            at_url = by_url.get(sought.canonical_url)
            if at_url and not rows.is_same(own, sought, at_url.source, at_url.title_key):
                at_url = None
            mark = by_id.get(sought.entry_id) or at_url or by_title.get(sought.title_key)
            if mark:
                found[raw.entry_id] = self._known(mark, own)
        return found

    async def known_by_title(self, source: str, identities: Sequence[Identity], days: int) -> Mapping[str, Known]:
        """Of several days the newest one."""
        own = clean(source)
        *_, by_title = self._marks(own)
        found: dict[str, Known] = {}
        for each in identities:
            keys = earlier_title_keys(clean(each.title_key), days)
            mark = next((by_title[key] for key in keys if key in by_title), None)
            if mark:
                found[each.entry_id] = self._known(mark, own)
        return found

    async def articles_of(self, article_ids: Collection[str]) -> tuple[Article, ...]:
        """Ordered by first sight."""
        found = [self._state.articles[id_] for id_ in set(article_ids) & self._state.articles.keys()]
        return tuple(sorted(found, key=lambda article: (article.first_seen, article.id)))

    def _known(self, mark: Seen, source: str) -> Known:
        article = self._state.articles.get(mark.article_id)
        retired = bool(mark.article_id) and article is None
        return Known(mark.article_id, mark.digest, article.revision if article else 1, mark.source == source, retired)

    def _marks(self, source: str) -> tuple[dict[str, Seen], dict[str, Seen], dict[str, Seen]]:
        """What was seen by id (of this source), URL and title (of this source); of several the best."""
        ranked = sorted(
            self._state.seen.values(),
            key=lambda mark: rows.rank_seen(source, mark.source, mark.article_id, mark.at, mark.entry_id),
            reverse=True,
        )
        own = [mark for mark in ranked if mark.source == source]
        by_url = {mark.canonical_url: mark for mark in ranked if mark.canonical_url}
        by_title = {mark.title_key: mark for mark in own if mark.title_key}
        return {mark.entry_id: mark for mark in own}, by_url, by_title

    async def verdicts_of(self, article_ids: Collection[str]) -> tuple[Verdict, ...]:
        """Ordered by article, edition, list and company."""
        found = [verdict for verdict in self._state.verdicts.values() if verdict.article_id in set(article_ids)]
        return tuple(sorted(found, key=rows.verdict_order))

    async def routings_of(self, article_ids: Collection[str]) -> tuple[Routing, ...]:
        """Ordered by article and channel."""
        found = [routing for routing in self._state.routings.values() if routing.article_id in set(article_ids)]
        return tuple(sorted(found, key=lambda routing: (routing.article_id, str(routing.channel))))

    async def alerts_of(self, story_ids: Collection[str]) -> tuple[Alert, ...]:
        """Ordered by time."""
        known = [alert for alert in self._state.alerts.values() if alert.story_id in set(story_ids)]
        found = [self._state.as_told(alert) for alert in known]
        return tuple(sorted(found, key=lambda alert: (alert.at, alert.id)))

    async def recent_stories(self, since: datetime) -> StorySnapshot:
        """Oldest member first."""
        members = self._state.members.values()
        recent = {member.story_id for member in members if member.at >= since}
        found = [member for member in members if member.story_id in recent]
        found.sort(key=lambda member: (member.at, member.article_id, member.story_id))
        return StorySnapshot(self._state.story_revision, tuple(found))

    async def story_revision(self) -> int:
        """0 before the first story."""
        return self._state.story_revision

    async def commit(self, *outcomes: PollOutcome) -> int:
        """Applied to a copy, which counts only once all of it went well."""
        with self._all_or_nothing() as draft:
            before = draft.story_revision
            for outcome in map(scrub, outcomes):
                draft.apply(outcome)
            draft.story_revision = min(draft.story_revision, before + 1)
        return self._state.story_revision

    async def beat(self, process: Process) -> None:
        """One row a boot."""
        started = self._state.processes.get(process.boot_id, process).started
        self._state.processes[process.boot_id] = replace(scrub(process), started=in_utc(started))

    async def record_revision(self, revisions: Sequence[Revision], notices: Sequence[Delivery] = ()) -> None:
        """In this order."""
        with self._all_or_nothing() as draft:
            draft.add_revisions(map(scrub, revisions))
            draft.owe(scrub(tuple(notices)))

    async def revisions(self, watchlist: str, *, pending_only: bool = False) -> tuple[Revision, ...]:
        """In the order they were recorded."""
        found = self._state.revisions.values()
        return tuple(r for r in found if watchlist in ("", r.change.watchlist) and (r.pending or not pending_only))

    async def settle_revisions(self, ids: Collection[str]) -> None:
        """Unknown ids are passed over."""
        for id_ in set(ids) & self._state.revisions.keys():
            self._state.revisions[id_] = replace(self._state.revisions[id_], pending=False)

    async def channels(self) -> Mapping[str, Channel]:
        """By the channel as written."""
        return dict(self._state.channels)

    async def save_channels(self, found: Mapping[str, Channel], at: datetime) -> None:  # noqa: ARG002
        """One row a channel as written."""
        kept = {clean(written): replace(channel, name=clean(channel.name)) for written, channel in found.items()}
        self._state.channels.update(kept)

    async def bases(self) -> Mapping[str, Base]:
        """By list key."""
        return dict(self._state.bases)

    async def save_base(self, base: Base) -> None:
        """One row a list."""
        self._state.bases[clean(base.watchlist)] = scrub(base)

    @contextmanager
    def _all_or_nothing(self) -> Iterator[State]:
        draft = self._state.draft()
        yield draft
        self._state = draft
