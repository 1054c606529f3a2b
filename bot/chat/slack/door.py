"""Where Slack comes in over HTTP, for those who want no socket: signed requests, each heard once."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier

from bot.chat.slack.workspace import Workspace
from bot.errors import DeliveryError
from bot.protocols import Clock
from bot.site import Site, in_use

log = structlog.get_logger()

PATH = "/slack/events"
WINDOW = timedelta(minutes=5)
"""How old a request may be, or how far in the future: <https://docs.slack.dev/authentication/verifying-requests-from-slack>."""
EVENTS = timedelta(hours=1)
"""How long an event is remembered: Slack tells one again that it thinks was not heard."""


class Door:
    """Takes the requests of all workspaces; which one is meant is told by the secret that a request is signed with."""

    def __init__(self, site: Site, clock: Clock) -> None:
        """Nothing is opened yet; others may show pages at the same port."""
        self._site = site
        self._clock = clock
        self._rooms: list[tuple[SignatureVerifier, AsyncApp]] = []
        self._requests = _Remembered(2 * WINDOW)
        self._events = _Remembered(EVENTS)
        self._listens = False

    @property
    def port(self) -> int:
        """The port that is listened to, or shall be."""
        return self._site.port

    @property
    def listens(self) -> bool:
        """Whether the port is open."""
        return self._site.is_open

    async def admit(self, secret: str, app: AsyncApp) -> None:
        """Hand what is signed with this secret to the app; opens the door for the first."""
        self._rooms.append((SignatureVerifier(secret, _Seconds(self._clock)), app))
        if not self._listens:
            self._listens = True
            await self._open()

    async def close(self) -> None:
        """Stop listening; safe to call twice."""
        self._rooms.clear()
        self._listens = False
        await self._site.take_down("POST", PATH)

    async def _open(self) -> None:
        try:
            await self._site.show("POST", PATH, self._heard)
        except OSError as error:
            reason = f"port {self.port} can't be had ({in_use(error)}): set PORT to a free one"
            log.error("slack is not listened to", reason=reason)
        else:
            log.info("slack is listened to", port=self.port, path=PATH)

    async def _heard(self, request: web.Request) -> web.StreamResponse:
        body, now = await request.read(), self._clock.now()
        stamp, signature = (request.headers.get(f"X-Slack-{name}", "") for name in ("Request-Timestamp", "Signature"))
        app = next((app for verifier, app in self._rooms if _is_signed(verifier, body, stamp, signature)), None)
        if app is None or not self._requests.is_new(signature, now):
            return web.Response(status=401, text="not signed, too old, or heard before")
        if (event := _event(body)) and not self._events.is_new(event, now):
            return web.Response(text="heard before")
        try:
            said = await to_bolt_request(request)
        except (ValueError, TypeError, AttributeError):  # what the SDK makes of a body that it can't read
            return web.Response(status=400, text="not understood")
        return await to_aiohttp_response(await app.async_dispatch(said))


class Entrance:
    """One workspace behind the door."""

    def __init__(self, workspace: Workspace, secret: str, door: Door) -> None:
        """`secret` is what Slack signs the requests of this workspace's app with."""
        self._workspace = workspace
        self._secret = secret
        self._door = door
        self._task: asyncio.Task[None] | None = None

    @property
    def note(self) -> str:
        """Where requests come in."""
        return (
            f"Slack sends requests to port {self._door.port}, {PATH}: its app settings alone show whether they arrive"
        )

    @property
    def listens(self) -> bool:
        """Whether requests can come in."""
        return self._task is not None and self._door.listens

    def open(self, make: Callable[[], AsyncApp]) -> None:
        """Begin to listen; `make` makes the app that hears what comes."""
        self._task = asyncio.create_task(self._begin(make()), name="slack door")

    async def close(self) -> None:
        """Stop listening; safe to call twice."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await self._door.close()

    async def refused(self) -> str:
        """Whether Slack finds the way in can be seen from outside alone."""
        return ""

    async def _begin(self, app: AsyncApp) -> None:
        await self._door.admit(self._secret, app)
        try:
            await self._workspace.identity()
        except DeliveryError as error:
            log.error("slack is not answered", reason=str(error), where=self._workspace.label)


class _Remembered:
    """Marks that were seen within a time."""

    def __init__(self, within: timedelta) -> None:
        self._within = within
        self._until: dict[str, datetime] = {}

    def is_new(self, mark: str, now: datetime) -> bool:
        """Whether it was not seen before; it is from now on."""
        while self._until and (oldest := next(iter(self._until))) and self._until[oldest] <= now:
            del self._until[oldest]
        if mark in self._until:
            return False
        self._until[mark] = now + self._within
        return True


class _Seconds(SignatureClock):
    """Our clock as the verifier reads it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()


def _is_signed(verifier: SignatureVerifier, body: bytes, stamp: str, signature: str) -> bool:
    try:
        return verifier.is_valid(body, stamp, signature)
    except (ValueError, TypeError):  # the verifier raises where a header or the body is no text, or the time no number
        return False


def _event(body: bytes) -> str:
    """The id of the event that a request tells, "" where it tells none."""
    try:
        said = json.loads(body)
    except ValueError:
        return ""
    return str(said.get("event_id") or "") if isinstance(said, dict) else ""
