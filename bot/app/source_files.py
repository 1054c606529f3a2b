"""`/watch source add` and `remove`: found over the network, written in the files of the watchlists."""

import asyncio

import structlog

from bot import __version__
from bot.app.plugins import source_options
from bot.clock import SystemClock
from bot.config import Settings
from bot.errors import ChangeRefused
from bot.http import HttpFetcher
from bot.model.command import Actor
from bot.model.source import Source
from bot.sources.discovery import completed, discover
from bot.watchlists.repo import FileRepo
from bot.watchlists.schema import fault_in_url
from bot.watchlists.sources import NewSource, add_sources, known_source, remove_source, sources_called

log = structlog.get_logger()


class FileSources:
    """Implements SourceEditor on the files of the watchlists folder."""

    def __init__(self, settings: Settings, repo: FileRepo) -> None:
        """New sources are written to `sources.yaml` there; `repo` reads its files again after each change."""
        self._settings = settings
        self._repo = repo

    async def add(self, typed: str, actor: Actor) -> tuple[Source, int]:
        """The feed that is found there goes to `sources.yaml`."""
        address = completed(typed)
        if fault := fault_in_url(address):
            raise ChangeRefused(f"{fault}: write an address such as example.org/news; nothing was changed")
        self._refuse_known(address)
        async with fetcher_for(self._settings) as fetcher:
            found = await discover(address, fetcher)
        self._refuse_known(found.url)
        names = {source.name.casefold() for source in self._repo.sources()}
        title = " ".join(found.title.split())[:60]
        name = "" if title.casefold() in names else title
        new = NewSource(found.url, name, found.type, (), found.options)
        path = self._settings.watchlists / "sources.yaml"
        (source,) = await asyncio.to_thread(add_sources, path, [new], source_options())
        await self._repo.reload()
        log.info("source added", source=source.name, url=source.url, by=actor.name or actor.id)
        return source, len(found.entries)

    async def remove(self, named: str, actor: Actor) -> Source:
        """Out of the file that names it."""
        found = sources_called(named, self._repo.sources())
        if not found:
            raise ChangeRefused(f'no source "{named}" is known by name or address. See them: sources')
        if len(found) > 1:
            raise ChangeRefused(f'{len(found)} sources are called "{named}": give the address of one')
        await self._repo.trust(await asyncio.to_thread(remove_source, found[0], source_options()))
        await self._repo.reload()
        log.info("source removed", source=found[0].name, url=found[0].url, by=actor.name or actor.id)
        return found[0]

    def _refuse_known(self, url: str) -> None:
        if known := known_source(url, self._repo.sources()):
            raise ChangeRefused(f"{known.url} is a source already: {known.name} ({known.place})")


def fetcher_for(settings: Settings) -> HttpFetcher:
    """The HTTP client, with the name that it gives itself to publishers."""
    contact = f"; +{settings.contact}" if settings.contact else ""
    agent = f"Namewatch/{__version__} (news alerts{contact})"
    return HttpFetcher(agent, SystemClock(), allowed_networks=settings.allow_networks)
