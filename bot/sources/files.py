"""Articles from disk: a file, a folder with everything below it, or a glob."""

import asyncio
import glob
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bot.errors import SourceError
from bot.model.source import Cursor, Entry, Fetched, Source
from bot.protocols import Fetcher
from bot.sources.parsing.documents import READERS, Broken, read_document

TYPE = "files"

MOST_BYTES = 10_000_000
MOST_BYTES_IN_ALL = 100_000_000
MOST_ENTRIES = 5_000
MOST_NOTES = 20
KINDS = "txt, md, html, eml, jsonl"


class Options(BaseModel):
    """Files have none."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read, its name below the root of the source, and what shows that it changed."""

    path: Path
    name: str
    size: int
    changed: int


@dataclass(slots=True)
class Harvest:
    """Entries and notes as they gather."""

    entries: list[Entry] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    bytes_read: int = 0


async def read(source: Source, cursor: Cursor, fetcher: Fetcher) -> Fetched:  # noqa: ARG001 - every type is handed one
    """The documents in the order of their names; unchanged while no name, size or time of change differs."""
    return await asyncio.to_thread(read_files, source.url, cursor)


def read_files(where: str, cursor: Cursor) -> Fetched:
    """What stands at that path. What can't be read of a folder is a note, what can't be read at all a SourceError."""
    try:
        root, paths = _listed(where)
        found, notes = _usable(root, paths)
    except (OSError, ValueError) as error:
        raise SourceError(f"{where!r} can't be read", cause=repr(error)) from error
    seen = Cursor(body_hash=_hash(found))
    if seen == cursor:
        return Fetched(cursor=cursor, unchanged=True)
    harvest = Harvest(notes=notes)
    for file in found:
        _gather(file, harvest)
    _refuse_nothing(where, paths, harvest)
    return Fetched(tuple(harvest.entries), seen, notes=_bounded(harvest.notes))


def _listed(where: str) -> tuple[Path, list[Path]]:
    """The folder that names are relative to, and the paths below it, sorted."""
    if not where.strip():
        raise SourceError("no path is given: write that of a file, a folder or a glob")
    path = Path(where).expanduser()
    if path.is_dir():
        return path, sorted(_below(path))
    if path.exists():
        return path.parent, [path]
    if glob.has_magic(where):
        root = _before_magic(path)
        matches = sorted(match for match in set(root.glob(str(path.relative_to(root)))) if not match.is_dir())
        if matches:
            return root, matches
        raise SourceError(f"no file matches {where!r}")
    raise SourceError(f"there is no file or folder {where!r}")


def _before_magic(path: Path) -> Path:
    """The folder that a glob starts from."""
    fixed = Path()
    for part in path.parts:
        if glob.has_magic(part):
            break
        fixed /= part
    return fixed


def _below(folder: Path) -> Iterator[Path]:
    """Every file below a folder but hidden ones; links to folders are not followed."""
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(parent, name) for name in files if not name.startswith("."))


def _usable(root: Path, paths: Iterable[Path]) -> tuple[list[Found], list[str]]:
    """The files of a kind that is read, and a note for each that is not read for another reason."""
    found: list[Found] = []
    notes: list[str] = []
    real_root = root.resolve()
    others = 0
    for path in paths:
        name = path.relative_to(root).as_posix()
        if path.suffix.lower() not in READERS:
            others += 1
            continue
        try:
            about = path.stat()
            inside = path.resolve().is_relative_to(real_root)
        except (OSError, RuntimeError) as error:
            notes.append(f"{name}: can't be read: {_why(error)}")
            continue
        if not stat.S_ISREG(about.st_mode) or not inside:
            notes.append(f"{name}: left out: it is no plain file of this folder")
        elif about.st_size > MOST_BYTES:
            notes.append(f"{name}: left out: larger than {MOST_BYTES // 1_000_000} MB")
        else:
            found.append(Found(path, name, about.st_size, about.st_mtime_ns))
    if others:
        notes.append(f"{others} files left out: of another kind than {KINDS}")
    return found, notes


def _hash(found: Iterable[Found]) -> str:
    lines = (f"{file.name}\0{file.changed}\0{file.size}\n" for file in found)
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _gather(file: Found, harvest: Harvest) -> None:
    if len(harvest.entries) >= MOST_ENTRIES or harvest.bytes_read >= MOST_BYTES_IN_ALL:
        harvest.notes.append(f"{file.name}: left out: over the limit of {MOST_ENTRIES} entries or 100 MB")
        return
    try:
        with file.path.open("rb") as stream:
            content = stream.read(MOST_BYTES)
    except OSError as error:
        harvest.notes.append(f"{file.name}: can't be read: {_why(error)}")
        return
    harvest.bytes_read += len(content)
    for made in read_document(file.name, content):
        if isinstance(made, Broken):
            harvest.notes.append(str(made))
        elif len(harvest.entries) < MOST_ENTRIES:
            harvest.entries.append(made)
        else:
            harvest.notes.append(f"{file.name}: the rest is left out: over the limit of {MOST_ENTRIES} entries")
            return


def _refuse_nothing(where: str, paths: list[Path], harvest: Harvest) -> None:
    """A single file without anything to read is an error; an empty folder may yet fill."""
    if len(paths) == 1 and str(paths[0]) == str(Path(where).expanduser()) and not harvest.entries:
        why = harvest.notes[0] if harvest.notes else "nothing to read in it"
        raise SourceError(f"{where!r} can't be read: {why}")
    if not paths:
        harvest.notes.append(f"no file in {where!r} yet")


def _why(error: Exception) -> str:
    return (error.strerror or type(error).__name__) if isinstance(error, OSError) else type(error).__name__


def _bounded(notes: list[str]) -> tuple[str, ...]:
    more = len(notes) - MOST_NOTES
    return (*notes[:MOST_NOTES], *([f"and {more} more like these"] if more > 0 else []))
