"""From what a source lists to the texts of articles: beside the event loop, and from the page where a feed is short.

A page is asked for only where it can matter: its entry is new or changed, may be posted, and is not too old to be.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlsplit

from bot.alerting.route import postable, too_old
from bot.apart import JobFailed, Workers, computed
from bot.errors import SourceError
from bot.extraction import canonical_url, extract, identity_of
from bot.extraction.domain import site_of
from bot.extraction.fuller import Page, fuller, is_short
from bot.model.article import Extract, Extracted
from bot.model.fetch import Manners
from bot.model.source import Entry, Source, SourceState
from bot.protocols import Clock, Fetcher, Store
from bot.text import counted

MOST_PAGES = 20
"""Pages asked for in one poll."""
SECONDS = 60.0
"""How long one poll may wait for pages."""
AT_ONCE = 2
"""Pages of one poll under way at once: a source whose pages trickle keeps no page of another waiting."""
LITTLE = 4_000
"""Characters of markup that are read in less time than it takes to hand them to a thread: 0.1 ms."""
PAGE_CPU, PAGE_SECONDS = 3, 15.0
"""What reading one page may cost: seconds of computing, seconds in all."""

_JOB = "bot.extraction.page:main_text"
_ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"

NO_PAGE = "it is no web page"
FRONT_PAGE = "its address leads to the front page"
NO_TEXT = "no main text was found in it"
NOT_READ = "it can't be read"
NO_TIME = "there was no time left"
OVER = f"its page was not asked for, over the limit of {MOST_PAGES} a poll"


@dataclass(frozen=True, slots=True)
class _Thin:
    """An entry whose page is wanted, with its text as the source gives it."""

    entry: Entry
    extract: Extract


class Texts:
    """Makes the texts of a poll's entries."""

    def __init__(self, store: Store, fetcher: Fetcher, workers: Workers, clock: Clock, *, age_limit: timedelta) -> None:
        """`age_limit`: what is published longer ago is not posted, and its page is not asked for."""
        self._store = store
        self._fetcher = fetcher
        self._workers = workers
        self._clock = clock
        self._age_limit = age_limit

    async def __call__(self, source: Source, before: SourceState, entries: Sequence[Entry]) -> Extracted:
        """The texts in the order of the entries; notes say which pages could not be had, whose entries stay short."""
        if not entries:
            return Extracted()
        listed = await _extracted(entries)
        flat = tuple(each for of_entry in listed for each in of_entry)
        thin = await self._new(source, self._thin(source, before, entries, listed))
        if not thin:
            return Extracted(flat)
        asked, rest = thin[:MOST_PAGES], len(thin[MOST_PAGES:])
        pages = await self._pages(source, asked)
        results = [pages.get(each.extract.entry_id, NO_TIME) for each in asked]
        filled = {each.extract.entry_id: replace(each.extract, gap=OVER) for each in thin[MOST_PAGES:]}
        filled |= {
            each.extract.entry_id: _filled(each, result, source) for each, result in zip(asked, results, strict=True)
        }
        notes = _notes(results, rest)
        return Extracted(tuple(filled.get(each.entry_id, each) for each in flat), notes)

    def _thin(
        self, source: Source, before: SourceState, entries: Sequence[Entry], listed: Sequence[tuple[Extract, ...]]
    ) -> list[_Thin]:
        """Entries that may be posted and whose page the source's `text` asks for."""
        wish = source.options.get("text", "feed")
        if wish == "feed":
            return []
        may = postable(source, before, [each for of_entry in listed for each in of_entry])
        now = self._clock.now()
        return [
            _Thin(entry, of_entry[0])
            for entry, of_entry in zip(entries, listed, strict=True)
            if len(of_entry) == 1
            and of_entry[0].entry_id in may
            and (wish == "page" or is_short(of_entry[0].text))
            and not too_old(entry.published, now, self._age_limit)
            and canonical_url(entry.url)
            and not entry.known_by
        ]

    async def _new(self, source: Source, thin: Sequence[_Thin]) -> list[_Thin]:
        """Those that the store does not know from this source as they are listed now."""
        if not thin:
            return []
        identities = [identity_of(each.extract, self._clock.now().date()) for each in thin]
        known = await self._store.known(source.key, identities)
        return [
            each
            for each, identity in zip(thin, identities, strict=True)
            if (seen := known.get(identity.entry_id)) is None
            or not (seen.same_source and seen.digest == identity.digest)
        ]

    async def _pages(self, source: Source, wanted: Sequence[_Thin]) -> Mapping[str, Page | str]:
        """By entry id the page, or why there is none; those that were not ready in time are left out."""
        pages: dict[str, Page | str] = {}
        turn = asyncio.Semaphore(AT_ONCE)

        async def ask(each: _Thin) -> None:
            async with turn:
                pages[each.extract.entry_id] = await self._page(source, each.entry.url)

        try:
            async with asyncio.timeout(SECONDS), asyncio.TaskGroup() as group:
                for each in wanted:
                    group.create_task(ask(each))
        except TimeoutError:
            pass
        return pages

    async def _page(self, source: Source, url: str) -> Page | str:
        try:
            response = await self._fetcher.get(url, accept=_ACCEPT, manners=Manners(robots=True, agent=source.agent))
        except SourceError as error:
            return str(error)
        kind = response.content_type.partition(";")[0].strip().lower()
        if kind and "html" not in kind:
            return NO_PAGE
        if _is_front(response.url) and not _is_front(url):
            return FRONT_PAGE
        options = [response.content_type, response.url]
        try:
            run = self._workers.run
            found = await self._workers.beside(run, _JOB, response.body, options, cpu=PAGE_CPU, seconds=PAGE_SECONDS)
            return Page(**found[0])  # type: ignore[arg-type]
        except (JobFailed, TypeError, IndexError):
            return NOT_READ


async def _extracted(entries: Sequence[Entry]) -> list[tuple[Extract, ...]]:
    """Beside the event loop, unless that is further than the work is long."""
    if sum(len(entry.body) for entry in entries) < LITTLE:
        return [extract(entry) for entry in entries]
    return await computed(lambda: [extract(entry) for entry in entries])


def _is_front(url: str) -> bool:
    """Whether an address is that of a whole site: where gone articles are sent, with the headlines of others."""
    parts = urlsplit(canonical_url(url))
    return not parts.path and not parts.query


def _filled(thin: _Thin, page: Page | str, source: Source) -> Extract:
    """With its page, or with why there is none.

    A page of the source's own site has no other publisher than the source, as its list names it.
    """
    if isinstance(page, str):
        return replace(thin.extract, gap=f"its page could not be had: {page}")
    entry = thin.entry
    page = replace(page, publisher="") if site_of(entry.url) == site_of(source.url) else page
    full = fuller(thin.extract, page, titled=bool(entry.title.strip()), dated=not entry.by_change)
    return full if page.text.strip() else replace(full, gap=f"its page could not be had: {NO_TEXT}")


def _notes(results: Sequence[Page | str], rest: int) -> tuple[str, ...]:
    """What a person should know: how many pages are missing, and why."""
    said = [NO_TEXT if isinstance(result, Page) and not result.text.strip() else result for result in results]
    reasons = Counter(result for result in said if isinstance(result, str))
    notes = []
    if reasons:
        told = "; ".join(f"{reason} ({number})" for reason, number in reasons.most_common(5))
        notes.append(f"{counted(reasons.total(), 'page')} without text, the feed's own is used: {told}")
    if rest:
        notes.append(f"{counted(rest, 'page')} not asked for, over the limit of {MOST_PAGES} a poll")
    return tuple(notes)
