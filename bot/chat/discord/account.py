"""The bot's account: the calls that post, edit, reply and look for what arrived. It needs no gateway."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any, TypeVar

import aiohttp
import discord
import structlog
from discord.http import Route

from bot.chat.discord.errors import ASLEEP, DELETED, FAILURES, GONE, OPENED, of_code, of_exception
from bot.chat.discord.places import INVITED, NEEDED, SCOPES, Place, missing, missing_for_threads
from bot.chat.discord.sending import NOBODY, content, nonce, ref
from bot.chat.drawing.embeds import Drawn
from bot.chat.drawing.foreign import one_line
from bot.errors import ChannelGone, DeliveryError, Rejected, TryLater, Uncertain
from bot.model.alert import Delivery, Receipt
from bot.model.card import AlertCard
from bot.model.channel import Channel
from bot.model.checkup import Checkup
from bot.model.limits import Scope
from bot.text import counted

log = structlog.get_logger()

SECONDS = 20
"""How long one call may take; what has not been answered by then may have arrived."""
WAIT = 5.0
"""Seconds that the library may wait by itself where Discord asks for a pause; longer ones are the outbox's affair."""
DEAF = 60.0
"""Seconds without a word from the gateway after which a connection is made anew, unless a setting says otherwise."""
LOOKED_AT = 500
"""Messages of a channel, and posts of a forum, that are looked at for one that may have arrived."""
_EARLIER = timedelta(minutes=2)
"""How far our clock may be ahead of Discord's."""

T = TypeVar("T")

LONGEST_PAUSE = 3600.0
"""Seconds; a longer one with an accepted message is a mistake of the other side."""

_concerned: ContextVar[Scope] = ContextVar("_concerned", default="channel")
"""What the last 429 to the call under way was about: the library tells the time alone."""
_full: ContextVar[float] = ContextVar("_full", default=0.0)
"""Seconds until the channel of the call under way takes more; 0 where it does at once."""


class _Client(discord.Client):
    """The library's client, which tells nothing any more once it is closed.

    Left to itself it goes on for two seconds after it connected, and fails where it was closed meanwhile.
    """

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Called by the library for all that it hears."""
        if not self.is_closed():
            super().dispatch(event, *args, **kwargs)


def new_client(base_url: str, *, deaf: float = DEAF) -> discord.Client:
    """A client of this API: hears of servers and channels alone, pings nobody.

    After `deaf` seconds without a word from the gateway the connection is made anew.
    """
    # The library's own log names addresses that hold tokens of interactions.
    logging.getLogger("discord").setLevel(logging.CRITICAL)
    Route.BASE = base_url
    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(_made_once)
    trace.on_request_end.append(_heard_of_limits)
    client = _Client(
        intents=discord.Intents(guilds=True),
        allowed_mentions=NOBODY,
        max_messages=None,
        heartbeat_timeout=deaf,
        http_trace=trace,
    )
    client.http.max_ratelimit_timeout = WAIT
    return client


async def _heard_of_limits(_session: object, _context: object, done: aiohttp.TraceRequestEndParams) -> None:
    """Without `Via` it is not Discord that answers but whoever stands before it, and means the address of the bot.

    An accepted message may be the last one that its channel takes for a while.
    """
    if done.method == "POST":
        _full.set(_seconds_until_more(done.response.headers))
    if done.response.status == 429:
        headers = done.response.headers
        everywhere = headers.get("X-RateLimit-Scope") == "global" or "Via" not in headers
        _concerned.set("platform" if everywhere else "channel")


def _seconds_until_more(headers: Mapping[str, str]) -> float:
    """0 where more may come at once: https://discord.com/developers/docs/topics/rate-limits#header-format."""
    if headers.get("X-RateLimit-Remaining") != "0":
        return 0.0
    return min(max(float(headers.get("X-RateLimit-Reset-After", "0")), 0.0), LONGEST_PAUSE)


async def _made_once(_session: object, _context: object, done: aiohttp.TraceRequestEndParams) -> None:
    """Keep the library from making a post in a forum anew where Discord had trouble: a post bears no nonce."""
    if done.method == "POST" and done.url.path.endswith("/threads") and done.response.status >= 500:
        done.response.close()
        raise aiohttp.ClientPayloadError(f"Discord answered {done.response.status}")


