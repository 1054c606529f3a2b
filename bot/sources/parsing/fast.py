"""The fast parser, for feeds that are as they should be."""

import feedparser_rs

from bot.sources.parsing.listing import MOST_ENTRIES, Listing, listing_of

_LIMITS = feedparser_rs.ParserLimits(max_entries=MOST_ENTRIES + 1, max_feed_size_bytes=50_000_000)


def parse_fast(utf8: bytes) -> Listing:
    """The listing; one without a version where no feed is recognised. Only bytes: it would fetch what a str names."""
    parsed = feedparser_rs.parse_with_limits(
        bytes(utf8), limits=_LIMITS, sanitize_html=False, resolve_relative_uris=True
    )
    return listing_of(parsed)
