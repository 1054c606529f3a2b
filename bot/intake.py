"""One poll: fetch, decide, commit. A poll that fails costs a line in the health of its source, nothing else."""

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import structlog

from bot.alerting.backoff import LONGEST_ASKED, next_attempt
from bot.alerting.windows import HOUR
from bot.apart import computed
from bot.decide import Held, Judged, Scene, audience_of, conclude, judge
from bot.errors import BadStatus, HeldBack, SourceError, StoreError
from bot.extraction.identity import identity_of
from bot.matching import LONGEST_TEXT, Matcher
from bot.model.alert import Delivery, PollOutcome, Recall
from bot.model.article import Extract, Identity, Known
from bot.model.card import TextCard
from bot.model.channel import Channel
from bot.model.source import Fetched, Source, SourceState
from bot.model.watchlist import Watchlist
from bot.polling import (
    ASK_AGAIN,
    TITLES_LAST,
    News,
    Standing,
    address_of,
    cursor_of,
    digest_is_due,
    failed,
    held_back,
    is_anew,
    is_late,
    is_news,
    news_of,
    step_of,
    succeeded,
)
from bot.protocols import Clock, Extractor, Fetcher, Ids, SourceReader, Store
from bot.stories import Names, StoryIndex
from bot.stories.index import WINDOW

log = structlog.get_logger()

LONGEST_BACKOFF = timedelta(hours=2)
STORE_PAUSE = timedelta(seconds=30)
GONE = 410
LONGEST_WAIT = ASK_AGAIN + timedelta(days=1)
LONGEST_CATCH_UP = timedelta(minutes=15)
"""A digest waits no longer for sources to be asked after an outage."""
FAULT = "the bot met a fault of its own with this source: its log has it"


@dataclass(frozen=True, slots=True)
class Polled:
    """What one poll brought: new or changed articles, those that name a watched company, messages owed, or an error.

    `error` may be shown to anyone, `cause` is for the log alone; `again`: an error that has been told.
    `notes` say what was left out, where the poll before did not say the same; `recovered`: the poll before failed.
    `news` are sentences for whoever runs the bot: what began or was over with this source.
    """

    source: Source
    articles: int = 0
    named: int = 0
    owed: int = 0
    error: str = ""
    cause: str = ""
    next_poll: datetime | None = None
    again: bool = False
    notes: tuple[str, ...] = ()
    recovered: bool = False
    news: tuple[str, ...] = ()


