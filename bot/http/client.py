"""The client itself: one GET with validators, at most five judged redirects, one deadline for all of it."""

import asyncio
import errno
import os
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Self
from urllib.parse import urljoin

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.errors import AddressBlocked, BadStatus, FetchError, TimedOut, Unreachable
from bot.http.address import NOT_PUBLIC, AddressGuard, Network, admitted
from bot.http.body import ACCEPT_ENCODING, Places, read_capped, read_head, too_large
from bot.http.names import NotingResolver, PoolResolver
from bot.http.providers import Lines, Pauses
from bot.http.robots import MOST_BYTES, Robots
from bot.model.fetch import PLAIN, Manners, Response
from bot.model.source import NO_CURSOR, Cursor
from bot.protocols import Clock

# One sentence for a closed, a filtered and a mute port, and for one that speaks another protocol: who may add
# sources must not learn from the answers which ports of a network are open.
NO_ANSWER = "the server can't be reached or does not answer"

_VALIDATORS = frozenset({"If-None-Match", "If-Modified-Since"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_LONGEST_WAIT = 86_400.0
# Rules, feed and pages of a host follow one another closely; its polls lie minutes apart. Kept for longer, the
# connections of a pass over 2,000 hosts would be more files than a process may open.
_IDLE_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What one GET may cost. `seconds` is for all of it, redirects too, but not for waiting for its turn.

    `large_at_once` bodies of over 250 KB may be held at once; the others wait, without running out of time.
    """

    seconds: float = 30.0
    connect_seconds: float = 10.0
    body_bytes: int = 10_000_000
    redirects: int = 5
    per_host: int = 1
    per_provider: int = 4
    at_once: int = 100
    large_at_once: int = 4


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class _Hop:
    """A redirect: where it leads, and whether for good."""

    target: URL
    permanent: bool


_ReadBody = Callable[[aiohttp.ClientResponse, asyncio.Timeout], Awaitable[bytes]]
_Gate = Callable[[URL], Awaitable[None]]


class HttpFetcher:
    """GET over http(s), to public addresses only. Usable as `async with`, or end it with `close`."""

    def __init__(
        self,
        user_agent: str,
        clock: Clock,
        *,
        allowed_networks: Iterable[Network | str] = (),
        limits: Limits = DEFAULT_LIMITS,
        resolver: AbstractResolver | None = None,
    ) -> None:
        """`user_agent` says who asks and where to complain; `allowed_networks` are dialled though not public."""
        self._user_agent = user_agent
        self._clock = clock
        self._guard = AddressGuard(allowed_networks)
        self._limits = limits
        self._names = NotingResolver(resolver or PoolResolver())
        self._lines = Lines(limits.per_host, limits.per_provider, limits.at_once)
        self._pauses = Pauses(clock)
        self._places = Places(limits.large_at_once)
        self._robots = Robots(self._ask_robots, clock)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Ready at once; connections are made when needed."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close."""
        await self.close()

    async def close(self) -> None:
        """Let go of all connections; safe to call twice."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()
        await self._names.close()

    async def get(
        self, url: str, *, cursor: Cursor = NO_CURSOR, accept: str = "*/*", manners: Manners = PLAIN
    ) -> Response:
        """GET with validators from `cursor`; 2xx or 304, else a FetchError with one public sentence."""
        agent = manners.agent or self._user_agent
        headers = {"Accept": accept, "User-Agent": agent, **_validators(cursor)}
        gate = partial(self._robots.admit, agent=agent) if manners.robots else _open
        return await self._follow(admitted(url), headers, gate, self._whole)

    async def _ask_robots(self, target: URL, agent: str) -> bytes:
        headers = {"Accept": "text/plain, */*;q=0.1", "User-Agent": agent}
        return (await self._follow(target, headers, _open, self._beginning)).body

    async def _follow(self, target: URL, headers: dict[str, str], gate: _Gate, read: _ReadBody) -> Response:
        """The answer at the end of the redirects; `gate` says of each address whether it may be asked for."""
        seconds = self._limits.seconds
        first, for_good = target, True
        for _ in range(self._limits.redirects + 1):
            await gate(target)
            answer, taken = await self._in_turn(target, headers, seconds, read)
            seconds -= taken
            if isinstance(answer, Response):
                return replace(answer, moved_to=answer.url) if for_good and is_move(first, target) else answer
            target, for_good = answer.target, for_good and answer.permanent
        raise FetchError(f"the address redirects more than {self._limits.redirects} times")

    async def _in_turn(
        self, target: URL, headers: dict[str, str], seconds: float, read: _ReadBody
    ) -> tuple[Response | _Hop, float]:
        """The answer and the seconds that it took; HeldBack while the provider wants a pause."""
        loop = asyncio.get_running_loop()
        host = target.raw_host or ""
        server = await self._names.server_of(host, self._limits.connect_seconds)
        async with self._lines.turn(host, server):
            self._pauses.check(host, server)
            started = loop.time()
            try:
                return await self._ask(target, headers, seconds, read), loop.time() - started
            except BadStatus as answer:
                self._pauses.heard(host, server, answer)
                raise

    async def _ask(self, target: URL, headers: dict[str, str], seconds: float, read: _ReadBody) -> Response | _Hop:
        """One request: its answer, or where it redirects to. Every way it can fail becomes a FetchError.

        Raised `from None`, for the words of what led to it may hold the address with its query, which may be a key.
        """
        refused = self._guard.watch()
        began = False
        try:
            async with (
                asyncio.timeout(max(seconds, 0.0)) as limit,
                self._connected().get(target, headers=headers, allow_redirects=False) as response,
            ):
                began = True
                return await self._read(response, read, limit)
        except TimeoutError as error:
            if began:
                raise TimedOut(f"the answer took longer than {self._limits.seconds:g} s") from None
            raise TimedOut(NO_ANSWER, cause=_in_short(error, target)) from None
        except aiohttp.InvalidURL as error:  # such as 127.1, which only an operating system takes for an address
            raise AddressBlocked(NOT_PUBLIC, cause=_in_short(error, target)) from None
        except aiohttp.ClientConnectorCertificateError as error:
            raise Unreachable("the server's certificate is not valid", cause=_in_short(error, target)) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if refused:
                raise AddressBlocked(NOT_PUBLIC, cause=f"{target.host} leads to {', '.join(refused)}") from None
            raise Unreachable(NO_ANSWER, cause=_in_short(error, target)) from None

    async def _read(self, response: aiohttp.ClientResponse, read: _ReadBody, limit: asyncio.Timeout) -> Response | _Hop:
        status = response.status
        if status in _REDIRECTS and "Location" in response.headers:
            response.close()
            return _Hop(_onward(response), status in _PERMANENT)
        if status == 304 and not _VALIDATORS.isdisjoint(response.request_info.headers):
            return self._response(response, b"", not_modified=True)
        if not 200 <= status < 300:
            response.close()
            raise BadStatus(status, retry_after=self._retry_after(response))
        try:
            body = await read(response, limit)
        except BaseException:
            response.close()
            raise
        return self._response(response, body, not_modified=False)

    async def _whole(self, response: aiohttp.ClientResponse, limit: asyncio.Timeout) -> bytes:
        cap = self._limits.body_bytes
        if (response.content_length or 0) > cap:
            raise too_large(cap)
        place = partial(self._places.take, limit)
        return await read_capped(response.content.iter_any(), _encoding(response), cap, NO_ANSWER, place)

    async def _beginning(self, response: aiohttp.ClientResponse, _limit: asyncio.Timeout) -> bytes:
        body, whole = await read_head(response.content.iter_any(), _encoding(response), MOST_BYTES, NO_ANSWER)
        if not whole:
            response.close()
        return bytes(body)

    def _response(self, response: aiohttp.ClientResponse, body: bytes, *, not_modified: bool) -> Response:
        return Response(
            status=response.status,
            url=str(response.url),
            body=body,
            content_type=_clean(response.headers.get("Content-Type", "")),
            etag=_clean(response.headers.get("ETag", "")),
            last_modified=_clean(response.headers.get("Last-Modified", "")),
            not_modified=not_modified,
        )

    def _retry_after(self, response: aiohttp.ClientResponse) -> float | None:
        """Seconds from now, between 0 and a day; None where the header says nothing that can be read."""
        text = response.headers.get("Retry-After", "").strip()
        if not text:
            return None
        if text.isascii() and text.isdigit():
            return min(float(text[:10]), _LONGEST_WAIT)
        try:
            seconds = (parsedate_to_datetime(text) - self._clock.now()).total_seconds()
        except (ValueError, TypeError, OverflowError):
            return None
        return min(max(seconds, 0.0), _LONGEST_WAIT)

    def _connected(self) -> aiohttp.ClientSession:
        """The session, made at the first use because it belongs to the running loop."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    socket_factory=self._guard,
                    resolver=self._names,
                    use_dns_cache=False,
                    limit=0,  # turns are taken in _turn
                    keepalive_timeout=_IDLE_SECONDS,
                ),
                headers={"Accept-Encoding": ACCEPT_ENCODING},
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._limits.connect_seconds),
                auto_decompress=False,
                trust_env=False,
            )
        return self._session


