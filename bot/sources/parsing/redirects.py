"""Feeds of a search: their links lead over the searcher's own host, so that they tell articles apart badly.

Where a link carries the address of the article in its query, that address takes its place. Where it is opaque, the
link stays what is shown, and publisher, title and day identify the article.
"""

import hashlib
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from urllib.parse import parse_qsl, urlsplit

from bot.extraction import title_key
from bot.extraction.markup import inline, readable
from bot.sources.parsing.entries import moment, web_address
from bot.sources.parsing.listing import Item, Listing

RELATED = "lists of related headlines below an entry are not read"

NEARLY_ALL = 0.8

_TARGET_NAMES = frozenset(("url", "u", "q", "target", "dest", "destination", "redirect"))
_TOKEN = re.compile(r"[A-Za-z0-9_=-]{24,}")
_LISTED = re.compile(r"<(?:ol|ul|li)\b", re.IGNORECASE)
_LONGEST_PUBLISHER = 60
_SHORTEST_BODY = 20


def is_search(listing: Listing, base: str) -> bool:
    """Whether the links of a feed lead over one host that is none of the publishers': opaquely, or to another host.

    Nearly all must, not all: a single odd entry shall not change what identifies the others.
    """
    hosts: Counter[str] = Counter()
    others = 0
    for item in listing.items:
        if _is_redirect(item, base):
            hosts[_host(web_address(item.link, base))] += 1
        else:
            others += 1
            if others > (1 - NEARLY_ALL) * len(listing.items):
                return False
    return bool(hosts) and hosts.most_common(1)[0][1] >= NEARLY_ALL * len(listing.items)


def as_search(listing: Listing, base: str) -> Listing:
    """The listing with each article under its own address, or known by publisher, title and day."""
    return replace(listing, items=tuple(_found(item, base) for item in listing.items))


def notes_of_search(listing: Listing) -> tuple[str, ...]:
    """What is left out of such a feed."""
    return (RELATED,) if any(_LISTED.search(item.body) for item in listing.items) else ()


def _is_redirect(item: Item, base: str) -> bool:
    if "?" not in item.link and not item.publisher_url:
        return False  # most links of most feeds, at no cost
    url = web_address(item.link, base)
    if target_in(url):
        return True
    elsewhere = bool(item.publisher) and _host(item.publisher_url) not in ("", _host(url))
    return elsewhere and _is_opaque(url)


def _is_opaque(url: str) -> bool:
    """Whether the path ends in a token: long, of capitals, small letters and digits, which no headline is."""
    token = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    kinds = (str.isupper, str.islower, str.isdigit)
    return bool(_TOKEN.fullmatch(token)) and all(any(kind(char) for char in token) for kind in kinds)


def target_in(url: str) -> str:
    """The web address of another host that a redirect carries in its query, or ""."""
    try:
        pairs = parse_qsl(urlsplit(url).query, max_num_fields=100)
    except ValueError:
        return ""
    targets = (web_address(value) for name, value in pairs if name.lower() in _TARGET_NAMES)
    return next((target for target in targets if target and _host(target) != _host(url)), "")


def _found(item: Item, base: str) -> Item:
    url = web_address(item.link, base)
    if target := target_in(url):
        return replace(item, id=target, link=target)
    if url and _host(url) != _host(base) and not _is_redirect(item, base):
        return item
    title, publisher = _parted(inline(item.title), inline(item.publisher))
    known_by = _known_by(title, publisher, moment(item.date))
    # what `_parted` returns is text by now: "<" in it is no tag
    return replace(
        item,
        id=known_by or item.id,
        title=title,
        title_type="text/plain",
        publisher=publisher,
        body="" if _says_no_more(item.body, title, publisher) else item.body,
        known_by=known_by,
    )


def _parted(title: str, publisher: str) -> tuple[str, str]:
    """The headline without its " - Publisher", and the publisher."""
    head, dash, tail = title.rpartition(" - ")
    if not dash or not head.strip():
        return title, publisher
    if publisher:
        return (head.strip(), publisher) if tail.strip().casefold() == publisher.casefold() else (title, publisher)
    return (head.strip(), tail.strip()) if len(tail) <= _LONGEST_PUBLISHER else (title, "")


def _known_by(title: str, publisher: str, published: datetime | None) -> str:
    """What stays the same however often the link changes; "" for a title without words."""
    day = published.astimezone(UTC).date() if published else date.min
    words = title_key(title, day)
    whole = f"{publisher.casefold()}\n{words}"
    return f"title:{hashlib.sha256(whole.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}" if words else ""


def _says_no_more(body: str, title: str, publisher: str) -> bool:
    """Whether a body is only headlines: of related articles, or the entry's own with its publisher."""
    if _LISTED.search(body):
        return True
    rest = readable(body).text.replace(title, "", 1).replace(publisher, "", 1) if body else ""
    return len(rest.strip(" -\n")) < _SHORTEST_BODY


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
