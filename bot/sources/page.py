"""A web page that lists articles and has no feed: its links, by CSS selector or by a guess."""

import hashlib
from typing import Annotated, Any

from cssselect import HTMLTranslator, SelectorError
from pydantic import AfterValidator, Field

from bot.errors import ParseError
from bot.extraction import canonical_url
from bot.model.fetch import Manners, Response
from bot.model.source import Cursor, Entry, Fetched, Source
from bot.protocols import Fetcher
from bot.sources.parsing.cursors import after_304
from bot.sources.parsing.entries import stable_id
from bot.sources.parsing.links import Link, PageRead
from bot.sources.parsing.listing import MOST_ENTRIES
from bot.sources.parsing.options import WebOptions
from bot.sources.parsing.process import values_apart

TYPE = "page"

NOTHING_GUESSED = (
    "no list of headlines is found on this page: name its links with `select`, a CSS selector such as 'h2 a'; "
    "a page that is drawn by scripts alone can't be read"
)
UNREADABLE = "the page can't be read: it takes too long, or it is no web page"

ACCEPT = "text/html, application/xhtml+xml, */*;q=0.5"


def _selector(text: str) -> str:
    """The selector, once it is one; defaults are not asked."""
    try:
        HTMLTranslator().css_to_xpath(text)
    except (SelectorError, RecursionError) as error:
        why = " ".join(str(error).split())[:100]
        raise ValueError(f"this is not a CSS selector ({why}): write one such as 'h2 a'") from None
    if not text.isprintable():
        raise ValueError("this holds characters that no selector has: write it without them")
    return text


class Options(WebOptions):
    """What a page can be told: above all, which of its links lead to articles."""

    select: Annotated[str, AfterValidator(_selector)] = Field(
        default="", max_length=500, description="a CSS selector of the links to articles, such as 'h2 a'"
    )


async def read(source: Source, cursor: Cursor, fetcher: Fetcher) -> Fetched:
    """The articles that the page links to, in its order; an entry has a title and no text."""
    response = await fetcher.get(
        source.url, cursor=cursor, accept=ACCEPT, manners=Manners(robots=True, agent=source.agent)
    )
    moved = response.moved_to
    if response.not_modified:
        return Fetched(cursor=after_304(cursor, response), unchanged=True, moved_to=moved)
    select = str(source.options.get("select", ""))
    page = await parse(response, select)
    if page.fault:
        raise ParseError(f"`select` can't be used: {page.fault}")
    if not page.links:
        raise ParseError(f"no link on this page fits `select: {select}`" if select else NOTHING_GUESSED)
    # The page around its list differs with every request: only the list tells whether anything is new.
    listed = "\n".join(f"{link.url} {link.text}" for link in page.links)
    seen = Cursor(response.etag, response.last_modified, hashlib.sha256(listed.encode()).hexdigest())
    if seen.body_hash == cursor.body_hash:
        return Fetched(cursor=seen, unchanged=True, moved_to=moved)
    return Fetched(tuple(_entry(link) for link in page.links), seen, notes=_notes(page, select), moved_to=moved)


async def parse(response: Response, select: str = "") -> PageRead:
    """What the page says; ParseError where it can't be read at all."""
    said = await values_apart("page", response.body, response.content_type, response.url, select)
    if not said:
        raise ParseError(UNREADABLE, cause="the parser took too long or fell over")
    return page_read(said[0])


def page_read(said: dict[str, Any]) -> PageRead:
    """What the child wrote, as it was."""
    parts = {key: tuple(Link(**link) for link in said[key]) for key in ("feeds", "links")}
    return PageRead(**{**said, **parts})


def _entry(link: Link) -> Entry:
    # the words of a link are text by now: "<" in them is no tag
    return Entry(stable_id(canonical_url(link.url) or link.url), link.url, link.text.replace("<", "&lt;"), "")


def _notes(page: PageRead, select: str) -> tuple[str, ...]:
    notes = []
    if not select:
        notes.append(
            f"which links are articles is a guess (`{page.selector or 'the largest group of headlines'}`): "
            "name them with `select` to be sure"
        )
    if page.left_out:
        notes.append(f"the page has more than {MOST_ENTRIES:,} such links: the rest is left out")
    return tuple(notes)
