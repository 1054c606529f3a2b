"""Listings that look mostly new: a window that rolled over between two polls, or a source that churns. Pure.

A source whose ids, addresses or titles change at every poll would alert again and again. Where most of a known
source's listing looks new, equal titles of the last 30 days are the same articles; where that leaves most of it new
still, and its dates do not say that it is news, what names a company is collected in a digest now and then.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.model.learnt import Learnt
from bot.polling.rhythm import pace

MANY = 5
"""Entries that look new below which nothing is made of it: a listing of three turns over every day."""

TITLES_LAST = 30
"""Days in which an equal title of a churning source is the same article (identity of an article, in the design)."""

POSTS = 5
"""Messages that a single such listing may still bring: after an outage it may well be news without dates."""

DIGEST_EVERY, DIGEST_RAREST = timedelta(days=1), timedelta(days=7)
TOLD_FOR = timedelta(days=7)
"""What happens again within this time is one trouble, told once."""

MOST_HELD = 200
"""Articles that are kept for a digest by name; what is more is counted."""


def is_anew(before: Learnt, listed: int, new: int) -> bool:
    """Whether most of a listing looks new, and most of the one before is gone: a folder that grows is no such one."""
    known = listed - new
    return before.listed >= MANY <= new and new > known and known * 2 < before.listed


def is_news(published: Sequence[datetime | None], latest: datetime | None, now: datetime) -> bool:
    """Whether the dates of entries that look new say so: most differ, and are later than any that was seen before."""
    if latest is None:
        return False
    later = {each for each in published if each is not None and latest < each <= now}
    return len(later) * 2 > len(published)


def is_streak(learnt: Learnt, now: datetime) -> bool:
    """Whether the source churns: it listed itself anew more than once lately."""
    return learnt.anew > 1 and _lately(learnt, now)


def may_post(learnt: Learnt, posts: int, now: datetime) -> bool:
    """Whether a listing that looks new may bring messages of their own: a first one, and few."""
    return not _lately(learnt, now) and not learnt.held and posts <= POSTS


def digest_is_due(learnt: Learnt, now: datetime) -> bool:
    """Whether the last digest of this source is long enough ago: a day, then two, four, a week."""
    if learnt.digest_at is None or now < learnt.digest_at:
        return True
    return now - learnt.digest_at >= min(DIGEST_EVERY * float(2 ** min(learnt.digests - 1, 9)), DIGEST_RAREST)


def listed_anew(before: Learnt, after: Learnt, now: datetime) -> Learnt:
    """`after` a listing that looked new, with that noted.

    The first one counts as entries that came: if it was news, the next poll must come sooner. Further ones are churn,
    and teach no rhythm.
    """
    if not _lately(before, now):
        return replace(after, anew=1, anew_at=now, digests=0)
    return replace(after, anew=before.anew + 1, anew_at=now, pace=pace(before, now), arrivals=before.arrivals)


def _lately(learnt: Learnt, now: datetime) -> bool:
    return learnt.anew_at is not None and timedelta(0) <= now - learnt.anew_at < TOLD_FOR


def rolled_over(before: Learnt, latest: datetime | None, published: Sequence[datetime | None], now: datetime) -> Learnt:
    """With a full listing that had nothing in common with the one before, and how many entries that may have cost.

    By the dates: as many as the listing has in the time that lies between it and the `latest` that was seen before it.
    Without them: as many as it lists.
    """
    dates = sorted(each for each in published if each is not None and each <= now)
    missed = len(published)
    if latest is not None and len(dates) * 2 > len(published) and latest < dates[0] < dates[-1]:
        missed = round(len(dates) * ((dates[0] - latest) / (dates[-1] - dates[0])))
    return replace(before, rolled_at=now, missed=max(missed, 1))


def is_rolled(before: Learnt, listed: int, known: int) -> bool:
    """Whether a listing is as long as the last one was and holds nothing that was known."""
    return known == 0 and before.listed >= MANY and listed >= before.listed


def held(before: Learnt, article_ids: Sequence[str]) -> Learnt:
    """With more articles that wait for the digest."""
    kept = list(dict.fromkeys((*before.held, *article_ids)))
    return replace(before, held=tuple(kept[:MOST_HELD]), more_held=before.more_held + len(kept[MOST_HELD:]))


def nothing_held(before: Learnt) -> Learnt:
    """Where a digest is due and nothing of what was held is left to be told: it was told by now, or is not kept."""
    return replace(before, held=(), more_held=0) if before.held else before


def digested(before: Learnt, now: datetime) -> Learnt:
    """After the digest: nothing waits for it any more."""
    return replace(before, held=(), more_held=0, digest_at=now, digests=before.digests + 1)
