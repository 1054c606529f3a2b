"""A Slack of our own on loopback: Web API and Socket Mode as the real SDK speaks them, with faults on demand."""

import asyncio
import itertools
import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from aiohttp import WSMsgType, web

from tests.fakes import START

BOT_TOKEN = "xoxb-test"
APP_TOKEN = "xapp-test"
TEAM = "T0TEAM"
BOT_USER = "U0BOT"
SCOPES = "chat:write,commands,app_mentions:read,channels:read,groups:read,users:read,channels:history,groups:history"

MOST_USES = 5
"""Answers that one address takes."""

FaultKind = Literal["error", "status", "rate", "lost", "dropped", "slow"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one call. `error`: `value` is the code; `status`: an HTTP status; `rate`: seconds, or "".

    `lost`: accepted, and the reply never arrives; `dropped`: the connection breaks before it is accepted; `slow`:
    accepted after `value` seconds. What a `status` `says` besides.
    """

    kind: FaultKind
    value: str = ""
    content: str = "text/plain"
    says: str = "upstream trouble"


@dataclass(slots=True)
class Conversation:
    """A channel. `member`: the bot is in it."""

    id: str
    name: str
    member: bool = True
    private: bool = False
    archived: bool = False
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the Web API as it arrived."""

    method: str
    payload: Mapping[str, Any]
    token: str


class SlackServer:
    """One workspace. Use as `async with SlackServer() as slack`; `slack.url` is the base address for the SDK."""

    def __init__(
        self, *, scopes: str = SCOPES, team: str = TEAM, bot_token: str = BOT_TOKEN, app_token: str = APP_TOKEN
    ) -> None:
        self.scopes = scopes
        self.team = team
        self.neighbours: list[SlackServer] = []
        """Workspaces whose tokens are good at this address too."""
        self.channels = {
            each.id: each
            for each in (Conversation("C0SUPPLY", "supply-chain"), Conversation("C0OTHER", "other", member=False))
        }
        self.users: dict[str, dict[str, Any]] = {
            "U0ANN": {"name": "ann"},
            "U0GUEST": {"name": "guest", "is_restricted": True},
        }
        self.calls: list[Call] = []
        self.answers: list[dict[str, Any]] = []
        self.tokens = {bot_token: "", app_token: ""}
        """The tokens, and the code of the error that each is answered with; "" where it is good."""
        self.broken: list[str] = []
        self.check: Callable[[str, Mapping[str, Any]], None] = lambda _method, _payload: None
        self.moment: Callable[[int], float] = lambda number: START.timestamp() + number
        """When the message of this number is posted, in seconds."""
        self.page = 2
        self._faults: dict[str, deque[Fault]] = {}
        self._ids = itertools.count(1)
        self._acks: dict[str, asyncio.Future[Mapping[str, Any]]] = {}
        self._sockets: list[web.WebSocketResponse] = []
        self._connected = asyncio.Event()
        self._answered = asyncio.Event()
        self._requests: list[web.Request] = []
        self._deaf: set[web.WebSocketResponse] = set()
        self._triggers: set[str] = set()
        self._uses: dict[str, int] = {}
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=10_000_000)
        app.router.add_post("/api/{method}", self._api)
        app.router.add_get("/api/{method}", self._api)
        app.router.add_get("/link", self._link)
        app.router.add_post("/response/{id}", self._response)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/api/"
        return self

    async def __aexit__(self, *_: object) -> None:
        for request in self._requests:
            if request.transport is not None:
                request.transport.abort()
        if self._runner is not None:
            await self._runner.cleanup()

    def fail(self, method: str, *faults: Fault) -> None:
        """The next calls of this method go wrong, one fault each."""
        self._faults.setdefault(method, deque()).extend(faults)

    def called(self, method: str) -> list[Mapping[str, Any]]:
        """The payloads of the calls of one method, in order."""
        return [call.payload for call in self.calls if call.method == method]

    def chatter(self, count: int) -> None:
        """So many people say something in the channel."""
        for _ in range(count):
            self._chat_postmessage({"channel": "C0SUPPLY", "text": "hello", "metadata": {"event_payload": {}}})

    def messages(self, channel: str = "C0SUPPLY") -> list[dict[str, Any]]:
        """What stands in a channel, oldest first."""
        return list(self.channels[channel].messages.values())

    def delete(self, receipt: str) -> None:
        """Somebody deletes a message."""
        channel, _, ts = receipt.partition("/")
        del self.channels[channel].messages[ts]

    async def connected(self) -> None:
        """Wait until the bot's socket is open."""
        async with asyncio.timeout(30):
            await self._connected.wait()

    async def slash(self, text: str, *, user: str = "U0ANN", channel: str = "C0SUPPLY", name: str = "/watch") -> str:
        """Somebody types a slash command; returns the id whose answers go to `answers`, once it is acknowledged."""
        mark = f"{next(self._ids)}"
        self._triggers.add(f"trigger.{mark}")
        await self.envelope(
            "slash_commands",
            {
                "command": name,
                "text": text,
                "user_id": user,
                "user_name": self.users[user]["name"],
                "team_id": self.team,
                "channel_id": channel,
                "channel_name": self.channels[channel].name,
                "response_url": self.url.replace("/api/", f"/response/{mark}"),
                "trigger_id": f"trigger.{mark}",
            },
        )
        return mark

    async def press(
        self,
        action: Mapping[str, Any],
        *,
        user: str = "U0ANN",
        channel: str = "C0SUPPLY",
        ts: str = "",
        thread: str = "",
        private: bool = False,
    ) -> str:
        """Somebody presses a button of a message, or chooses from its menu; `thread`: that it stands in."""
        where: dict[str, Any] = {"is_ephemeral": private} | ({"thread_ts": thread} if thread else {})
        mark = f"{next(self._ids)}"
        self._triggers.add(f"trigger.{mark}")
        await self.envelope(
            "interactive",
            {
                "type": "block_actions",
                "user": {"id": user, "username": self.users[user]["name"], "team_id": self.team},
                "team": {"id": self.team},
                "channel": {"id": channel, "name": self.channels[channel].name},
                "container": {"type": "message", "message_ts": ts, "channel_id": channel, **where},
                "message": {"ts": ts},
                "actions": [dict(action)],
                "response_url": self.url.replace("/api/", f"/response/{mark}"),
                "trigger_id": f"trigger.{mark}",
            },
        )
        return mark

    async def look_up(self, action: Mapping[str, Any], typed: str, *, channel: str = "C0SUPPLY") -> list[Any]:
        """Somebody types into a menu of a message; the options that are shown."""
        said = await self.envelope(
            "interactive",
            {
                "type": "block_suggestion",
                "user": {"id": "U0ANN", "name": "ann", "team_id": self.team},
                "team": {"id": self.team},
                "channel": {"id": channel, "name": self.channels[channel].name},
                "container": {"type": "message", "channel_id": channel},
                "action_id": action["action_id"],
                "block_id": "b1",
                "value": typed,
            },
        )
        return list(said["options"])

    async def submit(
        self, view: Mapping[str, Any], values: Mapping[str, str], *, user: str = "U0ANN"
    ) -> Mapping[str, str]:
        """Somebody fills a modal in and saves it; what is said to be wrong with it, by block."""
        inputs = {block["block_id"]: block["element"] for block in view["blocks"] if "element" in block}
        state = {name: _state(element, values.get(name)) for name, element in inputs.items()}
        said = await self.envelope(
            "interactive",
            {
                "type": "view_submission",
                "user": {"id": user, "username": self.users[user]["name"], "team_id": self.team},
                "team": {"id": self.team},
                "view": {**view, "id": "V1", "state": {"values": state}},
                "response_urls": [],
            },
        )
        return dict(said.get("errors", {}))

    def expire(self, mark: str) -> None:
        """Half an hour has passed since this was asked: its address takes no answer any more, its trigger no modal."""
        self._uses[mark] = MOST_USES
        self._triggers.discard(f"trigger.{mark}")

    async def event(self, event: Mapping[str, Any]) -> None:
        """Something happens in the workspace: an app_mention, a member_joined_channel."""
        mark = f"Ev{next(self._ids)}"
        payload = {"type": "event_callback", "team_id": self.team, "event_id": mark, "event": dict(event)}
        await self.envelope("events_api", payload)

    async def envelope(self, kind: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send an envelope over the socket; returns the acknowledgement."""
        await self.connected()
        mark = f"envelope-{next(self._ids)}"
        self._acks[mark] = asyncio.get_running_loop().create_future()
        envelope = {"envelope_id": mark, "type": kind, "accepts_response_payload": True, "payload": payload}
        await self._said(json.dumps(envelope))
        async with asyncio.timeout(30):
            return await self._acks[mark]

    async def _said(self, text: str) -> None:
        """Say it over the socket, or over the next one where the bot has left that meanwhile."""
        socket = self._sockets[-1]
        try:
            await socket.send_str(text)
        except ConnectionResetError:
            if socket is self._sockets[-1]:
                self._connected.clear()
            await self.connected()
            await self._said(text)

    async def answer(self, count: int = 1) -> dict[str, Any]:
        """Wait until so many answers have come in all; the last of them."""
        async with asyncio.timeout(30):
            while len(self.answers) < count:
                self._answered.clear()
                await self._answered.wait()
        return self.answers[count - 1]

    async def drop_socket(self, *, politely: bool = True) -> None:
        """End the connection, with a goodbye or without."""
        self._connected.clear()
        socket = self._sockets[-1]
        if politely:
            await socket.close()
        elif (request := self._requests[-1]).transport is not None:
            request.transport.abort()

    def go_deaf(self) -> None:
        """Keep the connection, and say nothing on it any more, not even to a ping."""
        self._connected.clear()
        self._deaf.add(self._sockets[-1])

    async def raw(self, text: str) -> None:
        """Send any text over the socket."""
        await self.connected()
        await self._sockets[-1].send_str(text)

    async def refresh(self) -> None:
        """Ask the bot to come over another socket, as Slack does every few hours."""
        await self.connected()
        self._connected.clear()
        await self._sockets[-1].send_str(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))

    async def heard(self, method: str, count: int = 1) -> Mapping[str, Any]:
        """Wait until a method was called so often; what the last of these calls said."""
        async with asyncio.timeout(30):
            while len(self.called(method)) < count:
                self._answered.clear()
                await self._answered.wait()
        return self.called(method)[count - 1]

    @property
    def sockets(self) -> int:
        """How many sockets were opened so far."""
        return len(self._sockets)

    async def _api(self, request: web.Request) -> web.StreamResponse:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        meant = next((each for each in self.neighbours if token in each.tokens), self)
        return await meant.answered(request, token)

    async def answered(self, request: web.Request, token: str) -> web.StreamResponse:
        """One call of the Web API."""
        method = request.match_info["method"]
        payload = await _payload(request)
        self.calls.append(Call(method, payload, token))
        self._examine(method, payload)
        self._answered.set()
        fault = self._fault(method)
        if fault.kind == "status":
            return web.Response(status=int(fault.value), text=fault.says, content_type=fault.content)
        if fault.kind == "rate":
            headers = {"Retry-After": fault.value} if fault.value else {}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        if fault.kind == "dropped":
            _cut(request)
        if fault.kind == "slow" and fault.value:
            await asyncio.sleep(float(fault.value))
        answer = self._answer(method, payload, token) if fault.kind != "error" else _error(fault.value)
        if fault.kind == "lost":
            _cut(request)
        return web.json_response(answer, headers={"X-OAuth-Scopes": self.scopes})

    def _examine(self, method: str, payload: Mapping[str, Any]) -> None:
        """Note what breaks a rule: an exception in here would be an answer of 500, which the bot may live with."""
        try:
            self.check(method, payload)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shall say it
            self.broken.append(f"{method}: {error!r}: {json.dumps(payload)[:2000]}")

    def _fault(self, method: str) -> Fault:
        waiting = self._faults.get(method)
        return waiting.popleft() if waiting else Fault("slow", "")

    def _answer(self, method: str, payload: Mapping[str, Any], token: str) -> dict[str, Any]:
        if refused := self.tokens.get(token, "invalid_auth"):
            return _error(refused)
        handler = getattr(self, "_" + method.replace(".", "_").lower(), None)
        if handler is None:
            return _error("unknown_method")
        found: dict[str, Any] = handler(payload)
        return {"ok": True, **found} if "error" not in found else {"ok": False, **found}

    def _auth_test(self, _payload: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "team_id": self.team,
            "team": f"Team {self.team}",
            "user_id": BOT_USER,
            "bot_id": "B0BOT",
            "url": "https://team.slack.test/",
        }

    def _apps_connections_open(self, _payload: Mapping[str, Any]) -> dict[str, Any]:
        return {"url": self.url.replace("http://", "ws://").replace("/api/", "/link")}

    def _conversations_list(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        start, size = int(payload.get("cursor") or 0), 1
        every = [_described(each) for each in self.channels.values() if each.member or not each.private]
        following = str(start + size) if start + size < len(every) else ""
        return {"channels": every[start : start + size], "response_metadata": {"next_cursor": following}}

    def _conversations_info(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        found = self.channels.get(str(payload.get("channel")))
        if found is None or (found.private and not found.member):
            return _error("channel_not_found")
        return {"channel": _described(found)}

    def _conversations_history(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        if "channels:history" not in self.scopes:
            return _error("missing_scope")
        channel = self.channels[str(payload["channel"])]
        oldest, start, size = float(payload.get("oldest") or 0), int(payload.get("cursor") or 0), self.page
        found = [m for ts, m in reversed(channel.messages.items()) if float(ts) >= oldest and "thread_ts" not in m]
        following = str(start + size) if start + size < len(found) else ""
        kept = [_seen(message, payload) for message in found[start : start + size]]
        return {"messages": kept, "has_more": bool(following), "response_metadata": {"next_cursor": following}}

    def _conversations_replies(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        channel, thread = self.channels[str(payload["channel"])], str(payload["ts"])
        found = [m for ts, m in channel.messages.items() if thread in (ts, m.get("thread_ts"))]
        if not found:
            return _error("thread_not_found")
        return {"messages": [_seen(message, payload) for message in found], "has_more": False}

    def _chat_postmessage(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        channel = self.channels.get(str(payload.get("channel")))
        if channel is None:
            return _error("channel_not_found")
        if channel.archived:
            return _error("is_archived")
        if not channel.member:
            return _error("not_in_channel")
        number = next(self._ids)
        ts = f"{self.moment(number):.0f}.{number % 1_000_000:06d}"
        message = {**payload, "ts": ts, "user": BOT_USER, "bot_id": "B0BOT", "type": "message"}
        if message.get("thread_ts") not in channel.messages:  # an answer to what was deleted stands in the channel
            message.pop("thread_ts", None)
        channel.messages[ts] = message
        return {"channel": channel.id, "ts": ts, "message": message}

    def _chat_update(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        channel = self.channels.get(str(payload.get("channel")))
        if channel is None:
            return _error("channel_not_found")
        message = channel.messages.get(str(payload.get("ts")))
        if message is None:
            return _error("message_not_found")
        message.update(payload)
        return {"channel": channel.id, "ts": message["ts"]}

    def _chat_getpermalink(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        return {"permalink": f"https://team.slack.test/archives/{payload['channel']}/p{payload['message_ts']}"}

    def _chat_postephemeral(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        self.answers.append(dict(payload))
        self._answered.set()
        return {"message_ts": "1.1"}

    def _views_open(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        if payload["trigger_id"] not in self._triggers:
            return _error("expired_trigger_id")
        self._triggers.discard(payload["trigger_id"])
        return {"view": {"id": "V1", **_object(payload.get("view"))}}

    def _users_info(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        found = self.users.get(str(payload.get("user")))
        return {"user": {"id": payload["user"], "tz": "Asia/Taipei", **found}} if found else _error("user_not_found")

    async def _link(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        self._sockets.append(socket)
        self._requests.append(request)
        await socket.send_str(json.dumps({"type": "hello", "num_connections": 1}))
        self._connected.set()
        async for message in socket:
            if socket in self._deaf:
                continue
            if message.type == WSMsgType.PING:
                await socket.pong(message.data)
            elif message.type == WSMsgType.TEXT:
                said = json.loads(message.data)
                waiting = self._acks.get(said.get("envelope_id", ""))
                if waiting is not None and not waiting.done():
                    waiting.set_result(said.get("payload") or {})
        if socket is self._sockets[-1]:
            self._connected.clear()
        return socket

    async def _response(self, request: web.Request) -> web.StreamResponse:
        payload = await request.json()
        self._examine("response_url", payload)
        fault = self._fault("response_url")
        if fault.kind == "status":
            return web.Response(status=int(fault.value), text="used_url")
        mark = request.match_info["id"]
        self._uses[mark] = self._uses.get(mark, 0) + 1
        if self._uses[mark] > MOST_USES:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        self.answers.append({**payload, "id": mark})
        self._answered.set()
        return web.Response(text="ok")


async def _payload(request: web.Request) -> dict[str, Any]:
    """What a call says, whether it came as JSON, as a form or in the address."""
    if request.content_type == "application/json":
        found = await request.json()
        return dict(found)
    return {name: _object(value) for name, value in {**request.query, **await request.post()}.items()}


def _object(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("{", "["):
        return json.loads(value)
    return value


def _described(channel: Conversation) -> dict[str, Any]:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": True,
        "is_member": channel.member,
        "is_private": channel.private,
        "is_archived": channel.archived,
    }


def _seen(message: Mapping[str, Any], payload: Mapping[str, Any]) -> dict[str, Any]:
    """A message as history tells it: metadata only for those who ask."""
    wanted = str(payload.get("include_all_metadata", "")).lower() in ("1", "true")
    return {key: value for key, value in message.items() if key != "metadata" or wanted}


def _state(element: Mapping[str, Any], value: str | None) -> dict[str, Any]:
    """What an input holds when a modal is saved: what was typed or chosen, else what it was opened with."""
    if element["type"] == "plain_text_input":
        text = element.get("initial_value") if value is None else value
        return {element["action_id"]: {"type": "plain_text_input", "value": text or None}}
    chosen = next((each for each in element["options"] if each["value"] == value), element["initial_option"])
    return {element["action_id"]: {"type": "static_select", "selected_option": chosen}}


def _error(code: str) -> dict[str, Any]:
    return {"ok": False, "error": code}


def _cut(request: web.Request) -> None:
    """Break the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    raise ConnectionResetError
