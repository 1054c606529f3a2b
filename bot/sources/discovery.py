"""From an address that a person types to a source: a feed, a sitemap, or the list of headlines on the page itself."""

import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin, urlsplit

from bot.errors import BadStatus, ParseError, SourceError
from bot.extraction.markup import inline
from bot.model.fetch import PLAIN, Manners, Response
from bot.model.source import NO_CURSOR, Cursor, Entry, Source
from bot.protocols import Fetcher
from bot.sources import page, sitemap
from bot.sources.parsing.choose import parse as parse_feed
from bot.sources.parsing.entries import web_address
from bot.sources.parsing.links import Link, PageRead
from bot.sources.parsing.listing import Listing
from bot.sources.parsing.polled import as_found, as_it_seems
from bot.sources.parsing.redirects import is_search

AS_GIVEN = "as given"
MOST_TRIED = 5
"""Addresses of one kind that are asked: those that a page names, sitemaps."""

FEED_PATHS = ("/feed", "/rss", "/feed.xml", "/rss.xml", "/atom.xml", "/index.xml", "/feeds/posts/default")
SITEMAP_PATHS = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml", "/sitemap.xml")

NOTHING = (
    "no feed, no sitemap and no list of headlines is found there: give the address of its feed, or name the links of "
    "the page with --select, a CSS selector such as 'h2 a'"
)
_ACCEPT = "text/html, application/rss+xml, application/atom+xml, application/feed+json, application/xml, */*;q=0.5"
_SITEMAP_START = re.compile(rb"<(?:\w{1,20}:)?(?:urlset|sitemapindex)\b|^\x1f\x8b", re.IGNORECASE)
_SITEMAP_LINE = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_LONGEST_ROBOTS = 500_000


@dataclass(frozen=True, slots=True)
class Found:
    """A source that can be read: what a list must say of it, and what it lists now.

    `how` tells where it was found, `others` what else is there; `itself` is the address that a feed gives as its own.
    """

    type: str
    url: str
    how: str
    title: str = ""
    entries: tuple[Entry, ...] = ()
    notes: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    itself: str = ""


def completed(typed: str) -> str:
    """The address that somebody means who types `example.org/news`, `feed:https://...` or the whole of it."""
    text = re.sub(r"^feed:(?://)?(?=https?://)", "", typed.strip(), flags=re.IGNORECASE)
    text = re.sub(r"^feed://|^//", "https://", text, flags=re.IGNORECASE)
    return text if "://" in text else f"https://{text}"


async def discover(url: str, fetcher: Fetcher) -> Found:
    """The best source at or around this address; SourceError where it can't be had or nothing is found.

    Asked in this order: the address itself, the feeds that its page names, the usual addresses of feeds, the sitemaps
    that robots.txt names and the usual ones, the page as a list of headlines.
    """
    asking = _Asking(fetcher)
    answer = await asking.get(url, accept=_ACCEPT)
    found = await _as_it_is(url, answer, asking)
    if found is not None:
        return found
    read = await page.parse(answer)
    return (
        await _feed_of(read, asking)
        or await _usual_feed(answer.url, asking)
        or await _sitemap_or_page(answer.moved_to or url, answer, read, asking)
    )


async def look(kind: str, url: str, options: Mapping[str, str], fetcher: Fetcher) -> Found:
    """A web source of this type and at this very address, read once; SourceError where it can't be."""
    asking = _Asking(fetcher)
    if kind in ("feed", "search"):
        return await _feed(url, AS_GIVEN, asking, searched=kind == "search")
    if kind == "sitemap":
        return await _sitemap(url, AS_GIVEN, asking)
    if not options.get("select"):
        answer = await asking.get(url, accept=page.ACCEPT, manners=Manners(robots=True))
        return await _page(url, await page.parse(answer), asking)
    fetched = await page.read(Source(url, kind, url, options=options), NO_CURSOR, asking)
    return Found(kind, url, AS_GIVEN, "", fetched.entries, fetched.notes, options)


