"""`namewatch source`: which sources are polled, how they fare, and how they come and go."""

import asyncio
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.app import Setup, fetcher_for, opened, source_options
from bot.chat.console import show_reply
from bot.chat.drawing.foreign import one_line
from bot.cli.output import put, show
from bot.cli.preview import drawn
from bot.cli.shown import complain, settings_here
from bot.cli.twins import twin_of
from bot.clock import SystemClock
from bot.commands.health import WORST_FIRST, health_line, health_summary, put_on_hold
from bot.commands.sources import made_by, put_into_log
from bot.errors import BadStatus, ChangeRefused, SourceError, TimedOut, Unreachable, UsageError
from bot.extraction.clean import shortened
from bot.model.card import Line, Strong
from bot.model.command import Command, Reply
from bot.model.mute import unpolled
from bot.model.source import Source, SourceState
from bot.model.watchlist import ChangeAction
from bot.polling import condition
from bot.protocols import Fetcher
from bot.sources.discovery import AS_GIVEN, Found, completed, discover, look
from bot.text import counted
from bot.watchlists.load import host_of
from bot.watchlists.names import fold_name
from bot.watchlists.schema import MAX_URL, fault_in_url
from bot.watchlists.sources import (
    LONGEST_NAME,
    NewSource,
    add_sources,
    free_name,
    known_source,
    remove_source,
    sources_called,
)

DEFAULT_FILE = "sources.yaml"
BUSY, BROKEN = 429, 500
"""The first is a status, the other the first of those of a server that fails."""

OR_THE_PAGE = "; to read the headlines of this page itself, say --type page"

Url = Annotated[str, typer.Argument(help="A web page, a feed or a sitemap; a bare host name will do.")]
ListFile = Annotated[str, typer.Option("--list", help="The file that it goes to, below the watchlists folder.")]
Name = Annotated[str, typer.Option(help="What it is called; default: what the feed calls itself.")]
Tags = Annotated[str, typer.Option(help="Words that lists may ask for with `from`, with commas between.")]
Kind = Annotated[
    Literal["feed", "search", "sitemap", "page"] | None, typer.Option("--type", help="Take the address as this.")
]
Select = Annotated[str, typer.Option(help="For a page: the CSS selector of its links to articles, such as 'h2 a'.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Add it without asking.")]
Named = Annotated[str, typer.Argument(metavar="URL|NAME")]


def add(
    url: Url,
    to: ListFile = DEFAULT_FILE,
    name: Name = "",
    tags: Tags = "",
    kind: Kind = None,
    select: Select = "",
    yes: Yes = False,
) -> int:
    """Find the feed of a page and add it to a list.

    Its newest entries and what they would have alerted are shown first. Without a feed, a sitemap or the headlines of
    the page itself are taken.
    """
    if select and kind not in (None, "page"):
        raise UsageError("--select is for pages: leave --type out, or say --type page")
    words = tuple(tag.strip() for tag in tags.split(",") if tag.strip())
    options = {"select": select} if select else {}
    wish = NewSource(_address(url), name.strip(), "page" if select else kind or "", words, options)
    return asyncio.run(_add(wish, to, yes=yes))


async def _found(wish: NewSource, fetcher: Fetcher) -> Found:
    """What is there; SourceError with what to do where nothing answers."""
    try:
        if wish.type:
            return await look(wish.type, wish.url, wish.options, fetcher)
        return await discover(wish.url, fetcher)
    except (Unreachable, TimedOut) as error:
        http = "; a site without https needs http:// written out" if wish.url.startswith("https:") else ""
        raise type(error)(f"{error}: check the address{http}; nothing was changed", cause=error.cause) from None
    except BadStatus as error:
        advice = "try again later" if error.status == BUSY or error.status >= BROKEN else "check the address"
        raise SourceError(f"{error}: {advice}; nothing was changed") from None


def _address(typed: str) -> str:
    address = completed(typed)
    if fault := fault_in_url(address):
        raise UsageError(f"{fault}: write one such as https://example.org/news, or example.org")
    if len(address.encode()) > MAX_URL:
        raise UsageError(f"the address is longer than {MAX_URL:,} bytes: shorten it")
    return address


async def _add(wish: NewSource, to: str, *, yes: bool) -> int:
    settings, variables = settings_here()
    async with opened(settings, variables) as setup:
        path = list_file(settings.watchlists, to)
        _refuse_known(setup, (wish.url,))
        async with fetcher_for(settings) as fetcher:
            found = await _found(wish, fetcher)
            _refuse_known(setup, (found.url, found.itself), "" if found.how == AS_GIVEN else OR_THE_PAGE)
            twin = await twin_of(found.entries, found.url, setup.repo.sources(), setup.store, fetcher)
        if twin is not None:
            raise ChangeRefused(
                f"{one_line(found.url)} lists the same as a source that is there already: {one_line(twin.name)}, "
                f"{one_line(twin.url)} ({twin.place}); nothing was changed"
            )
        name = _name(wish.name, found, setup)
        new = NewSource(found.url, name, found.type, wish.tags, found.options)
        _preview(found, new, setup)
        if not (yes or _agreed(path)):
            return 1
        added = await asyncio.to_thread(add_sources, path, [new], source_options())
        await record(setup, "poll", added)
        (source,) = added
    put(f"Added: {source.place}. Its first poll records what is there; what comes later may alert.\n")
    return 0


