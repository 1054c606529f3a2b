"""RSS 0.9 to 2.0, RDF, Atom and JSON Feed. A feed of a search whose links are redirects is noticed by itself."""

from bot.model.source import Cursor, Fetched, Source
from bot.protocols import Fetcher
from bot.sources.parsing.options import WebOptions
from bot.sources.parsing.polled import as_it_seems, poll_feed

TYPE = "feed"


class Options(WebOptions):
    """What a feed can be told."""


async def read(source: Source, cursor: Cursor, fetcher: Fetcher) -> Fetched:
    """The entries in the order of the feed; unchanged for a 304 and for the same bytes as last time."""
    return await poll_feed(source, cursor, fetcher, understood=as_it_seems)
