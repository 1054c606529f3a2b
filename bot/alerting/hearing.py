"""Whether a channel hears now, and where it does not, why; and when it will. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.alerting.windows import HOUR, Wishes
from bot.model.card import AlertCard, CompanyLine, TextCard, When
from bot.model.channel import Channel
from bot.model.ledger import Cause, RoutingState
from bot.model.mute import Mute, Waiting

SAID_AGAIN = timedelta(days=7)
"""A channel is told that its budget is used up, or asked about a name, once in this time, however long that goes on."""

LONGEST_HELD = timedelta(days=8)
"""No window is closed for longer: what was held or told later than that from now was so by a clock that went wrong."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a channel is not told now: what the ledger says of it."""

    state: RoutingState
    cause: Cause
    note: str
    subject: str = ""


def muted(
    mutes: Iterable[Mute], channel: Channel, now: datetime, *, company: str, source: str, story: str
) -> Mute | None:
    """The mute that keeps this from the channel; `company` is folded, `source` a key, `story` an id."""
    subjects = {"company": company, "source": source, "story": story, "all": ""}
    found = (each for each in mutes if each.holds(channel, now) and subjects.get(each.scope) == each.subject)
    return next(found, None)


def muted_hold(mute: Mute) -> Hold:
    """What the ledger says of what was muted."""
    return Hold("muted", "mute", f"{mute.label} is muted", mute.id)


def paused(mutes: Iterable[Mute], channel: Channel, now: datetime) -> Mute | None:
    """The pause that this channel is in: its own, or that of every channel."""
    return next((each for each in mutes if each.scope == "pause" and each.holds(channel, now)), None)


def closed(wishes: Wishes, mutes: Iterable[Mute], channel: Channel, now: datetime) -> Hold | None:
    """Why nothing is posted in this channel now; None where it is open."""
    if (pause := paused(mutes, channel, now)) is not None:
        return Hold("held", "pause", "every channel is paused" if pause.channel is None else "this channel is paused")
    if wishes.digest is not None:
        when = wishes.in_words(wishes.next_digest(now))
        return Hold("held", "digest", f"this channel has a digest: {wishes.digest}, the next one {when}")
    if wishes.is_quiet(now):
        return Hold("held", "quiet", f"quiet until {wishes.in_words(wishes.opens(now))}")
    return None


def is_shut(wishes: Wishes, mutes: Iterable[Mute], channel: Channel, now: datetime) -> bool:
    """Whether this channel is not to be disturbed now: in a pause, or in quiet hours."""
    return paused(mutes, channel, now) is not None or wishes.is_quiet(now)


PASSING = Hold("held", "passing", "named in passing only, and the list says passing: digest")
CATCH_UP = Hold("held", "catch-up", "published while the bot was down: collected in one digest")


def waits(cause: Cause, subject: str) -> Hold:
    """What the ledger says of what joins a story that waits for a digest: it waits for the same one."""
    return Hold("held", cause, "its story waits for the digest", subject)


def a_word(alias: str, company: str) -> Hold:
    """What the ledger says of a name that stands in nearly every article: it would be the only thing heard here."""
    return Hold("held", "word", f'"{alias}" is a word of nearly every article', f"{alias} ({company})")


def too_many(wishes: Wishes, posts: Sequence[AlertCard], lines: Sequence[CompanyLine]) -> Hold | None:
    """Why the budget has no room for one more post that says `lines`; `posts` are those of the last hour."""
    if wishes.budget is None:
        return None
    if len(posts) >= wishes.budget:
        return Hold("capped", "budget", f"the budget of {wishes.budget} posts an hour is used up")
    counts = Counter(spelling for card in posts for spelling in {_spelling(line) for line in card.companies})
    taken = [line for line in lines if (counts[_spelling(line)] + 1) * 2 > wishes.budget + 1]
    if wishes.budget > 1 and lines and len(taken) == len(lines):
        alias = taken[0].alias or taken[0].company
        note = f'"{alias}" alone took half of the budget of {wishes.budget} posts an hour'
        return Hold("held", "alias", note, f"{alias} ({taken[0].company})")
    return None


def _spelling(line: CompanyLine) -> tuple[str, str]:
    return line.company, line.alias


def told_once(hold: Hold, lines: Sequence[CompanyLine], wishes: Wishes, now: datetime) -> TextCard | None:
    """What a channel is told when its budget, or half of it, is used up for the first time; None for other causes.

    So it is of a name that says nothing.
    """
    when = wishes.opens(now + HOUR) if wishes.digest is None else wishes.next_digest(now)
    more = f"budget: {(wishes.budget or 0) * 2}/h under this channel in its list"
    if hold.cause == "budget":
        said = (
            f"This channel's budget of {wishes.budget} posts an hour is used up. Further stories come in one digest: "
        )
        return TextCard("notice", ((said, When(when)), (f"More posts: {more}",)))
    if hold.cause == "word":
        when = wishes.next_digest(now)
    elif hold.cause != "alias":
        return None
    company = lines[0].company
    said = f"{hold.note}. Is it the right word for {company}? Its further stories come in a digest: "
    fix = f"Sharper: /watch set {company} context +phone · Quieter: /watch mute {company} 3d"
    if hold.cause == "alias":
        fix += f" · It is, and more of it: {more}"
    return TextCard("notice", ((said, When(when)), (fix,)))


def due(
    waiting: Waiting,
    wishes: Wishes,
    mutes: Iterable[Mute],
    now: datetime,
    *,
    last_digest: datetime | None,
    caught_up: bool,
) -> bool:
    """Whether what waits of one cause is to be told now, which is never in a pause or in quiet hours.

    What was muted is told only when somebody asks for it.
    """
    channel, since = waiting.channel, waiting.oldest
    if waiting.cause == "mute" or not caught_up or is_shut(wishes, mutes, channel, now):
        return False
    if since - now > LONGEST_HELD:
        return True
    scheduled = wishes.digest is not None and waiting.cause in ("digest", "alias", "budget")
    if scheduled or waiting.cause in ("passing", "word"):
        # Where a clock went back by hours, the digest of that day has been.
        told = last_digest if last_digest is not None and last_digest - now <= LONGEST_HELD else since
        return wishes.next_digest(max(since, told)) <= now
    if waiting.cause in ("alias", "budget"):
        since += HOUR
    return wishes.opens(since) <= now
