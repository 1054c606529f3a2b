"""The feed of a news search: its links are redirects, so that publisher, title and day identify an article."""

from bot.model.source import Cursor, Fetched, Source
from bot.protocols import Fetcher
from bot.sources.parsing.options import WebOptions
from bot.sources.parsing.polled import as_found, poll_feed

TYPE = "search"


class Options(WebOptions):
    """What a search can be told."""


async def read(source: Source, cursor: Cursor, fetcher: Fetcher) -> Fetched:
    """As a feed; a link over the searcher's own host is shown, but does not tell articles apart."""
    return await poll_feed(source, cursor, fetcher, understood=as_found)
