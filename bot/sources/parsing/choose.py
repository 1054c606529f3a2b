"""Which parser is asked, and which is believed."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.apart import computed
from bot.errors import ParseError
from bot.extraction import as_utf8
from bot.sources.parsing.fast import parse_fast
from bot.sources.parsing.listing import Listing
from bot.sources.parsing.process import SECONDS, parse_apart

# The fast parser keeps the interpreter to itself, at 20 MB/s or more: beyond this size it could hold the event loop
# for longer than 50 ms, so it works in a process of its own, too.
IN_PROCESS_BYTES = 1_000_000

FAST_SECONDS = 1.5
"""For a child with the fast parser: 10 MB take it half a second. What it needs, its successor does without."""

_LOOKED_AT = 200_000
"""Bytes in which tags are looked for: patterns, too, keep the interpreter to themselves."""

NOT_A_FEED = "this is not a feed: RSS, Atom or JSON Feed is expected"
WEB_PAGE = "this is a web page, not a feed: give the address of its RSS or Atom feed"
UNREADABLE = "the feed is broken: no entry in it can be read"


_Made = TypeVar("_Made")

_FEED_TAG = re.compile(rb"<(?:\w{1,20}:)?(?:rss|feed|rdf|channel|item|entry)\b", re.IGNORECASE)
_DATE_TAG = re.compile(rb"<(?:\w{1,20}:)?(?:pubdate|date|updated|published|modified|issued|created)\b", re.IGNORECASE)
_BODY_TAG = re.compile(rb"<(?:\w{1,20}:)?(?:body|fullitem)\b", re.IGNORECASE)
_ITEM_TAG = re.compile(rb"<(?:\w{1,20}:)?(?:item|entry)\b", re.IGNORECASE)
_LINK_TAG = re.compile(rb"<(?:\w{1,20}:)?link\b", re.IGNORECASE)
_PACKED = re.compile(
    rb"<(?:\w{1,20}:)?(?:title|summary|content|description)\s[^<>]{0,300}"
    rb"[\"'](?:base64|application/octet-stream)[\"']",
    re.IGNORECASE,
)
_PAGE_TAG = re.compile(
    rb"^\s*(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class _Look(Generic[_Made]):
    """The document as UTF-8, its listing as the fast parser reads it, and what was made of it where that is sure."""

    utf8: bytes
    listing: Listing | None = None
    doubtful: bool = False
    made: _Made | None = None


async def parse(body: bytes, content_type: str, make: Callable[[Listing], _Made]) -> _Made:
    """What `make` makes of the listing of a feed; ParseError where the bytes are none.

    Nothing here holds the event loop. Most feeds take one trip to the thread that computes.
    """
    look = await computed(_first, body, content_type, make)
    if look.made is not None:
        return look.made
    utf8, first, doubtful = look.utf8, look.listing, look.doubtful
    if len(utf8) > IN_PROCESS_BYTES:
        first = await parse_apart(utf8, "fast", FAST_SECONDS)
        doubtful = await computed(is_doubtful, first, utf8)
    seconds = SECONDS if len(utf8) <= IN_PROCESS_BYTES else SECONDS - FAST_SECONDS
    second = await parse_apart(utf8, "patient", seconds) if doubtful else None
    return await computed(lambda: make(believed(first, second, utf8)))


def _first(body: bytes, content_type: str, make: Callable[[Listing], _Made]) -> _Look[_Made]:
    """The document read here, where it is small enough."""
    utf8 = as_utf8(body, content_type)
    if len(utf8) > IN_PROCESS_BYTES:
        return _Look(utf8)
    listing = parse_fast(utf8)
    if is_doubtful(listing, utf8):
        return _Look(utf8, listing, doubtful=True)
    return _Look(utf8, listing, made=make(believed(listing, None, utf8)))


def is_doubtful(listing: Listing | None, utf8: bytes) -> bool:
    """Whether a second opinion may know more: an XML feed that is broken, empty, garbled, packed, or misses parts."""
    if not _FEED_TAG.search(utf8, 0, _LOOKED_AT) or _PAGE_TAG.match(utf8[:10_000]):
        return False
    if listing is None or not listing.items or listing.broken:
        return True
    if _misses_a_part(listing, utf8) or _is_packed(utf8):
        return True
    return _garbled(listing) > 0 and b"\xef\xbf\xbd" not in utf8


def _is_packed(utf8: bytes) -> bool:
    """Whether a title or a text is written as base64, which the fast parser leaves as it is."""
    return (b"base64" in utf8 or b"/octet-stream" in utf8) and bool(_PACKED.search(utf8, 0, _LOOKED_AT))


def _misses_a_part(listing: Listing, utf8: bytes) -> bool:
    """Whether no item has a date, a link or a body although there are tags that may hold one."""
    items = listing.items
    return bool(
        (not any(item.date for item in items) and _DATE_TAG.search(utf8, 0, _LOOKED_AT))
        or (not any(item.link for item in items) and _links_in_items(utf8))
        or (not any(item.body for item in items) and _BODY_TAG.search(utf8, 0, _LOOKED_AT))
    )


def _links_in_items(utf8: bytes) -> bool:
    """Whether a link stands behind the first item: the one of the feed itself stands before it."""
    item = _ITEM_TAG.search(utf8, 0, _LOOKED_AT)
    return item is not None and _LINK_TAG.search(utf8, item.end(), _LOOKED_AT) is not None


def believed(first: Listing | None, second: Listing | None, utf8: bytes) -> Listing:
    """The one that read more, the second where they read the same; ParseError where neither found a feed."""
    found = [listing for listing in (second, first) if listing is not None]
    best = max(found, key=_worth, default=None) if second else first
    if best is None:
        raise ParseError(UNREADABLE, cause="the parsers took too long or fell over")
    if best.items or (best.version and not best.broken):
        return best
    if _PAGE_TAG.match(utf8[:10_000]):
        raise ParseError(WEB_PAGE, cause=best.broken)
    raise ParseError(UNREADABLE if best.version else NOT_A_FEED, cause=best.broken)


def _worth(listing: Listing) -> tuple[int, int, int, int, bool]:
    dated = sum(item.date is not None for item in listing.items)
    full = sum(bool(item.body) for item in listing.items)
    return len(listing.items), dated, -_garbled(listing), full, bool(listing.version)


def _garbled(listing: Listing) -> int:
    return sum("\ufffd" in item.title or "\ufffd" in item.body for item in listing.items)
