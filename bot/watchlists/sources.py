"""Sources put into a file and taken out of it, with all other lines as they are."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import ChangeRefused
from bot.extraction import canonical_url
from bot.model.place import Finding
from bot.model.source import Source
from bot.watchlists.disk import create_file, locked, may_write, replace_file
from bot.watchlists.folder import read_bytes
from bot.watchlists.load import FileRead, SourceTypes, host_of, load
from bot.watchlists.names import clean, fold_name, shown
from bot.watchlists.schema import DEFAULT_TYPE
from bot.watchlists.splice import Section
from bot.watchlists.write import Said, block

KEY = "sources"
LONGEST_NAME = 60
_NEW_FILE = b"version: 1\n"


@dataclass(frozen=True, slots=True)
class NewSource:
    """A source that is to stand in a file. `url` as the file will have it; without a name it goes by its host."""

    url: str
    name: str = ""
    type: str = DEFAULT_TYPE
    tags: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)


def add_sources(path: Path, sources: Sequence[NewSource], types: SourceTypes) -> tuple[Source, ...]:
    """Write these sources into a file, all or none, and return them as they are read back; a new file is made.

    ChangeRefused says why it can't be, with the lines to add by hand where the file may not be written. Whether they
    are known already is for the caller to say, who sees the other files too.
    """
    by_hand = f"add these lines below its `{KEY}:`\n{as_lines(sources)}"
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
    if not may_write(path if path.exists() else path.parent):
        raise ChangeRefused(f"{path} may not be written: {by_hand}")
    read = _changed(path, lambda data: spliced(data, sources, str(path)), types, by_hand)
    return read[len(read) - len(sources) :]


def remove_source(source: Source, types: SourceTypes) -> Path:
    """Take a source out of the file that names it, and return that file's path; ChangeRefused says why it can't be."""
    path = Path(source.place.file)
    by_hand = f"delete the source {shown(source.name)} there by hand"
    if not may_write(path):
        raise ChangeRefused(f"{path} may not be written: {by_hand}")

    def without(data: bytes) -> bytes:
        there = [(each.type, each.url) for each in _read_back(path, data, types, data)]
        if (source.type, source.url) not in there:
            raise ChangeRefused(f"{shown(source.name)} does not stand in {path} any more; nothing was changed")
        return Section.read(data, str(path), KEY).without(there.index((source.type, source.url)))

    _changed(path, without, types, by_hand)
    return path


def _changed(path: Path, change: Callable[[bytes], bytes], types: SourceTypes, by_hand: str) -> tuple[Source, ...]:
    """Write a file anew, once it is a good one with the change in it; the sources that it then has."""
    try:
        with locked(path.parent):
            there = path.exists()
            before = _bytes(path) if there else _NEW_FILE
            after = change(before)
            read = _read_back(path, after, types, before)
            if there:
                replace_file(path, after)
            else:
                create_file(path, after)
    except OSError as error:
        why = (error.strerror or "unknown reason").lower()
        raise ChangeRefused(f"{path} can't be written ({why}): {by_hand}") from None
    return read


def _bytes(path: Path) -> bytes:
    data = read_bytes(path)
    if isinstance(data, Finding):
        raise ChangeRefused(f"{data}; nothing was changed")
    return data


def _read_back(path: Path, data: bytes, types: SourceTypes, before: bytes = b"") -> tuple[Source, ...]:
    """The sources of a good file; ChangeRefused, which blames the file where it was not good `before` either."""
    read = _loaded(path, data, types)
    if read.errors:
        mend = "mend the file first, " if before not in (b"", _NEW_FILE) and _loaded(path, before, types).errors else ""
        raise ChangeRefused(f"{read.errors[0]}; {mend}nothing was changed")
    return read.sources


def _loaded(path: Path, data: bytes, types: SourceTypes) -> FileRead:
    return load(data, str(path), key=path.name, source_types=types, folder=path.parent)


def spliced(data: bytes, sources: Sequence[NewSource], file: str) -> bytes:
    """The bytes of a file with these sources at its end."""
    return Section.read(data, file, KEY).with_added([said(source) for source in sources])


def as_lines(sources: Iterable[NewSource]) -> str:
    """The sources as lines of a list in YAML."""
    return "\n".join(block(said(source), "  ", "\n") for source in sources)


def said(source: NewSource) -> Said:
    """A source as a file has it: the bare address where nothing else is said, else keys without defaults."""
    keys: dict[str, object] = {
        "name": clean(source.name),
        "url": clean(source.url),
        "type": source.type if source.type != DEFAULT_TYPE else "",
        "tags": [clean(tag) for tag in source.tags if clean(tag)],
        **{name: clean(value) for name, value in source.options.items()},
    }
    found = {key: value for key, value in keys.items() if value}
    return clean(source.url) if set(found) == {"url"} else found


def address_key(url: str) -> str:
    """What two addresses of one feed have in common: canonical, without `www.`; a path as it is."""
    return canonical_url(url).replace("https://www.", "https://", 1) or url


def known_source(url: str, sources: Iterable[Source]) -> Source | None:
    """The source among these that has this address already, whatever its type and name."""
    key = address_key(url)
    return next((source for source in sources if address_key(source.url) == key), None)


def free_name(wanted: str, url: str, taken: Container[str]) -> str:
    """A name for a new source that is not among `taken`, folded ones: the one wanted, "" for its host, host and path.

    Where all are taken, "" too: then the list warns of it.
    """
    place = f"{host_of(url)}{urlsplit(url).path}"[:LONGEST_NAME]
    candidates = ((wanted, wanted), (host_of(url), ""), (place, place))
    return next((name for known, name in candidates if known and fold_name(known) not in taken), "")


def sources_called(words: str, sources: Iterable[Source]) -> tuple[Source, ...]:
    """The sources of this name (case and width do not matter) or this address."""
    by_name = [source for source in sources if fold_name(source.name) == fold_name(words)]
    key = address_key(words if "://" in words else f"https://{words}")
    found = by_name or [source for source in sources if address_key(source.url) == key or source.url == words]
    return tuple(found)
