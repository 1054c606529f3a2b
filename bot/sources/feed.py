"""RSS 0.9 to 2.0, RDF, Atom and JSON Feed. A feed of a search whose links are redirects is noticed by itself."""

from bot.model.source import Cursor, Fetched, Source
from bot.protocols import Fetcher
from bot.sources.parsing.options import WebOptions
from bot.sources.parsing.polled import poll_feed
from bot.sources.parsing.redirects import is_search

TYPE = "feed"


class Options(WebOptions):
    """What a feed can be told."""


async def read(source: Source, cursor: Cursor, fetcher: Fetcher) -> Fetched:
    """The entries in the order of the feed; unchanged for a 304 and for the same bytes as last time."""
    return await poll_feed(source, cursor, fetcher, searched=is_search)
