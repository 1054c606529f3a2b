"""What a reload changed, for the one line that channels hear about their own list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.model.channel import Channel
from bot.model.company import Company
from bot.model.difference import entry_words
from bot.model.place import Finding
from bot.model.watchlist import Watchlist
from bot.watchlists.merge import entries_of

SHOWN = 12
"""Phrases of one line; the rest is counted."""


@dataclass(frozen=True, slots=True)
class ListChange:
    """How a list in force differs from before: a phrase for each thing, and who hears it or did until now."""

    watchlist: str
    name: str
    phrases: tuple[str, ...]
    channels: tuple[Channel, ...] = ()

    def __str__(self) -> str:
        """`+Lava, -Oppo, evidence of Denso normal -> strict`, at most a dozen of them."""
        more = f" and {len(self.phrases) - SHOWN} more" if len(self.phrases) > SHOWN else ""
        return ", ".join(self.phrases[:SHOWN]) + more


@dataclass(frozen=True, slots=True)
class Reloaded:
    """What a reload found, and what it changed."""

    findings: tuple[Finding, ...]
    changes: tuple[ListChange, ...]


def differences(before: Sequence[Watchlist], after: Sequence[Watchlist]) -> tuple[ListChange, ...]:
    """One change for each list that came, went or says something else, by key."""
    old = {watchlist.key: watchlist for watchlist in before}
    new = {watchlist.key: watchlist for watchlist in after}
    changes = (_difference(key, old.get(key), new.get(key)) for key in sorted(old.keys() | new.keys()))
    return tuple(change for change in changes if change is not None)


def _difference(key: str, old: Watchlist | None, new: Watchlist | None) -> ListChange | None:
    if old == new:
        return None
    known = new or old
    phrases = (*_entries(old, new), *_rules(old, new))
    heard = tuple(dict.fromkeys(rule.channel for one in (new, old) if one for rule in one.channels))
    return ListChange(key, known.name if known else key, phrases, heard) if phrases else None


def _entries(old: Watchlist | None, new: Watchlist | None) -> Iterator[str]:
    """Companies first, who hears after them."""
    was = entries_of(old) if old else {}
    now = entries_of(new) if new else {}
    for kind in ("company", "channel"):
        for key, entry in now.items():
            if key[0] == kind and key not in was:
                yield f"+{entry.name}" if isinstance(entry, Company) else f"{entry.channel} hears it"
        for key, entry in was.items():
            if key[0] == kind and key not in now:
                yield f"-{entry.name}" if isinstance(entry, Company) else f"{entry.channel} hears it no more"
        for key, entry in now.items():
            if key[0] == kind and key in was:
                yield from entry_words(was[key], entry)


def _rules(old: Watchlist | None, new: Watchlist | None) -> Iterator[str]:
    if new is None:
        yield "the list is gone"
    elif old is None:
        yield "a new list"
    else:
        if old.sources != new.sources:
            yield f"from {', '.join(new.sources) or 'every source'}"
        for field in ("name", "stories", "passing"):
            was, now = getattr(old, field), getattr(new, field)
            if was != now:
                yield f"{field} {was} -> {now}"
        if old.shared != new.shared:
            yield "shared with every tenant" if new.shared else "shared no more"
