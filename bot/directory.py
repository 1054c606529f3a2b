"""Which channel a written one is: `slack:#news` once, its lasting id ever after, whatever it is called by then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.model.channel import Channel
from bot.model.command import Actor
from bot.model.source import Source
from bot.model.watchlist import Change, ChannelRule, Watchlist
from bot.protocols import Clock, Platform, Store, WatchlistRepo

FIRST_AGAIN, LONGEST_AGAIN = timedelta(minutes=1), timedelta(days=1)
"""When a channel that was not found is looked for again: soon at first, then `EVER_LESS` times as late each time."""
EVER_LESS = 16


class Directory:
    """Knows the channels of lists by their lasting ids."""

    def __init__(self, store: Store, platforms: Mapping[str, Platform], clock: Clock, zone: str = "") -> None:
        """Nothing is known before `open`. `zone` is that of channels whose rules name none; "" for UTC."""
        self._store = store
        self._platforms = platforms
        self._clock = clock
        self._zone = zone
        self._known: dict[str, Channel] = {}
        self._drawn: dict[str, tuple[Watchlist, Watchlist]] = {}
        self._again: dict[Channel, tuple[datetime, timedelta]] = {}

    async def open(self) -> None:
        """Load what was found before."""
        self._known = dict(await self._store.channels())
        self._drawn.clear()

    def channel(self, written: Channel) -> Channel:
        """The channel itself, or as written where it has not been found yet."""
        return self._known.get(str(written), written)

    def in_words(self, written: Channel) -> str:
        """`slack:T0AB/C0123 (#news)`: as it is written, with its name where that is known and not what is written."""
        found = (self.channel(written), *(each for each in self._known.values() if each == written))
        name = next((each.name for each in found if each.name), "")
        return f"{written} ({name})" if name and name != written.address else str(written)

    def lists(self, lists: Iterable[Watchlist]) -> tuple[Watchlist, ...]:
        """The lists with their channels found, each with its zone; the very objects of before where nothing changed."""
        drawn = {}
        for watchlist in lists:
            before = self._drawn.get(watchlist.key)
            drawn[watchlist.key] = before if before and before[0] is watchlist else (watchlist, self._found(watchlist))
        self._drawn = drawn
        return tuple(found for _, found in drawn.values())

    async def settle(self, channels: Iterable[Channel]) -> Mapping[Channel, Channel]:
        """Ask the platforms for channels not found yet, and keep what they say; returns the newly found, as written."""
        new: dict[Channel, Channel] = {}
        for written in sorted(set(channels)):
            platform = self._platforms.get(written.platform)
            if platform is None or str(written) in self._known:
                continue
            if (found := await platform.resolve(written)) is not None:
                new[written] = found
                self._again.pop(written, None)
            else:
                self._put_off(written)
        if new:
            await self._store.save_channels({str(written): found for written, found in new.items()}, self._clock.now())
            self._known |= {str(written): found for written, found in new.items()}
            self._drawn.clear()
        return new

    async def look(self, channels: Iterable[Channel]) -> Mapping[Channel, Channel]:
        """As `settle`, and asks only for those that were not asked for of late: one that nobody finds, ever less."""
        return await self.settle([each for each in channels if not self._is_put_off(each)])

    def heard_from(self, channel: Channel) -> bool:
        """Somebody is in this channel: where it may be one that was not found, the next `look` asks for those at once.

        Whether it may.
        """
        may_be = bool(self._again) and channel not in self._known.values()
        if may_be:
            self._again.clear()
        return may_be

    def _put_off(self, written: Channel) -> None:
        _, wait = self._again.get(written, (None, FIRST_AGAIN / EVER_LESS))
        wait = min(wait * EVER_LESS, LONGEST_AGAIN)
        self._again[written] = (self._clock.now() + wait, wait)

    def _is_put_off(self, written: Channel) -> bool:
        now = self._clock.now()
        return written in self._again and now < self._again[written][0] <= now + LONGEST_AGAIN

    async def called(self, channel: Channel) -> Channel:
        """The same channel with the name that people there know; as it is where nobody says one.

        Slack says no name with what is typed in a private channel: the platform is asked.
        """
        if channel.name or channel.address.startswith("#"):
            return channel
        found = (await self.settle([channel])).get(channel) or self.channel(channel)
        return replace(channel, name=found.name)

    def _found(self, watchlist: Watchlist) -> Watchlist:
        if not any(str(rule.channel) in self._known or (self._zone and not rule.zone) for rule in watchlist.channels):
            return watchlist
        rules = (
            replace(rule, channel=self.channel(rule.channel), zone=rule.zone or self._zone)
            for rule in watchlist.channels
        )
        return replace(watchlist, channels=tuple(rules))


class FoundLists:
    """Implements WatchlistRepo over another: the same lists, with their channels found."""

    def __init__(self, repo: WatchlistRepo, directory: Directory) -> None:
        """Changes go to `repo`."""
        self._repo = repo
        self._directory = directory

    def lists(self) -> tuple[Watchlist, ...]:
        """Every list in force, ordered by key."""
        return self._directory.lists(self._repo.lists())

    def sources(self) -> tuple[Source, ...]:
        """Every source that the files name, ordered by key."""
        return self._repo.sources()

    def own_list(self, channel: Channel) -> Watchlist | None:
        """The list that `add` in this channel changes when it hears none or several."""
        return self._again(self._repo.own_list(channel))

    def pending(self, watchlist: str) -> int:
        """How many changes made in chat are in force and not in the list's file."""
        return self._repo.pending(watchlist)

    async def apply(self, changes: Sequence[Change], actor: Actor, channel: Channel, undoes: str = "") -> Watchlist:
        """Make the changes, all of one list or none."""
        changed = await self._repo.apply([self._as_written(change) for change in changes], actor, channel, undoes)
        return self._again(changed) or changed

    async def create(self, channel: Channel, actor: Actor) -> Watchlist:
        """Make the own list of a channel, empty; its file is named after the channel, as people there know it."""
        made = await self._repo.create(await self._directory.called(channel), actor)
        return self._again(made) or made

    def _as_written(self, change: Change) -> Change:
        """A change to a channel, by the words that its list has for that channel."""
        if not change.is_of_channel:
            return change
        lists = (each for each in self._repo.lists() if each.key == change.watchlist)
        written = [rule.channel for each in lists for rule in each.channels]
        same = next((each for each in written if str(self._directory.channel(each)) == change.name), None)
        if same is None:
            return change
        rule, before = (
            replace(each, channel=same) if isinstance(each, ChannelRule) else None
            for each in (change.rule, change.before)
        )
        return replace(change, name=str(same), rule=rule, before=before)

    def _again(self, watchlist: Watchlist | None) -> Watchlist | None:
        key = watchlist.key if watchlist else ""
        return next((each for each in self.lists() if each.key == key), watchlist)
