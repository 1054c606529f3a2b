"""What every handler works with: the store, the clock, and the lists and sources that concern a channel."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.alerting.route import hearers, takes
from bot.commands.health import put_on_hold
from bot.commands.phrases import is_near
from bot.model.channel import Channel
from bot.model.command import Command
from bot.model.ledger import ArticleRecord
from bot.model.mute import unpolled
from bot.model.source import Source, SourceState
from bot.model.watchlist import Watchlist
from bot.protocols import Clock, SourceEditor, Store, WatchlistRepo, WhyNot


@dataclass(frozen=True, slots=True)
class Desk:
    """The lists in force, the store and the clock. `live` names the chat platforms that are set up.

    `why_not` asks the platform of a channel why it can't be posted to; "" when it can. `editor` changes the sources.
    `zone` is that of channels that name none, "" for UTC.
    """

    repo: WatchlistRepo
    store: Store
    clock: Clock
    live: frozenset[str]
    why_not: WhyNot
    editor: SourceEditor | None = None
    zone: str = ""

    def heard(self, channel: Channel) -> tuple[Watchlist, ...]:
        """The lists that this channel hears, in the order of the repo."""
        return tuple(one for one in self.repo.lists() if channel in self.channels(one))

    def open_to(self, command: Command) -> tuple[Watchlist, ...]:
        """The lists that this channel does not hear, and people here may know of.

        Those are shared ones, those of public channels of the workspace, and for an admin those that nobody hears.
        """
        heard = {one.key for one in self.heard(command.channel)}
        return tuple(one for one in self.repo.lists() if one.key not in heard and self._may_know(one, command))

    def _may_know(self, watchlist: Watchlist, command: Command) -> bool:
        if not watchlist.channels:
            return watchlist.shared or "admin" in command.actor.rights
        return watchlist.shared or any(is_near(rule.channel, command.channel) for rule in watchlist.channels)

    def named(self, channel: Channel) -> Channel:
        """The channel with its name, as far as the lists that it hears know it."""
        known = (each for one in self.repo.lists() for each in self.channels(one) if each == channel and each.name)
        return channel if channel.name else next(known, channel)

    def channels(self, watchlist: Watchlist) -> tuple[Channel, ...]:
        """The channels that hear a list."""
        return tuple(rule.channel for rule in hearers(watchlist, self.live))

    def readable(self, channel: Channel) -> tuple[Source, ...]:
        """The sources of this tenant, shared ones, and those that its lists read; without those for show."""
        heard = {one.key for one in self.sources(self.heard(channel))}
        own = (one for one in self.repo.sources() if one.tenant == channel.tenant or one.shared or one.key in heard)
        return tuple(one for one in own if not (one.demo and self.live))

    async def states(self, sources: Sequence[Source]) -> dict[str, SourceState]:
        """How each of these fares, by key; one that somebody has paused says by whom."""
        stored = await self.store.source_states([each.key for each in sources])
        found = {each.key: stored.get(each.key, SourceState(each.key)) for each in sources}
        return put_on_hold(found, unpolled(await self.store.mutes(), self.clock.now()))

    async def told(self, command: Command) -> ArticleRecord | None:
        """The article of the alert below which it was asked, else of the last alert of the channel; None for none."""
        above = await self.store.told_by(command.channel, command.under) if command.under else None
        return above or await self.store.last_alerted(command.channel)

    def sources(self, lists: Sequence[Watchlist]) -> tuple[Source, ...]:
        """The sources that any of these lists reads."""
        return tuple(source for source in self.repo.sources() if any(takes(one, source) for one in lists))
