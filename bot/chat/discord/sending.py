"""From what is drawn to what discord.py sends."""

import base64
import hashlib
from typing import TypedDict

import discord

from bot.chat.drawing.embeds import SELECT, Drawn, Part
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


class Anew(TypedDict):
    """The arguments that every way to edit shares."""

    content: str
    embed: discord.Embed
    view: discord.ui.View | None
    allowed_mentions: discord.AllowedMentions


def anew(said: Content) -> Anew:
    """The same in place of what a message holds now, its buttons included."""
    return {"content": said["content"], "embed": said["embed"], "view": said.get("view"), "allowed_mentions": NOBODY}


def nonce(delivery: Delivery) -> str:
    """22 characters that are the same for each attempt of a delivery, and for no other delivery or destination."""
    key = f"{delivery.id}\0{delivery.channel}".encode()
    return base64.urlsafe_b64encode(hashlib.blake2b(key, digest_size=16).digest()).rstrip(b"=").decode()


def ref(delivery: Delivery) -> str:
    """What stands small below a message, so that it is found again long after Discord has forgotten the nonce."""
    return f"ref {nonce(delivery)[:_REF]}"


def _view(drawn: Drawn) -> discord.ui.View:
    """The rows of buttons and menus. Finished before it is sent: they are heard by id, also after a restart."""
    view = discord.ui.View(timeout=None)
    for position, row in enumerate(drawn.rows):
        for each in row:
            view.add_item(_menu(each, position) if each["type"] == SELECT else _button(each, position))
    view.stop()
    return view


def _button(part: Part, row: int) -> discord.ui.Button[discord.ui.View]:
    return discord.ui.Button(label=part["label"], custom_id=part["custom_id"], row=row)


def _menu(part: Part, row: int) -> discord.ui.Select[discord.ui.View]:
    options = [discord.SelectOption(label=each["label"], value=each["value"]) for each in part["options"]]
    return discord.ui.Select(custom_id=part["custom_id"], placeholder=part["placeholder"], options=options, row=row)
