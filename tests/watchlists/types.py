"""Stand-ins for what the source rooms hand to the loader."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel

from bot.watchlists.load import FileRead, load


class FeedOptions(BaseModel):
    """No options of its own."""


class FilesOptions(BaseModel):
    """One option, so that there is something to misspell."""

    pattern: str = "*"
    limit: int = 10
    order: Literal["newest", "oldest"] = "newest"


SOURCE_TYPES: Mapping[str, type[BaseModel]] = {"feed": FeedOptions, "files": FilesOptions}


def read(text: str | bytes, key: str = "list.yaml") -> FileRead:
    data = text.encode("utf-8") if isinstance(text, str) else text
    return load(data, key, key=key, source_types=SOURCE_TYPES)


def names(text: str | bytes) -> list[str]:
    """The companies of a file that must be good."""
    result = read(text)
    assert result.errors == ()
    assert result.watchlist is not None
    return [company.name for company in result.watchlist.companies]


def faults(text: str | bytes) -> list[str]:
    return [str(finding) for finding in read(text).findings]
