"""Bodies are unpacked as they arrive and never beyond the cap, so that a bomb costs no more than a page."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextvars import ContextVar
from typing import Protocol

from bot.errors import FetchError, TooLarge, Unreachable

ACCEPT_ENCODING = "gzip, deflate"

LARGE = 250_000
"""Bytes from which on a body needs a place among the few that may be so large at once."""

_STEP = 65_536
_GZIP_OR_ZLIB = 47  # zlib's own sign for "tell gzip and zlib apart by the header"
_RAW = -15
_MOST_MEMBERS = 1_000  # empty members cost time and give no bytes, so the cap alone would not end them


class Unpacker(Protocol):
    """Takes the bytes of the wire, gives those of the page."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Small pieces, made as they are asked for, so that who stops asking never holds a whole bomb."""
        ...

    def finish(self) -> None:
        """Unreachable where the end is missing."""
        ...


class Plain:
    """Nothing to unpack."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The bytes as they are."""
        yield data

    def finish(self) -> None:
        """Any end is an end."""


class Inflater:
    """gzip (also several members in a row), zlib, and the bare deflate that some servers send for it."""

    def __init__(self) -> None:
        """Which of them it is shows with the first bytes."""
        self._machine: zlib._Decompress | None = None
        self._head = b""
        self._members = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Unpack in steps."""
        data = self._head + data
        self._head = data if len(data) < 2 else b""
        while data and not self._head:
            if self._machine is None or self._machine.eof:
                if self._machine is not None and not data.startswith(b"\x1f\x8b"):
                    return  # padding behind the last member is not part of the page
                self._machine = self._next_member(data)
            yield self._machine.decompress(data, _STEP)
            data = self._machine.unconsumed_tail or self._machine.unused_data

    def _next_member(self, data: bytes) -> zlib._Decompress:
        self._members += 1
        if self._members > _MOST_MEMBERS:
            raise zlib.error("too many packed parts")
        return zlib.decompressobj(_wbits(data))

    def finish(self) -> None:
        """A body that stops in the middle is no body."""
        if self._head or (self._machine is not None and not self._machine.eof):
            raise zlib.error("the packed body ends early")


def _wbits(data: bytes) -> int:
    """Raw deflate has no header; zlib's is a multiple of 31 with method 8 (RFC 1950)."""
    is_zlib = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
    return _GZIP_OR_ZLIB if is_zlib or data.startswith(b"\x1f\x8b") else _RAW


def unpacker_for(encoding: str) -> Unpacker:
    """What unpacks that Content-Encoding; FetchError for one that was not asked for."""
    match encoding.strip().lower():
        case "" | "identity":
            return Plain()
        case "gzip" | "x-gzip" | "deflate":
            return Inflater()
        case other:
            raise FetchError("the server packs its answer in a way that was not asked for", cause=f"{other[:40]!r}")


class Places:
    """How many large bodies may be held at once, over all sources. Who has a place keeps it until its task is done.

    So it has it while the body is read into articles, too; the tasks that it starts for pages share it, for they must
    not wait for a place that waits for them.
    """

    def __init__(self, at_once: int) -> None:
        """Nobody has one."""
        self._free = asyncio.Semaphore(at_once)
        self._mine: ContextVar[bool] = ContextVar("mine", default=False)

    async def take(self, limit: asyncio.Timeout) -> None:
        """Wait for a place; `limit` goes on when there is one, by what was left of it."""
        task, until, loop = asyncio.current_task(), limit.when(), asyncio.get_running_loop()
        if self._mine.get() or task is None or until is None:
            return
        began = loop.time()
        limit.reschedule(None)
        await self._free.acquire()
        self._mine.set(True)
        task.add_done_callback(lambda _: self._free.release())
        limit.reschedule(until + loop.time() - began)


async def read_capped(
    chunks: AsyncIterator[bytes], encoding: str, cap: int, broken: str, when_large: Callable[[], Awaitable[None]]
) -> bytes:
    """The unpacked body, at most `cap` bytes; TooLarge beyond, Unreachable(`broken`) where it can't be unpacked.

    `when_large` is awaited before more than LARGE bytes of it are held.
    """
    body, whole = await _read(chunks, encoding, cap, broken, when_large)
    if not whole:
        raise too_large(cap)
    return bytes(body)


async def read_head(chunks: AsyncIterator[bytes], encoding: str, cap: int, broken: str) -> tuple[bytearray, bool]:
    """The first `cap` bytes of the unpacked body, and whether they are all; Unreachable as for `read_capped`."""
    return await _read(chunks, encoding, cap, broken, _at_once)


async def _at_once() -> None:
    """Nothing to wait for: what reads the head of a body alone holds little."""


async def _read(
    chunks: AsyncIterator[bytes], encoding: str, cap: int, broken: str, when_large: Callable[[], Awaitable[None]]
) -> tuple[bytearray, bool]:
    unpacker = unpacker_for(encoding)
    body = bytearray()
    wire = 0
    large = False
    try:
        async for chunk in chunks:
            wire += len(chunk)
            for piece in unpacker.feed(chunk):
                body += piece
                if max(len(body), wire) > cap:
                    del body[cap:]
                    return body, False
                if len(body) > LARGE and not large:
                    large = True
                    await when_large()
        unpacker.finish()
    except zlib.error as error:
        raise Unreachable(broken, cause=f"unpacking: {error}") from error
    return body, True


def too_large(cap: int) -> TooLarge:
    """The error that names the cap."""
    return TooLarge(f"the answer is larger than {cap / 1_000_000:g} MB")
