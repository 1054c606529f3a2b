"""One poll: fetch, decide, commit. A poll that fails costs a line in the health of its source, nothing else."""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import structlog

from bot.alerting.backoff import LONGEST_ASKED, next_attempt
from bot.apart import computed
from bot.errors import BadStatus, HeldBack, SourceError, StoreError
from bot.extraction.identity import identity_of
from bot.intake.decisions import Decisions
from bot.intake.health import Health
from bot.intake.scenes import Case, Scenes
from bot.matching import LONGEST_TEXT
from bot.model.alert import PollOutcome
from bot.model.article import Extract, Identity
from bot.model.channel import Channel
from bot.model.source import Source, SourceState
from bot.model.watchlist import Watchlist
from bot.polling import (
    ASK_AGAIN,
    Standing,
    address_of,
    cursor_of,
    digest_is_due,
    failed,
    held_back,
    is_late,
    step_of,
    succeeded,
)
from bot.protocols import Clock, Extractor, Fetcher, Ids, SourceReader, Store

log = structlog.get_logger()

LONGEST_BACKOFF = timedelta(hours=2)
STORE_PAUSE = timedelta(seconds=30)
GONE = 410
LONGEST_WAIT = ASK_AGAIN + timedelta(days=1)
LONGEST_CATCH_UP = timedelta(minutes=15)
"""A digest waits no longer for sources to be asked after an outage."""
LITTLE = 10_000
"""Characters of texts that are hashed in less time than it takes to hand them to a thread: 0.1 ms."""
FAULT = "the bot met a fault of its own with this source: its log has it"


@dataclass(frozen=True, slots=True)
class Polled:
    """What one poll brought: new or changed articles, those that name a watched company, messages owed, or an error.

    `error` may be shown to anyone, `cause` is for the log alone; `again`: an error that has been told.
    `notes` say what was left out, where the poll before did not say the same; `recovered`: the poll before failed.
    `news` are sentences for whoever runs the bot: what began or was over with this source.
    `ledger` counts the verdicts, `matched` and `rejected`, and the routings by state.
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
    ledger: Mapping[str, int] = field(default_factory=dict)


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
        self._fetcher = fetcher
        self._readers = readers
        self._extract = extract
        self._clock = clock
        self._health = Health(store, clock, ids, ops)
        self._scenes = Scenes(store, clock, self._health, lists, live, age_limit)
        self._decisions = Decisions(store, ids, self._scenes, self._health)
        self._standing = Standing()
        self._late_since: datetime | None = None

    @property
    def catches_up(self) -> bool:
        """Whether what was published while the bot was down comes as one digest; a single pass posts it as it is."""
        return self._scenes.catches_up

    @catches_up.setter
    def catches_up(self, wish: bool) -> None:
        self._scenes.catches_up = wish

    async def open(self) -> None:
        """Load the health of sources and the recent stories; call before the first poll."""
        await self._health.open()
        await self._scenes.open()

    def state(self, source: Source) -> SourceState:
        """The health of a source, also of one never polled."""
        return self._health.of(source)

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
            self._health.remember(replace(before, next_poll=self._clock.now() + STORE_PAUSE))
            raise
        except Exception as error:  # a fault of ours with one source must not be met again every second
            log.exception("fault", source=source.name)
            return self._failed(source, before, SourceError(FAULT, cause=type(error).__name__))

    async def flush(self) -> None:
        """Write the health of polls that brought nothing, in one batch."""
        await self._health.flush()

    async def _poll(self, source: Source, before: SourceState) -> Polled:
        reader = self._readers[source.type]
        cursor = cursor_of(before, self._clock.now())
        fetched = await reader(address_of(source, before.learnt), cursor, self._fetcher)
        if fetched.unchanged and not self._owes_digest(before):
            after = succeeded(source, before, fetched, before.learnt, self._clock.now())
            return Polled(source, recovered=before.failures > 0, news=self._health.note(source, before, after))
        entries, standing = self._standing.without(source.key, fetched.entries)
        extracted = await self._extract(source, before, entries)
        extracts, identities, cut = await _recognisable(extracted.extracts, self._clock.now().date())
        fetched = replace(fetched, notes=(*fetched.notes, *extracted.notes, *cut))
        outcome, news = await self._decisions.decide(Case(source, fetched, extracts, identities, standing))
        self._standing.keep(source.key, fetched.entries, {extract.entry_id for extract in extracts})
        return Polled(
            source,
            articles=len(outcome.articles),
            named=len({verdict.article_id for verdict in outcome.verdicts if verdict.matched}),
            owed=len(outcome.deliveries),
            notes=fetched.notes if fetched.notes != before.notes else (),
            recovered=before.failures > 0,
            news=news,
            ledger=_counted(outcome),
        )

    def _owes_digest(self, state: SourceState) -> bool:
        return bool(state.learnt.held) and digest_is_due(state.learnt, self._clock.now())

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
        news = self._health.note(source, before, state)
        return Polled(
            source,
            error=str(error),
            cause=error.cause,
            next_poll=state.next_poll,
            again=held or before.error == str(error),
            news=news,
        )


async def _recognisable(
    extracts: Sequence[Extract], day: date
) -> tuple[tuple[Extract, ...], tuple[Identity, ...], tuple[str, ...]]:
    """As `_within_reach`, beside the event loop where that is further than the work is long."""
    if sum(len(extract.text) for extract in extracts) < LITTLE:
        return _within_reach(extracts, day)
    return await computed(_within_reach, extracts, day)


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


def _has_come(when: datetime | None, now: datetime) -> bool:
    return when is None or when <= now or when - now > LONGEST_WAIT


def _counted(outcome: PollOutcome) -> Mapping[str, int]:
    verdicts = Counter("matched" if verdict.matched else "rejected" for verdict in outcome.verdicts)
    return verdicts + Counter(routing.state for routing in outcome.routings)
