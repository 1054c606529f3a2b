"""Sitemaps, news sitemaps and sitemap indexes, also packed (.xml.gz)."""

import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

from bot.errors import ParseError, SourceError
from bot.extraction import canonical_url
from bot.model.fetch import Manners, Response
from bot.model.source import Cursor, Entry, Fetched, Source
from bot.protocols import Fetcher
from bot.sources.parsing.cursors import after_304
from bot.sources.parsing.entries import moment, stable_id, web_address
from bot.sources.parsing.listing import MOST_ENTRIES
from bot.sources.parsing.options import WebOptions
from bot.sources.parsing.process import values_apart
from bot.sources.parsing.sitemaps import Place, Sitemap

TYPE = "sitemap"

MOST_FILES = 10
"""Sitemaps of an index that one poll reads."""

DEEPEST = 3
"""Levels of files: an index, the indexes that it names, and what those name."""

RECENT = timedelta(days=3)
"""Sitemaps that changed longer ago than this before the newest one of their index are not read."""

NOT_A_SITEMAP = "this is not a sitemap: a file with <urlset> or <sitemapindex> is expected"
UNREADABLE = "the sitemap is broken: no address in it can be read"

_ACCEPT = "application/xml, text/xml;q=0.9, application/gzip;q=0.8, */*;q=0.5"
Ask = Callable[..., Awaitable[Response]]
"""GET in the manner of this source."""

_NUMBERS = re.compile(r"\d+")


class Options(WebOptions):
    """What a sitemap can be told."""


@dataclass(slots=True)
class _Harvest:
    """What gathers over the files of one poll. `places` are pages with the file that names them."""

    places: list[tuple[str, Place]] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    hashes: list[str] = field(default_factory=list)
    left_out: int = 0
    old: int = 0
    beyond: int = 0
    problems: list[str] = field(default_factory=list)


async def read(source: Source, cursor: Cursor, fetcher: Fetcher) -> Fetched:
    """The newest pages first; of an index those of its newest files. An entry has neither text nor, mostly, a title."""
    ask = partial(fetcher.get, accept=_ACCEPT, manners=Manners(robots=True, agent=source.agent))
    top = await ask(source.url, cursor=cursor)
    if top.not_modified:
        return Fetched(cursor=after_304(cursor, top), unchanged=True, moved_to=top.moved_to)
    sitemap = await parse(top.body, top.content_type)
    harvest = _Harvest(asked={source.url, top.url})
    await _gather(top, sitemap, harvest, ask, DEEPEST)
    if sitemap.places and not harvest.hashes[1:] and sitemap.kind == "sitemapindex":
        raise SourceError(_first(harvest.problems) or "the sitemap names no other sitemap that can be read")
    seen = Cursor(body_hash=hashlib.sha256("".join(harvest.hashes).encode()).hexdigest())
    if _tells_of_changes(sitemap):
        seen = replace(seen, etag=top.etag, last_modified=top.last_modified)
    if seen.body_hash == cursor.body_hash:
        return Fetched(cursor=seen, unchanged=True, moved_to=top.moved_to)
    return replace(_fetched(harvest, seen), moved_to=top.moved_to)


async def parse(body: bytes, content_type: str) -> Sitemap:
    """The sitemap in these bytes; ParseError where there is none."""
    said = await values_apart("sitemap", body, content_type)
    if not said:
        raise ParseError(UNREADABLE, cause="the parser took too long or fell over")
    sitemap = _sitemap(said)
    if not sitemap.kind:
        raise ParseError(NOT_A_SITEMAP, cause=sitemap.broken)
    if sitemap.broken and not sitemap.places:
        raise ParseError(UNREADABLE, cause=sitemap.broken)
    return sitemap


def _sitemap(said: list[dict[str, Any]]) -> Sitemap:
    return Sitemap(**said[0], places=tuple(Place(**place) for place in said[1:]))


def _tells_of_changes(sitemap: Sitemap) -> bool:
    """Whether the file itself changes with everything below it: an index does when it dates all that it names."""
    return sitemap.kind == "urlset" or all(place.changed for place in sitemap.places)


async def _gather(file: Response, sitemap: Sitemap, harvest: _Harvest, ask: Ask, levels: int) -> None:
    """Take up what a file lists, and of an index what its newest files list."""
    harvest.hashes.append(hashlib.sha256(file.body).hexdigest())
    harvest.left_out += sitemap.left_out
    if sitemap.broken:
        harvest.problems.append("a sitemap is not well-formed: what stands before its fault is read")
    if sitemap.kind == "urlset":
        harvest.places += [(file.url, place) for place in sitemap.places]
        return
    newest = _recent(sitemap.places)
    harvest.old += len(sitemap.places) - len(newest)
    for place in newest:
        url = web_address(place.loc, file.url)
        if not url or url in harvest.asked:
            continue
        if levels <= 1 or len(harvest.asked) > MOST_FILES:
            harvest.beyond += 1
            continue
        harvest.asked.add(url)
        try:
            found = await ask(url)
            await _gather(found, await parse(found.body, found.content_type), harvest, ask, levels - 1)
        except SourceError as error:
            harvest.problems.append(f"a sitemap of the index can't be read: {error}")


def _recent(files: tuple[Place, ...]) -> list[Place]:
    """Those that changed lately, the newest first. Of undated ones the highest numbers first: months, or pages."""
    dated = [file.changed for file in files if file.changed]
    since = max(dated, default=0.0) - RECENT.total_seconds()
    kept = [file for file in files if not file.changed or file.changed >= since]
    return sorted(kept, key=lambda file: (file.changed or 0.0, _numbers(file.loc)), reverse=True)


def _numbers(loc: str) -> tuple[int, ...]:
    return tuple(int(number[:15]) for number in _NUMBERS.findall(loc.rpartition("/")[2]))


def _fetched(harvest: _Harvest, seen: Cursor) -> Fetched:
    newest = sorted(harvest.places, key=lambda pair: pair[1].published or pair[1].changed or 0.0, reverse=True)
    entries: dict[str, Entry] = {}
    for base, place in newest:
        entry = _entry(base, place)
        if entry is not None:
            entries.setdefault(entry.id, entry)
    kept = tuple(entries.values())[:MOST_ENTRIES]
    harvest.left_out += len(entries) - len(kept)
    return Fetched(kept, seen, notes=_notes(harvest))


def _entry(base: str, place: Place) -> Entry | None:
    url = web_address(place.loc, base)
    if not url:
        return None
    return Entry(
        id=stable_id(canonical_url(url) or url),
        url=url,
        # a title in XML is text: "<" in it is no tag
        title=place.title.replace("<", "&lt;"),
        body="",
        published=moment(place.published if place.published is not None else place.changed),
        lang=stable_id(place.lang).lower()[:35],
        publisher=place.publisher,
        by_change=place.published is None,
    )


def _notes(harvest: _Harvest) -> tuple[str, ...]:
    notes = list(dict.fromkeys(harvest.problems))[:5]
    if any(not place.title for _, place in harvest.places):
        notes.append("it gives no titles: they come from the pages, else from the words of their addresses")
    if harvest.left_out:
        notes.append(f"the sitemap lists more than {MOST_ENTRIES:,} pages: only the newest are read")
    if harvest.old:
        notes.append(f"of the index only sitemaps of its newest {RECENT.days} days are read")
    if harvest.beyond:
        notes.append(f"the index names more than {MOST_FILES} recent sitemaps: only the newest are read")
    return tuple(notes)


def _first(problems: list[str]) -> str:
    return problems[0] if problems else ""