class Account:
    """Speaks for one bot token."""

    def __init__(self, token: str, base_url: str) -> None:
        """`base_url` is that of the REST API; nothing is asked yet."""
        self._token = token
        self._base_url = base_url
        self._client: discord.Client | None = None
        self._asking = asyncio.Lock()
        self._refused: ChannelGone | None = None
        self._places: dict[int, Place] = {}
        self._by_name: dict[tuple[str, str], int] = {}
        self._threadless: set[tuple[Channel, str]] = set()

    async def client(self) -> discord.Client:
        """The library's client, logged in. A refused token is not tried again: that gets the address banned."""
        async with self._asking:
            if self._refused is not None:
                raise self._refused
            if self._client is None:
                client = new_client(self._base_url)
                try:
                    await self._asked(client.login(self._token))
                except DeliveryError as error:
                    await client.close()
                    if isinstance(error, Uncertain):  # nothing was posted yet that might have arrived
                        raise TryLater("Discord can't be reached") from None
                    raise
                self._client = client
            return self._client

    async def close(self) -> None:
        """Let go of connections; safe to call twice."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def post(self, delivery: Delivery, drawn: Drawn) -> Receipt:
        """Post a message, in a forum as a post of its own; a reply where the delivery has a target.

        Where the message that is answered is gone the reply stands alone, with the headline in it.
        """
        client = await self.client()
        if delivery.kind == "reply" and delivery.target is not None:
            try:
                return await self._reply(delivery, drawn, delivery.target)
            except ChannelGone as error:
                if not await self._is_post_gone(delivery, delivery.target, error):
                    raise
        known = await self.place(delivery.channel)
        if isinstance(known.channel, discord.ForumChannel):
            made = known.channel.create_thread(
                name=drawn.name, applied_tags=known.tags(delivery.card), **content(drawn)
            )
            return _receipt((await self._asked(made)).message, str(known.guild_id))
        there = client.get_partial_messageable(known.channel.id, guild_id=known.guild_id)
        sent = there.send(**content(drawn), nonce=nonce(delivery))
        return _receipt(await self._asked(sent), str(known.guild_id))

    async def _reply(self, delivery: Delivery, drawn: Drawn, target: Receipt) -> Receipt:
        """Where the channel wants threads in that of the message, and beside it where there can be none."""
        address, message = map(int, target.message_id.split("/"))
        place = await self._opening(delivery, address)
        if place is not None:
            try:
                return await self._reply_in_thread(delivery, drawn, place, message)
            except (ChannelGone, Rejected) as error:
                self._tell_of_no_thread(delivery.channel, str(error))
        return await self._reply_beside(delivery, drawn, address, message)

    async def _opening(self, delivery: Delivery, address: int) -> discord.TextChannel | None:
        """The channel where a reply is to go into a thread; in threads and forums it stands in one anyway."""
        if not isinstance(delivery.card, AlertCard) or not delivery.card.thread:
            return None
        channel = (await self.place(delivery.channel)).channel
        return channel if isinstance(channel, discord.TextChannel) and channel.id == address else None

    async def _reply_in_thread(
        self, delivery: Delivery, drawn: Drawn, place: discord.TextChannel, message: int
    ) -> Receipt:
        """A thread on a message has the message's id; one is opened where nothing has that id yet."""
        thread = (await self.client()).get_partial_messageable(message)
        said, once = content(drawn), nonce(delivery)
        try:
            return _receipt(await self._asked(thread.send(**said, nonce=once)), delivery.channel.tenant)
        except ChannelGone as error:
            if str(error) != GONE[10003]:
                raise
        if lacking := await self.lacking_for_threads(delivery.channel):
            raise ChannelGone(f"the bot lacks {', '.join(lacking)}")
        try:
            await self._asked(place.get_partial_message(message).create_thread(name=drawn.name))
        except Uncertain:  # no message was sent, and a thread is opened but once
            raise TryLater("Discord did not say whether the thread was opened") from None
        except Rejected as error:
            if str(error) != OPENED:
                raise
        return _receipt(await self._asked(thread.send(**said, nonce=once)), delivery.channel.tenant)

    def _tell_of_no_thread(self, channel: Channel, why: str) -> None:
        """Once: `namewatch doctor` says it at any time."""
        if (channel, why) not in self._threadless:
            self._threadless.add((channel, why))
            log.warning("no thread: the reply stands in the channel", channel=str(channel), reason=why)

    async def _reply_beside(self, delivery: Delivery, drawn: Drawn, address: int, message: int) -> Receipt:
        above = discord.MessageReference(message_id=message, channel_id=address, fail_if_not_exists=False)
        place = (await self.client()).get_partial_messageable(address)
        sent = place.send(**content(drawn), nonce=nonce(delivery), reference=above, mention_author=False)
        return _receipt(await self._asked(sent), delivery.channel.tenant)

    async def _is_post_gone(self, delivery: Delivery, target: Receipt, error: ChannelGone) -> bool:
        """Whether but a post of the forum was deleted, and the forum itself is there."""
        if str(error) != GONE[10003]:
            return False
        return (await self.place(delivery.channel)).channel.id != int(target.message_id.partition("/")[0])

    async def edit(self, delivery: Delivery, drawn: Drawn) -> Receipt:
        """Make the message of the target show this; a thread that went to sleep is woken for it."""
        target = delivery.target or Receipt("0/0")
        client = await self.client()
        address, message = map(int, target.message_id.split("/"))
        there = client.get_partial_messageable(address).get_partial_message(message)
        try:
            await self._asked(there.edit(**content(drawn)))
        except Rejected as error:
            if str(error) != ASLEEP:
                raise
            await self._wake(address)
            await self._asked(there.edit(**content(drawn)))
        except ChannelGone as error:
            if await self._is_post_gone(delivery, target, error):
                raise of_code(404, DELETED) from None
            raise
        return target

    async def find(self, delivery: Delivery) -> Receipt | None:
        """The message of an earlier attempt, among those since the delivery came to be."""
        client, since = await self.client(), delivery.created - _EARLIER
        if delivery.kind == "reply" and delivery.target is not None:
            try:
                return await self._find_reply(delivery, delivery.target)
            except ChannelGone as error:
                if not await self._is_post_gone(delivery, delivery.target, error):
                    raise
        known = await self.place(delivery.channel)
        if isinstance(known.channel, discord.ForumChannel):
            return await self._asked(_among(_posts(client, known, since), delivery, client))
        return await self._in(known.channel.id, delivery)

    async def _find_reply(self, delivery: Delivery, target: Receipt) -> Receipt | None:
        """In the thread where it was to go there, and beside the message where it may have come to stand."""
        address, message = map(int, target.message_id.split("/"))
        if await self._opening(delivery, address) is not None:
            with suppress(ChannelGone):  # no thread was opened
                if (found := await self._in(message, delivery)) is not None:
                    return found
        return await self._in(address, delivery)

    async def _in(self, address: int, delivery: Delivery) -> Receipt | None:
        client, since = await self.client(), delivery.created - _EARLIER
        told = client.get_partial_messageable(address).history(limit=LOOKED_AT, after=since, oldest_first=True)
        return await self._asked(_among(told, delivery, client))

    async def place(self, channel: Channel) -> Place:
        """Where a channel is; ChannelGone where none can be seen."""
        address = await self._address(channel)
        if address not in self._places:
            client = await self.client()
            found = await self._asked(client.fetch_channel(address))
            if isinstance(found, discord.abc.PrivateChannel | discord.CategoryChannel) or found.type not in NEEDED:
                raise ChannelGone(GONE[50024])
            self._places[address] = Place(found, found.guild.id)
        place = self._places[address]
        if channel.tenant and channel.tenant != str(place.guild_id):
            raise ChannelGone(f"the channel is in another server: write discord:{place.guild_id}/{address}")
        return place

    async def servers(self) -> tuple[str, ...]:
        """The servers that the bot is in, by name and id."""
        client = await self.client()
        guilds = await self._asked(_all(client.fetch_guilds(limit=None)))
        return tuple(f"{one_line(guild.name)} ({guild.id})" for guild in guilds)

    async def examine(self) -> tuple[Checkup, ...]:
        """Whose token it is, and what keeps the bot from being heard or from hearing."""
        client, names = await self.client(), await self.servers()
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
        me = await self._asked(guild.fetch_member(await self._own_id()))
        return holder.permissions_for(me) if holder else discord.Permissions.none()

    async def is_public(self, place: Place) -> bool:
        """Whether everyone on the server may read there."""
        if place.channel.type is discord.ChannelType.private_thread:
            return False
        guild, holder = await self._holder(place)
        return holder is not None and holder.permissions_for(guild.default_role).view_channel

    async def _holder(self, place: Place) -> tuple[discord.Guild, discord.abc.GuildChannel | None]:
        """The server, and the channel whose permissions count, as they are now."""
        client = await self.client()
        guild = await self._asked(client.fetch_guild(place.guild_id, with_counts=False))
        channels = await self._asked(guild.fetch_channels())
        return guild, next((each for each in channels if each.id == place.holder), None)

    async def _own_id(self) -> int:
        user = (await self.client()).user
        return user.id if user else 0

    async def _address(self, channel: Channel) -> int:
        """The id of a channel, looked up by its name where it is written so."""
        if not channel.address.startswith("#"):
            if not channel.address.isdecimal():
                raise ChannelGone(f"{channel} is no channel of Discord's: write discord:#name or discord:<channel id>")
            return int(channel.address)
        key = (channel.tenant, channel.address.removeprefix("#").casefold())
        if key not in self._by_name:
            found = await self._named(*key)
            if not found:
                raise ChannelGone(f"no channel {channel.address} in any server of the bot: {GONE[10004]}")
            if len(found) > 1:
                raise ChannelGone(f"several channels are called {channel.address}: write discord:<channel id>")
            self._by_name[key] = found[0]
        return self._by_name[key]

    async def _named(self, tenant: str, name: str) -> list[int]:
        client = await self.client()
        guilds = await self._asked(_all(client.fetch_guilds(limit=None)))
        here = [guild for guild in guilds if tenant in ("", str(guild.id))]
        channels = [each for guild in here for each in await self._asked(guild.fetch_channels())]
        return [each.id for each in channels if each.name.casefold() == name and each.type in NEEDED]

    async def _wake(self, address: int) -> None:
        client = await self.client()
        thread = await self._asked(client.fetch_channel(address))
        if isinstance(thread, discord.Thread):
            await self._asked(thread.edit(archived=False))

    async def _asked(self, call: Awaitable[T]) -> T:
        """The answer; every way it can fail becomes a DeliveryError."""
        _concerned.set("channel")
        _full.set(0.0)
        try:
            async with asyncio.timeout(SECONDS):
                return await call
        except FAILURES as error:
            raised = of_exception(error, _concerned.get())
            if isinstance(error, discord.LoginFailure) or getattr(error, "status", 0) == 401:
                self._refused = ChannelGone(str(raised))
            raise raised from None