class Intake:
    """Polls sources in the name of the lists in force."""

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        readers: Mapping[str, SourceReader],
        extract: Extractor,
        clock: Clock,
        ids: Ids,
        *,
        lists: Callable[[], Sequence[Watchlist]],
        live: frozenset[str],
        age_limit: timedelta,
        ops: Channel | None = None,
    ) -> None:
        """`readers` by source type; `lists` tells the lists in force now; `live` the chat platforms set up.

        `ops` is the channel that hears operational news; without one it is only in what `poll` returns.
        """
        self._store = store
        self._fetcher = fetcher
        self._readers = readers
        self._extract = extract
        self._clock = clock
        self._ids = ids
        self._lists = lists
        self._live = live
        self._age_limit = age_limit
        self._ops = ops
        self._states: dict[str, SourceState] = {}
        self._matchers: dict[str, tuple[Watchlist, Matcher]] = {}
        self._unwritten: dict[str, SourceState] = {}
        self._unsaid: dict[str, tuple[News, ...]] = {}
        self._stories = StoryIndex(revision=-1)
        self._standing = Standing()
        self.catches_up = False
        """Whether what was published while the bot was down comes as one digest; a single pass posts it as it is."""
        self._late_since: datetime | None = None

    async def open(self) -> None:
        """Load the health of sources and the recent stories; call before the first poll."""
        states = await self._store.source_states()
        self._states = {key: _asked_again(state) for key, state in states.items()}
        await self._current_matchers()
        await self._refresh_stories(await self._store.story_revision())

    def state(self, source: Source) -> SourceState:
        """The health of a source, also of one never polled."""
        return self._states.get(source.key) or SourceState(source.key)

    def due(self, sources: Sequence[Source], now: datetime) -> tuple[Source, ...]:
        """The sources whose next poll has come, the longest waiting first; one never polled is due.

        A next poll further away than anybody can have asked for was written by a clock that went wrong: it is due.
        """
        waits = [(self.state(source).next_poll, source) for source in sources]
        ready = [(when.timestamp() if when else 0.0, source) for when, source in waits if _has_come(when, now)]
        return tuple(source for _, source in sorted(ready, key=lambda pair: (pair[0], pair[1].key)))

    def caught_up(self, sources: Sequence[Source]) -> bool:
        """Whether each of these has been asked since the bot came back from an outage, or it took too long."""
        now = self._clock.now()
        if not self.catches_up or not any(is_late(self.state(source), now) for source in sources):
            self._late_since = None
            return True
        self._late_since = self._late_since or now
        return now - self._late_since > LONGEST_CATCH_UP

    def left_alone(self, source: Source, now: datetime) -> Polled | None:
        """What to say of a source whose server has asked not to be polled yet, however often the bot is started."""
        until = self.state(source).learnt.asked_until
        if until is None or not now < until <= now + LONGEST_ASKED:
            return None
        return Polled(
            source, error=f"left alone until {until.astimezone():%H:%M}, as its server asked", next_poll=until
        )

    async def poll(self, source: Source) -> Polled:
        """Poll one source and commit what it decided.

        Whatever keeps the source from being read is noted in its health and backed off from, not raised. StoreError
        where the outcome could not be kept: then nothing is noted, and the source is polled again after a pause.
        """
        before = self.state(source)
        try:
            return await self._poll(source, before)
        except SourceError as error:
            return self._failed(source, before, error)
        except StoreError:
            self._states[source.key] = replace(before, next_poll=self._clock.now() + STORE_PAUSE)
            raise
        except Exception as error:  # a fault of ours with one source must not be met again every second
            log.exception("fault", source=source.name)
            return self._failed(source, before, SourceError(FAULT, cause=type(error).__name__))

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
                await self._store.note_polls(
                    [_newest(state, stored.get(key)) for key, state in states.items()],
                    self._notices(news, self._clock.now()),
                )
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
        stored = await self._store.source_states(states.keys() - quiet.keys())
        later = await self._store.source_states(quiet, after=min(quiet.values())) if quiet else {}
        return {**stored, **later}

    async def _poll(self, source: Source, before: SourceState) -> Polled:
        reader = self._readers[source.type]
        cursor = cursor_of(before, self._clock.now())
        fetched = await reader(address_of(source, before.learnt), cursor, self._fetcher)
        if fetched.unchanged and not self._owes_digest(before):
            after = succeeded(source, before, fetched, before.learnt, self._clock.now())
            return Polled(source, recovered=before.failures > 0, news=self._note(source, before, after))
        entries, standing = self._standing.without(source.key, fetched.entries)
        extracted = await self._extract(source, before, entries)
        extracts, identities, cut = await computed(_within_reach, extracted.extracts, self._clock.now().date())
        fetched = replace(fetched, notes=(*fetched.notes, *extracted.notes, *cut))
        async with self._store.deciding():
            outcome, news = await self._decide(source, fetched, extracts, identities, standing)
        self._standing.keep(source.key, fetched.entries, {extract.entry_id for extract in extracts})
        return Polled(
            source,
            articles=len(outcome.articles),
            named=len({verdict.article_id for verdict in outcome.verdicts if verdict.matched}),
            owed=len(outcome.deliveries),
            notes=fetched.notes if fetched.notes != before.notes else (),
            recovered=before.failures > 0,
            news=news,
        )

    async def _decide(
        self,
        source: Source,
        fetched: Fetched,
        extracts: tuple[Extract, ...],
        identities: tuple[Identity, ...],
        standing: int,
    ) -> tuple[PollOutcome, tuple[str, ...]]:
        now = self._clock.now()
        lists = await self._current_matchers()
        recall = await self._store.recall(source.key, identities)
        await self._refresh_stories(recall.story_revision)
        recall = replace(recall, state=self._newest(recall.state))
        before, listed = recall.state, len(extracts) + standing
        known, anew = await self._recognised(recall, extracts, identities, listed, now)
        article_ids = {each.article_id for each in known.values()}
        scene = Scene(
            source=source,
            before=before,
            fetched=fetched,
            extracts=extracts,
            identities=identities,
            known=known,
            verdicts=await self._store.verdicts_of(article_ids),
            routings=await self._store.routings_of(article_ids),
            lists=lists,
            stories=self._stories,
            live=self._live,
            age_limit=self._age_limit,
            now=now,
            anew=anew,
            held=await self._held(before, now),
            standing=standing,
            late=self.catches_up and is_late(before, now),
        )
        judged = await computed(self._judged, scene)
        alerts = await self._store.alerts_of(judged.story_ids)
        hearing = await self._store.hearing(audience_of(scene, judged), now - HOUR)
        outcome = await computed(conclude, scene, judged, alerts, self._ids, hearing)
        news, state = news_of(source, before, outcome.state)
        news = (*self._unsaid.get(source.key, ()), *news)
        outcome = replace(outcome, state=state, deliveries=(*outcome.deliveries, *self._notices(news, now)))
        revision = await self._store.commit(outcome)
        if outcome.members:
            await computed(self._stories.take, outcome.members)
        self._stories.revision = revision
        self._states[source.key] = outcome.state
        self._unwritten.pop(source.key, None)
        self._unsaid.pop(source.key, None)
        return outcome, tuple(each.words for each in news)

    def _judged(self, scene: Scene) -> Judged:
        """The first half of the decision, without the stories that are past the window."""
        self._stories.forget(scene.now - WINDOW)
        return judge(scene, self._ids)

    async def _recognised(
        self, recall: Recall, extracts: Sequence[Extract], identities: Sequence[Identity], listed: int, now: datetime
    ) -> tuple[Mapping[str, Known], bool]:
        """What is known of the extracts, where most listed ones look new also by older titles; whether they still do.

        News that its dates speak for does not count as such.
        """
        known, before = recall.known, recall.state
        if not is_anew(before.learnt, listed, len(extracts) - len(known)):
            return known, False
        strange = [identity for identity in identities if identity.entry_id not in known]
        known = {**known, **await self._store.known_by_title(before.key, strange, TITLES_LAST)}
        new = [extract.published for extract in extracts if extract.entry_id not in known]
        looks_anew = is_anew(before.learnt, listed, len(new))
        return known, looks_anew and not is_news(new, before.learnt.latest, now)

    async def _held(self, before: SourceState, now: datetime) -> tuple[Held, ...]:
        """The articles that wait for the digest of this source, where it is due."""
        ids = before.learnt.held
        if not ids or not digest_is_due(before.learnt, now):
            return ()
        verdicts, routings = await self._store.verdicts_of(ids), await self._store.routings_of(ids)
        return tuple(
            Held(
                article,
                tuple(dict.fromkeys(v.company for v in verdicts if v.matched and v.article_id == article.id)),
                tuple(r.channel for r in routings if r.state == "held" and r.article_id == article.id),
            )
            for article in await self._store.articles_of(ids)
        )

    def _owes_digest(self, state: SourceState) -> bool:
        return bool(state.learnt.held) and digest_is_due(state.learnt, self._clock.now())

    async def _refresh_stories(self, revision: int) -> None:
        """Rebuild the index when another process has committed."""
        if self._stories.revision == revision:
            return
        snapshot = await self._store.recent_stories(self._clock.now() - WINDOW)
        names = self._stories.names
        self._stories = await computed(StoryIndex, snapshot.members, revision=snapshot.revision, names=names)

    async def _current_matchers(self) -> tuple[tuple[Watchlist, Matcher], ...]:
        """A matcher a list, made anew only for lists that changed."""
        lists = self._lists()
        kept = {key: pair for key, pair in self._matchers.items() if any(pair[0] is each for each in lists)}
        for watchlist in lists:
            if watchlist.key not in kept:
                kept[watchlist.key] = (watchlist, await computed(Matcher, watchlist))
        if kept.keys() != self._matchers.keys() or any(kept[key] is not self._matchers[key] for key in kept):
            self._stories.names = await computed(Names.of, lists)
        self._matchers = kept
        return tuple(kept[watchlist.key] for watchlist in lists)

    def _failed(self, source: Source, before: SourceState, error: SourceError) -> Polled:
        now = self._clock.now()
        share = random.random()  # noqa: S311 - it spreads retries, it keeps no secret
        retry = next_attempt(
            before.failures + 1,
            now,
            first=step_of(source, before.learnt, now),
            longest=LONGEST_BACKOFF,
            retry_after=error.retry_after,
            share=share,
        )
        held = isinstance(error, HeldBack)  # told once, by the source that the provider has answered
        if held:
            state = held_back(before, str(error), now, retry)
        else:
            state = failed(before, str(error), now, retry, gone=isinstance(error, BadStatus) and error.status == GONE)
        if error.retry_after:
            state = replace(state, learnt=replace(state.learnt, asked_until=retry))
        news = self._note(source, before, state)
        return Polled(
            source,
            error=str(error),
            cause=error.cause,
            next_poll=state.next_poll,
            again=held or before.error == str(error),
            news=news,
        )

    def _newest(self, stored: SourceState) -> SourceState:
        """The health that a decision goes by: as the store has it, with what this process has not written yet."""
        unwritten = self._unwritten.get(stored.key)
        return _newest(unwritten, stored) if unwritten else stored

    def _note(self, source: Source, before: SourceState, after: SourceState) -> tuple[str, ...]:
        """Keep the health for the next batch; returns what is news about it."""
        news, after = news_of(source, before, after)
        if news:
            self._unsaid[after.key] = (*self._unsaid.get(after.key, ()), *news)
        self._states[after.key] = self._unwritten[after.key] = after
        return tuple(each.words for each in news)

    def _notices(self, news: Sequence[News], now: datetime) -> tuple[Delivery, ...]:
        """What is owed to the channel of operational news; nothing where there is none."""
        if self._ops is None:
            return ()
        cards = [TextCard("notice", ((each.words,),)) for each in news]
        return tuple(Delivery(self._ids.new(), self._ops, "notice", card, (), now, now) for card in cards)


