"""The file of a store before it is used: is it there, may it be written, is it whole; and a copy of it."""

import os
import sqlite3
from contextlib import closing
from glob import escape
from pathlib import Path

from bot.errors import StoreError, StoreUnavailable
from bot.store.faults import in_words
from bot.store.likelihood import unlikely
from bot.store.place import FilePlace, Place
from bot.store.replacing import PARTIAL, free_name, put_in_place, remove


def check_writable(place: FilePlace) -> None:
    """StoreUnavailable, with the fix, when the file or the folder that it needs can't be written."""
    folder = place.path.absolute().parent
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StoreUnavailable(
            f"the folder {folder} can't be written, and {place} needs files beside it: give this user the right to "
            "write there, or set DATABASE_URL to another place"
        )
    if place.path.exists() and not os.access(place.path, os.R_OK | os.W_OK):
        raise StoreUnavailable(f"{place} can't be written: give this user the right to read and write it")


def check_whole(place: FilePlace, called: Place | None = None) -> None:
    """StoreError, which may name it as something else, when the file is damaged; reads all of it."""
    # Not quick_check: it passes a row whose end was overwritten with zeros, for it compares no index with its table.
    called = called or place
    with in_words(called), closing(sqlite3.connect(place.path)) as connection:
        findings = connection.execute("PRAGMA integrity_check(1)").fetchall()
        whole = findings == [("ok",)] and not unlikely(connection)
    if not whole:
        raise StoreError(f"{called} is damaged: stop the bot, then: namewatch db restore <the newest backup>")


def back_up(place: FilePlace, folder: Path | None, reason: str) -> Path:
    """Copy the file with all that was committed so far, never over another copy; returns where to."""
    folder = _folder_of_copies(place, folder)
    copies = FilePlace(folder / "copy.db")
    copies.make_folder()
    with in_words(copies):
        target = free_name(folder, f"{place.path.stem}-{reason}", place.path.suffix or ".db")
        partial = target.with_name(target.name + PARTIAL)
        with closing(sqlite3.connect(place.path)) as source, closing(sqlite3.connect(partial)) as copy:
            source.backup(copy)
        put_in_place(partial, target)
    return target


def remove_cut_short(place: FilePlace, folder: Path | None, reason: str) -> None:
    """Remove the copies that a `back_up` for such a reason (a pattern) was killed in; one that is being made stays."""
    folder = _folder_of_copies(place, folder)
    with in_words(FilePlace(folder / "copy.db")):
        for partial in sorted(folder.glob(f"{escape(place.path.stem)}-{reason}{PARTIAL}")):
            if not _is_being_made(partial):
                remove(partial)


def _is_being_made(partial: Path) -> bool:
    """Whether another process writes it: SQLite then has it locked, and the lock ends with the process."""
    with closing(sqlite3.connect(partial, timeout=0)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            return error.sqlite_errorcode == sqlite3.SQLITE_BUSY
    return False


def _folder_of_copies(place: FilePlace, folder: Path | None) -> Path:
    return folder or place.path.parent
