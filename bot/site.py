"""A port of our own, and the pages that whoever has something to show there shows. One port is one site."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

EVERYWHERE = "0.0.0.0"  # noqa: S104 - a container or a host hands requests over from outside
LARGEST = 1_000_000
"""Bytes of a request that are read."""
GOODBYE = 1.0
"""Seconds that answers under way get when the last page is taken down."""


class Site:
    """Listens while it has a page at least."""

    def __init__(self, port: int, host: str = EVERYWHERE) -> None:
        """Nothing is opened yet; port 0 takes any that is free."""
        self._host = host
        self._port = port
        self._pages: dict[tuple[str, str], Handler] = {}
        self._turn = asyncio.Lock()
        self._runner: web.AppRunner | None = None

    @property
    def port(self) -> int:
        """The port that is listened to, or shall be."""
        addresses = self._runner.addresses if self._runner else []
        return int(addresses[0][1]) if addresses else self._port

    @property
    def is_open(self) -> bool:
        """Whether it listens."""
        return self._runner is not None

    async def show(self, method: str, path: str, handler: Handler) -> bool:
        """Answer such requests by this handler. Whether the site was opened for it.

        OSError where the port can't be had; the page is shown as soon as it can, with the next one.
        """
        self._pages[method, path] = handler
        async with self._turn:
            if self._runner is not None:
                return False
            await self._open()
            return True

    async def take_down(self, method: str, path: str) -> None:
        """Answer such requests no more; the last page closes the site. Safe to call twice."""
        self._pages.pop((method, path), None)
        async with self._turn:
            if self._pages or self._runner is None:
                return
            runner, self._runner = self._runner, None
            await runner.cleanup()

    async def _open(self) -> None:
        application = web.Application(client_max_size=LARGEST)
        application.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=GOODBYE)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = "GET" if request.method == "HEAD" else request.method
        handler = self._pages.get((method, request.path))
        if handler is not None:
            return await handler(request)
        known = sorted(known for known, path in self._pages if path == request.path)
        if known:
            return web.Response(status=405, text="use another method\n", headers={"Allow": ", ".join(known)})
        return web.Response(status=404, text="nothing is here\n")


_sites: WeakValueDictionary[tuple[str, int], Site] = WeakValueDictionary()


def site_at(port: int, host: str = EVERYWHERE) -> Site:
    """The one site of this process at this port; port 0 is a new one each time."""
    if not port:
        return Site(port, host)
    site = _sites.get((host, port)) or Site(port, host)
    _sites[host, port] = site
    return site


def in_use(error: OSError) -> str:
    """Why a port can't be had, as the system says it; the server's own sentence repeats the address."""
    return os.strerror(error.errno).lower() if error.errno else str(error)


def parse_address(text: str) -> tuple[str, int]:
    """Read `9464` or `127.0.0.1:9464`; ValueError where it is neither."""
    host, _, port = text.strip().rpartition(":")
    if not (port.isascii() and port.isdigit() and 0 < int(port) <= 65535):
        raise ValueError(f"{text!r} is no port")
    return host.strip("[]") or EVERYWHERE, int(port)
