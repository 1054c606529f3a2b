"""Where a store is: DATABASE_URL read into a file or a server, and how to say so without its password."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import SettingsError, StoreUnavailable

_HOW = "write sqlite:///var/namewatch.db or postgresql://user:password@host/name"
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A SQLite file; `str` is its path."""

    path: Path

    def url(self, driver: str) -> URL:
        """What SQLAlchemy connects to."""
        return URL.create(f"sqlite+{driver}", database=str(self.path))

    def make_folder(self) -> None:
        """Make the folder of the file where it is missing; StoreUnavailable names it and the fix."""
        folder = self.path.absolute().parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreUnavailable(
                f"the folder {folder} can't be made ({error.strerror}): make it and give this user the right to "
                "write there, or set DATABASE_URL to another place"
            ) from error

    def __str__(self) -> str:
        """The path as it was given."""
        return str(self.path)


@dataclass(frozen=True, slots=True)
class ServerPlace:
    """A PostgreSQL database; `str` is its address without user and password."""

    address: URL = field(repr=False)

    def url(self) -> URL:
        """What SQLAlchemy connects to, with a password if there is one."""
        return self.address

    def __str__(self) -> str:
        """`postgresql://host:port/name`."""
        query = self.address.query
        host = self.address.host or query.get("host") or "localhost"
        port = f":{self.address.port}" if self.address.port else ""
        return f"postgresql://{host}{port}/{self.address.database or ''}"


Place = FilePlace | ServerPlace


def parse_place(url: str) -> Place:
    """Read DATABASE_URL or a path. SettingsError names the variable, never the value: it may hold a password."""
    text = url.strip()
    match = _SCHEME.fullmatch(text)
    if not match:
        return _file(text)
    scheme, rest = match[1].lower().partition("+")[0], match[2]
    if scheme == "sqlite":
        return _file(_sqlite_path(rest))
    if scheme in ("postgres", "postgresql") and rest.startswith("//"):
        return _server(rest)
    raise SettingsError(f"DATABASE_URL is not the address of a store: {_HOW}")


def describe(url: str) -> str:
    """Where the store is, for people: without user and password. SettingsError where the address is none."""
    return str(parse_place(url))


def _sqlite_path(rest: str) -> str:
    if rest.startswith("///"):
        return rest.removeprefix("///")
    if rest.startswith("//"):
        raise SettingsError(f"DATABASE_URL has too few slashes for a file: {_HOW}")
    return rest


def _file(path: str) -> FilePlace:
    bare = not re.search(r"[/\\]|\.(db|sqlite3?)$", path)
    if not path or path == ":memory:" or "\x00" in path or path.endswith("/") or bare:
        raise SettingsError(f"DATABASE_URL names no file: {_HOW}")
    return FilePlace(Path(path).expanduser())


def _server(rest: str) -> ServerPlace:
    if rest.removeprefix("//").partition("/")[0].count("@") > 1:
        # The part behind the first @ would be taken for the host, and shown.
        raise SettingsError("DATABASE_URL has an @ in its user or password: write it as %40")
    try:
        address = make_url(f"postgresql+psycopg:{rest}")
        named = bool(address.database)
    except (ArgumentError, ValueError):
        named = False
    if not named:
        raise SettingsError(f"DATABASE_URL is not the address of a PostgreSQL database: {_HOW}")
    return ServerPlace(address)
