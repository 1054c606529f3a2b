"""The child process: reads a feed from stdin, limits itself, parses, and writes the listing as JSON to stdout.

It runs without settings, tokens or files of ours: a parser that is led astray has nothing to give away.
"""

import dataclasses
import json
import sys
from io import BytesIO

import feedparser

from bot.sources.parsing.fast import parse_fast
from bot.sources.parsing.limits import limit
from bot.sources.parsing.listing import Listing, listing_of


def parse_patiently(utf8: bytes) -> Listing:
    """The listing by feedparser. Only BytesIO: it would open the file or address that a str or a bytes path names."""
    parsed = feedparser.parse(
        BytesIO(utf8),
        sanitize_html=False,
        resolve_relative_uris=False,
        response_headers={"content-type": "application/xml; charset=utf-8"},
    )
    return listing_of(parsed)


def main(how: str) -> None:
    """`fast` or `patient`."""
    limit()
    utf8 = sys.stdin.buffer.read()
    listing = parse_fast(utf8) if how == "fast" else parse_patiently(utf8)
    sys.stdout.write(json.dumps(dataclasses.asdict(listing)))


if __name__ == "__main__":
    main(sys.argv[1])
