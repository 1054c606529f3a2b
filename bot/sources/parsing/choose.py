"""Which parser is asked, and which is believed."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor

from bot.errors import ParseError
from bot.extraction import as_utf8
from bot.sources.parsing.fast import parse_fast
from bot.sources.parsing.listing import Listing
from bot.sources.parsing.process import parse_in_child

# The fast parser keeps the interpreter to itself, at 20 MB/s or more: beyond this size it could hold the event loop
# for longer than 50 ms, so it works in a child, too.
IN_PROCESS_BYTES = 1_000_000

NOT_A_FEED = "this is not a feed: RSS, Atom or JSON Feed is expected"
WEB_PAGE = "this is a web page, not a feed: give the address of its RSS or Atom feed"
UNREADABLE = "the feed is broken: no entry in it can be read"

_FAST = ThreadPoolExecutor(1, thread_name_prefix="feed")
_CHILDREN = ThreadPoolExecutor(2, thread_name_prefix="feed-child")

_FEED_TAG = re.compile(rb"<(?:\w{1,20}:)?(?:rss|feed|rdf|channel|item|entry)\b", re.IGNORECASE)
_DATE_TAG = re.compile(rb"<(?:\w{1,20}:)?(?:pubdate|date|updated|published|modified|issued|created)\b", re.IGNORECASE)
_PAGE_TAG = re.compile(
    rb"^\s*(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)


async def parse(body: bytes, content_type: str) -> Listing:
    """The listing of a feed; ParseError where the bytes are none. Nothing here holds the event loop."""
    loop = asyncio.get_running_loop()
    utf8, first = await loop.run_in_executor(_FAST, _first, body, content_type)
    if len(utf8) > IN_PROCESS_BYTES:
        first = await loop.run_in_executor(_CHILDREN, parse_in_child, utf8, "fast")
    second = None
    if is_doubtful(first, utf8):
        second = await loop.run_in_executor(_CHILDREN, parse_in_child, utf8, "patient")
    return believed(first, second, utf8)


def _first(body: bytes, content_type: str) -> tuple[bytes, Listing | None]:
    """The document as UTF-8, and its listing where the document is small enough to be read here."""
    utf8 = as_utf8(body, content_type)
    return utf8, parse_fast(utf8) if len(utf8) <= IN_PROCESS_BYTES else None


def is_doubtful(listing: Listing | None, utf8: bytes) -> bool:
    """Whether a second opinion may know more: an XML feed that is broken, empty, garbled, or without its dates."""
    if not _FEED_TAG.search(utf8[:100_000]) or _PAGE_TAG.match(utf8[:10_000]):
        return False
    if listing is None or not listing.items or listing.broken:
        return True
    if not any(item.date for item in listing.items) and _DATE_TAG.search(utf8):
        return True
    return _garbled(listing) > 0 and b"\xef\xbf\xbd" not in utf8


def believed(first: Listing | None, second: Listing | None, utf8: bytes) -> Listing:
    """The one that read more, the first where they read the same; ParseError where neither found a feed."""
    found = [listing for listing in (first, second) if listing is not None]
    best = max(found, key=_worth, default=None)
    if best is None:
        raise ParseError(UNREADABLE, cause="the parsers took too long or fell over")
    if best.items or (best.version and not best.broken):
        return best
    if _PAGE_TAG.match(utf8[:10_000]):
        raise ParseError(WEB_PAGE, cause=best.broken)
    raise ParseError(UNREADABLE if best.version else NOT_A_FEED, cause=best.broken)


def _worth(listing: Listing) -> tuple[int, int, int, bool]:
    dated = sum(item.date is not None for item in listing.items)
    return len(listing.items), dated, -_garbled(listing), bool(listing.version)


def _garbled(listing: Listing) -> int:
    return sum("\ufffd" in item.title or "\ufffd" in item.body for item in listing.items)