async def record(setup: Setup, action: ChangeAction, sources: Iterable[Source]) -> None:
    """Put what was done to sources here into the history, as what is done in chat; where that fails it is said."""
    command, now = Command(""), SystemClock().now()
    for line in await put_into_log(setup.store, [made_by(command, action, source, now) for source in sources]):
        complain(" ".join(map(str, line)))


def list_file(folder: Path, to: str) -> Path:
    """The file that is meant: a path below the lists' folder, with or without its ending, or a path as it is typed."""
    named = Path(to)
    candidates = (folder / named, folder / f"{to}.yaml", folder / f"{to}.yml")
    there = next((path for path in candidates if path.is_file()), None)
    if there is not None:
        return there
    path = named if named.is_absolute() or named.is_relative_to(folder) else folder / named
    if path.suffix.lower() not in (".yaml", ".yml"):
        raise UsageError(f"there is no list {to} in {folder}; to make a new one give it the ending .yaml")
    if not path.resolve().is_relative_to(folder.resolve()):
        raise UsageError(f"{to} is not below {folder}, where the bot reads its lists")
    return path


def _refuse_known(setup: Setup, urls: Iterable[str], advice: str = "") -> None:
    for url in filter(None, urls):
        known = known_source(url, setup.repo.sources())
        if known is not None:
            raise ChangeRefused(
                f"this is a source already: {one_line(known.name)}, {one_line(known.url)} ({known.place}){advice}; "
                "nothing was changed"
            )


def _name(wanted: str, found: Found, setup: Setup) -> str:
    """A name that no other source has, as it is wanted or as the source calls itself; "" leaves it to the host."""
    names = {fold_name(source.name): source for source in setup.repo.sources()}
    name = one_line(wanted)
    if taken := names.get(fold_name(name)) if name else None:
        raise ChangeRefused(
            f"a source is called {name} already ({taken.place}): give this one another name with --name; "
            "nothing was changed"
        )
    return free_name(name or one_line(shortened(found.title, LONGEST_NAME)), found.url, names)


def _preview(found: Found, new: NewSource, setup: Setup) -> None:
    source = Source(new.name or host_of(new.url), new.type, new.url, tags=new.tags)
    listed = counted(len(found.entries), "entry", "entries")
    put(f"{one_line(source.name)} · {found.type} {found.how} · {listed}\n{one_line(found.url)}\n")
    if select := found.options.get("select"):
        put(f"links: {one_line(select)}\n")
    show(drawn(source, found.entries, setup.repo.lists(), SystemClock().now()))
    for note in found.notes:
        put(f"Note: {one_line(note)}\n")
    if found.others:
        more = "".join(f"\n  {one_line(url)}" for url in found.others[:5])
        put(f"The page names other feeds too:{more}\n")


def _agreed(path: Path) -> bool:
    """Whether somebody at the terminal says yes; where nobody can, the way to add it is told."""
    if not sys.stdin.isatty():
        complain("nothing was added: say --yes to add it without being asked")
        return False
    put(f"Add it to {path}? [y/N] ")
    agreed = sys.stdin.readline().strip().lower() in ("y", "yes")
    if not agreed:
        put("Nothing was added.\n")
    return agreed


def remove(named: Named) -> int:
    """Take a source out of its list.

    It is polled no more; what it has brought stays in the store.
    """
    return asyncio.run(_remove(named))


async def _remove(named: str) -> int:
    settings, variables = settings_here()
    async with opened(settings, variables) as setup:
        found = sources_called(named, setup.repo.sources())
        if not found:
            raise ChangeRefused(f"no source has the name or the address {one_line(named)}: see namewatch source list")
        if len(found) > 1:
            places = "; ".join(f"{source.url} ({source.place})" for source in found)
            raise ChangeRefused(f"several sources are called so, give the address of one: {places}")
        path = await asyncio.to_thread(remove_source, found[0], source_options())
        await setup.repo.trust(path)
        await record(setup, "unpoll", found)
    put(f"Removed: {one_line(found[0].name)}, from {path}. It is polled no more; its articles stay in the store.\n")
    return 0


def list_sources() -> int:
    """How every source fares, the worst first.

    With its type, its address and its place in the lists; exit 1 when one can't be read.
    """
    return asyncio.run(_list())


async def _list() -> int:
    settings, variables = settings_here()
    async with opened(settings, variables) as setup:
        stored = await setup.store.source_states()
        now = SystemClock().now()
        paused = unpolled(await setup.store.mutes(), now)
        found = {each.key: stored.get(each.key, SourceState(each.key)) for each in setup.repo.sources()}
        states = put_on_hold(found, paused)
        rows = [(source, states[source.key]) for source in setup.repo.sources()]
    rows.sort(key=lambda row: (WORST_FIRST.index(condition(row[1], now)), row[0].name.casefold()))
    lines: list[Line] = [(Strong(health_summary([state for _, state in rows], now)),)]
    for source, state in rows:
        lines += [health_line(source, state, now), (f"  {source.type} {source.url} ({source.place})",)]
    if not rows:
        lines.append(("Add one: namewatch source add URL",))
    show_reply(Reply(tuple(lines)))
    return int(any(state.error for source, state in rows if source.key not in paused))
