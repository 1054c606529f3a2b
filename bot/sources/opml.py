"""OPML, the lists of feeds that readers exchange: http://opml.org/spec2.opml."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html.entities import html5
from typing import Any
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.saxutils import quoteattr

from defusedxml import DefusedXmlException, sax

from bot.errors import ParseError
from bot.extraction import as_utf8
from bot.model.source import Source

MOST_OUTLINES = 20_000
DEEPEST = 50
LONGEST_TAG = 60
FEED_TYPES = frozenset(("feed", "search"))
"""Source types that OPML has a form for."""

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<opml version="2.0">',
    "  <head>",
    "    <title>Namewatch</title>",
    "  </head>",
    "  <body>",
)
_NOT_XML = re.compile(rb"&(?!#\d+;|#x[0-9a-fA-F]+;|(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31};)?")
"""An ampersand that XML does not know: a bare one, as in an address or "AT&T", or HTML's names of letters."""

_PLAIN_FOLDER = frozenset(("", "all", "root", "subscriptions", "feeds"))


@dataclass(frozen=True, slots=True)
class Outline:
    """A line that names a feed, or means to and has no `url`. `tags` are folders and categories."""

    line: int
    url: str
    name: str = ""
    tags: tuple[str, ...] = ()


def read_opml(data: bytes) -> tuple[Outline, ...]:
    """The feeds of a file in its order; ParseError where it is no OPML, with the line where it stops being readable."""
    parser = sax.make_parser()
    handler = _Handler(parser.getLineNumber)
    parser.setContentHandler(handler)
    try:
        parser.feed(_NOT_XML.sub(_as_xml, as_utf8(data)))
        parser.close()
    except (SAXException, DefusedXmlException, ValueError) as error:
        line = parser.getLineNumber()
        why = error.getMessage() if isinstance(error, SAXException) else "it defines entities"
        raise ParseError(
            f"line {line}: this can't be read as OPML: {' '.join(str(why).split())[:150]}; export it anew"
        ) from None
    if handler.root != "opml":
        raise ParseError("this is not OPML: a file that begins with <opml> is expected")
    return tuple(handler.found)


def _as_xml(found: re.Match[bytes]) -> bytes:
    name = (found[1] or b"").decode()
    if name in html5:
        return "".join(f"&#{ord(letter)};" for letter in html5[name]).encode()
    return f"&amp;{name}".encode()


class _Handler(ContentHandler):
    """Takes up the outlines; names count whatever their case, which readers get wrong."""

    def __init__(self, line: Callable[[], int]) -> None:
        super().__init__()
        self.line = line
        self.root = ""
        self.found: list[Outline] = []
        self.folders: list[str] = []

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - the names are SAX's
        self.root = self.root or name.lower()
        if name.lower() != "outline":
            return
        said = {key.lower(): " ".join(attrs.getValue(key).split()) for key in attrs.getNames()}
        text = said.get("title") or said.get("text", "")
        url = said.get("xmlurl", "")
        is_feed = bool(url) or said.get("type", "").lower() in ("rss", "atom", "feed")
        if is_feed:
            self.found.append(Outline(self.line(), url, text, self._tags(said.get("category", ""))))
        self.folders.append("" if is_feed else text)
        if len(self.folders) > DEEPEST or len(self.found) > MOST_OUTLINES:
            raise SAXException(f"more than {MOST_OUTLINES:,} feeds, or folders deeper than {DEEPEST}")

    def endElement(self, name: str) -> None:  # noqa: N802
        if name.lower() == "outline":
            self.folders.pop()

    def _tags(self, categories: str) -> tuple[str, ...]:
        """Folders from the outside in, then categories: `/Tech/News,World` is Tech, News and World."""
        named = [part.strip() for category in categories.split(",") for part in category.split("/")]
        tags = (tag for tag in (*self.folders, *named) if tag.casefold() not in _PLAIN_FOLDER)
        kept: dict[str, str] = {}
        for tag in tags:
            if len(tag) <= LONGEST_TAG:
                kept.setdefault(tag.casefold(), tag)
        return tuple(kept.values())


def write_opml(sources: Sequence[Source]) -> str:
    """The feeds among these as OPML 2.0, one a line."""
    lines = [_outline(source) for source in sources if source.type in FEED_TYPES]
    return "\n".join((*_HEAD, *lines, "  </body>", "</opml>", ""))


def _outline(source: Source) -> str:
    said = {"type": "rss", "text": source.name, "title": source.name, "xmlUrl": source.url}
    if source.tags:
        said["category"] = ",".join(source.tags)
    return f"    <outline {' '.join(f'{key}={quoteattr(value)}' for key, value in said.items())}/>"