def _in_short(error: Exception, target: URL) -> str:
    """The kind of trouble, the host, and the system's word for it; not the error's own words: they may hold the URL."""
    system = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    return ": ".join(part for part in (type(error).__name__, target.host, _system_word(system)) if part)


def _system_word(error: Exception) -> str:
    """What the system or OpenSSL calls it; "" for what has no number of theirs (that of a name server is another)."""
    match error:
        case ssl.SSLCertVerificationError():
            return error.verify_message
        case ssl.SSLError():
            return error.reason or ""
        case OSError(errno=int(number)) if number in errno.errorcode and not isinstance(error, socket.gaierror):
            return os.strerror(number)
    return ""


def _onward(response: aiohttp.ClientResponse) -> URL:
    """Where a redirect leads, judged anew."""
    try:
        return admitted(urljoin(str(response.url), response.headers["Location"]))
    except ValueError as error:
        raise AddressBlocked(NOT_PUBLIC, cause=f"redirect: {type(error).__name__}") from None


async def _open(target: URL) -> None:
    """The gate of an address that nobody's rules forbid."""


def is_move(first: URL, last: URL) -> bool:
    """Whether the page is elsewhere now; an address that gives up encryption is not taken over."""
    return last is not first and last != first and not (first.scheme == "https" and last.scheme == "http")


def _encoding(response: aiohttp.ClientResponse) -> str:
    return response.headers.get("Content-Encoding", "")


def _validators(cursor: Cursor) -> dict[str, str]:
    """The headers of a conditional GET."""
    pairs = (("If-None-Match", cursor.etag), ("If-Modified-Since", cursor.last_modified))
    return {name: value for name, value in pairs if value}


def _clean(value: str) -> str:
    """A header worth keeping and sending back: printable ASCII, else nothing."""
    return value if value.isascii() and value.isprintable() else ""
