"""How the sources fare: in memory, and written in batches where a poll brought nothing to decide."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from bot.model.alert import Delivery
from bot.model.card import TextCard
from bot.model.channel import Channel
from bot.model.source import Source, SourceState
from bot.polling import News, news_of
from bot.protocols import Clock, Ids, Store


class Health:
    """The health of all sources as this process knows it, with what it has not written yet."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, ops: Channel | None) -> None:
        """`ops` is the channel that hears operational news."""
        self._store = store
        self._clock = clock
        self._ids = ids
        self._ops = ops
        self._states: dict[str, SourceState] = {}
        self._unwritten: dict[str, SourceState] = {}
        self._unsaid: dict[str, tuple[News, ...]] = {}

    async def open(self) -> None:
        """As the store has it."""
        states = await self._store.source_states()
        self._states = {key: _asked_again(state) for key, state in states.items()}

    def of(self, source: Source) -> SourceState:
        """The health of a source, also of one never polled."""
        return self._states.get(source.key) or SourceState(source.key)

    def remember(self, state: SourceState) -> None:
        """In memory alone."""
        self._states[state.key] = state

    def newest(self, stored: SourceState) -> SourceState:
        """The health that a decision goes by: as the store has it, with what this process has not written yet."""
        unwritten = self._unwritten.get(stored.key)
        return _newest(unwritten, stored) if unwritten else stored

    def note(self, source: Source, before: SourceState, after: SourceState) -> tuple[str, ...]:
        """Keep the health for the next batch; returns what is news about it."""
        news, after = news_of(source, before, after)
        if news:
            self._unsaid[after.key] = (*self._unsaid.get(after.key, ()), *news)
        self._states[after.key] = self._unwritten[after.key] = after
        return tuple(each.words for each in news)

    def news(
        self, source: Source, before: SourceState, after: SourceState
    ) -> tuple[SourceState, tuple[Delivery, ...], tuple[str, ...]]:
        """For an outcome: the health that knows what was told, what is owed because of it, and that in words."""
        fresh, state = news_of(source, before, after)
        news = (*self._unsaid.get(source.key, ()), *fresh)
        return state, self._notices(news), tuple(each.words for each in news)

    def written(self, source: Source, state: SourceState) -> None:
        """A commit has kept this health, and what was news about it."""
        self._states[source.key] = state
        self._unwritten.pop(source.key, None)
        self._unsaid.pop(source.key, None)

    async def flush(self) -> None:
        """Write the health of polls that brought nothing, in one batch.

        A success that another process has committed meanwhile is not taken back.
        """
        states, self._unwritten = self._unwritten, {}
        unsaid, self._unsaid = self._unsaid, {}
        if not states:
            return
        try:
            async with self._store.deciding():
                stored = await self._overtaken(states, unsaid)
                news = [each for key, some in unsaid.items() for each in some if not _was_said(each, stored.get(key))]
                written = [_newest(state, stored.get(key)) for key, state in states.items()]
                await self._store.note_polls(written, self._notices(news))
        except BaseException:
            self._unwritten = states | self._unwritten
            self._unsaid = unsaid | self._unsaid
            raise

    async def _overtaken(self, states: Mapping[str, SourceState], unsaid: Collection[str]) -> Mapping[str, SourceState]:
        """What the store has of these sources, without those whose last success was the one that is to be written."""
        quiet = {
            key: state.last_success
            for key, state in states.items()
            if state.last_success and state.last_success == state.last_poll and key not in unsaid
        }
        loud = states.keys() - quiet.keys()
        stored = await self._store.source_states(loud) if loud else {}
        later = await self._store.source_states(quiet, after=min(quiet.values())) if quiet else {}
        return {**stored, **later}

    def _notices(self, news: Sequence[News]) -> tuple[Delivery, ...]:
        """What is owed to the channel of operational news; nothing where there is none."""
        if self._ops is None:
            return ()
        now = self._clock.now()
        cards = [TextCard("notice", ((each.words,),)) for each in news]
        return tuple(Delivery(self._ids.new(), self._ops, "notice", card, (), now, now) for card in cards)


def _asked_again(state: SourceState) -> SourceState:
    """A source that was gone for good is asked once at a start: somebody may have seen to it."""
    return replace(state, next_poll=None) if state.learnt.retired else state


def _was_said(news: News, stored: SourceState | None) -> bool:
    """Whether another process has told it meanwhile."""
    told = stored.learnt.told if stored else ()
    return (news.standing in told) != news.over


def _newest(state: SourceState, stored: SourceState | None) -> SourceState:
    """The state to write, with what a later success that the store has brought."""
    if stored is None or stored.last_success is None:
        return state
    if state.last_success is not None and state.last_success >= stored.last_success:
        return state
    learnt = replace(stored.learnt, failing_since=state.learnt.failing_since, retired=state.learnt.retired)
    return replace(state, cursor=stored.cursor, last_success=stored.last_success, learnt=learnt)
