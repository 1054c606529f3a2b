"""A store's file and its names: put in place at once or not at all, and kept beside what takes its place."""

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from glob import escape
from itertools import count
from pathlib import Path

from bot.errors import StoreError, StoreUnavailable
from bot.store.faults import in_words
from bot.store.place import FilePlace

PARTIAL = ".partial"
"""The end of a copy's name until all of it has been written."""
_REPLACED = "before-restore"
_CONTENT = ("-wal", "-journal", "")
_BESIDE = ("-wal", "-shm", "-journal")


def remove(path: Path) -> None:
    """Remove a store's file with all that belongs to it, as far as it is there."""
    for end in ("", *_BESIDE, ".open"):
        _beside(path, end).unlink(missing_ok=True)


def put_in_place(partial: Path, target: Path) -> None:
    """Let a file that has been written take its name, or the place of another: it stays there over a power cut."""
    _sync(partial)
    partial.replace(target)
    _sync(target.absolute().parent)


def free_name(folder: Path, stem: str, suffix: str) -> Path:
    """The first of `stem.db`, `stem-1.db`, ... that nothing is called yet."""
    names = (folder / (f"{stem}-{number}{suffix}" if number else f"{stem}{suffix}") for number in count())
    return next(path for path in names if not path.exists())


def keep_beside(place: FilePlace) -> str:
    """Give what is to be replaced a second name, whole or damaged, and return that; "" where nothing is there.

    It also stays where it is, until another file is put in its place. Nobody else may use it. StoreUnavailable where
    it can't be kept.
    """
    path = place.path
    if not path.exists():
        return ""
    _fold(place)
    forget_second_names(path)
    kept = free_name(path.parent, f"{path.stem}-{_REPLACED}", path.suffix)
    try:
        for end in _CONTENT:
            if (belongs := _beside(path, end)).exists():
                _name_again(belongs, _beside(kept, end))
        _sync(kept.absolute().parent)
        # SQLite would take these for part of the file that is put in place next.
        for end in _BESIDE:
            _beside(path, end).unlink(missing_ok=True)
    except OSError as error:
        raise StoreUnavailable(f"{place} can't be kept as {kept} ({error.strerror}); nothing was replaced") from None
    return str(kept)


def forget_second_names(path: Path) -> None:
    """Remove the names that a killed `keep_beside` gave to what still stands in its place."""
    with in_words(FilePlace(path)):
        for kept in path.absolute().parent.glob(f"{escape(path.stem)}-{_REPLACED}*{escape(path.suffix)}"):
            if all(_is_the_same(_beside(kept, end), _beside(path, end)) for end in _CONTENT):
                remove(kept)


def _fold(place: FilePlace) -> None:
    """Bring into the file what stands in the -wal beside it, so that it is one file; a damaged one stays as it is."""
    try:
        with in_words(place), closing(sqlite3.connect(place.path)) as connection:
            connection.execute("PRAGMA schema_version").fetchall()
            (busy, *_), *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except StoreUnavailable:
        raise
    except StoreError:
        return
    if busy:
        raise StoreUnavailable(f"{place} is locked by another program: close it, or try again")


def _name_again(file: Path, name: Path) -> None:
    """A second name for a file; a copy where the disk knows no such thing."""
    with suppress(OSError):
        os.link(file, name)
        return
    partial = _beside(name, PARTIAL)
    try:
        shutil.copyfile(file, partial)
        put_in_place(partial, name)
    finally:
        partial.unlink(missing_ok=True)


def _is_the_same(one: Path, other: Path) -> bool:
    """Whether both are names of one file, or the first of none."""
    return not one.exists() or (other.exists() and one.samefile(other))


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)


def _sync(path: Path) -> None:
    # A folder can't be opened everywhere.
    with suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
