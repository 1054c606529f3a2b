"""The links of a web page that lead to articles: those that a CSS selector names, or the largest group of headlines.

lxml reads it in the time that it takes to look at it, however odd it is nested (250 KB of <div>: 10 ms).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urldefrag

import lxml.html
from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.etree import LxmlError

from bot.extraction import canonical_url
from bot.sources.parsing.entries import web_address
from bot.sources.parsing.listing import MOST_ENTRIES

FEWEST_HEADLINES = 3
LONGEST_HEADLINE = 300
MOST_ANCHORS = 20_000
MOST_FEEDS = 20

_FEED_TYPES = frozenset(
    ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "application/json")
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_ASIDE = frozenset(("nav", "aside", "footer", "menu", "form", "button"))
_LIKE_A_FEED = re.compile(r"(?:^|[/._?=-])(?:rss|atom|feeds?)(?:$|[/._?=&-]|2$)|\.(?:rss|rdf|atom)$", re.IGNORECASE)
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CLASS = re.compile(r"[A-Za-z][A-Za-z_-]{1,30}")
_STEPS_WITH_CLASS = 3


@dataclass(frozen=True, slots=True)
class Link:
    """Where it leads, and the words that it shows."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class PageRead:
    """What a page says: its title, the feeds that it names, and links to articles with the selector that finds them.

    `fault` tells why a selector could not be used; `left_out` counts links beyond the limit.
    """

    title: str = ""
    feeds: tuple[Link, ...] = ()
    links: tuple[Link, ...] = ()
    selector: str = ""
    fault: str = ""
    left_out: int = 0


def read_page(utf8: bytes, address: str, select: str) -> PageRead:
    """The links that `select` names, or where it is empty those that look like a list of headlines."""
    try:
        root = lxml.html.document_fromstring(utf8, parser=lxml.html.HTMLParser(encoding="utf-8", huge_tree=False))
    except (LxmlError, ValueError):
        return PageRead()
    base = _base(root, address)
    title = _words(root.find(".//title"))
    feeds = tuple(_feeds(root, base))[:MOST_FEEDS]
    if not select:
        selector, anchors = _guessed(root, base, address)
        return _page(title, feeds, selector, anchors, base)
    try:
        found = CSSSelector(select, translator="html")(root)
    except (SelectorError, LxmlError, ValueError, RecursionError) as error:
        return PageRead(title, feeds, fault=" ".join(str(error).split())[:200] or "not a CSS selector")
    return _page(title, feeds, select, _anchors_of(found), base)


def _page(title: str, feeds: tuple[Link, ...], selector: str, anchors: Iterable[Any], base: str) -> PageRead:
    """Each address once, in the order of the page, with the longest headline that leads to it."""
    links: dict[str, Link] = {}
    for anchor in anchors:
        url = web_address(anchor.get("href") or "", base)
        text = _headline(anchor)
        known = links.setdefault(canonical_url(url), Link(url, text)) if url and text else None
        if known is not None and len(text) > len(known.text):
            links[canonical_url(url)] = Link(known.url, text)
    kept = tuple(links.values())[:MOST_ENTRIES]
    return PageRead(title, feeds, kept, selector, left_out=len(links) - len(kept))


def _base(root: Any, address: str) -> str:
    """What relative links are relative to."""
    found = root.find(".//base[@href]")
    return (web_address(found.get("href"), address) if found is not None else "") or address


def _feeds(root: Any, base: str) -> Iterator[Link]:
    """Feeds that the head names, then links that look as if they led to one."""
    seen = set()
    declared = (
        (link.get("href") or "", link.get("title") or "")
        for link in root.iterfind(".//link[@href]")
        if "alternate" in (link.get("rel") or "").lower().split()
        and (link.get("type") or "").split(";")[0].strip().lower() in _FEED_TYPES
    )
    shown = (
        (anchor.get("href") or "", _words(anchor))
        for anchor in root.iterfind(".//a[@href]")
        if _LIKE_A_FEED.search((anchor.get("href") or "").partition("#")[0])
    )
    for pairs in (declared, shown):
        for href, text in pairs:
            url = web_address(href, base)
            if url and url not in seen:
                seen.add(url)
                yield Link(url, " ".join(text.split())[:LONGEST_HEADLINE])


def _anchors_of(elements: Iterable[Any]) -> Iterator[Any]:
    """The links among what a selector names: an element itself, the links in it, or the one around it."""
    for element in elements:
        if not isinstance(element.tag, str):
            continue
        if element.tag == "a":
            yield element
            continue
        inner = list(element.iterfind(".//a[@href]"))
        yield from inner or list(element.iterancestors("a"))[:1]


