"""What a reload changed, for the one line that channels hear about their own list."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model.place import Finding
from bot.model.watchlist import Watchlist
from bot.watchlists.merge import bare
from bot.watchlists.names import fold_name


@dataclass(frozen=True, slots=True)
class ListChange:
    """How a list in force differs from before a reload, by names of companies."""

    watchlist: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reloaded:
    """What a reload found, and what it changed."""

    findings: tuple[Finding, ...]
    changes: tuple[ListChange, ...]


def differences(before: Sequence[Watchlist], after: Sequence[Watchlist]) -> tuple[ListChange, ...]:
    """One change for each list that came, went or names other companies or rules, by key."""
    old = {watchlist.key: watchlist for watchlist in before}
    new = {watchlist.key: watchlist for watchlist in after}
    changes = (_difference(key, old.get(key), new.get(key)) for key in sorted(old.keys() | new.keys()))
    return tuple(change for change in changes if change is not None)


def _difference(key: str, old: Watchlist | None, new: Watchlist | None) -> ListChange | None:
    was = {fold_name(company.name): company for company in old.companies} if old else {}
    now = {fold_name(company.name): company for company in new.companies} if new else {}
    added = tuple(company.name for name, company in now.items() if name not in was)
    removed = tuple(company.name for name, company in was.items() if name not in now)
    changed = tuple(company.name for name, company in now.items() if name in was and bare(company) != bare(was[name]))
    same = not (added or removed or changed) and (old is None) == (new is None)
    return None if same else ListChange(key, added, removed, changed)
