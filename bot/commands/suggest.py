"""What may be meant by the beginning of a word: companies, lists and sources of this channel, times. From memory."""

import asyncio
import re
import zoneinfo
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache

from bot.commands.companies import as_name
from bot.commands.desk import Desk
from bot.commands.lookup import begun
from bot.commands.requests import FIELDS
from bot.model.channel import Channel
from bot.model.command import COMMANDS, Actor, Command, OptionKind

MOST = 25
"""Suggestions at once: as many as Discord shows."""
OTHERS = ("story", "all")
"""What can be muted besides companies."""


WORDS: Mapping[OptionKind, tuple[str, ...]] = {
    "command": tuple(spec.name for spec in COMMANDS),
    "field": FIELDS,
    "digest": ("daily 08:30", "weekdays 8:30", "weekly mon 08:30", "now", "muted", "off"),
    "quiet": ("22:00-07:00", "10pm-7am", "weekends", "off"),
    "verb": ("add", "remove", "pause", "resume"),
    "since": ("last week", "last month", "last 3 months", "yesterday", "today"),
    "time": ("1h", "2h", "8h", "24h", "3d", "1w", "until 9:00", "tomorrow 9am", "until friday", "until monday"),
}
"""What is always offered, the likeliest first."""
_CONTINENTS = frozenset(
    ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
)
_NUMBER = re.compile(r"\s*(?:for\s+)?(\d{1,4})\s*")


async def suggest(desk: Desk, kind: OptionKind, typed: str, channel: Channel) -> tuple[str, ...]:
    """Whole values for the blank, the likeliest first; of several names with commas the last one is completed."""
    asked = _ASKED.get(kind)
    return await asked(desk, typed, channel) if asked else _holding(WORDS.get(kind, ()), typed)


async def _companies(desk: Desk, typed: str, channel: Channel) -> tuple[str, ...]:
    before, comma, last = typed.rpartition(",")
    # In a thread, for the first look at a long list takes a quarter of a second.
    names = await asyncio.to_thread(begun, desk.heard(channel), last, MOST)
    return tuple(f"{before.strip()}{comma}{' ' * bool(comma)}{as_name(name)}" for name in names)


async def _sources(desk: Desk, typed: str, channel: Channel) -> tuple[str, ...]:
    names = await asyncio.to_thread(lambda: dict.fromkeys(each.name for each in desk.readable(channel)))
    return tuple(map(as_name, _holding(list(names), typed)))


async def _mutable(desk: Desk, typed: str, channel: Channel) -> tuple[str, ...]:
    """Companies, the story, all, and sources: those alone once `source` is typed."""
    word, space, named = typed.lstrip().partition(" ")
    if space and word.casefold() == "source":
        return tuple(f"source {name}" for name in await _sources(desk, named, channel))
    others = _holding(OTHERS, typed)
    names = await asyncio.to_thread(begun, desk.heard(channel), typed, MOST - len(others))
    companies = tuple(map(as_name, names))
    if not typed.strip():
        return (*companies, *others)
    sources = tuple(f"source {name}" for name in await _sources(desk, typed, channel))
    return (*others, *companies, *sources)[:MOST]


async def _heard(desk: Desk, typed: str, channel: Channel) -> tuple[str, ...]:
    return _holding([one.name for one in desk.heard(channel)], typed)


async def _open(desk: Desk, typed: str, channel: Channel) -> tuple[str, ...]:
    """What anybody in this channel may know of."""
    anyone = Command("", Actor("", "", channel.tenant), channel)
    return _holding([one.name for one in desk.open_to(anyone)], typed)


async def _times(_desk: Desk, typed: str, _channel: Channel) -> tuple[str, ...]:
    number = _NUMBER.fullmatch(typed)
    return tuple(f"{number[1]}{unit}" for unit in "hdw") if number else _holding(WORDS["time"], typed)


async def _zones(desk: Desk, typed: str, channel: Channel) -> tuple[str, ...]:
    """That of this channel and of the bot first; a city's name will do."""
    rules = (rule for one in desk.repo.lists() for rule in one.channels if rule.channel == channel)
    known = [zone for zone in (*(rule.zone for rule in rules), desk.zone) if zone]
    names = await asyncio.to_thread(_all_zones)
    return _holding(list(dict.fromkeys((*known, *names))), typed.strip().replace(" ", "_"))


@cache
def _all_zones() -> tuple[str, ...]:
    """UTC and those of places; the others are old names of these, or no place has them."""
    found = zoneinfo.available_timezones()
    return ("UTC", *sorted(zone for zone in found if zone.partition("/")[0] in _CONTINENTS))


_ASKED: Mapping[OptionKind, Callable[[Desk, str, Channel], Awaitable[tuple[str, ...]]]] = {
    "company": _companies,
    "list": _heard,
    "open list": _open,
    "source": _sources,
    "mutable": _mutable,
    "time": _times,
    "zone": _zones,
}


def _holding(words: Sequence[str], typed: str) -> tuple[str, ...]:
    key = typed.casefold().strip()
    found = [word for word in words if key in word.casefold()]
    return tuple(sorted(found, key=lambda word: not word.casefold().startswith(key))[:MOST])
