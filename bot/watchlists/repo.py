"""The lists in force: files and the store's pending changes, in memory, and the one way to change them."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Self

from bot.errors import ChangeRefused
from bot.model.channel import Channel
from bot.model.command import Actor
from bot.model.place import Finding
from bot.model.source import Source
from bot.model.watchlist import Base, Change, Revision, Watchlist
from bot.protocols import Clock, Ids, Store
from bot.watchlists.differences import ListChange, differences
from bot.watchlists.disk import GONE, create_file, locked, may_write, replace_file, stamp
from bot.watchlists.edit import spliced
from bot.watchlists.folder import ListFile, Loaded, combine, find_files, read_bytes
from bot.watchlists.lastgood import Meant, Standing, digest, missing, step
from bot.watchlists.load import FileRead, SourceTypes, load, restore
from bot.watchlists.merge import Conflict, Merged, changed, merge
from bot.watchlists.names import fold_name, shown
from bot.watchlists.own import is_slug_of, list_name, new_file, own_file, slug
from bot.watchlists.patch import Unwritten
from bot.watchlists.possible import made_possible


@dataclass(frozen=True, slots=True)
class _Edit:
    """A file's bytes and what they become."""

    before: bytes
    after: bytes


class FileRepo:
    """Fulfils WatchlistRepo over a folder and a store. Everything that parses or writes runs beside the event loop."""

    def __init__(self, folder: Path, store: Store, clock: Clock, ids: Ids, source_types: SourceTypes) -> None:
        """Use `open`; this only keeps what it is given."""
        self._folder, self._store, self._clock, self._ids = folder, store, clock, ids
        self._types = source_types
        self._turn = asyncio.Lock()
        self._standings: dict[str, Standing] = {}
        self._bases: dict[str, Base] = {}
        self._merged: dict[str, Merged] = {}
        self._in_force = Loaded()
        self._folder_findings: tuple[Finding, ...] = ()
        self._told: dict[str, Watchlist] = {}
        self._half_read = False
        self._pending: dict[str, tuple[Revision, ...]] = {}
        self._waiting_revisions: Mapping[str, Sequence[Revision]] = {}

    @classmethod
    async def open(cls, folder: Path, store: Store, clock: Clock, ids: Ids, source_types: SourceTypes) -> Self:
        """Read the folder; a broken file is taken from the store's last copy, and `findings` say so."""
        repo = cls(folder, store, clock, ids, source_types)
        repo._bases = dict(await store.bases())
        await repo.reload()
        repo._told = {watchlist.key: watchlist for watchlist in repo.lists()}
        return repo

    @property
    def folder(self) -> Path:
        """Where the files are."""
        return self._folder

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that the last reading found, in order."""
        return self._in_force.findings

    @property
    def is_new(self) -> bool:
        """Whether nothing was ever watched here: no file of a list is there, and the store knows of none."""
        return not self._standings and not self._bases

    def lists(self) -> tuple[Watchlist, ...]:
        """Every list in force, ordered by key."""
        return self._in_force.lists

    def sources(self) -> tuple[Source, ...]:
        """Every source that the files name, ordered by key."""
        return self._in_force.sources

    def own_list(self, channel: Channel) -> Watchlist | None:
        """The list that was made for this channel: named after it, and heard by it alone."""
        for watchlist in self.lists():
            alone = [rule.channel for rule in watchlist.channels] == [channel]
            if alone and is_slug_of(PurePosixPath(watchlist.key).stem, channel):
                return watchlist
        return None

    def changed_on_disk(self) -> bool:
        """Whether a file came, went or changed since the last reading, or one that was held is due.

        So it is where a change by hand came in with something else, and was not told yet, and where the store was away
        when the last reading was to come into force.
        """
        told, lists = self._told, self.lists()
        if self._half_read or told.keys() != {one.key for one in lists}:
            return True
        if any(told[one.key] is not one and told[one.key] != one for one in lists):
            return True
        files, _ = find_files([self._folder])
        if {file.key for file in files} != self._standings.keys() - self._missing():
            return True
        now = self._clock.now()
        known = self._standings
        return any(stamp(file.path) != known[file.key].stamp for file in files) or any(
            standing.is_due(now) for standing in known.values()
        )

    @property
    def holds(self) -> bool:
        """Whether a version of a file waits to be believed, so that it should be looked at again before long."""
        return any(standing.held is not None for standing in self._standings.values())

    def _missing(self) -> set[str]:
        return {key for key, standing in self._standings.items() if standing.stamp == GONE}

    async def reload(self) -> None:
        """Read what changed on the disk; a bad file keeps its last good version in force."""
        async with self._turn:
            await self._read_again()

    async def take_in(self, tell: Callable[[Sequence[ListChange]], Awaitable[bool]]) -> bool:
        """The same, and tell of what files changed since it was told last; what `tell` says of that, else False.

        Where the store or `tell` fails, all of it is found again the next time.
        """
        async with self._turn:
            await self._read_again()
            changes = await asyncio.to_thread(differences, tuple(self._told.values()), self.lists())
            said = bool(changes) and await tell(changes)
            self._told = {watchlist.key: watchlist for watchlist in self.lists()}
            return said

    async def _read_again(self) -> None:
        await self._recall()
        await asyncio.to_thread(self._scan)
        await self._merge()

    async def trust(self, path: Path) -> None:
        """Let a file count as it stands, though lines at its end are gone: a command of ours has just written it."""
        async with self._turn:
            await self._recall()
            for key, standing in self._standings.items():
                if standing.file.path == path and not self._waiting_revisions.get(key):
                    data = await asyncio.to_thread(path.read_bytes)
                    read = await asyncio.to_thread(self._read, standing.file, data)
                    await self._store.save_base(Base(key, digest(data), read.parsed, self._clock.now()))

    def _scan(self) -> None:
        files, findings = find_files([self._folder])
        self._folder_findings = tuple(findings)
        now = self._clock.now()
        standings: dict[str, Standing] = {}
        for file in files:
            old = self._standings.get(file.key)
            mark = stamp(file.path)
            if old is not None and old.stamp == mark and not old.is_due(now):
                standings[file.key] = old
                continue
            data = read_bytes(file.path)
            read = FileRead(file.key, findings=(data,)) if isinstance(data, Finding) else self._read(file, data)
            content = b"" if isinstance(data, Finding) else data
            standings[file.key] = step(old or self._stored(file), file, read, content, mark, now, self._meant(file.key))
        for key, old in self._standings.items():
            if key not in standings and (standing := missing(old, now)):
                standings[key] = standing
        self._standings = standings

    def _meant(self, key: str) -> Meant:
        """What was said to be meant of a file: the version that the store has, and what chat has taken off the list."""
        base = self._bases.get(key)
        changes = [one.change for one in self._waiting_revisions.get(key, ())]
        leaving = frozenset(fold_name(one.name) for one in changes if one.action in ("remove", "replace"))
        return Meant(base.file_hash if base else "", leaving)

    async def confirm(self, watchlist: str) -> Watchlist:
        """Let a version of a file count that drops most of its list; ChangeRefused where none waits for that."""
        async with self._turn:
            await self._recall()
            await asyncio.to_thread(self._scan)
            standing = self._standings.get(watchlist)
            if standing is None or standing.held_data is None:
                raise ChangeRefused(f"nothing of {shown(watchlist)} waits for a confirmation")
            data = standing.held_data
            read = await asyncio.to_thread(self._read, standing.file, data)
            await self._store.save_base(Base(watchlist, digest(data), read.parsed, self._clock.now()))
            self._standings[watchlist] = Standing(standing.file, read, data, read.findings, standing.stamp)
            await self._merge()
            return self._list(watchlist)

    def _read(self, file: ListFile, data: bytes) -> FileRead:
        return load(data, str(file.path), key=file.key, source_types=self._types, folder=file.path.parent)

    def _stored(self, file: ListFile) -> Standing | None:
        """The last version of a file that the store knows, for a file that was broken or emptied while we were away."""
        base = self._bases.get(file.key)
        good = self._restore(base, file) if base else None
        return Standing(file, good) if good and not good.errors else None

    def _restore(self, base: Base, file: ListFile) -> FileRead:
        return restore(base.parsed, str(file.path), key=file.key, source_types=self._types, folder=file.path.parent)

    async def _recall(self) -> None:
        """What the store knows of files, and the changes that wait for them."""
        self._bases = dict(await self._store.bases())
        waiting: dict[str, list[Revision]] = {}
        for revision in await self._store.revisions("", pending_only=True):
            waiting.setdefault(revision.change.watchlist, []).append(revision)
        self._waiting_revisions = waiting

    async def _merge(self) -> None:
        """Files and pending changes to the lists in force; what agrees by now is settled, and the base moves on."""
        self._half_read = True
        await self._recall()
        pending = self._waiting_revisions
        reads = await asyncio.to_thread(self._merge_all, pending)
        self._pending = {key: self._still(key, found) for key, found in pending.items()}
        settled = {id_ for merged in self._merged.values() for id_ in merged.settled}
        if settled:
            await self._store.settle_revisions(settled)
        await self._move_bases({key for key, found in pending.items() if {one.id for one in found} - settled})
        loaded = combine(reads, [*self._folder_findings, *(each.finding for each in self.conflicts)])
        self._in_force = replace(loaded, lists=_same_objects(self.lists(), loaded.lists))
        self._half_read = False

    def _still(self, key: str, found: Sequence[Revision]) -> tuple[Revision, ...]:
        """Those that are in force and not in a file."""
        merged = self._merged.get(key)
        return tuple(one for one in found if merged is None or one.change in merged.waiting)

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Changes from chat that do not fit their files any more; they stay known until somebody changes that again."""
        return tuple(each for merged in self._merged.values() for each in merged.conflicts)

    def pending(self, watchlist: str) -> int:
        """How many changes made in chat are in force and not in the list's file."""
        return len(self._pending.get(watchlist, ()))

    async def unwritten(self, root: Path) -> tuple[tuple[str, Unwritten], ...]:
        """By key, the lists whose files do not say yet what was changed in chat; paths are seen from `root`."""
        async with self._turn:
            found = [key for key, revisions in self._pending.items() if revisions or self._lives_in_store(key)]
            found += [key for key in self._bases if self._lives_in_store(key) and key not in found]
            return await asyncio.to_thread(lambda: tuple((key, self._unwritten(key, root)) for key in sorted(found)))

    def _unwritten(self, key: str, root: Path) -> Unwritten:
        standing = self._standings.get(key)
        path = standing.file.path if standing else self._folder / key
        before = read_bytes(path) if standing else None
        if isinstance(before, Finding):
            raise ChangeRefused(f"{before}; nothing was exported")
        data = own_file(json.loads(self._bases[key].parsed)) if before is None else before
        revisions = self._pending.get(key, ())
        refused = []
        for revision in revisions:
            try:
                data = spliced(data, [revision.change], str(path))
            except ChangeRefused as error:
                refused.append((revision.change, str(error)))
        target = path.parent.resolve() / path.name
        shown_path = target.relative_to(root.resolve()) if target.is_relative_to(root.resolve()) else target
        return Unwritten(shown_path.as_posix().lstrip("/"), before, data, revisions, tuple(refused))

    def _merge_all(self, pending: Mapping[str, Sequence[Revision]]) -> list[FileRead]:
        self._merged = {}
        reads = []
        stored = [self._store_only(base) for key, base in self._bases.items() if self._lives_in_store(key)]
        current = [
            *((standing.good, standing.findings) for standing in self._standings.values()),
            *((read, ()) for read in stored),
        ]
        for read, findings in current:
            watchlist = read.watchlist
            if watchlist is not None:
                found = pending.get(read.key, ())
                merged = merge(watchlist, found, self._base_list(read.key) if found else None)
                if not self._lives_in_store(read.key):
                    self._merged[read.key] = merged
                watchlist = merged.watchlist
            reads.append(FileRead(read.key, watchlist, read.sources, findings, read.parsed, read.from_places))
        return reads

    def _lives_in_store(self, key: str) -> bool:
        base = self._bases.get(key)
        return base is not None and not base.file_hash and key not in self._standings

    def _store_only(self, base: Base) -> FileRead:
        return self._restore(base, ListFile(base.watchlist, self._folder / base.watchlist))

    def _base_list(self, key: str) -> Watchlist | None:
        base = self._bases.get(key)
        read = self._store_only(base) if base else None
        return read.watchlist if read else None

    async def _move_bases(self, waiting: set[str]) -> None:
        """Keep what file and store agree on; a list with changes that wait keeps the base they were made over."""
        for key, standing in self._standings.items():
            if standing.data is None or not standing.good.parsed:
                continue
            newest = digest(standing.data)
            known = self._bases.get(key)
            if known is None or (known.file_hash != newest and key not in waiting):
                base = Base(key, newest, standing.good.parsed, self._clock.now())
                await self._store.save_base(base)
                self._bases[key] = base

    async def apply(self, changes: Sequence[Change], actor: Actor, channel: Channel, undoes: str = "") -> Watchlist:
        """Make the changes, all of one list or none, and return it as it is now; ChangeRefused says why not.

        They are recorded first and then written to the list's file; where that can't be written they stay pending.
        `undoes` is the id of the revision that they take back.
        """
        async with self._turn:
            watchlist = self._changeable(changes)
            changes = made_possible(watchlist, changes)
            standing = self._standings.get(watchlist.key)
            edit = None
            if standing is not None and may_write(standing.file.path):
                edit = await asyncio.to_thread(self._prepare, standing, changes)
            now, who = self._clock.now(), actor.name or actor.id
            revisions = [
                Revision(self._ids.new(), one, who, channel, now, pending=True, undoes=undoes) for one in changes
            ]
            await self._store.record_revision(revisions)
            if standing is not None and edit is not None:
                await asyncio.to_thread(self._write, standing.file, edit, changes)
            await self._merge()
            return self._answered(self._list(watchlist.key), changes)

    def _answered(self, now: Watchlist, changes: Sequence[Change]) -> Watchlist:
        """The list as it is now: what was asked for is told by the answer, what came in by hand with it is not yet."""
        told = self._told.get(now.key)
        asked = changed(told, changes) if told else now
        self._told[now.key] = asked if differences([asked], [now]) else now
        return now

    def _list(self, key: str) -> Watchlist:
        found = next((watchlist for watchlist in self.lists() if watchlist.key == key), None)
        if found is None:
            raise ChangeRefused(f"no list {shown(key)} is in force; see `namewatch check`, nothing was changed")
        return found

    def _changeable(self, changes: Sequence[Change]) -> Watchlist:
        """The list in force that all of the changes are about, once its file can be read."""
        if len({change.watchlist for change in changes}) != 1:
            raise ChangeRefused("changes to several lists can't be made at once; change one list at a time")
        watchlist = self._list(changes[0].watchlist)
        standing = self._standings.get(watchlist.key)
        if standing is not None and standing.errors:
            raise ChangeRefused(f"{standing.errors[0]}; mend the file first, nothing was changed")
        return watchlist

    def _prepare(self, standing: Standing, changes: Sequence[Change]) -> _Edit:
        """The file as it will be, out of the bytes on the disk now and not those that were read last."""
        path = standing.file.path
        data = read_bytes(path)
        if isinstance(data, Finding):
            raise ChangeRefused(f"{data}; nothing was changed")
        if data != standing.data:
            read = self._read(standing.file, data)
            now = self._clock.now()
            newest = step(standing, standing.file, read, data, standing.stamp, now, self._meant(standing.file.key))
            if newest.errors:
                raise ChangeRefused(f"{newest.errors[0]}; mend the file first, nothing was changed")
        return _Edit(data, self._spliced(standing.file, data, changes))

    def _spliced(self, file: ListFile, data: bytes, changes: Sequence[Change]) -> bytes:
        """The bytes with the changes in them, and with earlier ones that could not be written then."""
        for change in self._waiting(file.key):
            with suppress(ChangeRefused):
                data = spliced(data, [change], str(file.path))
        return spliced(data, changes, str(file.path))

    def _waiting(self, key: str) -> Sequence[Change]:
        merged = self._merged.get(key)
        return merged.waiting if merged else ()

    def _write(self, file: ListFile, edit: _Edit, changes: Sequence[Change]) -> None:
        """Write the edit if the file may be written and is still what it was made of; else it stays pending."""
        with suppress(OSError, ChangeRefused), locked(file.path.parent):
            data = read_bytes(file.path)
            if isinstance(data, Finding):
                return
            after = edit.after if data == edit.before else self._spliced(file, data, changes)
            read = self._read(file, after)
            if read.errors:
                return
            replace_file(file.path, after)
            self._standings[file.key] = Standing(file, read, after, read.findings, stamp(file.path))

    async def create(self, channel: Channel, actor: Actor) -> Watchlist:  # noqa: ARG002
        """Make the own list of a channel, empty, and return it; where no file can be made it lives in the store."""
        if Channel.parse(str(channel)) != channel:
            raise ChangeRefused(f"{shown(str(channel))} can't be named in a list; name a channel that has an id")
        async with self._turn:
            if (own := self.own_list(channel)) is not None:
                return own
            key = await asyncio.to_thread(self._create_file, channel)
            if key is None:
                key = self._free_key(channel)
                content = {"version": "1", "name": list_name(channel), "channels": [str(channel)]}
                parsed = json.dumps(content, ensure_ascii=False)
                await self._store.save_base(Base(key, "", parsed, self._clock.now()))
            await self._merge()
            return self._answered(self._list(key), ())

    def _free_key(self, channel: Channel) -> str:
        """The first name for the list of this channel that is not taken."""
        number = 0
        while True:
            number += 1
            key = f"{slug(channel)}{'' if number == 1 else f'-{number}'}.yaml"
            taken = key in self._standings or key in self._bases or (self._folder / key).exists()
            if not taken:
                return key

    def _create_file(self, channel: Channel) -> str | None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if not may_write(self._folder / "."):
                return None
            with locked(self._folder):
                key = self._free_key(channel)
                data = new_file(channel)
                create_file(self._folder / key, data)
        except OSError:
            return None
        file = ListFile(key, self._folder / key)
        read = self._read(file, data)
        self._standings[key] = Standing(file, read, data, read.findings, stamp(file.path))
        return key


def _same_objects(before: Sequence[Watchlist], after: Sequence[Watchlist]) -> tuple[Watchlist, ...]:
    """The lists as they are now, the very objects of before where nothing changed: who has read one need not again."""
    old = {watchlist.key: watchlist for watchlist in before}
    return tuple(old[one.key] if old.get(one.key) == one else one for one in after)
