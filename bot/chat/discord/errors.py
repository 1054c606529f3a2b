"""What Discord's answers mean for a delivery: try again, park the channel, or give the message up.

The codes are those of <https://discord.com/developers/docs/topics/opcodes-and-status-codes>.
"""

from collections.abc import Mapping
from math import isfinite

import aiohttp
import discord

from bot.errors import ChannelGone, DeliveryError, MessageGone, Rejected, TryLater, Uncertain
from bot.model.limits import Scope

TOKEN = "Discord does not know the token: set DISCORD_TOKEN anew, then start again"  # noqa: S105 - words, no token

GONE: Mapping[int, str] = {
    10003: "the channel is unknown: it was deleted, or its id is wrong",
    10004: "the server is unknown: invite the bot with the link in the README",
    50001: "the bot can't see the channel: allow it View Channel there",
    50006: "the bot may not post embeds there: allow it Embed Links",
    50008: "the bot can't post in a channel of that kind: name a text channel, a thread or a forum",
    50013: "the bot lacks a permission there: namewatch doctor names it",
    50024: "the bot can't post in a channel of that kind: name a text channel, a thread or a forum",
    160005: "the thread is locked: unlock it, or take it off the list",
    160006: "the server has as many active threads as Discord allows: close some",
}
"""Nothing can be posted there until somebody acts; the words say what."""

UNALLOWED = GONE[50013]
"""How a call is refused that lacks a permission: which one Discord does not say."""

REFUSED: Mapping[int, str] = {
    40005: "Discord says that the message is too large",
    50005: "the message is not the bot's own",
    50035: "Discord does not accept the form of the message",
    50083: "the thread is archived",
    160004: "the message has a thread already",
    200000: "the server's AutoMod blocked the message",
    240000: "Discord blocked a link of the message as harmful",
}
"""This message will never be accepted; others may."""

DELETED = 10008
"""The code of a message that is there no more."""

CLOSED: Mapping[int, str] = {
    4004: TOKEN,
    4010: "Discord says that the shard is wrong: start again",
    4011: "the bot is in more servers than one connection may serve",
    4012: "Discord does not speak this version of its protocol any more: update Namewatch",
    4013: "Discord does not know an intent of the bot: update Namewatch",
    4014: "Discord does not allow an intent of the bot: none but Guilds is needed; update Namewatch",
}
"""How the gateway closes where connecting again would not help."""

ASLEEP = REFUSED[50083]
"""How a message in an archived thread is refused; the thread can be woken."""

OPENED = REFUSED[160004]
"""How the opening of a thread is refused that was opened before."""

_FORBIDDEN: Mapping[int, str] = {
    401: TOKEN,
    403: "Discord does not allow the bot to post there ({})",
    404: "Discord does not find the channel ({})",
}

FAILURES = (discord.DiscordException, aiohttp.ClientError, OSError, ValueError)
"""What a call through the library raises where it does not succeed; a timeout is an OSError."""


def of_code(status: int, code: int = 0, *, retry_after: float | None = None, scope: Scope = "channel") -> DeliveryError:
    """The error for an HTTP status and a code of Discord's; an unknown code is refused, for a loop helps nobody.

    Where Discord forbids or can't find something for an unknown reason, the channel is parked: asking on and on gets
    the address banned.
    """
    if status == 429:
        return TryLater("Discord asks to wait", retry_after=retry_after, scope=scope)
    if status >= 500:
        return Uncertain(f"Discord had trouble ({status}): the message may have arrived")
    if code == DELETED:
        return MessageGone("the message was deleted")
    if code in REFUSED:
        return Rejected(REFUSED[code])
    if code in GONE or status in _FORBIDDEN:
        return ChannelGone(GONE.get(code) or _FORBIDDEN[status].format(code or status))
    return Rejected(f"Discord refused the message: {code or status}")


def of_exception(error: Exception, scope: Scope = "channel") -> DeliveryError:
    """What one of `FAILURES` means; `scope` is what a 429 was about."""
    match error:
        case discord.LoginFailure():
            return ChannelGone(TOKEN)
        case discord.RateLimited():
            return TryLater("Discord asks to wait", retry_after=error.retry_after, scope=scope)
        case discord.HTTPException():
            return of_code(error.status, error.code, retry_after=_retry_after(error), scope=scope)
        case discord.ConnectionClosed() | discord.PrivilegedIntentsRequired():
            return of_close(getattr(error, "code", 4014))
        case aiohttp.ClientConnectorError() | aiohttp.InvalidURL() | discord.GatewayNotFound():
            return TryLater("Discord can't be reached")
    return Uncertain("the connection to Discord broke: the message may have arrived")


def of_close(code: int) -> DeliveryError:
    """What the code means that the gateway closed with."""
    return ChannelGone(CLOSED[code]) if code in CLOSED else TryLater(f"Discord closed the connection ({code})")


def _retry_after(error: discord.HTTPException) -> float | None:
    try:
        seconds = float(error.response.headers.get("Retry-After", ""))
    except ValueError:
        return None
    return max(seconds, 0.0) if isfinite(seconds) else None
