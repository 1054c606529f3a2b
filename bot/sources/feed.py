"""RSS 0.9 to 2.0, RDF, Atom and JSON Feed."""

import hashlib

from bot.model.fetch import Manners, Response
from bot.model.source import Cursor, Fetched, Source
from bot.protocols import Fetcher
from bot.sources.parsing.choose import parse
from bot.sources.parsing.entries import entries_of, notes_of
from bot.sources.parsing.options import WebOptions

TYPE = "feed"

_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/rdf+xml, application/feed+json, application/xml;q=0.9,"
    " text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)


class Options(WebOptions):
    """What a feed can be told."""


async def read(source: Source, cursor: Cursor, fetcher: Fetcher) -> Fetched:
    """The entries in the order of the feed; unchanged for a 304 and for the same bytes as last time."""
    response = await fetcher.get(source.url, cursor=cursor, accept=_ACCEPT, manners=Manners(agent=source.agent))
    if response.not_modified:
        return Fetched(cursor=_after_304(cursor, response), unchanged=True, moved_to=response.moved_to)
    seen = Cursor(response.etag, response.last_modified, hashlib.sha256(response.body).hexdigest())
    if seen.body_hash == cursor.body_hash:
        return Fetched(cursor=seen, unchanged=True, moved_to=response.moved_to)
    listing = await parse(response.body, response.content_type)
    entries = entries_of(listing, response.url)
    return Fetched(entries, seen, notes=notes_of(listing), moved_to=response.moved_to)


def _after_304(cursor: Cursor, response: Response) -> Cursor:
    """A 304 may bring new validators (RFC 9110, 15.4.5); the body is still the one that we know."""
    return Cursor(response.etag or cursor.etag, response.last_modified or cursor.last_modified, cursor.body_hash)
