"""The library's client: made so that it stays quiet, logged in once, and asked so that every failure is one of ours."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextvars import ContextVar
from typing import Any, TypeVar

import aiohttp
import discord
from discord.http import Route

from bot.chat.discord.errors import FAILURES, of_exception
from bot.chat.discord.places import INVITED, SCOPES
from bot.chat.discord.sending import NOBODY
from bot.errors import ChannelGone, DeliveryError, TryLater, Uncertain
from bot.model.limits import Scope

SECONDS = 20
"""How long one call may take; what has not been answered by then may have arrived."""
WAIT = 5.0
"""Seconds that the library may wait by itself where Discord asks for a pause; longer ones are the outbox's affair."""
DEAF = 60.0
"""Seconds without a word from the gateway after which a connection is made anew, unless a setting says otherwise."""
LONGEST_PAUSE = 3600.0
"""Seconds; a longer one with an accepted message is a mistake of the other side."""

_concerned: ContextVar[Scope] = ContextVar("_concerned", default="channel")
"""What the last 429 to the call under way was about: the library tells the time alone."""
_full: ContextVar[float] = ContextVar("_full", default=0.0)
"""Seconds until the channel of the call under way takes more; 0 where it does at once."""

T = TypeVar("T")


class _Client(discord.Client):
    """The library's client, which tells nothing any more once it is closed.

    Left to itself it goes on for two seconds after it connected, and fails where it was closed meanwhile.
    """

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Called by the library for all that it hears."""
        if not self.is_closed():
            super().dispatch(event, *args, **kwargs)


def new_client(base_url: str, *, deaf: float = DEAF) -> discord.Client:
    """A client of this API: hears of servers and channels alone, pings nobody.

    After `deaf` seconds without a word from the gateway the connection is made anew.
    """
    # The library's own log names addresses that hold tokens of interactions.
    logging.getLogger("discord").setLevel(logging.CRITICAL)
    Route.BASE = base_url
    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(_made_once)
    trace.on_request_end.append(_heard_of_limits)
    client = _Client(
        intents=discord.Intents(guilds=True),
        allowed_mentions=NOBODY,
        max_messages=None,
        heartbeat_timeout=deaf,
        http_trace=trace,
    )
    client.http.max_ratelimit_timeout = WAIT
    return client


async def _heard_of_limits(_session: object, _context: object, done: aiohttp.TraceRequestEndParams) -> None:
    """Without `Via` it is not Discord that answers but whoever stands before it, and means the address of the bot.

    An accepted message may be the last one that its channel takes for a while.
    """
    if done.method == "POST":
        _full.set(_seconds_until_more(done.response.headers))
    if done.response.status == 429:
        headers = done.response.headers
        everywhere = headers.get("X-RateLimit-Scope") == "global" or "Via" not in headers
        _concerned.set("platform" if everywhere else "channel")


def _seconds_until_more(headers: Mapping[str, str]) -> float:
    """0 where more may come at once: https://discord.com/developers/docs/topics/rate-limits#header-format."""
    if headers.get("X-RateLimit-Remaining") != "0":
        return 0.0
    return min(max(float(headers.get("X-RateLimit-Reset-After", "0")), 0.0), LONGEST_PAUSE)


async def _made_once(_session: object, _context: object, done: aiohttp.TraceRequestEndParams) -> None:
    """Keep the library from making a post in a forum anew where Discord had trouble: a post bears no nonce."""
    if done.method == "POST" and done.url.path.endswith("/threads") and done.response.status >= 500:
        done.response.close()
        raise aiohttp.ClientPayloadError(f"Discord answered {done.response.status}")


class Login:
    """One bot token, logged in when it is first used."""

    def __init__(self, token: str, base_url: str) -> None:
        """`base_url` is that of the REST API; nothing is asked yet."""
        self._token = token
        self._base_url = base_url
        self._client: discord.Client | None = None
        self._asking = asyncio.Lock()
        self._refused: ChannelGone | None = None

    async def client(self) -> discord.Client:
        """The library's client, logged in. A refused token is not tried again: that gets the address banned."""
        async with self._asking:
            if self._refused is not None:
                raise self._refused
            if self._client is None:
                client = new_client(self._base_url)
                try:
                    await self.asked(client.login(self._token))
                except DeliveryError as error:
                    await client.close()
                    if isinstance(error, Uncertain):  # nothing was posted yet that might have arrived
                        raise TryLater("Discord can't be reached") from None
                    raise
                self._client = client
            return self._client

    async def close(self) -> None:
        """Let go of connections; safe to call twice."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def own_id(self) -> int:
        """The id of the bot's user; 0 where Discord has not told it."""
        user = (await self.client()).user
        return user.id if user else 0

    async def asked(self, call: Awaitable[T]) -> T:
        """The answer; every way it can fail becomes a DeliveryError."""
        _concerned.set("channel")
        _full.set(0.0)
        try:
            async with asyncio.timeout(SECONDS):
                return await call
        except FAILURES as error:
            raised = of_exception(error, _concerned.get())
            if isinstance(error, discord.LoginFailure) or getattr(error, "status", 0) == 401:
                self._refused = ChannelGone(str(raised))
            raise raised from None


def full_for() -> float:
    """Seconds until the channel takes more that a call of this task has just posted to; 0 where it does at once."""
    return _full.get()


def invite(client: discord.Client) -> str:
    """What to do where the bot is in no server: the link with what it needs."""
    link = discord.utils.oauth_url(client.application_id or 0, permissions=INVITED, scopes=SCOPES)
    return f"the bot is in no server yet: open {link}"


async def everything(found: AsyncIterator[T]) -> list[T]:
    """All pages of what the library gives one by one."""
    return [each async for each in found]
