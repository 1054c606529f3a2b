"""The list of one channel: how its file is called, and what stands in it at first."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.model.channel import Channel
from bot.watchlists.write import scalar

_NOT_IN_A_SLUG = re.compile(r"[^\w]+")
_LONGEST_SLUG = 60


def slug(channel: Channel) -> str:
    """A file's stem for the list of a channel: letters, digits and hyphens; never empty, never a path."""
    if channel.platform == "console":
        return "terminal"
    named = channel.name or channel.address
    text = named if named.startswith("#") else f"{channel.platform}-{named}"
    safe = _NOT_IN_A_SLUG.sub("-", unicodedata.normalize("NFC", text)).strip("-_").lower()[:_LONGEST_SLUG]
    return safe.strip("-_") or channel.platform


def is_slug_of(stem: str, channel: Channel) -> bool:
    """Whether a list's file was named after this channel, by its name or by its id, perhaps with a number."""
    stems = {slug(channel), slug(replace(channel, name=""))}
    return any(re.fullmatch(rf"{re.escape(one)}(-\d+)?", stem) for one in stems)


def list_name(channel: Channel) -> str:
    """The name that the list of a channel has at first."""
    return "Terminal" if channel.platform == "console" else slug(channel)


def new_file(channel: Channel) -> bytes:
    """The file of a list for this channel, without companies yet."""
    return own_file({"name": list_name(channel), "channels": [str(channel)]})


def own_file(content: Mapping[str, Any]) -> bytes:
    """The file of a list that lived in the store so far: its name and the channels that hear, as the store has them."""
    lines = "".join(f"  - {scalar(channel, flow=False)}\n" for channel in content["channels"])
    return f"version: 1\nname: {scalar(content['name'], flow=False)}\nchannels:\n{lines}".encode()
