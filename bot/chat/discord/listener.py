"""What people type and press on Discord, over the gateway: a client of its own, so that its troubles delay no post."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import discord
import structlog
from discord import app_commands
from discord.gateway import DiscordWebSocket
from yarl import URL

from bot.chat.discord.client import DEAF, invite, new_client
from bot.chat.discord.drafts import Drafts
from bot.chat.discord.errors import FAILURES, of_exception
from bot.chat.discord.forms import Filled, can_show, filled, modal
from bot.chat.discord.people import People
from bot.chat.discord.places import NEEDED, missing
from bot.chat.discord.sending import anew, content
from bot.chat.discord.tree import command_group
from bot.chat.drawing.embeds import CHOOSE, LINE, RUN, WHY, answer, command_in
from bot.chat.drawing.foreign import one_line
from bot.errors import ChannelGone, NamewatchError, TryLater
from bot.model.channel import Channel
from bot.model.command import Action, Command, Reply
from bot.protocols import Dispatch, Joined, Suggest

log = structlog.get_logger()

SOON = 0.4
"""Seconds that a command has until it is acknowledged; Discord gives three, and in a burst each waits for others."""
_NAMED = 8
"""Servers that are named when the bot connects."""
CLOSING = 2.0
"""Seconds that the gateway has to say goodbye."""

_FAULT = Reply((("This command met a fault of the bot; the log has it. Others go on: help",),), failed=True)
_ELSEWHERE = Reply((("Commands work in the channels of a server.",),), failed=True)

_Interaction = discord.Interaction[discord.Client]
_Look = Literal["new", "in place"]
"""Where an answer is shown; `in place`: to whoever turned a page of an answer of their own."""
_BELOW = "Done: the channel sees it below."
"""What remains of the private sign that a command is worked on, where its answer is for all."""
_PAGE = re.compile(r" page \d+$")


@dataclass(frozen=True, slots=True)
class Heard:
    """Whom the platform tells what it hears."""

    dispatch: Dispatch
    joined: Joined
    suggest: Suggest


@dataclass(frozen=True, slots=True)
class Remembered:
    """What outlives one connection: what was typed into forms, and by server the channels that can't be posted to."""

    drafts: Drafts = field(default_factory=Drafts)
    barred: dict[int, set[int]] = field(default_factory=dict)


