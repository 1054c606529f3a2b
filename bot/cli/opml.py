"""`namewatch source import` and `export`: feeds as OPML."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from bot.app import opened, source_options
from bot.chat.drawing.foreign import one_line
from bot.cli.output import put
from bot.cli.shown import complain, settings_here
from bot.cli.source import DEFAULT_FILE, ListFile, list_file, record
from bot.errors import ParseError, UsageError
from bot.model.source import Source
from bot.sources.discovery import completed
from bot.sources.opml import FEED_TYPES, Outline, read_opml, write_opml
from bot.text import counted
from bot.watchlists.load import host_of
from bot.watchlists.names import fold_name
from bot.watchlists.schema import MAX_URL, fault_in_url
from bot.watchlists.sources import NewSource, add_sources, address_key, free_name

Opml = Annotated[Path, typer.Argument(metavar="FILE.opml")]


@dataclass(slots=True)
class Sorted:
    """The feeds of a file: new ones, how many are known (also by an earlier line), and what is refused and why."""

    new: list[NewSource] = field(default_factory=list)
    known: int = 0
    refused: list[tuple[Outline, str]] = field(default_factory=list)


def import_opml(file: Opml, to: ListFile = DEFAULT_FILE) -> int:
    """Add the new feeds of an OPML file to a list.

    Exit 1 when one of them is refused, with its line and the reason.
    """
    try:
        outlines = read_opml(file.read_bytes())
    except OSError as error:
        raise UsageError(f"{file} can't be read: {(error.strerror or 'unknown reason').lower()}") from None
    except ParseError as error:
        raise UsageError(f"{file}: {error}") from None
    return asyncio.run(_import(file, outlines, to))


async def _import(file: Path, outlines: Sequence[Outline], to: str) -> int:
    settings, variables = settings_here()
    async with opened(settings, variables) as setup:
        path = list_file(settings.watchlists, to)
        found = sorted_out(outlines, setup.repo.sources())
        if found.new:
            added = await asyncio.to_thread(add_sources, path, found.new, source_options())
            await record(setup, "poll", added)
    for outline, why in found.refused:
        complain(f"{file}:{outline.line}: {one_line(outline.name) or 'a feed'}: {why}")
    put(f"{len(found.new)} imported into {path}, {found.known} known already, {len(found.refused)} refused\n")
    return int(bool(found.refused))


def sorted_out(outlines: Iterable[Outline], sources: Iterable[Source]) -> Sorted:
    """What of an OPML file is new beside these sources. No two get one name."""
    found = Sorted()
    addresses, names = set(), set()
    for source in sources:
        addresses.add(address_key(source.url))
        names.add(fold_name(source.name))
    for outline in outlines:
        url = completed(outline.url) if outline.url else ""
        if fault := _fault(url):
            found.refused.append((outline, fault))
        elif address_key(url) in addresses:
            found.known += 1
        else:
            name = free_name(one_line(outline.name)[:100], url, names)
            found.new.append(NewSource(url, name, tags=outline.tags))
            addresses.add(address_key(url))
            names.add(fold_name(name or host_of(url)))
    return found


def _fault(url: str) -> str:
    if not url:
        return "it has no xmlUrl"
    return fault_in_url(url) or (f"its address is over {MAX_URL:,} bytes" if len(url.encode()) > MAX_URL else "")


def export_opml() -> int:
    """Print the feeds as OPML.

    Sources that OPML has no form for are named on stderr.
    """
    return asyncio.run(_export())


async def _export() -> int:
    settings, variables = settings_here()
    async with opened(settings, variables) as setup:
        sources = setup.repo.sources()
    put(write_opml(sources))
    others = [one_line(source.name) for source in sources if source.type not in FEED_TYPES]
    if others:
        complain(f"{counted(len(others), 'source')} left out, OPML knows feeds alone: {', '.join(others)}")
    return 0
