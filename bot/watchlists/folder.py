"""All watchlist files of a folder: which they are, and what they say together."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.model.place import Finding, Place
from bot.model.source import Source
from bot.model.watchlist import Watchlist
from bot.watchlists.lint import namesakes, unknown_sources
from bot.watchlists.load import FileRead, SourceTypes, load
from bot.watchlists.tree import MAX_BYTES

SUFFIXES = frozenset({".yaml", ".yml"})


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the files say together: good lists by key, each source once, and every finding in order."""

    lists: tuple[Watchlist, ...] = ()
    sources: tuple[Source, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that keep something out of force."""
        return tuple(finding for finding in self.findings if finding.severity == "error")


@dataclass(frozen=True, slots=True)
class ListFile:
    """A watchlist file: its key, and where it lies."""

    key: str
    path: Path


def load_folder(*paths: Path, source_types: SourceTypes) -> Loaded:
    """Read every *.yaml and *.yml below the folders, and the files named themselves; a bad file stops no other.

    Keys are paths below the folder, of a file named itself its name. Hidden files and folders are left out.
    """
    files, findings = find_files(paths)
    reads = [read_file(file, source_types) for file in files]
    return combine(reads, findings)


def find_files(paths: Iterable[Path]) -> tuple[list[ListFile], list[Finding]]:
    """The files of these folders and paths, by key, and a finding for each path that leads to none."""
    found: dict[str, ListFile] = {}
    findings = []
    for path in paths:
        below = list(_below(path))
        for file in below:
            # two folders may have a file of the same name: the second is known by its whole path
            key = file.key if file.key not in found else file.path.as_posix()
            found[key] = ListFile(key, file.path)
        if not below:
            findings.append(_nothing_at(path))
    return sorted(found.values(), key=lambda file: file.key), findings


def _below(path: Path) -> Iterator[ListFile]:
    if not path.is_dir():
        if path.exists():
            yield ListFile(path.name, path)
        return
    for folder, subfolders, names in os.walk(path):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(names):
            file = Path(folder) / name
            if file.suffix.lower() in SUFFIXES and not name.startswith("."):
                yield ListFile(file.relative_to(path).as_posix(), file)


def _nothing_at(path: Path) -> Finding:
    if path.is_dir():
        return Finding(Place(str(path)), "error", "no watchlist is in this folder", "add a file such as companies.yaml")
    return Finding(Place(str(path)), "error", "no such file or folder", "make it, or name another")


def read_file(file: ListFile, source_types: SourceTypes) -> FileRead:
    """One file from the disk; what keeps it from being read is a finding."""
    data = read_bytes(file.path)
    if isinstance(data, Finding):
        return FileRead(file.key, findings=(data,))
    folder = file.path.parent
    return load(data, str(file.path), key=file.key, source_types=source_types, folder=folder)


def read_bytes(path: Path) -> bytes | Finding:
    """The bytes of a plain file of bearable size, or why there are none."""
    try:
        # opening a pipe would wait for its other end
        if not path.is_file():
            return Finding(Place(str(path)), "error", "this is not a plain file", "move it out of the folder")
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        why = (error.strerror or "unknown reason").lower()
        return Finding(Place(str(path)), "error", f"the file can't be read: {why}", "check its owner and rights")


def combine(reads: Sequence[FileRead], findings: Iterable[Finding] = ()) -> Loaded:
    """Several files as one: of two sources with the same address the first counts."""
    sources: dict[str, Source] = {}
    found = [*findings, *(finding for read in reads for finding in read.findings)]
    for source in (source for read in reads for source in read.sources):
        first = sources.setdefault(source.key, source)
        if first is not source:
            message = f"this source stands in {first.place} already; the first one counts"
            found.append(Finding(source.place, "warning", message, "delete one of the two"))
    found += namesakes(sources.values())
    for read in reads:
        found += unknown_sources(read.watchlist, read.from_places, sources.values())
    lists = sorted((read.watchlist for read in reads if read.watchlist), key=lambda watchlist: watchlist.key)
    return Loaded(
        tuple(lists),
        tuple(sorted(sources.values(), key=lambda source: source.key)),
        tuple(sorted(found, key=lambda finding: finding.place)),
    )
