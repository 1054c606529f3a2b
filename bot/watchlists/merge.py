"""The list in force: a file, merged company by company with the store's pending revisions over their common base."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.model.company import Company
from bot.model.place import NOWHERE, Finding
from bot.model.watchlist import Change, Revision, Watchlist
from bot.watchlists.names import fold_name, shown


@dataclass(frozen=True, slots=True)
class Merged:
    """The list in force. `settled`: ids of revisions that the file says by now; `conflicts`: both sides, in words.

    `waiting`: changes that are in force and not yet in the file, oldest first.
    """

    watchlist: Watchlist
    settled: frozenset[str] = frozenset()
    conflicts: tuple[Finding, ...] = ()
    waiting: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the revisions of one company come down to: how it should be, or None for gone."""

    company: Company | None
    last: Revision
    ids: frozenset[str]


def merge(watchlist: Watchlist, pending: Sequence[Revision], base: Sequence[Company] | None) -> Merged:
    """Three-way, by folded name. Where file and chat changed one company differently the file's stays, and it is said.

    `pending` oldest first; `base` are the companies both last shared, None where that is not known.
    """
    shared = None if base is None else {fold_name(company.name): bare(company) for company in base}
    current = {fold_name(company.name): company for company in watchlist.companies}
    settled: set[str] = set()
    waiting: set[str] = set()
    conflicts = []
    for key, wish in _wishes(pending).items():
        here = bare(current[key]) if key in current else None
        wanted = bare(wish.company) if wish.company else None
        if here == wanted:
            settled |= wish.ids
        elif here != _before(key, here, wanted, shared):
            conflicts.append(_conflict(watchlist, current.get(key), wish))
        else:
            waiting |= wish.ids
            _set(current, key, wish.company)
    still = tuple(revision.change for revision in pending if revision.id in waiting)
    in_force = replace(watchlist, companies=tuple(current.values()))
    return Merged(in_force, frozenset(settled), tuple(conflicts), still)


def _set(current: dict[str, Company], key: str, company: Company | None) -> None:
    if company is None:
        del current[key]
    else:
        current[key] = company


def _before(
    key: str, here: Company | None, wanted: Company | None, shared: Mapping[str, Company] | None
) -> Company | None:
    """How the company was when the change was made; without a base: as the change needs it to have been."""
    if shared is not None:
        return shared.get(key)
    return here if wanted is None else None


def _wishes(pending: Sequence[Revision]) -> dict[str, _Wish]:
    wishes: dict[str, _Wish] = {}
    for revision in pending:
        key = fold_name(revision.change.name)
        earlier = wishes[key].ids if key in wishes else frozenset()
        wanted = revision.change.company if revision.change.action == "add" else None
        wishes[key] = _Wish(wanted, revision, earlier | {revision.id})
    return wishes


def bare(company: Company) -> Company:
    """The company without its place, for comparison."""
    return replace(company, place=NOWHERE)


def _conflict(watchlist: Watchlist, here: Company | None, wish: _Wish) -> Finding:
    place = here.place if here else watchlist.place
    name = shown(wish.last.change.name)
    chat = "removed" if wish.company is None else "added otherwise"
    file = "has it changed" if here else "has it no more"
    message = f"{name} was {chat} in chat by {wish.last.actor}, and the file {file}: the file counts"
    return Finding(place, "warning", message, "say it once more in chat, or leave it")
