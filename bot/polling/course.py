"""What a poll makes of the health of its source. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.model.learnt import Learnt
from bot.model.source import Cursor, Fetched, Source, SourceState
from bot.polling.rhythm import next_poll

MOVES = 3
MOVE_AFTER = timedelta(hours=24)
"""A permanent redirect is believed when so many polls in a row, over so much time, led to the same place."""

ASK_AGAIN = timedelta(days=7)
"""A source that said that it is gone for good is asked again after so long, and at every start."""


WHOLE_EVERY = timedelta(days=1)
"""Some servers answer "not modified" for ever: so often a source is asked as if nothing were known of it."""


def cursor_of(state: SourceState, now: datetime) -> Cursor:
    """What the next poll may ask with: once a day without validators, which a server that fails at that is spared."""
    whole = _is_whole_due(state.learnt, now) and not state.failures
    return Cursor(body_hash=state.cursor.body_hash) if whole else state.cursor


def _is_whole_due(learnt: Learnt, now: datetime) -> bool:
    return learnt.whole_at is None or not timedelta(0) <= now - learnt.whole_at < WHOLE_EVERY


def succeeded(source: Source, before: SourceState, fetched: Fetched, learnt: Learnt, now: datetime) -> SourceState:
    """The health after a poll that was answered; `learnt` is what is known with this poll's entries."""
    if fetched.moved_to or (learnt.moves and not learnt.moved):
        learnt = _redirected(learnt, fetched.moved_to, now)
    if learnt.failing_since or learnt.retired:
        learnt = replace(learnt, failing_since=None, retired=False)
    if not fetched.unchanged or _is_whole_due(learnt, now):
        learnt = replace(learnt, whole_at=now)
    return SourceState(
        key=before.key,
        cursor=fetched.cursor,
        last_poll=now,
        last_success=now,
        next_poll=next_poll(source, learnt, now),
        notes=fetched.notes or (before.notes if fetched.unchanged else ()),
        learnt=learnt,
    )


def failed(before: SourceState, error: str, now: datetime, retry: datetime, *, gone: bool) -> SourceState:
    """The health after a poll that failed, to be tried again at `retry`; `gone`: for good, as the source itself says.

    A move that was believed is forgotten: the next poll asks the address of the list again, and only that may be gone.
    """
    gone = gone and not before.learnt.moved
    learnt = replace(
        before.learnt,
        failing_since=before.learnt.failing_since or now,
        retired=gone,
        moved_to="",
        moved_at=None,
        moves=0,
        moved=False,
    )
    when = max(retry, now + ASK_AGAIN) if gone else retry
    return replace(before, last_poll=now, next_poll=when, failures=before.failures + 1, error=error, learnt=learnt)


def held_back(before: SourceState, reason: str, now: datetime, retry: datetime) -> SourceState:
    """The health after a poll that was not made, because the provider wants a pause: not a failure of the source."""
    return replace(before, last_poll=now, next_poll=retry, error=reason)


def address_of(source: Source, learnt: Learnt) -> Source:
    """The source as it is read: where it has moved to, if that is believed. Its key in the store stays."""
    return replace(source, url=learnt.moved_to) if learnt.moved else source


def _redirected(learnt: Learnt, to: str, now: datetime) -> Learnt:
    if to != learnt.moved_to or learnt.moved_at is None:
        return replace(learnt, moved_to=to, moved_at=now if to else None, moves=1 if to else 0, moved=False)
    moves = learnt.moves + 1
    return replace(learnt, moves=moves, moved=moves >= MOVES and now - learnt.moved_at >= MOVE_AFTER)
