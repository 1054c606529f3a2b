"""Discord, on discord.py: <https://discordpy.readthedocs.io/en/stable/>."""

from collections.abc import Mapping

from bot.chat.discord.platform import DiscordPlatform
from bot.errors import SettingsError
from bot.protocols import Clock, Platform

NAME = "discord"
BASE_URL = "https://discord.com/api/v10"

__all__ = ["NAME", "DiscordPlatform", "connect"]


def connect(environment: Mapping[str, str], clock: Clock) -> Platform | None:  # noqa: ARG001
    """Discord where its token is set, else None. One bot serves every server that it was invited to."""
    token = environment.get("DISCORD_TOKEN", "").strip().removeprefix("Bot ").strip()
    if not token:
        return None
    if not token.isascii() or not token.isprintable() or " " in token:
        raise SettingsError("DISCORD_TOKEN is wrong: it is one word and stands under Bot, Reset Token")
    base = environment.get("DISCORD_API_URL", "").strip().removesuffix("/") or BASE_URL
    command = environment.get("NAMEWATCH_COMMAND", "").strip().removeprefix("/") or "watch"
    admins = frozenset(environment.get("NAMEWATCH_ADMINS", "").replace(",", " ").split())
    return DiscordPlatform(token, base, command, admins)