def _guessed(root: Any, base: str, address: str) -> tuple[str, list[Any]]:
    """A selector and the links that it names: the largest group of headlines at one place of the tree, if any."""
    groups: defaultdict[tuple[str, ...], list[Any]] = defaultdict(list)
    here = urldefrag(address).url
    lengths: dict[Any, int] = {}
    for number, anchor in enumerate(root.iterfind(".//a[@href]")):
        if number >= MOST_ANCHORS:
            break
        url = web_address(anchor.get("href") or "", base)
        line = (anchor, *anchor.iterancestors())
        aside = not _ASIDE.isdisjoint(element.tag for element in line)
        if url and urldefrag(url).url != here and not aside and not _in_prose(anchor, lengths):
            groups[_path(line)].append(anchor)
    best = max(groups, key=lambda path: _worth(path, groups[path]), default=())
    if not best or _worth(best, groups[best]) <= 0:
        return "", []
    return _selector_for(root, best, groups[best]), groups[best]


def _in_prose(anchor: Any, lengths: dict[Any, int]) -> bool:
    """Whether a link is a few words of a paragraph; `lengths` keeps those of paragraphs, for one may hold thousands."""
    parent = anchor.getparent()
    if parent is None or parent.tag != "p":
        return False
    if parent not in lengths:
        lengths[parent] = len(_words(parent))
    return lengths[parent] > 2 * len(_words(anchor))


def _path(line: tuple[Any, ...]) -> tuple[str, ...]:
    """The steps from the root to a link; the last ones with their class, which parts menus from headlines."""
    steps = [_step(element) if depth < _STEPS_WITH_CLASS else str(element.tag) for depth, element in enumerate(line)]
    return tuple(reversed(steps))


def _step(element: Any) -> str:
    """`div.card`; a class with digits is made anew at every build of a site, so that it says nothing."""
    first = (element.get("class") or "").split()[:1]
    return f"{element.tag}.{first[0]}" if first and _CLASS.fullmatch(first[0]) else str(element.tag)


def _worth(path: tuple[str, ...], anchors: list[Any]) -> float:
    """How much a group looks like a list of headlines: how many there are, the more so in headings; 0 for none."""
    texts = [_headline(anchor) for anchor in anchors]
    headlines = {text for text in texts if is_headline(text)}
    if len(headlines) < FEWEST_HEADLINES or 2 * len(headlines) < sum(1 for text in texts if text):
        return 0.0
    tags = {step.partition(".")[0] for step in path}
    in_heading = not _HEADINGS.isdisjoint(tags) or any(_heading_in(anchor) is not None for anchor in anchors)
    return len(headlines) * (2.0 if in_heading else 1.0)


def is_headline(text: str) -> bool:
    """Whether a text may be one: four words or twenty characters of them, eight in scripts without spaces."""
    if len(text) > LONGEST_HEADLINE:
        return False
    return len(_HAN.findall(text)) >= 8 or (len(text) >= 20 and len(text.split()) >= 4)


def _heading_in(anchor: Any) -> Any:
    return next((element for element in anchor.iterdescendants() if element.tag in _HEADINGS), None)


def _headline(anchor: Any) -> str:
    """The words of a link: of the heading in it where there is one, else all; of a picture what it says instead."""
    heading = _heading_in(anchor)
    image = anchor.find(".//img[@alt]")
    said = (
        _words(heading),
        _words(anchor),
        anchor.get("title") or anchor.get("aria-label") or "",
        image.get("alt") if image is not None else "",
    )
    text = next((" ".join(text.split()) for text in said if text and text.strip()), "")
    return text[:LONGEST_HEADLINE]


def _words(element: Any) -> str:
    if element is None:
        return ""
    # scripts and styles inside a link are no words of it
    texts = (text for text in element.itertext(with_tail=False) if text.strip())
    return " ".join(" ".join(texts).split())


def _selector_for(root: Any, path: tuple[str, ...], anchors: list[Any]) -> str:
    """The shortest run of tags at the end of this path that names these links and no others."""
    wanted = set(anchors)
    for length in range(2, len(path)):
        selector = " > ".join(path[-length:])
        try:
            found = set(CSSSelector(selector, translator="html")(root))
        except (SelectorError, LxmlError, ValueError):
            break  # a tag such as <o:p> can't be named in a selector
        if found == wanted:
            return selector
    return ""
