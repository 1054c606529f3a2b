"""What is read in a process of its own: each a job, bytes in, JSON values out, the longest of them last and many.

A parser that is led astray has nothing to give away there. Nothing else imports this module.
"""

import dataclasses
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import feedparser

from bot.extraction import as_utf8
from bot.sources.parsing.fast import parse_fast
from bot.sources.parsing.links import read_page
from bot.sources.parsing.listing import Listing, listing_of
from bot.sources.parsing.sitemaps import read_sitemap

Values = Iterator[dict[str, Any]]


def fast(utf8: bytes) -> Values:
    """A feed by the fast parser."""
    yield from _in_pieces(parse_fast(utf8), "items")


def patient(utf8: bytes) -> Values:
    """A feed by the patient one."""
    yield from _in_pieces(parse_patiently(utf8), "items")


def sitemap(body: bytes, content_type: str) -> Values:
    """A sitemap; `content_type` as the server said it."""
    yield from _in_pieces(read_sitemap(body, content_type), "places")


def page(body: bytes, content_type: str, address: str, select: str) -> Values:
    """A list page at `address`; `select` is a CSS selector, or empty for a guess."""
    yield dataclasses.asdict(read_page(as_utf8(body, content_type), address, select))


def parse_patiently(utf8: bytes) -> Listing:
    """The listing by feedparser. Only BytesIO: it would open the file or address that a str or a bytes path names."""
    parsed = feedparser.parse(
        BytesIO(utf8),
        sanitize_html=False,
        resolve_relative_uris=False,
        response_headers={"content-type": "application/xml; charset=utf-8"},
    )
    return listing_of(parsed)


def _in_pieces(whole: Any, many: str) -> Values:
    """First the fields of the whole without `many`, then each of these: one long value would hold up its reader."""
    names = [field.name for field in dataclasses.fields(whole) if field.name != many]
    yield {name: getattr(whole, name) for name in names}
    yield from map(dataclasses.asdict, getattr(whole, many))