def invite(client: discord.Client) -> str:
    """What to do where the bot is in no server: the link with what it needs."""
    link = discord.utils.oauth_url(client.application_id or 0, permissions=INVITED, scopes=SCOPES)
    return f"the bot is in no server yet: open {link}"


async def _all(found: AsyncIterator[T]) -> list[T]:
    return [each async for each in found]


async def _among(
    messages: AsyncIterator[discord.Message], delivery: Delivery, client: discord.Client
) -> Receipt | None:
    """The receipt of the message of ours that bears the mark of this delivery."""
    mark = ref(delivery)
    async for message in messages:
        if message.author == client.user and any(embed.footer.text == mark for embed in message.embeds):
            return _receipt(message, delivery.channel.tenant)
    return None


async def _posts(client: discord.Client, place: Place, since: datetime) -> AsyncIterator[discord.Message]:
    """What the bot's own posts in a forum begin with, of those made since then."""
    guild = await client.fetch_guild(place.guild_id, with_counts=False)
    for thread in await guild.active_threads():
        ours = client.user is not None and thread.owner_id == client.user.id
        if ours and thread.parent_id == place.channel.id and discord.utils.snowflake_time(thread.id) >= since:
            yield await thread.fetch_message(thread.id)


def _receipt(message: discord.Message, guild: str) -> Receipt:
    where = f"{message.channel.id}/{message.id}"
    return Receipt(where, f"https://discord.com/channels/{guild}/{where}" if guild else "", _full.get())
