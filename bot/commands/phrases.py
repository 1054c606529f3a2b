"""How answers name things: channels, places, lists. Pure."""

import re
from collections.abc import Iterable, Sequence

from bot.model.card import Line
from bot.model.channel import Channel
from bot.model.command import Action, Menu, Reply, Right
from bot.model.company import Company
from bot.model.watchlist import Watchlist
from bot.text import counted

NOTHING_CHANGED = "Nothing was changed."
ADD_SOURCE = "source add <its address>, for admins"
NO_SOURCE = f"No source is polled yet: {ADD_SOURCE}"
NOT_A_CHANNEL = "This is a direct message, and nobody can let the bot into it, so no alerts can come here."
_MAY_CHANGE = {
    "slack": "a full member of this workspace (guests may look)",
    "discord": "somebody who may manage this channel",
}
SHARED_SHOWN = 3
MAY_NOT = "You may not change what this channel hears."
_WORD = re.compile(r"[a-z]+(?=[ ,])")


def listed(words: Sequence[str], shown: int, more: str = "more") -> str:
    """`a, b, c and 4 more`."""
    head = ", ".join(words[:shown])
    return f"{head} and {len(words) - shown:,} {more}" if len(words) > shown else head


def did_you_mean(names: Sequence[str]) -> str:
    """`Did you mean a, b or c?`."""
    return f"Did you mean {' or '.join(filter(None, (', '.join(names[:-1]), names[-1])))}?"


def channel_name(channel: Channel) -> str:
    """How people of that chat call the channel: `#supply-chain`, `the terminal`."""
    if channel.platform == "console":
        return "the terminal"
    return channel.name or (channel.address if channel.address.startswith("#") else str(channel))


def who_may(right: Right, channel: Channel) -> str:
    """Who has this right there, in the words of that chat."""
    if right == "admin":
        return "an admin (NAMEWATCH_ADMINS names them)"
    return _MAY_CHANGE.get(channel.platform, "a member of this channel")


def is_direct(channel: Channel) -> bool:
    """Whether it is a conversation of two people, as far as its id says so."""
    return channel.platform == "slack" and channel.address.startswith("D")


def place_of(watchlist: Watchlist, company: Company) -> str:
    """Where a company stands: `phone-makers.yaml:14`, or in which list that has no file, or not in its file yet."""
    if company.place.file and company.place.line:
        return f"{company.place.file}:{company.place.line}"
    if watchlist.place.file:
        return f"list {watchlist.name}, not in its file yet"
    return f"list {watchlist.name}, in chat"


def shared_with(channels: Iterable[Channel], here: Channel) -> str:
    """The channels that are not here: public ones of this workspace by name, others counted; "" if none."""
    others = [channel for channel in channels if channel != here]
    near = [channel for channel in others if is_near(channel, here)]
    names = [channel_name(channel) for channel in near]
    if far := len(others) - len(near):
        names.append(counted(far, "channel") + " elsewhere")
    return listed(names, SHARED_SHOWN)


def is_near(channel: Channel, here: Channel) -> bool:
    """Whether people here may know of that channel: it is of the same workspace, and anyone there may read it."""
    return channel.public and (channel.platform, channel.tenant) == (here.platform, here.tenant)


def sentence(error: object) -> str:
    """An error's words as a sentence: those of ours begin in lower case. A path or an address stays as it is."""
    text = str(error)
    return text[:1].upper() + text[1:] if _WORD.match(text) else text


def refusal(*lines: Line | str, actions: Sequence[Action] = (), menus: Sequence[Menu] = ()) -> Reply:
    """An answer that says what could not be done and why, closing with what was not changed."""
    spans = [line if isinstance(line, tuple) else (line,) for line in lines]
    return Reply((*spans, (NOTHING_CHANGED,)), tuple(actions), failed=True, menus=tuple(menus))


def problem(*lines: Line | str, actions: Sequence[Action] = ()) -> Reply:
    """An answer to a question that could not be answered; there was nothing to change."""
    return Reply(tuple(line if isinstance(line, tuple) else (line,) for line in lines), tuple(actions), failed=True)
