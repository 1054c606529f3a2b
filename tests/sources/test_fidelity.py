"""What is read out of a feed, beside feedparser, whose own well-formed tests are the measure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from pathlib import Path

import feedparser
import pytest

from bot.errors import SourceError
from bot.extraction import as_utf8, extract
from bot.model.source import Entry
from bot.sources.parsing.child import parse_patiently
from bot.sources.parsing.choose import believed, is_doubtful
from bot.sources.parsing.entries import entries_of
from bot.sources.parsing.fast import parse_fast
from bot.sources.parsing.listing import listing_of
from tests.shared_data import SHARED, needs_shared

pytestmark = [needs_shared, pytest.mark.shared]

WELL_FORMED = SHARED / "data/corpora/feedparser/tests/wellformed"
BASE = "https://example.org/feed.xml"

Core = tuple[str, str, datetime | None]


@dataclass(frozen=True)
class Compared:
    """One feed: whether the patient parser was believed, and the core fields by both."""

    path: Path
    fell_back: bool
    ours: list[Core]
    reference: list[Core]

    @property
    def equal(self) -> bool:
        return self.ours == self.reference


def core(entries: tuple[Entry, ...]) -> list[Core]:
    """Title as it is read, link and date of each entry."""
    titles = [extract(replace(entry, body="")) if entry.title else () for entry in entries]
    return [
        (title[0].title if title else "", entry.url, entry.published)
        for entry, title in zip(entries, titles, strict=True)
    ]


def compared(path: Path) -> Compared:
    content = path.read_bytes()
    headers = {"content-type": "application/xml", "content-location": BASE}
    reference = core(entries_of(listing_of(feedparser.parse(BytesIO(content), response_headers=headers)), BASE))
    utf8 = as_utf8(content, "application/xml")
    first = parse_fast(utf8)
    second = parse_patiently(utf8) if is_doubtful(first, utf8) else None
    try:
        best = believed(first, second, utf8)
    except SourceError:
        return Compared(path, False, [], reference)
    return Compared(path, best is second, core(entries_of(best, BASE)), reference)


def all_compared() -> Iterator[Compared]:
    return (compared(path) for path in sorted(WELL_FORMED.rglob("*.xml")))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_title_link_and_date_are_those_of_feedparser() -> None:
    feeds = list(all_compared())
    assert len(feeds) > 1_700
    assert [feed.path.name for feed in feeds if feed.fell_back and not feed.equal] == []
    with_entries = [feed for feed in feeds if feed.reference]
    equal = sum(feed.equal for feed in with_entries)
    assert (len(feeds) - sum(feed.equal for feed in feeds), len(with_entries) - equal) <= (5, 5)
    assert equal >= 0.99 * len(with_entries)
