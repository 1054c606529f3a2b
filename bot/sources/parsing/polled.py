"""One poll of anything that answers with a feed."""

import hashlib
from functools import partial
from typing import Protocol

from bot.model.fetch import Manners
from bot.model.source import Cursor, Entry, Fetched, Source
from bot.protocols import Fetcher
from bot.sources.parsing.choose import parse
from bot.sources.parsing.cursors import after_304
from bot.sources.parsing.entries import entries_of, notes_of
from bot.sources.parsing.listing import Listing
from bot.sources.parsing.redirects import as_search, is_search, notes_of_search

ACCEPT = (
    "application/rss+xml, application/atom+xml, application/rdf+xml, application/feed+json, application/xml;q=0.9,"
    " text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)


Understood = tuple[tuple[Entry, ...], tuple[str, ...]]
"""The entries of a feed, and what a person should know of them."""


class Understanding(Protocol):
    """Makes entries of a listing and the address that it came from."""

    def __call__(self, listing: Listing, base: str) -> Understood:
        """Beside the event loop."""
        ...


async def poll_feed(source: Source, cursor: Cursor, fetcher: Fetcher, *, understood: Understanding) -> Fetched:
    """The entries in the order of the feed; unchanged for a 304 and for the same bytes as last time."""
    response = await fetcher.get(source.url, cursor=cursor, accept=ACCEPT, manners=Manners(agent=source.agent))
    moved = response.moved_to
    if response.not_modified:
        return Fetched(cursor=after_304(cursor, response), unchanged=True, moved_to=moved)
    seen = Cursor(response.etag, response.last_modified, hashlib.sha256(response.body).hexdigest())
    if seen.body_hash == cursor.body_hash:
        return Fetched(cursor=seen, unchanged=True, moved_to=moved)
    entries, notes = await parse(response.body, response.content_type, partial(understood, base=response.url))
    return Fetched(entries, seen, notes=notes, moved_to=moved)


def as_it_seems(listing: Listing, base: str) -> Understood:
    """What a feed lists, or a search where its links show that it is one."""
    return as_found(listing, base) if is_search(listing, base) else (entries_of(listing, base), notes_of(listing))


def as_found(listing: Listing, base: str) -> Understood:
    """What a search has found: its links are redirects."""
    return entries_of(as_search(listing, base), base), (*notes_of(listing), *notes_of_search(listing))
