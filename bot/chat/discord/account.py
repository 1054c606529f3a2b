"""The bot's account: the calls that post, edit, reply and look for what arrived. It needs no gateway."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta

import discord
import structlog

from bot.chat.discord.client import Login, full_for
from bot.chat.discord.errors import ASLEEP, DELETED, GONE, OPENED, of_code
from bot.chat.discord.places import Place
from bot.chat.discord.sending import content, nonce, ref
from bot.chat.discord.servers import Servers
from bot.chat.drawing.embeds import Drawn
from bot.errors import ChannelGone, Rejected, TryLater, Uncertain
from bot.model.alert import Delivery, Receipt
from bot.model.card import AlertCard
from bot.model.channel import Channel

log = structlog.get_logger()

LOOKED_AT = 500
"""The newest messages of a channel, so many of which are looked at for one that may have arrived."""
_EARLIER = timedelta(minutes=2)
"""How far our clock may be ahead of Discord's."""


class Account:
    """Posts, edits and finds what a delivery asks for."""

    def __init__(self, login: Login, servers: Servers) -> None:
        """Asks through the login; `servers` say where a channel is."""
        self._login = login
        self._servers = servers
        self._threadless: set[tuple[Channel, str]] = set()
        self._missed: set[str] = set()

    async def post(self, delivery: Delivery, drawn: Drawn) -> Receipt:
        """Post a message, in a forum as a post of its own; a reply where the delivery has a target.

        Where the message that is answered is gone the reply stands alone, with the headline in it.
        """
        client = await self._login.client()
        if delivery.kind == "reply" and delivery.target is not None:
            try:
                return await self._reply(delivery, drawn, delivery.target)
            except ChannelGone as error:
                if not await self._is_post_gone(delivery, delivery.target, error):
                    raise
        known = await self._servers.place(delivery.channel)
        if isinstance(known.channel, discord.ForumChannel):
            made = known.channel.create_thread(
                name=drawn.name, applied_tags=known.tags(delivery.card), **content(drawn)
            )
            return _receipt((await self._login.asked(made)).message, str(known.guild_id))
        there = client.get_partial_messageable(known.channel.id, guild_id=known.guild_id)
        sent = there.send(**content(drawn), nonce=nonce(delivery))
        return _receipt(await self._login.asked(sent), str(known.guild_id))

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
        channel = (await self._servers.place(delivery.channel)).channel
        return channel if isinstance(channel, discord.TextChannel) and channel.id == address else None

    async def _reply_in_thread(
        self, delivery: Delivery, drawn: Drawn, place: discord.TextChannel, message: int
    ) -> Receipt:
        """A thread on a message has the message's id; one is opened where nothing has that id yet."""
        thread = (await self._login.client()).get_partial_messageable(message)
        said, once = content(drawn), nonce(delivery)
        try:
            return _receipt(await self._login.asked(thread.send(**said, nonce=once)), delivery.channel.tenant)
        except ChannelGone as error:
            if str(error) != GONE[10003]:
                raise
        if lacking := await self._servers.lacking_for_threads(delivery.channel):
            raise ChannelGone(f"the bot lacks {', '.join(lacking)}")
        try:
            await self._login.asked(place.get_partial_message(message).create_thread(name=drawn.name))
        except Uncertain:  # no message was sent, and a thread is opened but once
            raise TryLater("Discord did not say whether the thread was opened") from None
        except Rejected as error:
            if str(error) != OPENED:
                raise
        return _receipt(await self._login.asked(thread.send(**said, nonce=once)), delivery.channel.tenant)

    def _tell_of_no_thread(self, channel: Channel, why: str) -> None:
        """Once: `namewatch doctor` says it at any time."""
        if (channel, why) not in self._threadless:
            self._threadless.add((channel, why))
            log.warning("no thread: the reply stands in the channel", channel=str(channel), reason=why)

    async def _reply_beside(self, delivery: Delivery, drawn: Drawn, address: int, message: int) -> Receipt:
        above = discord.MessageReference(message_id=message, channel_id=address, fail_if_not_exists=False)
        place = (await self._login.client()).get_partial_messageable(address)
        sent = place.send(**content(drawn), nonce=nonce(delivery), reference=above, mention_author=False)
        return _receipt(await self._login.asked(sent), delivery.channel.tenant)

    async def _is_post_gone(self, delivery: Delivery, target: Receipt, error: ChannelGone) -> bool:
        """Whether but a post of the forum was deleted, and the forum itself is there."""
        if str(error) != GONE[10003]:
            return False
        return (await self._servers.place(delivery.channel)).channel.id != int(target.message_id.partition("/")[0])

    async def edit(self, delivery: Delivery, drawn: Drawn) -> Receipt:
        """Make the message of the target show this; a thread that went to sleep is woken for it."""
        target = delivery.target or Receipt("0/0")
        client = await self._login.client()
        address, message = map(int, target.message_id.split("/"))
        there = client.get_partial_messageable(address).get_partial_message(message)
        try:
            await self._login.asked(there.edit(**content(drawn)))
        except Rejected as error:
            if str(error) != ASLEEP:
                raise
            await self._wake(address)
            await self._login.asked(there.edit(**content(drawn)))
        except ChannelGone as error:
            if await self._is_post_gone(delivery, target, error):
                raise of_code(404, DELETED) from None
            raise
        return target

    async def find(self, delivery: Delivery) -> Receipt | None:
        """The message of an earlier attempt, among those since the delivery came to be."""
        client, since = await self._login.client(), delivery.created - _EARLIER
        self._missed.discard(delivery.id)
        if delivery.kind == "reply" and delivery.target is not None:
            try:
                return await self._find_reply(delivery, delivery.target)
            except ChannelGone as error:
                if not await self._is_post_gone(delivery, delivery.target, error):
                    raise
        known = await self._servers.place(delivery.channel)
        if isinstance(known.channel, discord.ForumChannel):
            return await self._login.asked(_among(_posts(client, known, since), delivery, client))
        return await self._in(known.channel.id, delivery)

    def may_have_missed(self, delivery: Delivery) -> bool:
        """Whether `find` did not find it among so many messages that it may stand before those."""
        return delivery.id in self._missed

    async def _find_reply(self, delivery: Delivery, target: Receipt) -> Receipt | None:
        """In the thread where it was to go there, and beside the message where it may have come to stand."""
        address, message = map(int, target.message_id.split("/"))
        if await self._opening(delivery, address) is not None:
            with suppress(ChannelGone):  # no thread was opened
                if (found := await self._in(message, delivery)) is not None:
                    return found
        return await self._in(address, delivery)

    async def _in(self, address: int, delivery: Delivery) -> Receipt | None:
        client, since = await self._login.client(), delivery.created - _EARLIER
        newest = _Newest(client.get_partial_messageable(address).history(limit=LOOKED_AT), since)
        found = await self._login.asked(_among(newest.messages(), delivery, client))
        if found is None and newest.count >= LOOKED_AT:
            self._missed.add(delivery.id)
        return found

    async def _wake(self, address: int) -> None:
        client = await self._login.client()
        thread = await self._login.asked(client.fetch_channel(address))
        if isinstance(thread, discord.Thread):
            await self._login.asked(thread.edit(archived=False))


class _Newest:
    """Messages, the newest first, back to a moment."""

    def __init__(self, told: AsyncIterator[discord.Message], since: datetime) -> None:
        self._told = told
        self._since = since
        self.count = 0

    async def messages(self) -> AsyncIterator[discord.Message]:
        """Those since that moment, counted."""
        async for message in self._told:
            if message.created_at < self._since:
                return
            self.count += 1
            yield message


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
    return Receipt(where, f"https://discord.com/channels/{guild}/{where}" if guild else "", full_for())
