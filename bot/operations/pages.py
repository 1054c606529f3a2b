"""`/healthz`, `/readyz` and `/metrics`: for whoever restarts, routes to or watches the bot."""

from collections.abc import Awaitable, Callable, Sequence

import structlog
from aiohttp import web

from bot.operations.metrics import CONTENT_TYPE, Metrics
from bot.site import Handler, Site, in_use

log = structlog.get_logger()

Troubles = Callable[[], Sequence[str]]


class Pages:
    """The pages, while they are shown."""

    def __init__(
        self, site: Site, metrics: Metrics, *, sick: Troubles, unready: Troubles, gather: Callable[[], Awaitable[None]]
    ) -> None:
        """`sick` and `unready` say why not, a sentence each; `gather` brings the gauges up to date."""
        self._site = site
        self._metrics = metrics
        self._sick = sick
        self._unready = unready
        self._gather = gather
        self._shown: dict[str, Handler] = {"/healthz": self._health, "/readyz": self._ready, "/metrics": self._figures}

    async def open(self) -> None:
        """Show them; a port that can't be had is told, and the bot goes on without."""
        for path, handler in self._shown.items():
            try:
                opened = await self._site.show("GET", path, handler)
            except OSError as error:
                reason = f"port {self._site.port} can't be had ({in_use(error)}): set NAMEWATCH_PORT to a free one"
                log.error("health and metrics are not shown", reason=reason)
                return
            if opened:
                log.info("health and metrics", port=self._site.port, paths=" ".join(self._shown))

    async def close(self) -> None:
        """Show them no more; safe to call twice."""
        for path in self._shown:
            await self._site.take_down("GET", path)

    async def _health(self, _: web.Request) -> web.StreamResponse:
        return _answer(self._sick())

    async def _ready(self, _: web.Request) -> web.StreamResponse:
        return _answer(self._unready())

    async def _figures(self, _: web.Request) -> web.StreamResponse:
        await self._gather()
        return web.Response(body=self._metrics.text(), headers={"Content-Type": CONTENT_TYPE})


def _answer(troubles: Sequence[str]) -> web.Response:
    text = "".join(f"{each}\n" for each in troubles) or "ok\n"
    return web.Response(status=503 if troubles else 200, text=text, headers={"Cache-Control": "no-store"})