class Listener:
    """One connection to the gateway, and the answers to what comes over it."""

    def __init__(
        self,
        base_url: str,
        command: str,
        people: People,
        heard: Heard,
        remembered: Remembered | None = None,
        *,
        deaf: float = DEAF,
    ) -> None:
        """Nothing is asked before `listen`; after `deaf` seconds without a word the connection is made anew."""
        self._people = people
        self._heard = heard
        remembered = remembered or Remembered()
        self._drafts, self._barred = remembered.drafts, remembered.barred
        self._official = base_url.startswith("https://discord.com/")
        self.connected = False
        self.hears = False
        self._lost = False
        self._client = new_client(base_url, deaf=deaf)
        self._tree = app_commands.CommandTree(self._client)
        self._tree.add_command(command_group(command, self.typed, self.complete))
        for event in (
            self.on_error,
            self.on_connect,
            self.on_ready,
            self.on_disconnect,
            self.on_resumed,
            self.on_interaction,
            self.on_guild_available,
            self.on_guild_join,
            self.on_guild_remove,
            self.on_guild_channel_update,
            self.on_guild_role_update,
        ):
            self._client.event(event)

    async def listen(self, token: str) -> None:
        """Offer the commands, then hear until `close`; a DeliveryError says why it ended."""
        try:
            await self._client.login(token)
            if not self._official:
                _, gateway, _ = await self._client.http.get_bot_gateway()
                DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway)
            await self._offer()
            # It resumes by itself. What it can't resume is begun anew here, for its own pauses grow to a quarter hour.
            await self._client.connect(reconnect=False)
        except FAILURES as error:
            meant = of_exception(error)
            raise meant if isinstance(meant, ChannelGone) else TryLater("the gateway can't be reached") from None

    async def _offer(self) -> None:
        """Tell Discord the commands; where that fails those of an earlier start go on, and so do buttons."""
        try:
            await self._tree.sync()
        except FAILURES as error:
            log.warning("discord was not told the commands", reason=str(of_exception(error)))

    async def close(self) -> None:
        """Leave, politely where that takes no longer than a moment."""
        self.hears = False
        try:
            async with asyncio.timeout(CLOSING):
                await self._client.close()
        except TimeoutError:
            await self._client.http.close()

    async def on_error(self, event: str, *_: object) -> None:
        """A fault of ours while something was heard: the log has it, and others go on."""
        log.exception("discord event failed", heard=event)

    async def on_connect(self) -> None:
        """Called by the library."""
        self.connected = True

    async def on_ready(self) -> None:
        """Called by the library once it knows the servers."""
        self.hears, self._lost = True, False
        names = [_named(each) for each in self._client.guilds]
        more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
        log.info("discord is connected", servers=f"{', '.join(names[:_NAMED])}{more}" or "none")
        if not self._client.guilds:
            log.warning("discord", reason=invite(self._client))

    async def on_disconnect(self) -> None:
        """Called by the library, which connects again by itself."""
        self.hears, self._lost = False, True
        log.info("discord is disconnected")

    async def on_resumed(self) -> None:
        """Called by the library."""
        self.hears, self._lost = True, False
        log.info("discord is connected again")

    async def on_interaction(self, interaction: _Interaction) -> None:
        """A button, a menu or a form: its command, of whoever used it. Heard by id, so also after a restart."""
        if interaction.type is discord.InteractionType.modal_submit:
            data: Mapping[str, Any] = interaction.data or {}
            await self._answer(interaction, str(data.get("custom_id", "")), "new", filled(data))
        if interaction.type is not discord.InteractionType.component:
            return
        if text := _command_behind(interaction):
            message = interaction.message
            turned = message is not None and message.flags.ephemeral and _PAGE.search(text) is not None
            await self._answer(interaction, text, "in place" if turned else "new")

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Called by the library for each server once it knows it: anew where a break could not be resumed."""
        await self._look_again(guild)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """The bot was invited, perhaps anew: it says so where the server says such things."""
        log.info("discord: invited to a server", server=_named(guild))
        self._barred[guild.id] = _barred(guild)
        await self._joined(Channel("discord", str(guild.id)))
        place = guild.system_channel
        if place is not None and place.id not in self._barred[guild.id]:
            await self._let_in(place, say=True)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """The bot was taken out of a server; what is owed there is parked as it comes up."""
        log.warning("discord: no longer in a server", server=_named(guild))
        self._barred.pop(guild.id, None)

    async def on_guild_channel_update(self, _: discord.abc.GuildChannel, channel: discord.abc.GuildChannel) -> None:
        """Somebody may have allowed the bot to post."""
        await self._look_again(channel.guild)

    async def on_guild_role_update(self, _: discord.Role, role: discord.Role) -> None:
        """The same, by a role."""
        await self._look_again(role.guild)

    async def _look_again(self, guild: discord.Guild) -> None:
        """What waited for channels that can be posted to by now goes out; said only where it was about one channel."""
        before, self._barred[guild.id] = self._barred.get(guild.id, set()), _barred(guild)
        opened = [each for each in guild.channels if each.id in before - self._barred[guild.id]]
        for channel in opened:
            await self._let_in(channel, say=len(opened) == 1)

    async def _let_in(self, channel: discord.abc.GuildChannel, *, say: bool) -> None:
        welcome = await self._joined(Channel("discord", str(channel.guild.id), str(channel.id)))
        if not say or welcome is None or not isinstance(channel, discord.abc.Messageable):
            return
        try:
            await channel.send(**content(answer(welcome)))
        except FAILURES as error:
            log.warning("no welcome was said", channel=str(channel.id), reason=str(of_exception(error)))

    async def _joined(self, channel: Channel) -> Reply | None:
        try:
            return await self._heard.joined(channel)
        except NamewatchError as error:
            log.warning("no welcome was said", channel=str(channel), reason=str(error))
            return None

    def lacking(self, channel: int) -> tuple[str, ...]:
        """What the bot lacks in a channel, by the names of the permissions, as far as the gateway has told.

        Which it does in the first moments of a connection, seconds before it says that it has told everything.
        """
        place = None if self._lost else self._client.get_channel(channel)
        holder = place.parent if isinstance(place, discord.Thread) else place
        if (
            place is None
            or isinstance(place, discord.abc.PrivateChannel)
            or not isinstance(holder, discord.abc.GuildChannel)
        ):
            return ()
        return missing(place.type, holder.permissions_for(holder.guild.me)) if place.type in NEEDED else ()

    async def typed(self, interaction: _Interaction, text: str) -> None:
        """Answer a command of the tree."""
        await self._answer(interaction, text, "new")

    async def _answer(self, interaction: _Interaction, text: str, look: _Look, form: Filled = ()) -> None:
        """Answer a command, or a `form` that was filled in.

        What takes long is acknowledged first, and privately: whether it is refused is not known yet, and who sees the
        sign of it can't be changed.
        """
        work = asyncio.create_task(self._replied(interaction, text, form))
        try:
            done, _ = await asyncio.wait({work}, timeout=SOON)
            if not done and look == "in place":
                await interaction.response.defer()
            elif not done:
                await interaction.response.defer(ephemeral=True, thinking=True)
            await self._say(interaction, self._kept(interaction, text, await work, form), look)
        except FAILURES as error:
            log.warning("an answer did not arrive", command=text, reason=str(of_exception(error)))

    async def complete(self, interaction: _Interaction, kind: str, typed: str) -> list[app_commands.Choice[str]]:
        """What may be meant by the beginning of a word."""
        found = await self._heard.suggest(kind, typed, _channel(interaction))  # type: ignore[arg-type]
        return [app_commands.Choice(name=each, value=each) for each in found if 0 < len(each) <= 100][:25]

    def _kept(self, interaction: _Interaction, text: str, reply: Reply, form: Filled) -> Reply:
        """The answer to a form; one that could not be saved is kept, to be opened again as it was."""
        if not form:
            return reply
        if not reply.failed:
            self._drafts.drop(interaction.user.id, text)
            return reply
        self._drafts.keep(interaction.user.id, text, form)
        return replace(reply, actions=(Action("Open it again as you left it", text), *reply.actions))

    async def _say(self, interaction: _Interaction, reply: Reply, look: _Look) -> None:
        """Show the answer: where the command stood, in place of a page that was turned, or to one person alone.

        A form is opened where that can still be done, else by the press of a button.
        """
        if reply.form is not None and can_show(reply.form):
            is_form = interaction.type is discord.InteractionType.modal_submit
            if not interaction.response.is_done() and not is_form:
                typed = self._drafts.of(interaction.user.id, reply.form.command)
                await interaction.response.send_modal(modal(reply.form, typed))
                return
            reply = replace(reply, actions=(*reply.actions, Action("Edit", reply.form.command)))
        said = content(answer(reply))
        if interaction.response.is_done() and reply.public and look != "in place":
            # What is sent before the sign is replaced would take its place, and be as private.
            await interaction.edit_original_response(content=_BELOW)
            await interaction.followup.send(**said, wait=True)
        elif interaction.response.is_done():
            await interaction.edit_original_response(**anew(said))
        elif look == "in place":
            await interaction.response.edit_message(**anew(said))
        else:
            await interaction.response.send_message(**said, ephemeral=not reply.public)

    async def _replied(self, interaction: _Interaction, text: str, form: Filled) -> Reply:
        if interaction.guild_id is None:
            return _ELSEWHERE
        try:
            return await self._heard.dispatch(replace(self._command(interaction, text), filled=form))
        except Exception:  # a fault of ours in one command must not take the others away
            log.exception("command failed", command=text)
            return _FAULT

    def _command(self, interaction: _Interaction, text: str) -> Command:
        """A thread has the id of the message that it began below; it belongs to the channel of that message."""
        who = self._people.actor(interaction)
        here, place = _channel(interaction), interaction.channel
        if not isinstance(place, discord.Thread):
            return Command(text, who, here, _above(interaction))
        within = replace(here, address=str(place.parent_id))
        return Command(text, who, here, str(place.id), within=within)


def _named(guild: discord.Guild) -> str:
    return f"{one_line(guild.name)} ({guild.id})"


def _above(interaction: _Interaction) -> str:
    """The id of the message whose button was pressed, or of the one that it answers; "" where nothing was pressed."""
    message = interaction.message
    if message is None:
        return ""
    return str((message.reference.message_id if message.reference else None) or message.id)


def _command_behind(interaction: _Interaction) -> str:
    """What a button or a menu types; "" where it is none of ours."""
    data: Mapping[str, Any] = interaction.data or {}
    key = str(data.get("custom_id", ""))
    if key == WHY:
        embeds = interaction.message.embeds if interaction.message else []
        return f"why {embeds[0].url or ''}".rstrip() if embeds else "why"
    if key.startswith(LINE):
        embeds = interaction.message.embeds if interaction.message else []
        return command_in(key, embeds[0].description or "") if embeds else ""
    if key.startswith(CHOOSE):
        return str(next(iter(data.get("values", ())), ""))
    return key.removeprefix(RUN) if key.startswith(RUN) else ""


def _barred(guild: discord.Guild) -> set[int]:
    """The ids of the channels that the bot lacks a permission in."""
    kinds = (channel for channel in guild.channels if channel.type in NEEDED)
    return {channel.id for channel in kinds if missing(channel.type, channel.permissions_for(guild.me))}


def _channel(interaction: _Interaction) -> Channel:
    """Where it was typed; in a post of a forum that is the forum, for posts come and go."""
    place, guild = interaction.channel, interaction.guild
    if isinstance(place, discord.Thread) and isinstance(place.parent, discord.ForumChannel):
        place = place.parent
    address = place.id if place is not None else interaction.channel_id or ""
    name = f"#{place.name}" if place is not None and hasattr(place, "name") and place.name else ""
    holder = place.parent_id if isinstance(place, discord.Thread) else place.id if place is not None else 0
    known = guild.get_channel(holder) if guild is not None else None
    hidden = place is not None and place.type is discord.ChannelType.private_thread
    public = known is not None and not hidden and known.permissions_for(known.guild.default_role).view_channel
    return Channel("discord", str(interaction.guild_id or ""), str(address), name, public)
