"""Other addresses of a page: with and without www., as people's telephones have it, inside the link of a redirect."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from bot.extraction.identity import canonical_url

MOST = 12
_SMALL = re.compile(r"^(?:www|m|mobile|amp)\.")
_OTHERS = ("www.", "m.", "amp.")
_WRAPPED = re.compile(
    r"^https://(?:web\.archive\.org/web/[^/]+/|(?:www\.)?google\.[a-z.]+/amp/(?:s/)?"
    r"|[\w-]+\.cdn\.ampproject\.org/[a-z]/(?:s/)?)(?P<page>.+)$"
)
_AMP_PATH = re.compile(r"(?:/amp(?:\.html)?|\.amp|\.amp\.html)$|^/amp(?=/)")
_AMP_QUERY = re.compile(r"(?:^|&)(?:amp(?:=[^&]*)?|outputType=amp)(?=&|$)", re.IGNORECASE)


def spellings(url: str) -> tuple[str, ...]:
    """The canonical URLs that may be meant by an address, the likeliest first; none where it is no http(s) address."""
    found: dict[str, None] = {}
    for page in _pages(url):
        for spelling in _of_page(page):
            found[spelling] = None
    return tuple(filter(None, found))[:MOST]


def _pages(url: str) -> Iterator[str]:
    """The address itself, and the one that it leads to where it says so."""
    page = canonical_url(url)
    if not page:
        return
    yield page
    if wrapped := _WRAPPED.match(page):
        inner = wrapped["page"]
        yield canonical_url(inner if "://" in inner else f"https://{inner}")
    for _, value in parse_qsl(urlsplit(url.strip()).query, max_num_fields=100):
        if value.startswith(("http://", "https://")):
            yield canonical_url(value)


def _of_page(page: str) -> Iterator[str]:
    if not page:
        return
    yield page
    parts = urlsplit(page)
    query = _AMP_QUERY.sub("", parts.query).removeprefix("&")
    path = _AMP_PATH.sub("", parts.path)
    bare = _SMALL.sub("", parts.netloc)
    hosts = [parts.netloc, bare, *(f"{each}{bare}" for each in _OTHERS)]
    for host in hosts[:3]:
        yield canonical_url(f"https://{host}{path}?{query}")
    if path.strip("/"):
        yield canonical_url(f"https://{parts.netloc}{path}")
    for host in hosts[3:]:
        yield canonical_url(f"https://{host}{path}?{query}")
