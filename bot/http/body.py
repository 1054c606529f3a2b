"""Bodies are unpacked as they arrive and never beyond the cap, so that a bomb costs no more than a page."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Protocol

from bot.errors import FetchError, TooLarge, Unreachable

ACCEPT_ENCODING = "gzip, deflate"

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


async def read_capped(chunks: AsyncIterator[bytes], encoding: str, cap: int, broken: str) -> bytes:
    """The unpacked body, at most `cap` bytes; TooLarge beyond, Unreachable(`broken`) where it can't be unpacked."""
    body, whole = await read_head(chunks, encoding, cap, broken)
    if not whole:
        raise too_large(cap)
    return bytes(body)


async def read_head(chunks: AsyncIterator[bytes], encoding: str, cap: int, broken: str) -> tuple[bytearray, bool]:
    """The first `cap` bytes of the unpacked body, and whether they are all; Unreachable as for `read_capped`."""
    unpacker = unpacker_for(encoding)
    body = bytearray()
    wire = 0
    try:
        async for chunk in chunks:
            wire += len(chunk)
            for piece in unpacker.feed(chunk):
                body += piece
                if max(len(body), wire) > cap:
                    del body[cap:]
                    return body, False
        unpacker.finish()
    except zlib.error as error:
        raise Unreachable(broken, cause=f"unpacking: {error}") from error
    return body, True


def too_large(cap: int) -> TooLarge:
    """The error that names the cap."""
    return TooLarge(f"the answer is larger than {cap / 1_000_000:g} MB")
