"""What may be meant by the beginning of a word: companies and lists of this channel, commands. From memory."""

import asyncio

from bot.commands.companies import as_name
from bot.commands.desk import Desk
from bot.commands.lookup import begun
from bot.model.channel import Channel
from bot.model.command import COMMANDS, OptionKind

MOST = 25
"""Suggestions at once: as many as Discord shows."""


async def suggest(desk: Desk, kind: OptionKind, typed: str, channel: Channel) -> tuple[str, ...]:
    """Whole values for the blank, the likeliest first; of several names with commas the last one is completed."""
    match kind:
        case "company":
            heard = desk.heard(channel)
            before, comma, last = typed.rpartition(",")
            # In a thread, for the first look at a long list takes a quarter of a second.
            names = await asyncio.to_thread(begun, heard, last, MOST)
            return tuple(f"{before.strip()}{comma}{' ' * bool(comma)}{as_name(name)}" for name in names)
        case "list":
            return _holding([one.name for one in desk.heard(channel)], typed)
        case "command":
            return _holding([spec.name for spec in COMMANDS], typed)
        case _:
            return ()


def _holding(words: list[str], typed: str) -> tuple[str, ...]:
    key = typed.casefold().strip()
    found = [word for word in words if key in word.casefold()]
    return tuple(sorted(found, key=lambda word: not word.casefold().startswith(key))[:MOST])
