"""The file of a store before it is used: is it there, may it be written, is it whole; and a copy of it."""

import os
import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path

from bot.errors import StoreError, StoreUnavailable
from bot.store.faults import in_words
from bot.store.place import FilePlace


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


def check_whole(place: FilePlace) -> None:
    """StoreError when the file is damaged; reads all of it."""
    # Not quick_check: it passes a row whose end was overwritten with zeros, for it compares no index with its table.
    with in_words(place), closing(sqlite3.connect(place.path)) as connection:
        findings = connection.execute("PRAGMA integrity_check(1)").fetchall()
    if findings != [("ok",)]:
        raise StoreError(f"{place} is damaged: stop the bot, then: namewatch db restore <the newest backup>")


def back_up(place: FilePlace, folder: Path | None, reason: str) -> Path:
    """Copy the file with all that was committed so far, never over another copy; returns where to."""
    folder = folder or place.path.absolute().parent
    copies = FilePlace(folder / "copy.db")
    copies.make_folder()
    with in_words(copies):
        target = _free_name(folder, f"{place.path.stem}-{reason}", place.path.suffix or ".db")
        partial = target.with_name(target.name + ".partial")
        with closing(sqlite3.connect(place.path)) as source, closing(sqlite3.connect(partial)) as copy:
            source.backup(copy)
        partial.replace(target)
    return target


def _free_name(folder: Path, stem: str, suffix: str) -> Path:
    names = (folder / (f"{stem}-{number}{suffix}" if number else f"{stem}{suffix}") for number in count())
    return next(path for path in names if not path.exists())
