"""The socket of one workspace: opened, watched, and made anew whatever has happened to it."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress

import structlog
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.slack.errors import FAILURES, SECONDS, of_exception
from bot.chat.slack.quiet import quiet_logger
from bot.chat.slack.workspace import Workspace
from bot.errors import ChannelGone, DeliveryError, Rejected, TryLater

log = structlog.get_logger()

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds between two tries to open a socket; each wait is twice the one before."""
PATIENCE = 6
"""Pings without an answer after which the SDK's own reconnecting is given up for a new socket."""
GOODBYE = 1.0
"""Seconds that Slack has to say goodbye."""


class Socket:
    """Keeps a socket open until it is closed. What goes wrong is one line in the log, and so is the end of it."""

    note = ""

    def __init__(self, workspace: Workspace, token: str, base_url: str, ping: float) -> None:
        """`token` is the app's own; `ping` are the seconds between two looks whether the socket lives."""
        self._workspace = workspace
        self._token = token
        self._base_url = base_url
        self._ping = ping
        self._trouble = ""
        self._told = False
        self._task: asyncio.Task[None] | None = None

    @property
    def listens(self) -> bool:
        """Whether the socket lived when it was last looked at."""
        return self._told and not self._trouble and self._task is not None and not self._task.done()

    def open(self, make: Callable[[], AsyncApp]) -> None:
        """Begin to listen; `make` makes the app that hears what comes."""
        self._task = asyncio.create_task(self._keep(make), name="slack socket")

    async def close(self) -> None:
        """Stop listening; safe to call twice."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def refused(self) -> str:
        """Why Slack opens no socket for the app's token, with the fix; "" when it does."""
        try:
            await self._permission()
        except DeliveryError as error:
            return str(error)
        return ""

    async def _keep(self, make: Callable[[], AsyncApp]) -> None:
        while True:
            try:
                return await self._try(make)
            except Exception:  # a fault of ours must not leave a workspace unheard
                log.exception("slack is not listened to now, tried again", where=self._workspace.label)
                await asyncio.sleep(LONGEST_WAIT)

    async def _try(self, make: Callable[[], AsyncApp]) -> None:
        """Until Slack refuses a token for good."""
        wait = FIRST_WAIT
        while True:
            try:
                await self._workspace.identity()
                address = await self._permission()
            except (ChannelGone, Rejected) as error:
                log.error("slack is not listened to", reason=str(error), where=self._workspace.label)
                return
            except DeliveryError as error:
                self._tell(str(error))
                await asyncio.sleep(max(wait, (error.retry_after or 0.0) if isinstance(error, TryLater) else 0.0))
                wait = min(2 * wait, LONGEST_WAIT)
                continue
            wait = FIRST_WAIT
            await self._listen(make(), address)

    async def _listen(self, app: AsyncApp, address: str) -> None:
        """Over one client of the SDK, which reconnects by itself, as long as it does so in time."""
        handler = AsyncSocketModeHandler(app, self._token, app.logger, self._web(), ping_interval=self._ping)
        handler.client.wss_uri = address
        connecting = asyncio.create_task(handler.connect_async())  # type: ignore[no-untyped-call]
        silent = 0
        try:
            await asyncio.wait({connecting}, timeout=self._ping)
            while silent < PATIENCE:
                alive = await handler.client.is_connected()
                silent = 0 if alive else silent + 1
                self._tell("" if alive else "the connection broke" if silent > 1 else self._trouble)
                await asyncio.sleep(self._ping)
        finally:
            connecting.cancel()
            await _in_any_case(_end(handler))

    async def _permission(self) -> str:
        """The address of a socket; what is wrong with the token is told here, before the SDK goes round in it."""
        try:
            return str((await self._web().apps_connections_open(app_token=self._token))["url"])
        except (*FAILURES, KeyError) as error:
            found = of_exception(error)
            found.args = (str(found).replace("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"),)
            raise found from None

    def _web(self) -> AsyncWebClient:
        return AsyncWebClient(self._token, self._base_url, timeout=SECONDS, retry_handlers=[], logger=quiet_logger())

    def _tell(self, trouble: str) -> None:
        """What is wrong once, and once that it is over."""
        if trouble and trouble != self._trouble:
            log.warning("slack is not listened to now, tried again", reason=trouble, where=self._workspace.label)
        elif not trouble and (self._trouble or not self._told):
            log.info("slack is listened to" + " again" * self._told, where=self._workspace.label)
            self._told = True
        self._trouble = trouble


async def _in_any_case(work: Coroutine[None, None, None]) -> None:
    """Do it to its end, also where somebody stops waiting for it meanwhile."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise


async def _end(handler: AsyncSocketModeHandler) -> None:
    """Close politely where Slack still answers, and close in any case."""
    # First, or else the SDK takes the goodbye for a break and opens another socket.
    handler.client.closed = True
    handler.client.auto_reconnect_enabled = False
    with suppress(Exception):
        await asyncio.wait_for(handler.client.disconnect(), GOODBYE)  # type: ignore[no-untyped-call]
    with suppress(Exception):
        await handler.client.aiohttp_client_session.close()
    with suppress(Exception):
        await handler.close_async()  # type: ignore[no-untyped-call]
