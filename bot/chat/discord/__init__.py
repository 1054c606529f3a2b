"""Discord, on discord.py: <https://discordpy.readthedocs.io/en/stable/>."""

from collections.abc import Mapping

from bot.chat.discord.client import DEAF
from bot.chat.discord.people import People
from bot.chat.discord.platform import DiscordPlatform
from bot.chat.settings import command_of, number, words
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
    roles = (role.strip().casefold() for role in environment.get("DISCORD_ROLES", "").split(","))
    people = People(frozenset(words(environment, "NAMEWATCH_ADMINS")), frozenset(roles) - {""})
    deaf = number(environment, "DISCORD_DEAF_SECONDS", DEAF, most=600)
    return DiscordPlatform(token, base, command_of(environment), people, deaf=deaf)
