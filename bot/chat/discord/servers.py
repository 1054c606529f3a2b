"""The servers that the bot is in: their channels by name or id, and what the bot may do there now."""

import discord

from bot.chat.discord.client import Login, everything, invite
from bot.chat.discord.errors import GONE
from bot.chat.discord.places import NEEDED, Place, missing, missing_for_threads
from bot.chat.drawing.foreign import one_line
from bot.errors import ChannelGone
from bot.model.channel import Channel
from bot.model.checkup import Checkup
from bot.text import counted


class Servers:
    """Where a channel is that a list names. What was found once is remembered; permissions are asked for each time."""

    def __init__(self, login: Login) -> None:
        """Asks through this."""
        self._login = login
        self._places: dict[int, Place] = {}
        self._by_name: dict[tuple[str, str], int] = {}

    async def place(self, channel: Channel) -> Place:
        """Where a channel is; ChannelGone where none can be seen."""
        address = await self._address(channel)
        if address not in self._places:
            client = await self._login.client()
            found = await self._login.asked(client.fetch_channel(address))
            if isinstance(found, discord.abc.PrivateChannel | discord.CategoryChannel) or found.type not in NEEDED:
                raise ChannelGone(GONE[50024])
            self._places[address] = Place(found, found.guild.id)
        place = self._places[address]
        if channel.tenant and channel.tenant != str(place.guild_id):
            raise ChannelGone(f"the channel is in another server: write discord:{place.guild_id}/{address}")
        return place

    async def names(self) -> tuple[str, ...]:
        """The servers that the bot is in, by name and id."""
        client = await self._login.client()
        guilds = await self._login.asked(everything(client.fetch_guilds(limit=None)))
        return tuple(f"{one_line(guild.name)} ({guild.id})" for guild in guilds)

    async def examine(self) -> tuple[Checkup, ...]:
        """Whose token it is, and what keeps the bot from being heard or from hearing."""
        client, names = await self._login.client(), await self.names()
        token = Checkup(f"Discord: {client.user}")
        servers = Checkup(
            f"Discord: {counted(len(names), 'server')}", "" if names else invite(client), ", ".join(names)
        )
        if client.application is None or client.application.interactions_endpoint_url is None:
            return token, servers
        elsewhere = "commands are sent to the Interactions Endpoint URL of its General Information: empty that"
        return token, servers, Checkup("Discord: commands", elsewhere)

    async def lacking(self, channel: Channel) -> tuple[str, ...]:
        """The names of the permissions that the bot needs in a channel and lacks there now."""
        place = await self.place(channel)
        return missing(place.channel.type, await self._allowed(place))

    async def lacking_for_threads(self, channel: Channel) -> tuple[str, ...]:
        """The names of the permissions that it lacks to open threads on its messages; none where it never opens one."""
        place = await self.place(channel)
        is_text = isinstance(place.channel, discord.TextChannel)
        return missing_for_threads(await self._allowed(place)) if is_text else ()

    async def _allowed(self, place: Place) -> discord.Permissions:
        """What the bot may do there now."""
        guild, holder = await self._holder(place)
        me = await self._login.asked(guild.fetch_member(await self._login.own_id()))
        return holder.permissions_for(me) if holder else discord.Permissions.none()

    async def is_public(self, place: Place) -> bool:
        """Whether everyone on the server may read there."""
        if place.channel.type is discord.ChannelType.private_thread:
            return False
        guild, holder = await self._holder(place)
        return holder is not None and holder.permissions_for(guild.default_role).view_channel

    async def _holder(self, place: Place) -> tuple[discord.Guild, discord.abc.GuildChannel | None]:
        """The server, and the channel whose permissions count, as they are now."""
        client = await self._login.client()
        guild = await self._login.asked(client.fetch_guild(place.guild_id, with_counts=False))
        channels = await self._login.asked(guild.fetch_channels())
        return guild, next((each for each in channels if each.id == place.holder), None)

    def known(self, channel: Channel) -> int | None:
        """The id of a channel; None where it is written by a name that was not looked up yet."""
        if channel.address.isdecimal():
            return int(channel.address)
        return self._by_name.get(_key(channel))

    async def _address(self, channel: Channel) -> int:
        """The id of a channel, looked up by its name where it is written so."""
        if not channel.address.startswith("#"):
            if not channel.address.isdecimal():
                raise ChannelGone(f"{channel} is no channel of Discord's: write discord:#name or discord:<channel id>")
            return int(channel.address)
        key = _key(channel)
        if key not in self._by_name:
            found = await self._named(*key)
            if not found:
                raise ChannelGone(f"no channel {channel.address} in any server of the bot: {GONE[10004]}")
            if len(found) > 1:
                raise ChannelGone(f"several channels are called {channel.address}: write discord:<channel id>")
            self._by_name[key] = found[0]
        return self._by_name[key]

    async def _named(self, tenant: str, name: str) -> list[int]:
        client = await self._login.client()
        guilds = await self._login.asked(everything(client.fetch_guilds(limit=None)))
        here = [guild for guild in guilds if tenant in ("", str(guild.id))]
        channels = [each for guild in here for each in await self._login.asked(guild.fetch_channels())]
        return [each.id for each in channels if each.name.casefold() == name and each.type in NEEDED]


def _key(channel: Channel) -> tuple[str, str]:
    return channel.tenant, channel.address.removeprefix("#").casefold()
