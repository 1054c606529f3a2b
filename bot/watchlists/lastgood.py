"""What of a file is in force while people write it: its last good version, whatever is half typed or half saved."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Literal

from bot.model.place import Finding, Place
from bot.watchlists.disk import GONE, Stamp
from bot.watchlists.folder import ListFile
from bot.watchlists.load import FileRead
from bot.watchlists.names import fold_name

SETTLE = timedelta(seconds=20)
"""How long a file must be gone until that is believed, and how often one that waits for a word is looked at."""

CUT = timedelta(seconds=1)
"""How long a file that ends early, at the end of a line, must be left alone until that is believed."""

FEWEST = 2
"""Companies that must go at once before anyone is asked: another name for the only one is an edit."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One file: `good` is in force, read from `data` (None: out of the store); `findings` are of the newest reading.

    `held`: since when a shorter version, `held_data`, or the loss of the file waits to be believed.
    """

    file: ListFile
    good: FileRead
    data: bytes | None = None
    findings: tuple[Finding, ...] = ()
    stamp: Stamp = GONE
    held: datetime | None = None
    held_data: bytes | None = None
    patience: timedelta = SETTLE

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Why the newest version of the file is not in force; empty when it is."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    def is_due(self, now: datetime) -> bool:
        """Whether what is held should be looked at again."""
        return self.held is not None and now - self.held >= self.patience


@dataclass(frozen=True, slots=True)
class Meant:
    """What was said to be meant: a version of the file, by its hash, and folded names that chat took off the list."""

    version: str = ""
    leaving: frozenset[str] = frozenset()


NOTHING = Meant()


def step(
    old: Standing | None,
    file: ListFile,
    read: FileRead,
    data: bytes,
    stamp: Stamp,
    now: datetime,
    meant: Meant = NOTHING,
) -> Standing:
    """The standing after a new reading: the new version where it is good and believable, else the old one with why.

    A version that drops most companies counts only where it is `meant`; one that ends early counts at once where it is.
    """
    new = Standing(file, read, data, read.findings, stamp)
    if old is None:
        return replace(new, good=FileRead(file.key), data=None) if read.errors else new
    kept = replace(old, file=file, stamp=stamp, held=None, held_data=None)
    if read.errors:
        return replace(kept, findings=(*read.errors, *_kept(kept, file)))
    if _count(read) == 0 < _count(old.good):
        return replace(kept, findings=(_emptied(file, _count(old.good)),))
    dropped, count = _dropped(old.good, read, meant.leaving), _count(old.good)
    if dropped >= FEWEST and dropped * 2 > count and digest(data) != meant.version:
        return replace(kept, findings=(_unconfirmed(file, dropped, count),), held=now, held_data=data)
    if digest(data) == meant.version or (cut := _cut_of(old, read, data)) is None:
        return new
    return replace(kept, findings=(_cut(file),)) if cut == "in a line" else _shorter(kept, new, old, now)


def _shorter(kept: Standing, new: Standing, old: Standing, now: datetime) -> Standing:
    """A version that is the beginning of the last one counts once nobody has written to it for a while."""
    written = datetime.fromtimestamp(new.stamp[0] / 1e9, UTC)
    since = old.held if old.held_data == new.data and old.held else min(now, written)
    if now - since >= CUT:
        return new
    return replace(kept, findings=(_shortened(new.file),), held=since, held_data=new.data, patience=CUT)


def missing(old: Standing, now: datetime) -> Standing | None:
    """The standing of a file that is gone: for a while as it was, then None."""
    since = old.held if old.held_data is None and old.held else now
    if now - since >= SETTLE:
        return None
    gone = Finding(Place(str(old.file.path)), "warning", "the file is gone", "its list is dropped in 20 seconds")
    return replace(old, findings=(gone,), stamp=GONE, held=since, held_data=None, patience=SETTLE)


def digest(data: bytes) -> str:
    """By what the store knows a version of a file."""
    return sha256(data).hexdigest()


def _dropped(good: FileRead, read: FileRead, leaving: frozenset[str]) -> int:
    """How many companies of the version in force the new one does not have, besides those that chat took off."""
    now = {fold_name(company.name) for company in read.watchlist.companies} if read.watchlist else set()
    was = {fold_name(company.name) for company in good.watchlist.companies} if good.watchlist else set()
    return len(was - now - leaving)


def _unconfirmed(file: ListFile, dropped: int, count: int) -> Finding:
    message = f"the file drops {dropped} of {count} companies; its last good version stays in force until that is meant"
    return Finding(Place(str(file.path)), "error", message, f"if it is: namewatch confirm {file.key}")


def _count(read: FileRead) -> int:
    return len(read.watchlist.companies) if read.watchlist else 0


def _cut_of(old: Standing, read: FileRead, data: bytes) -> Literal["in a line", "at a line"] | None:
    """Where this ends early, if it is the beginning of what stood there before and says something else."""
    # cut in the middle of an entry it may have as many entries, of which the last says something else
    if old.good.parsed in (read.parsed, ""):
        return None
    ended = data.endswith((b"\n", b"\r"))
    if old.data is not None:
        if len(data) >= len(old.data) or not old.data.startswith(data):
            return None
        return "at a line" if ended or old.data[len(data) : len(data) + 1] in (b"\n", b"\r") else "in a line"
    # of a version out of the store the bytes are not known
    was, now = json.loads(old.good.parsed), json.loads(read.parsed)
    if is_beginning(now, was):
        return "at a line"
    return "in a line" if not ended and is_beginning(now, was, torn=True) else None


def is_beginning(now: object, was: object, *, torn: bool = False) -> bool:
    """Whether content is what other content begins with, in its order; `torn`: its last text may be one, too."""
    if isinstance(now, dict) and isinstance(was, dict):
        return list(now) == list(was)[: len(now)] and is_beginning(list(now.values()), list(was.values()), torn=torn)
    if isinstance(now, list) and isinstance(was, list):
        *whole, last = now or [None]
        rest = was[len(whole) : len(whole) + 1]
        return whole == was[: len(whole)] and (not now or (bool(rest) and is_beginning(last, rest[0], torn=torn)))
    if isinstance(was, dict) and was and torn:
        was = next(iter(was))  # of a key that is not whole yet YAML makes a text
    return now in (None, was) or (torn and isinstance(now, str) and isinstance(was, str) and was.startswith(now))


def _kept(kept: Standing, file: ListFile) -> tuple[Finding, ...]:
    if kept.good.watchlist is None and not kept.good.sources:
        return ()
    message = f"the last good version stays in force ({_count(kept.good)} companies)"
    return (Finding(Place(str(file.path)), "warning", message, "mend the file"),)


def _emptied(file: ListFile, count: int) -> Finding:
    message = f"the file names no company any more; the {count} of before stay in force"
    return Finding(
        Place(str(file.path)), "error", message, "to drop the list delete its file, its sources go to another"
    )


def _cut(file: ListFile) -> Finding:
    message = "the file ends in the middle of a line of its last good version, which stays in force"
    return Finding(Place(str(file.path)), "error", message, "save it whole, with a newline at its end")


def _shortened(file: ListFile) -> Finding:
    message = "the file is cut short; its last good version stays in force for now"
    return Finding(Place(str(file.path)), "error", message, "nothing to do if it is meant: it counts in a second")
