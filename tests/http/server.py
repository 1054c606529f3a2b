"""A server of raw bytes on real sockets: it sends exactly what a test says, however wrong that is."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Self

CRLF = b"\r\n"


@dataclass(frozen=True)
class Request:
    """What arrived: path with query, headers in lower case, and the local address that was dialled."""

    path: str
    headers: dict[str, str]
    local: str


Handler = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Server:
    """One port, any number of local addresses; `routes` maps a path without query to its handler."""

    routes: dict[str, Handler] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    dialled: list[str] = field(default_factory=list)
    port: int = 0

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def on(self, path: str, status: str = "200 OK", body: bytes = b"", **headers: str) -> Self:
        self.routes[path] = fixed(status, body, **headers)
        return self

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        local = str(writer.get_extra_info("sockname")[0])
        self.dialled.append(local)
        try:
            while len(words := (await reader.readline()).split()) == 3:
                request = Request(words[1].decode("latin-1"), await headers_of(reader), local)
                self.requests.append(request)
                handler = self.routes.get(request.path.partition("?")[0], fixed("404 Not Found"))
                await handler(request, writer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


async def headers_of(reader: asyncio.StreamReader) -> dict[str, str]:
    found: dict[str, str] = {}
    while (line := await reader.readline()) not in (CRLF, b""):
        name, _, value = line.decode("latin-1").partition(":")
        found[name.strip().lower()] = value.strip()
    return found


def answer(status: str = "200 OK", body: bytes = b"", **headers: str) -> bytes:
    """A complete answer; `content_type="a/b"` becomes `Content-Type: a/b`."""
    lines = [f"HTTP/1.1 {status}"]
    if "Content_Length" not in headers and "Transfer_Encoding" not in headers:
        headers["Content_Length"] = str(len(body))
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("latin-1") + CRLF + CRLF + body


def fixed(status: str = "200 OK", body: bytes = b"", **headers: str) -> Handler:
    async def handle(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(status, body, **headers))

    return handle


def endless(head: bytes, piece: bytes) -> Handler:
    """The same piece again and again until nobody listens."""

    async def handle(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while not writer.is_closing():
            writer.write(piece)
            await writer.drain()

    return handle


def mute(sent: bytes = b"") -> Handler:
    """Sends that much and then nothing, for ever."""

    async def handle(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(sent)
        await writer.drain()
        await asyncio.Event().wait()

    return handle


@asynccontextmanager
async def serving(*hosts: str) -> AsyncIterator[Server]:
    """A server on one free port of all these addresses (127.0.0.1 when none is named)."""
    server = Server()
    listeners: list[asyncio.Server] = []
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        await server.connected(reader, writer)
        tasks.discard(task)

    for host in hosts or ("127.0.0.1",):
        sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if ":" in host:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind((host, server.port))
        server.port = sock.getsockname()[1]
        listeners.append(await asyncio.start_server(connected, sock=sock))
    try:
        yield server
    finally:
        for listener in listeners:
            listener.close()
        for task in tasks.copy():
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
