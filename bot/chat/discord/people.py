"""Who may do what on Discord."""

from dataclasses import dataclass

import discord

from bot.model.command import Actor, Right


@dataclass(frozen=True, slots=True)
class People:
    """`admins`: ids of people who may do everything; `roles`: names or ids of roles whose members may change lists."""

    admins: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()

    def actor(self, interaction: discord.Interaction[discord.Client]) -> Actor:
        """Whoever types or presses, with the rights that they have in that channel."""
        user = interaction.user
        rights: set[Right] = {"anyone"}
        if interaction.permissions.manage_channels or self._has_role(user):
            rights.add("member")
        if str(user.id) in self.admins:
            rights |= {"member", "admin"}
        return Actor(str(user.id), user.name, str(interaction.guild_id), frozenset(rights))

    def _has_role(self, user: discord.User | discord.Member) -> bool:
        held = user.roles if isinstance(user, discord.Member) else []
        # Everybody has the first role of a server, whatever its name.
        return any({str(role.id), role.name.casefold()} & self.roles for role in held if not role.is_default())
