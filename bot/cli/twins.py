"""Whether a source is there already under another address."""

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress

from bot.app import readers
from bot.errors import SourceError
from bot.extraction import canonical_url
from bot.extraction.domain import site_of
from bot.model.source import NO_CURSOR, Entry, Source
from bot.protocols import Fetcher, Store

MOST_READ = 5
"""Known sources that are read for comparison."""

FEWEST = 3
"""Entries that a listing needs to be recognised by."""

ALIKE = 0.9
"""Of all entries of two listings the share that both have, from which they are one."""

_LOOKED_UP = 5


async def twin_of(
    entries: Sequence[Entry], url: str, sources: Sequence[Source], store: Store, fetcher: Fetcher
) -> Source | None:
    """The source that lists the same as this address does, if one of those that come into question does now."""
    listed = _keys(entries)
    if len(listed) < FEWEST:
        return None
    for source in (await _suspects(listed, url, sources, store))[:MOST_READ]:
        with suppress(SourceError):
            there = _keys((await readers()[source.type](source, NO_CURSOR, fetcher)).entries)
            if len(there & listed) >= ALIKE * len(there | listed):
                return source
    return None


def _keys(entries: Iterable[Entry]) -> set[str]:
    return {entry.known_by or canonical_url(entry.url) or entry.id for entry in entries}


async def _suspects(listed: Iterable[str], url: str, sources: Sequence[Source], store: Store) -> list[Source]:
    """Sources that brought some of these articles, those that brought the most first, then those of the same site."""
    brought: Counter[str] = Counter()
    for key in sorted(listed)[:_LOOKED_UP]:
        brought.update({record.article.source for record in await store.articles_by_url(key)})
    by_key = {source.key: source for source in sources}
    site = site_of(url)
    kin = [source for source in sources if site and site_of(source.url) == site]
    found = [*(by_key[key] for key, _ in brought.most_common() if key in by_key), *kin]
    return list({source.key: source for source in found}.values())