def _within_reach(
    extracts: Sequence[Extract], day: date
) -> tuple[tuple[Extract, ...], tuple[Identity, ...], tuple[str, ...]]:
    """The extracts with overlong texts cut, what each is recognised by, and a note that says how many were cut."""
    long = sum(len(extract.text) > LONGEST_TEXT for extract in extracts)
    cut = tuple(map(_cut, extracts)) if long else tuple(extracts)
    notes = (f"texts cut to {LONGEST_TEXT:,} characters: {long}",) if long else ()
    return cut, tuple(identity_of(extract, day) for extract in cut), notes


def _cut(extract: Extract) -> Extract:
    if len(extract.text) <= LONGEST_TEXT:
        return extract
    gap = f"cut at {LONGEST_TEXT:,} of {len(extract.text):,} characters"
    return replace(extract, text=extract.text[:LONGEST_TEXT], gap=gap)


def _asked_again(state: SourceState) -> SourceState:
    """A source that was gone for good is asked once at a start: somebody may have seen to it."""
    return replace(state, next_poll=None) if state.learnt.retired else state


def _was_said(news: News, stored: SourceState | None) -> bool:
    """Whether another process has told it meanwhile."""
    told = stored.learnt.told if stored else ()
    return (news.standing in told) != news.over


def _has_come(when: datetime | None, now: datetime) -> bool:
    return when is None or when <= now or when - now > LONGEST_WAIT


def _newest(state: SourceState, stored: SourceState | None) -> SourceState:
    """The state to write, with what a later success that the store has brought."""
    if stored is None or stored.last_success is None:
        return state
    if state.last_success is not None and state.last_success >= stored.last_success:
        return state
    learnt = replace(stored.learnt, failing_since=state.learnt.failing_since, retired=state.learnt.retired)
    return replace(state, cursor=stored.cursor, last_success=stored.last_success, learnt=learnt)
