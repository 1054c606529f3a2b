"""From what is drawn to what discord.py sends."""

import base64
import hashlib
from typing import TypedDict

import discord

from bot.chat.drawing.embeds import Drawn
from bot.model.alert import Delivery

NOBODY = discord.AllowedMentions.none()
"""Whom a message of ours may ping."""

_REF = 8


class Content(TypedDict, total=False):
    """The arguments that every way to send shares."""

    content: str
    embed: discord.Embed
    view: discord.ui.View
    allowed_mentions: discord.AllowedMentions


def content(drawn: Drawn) -> Content:
    """What a message holds."""
    embed = discord.Embed.from_dict(drawn.embed)
    said: Content = {"content": drawn.content, "embed": embed, "allowed_mentions": NOBODY}
    if drawn.rows:
        said["view"] = _view(drawn)
    return said


def nonce(delivery: Delivery) -> str:
    """22 characters that are the same for each attempt of a delivery, and for no other delivery or destination."""
    key = f"{delivery.id}\0{delivery.channel}".encode()
    return base64.urlsafe_b64encode(hashlib.blake2b(key, digest_size=16).digest()).rstrip(b"=").decode()


def ref(delivery: Delivery) -> str:
    """What stands small below a message, so that it is found again long after Discord has forgotten the nonce."""
    return f"ref {nonce(delivery)[:_REF]}"


def _view(drawn: Drawn) -> discord.ui.View:
    """The rows of buttons. Finished before it is sent: presses are heard by id, also those of before a restart."""
    view = discord.ui.View(timeout=None)
    for position, row in enumerate(drawn.rows):
        for each in row:
            view.add_item(discord.ui.Button(label=each["label"], custom_id=each["custom_id"], row=position))
    view.stop()
    return view