class _Asking:
    """A fetcher that asks for no address twice while a source is looked for."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._answers: dict[tuple[str, bool], Response] = {}

    async def get(
        self, url: str, *, cursor: Cursor = NO_CURSOR, accept: str = "*/*", manners: Manners = PLAIN
    ) -> Response:
        """The answer; that of before where there was one."""
        key = (url, manners.robots)
        if key not in self._answers:
            self._answers[key] = await self._fetcher.get(url, cursor=cursor, accept=accept, manners=manners)
        return self._answers[key]


async def _as_it_is(url: str, answer: Response, asking: _Asking) -> Found | None:
    """The address itself as a feed or a sitemap."""
    if _SITEMAP_START.search(answer.body[:5_000]):
        with suppress(ParseError):
            return await _sitemap(url, AS_GIVEN, asking)
    with suppress(ParseError):
        return await _feed(url, AS_GIVEN, asking)
    return None


def _whole(listing: Listing) -> Listing:
    return listing


async def _feed(url: str, how: str, asking: _Asking, *, searched: bool | None = None) -> Found:
    """A feed at that address, or where it has moved for good; `searched` None: it shows whether it is a search."""
    response = await asking.get(url, accept=_ACCEPT)
    listing = await parse_feed(response.body, response.content_type, _whole)
    search = is_search(listing, response.url) if searched is None else searched
    kind = "search" if search else "feed"
    entries, notes = (as_found if search else as_it_seems)(listing, response.url)
    title, itself = inline(listing.title), web_address(listing.itself, response.url)
    return Found(kind, response.moved_to or url, how, title, entries, notes, itself=itself)


async def _feed_of(read: PageRead, asking: _Asking) -> Found | None:
    """The first feed that a page names and that has entries; feeds of comments come last."""
    named = sorted(read.feeds, key=_is_of_comments)
    for number, link in enumerate(named[:MOST_TRIED]):
        with suppress(SourceError):
            found = await _feed(link.url, "named by the page", asking)
            if found.entries:
                others = tuple(other.url for other in named[number + 1 :] if not _is_of_comments(other))
                return replace(found, others=others)
    return None


def _is_of_comments(link: Link) -> bool:
    return "comment" in f"{link.url} {link.text}".lower()


async def _usual_feed(url: str, asking: _Asking) -> Found | None:
    """A feed below the page, or at the root of the site, where such feeds often are."""
    own = urlsplit(url).path.rstrip("/")
    below = [f"{own}{path}" for path in FEED_PATHS[:2]] if own and "." not in own.rpartition("/")[2] else []
    async for found in _tried((urljoin(url, path) for path in (*below, *FEED_PATHS)), asking):
        if found.entries:
            return found
    return None


async def _tried(urls: Iterable[str], asking: _Asking) -> AsyncIterator[Found]:
    """The feeds among these; a server that does not answer is not asked again."""
    for url in urls:
        try:
            yield await _feed(url, "a usual address of feeds", asking)
        except (BadStatus, ParseError):
            continue
        except SourceError:
            return


async def _sitemap_or_page(address: str, answer: Response, read: PageRead, asking: _Asking) -> Found:
    """A sitemap that tells what is new, else the headlines of the page, else any sitemap; SourceError for nothing."""
    undated: Found | None = None
    for url, how in (await _sitemaps(answer.url, asking))[: 2 * MOST_TRIED]:
        with suppress(SourceError):
            found = replace(await _sitemap(url, how, asking), title=inline(read.title))
            if any(entry.published for entry in found.entries):
                return found
            undated = undated or (found if found.entries else None)
    if read.links:
        return await _page(address, read, asking)
    if undated is None:
        raise SourceError(NOTHING)
    return undated


async def _sitemaps(url: str, asking: _Asking) -> Sequence[tuple[str, str]]:
    """Where sitemaps may be, those of news first, and how that is known."""
    text = ""
    with suppress(SourceError):
        text = (await asking.get(urljoin(url, "/robots.txt"))).body[:_LONGEST_ROBOTS].decode("utf-8", "replace")
    named = [web_address(found, url) for found in _SITEMAP_LINE.findall(text)]
    news_first = sorted(dict.fromkeys(filter(None, named)), key=lambda found: "news" not in found.lower())
    usual = [urljoin(url, path) for path in SITEMAP_PATHS]
    return [
        *((found, "named by robots.txt") for found in news_first[:MOST_TRIED]),
        *((found, "a usual address of sitemaps") for found in usual if found not in news_first),
    ]


async def _sitemap(url: str, how: str, asking: _Asking) -> Found:
    fetched = await sitemap.read(Source(url, sitemap.TYPE, url), NO_CURSOR, asking)
    return Found(sitemap.TYPE, fetched.moved_to or url, how, "", fetched.entries, fetched.notes)


async def _page(url: str, read: PageRead, asking: _Asking) -> Found:
    """The page itself, with the selector that its guess amounts to, so that the list says what is read."""
    options = {"select": read.selector} if read.selector else {}
    fetched = await page.read(Source(url, page.TYPE, url, options=options), NO_CURSOR, asking)
    how = "the headlines of the page itself, by a guess"
    return Found(page.TYPE, url, how, inline(read.title), fetched.entries, fetched.notes, options)
