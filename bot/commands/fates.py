"""What became of an article in a channel, in words. Pure."""

from collections.abc import Iterable, Sequence

from bot.alerting.hearing import muted_hold
from bot.model.card import Line, Link, Span, When
from bot.model.channel import Channel
from bot.model.command import Action
from bot.model.ledger import ArticleRecord, Routing, RoutingState, Told
from bot.model.mute import Mute

_SHORT: dict[RoutingState, str] = {
    "alerted": "POSTED",
    "joined": "JOINED",
    "muted": "MUTED",
    "held": "HELD",
    "capped": "HELD",
    "old": "OLD",
}
_WITHHELD: dict[RoutingState, str] = {
    "muted": "MUTED, ",
    "held": "HELD, not posted yet, ",
    "capped": "HELD for the next digest: the budget of this channel was used up, ",
    "old": "OLD: recorded, not posted, ",
}
_SHORT_ON_ITS_WAY = {
    "pending": "ALERTED, waits to be sent, since ",
    "sending": "ALERTED, is being sent, since ",
    "parked": "ALERTED, can't be posted there, since ",
    "dead": "ALERTED, not delivered, ",
}
_ON_ITS_WAY = {
    "pending": "ALERTED, and waits to be sent, since ",
    "sending": "ALERTED, and is being sent, since ",
    "parked": "ALERTED, but this channel can't be posted to, since ",
    "dead": "ALERTED, but not delivered, ",
}
_TOLD_IN_DIGEST = "in the digest"
"""How the note of a routing begins that a digest has told."""


def routing_in(record: ArticleRecord, channel: Channel) -> Routing | None:
    """What became of it there; None where the channel had nothing to do with it."""
    return next((each for each in record.routings if each.channel == channel), None)


def short_fate(record: ArticleRecord, routing: Routing | None) -> Line:
    """`POSTED 08:31`, `MUTED 08:31`; of what has not arrived yet how that stands."""
    if routing is None:
        return ("NOT POSTED",)
    message = None if routing.state in _WITHHELD else _message(record, routing)
    if message is not None and message.state in _SHORT_ON_ITS_WAY:
        reason = f" · {message.error}" if message.state == "dead" and message.error else ""
        return (_SHORT_ON_ITS_WAY[message.state], When(message.at or routing.at), reason)
    return (f"{_SHORT[routing.state]} ", When(routing.at))


def fate(record: ArticleRecord, routing: Routing, mutes: Iterable[Mute], joined: str = "") -> Line:
    """The fate in full: what was done, when, where the message is, and why where the state alone does not say so.

    `joined` is said behind a message that is there.
    """
    note = f" · {routing.note}" if routing.note else ""
    if routing.state in _WITHHELD:
        return (_WITHHELD[routing.state], When(routing.at), note, *_until(routing, mutes))
    message = _message(record, routing)
    if message is not None and message.state != "sent":
        error = f" · {message.error}" if message.error else ""
        return (_ON_ITS_WAY[message.state], When(message.at or routing.at), error or note)
    done = _done(routing, message)
    at = message.at if message and message.at else routing.at
    if any(each.channel == routing.channel and each.state == "gone" for each in record.deliveries):
        return (done, When(at), joined, note, " · somebody deleted the message")
    link: tuple[Span, ...] = (" (", Link("the message", message.link), ")") if message and message.link else ()
    return (done, When(at), *link, joined, note)


def next_steps(routing: Routing | None, mutes: Iterable[Mute]) -> list[Action]:
    """What can be done about it."""
    if routing is None:
        return []
    if routing.state == "muted":
        found = _mute(routing, mutes)
        unmute = [Action("Unmute", "unmute all" if found.scope == "all" else f"unmute {found.label}")] if found else []
        return [*unmute, Action("What was muted", "digest muted")] if routing.alert_id else unmute
    waits = routing.state in ("held", "capped") and routing.alert_id
    return [Action("Digest now", "digest now")] if waits else []


def _done(routing: Routing, message: Told | None) -> str:
    if routing.state == "joined":
        return "JOINED the message of " if message else "JOINED a story that this channel has a message of, "
    if message is not None and message.kind == "digest":
        return "IN A DIGEST here "
    if message is None and routing.note.startswith(_TOLD_IN_DIGEST):
        return "IN A DIGEST here "
    return "POSTED here "


def _message(record: ArticleRecord, routing: Routing) -> Told | None:
    """The message that tells the channel of it: the digest where its note says so, else the post, else a digest."""
    here = [each for each in record.deliveries if each.channel == routing.channel]
    digests: Sequence[Told] = [each for each in here if each.kind == "digest"]
    posts: Sequence[Told] = [each for each in here if each.kind == "post"]
    chosen = digests if routing.note.startswith(_TOLD_IN_DIGEST) or not posts else posts
    return chosen[-1] if chosen else None


def _mute(routing: Routing, mutes: Iterable[Mute]) -> Mute | None:
    mine = (each for each in mutes if each.channel == routing.channel and each.scope != "pause")
    return next((each for each in mine if muted_hold(each).note == routing.note), None)


def _until(routing: Routing, mutes: Iterable[Mute]) -> tuple[Span, ...]:
    found = _mute(routing, mutes) if routing.state == "muted" else None
    return (" until ", When(found.until)) if found and found.until else ()
