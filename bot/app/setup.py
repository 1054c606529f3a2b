"""What commands need, made ready and put away: the store, the lists, the platforms, the one who answers."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from bot.apart import WORKERS
from bot.app.plugins import connect_platforms, live, source_options
from bot.app.source_files import FileSources
from bot.chat.console import ConsolePlatform
from bot.clock import SystemClock, TimeOrderedIds
from bot.commands.dispatch import Dispatcher
from bot.config import Settings
from bot.directory import Directory, FoundLists
from bot.errors import SettingsError
from bot.model.channel import Channel
from bot.model.source import Source
from bot.model.upkeep import NOWHERE
from bot.model.watchlist import Watchlist
from bot.protocols import Platform, Store
from bot.station import refuse_throwaway_disk
from bot.store import open_store, upgrade
from bot.watchlists.repo import FileRepo


@dataclass(frozen=True)
class Setup:
    """What commands need: the store, the lists, and the one who answers."""

    settings: Settings
    store: Store
    repo: FileRepo
    directory: Directory
    platforms: Mapping[str, Platform]
    dispatch: Dispatcher

    @property
    def console(self) -> ConsolePlatform:
        """The terminal: always among the platforms."""
        console = self.platforms["console"]
        assert isinstance(console, ConsolePlatform)  # noqa: S101 - its file says that it always connects
        return console

    @property
    def ops(self) -> Channel | None:
        """The channel of operational news; None where it has none that can be reached, so that the log has to do."""
        channel = self.settings.ops_channel
        return self.directory.channel(channel) if channel is not None and channel.platform in self.platforms else None

    @property
    def canary(self) -> Channel:
        """Where canaries go: nowhere, unless a channel that can be reached is set."""
        to = self.settings.canary_to
        return self.directory.channel(to) if to is not None and to.platform in self.platforms else NOWHERE

    @property
    def wanted(self) -> frozenset[Channel]:
        """The channels, as written, that the bot speaks to besides those that lists name."""
        return frozenset(each for each in (self.settings.ops_channel, self.settings.canary_to) if each is not None)

    def lists(self) -> tuple[Watchlist, ...]:
        """The lists in force, with their channels found."""
        return self.directory.lists(self.repo.lists())

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources that are polled: the demo ones only while no chat platform is set up."""
        chat = live(self.platforms)
        return tuple(source for source in self.repo.sources() if not (source.demo and chat))


@asynccontextmanager
async def opened(settings: Settings, environment: Mapping[str, str]) -> AsyncIterator[Setup]:
    """Bring the store up to date, load the lists, connect nothing yet; closes what it opened."""
    url = settings.database_url.get_secret_value()
    if settings.watchlists.is_file():
        raise SettingsError(f"NAMEWATCH_WATCHLISTS is a file ({settings.watchlists}): name the folder that it is in")
    refuse_throwaway_disk(settings, environment)
    await upgrade(url)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(asyncio.to_thread, WORKERS.close)
        store = await open_store(url)
        stack.push_async_callback(store.close)
        clock, ids = SystemClock(), TimeOrderedIds()
        repo = await FileRepo.open(settings.watchlists, store, clock, ids, source_options())
        platforms = connect_platforms(environment)
        for each in platforms.values():
            stack.push_async_callback(each.stop)
        directory = Directory(store, platforms, clock, settings.zone)
        await directory.open()
        found = FoundLists(repo, directory)
        dispatch = Dispatcher(
            found,
            store,
            clock,
            live=live(platforms),
            why_not=partial(_why_not, platforms),
            editor=FileSources(settings, repo),
            zone=settings.zone,
        )
        yield Setup(settings, store, repo, directory, platforms, dispatch)


async def _why_not(platforms: Mapping[str, Platform], channel: Channel) -> str:
    """Why a channel can't be posted to, as its platform says."""
    platform = platforms.get(channel.platform)
    return await platform.check(channel) if platform is not None else f"{channel.platform} is not set up"
