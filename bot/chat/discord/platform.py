"""Discord as a platform: what a delivery becomes there, and what the bot may do in a channel."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import replace

import structlog

from bot.chat.discord.account import Account
from bot.chat.discord.client import DEAF, Login, invite
from bot.chat.discord.errors import UNALLOWED
from bot.chat.discord.listener import Heard, Listener, Remembered
from bot.chat.discord.people import People
from bot.chat.discord.sending import ref
from bot.chat.discord.servers import Servers
from bot.chat.drawing.buttons import alert_of
from bot.chat.drawing.embeds import joined, message
from bot.chat.naming import Naming
from bot.errors import ChannelGone, DeliveryError
from bot.model.alert import Delivery, Receipt
from bot.model.card import AlertCard
from bot.model.channel import Channel
from bot.model.checkup import Checkup
from bot.model.limits import Limits, Rate
from bot.protocols import Dispatch, Joined, Suggest, no_suggestions, no_welcome

log = structlog.get_logger()

LIMITS = Limits(platform=Rate(50, at_once=50))
"""Altogether; those of a channel come with each answer: <https://discord.com/developers/docs/topics/rate-limits>."""

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds between two attempts to connect; each that fails doubles them."""


class DiscordPlatform:
    """Implements Platform for one bot on all its servers. Sending needs no gateway; commands come over it."""

    name = "discord"
    edits = True
    replies = True
    limits = LIMITS

    def __init__(self, token: str, base_url: str, command: str, people: People, *, deaf: float = DEAF) -> None:
        """`base_url` of the REST API; `command` without its slash; `people`: who may do what.

        After `deaf` seconds without a word from the gateway the connection is made anew.
        """
        self._token = token
        self._base_url = base_url
        self._command = command
        self._naming = Naming(command)
        self._people = people
        self._deaf = deaf
        self._login = Login(token, base_url)
        self._servers = Servers(self._login)
        self._account = Account(self._login, self._servers)
        self._listening: asyncio.Task[None] | None = None
        self._listener: Listener | None = None
        self._remembered = Remembered()

    async def start(
        self,
        dispatch: Dispatch,
        *,
        joined: Joined = no_welcome,
        suggest: Suggest = no_suggestions,
    ) -> None:
        """Begin to listen. A token that Discord does not take is said in the log, once; what else fails is retried."""
        if self._listening is None:
            listening = self._listen(Heard(self._naming.dispatch(dispatch), self._naming.joined(joined), suggest))
            self._listening = asyncio.create_task(listening, name="discord")

    async def stop(self) -> None:
        """Close gateway and connections; safe to call twice."""
        listening, self._listening = self._listening, None
        if listening is not None:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
        await self._login.close()

    @property
    def listens(self) -> bool:
        """Whether the gateway is open."""
        return self._listener is not None and self._listener.hears

    async def send(self, delivery: Delivery) -> Receipt:
        """Post the card; marked where it may be a repeat and nobody can look."""
        repeat = await self._may_repeat(delivery)
        drawn = message(self._naming.card(delivery.card), ref=ref(delivery), alert=alert_of(delivery), repeat=repeat)
        return replace(await self._named(delivery, self._account.post(delivery, drawn)), marked=repeat)

    async def edit(self, delivery: Delivery) -> Receipt:
        """Edit the message; doing it twice changes nothing. A mark that it may be a repeat stays."""
        repeat = delivery.target is not None and delivery.target.doubtful and await self._is_blind(delivery.channel)
        drawn = message(delivery.card, ref=ref(delivery), alert=alert_of(delivery), repeat=repeat)
        return await self._named(delivery, self._account.edit(delivery, drawn))

    async def reply(self, delivery: Delivery) -> Receipt:
        """Answer the message where it stands: in its channel, its thread or its forum post."""
        repeat = await self._may_repeat(delivery)
        if isinstance(delivery.card, AlertCard):
            drawn = joined(delivery.card, ref=ref(delivery), alert=alert_of(delivery), repeat=repeat)
        else:
            drawn = message(self._naming.card(delivery.card), ref=ref(delivery), repeat=repeat)
        return replace(await self._named(delivery, self._account.post(delivery, drawn)), marked=repeat)

    async def find(self, delivery: Delivery) -> Receipt | None:
        """What an earlier attempt has posted, where the history may be read."""
        if delivery.kind == "edit":
            return None
        try:
            return await self._account.find(delivery)
        except ChannelGone:
            return None

    async def resolve(self, channel: Channel) -> Channel | None:
        """The channel by server and id, with its name; None where the bot can't see it now."""
        try:
            place = await self._servers.place(channel)
            public = await self._servers.is_public(place)
        except DeliveryError:
            return None
        return Channel("discord", str(place.guild_id), str(place.channel.id), place.name, public)

    async def check(self, channel: Channel) -> str:
        """Why this channel can't be posted to, with the fix; "" when it can."""
        try:
            lacking = await self._servers.lacking(channel)
        except DeliveryError as error:
            return str(error)
        return _lacks(lacking) if lacking else ""

    async def check_threads(self, channel: Channel) -> str:
        """Which permission is lacking for threads on alerts; "" where none is, or where no thread is opened."""
        try:
            lacking = await self._servers.lacking_for_threads(channel)
        except DeliveryError as error:
            return str(error)
        if not lacking:
            return ""
        fix = "Edit Channel, Permissions, add Namewatch"
        return f"the bot lacks {', '.join(lacking)}, so replies to alerts stand in the channel: {fix}"

    async def homes(self) -> tuple[str, ...]:
        """Each server, or how to get into one."""
        try:
            return await self._servers.names() or (invite(await self._login.client()),)
        except DeliveryError as error:
            return (str(error),)

    async def examine(self) -> tuple[Checkup, ...]:
        """Whether Discord takes the token, which servers the bot is in, and whether commands can reach it."""
        try:
            return await self._servers.examine()
        except DeliveryError as error:
            return (Checkup("Discord token", str(error)),)

    async def _named(self, delivery: Delivery, call: Awaitable[Receipt]) -> Receipt:
        """What the call comes to; a permission that it lacked is named, which Discord's own answer does not do."""
        try:
            return await call
        except ChannelGone as error:
            if str(error) != UNALLOWED:
                raise
            raise ChannelGone(await self._lacking(delivery.channel) or UNALLOWED) from None

    async def _lacking(self, channel: Channel) -> str:
        """What the bot lacks there. The gateway has told it; to ask takes three calls, and a day later three more."""
        listener, known = self._listener, self._servers.known(channel)
        lacking = listener.lacking(known) if listener is not None and known is not None else ()
        return _lacks(lacking) if lacking else await self.check(channel)

    async def _may_repeat(self, delivery: Delivery) -> bool:
        """Whether a doubtful delivery can't be looked up."""
        if not delivery.doubtful:
            return False
        return self._account.may_have_missed(delivery) or await self._is_blind(delivery.channel)

    async def _is_blind(self, channel: Channel) -> bool:
        """Whether the bot can't look what it has posted. Discord answers as if the channel were empty then."""
        return "Read Message History" in await self._servers.lacking(channel)

    async def _listen(self, heard: Heard) -> None:
        """Stay connected for as long as that has a point."""
        pause = FIRST_PAUSE
        while True:
            self._listener = listener = Listener(
                self._base_url, self._command, self._people, heard, self._remembered, deaf=self._deaf
            )
            try:
                await listener.listen(self._token)
            except ChannelGone as error:
                log.error("discord is not connected", reason=str(error))
                return
            except DeliveryError as error:
                log.warning("discord is not connected", reason=str(error), again_in=f"{pause:.0f} s")
            except Exception:  # a fault in one connection must not end all listening
                log.exception("discord is not connected", again_in=f"{pause:.0f} s")
            finally:
                await listener.close()
            await asyncio.sleep(pause)
            pause = FIRST_PAUSE if listener.connected else min(2 * pause, LONGEST_PAUSE)


def _lacks(permissions: Sequence[str]) -> str:
    return f"the bot lacks {', '.join(permissions)}: Edit Channel, Permissions, add Namewatch"
