"""What a change is in words: "+Lava", "-Oppo", "evidence of Denso normal -> strict"."""

from collections.abc import Iterator, Sequence

from bot.model.company import Alias, Company
from bot.model.watchlist import Change, ChannelRule

_NOTHING = "none"
_LISTS = ("tickers", "context", "exclude")
_OPTIONS = ("threshold", "evidence", "passing")
_OF_SOURCE = {
    "poll": "+source {}",
    "unpoll": "-source {}",
    "hold": "source {} paused",
    "release": "source {} resumed",
}
_WISHES = ("digest", "quiet", "zone", "budget", "threads")


def in_words(change: Change) -> str:
    """One change on one line, as far as the change itself knows what stood there before."""
    named = change.name
    if change.action in ("add", "hear"):
        return f"+{change.company.name if change.company else named}"
    if change.action in ("remove", "unhear"):
        return f"-{named}"
    if change.is_of_source:
        return _OF_SOURCE[change.action].format(named)
    if change.before is None or change.after is None:
        return f"{named} changed"
    return ", ".join(entry_words(change.before, change.after)) or f"{named} as it was"


def entry_words(before: Company | ChannelRule, after: Company | ChannelRule) -> tuple[str, ...]:
    """What of a company or of a channel's wishes is otherwise, a phrase a field; empty where nothing is."""
    if isinstance(before, Company) and isinstance(after, Company):
        return tuple(_company(before, after))
    if isinstance(before, ChannelRule) and isinstance(after, ChannelRule):
        return tuple(_wishes(before, after))
    return (f"{_named(before)} became {_named(after)}",)


def _named(entry: Company | ChannelRule) -> str:
    return entry.name if isinstance(entry, Company) else str(entry.channel)


def _company(before: Company, after: Company) -> Iterator[str]:
    if before.name != after.name:
        yield f"{before.name} is called {after.name}"
    yield from _items("aliases", after.name, [*map(_alias, before.aliases)], [*map(_alias, after.aliases)])
    for field in _LISTS:
        yield from _items(field, after.name, getattr(before, field), getattr(after, field))
    for field in _OPTIONS:
        yield from _value(field, after.name, getattr(before, field), getattr(after, field))


def _wishes(before: ChannelRule, after: ChannelRule) -> Iterator[str]:
    for field in _WISHES:
        yield from _value(field, str(after.channel), getattr(before, field), getattr(after, field))


def _alias(alias: Alias) -> str:
    return alias.text if alias.weak is None else f"{alias.text} ({'weak' if alias.weak else 'not weak'})"


def _items(field: str, name: str, before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    moved = [f"+{item}" for item in after if item not in before] + [f"-{item}" for item in before if item not in after]
    if moved:
        yield f"{field} of {name} {' '.join(moved)}"
    elif list(before) != list(after):
        yield f"{field} of {name} in another order"


def _value(field: str, name: str, before: object, after: object) -> Iterator[str]:
    if before != after:
        yield f"{field} of {name} {before or _NOTHING} -> {after or _NOTHING}"
