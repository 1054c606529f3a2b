"""What a reload changed, for the one line that channels hear about their own list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.model.channel import Channel
from bot.model.company import Company
from bot.model.difference import entry_words
from bot.model.watchlist import Change, ChangeAction, ChannelRule, Watchlist
from bot.watchlists.merge import bare, entries_of

SHOWN = 12
"""Phrases of one line; the rest is counted."""


@dataclass(frozen=True, slots=True)
class ListChange:
    """How a list in force differs from before: a phrase for each thing, and who hears it or did until now.

    `edits` are the same as changes, of a list that was there before and still is.
    """

    watchlist: str
    name: str
    phrases: tuple[str, ...]
    channels: tuple[Channel, ...] = ()
    edits: tuple[Change, ...] = ()

    def __str__(self) -> str:
        """`+Lava, -Oppo, evidence of Denso normal -> strict`, at most a dozen of them."""
        more = f" and {len(self.phrases) - SHOWN} more" if len(self.phrases) > SHOWN else ""
        return ", ".join(self.phrases[:SHOWN]) + more


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
    edits = tuple(_edits(old, new)) if old and new else ()
    return ListChange(key, known.name if known else key, phrases, heard, edits) if phrases else None


def _edits(old: Watchlist, new: Watchlist) -> Iterator[Change]:
    was, now = entries_of(old), entries_of(new)
    for key in (*was, *(key for key in now if key not in was)):
        before, after = was.get(key), now.get(key)
        if before and after and not entry_words(before, after):
            continue
        entry = before or after
        if isinstance(entry, Company):
            action: ChangeAction = "replace" if before and after else "remove" if before else "add"
            company = after if isinstance(after, Company) else None
            yield Change(new.key, action, entry.name, company, None, bare(before) if before else None)
        elif entry is not None:
            action = "tune" if before and after else "unhear" if before else "hear"
            rule = after if isinstance(after, ChannelRule) else None
            yield Change(new.key, action, str(entry.channel), None, rule, bare(before) if before else None)


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
