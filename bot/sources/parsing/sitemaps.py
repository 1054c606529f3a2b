"""Sitemaps, news sitemaps and sitemap indexes to plain lists.

https://www.sitemaps.org/protocol.html
https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap

One pass over SAX events: a tree of 50,000 pages takes far more memory than the 5,000 that are kept.
"""

import zlib
from dataclasses import dataclass, field
from typing import Any
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException, sax

from bot.extraction import as_utf8
from bot.sources.parsing.dates import date_in
from bot.sources.parsing.listing import LONGEST_LINE, MOST_ENTRIES

MOST_BYTES = 50_000_000
"""Of a sitemap, unpacked: the protocol's own limit."""

DEEPEST = 20
_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class Place:
    """A page (`url`) or another sitemap (`sitemap`), and what is said of it; times are seconds since 1970."""

    loc: str
    changed: float | None = None
    title: str = ""
    published: float | None = None
    publisher: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a file lists. `kind` is empty where it is no sitemap; `broken` says where it stops being readable.

    `left_out` counts pages beyond the limit: the newest are kept, or the first where nothing is dated.
    """

    kind: str = ""
    broken: str = ""
    places: tuple[Place, ...] = ()
    left_out: int = 0


@dataclass(slots=True)
class _Reading:
    """What gathers while the events come."""

    kind: str = ""
    places: list[Place] = field(default_factory=list)


class _Handler(ContentHandler):
    """Takes up the texts of each `url` or `sitemap`; names count without their prefixes, which sites get wrong."""

    _ROOTS = ("urlset", "sitemapindex")
    _ITEMS = ("url", "sitemap")
    _KEPT = ("loc", "lastmod", "title", "publication_date", "name", "language")

    def __init__(self, reading: _Reading) -> None:
        super().__init__()
        self.reading = reading
        self.path: list[str] = []
        self.item: dict[str, str] = {}
        self.text: list[str] = []

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: ARG002, N802 - the names are SAX's
        local = name.rpartition(":")[2].lower()
        self.path.append(local)
        if len(self.path) == 1:
            self.reading.kind = local if local in self._ROOTS else ""
        if len(self.path) > DEEPEST:
            raise SAXException("nested too deep for a sitemap")
        if len(self.path) == 2 and local in self._ITEMS:
            self.item = {}
        self.text = []

    def characters(self, content: str) -> None:
        self.text.append(content)

    def endElement(self, name: str) -> None:  # noqa: ARG002, N802
        local = self.path.pop()
        parent = self.path[-1] if self.path else ""
        # <image:loc>, <video:title> and their like are about something else than the page
        if local in self._KEPT and parent in (*self._ITEMS, "news", "publication"):
            self.item.setdefault(local, " ".join("".join(self.text).split())[:LONGEST_LINE])
        elif local in self._ITEMS and len(self.path) == 1 and self.item.get("loc"):
            self.reading.places.append(_place(self.item))
        self.text = []


def read_sitemap(body: bytes, content_type: str) -> Sitemap:
    """The sitemap in these bytes, packed by gzip or not; XML, or a text with an address a line."""
    unpacked, broken = _unpacked(body)
    utf8 = as_utf8(unpacked, content_type)
    if utf8.lstrip()[:4].lower() == b"http":
        lines = utf8.decode("utf-8").split("\n")
        return _bounded("urlset", broken, [Place(line.strip()) for line in lines if line.strip()])
    reading = _Reading()
    parser = sax.make_parser()
    parser.setContentHandler(_Handler(reading))
    try:
        # In one piece: older versions of expat read a huge token anew with every piece.
        parser.feed(utf8)
        parser.close()
    except (SAXException, DefusedXmlException, ValueError) as error:
        broken = broken or (" ".join(str(error).split())[:200] or type(error).__name__)
    return _bounded(reading.kind, broken, reading.places)


def _unpacked(body: bytes) -> tuple[bytes, str]:
    """The bytes without their gzip, and what is wrong with it; what could be unpacked by then is kept."""
    unpacked = bytearray()
    rest = body
    while rest.startswith(_GZIP):
        machine = zlib.decompressobj(_GZIP_WINDOW)
        try:
            unpacked += machine.decompress(rest, MOST_BYTES - len(unpacked) + 1)
        except zlib.error as error:
            return bytes(unpacked), f"packed wrongly ({error})"
        if len(unpacked) > MOST_BYTES:
            return bytes(unpacked[:MOST_BYTES]), f"larger than {MOST_BYTES // 1_000_000} MB unpacked"
        if not machine.eof:
            return bytes(unpacked), "packed wrongly (it ends early)"
        rest = machine.unused_data
    return (bytes(unpacked), "") if rest is not body else (body, "")


def _place(item: dict[str, str]) -> Place:
    return Place(
        item["loc"],
        _seconds(item.get("lastmod", "")),
        item.get("title", ""),
        _seconds(item.get("publication_date", "")),
        item.get("name", ""),
        item.get("language", ""),
    )


def _seconds(text: str) -> float | None:
    try:
        return date_in(text).timestamp() if text else None
    except (ValueError, OverflowError):
        return None


def _bounded(kind: str, broken: str, places: list[Place]) -> Sitemap:
    newest = sorted(places, key=lambda place: place.published or place.changed or 0.0, reverse=True)
    kept = newest[:MOST_ENTRIES]
    return Sitemap(kind, broken, tuple(kept), len(places) - len(kept))
