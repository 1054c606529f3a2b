"""Edited files come into force while the bot runs; what changed is told to the channels of the list, once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from watchfiles import awatch

from bot.errors import StoreError
from bot.model.alert import Delivery
from bot.model.card import Card, TextCard
from bot.model.channel import CONSOLE, Channel
from bot.model.place import Finding
from bot.model.watchlist import BY_FILE, Revision
from bot.protocols import Clock, Ids, Store
from bot.watchlists.differences import ListChange
from bot.watchlists.merge import Entry, Key, bare, key_of, keys_of
from bot.watchlists.repo import FileRepo

log = structlog.get_logger()

BELIEVED = timedelta(seconds=3)
"""How long a file must be broken until that is news: editors save in several steps."""

TOLD_TOGETHER = timedelta(minutes=2)
"""Within which two processes on one store, and one folder, see the same change."""

FETCHED_APART = timedelta(days=1)
"""Within which two machines on one store, each with a checkout of its own, see the same change."""

PUT_OFF = timedelta(minutes=1)
"""After which what was put off for a channel that is not to be disturbed is looked at again, and put off again."""

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_DEBOUNCE = 300
_AGAIN = 400
"""Milliseconds between two looks while a version of a file waits to be believed."""
_NO_FOLDER = 5.0


class LiveLists:
    """Looks after the files of a repo while the bot runs."""

    def __init__(
        self,
        repo: FileRepo,
        store: Store,
        clock: Clock,
        ids: Ids,
        *,
        found: Callable[[Channel], Channel],
        shut: Callable[[Channel], bool],
        ops: Channel | None,
    ) -> None:
        """`found` is where a channel as written is, `shut` whether one is not to be disturbed now.

        `ops` hears of broken files at any time, and without it the log does.
        """
        self._repo, self._store, self._clock, self._ids = repo, store, clock, ids
        self._found, self._shut, self._ops = found, shut, ops
        self._turn = asyncio.Lock()
        self._known = set(repo.findings)
        self._conflicts = self._conflicts_now()
        self._broken: dict[str, datetime] = {}
        self._seen: list[Delivery] = []
        self._unsaid: list[Delivery] = []
        self._told = {each.place.file for each in _errors(repo.findings)}

    async def watch(self, folder: Path, stop: asyncio.Event, owed: Callable[[], object]) -> None:
        """Look at once when the system says that something in the folder changed; `owed` is called where it was told.

        Ends when `stop` is set. A folder that the system can't watch is left to whoever calls `look` now and then.
        """
        while not stop.is_set():
            try:
                async for changed in _changes(folder, stop):
                    if (changed or self._repo.holds) and await self.look():
                        owed()
            except (OSError, RuntimeError, StoreError) as error:
                log.debug("the folder of lists is watched again soon", folder=str(folder), cause=str(error))
                await asyncio.sleep(_NO_FOLDER)

    async def look(self) -> bool:
        """Take in what changed on the disk; whether a channel is owed a line because of it.

        What the store could not take is owed at the next look.
        """
        async with self._turn:
            owed = False
            if await asyncio.to_thread(self._repo.changed_on_disk):
                owed = await self._repo.take_in(self._tell)
            self._unsaid += [*self._overruled(), *self._news()]
            if self._unsaid:
                async with self._store.deciding():
                    owed |= await self._owe((), self._unsaid)
                self._unsaid = []
            return owed

    async def _tell(self, changes: Sequence[ListChange]) -> bool:
        """Keep changes of files in the history, with the lines that say so; whether a line is owed."""
        async with self._store.deciding():
            new: list[Revision] = []
            lines: list[Delivery] = []
            for change in changes:
                unknown, unheard = await self._unknown(change)
                new += unknown
                lines += self._lines(change) if unheard else ()
            return await self._owe(new, lines)

    async def _owe(self, new: Sequence[Revision], notices: Sequence[Delivery]) -> bool:
        """Record, and owe what no other process on this store has just owed, both or none; whether anything is owed."""
        since = self._clock.now() - TOLD_TOGETHER
        lately = [*(each for each in self._seen if each.created >= since), *notices]
        told = Counter(map(_said, await self._store.notices(since)))
        # seen here more often than it was told by anyone: the same change was made again
        seen = Counter(map(_said, lately))
        owed = [each for each in notices if told[_said(each)] < seen[_said(each)]]
        if new or owed:
            await self._store.record_revision(new, owed)
        self._seen = lately
        return bool(owed)

    async def _unknown(self, change: ListChange) -> tuple[list[Revision], bool]:
        """What the history of a list lacks: what another process wrote and recorded is there already.

        And whether the channels are to hear of the change: not where another bot has found all of it in its files of
        late, and has told them.
        """
        last: dict[Key, Entry | None] = {}
        by_file: dict[Key, datetime] = {}
        for revision in await self._store.revisions(change.watchlist) if change.edits else ():
            for key in keys_of(revision.change):
                gone = revision.change.after is None or key_of(revision.change.after) != key
                last[key] = None if gone or revision.change.after is None else bare(revision.change.after)
                by_file[key] = revision.at if revision.channel == BY_FILE else _LONG_AGO
        now = self._clock.now()
        new = [
            Revision(self._ids.new(), edit, "someone", BY_FILE, now, pending=False)
            for edit in change.edits
            if (key := keys_of(edit)[0]) not in last or last[key] != (bare(edit.after) if edit.after else None)
        ]
        earlier = [by_file.get(keys_of(edit)[0], _LONG_AGO) for edit in change.edits]
        return new, bool(new) or min(earlier, default=_LONG_AGO) < now - FETCHED_APART

    def _lines(self, change: ListChange) -> list[Delivery]:
        """One line for each channel of the list."""
        log.info("list changed", list=change.watchlist, changes=str(change))
        channels = dict.fromkeys(map(self._found, change.channels))
        return [self._notice(channel, f"{change.name}: {change}, by file") for channel in channels]

    def _notice(self, channel: Channel, words: str) -> Delivery:
        now = self._clock.now()
        may_go = now + PUT_OFF if channel != self._ops and self._shut(channel) else now
        return Delivery(self._ids.new(), channel, "notice", TextCard("notice", ((words,),)), (), now, may_go)

    def _overruled(self) -> list[Delivery]:
        """What chat changed and a file otherwise is told once where it was said; of the terminal's the news tell."""
        notices = []
        for revision, words in sorted(self._conflicts_now() - self._conflicts, key=_when):
            channel = self._ops if revision.channel == CONSOLE else self._found(revision.channel)
            notices += [self._notice(channel, f"{revision.change.watchlist}: {words}")] if channel else []
        self._conflicts = self._conflicts_now()
        return notices

    def _conflicts_now(self) -> set[tuple[Revision, str]]:
        """Without their places: a line that moves is no news."""
        return {(each.revision, f"{each.finding.message} ({each.finding.fix})") for each in self._repo.conflicts}

    def _news(self) -> list[Delivery]:
        """Files that broke and stayed so, and files that are in order again: each is said once."""
        findings, now = self._repo.findings, self._clock.now()
        errors: dict[str, Finding] = {}
        for each in _errors(findings):
            errors.setdefault(each.place.file, each)
        self._log_others(findings, errors)
        self._broken = {file: self._broken.get(file, now) for file in errors}
        news = []
        for file, error in errors.items():
            if file not in self._told and now - self._broken[file] >= BELIEVED:
                self._told.add(file)
                kept = "" if "in force" in error.message else "; its last good version stays in force"
                news.append(f"{error}{kept}")
        for file in sorted(self._told - errors.keys()):
            self._told.discard(file)
            news.append(f"{file} is in order again")
        if self._ops is None:
            for words in news:
                log.warning("watchlist file", news=words)
            return []
        return [self._notice(self._ops, words) for words in news]

    def _log_others(self, findings: Iterable[Finding], errors: Iterable[str]) -> None:
        """What is no news of its own, such as a warning or a conflict, is in the log once."""
        found = set(findings)
        for each in sorted(found - self._known, key=str):
            if each.severity != "error" and each.place.file not in set(errors):
                log.warning("watchlist file", finding=str(each))
        self._known = found


def _changes(folder: Path, stop: asyncio.Event) -> AsyncIterator[Collection[object]]:
    """What the system says that changed; nothing, now and then."""
    return awatch(
        folder, debounce=_DEBOUNCE, stop_event=stop, watch_filter=None, rust_timeout=_AGAIN, yield_on_timeout=True
    )


def _said(notice: Delivery) -> tuple[Channel, Card]:
    return notice.channel, notice.card


def _when(conflict: tuple[Revision, str]) -> tuple[datetime, str]:
    return conflict[0].at, conflict[0].id


def _errors(findings: Iterable[Finding]) -> list[Finding]:
    return [each for each in findings if each.severity == "error"]
