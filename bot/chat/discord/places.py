"""Where the bot posts: channels, threads and forums, and what it must be allowed to do there."""

from collections.abc import Mapping
from dataclasses import dataclass

import discord

from bot.model.card import AlertCard, Card

Posted = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread | discord.ForumChannel

PERMISSIONS: Mapping[str, str] = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "embed_links": "Embed Links",
    "read_message_history": "Read Message History",
    "send_messages_in_threads": "Send Messages in Threads",
}
"""What the bot may be asked to be allowed, as Discord calls it."""

INVITED = discord.Permissions(**dict.fromkeys(PERMISSIONS, True))
"""What the invite link asks for."""

SCOPES = ("bot", "applications.commands")

_TALK = ("view_channel", "send_messages", "embed_links", "read_message_history")
_THREAD = ("view_channel", "send_messages_in_threads", "embed_links", "read_message_history")
_FORUM = (*_TALK, "send_messages_in_threads")

NEEDED: Mapping[discord.ChannelType, tuple[str, ...]] = {
    discord.ChannelType.text: _TALK,
    discord.ChannelType.news: _TALK,
    discord.ChannelType.voice: _TALK,
    discord.ChannelType.stage_voice: _TALK,
    discord.ChannelType.public_thread: _THREAD,
    discord.ChannelType.private_thread: _THREAD,
    discord.ChannelType.news_thread: _THREAD,
    discord.ChannelType.forum: _FORUM,
}
"""By the kinds of channels that can be posted to, what that needs."""

FOR_THREADS: Mapping[str, str] = {
    "create_public_threads": "Create Public Threads",
    "send_messages_in_threads": PERMISSIONS["send_messages_in_threads"],
}
"""What the bot must be allowed besides where alerts open threads; the invite link does not ask for the first."""

_MOST_TAGS = 5


@dataclass(frozen=True, slots=True)
class Place:
    """A channel of a server."""

    channel: Posted
    guild_id: int

    @property
    def holder(self) -> int:
        """The id of the channel whose permissions count: of a thread the one that it belongs to."""
        return self.channel.parent_id if isinstance(self.channel, discord.Thread) else self.channel.id

    @property
    def name(self) -> str:
        """How people call it."""
        return f"#{self.channel.name}"

    def tags(self, card: Card) -> list[discord.ForumTag]:
        """The tags of a forum that a post bears: those named like its companies or lists; any where one is a must."""
        if not isinstance(self.channel, discord.ForumChannel):
            return []
        lines = card.companies if isinstance(card, AlertCard) else ()
        words = {word.casefold() for line in lines for word in (line.company, line.watchlist)}
        open_to_all = [tag for tag in self.channel.available_tags if not tag.moderated]
        fitting = [tag for tag in open_to_all if tag.name.casefold() in words]
        must = self.channel.flags.require_tag
        return fitting[:_MOST_TAGS] or (open_to_all[:1] if must else [])


def missing(kind: discord.ChannelType, allowed: discord.Permissions) -> tuple[str, ...]:
    """The names of the permissions that the bot lacks in a channel of that kind, given what it is allowed there.

    What the library counts as lacking but for another permission is not named: who may not see or write may nothing.
    """
    lacking = [name for name in NEEDED[kind] if not getattr(allowed, name)]
    if "view_channel" in lacking:
        lacking = ["view_channel"]
    if "send_messages" in lacking:
        lacking = [name for name in lacking if name != "embed_links"]
    return tuple(PERMISSIONS[name] for name in lacking)


def missing_for_threads(allowed: discord.Permissions) -> tuple[str, ...]:
    """The names of the permissions that the bot lacks for threads on its alerts in a text channel."""
    return tuple(called for name, called in FOR_THREADS.items() if not getattr(allowed, name))
