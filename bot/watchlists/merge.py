"""The list in force: a file, merged entry by entry with the store's pending revisions over their common base."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.model.company import Company
from bot.model.difference import entry_words, in_words
from bot.model.place import NOWHERE, Finding
from bot.model.watchlist import Change, ChannelRule, Revision, Watchlist
from bot.watchlists.names import fold_name, shown

Key = tuple[str, str]
"""Of a company its folded name, of a channel its text: what makes two entries the same."""

Entry = Company | ChannelRule


@dataclass(frozen=True, slots=True)
class Conflict:
    """A change from chat that does not fit the file any more: both sides in words, and the last of its revisions."""

    finding: Finding
    revision: Revision


@dataclass(frozen=True, slots=True)
class Merged:
    """The list in force. `settled`: ids of revisions that the file says by now; `conflicts`: where the file counts.

    `waiting`: changes that are in force and not yet in the file, oldest first.
    """

    watchlist: Watchlist
    settled: frozenset[str] = frozenset()
    conflicts: tuple[Conflict, ...] = ()
    waiting: tuple[Change, ...] = ()


@dataclass(slots=True)
class _Wish:
    """What the revisions of some entries come down to: how each should be (None for gone), and how it was before.

    A rename ties two entries together: either both sides of it come true or none.
    """

    wanted: dict[Key, Entry | None] = field(default_factory=dict)
    before: dict[Key, Entry | None] = field(default_factory=dict)
    revisions: list[Revision] = field(default_factory=list)


def merge(watchlist: Watchlist, pending: Sequence[Revision], base: Watchlist | None) -> Merged:
    """Three-way, by key. Where file and chat changed one entry differently the file's stays, and it is said.

    `pending` oldest first; `base` is the list that both last shared, None where that is not known.
    """
    if not pending:
        return Merged(watchlist)
    shared = None if base is None else {key: bare(entry) for key, entry in entries_of(base).items()}
    current = entries_of(watchlist)
    settled: set[str] = set()
    waiting: set[str] = set()
    conflicts = []
    for wish in _wishes(pending):
        ids = {revision.id for revision in wish.revisions}
        here = {key: bare(current[key]) if key in current else None for key in wish.wanted}
        wanted = {key: bare(entry) if entry else None for key, entry in wish.wanted.items()}
        if here == wanted:
            settled |= ids
        elif all(here[key] == _before(key, wish, here, shared) for key in wanted):
            waiting |= ids
            current = _with(current, wish)
        else:
            was = {key: _before(key, wish, here, shared) for key in wanted}
            conflicts.append(_conflict(watchlist, current, was, wish.revisions[-1]))
    still = tuple(revision.change for revision in pending if revision.id in waiting)
    return Merged(_in_force(watchlist, current.values()), frozenset(settled), tuple(conflicts), still)


def keys_of(change: Change) -> tuple[Key, ...]:
    """The entries that a change is about: two for a rename."""
    if change.is_of_channel:
        return (("channel", change.name),)
    names = (change.name, change.company.name) if change.company else (change.name,)
    return tuple(dict.fromkeys(("company", fold_name(name)) for name in names))


def key_of(entry: Entry) -> Key:
    """What an entry is known by."""
    return ("company", fold_name(entry.name)) if isinstance(entry, Company) else ("channel", str(entry.channel))


def bare(entry: Entry) -> Entry:
    """The entry without its place, for comparison."""
    return replace(entry, place=NOWHERE)


def changed(watchlist: Watchlist, changes: Iterable[Change]) -> Watchlist:
    """The list once these are made, each of which is possible."""
    entries = entries_of(watchlist)
    for change in changes:
        entries = _with(entries, _Wish(_wanted(change)))
    return _in_force(watchlist, entries.values())


def entries_of(watchlist: Watchlist) -> dict[Key, Entry]:
    """All that changes can be about, by key: companies and channels."""
    entries: tuple[Entry, ...] = (*watchlist.companies, *watchlist.channels)
    return {key_of(entry): entry for entry in entries}


def _in_force(watchlist: Watchlist, entries: Iterable[Entry]) -> Watchlist:
    found = tuple(entries)
    companies = tuple(entry for entry in found if isinstance(entry, Company))
    return replace(watchlist, companies=companies, channels=tuple(e for e in found if isinstance(e, ChannelRule)))


def _with(current: Mapping[Key, Entry], wish: _Wish) -> dict[Key, Entry]:
    """The entries as wished: what is renamed keeps its place, what is new comes last."""
    gone = [key for key, entry in wish.wanted.items() if entry is None and key in current]
    new = {key: entry for key, entry in wish.wanted.items() if entry is not None and key not in current}
    instead = dict(zip(gone, new.items(), strict=False))
    entries: dict[Key, Entry] = {}
    for key, entry in current.items():
        if key in instead:
            entries[instead[key][0]] = instead[key][1]
        elif key not in gone:
            entries[key] = wish.wanted.get(key) or entry
    return {**entries, **{key: entry for key, entry in new.items() if key not in entries}}


def _before(
    key: Key, wish: _Wish, here: Mapping[Key, Entry | None], shared: Mapping[Key, Entry] | None
) -> Entry | None:
    """How the entry was when the change was made; where nobody knows: as the change needs it to have been."""
    if key in wish.before:
        return wish.before[key]
    if shared is not None:
        return shared.get(key)
    return here[key] if wish.wanted[key] is None else None


def _wishes(pending: Sequence[Revision]) -> list[_Wish]:
    wishes: dict[Key, _Wish] = {}
    for revision in pending:
        change = revision.change
        tied = {id(wish): wish for key in keys_of(change) if (wish := wishes.get(key))}
        wish = _Wish()
        for earlier in tied.values():
            wish.wanted |= earlier.wanted
            wish.before |= earlier.before
            wish.revisions += earlier.revisions
        known = {key: entry for key, entry in _known_before(change).items() if key not in wish.wanted}
        wish.before |= known
        wish.wanted |= _wanted(change)
        wish.revisions.append(revision)
        wishes |= dict.fromkeys(wish.wanted, wish)
    return list({id(wish): wish for wish in wishes.values()}.values())


def _wanted(change: Change) -> dict[Key, Entry | None]:
    wanted: dict[Key, Entry | None] = dict.fromkeys(keys_of(change))
    if change.after is not None and change.action not in ("remove", "unhear"):
        wanted[keys_of(change)[-1]] = change.after
    return wanted


def _known_before(change: Change) -> dict[Key, Entry | None]:
    """What stood there when the change was made, as far as the change itself says."""
    first, *others = keys_of(change)
    known: dict[Key, Entry | None] = dict.fromkeys(others)
    if change.before is not None:
        known[first] = bare(change.before)
    elif change.action in ("add", "hear"):
        known[first] = None
    return known


def _conflict(
    watchlist: Watchlist, current: Mapping[Key, Entry], was: Mapping[Key, Entry | None], last: Revision
) -> Conflict:
    """Both sides of a change that does not fit the file any more; the file's stays."""
    here = [current[key] for key in was if key in current]
    place = here[0].place if here else watchlist.place
    chat = _CHAT[last.change.action] + _bracketed(
        in_words(last.change) if last.change.action in ("replace", "tune") else ""
    )
    by_file = [
        words for key, entry in was.items() if entry and key in current for words in entry_words(entry, current[key])
    ]
    file = "has it no more" if not here else "has changed it" + _bracketed(", ".join(by_file))
    message = f"{shown(last.change.name)} was {chat} in chat by {last.actor}, and the file {file}: the file counts"
    return Conflict(Finding(place, "warning", message, "say it once more in chat, or leave it"), last)


def _bracketed(words: str) -> str:
    return f" ({words})" if words else ""


_CHAT = {
    "add": "added otherwise",
    "remove": "removed",
    "replace": "changed",
    "hear": "made to hear it otherwise",
    "unhear": "taken off",
    "tune": "tuned",
}
