"""The child process: reads a feed from stdin, limits itself, parses, and writes the listing as JSON to stdout.

It runs without settings, tokens or files of ours: a parser that is led astray has nothing to give away.
"""

import dataclasses
import json
import sys
from io import BytesIO

import feedparser

from bot.sources.parsing.fast import parse_fast
from bot.sources.parsing.listing import Listing, listing_of

CPU_SECONDS = 3
MEMORY_BYTES = 800_000_000


def limit() -> None:
    """Let the system end this process when it takes too much; where it can not, the clock of the parent does."""
    try:
        import resource  # noqa: PLC0415 - does not exist on Windows
    except ImportError:
        return
    for what, most in ((resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_AS, MEMORY_BYTES)):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):
            continue


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
