"""A Discord of our own on loopback: REST and gateway as the real library speaks them, with faults on demand."""

import asyncio
import itertools
import json
import zlib
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, Self

from aiohttp import WSMsgType, web

from tests.chat.busy import own_time
from tests.fakes import START

TOKEN = "test-token"
BOT, ANN, BOB = "900000000000000001", "900000000000000002", "900000000000000003"
GUILD = "100000000000000001"
SUPPLY, OTHER, FORUM, THREAD = "200000000000000001", "200000000000000002", "200000000000000003", "200000000000000004"
VIEW, SEND, EMBED, HISTORY, IN_THREADS, MANAGE = 1 << 10, 1 << 11, 1 << 14, 1 << 16, 1 << 38, 1 << 4
OPEN_THREADS = 1 << 35
INVITED = VIEW | SEND | EMBED | HISTORY | IN_THREADS
TEXT, PUBLIC_THREAD, FORUM_KIND = 0, 11, 15

_EPOCH = 1_420_070_400_000

FaultKind = Literal["error", "status", "taken", "rate", "banned", "lost", "dropped", "slow", "full"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one call. `error`: `value` is "status code"; `status`: an HTTP status without a code.

    `taken`: accepted, and answered with an HTTP status all the same;
    `rate`: 429, `value` is "seconds scope" (user, global, shared); `banned`: a 429 of whoever stands before Discord;
    `lost`: accepted, and the reply never arrives; `dropped`: the connection breaks before it is accepted; `slow`:
    accepted after `value` seconds; `full`: accepted as the last one for `value` seconds. What an `error` or a `status`
    `says` besides.
    """

    kind: FaultKind
    value: str = ""
    says: str = "upstream trouble"


@dataclass(slots=True)
class Place:
    """A channel, thread or forum. `denied`: what the bot may not do there; `private`: hidden from everyone else."""

    id: str
    name: str
    kind: int = TEXT
    parent: str = ""
    denied: int = 0
    private: bool = False
    archived: bool = False
    locked: bool = False
    tags: list[dict[str, Any]] = field(default_factory=list)
    must_tag: bool = False
    applied: list[str] = field(default_factory=list)
    owner: str = ""
    guild: str = GUILD
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the REST API as it arrived; `name` is the fake's word for it, such as "send"."""

    name: str
    path: str
    payload: Any


class DiscordServer:
    """One bot on some servers. Use as `async with DiscordServer() as discord`; `discord.url` is the API's base."""

    def __init__(self) -> None:
        self.guilds = {GUILD: "Team"}
        self.places = {
            each.id: each
            for each in (
                Place(SUPPLY, "supply-chain"),
                Place(OTHER, "other", denied=SEND),
                Place(FORUM, "stories", FORUM_KIND),
                Place(THREAD, "phones", PUBLIC_THREAD, parent=SUPPLY),
            )
        }
        self.everyone = INVITED | OPEN_THREADS
        self.roles: dict[str, str] = {}
        """The names of the roles of every server, by id."""
        self.held: dict[str, list[str]] = {}
        """Who has which roles."""
        self.endpoint = ""
        self.heartbeat = 41_250
        self.calls: list[Call] = []
        self.answers: list[dict[str, Any]] = []
        self.commands: list[dict[str, Any]] = []
        self.valid_tokens = {TOKEN}
        self.intents = 0
        self.identified = self.resumed = 0
        self.refuse_gateway = self.refuse_resume = 0
        self.silent_of_servers = False
        """Whether the gateway does not come to tell of the servers, as in the first moments of a connection."""
        self.check: Callable[[str, Any], list[str]] = lambda _name, _payload: []
        self.wrong: list[str] = []
        self.waits: list[float] = []
        """Seconds until each interaction was acknowledged, on the clock of `busy`."""
        self.moment: Callable[[int], float] = lambda number: START.timestamp() + number
        """When the message of this number is posted, in seconds."""
        self._asked: dict[str, float] = {}
        self._faults: dict[str, deque[Fault]] = {}
        self._ids = itertools.count(1)
        self._nonces: dict[tuple[str, str], str] = {}
        self._sockets: list[_Socket] = []
        self._deferred: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._waiting: set[str] = set()
        self._connected = asyncio.Event()
        self._answered = asyncio.Event()
        self._posted = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        for method, path, name in _ROUTES:
            app.router.add_route(method, f"/api/v10{path}", self._route(name))
        app.router.add_get("/gateway/", self._gateway)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/api/v10"
        return self

    async def __aexit__(self, *_: object) -> None:
        for each in self._sockets:
            with suppress(ConnectionError):
                await each.socket.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def fail(self, name: str, *faults: Fault) -> None:
        """The next calls of this name go wrong, one fault each."""
        self._faults.setdefault(name, deque()).extend(faults)

    def called(self, name: str) -> list[Any]:
        """The payloads of the calls of one name, in order."""
        return [call.payload for call in self.calls if call.name == name]

    def messages(self, place: str = SUPPLY) -> list[dict[str, Any]]:
        """What stands in a channel, oldest first."""
        return list(self.places[place].messages.values())

    def delete(self, receipt: str) -> None:
        """Somebody deletes a message; of a post in a forum the whole post."""
        place, _, message = receipt.partition("/")
        if self.places[place].kind == PUBLIC_THREAD and place == message:
            del self.places[place]
        else:
            del self.places[place].messages[message]

    def forget_nonces(self) -> None:
        """The few minutes are over in which a repeated nonce is noticed."""
        self._nonces.clear()

    def posts(self, forum: str = FORUM) -> list[Place]:
        """The posts of a forum, oldest first."""
        return [each for each in self.places.values() if each.parent == forum]

    async def connected(self) -> None:
        """Wait until the bot listens."""
        async with asyncio.timeout(30):
            await self._connected.wait()

    async def slash(
        self, command: str, /, *, channel: str = SUPPLY, user: str = ANN, rights: int = 0, **options: str | int
    ) -> str:
        """Somebody sends a command of the tree; returns the id whose answers go to `answers`."""
        kinds = {str: 3, int: 4}
        given = [{"name": name, "type": kinds[type(value)], "value": value} for name, value in options.items()]
        inner = {"name": command, "type": 1, "options": given}
        data = {"id": "1", "name": self.commands[0]["name"], "type": 1, "options": [inner]}
        return await self._interact(2, data, channel, user, rights)

    async def complete(
        self, command: str, option: str, typed: str, *, channel: str = SUPPLY, user: str = ANN
    ) -> list[str]:
        """Somebody types in a blank of a command; what is offered."""
        inner = {"name": command, "type": 1, "options": [{"name": option, "type": 3, "value": typed, "focused": True}]}
        data = {"id": "1", "name": self.commands[0]["name"], "type": 1, "options": [inner]}
        before = len(self.answers)
        await self._interact(4, data, channel, user, 0)
        said = await self.answer(before + 1)
        return [choice["value"] for choice in said["data"]["choices"]]

    async def press(
        self, custom_id: str, message: Mapping[str, Any], *, channel: str = SUPPLY, user: str = ANN, rights: int = 0
    ) -> str:
        """Somebody presses a button of a message."""
        data = {"custom_id": custom_id, "component_type": 2}
        return await self._interact(3, data, channel, user, rights, message)

    async def choose(
        self,
        custom_id: str,
        value: str,
        message: Mapping[str, Any],
        *,
        channel: str = SUPPLY,
        user: str = ANN,
        rights: int = 0,
    ) -> str:
        """Somebody chooses one option of a menu of a message."""
        data = {"custom_id": custom_id, "component_type": 3, "values": [value]}
        return await self._interact(3, data, channel, user, rights, message)

    async def submit(
        self, opened: Mapping[str, Any], *, user: str = ANN, rights: int = 0, channel: str = SUPPLY, **values: str
    ) -> str:
        """Somebody sends a form that was opened, with these values in place of what stood in its blanks."""
        parts = [part for part in opened["data"]["components"] if part["type"] == 18]
        data = {"custom_id": opened["data"]["custom_id"], "components": [_submitted(part, values) for part in parts]}
        return await self._interact(5, data, channel, user, rights)

    def private(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """An answer as the message that one person sees, for what they press in it."""
        return {**self._made(answer["data"], answer["id"], SUPPLY), "flags": answer["data"].get("flags", 0)}

    async def answer(self, count: int = 1) -> dict[str, Any]:
        """Wait until so many answers have come in all; the last of them."""
        async with asyncio.timeout(30):
            while len(self.answers) < count:
                self._answered.clear()
                await self._answered.wait()
        return self.answers[count - 1]

    async def deferral(self) -> dict[str, Any]:
        """Wait until a command is acknowledged before it is answered; the next one of those."""
        async with asyncio.timeout(30):
            return await self._deferred.get()

    async def allow(self, place: str) -> None:
        """Somebody allows the bot everything in a channel."""
        self.places[place].denied = 0
        await self._sockets[-1].dispatch("CHANNEL_UPDATE", self._described(self.places[place]))

    async def allow_everyone(self) -> None:
        """Somebody allows everyone what the bot needs, wherever a channel does not say otherwise."""
        self.everyone = INVITED
        role = self._described_guild(GUILD)["roles"][0]
        await self._sockets[-1].dispatch("GUILD_ROLE_UPDATE", {"guild_id": GUILD, "role": role})

    async def said(self, count: int = 1) -> None:
        """Wait until so many messages were posted since the start."""
        async with asyncio.timeout(30):
            while len(self.called("send")) < count:
                self._posted.clear()
                await self._posted.wait()

    async def invite(self, guild: str, place: Place) -> None:
        """The bot is invited to another server, which says such things in this channel."""
        self.guilds[guild] = "Invited"
        self.places[place.id] = place
        whole = {**self._whole(guild), "system_channel_id": place.id}
        # A server that comes back says that it is no longer unavailable; a new one says nothing of the kind.
        del whole["unavailable"]
        await self._sockets[-1].dispatch("GUILD_CREATE", whole)

    async def put_out(self, guild: str) -> None:
        """The bot is put out of a server."""
        del self.guilds[guild]
        self.places = {each.id: each for each in self.places.values() if each.guild != guild}
        await self._sockets[-1].dispatch("GUILD_DELETE", {"id": guild, "unavailable": False})

    async def drop_gateway(self, code: int = 4000) -> None:
        """Break the connection with a close code; 0: without one."""
        self._connected.clear()
        socket = self._sockets[-1].socket
        if code:
            await socket.close(code=code)
        else:
            socket._req.transport.abort()  # type: ignore[union-attr]

    def go_deaf(self) -> None:
        """Keep the connection, and say nothing on it any more."""
        self._connected.clear()
        self._sockets[-1].deaf = True

    async def _interact(
        self,
        kind: int,
        data: Mapping[str, Any],
        channel: str,
        user: str,
        rights: int,
        message: Mapping[str, Any] | None = None,
    ) -> str:
        await self.connected()
        mark, guild = self._snowflake(), self.places[channel].guild
        member = {**self._member(user), "permissions": str(rights | VIEW | SEND)}
        payload = {
            "id": mark,
            "application_id": BOT,
            "type": kind,
            "data": data,
            "guild_id": guild,
            "guild": {"id": guild, "features": [], "locale": "en-US"},
            "channel": {**self._described(self.places[channel]), "permissions": str(INVITED)},
            "channel_id": channel,
            "member": member,
            "token": f"interaction-{mark}",
            "version": 1,
            "app_permissions": str(INVITED),
            "locale": "en-US",
            "guild_locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": {"0": guild},
            "context": 0,
            "attachment_size_limit": 1,
            **({"message": dict(message)} if message else {}),
        }
        self._asked[mark] = own_time()
        await self._sockets[-1].dispatch("INTERACTION_CREATE", payload)
        return mark

    def _route(self, name: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        handler = getattr(self, f"_{name}")

        async def handle(request: web.Request) -> web.StreamResponse:
            payload = await request.json() if request.can_read_body else {}
            self.calls.append(Call(name, request.path, payload))
            self.wrong += [f"{name}: {fault}" for fault in self.check(name, payload)]
            fault = self._fault(name)
            if early := self._refusal(request, fault):
                return early
            if fault.kind == "slow" and fault.value:
                await asyncio.sleep(float(fault.value))
            answer = handler(request, payload)
            if fault.kind == "lost":
                _cut(request)
            if fault.kind == "taken":
                return web.Response(status=int(fault.value), text="upstream trouble")
            response = answer if isinstance(answer, web.Response) else _json(answer)
            if fault.kind == "full":
                response.headers.update({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": fault.value})
            return response

        return handle

    def _refusal(self, request: web.Request, fault: Fault) -> web.Response | None:
        open_to_all = request.path.startswith(("/api/v10/interactions/", "/api/v10/webhooks/"))
        if not open_to_all and request.headers.get("Authorization", "").removeprefix("Bot ") not in self.valid_tokens:
            return _error(401, 0, "401: Unauthorized")
        match fault.kind:
            case "error":
                status, _, code = fault.value.partition(" ")
                return _error(int(status), int(code or 0), fault.says)
            case "status":
                return web.Response(status=int(fault.value), text=fault.says)
            case "rate":
                seconds, _, scope = fault.value.partition(" ")
                said = {"message": "You are being rate limited.", "retry_after": float(seconds)}
                headers = {"Via": "1.1 test", "Retry-After": seconds, "X-RateLimit-Scope": scope or "user"}
                return _json({**said, "global": scope == "global"}, status=429, headers=headers)
            case "banned":
                return web.Response(status=429, text="error code: 1015", headers={"Retry-After": fault.value})
            case "dropped":
                _cut(request)
        return None

    def _fault(self, name: str) -> Fault:
        waiting = self._faults.get(name)
        return waiting.popleft() if waiting else Fault("slow", "")

    def _me(self, _request: web.Request, _payload: Any) -> Any:
        return _user(BOT)

    def _application(self, _request: web.Request, _payload: Any) -> Any:
        return {
            "id": BOT,
            "name": "Namewatch",
            "description": "",
            "icon": None,
            "bot_public": False,
            "bot_require_code_grant": False,
            "verify_key": "key",
            "summary": "",
            "flags": 0,
            "team": None,
            "owner": _user(ANN),
            "interactions_endpoint_url": self.endpoint or None,
        }

    def _gateway_bot(self, _request: web.Request, _payload: Any) -> Any:
        limit = {"total": 1000, "remaining": 999, "reset_after": 1, "max_concurrency": 1}
        return {"url": self._gateway_url, "shards": 1, "session_start_limit": limit}

    def _sync(self, _request: web.Request, payload: Any) -> Any:
        self.commands = [{**each, "id": "1", "application_id": BOT, "version": "1"} for each in payload]
        return self.commands

    def _my_guilds(self, request: web.Request, _payload: Any) -> Any:
        after = request.query.get("after", "0")
        return [
            {"id": guild, "name": name, "icon": None, "owner": False, "permissions": str(INVITED), "features": []}
            for guild, name in self.guilds.items()
            if int(guild) > int(after)
        ]

    def _guild(self, request: web.Request, _payload: Any) -> Any:
        return self._described_guild(request.match_info["guild"])

    def _guild_channels(self, request: web.Request, _payload: Any) -> Any:
        here = [each for each in self.places.values() if each.guild == request.match_info["guild"]]
        return [self._described(each) for each in here if each.kind != PUBLIC_THREAD]

    def _guild_member(self, request: web.Request, _payload: Any) -> Any:
        return self._member(request.match_info["user"])

    def _active(self, _request: web.Request, _payload: Any) -> Any:
        threads = [each for each in self.places.values() if each.kind == PUBLIC_THREAD and not each.archived]
        return {"threads": [self._described(each) for each in threads], "members": []}

    def _channel(self, request: web.Request, _payload: Any) -> Any:
        place = self._place(request)
        return place if isinstance(place, web.Response) else self._described(place)

    def _change_channel(self, request: web.Request, payload: Any) -> Any:
        place = self._place(request)
        if isinstance(place, web.Response):
            return place
        if place.locked:
            return _error(403, 50013)
        place.archived = bool(payload.get("archived", place.archived))
        return self._described(place)

    def _send(self, request: web.Request, payload: Any) -> Any:
        place = self._place(request)
        if isinstance(place, web.Response):
            return place
        if place.kind == FORUM_KIND:
            return _error(400, 50008)
        above = self.places.get(place.parent, place)
        if (place.denied | above.denied) & (SEND if place.kind != PUBLIC_THREAD else IN_THREADS):
            return _error(403, 50013)
        if place.locked:
            return _error(403, 160005)
        answered = payload.get("message_reference") or {}
        if answered and str(answered["message_id"]) not in place.messages:
            if answered.get("fail_if_not_exists", True):
                return _error(400, 50035)
            payload = {key: value for key, value in payload.items() if key != "message_reference"}
        place.archived = False
        key = (place.id, str(payload.get("nonce")))
        if payload.get("enforce_nonce") and key in self._nonces:
            return {**place.messages[self._nonces[key]], "nonce": payload["nonce"]}
        message = self._store(place, payload)
        self._posted.set()
        self._nonces[key] = message["id"]
        return {**message, "nonce": payload.get("nonce")}

    def _edit(self, request: web.Request, payload: Any) -> Any:
        place = self._place(request)
        if isinstance(place, web.Response):
            return place
        message = place.messages.get(request.match_info["message"])
        if message is None:
            return _error(404, 10008)
        if place.archived:
            return _error(400, 50083)
        message.update({key: value for key, value in payload.items() if key in ("content", "embeds", "components")})
        return message

    def _history(self, request: web.Request, _payload: Any) -> Any:
        place = self._place(request)
        if isinstance(place, web.Response):
            return place
        if place.denied & HISTORY:
            return []
        after, before, limit = (request.query.get(name) for name in ("after", "before", "limit"))
        size, found = int(limit or 50), list(place.messages.values())
        if after:
            return list(reversed([each for each in found if int(each["id"]) > int(after)][:size]))
        return list(reversed(found if before is None else [e for e in found if int(e["id"]) < int(before)]))[:size]

    def chatter(self, place: str, count: int) -> None:
        """So many people say something there."""
        for _ in range(count):
            self._store(self.places[place], {"content": "hello"})["author"] = _user(ANN)

    def _message(self, request: web.Request, _payload: Any) -> Any:
        place = self._place(request)
        found = None if isinstance(place, web.Response) else place.messages.get(request.match_info["message"])
        return found or _error(404, 10008)

    def _post(self, request: web.Request, payload: Any) -> Any:
        forum = self._place(request)
        if isinstance(forum, web.Response):
            return forum
        if forum.must_tag and not payload.get("applied_tags"):
            return _error(400, 40067)
        mark = self._snowflake()
        applied = payload.get("applied_tags", [])
        thread = Place(mark, payload["name"], PUBLIC_THREAD, parent=forum.id, owner=BOT, applied=applied)
        self.places[mark] = thread
        message = self._store(thread, payload["message"], mark)
        return {**self._described(thread), "message": message}

    def _open(self, request: web.Request, payload: Any) -> Any:
        """A thread on a message has the id of the message."""
        place, mark = self._place(request), request.match_info["message"]
        if isinstance(place, web.Response):
            return place
        if place.kind != TEXT:
            return _error(400, 50024)
        if place.denied & OPEN_THREADS:
            return _error(403, 50013)
        if mark not in place.messages:
            return _error(404, 10008)
        if mark in self.places:
            return _error(400, 160004)
        self.places[mark] = Place(mark, payload["name"], PUBLIC_THREAD, parent=place.id, owner=BOT)
        return self._described(self.places[mark])

    def _callback(self, request: web.Request, payload: Any) -> Any:
        mark, kind = request.match_info["id"], payload["type"]
        self.waits.append(own_time() - self._asked[mark])
        if kind in (4, 7, 8, 9):
            self._answer({**payload, "id": mark})
        about: dict[str, Any] = {"interaction": {"id": mark, "type": 2}}
        if kind in (4, 7):
            about["interaction"]["response_message_id"] = mark
            about["resource"] = {"type": 4, "message": self._followed(payload["data"], mark)}
        if kind in (5, 6):
            self._waiting.add(mark)
            self._deferred.put_nowait(payload)
        return about

    def _original(self, request: web.Request, payload: Any) -> Any:
        mark = request.match_info["token"].removeprefix("interaction-")
        self._waiting.discard(mark)
        if payload.get("embeds"):  # without, it is the sign that the answer comes below
            self._answer({"type": "edit", "data": payload, "id": mark})
        return self._followed(payload, mark)

    def _follow(self, request: web.Request, payload: Any) -> Any:
        """As Discord does it: what follows a deferral that nothing has replaced takes its place, as private."""
        mark = request.match_info["token"].removeprefix("interaction-")
        if mark in self._waiting:
            return self._original(request, payload)
        self._answer({"type": "follow", "data": payload, "id": mark})
        return self._followed(payload, self._snowflake())

    def _answer(self, said: dict[str, Any]) -> None:
        self.answers.append(said)
        self._answered.set()

    def _followed(self, payload: Mapping[str, Any], mark: str) -> dict[str, Any]:
        return self._made({**payload, "flags": payload.get("flags", 0)}, mark, SUPPLY)

    def _store(self, place: Place, payload: Mapping[str, Any], mark: str = "") -> dict[str, Any]:
        message = self._made(payload, mark or self._snowflake(), place.id)
        place.messages[message["id"]] = message
        return message

    def _made(self, payload: Mapping[str, Any], mark: str, place: str) -> dict[str, Any]:
        return {
            "id": mark,
            "channel_id": place,
            "author": _user(BOT),
            "content": payload.get("content") or "",
            "timestamp": START.isoformat(),
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "embeds": payload.get("embeds") or [],
            "components": payload.get("components") or [],
            "pinned": False,
            "type": 19 if payload.get("message_reference") else 0,
            **({"message_reference": payload["message_reference"]} if payload.get("message_reference") else {}),
        }

    def _place(self, request: web.Request) -> Place | web.Response:
        found = self.places.get(request.match_info["channel"])
        if found is None:
            return _error(404, 10003)
        return _error(403, 50001) if found.denied & VIEW else found

    def _described(self, place: Place) -> dict[str, Any]:
        said: dict[str, Any] = {"id": place.id, "name": place.name, "type": place.kind, "guild_id": place.guild}
        if place.kind == PUBLIC_THREAD:
            told = {"archived": place.archived, "locked": place.locked, "auto_archive_duration": 1440}
            return {
                **said,
                "parent_id": place.parent,
                "owner_id": place.owner or ANN,
                "message_count": 0,
                "member_count": 1,
                "rate_limit_per_user": 0,
                "applied_tags": place.applied,
                "thread_metadata": {**told, "archive_timestamp": START.isoformat()},
            }
        overwrites = [{"id": BOT, "type": 1, "allow": str(VIEW & ~place.denied), "deny": str(place.denied)}]
        overwrites += [{"id": place.guild, "type": 0, "allow": "0", "deny": str(VIEW)}] if place.private else []
        said |= {"position": 0, "permission_overwrites": overwrites, "nsfw": False, "parent_id": None}
        if place.kind == FORUM_KIND:
            tags = [{"moderated": False, "emoji_id": None, "emoji_name": None, **each} for each in place.tags]
            said |= {"available_tags": tags, "flags": (1 << 4) * place.must_tag, "default_reaction_emoji": None}
        return {**said, "topic": None, "rate_limit_per_user": 0}

    def _described_guild(self, guild: str) -> dict[str, Any]:
        named = {guild: "@everyone", **self.roles}
        return {
            "id": guild,
            "name": self.guilds[guild],
            "icon": None,
            "owner_id": ANN,
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "roles": [_role(each, name, self.everyone) for each, name in named.items()],
            "emojis": [],
            "features": [],
            "mfa_level": 0,
            "system_channel_id": None,
            "system_channel_flags": 0,
            "rules_channel_id": None,
            "preferred_locale": "en-US",
            "nsfw_level": 0,
            "premium_tier": 0,
            "stickers": [],
        }

    def _member(self, user: str) -> dict[str, Any]:
        return {
            "user": _user(user),
            "roles": self.held.get(user, []),
            "joined_at": START.isoformat(),
            "deaf": False,
            "mute": False,
            "flags": 0,
        }

    @property
    def _gateway_url(self) -> str:
        return self.url.replace("http://", "ws://").replace("/api/v10", "/gateway/")

    def _snowflake(self) -> str:
        number = next(self._ids)
        return str((int(self.moment(number) * 1000) - _EPOCH << 22) + number % (1 << 22))

    async def _gateway(self, request: web.Request) -> web.StreamResponse:
        if self.refuse_gateway:
            self.refuse_gateway -= 1
            return web.Response(status=502, text="upstream trouble")
        socket = _Socket(web.WebSocketResponse(autoping=True), packed=request.query.get("compress") == "zlib-stream")
        await socket.socket.prepare(request)
        self._sockets.append(socket)
        await socket.send({"op": 10, "d": {"heartbeat_interval": self.heartbeat}})
        async for message in socket.socket:
            if message.type == WSMsgType.TEXT and not socket.deaf:
                await self._hear(socket, json.loads(message.data))
        if socket is self._sockets[-1]:
            self._connected.clear()
        return socket.socket

    async def _hear(self, socket: "_Socket", said: Mapping[str, Any]) -> None:
        match said["op"]:
            case 1:
                await socket.send({"op": 11})
            case 2 if said["d"]["token"] not in self.valid_tokens:
                await socket.socket.close(code=4004)
            case 2:
                self.identified += 1
                self.intents = said["d"]["intents"]
                await self._greet(socket)
            case 6 if self.refuse_resume:
                self.refuse_resume -= 1
                await socket.send({"op": 9, "d": False})
            case 6:
                self.resumed += 1
                socket.sequence = said["d"]["seq"]
                await socket.dispatch("RESUMED", {})
                self._connected.set()

    async def _greet(self, socket: "_Socket") -> None:
        ready = {
            "v": 10,
            "user": _user(BOT),
            "guilds": [{"id": guild, "unavailable": True} for guild in self.guilds],
            "session_id": f"session-{self.identified}",
            "resume_gateway_url": self._gateway_url,
            "application": {"id": BOT, "flags": 0},
        }
        await socket.dispatch("READY", ready)
        for guild in () if self.silent_of_servers else self.guilds:
            await socket.dispatch("GUILD_CREATE", self._whole(guild))
        self._connected.set()

    def _whole(self, guild: str) -> dict[str, Any]:
        here = [each for each in self.places.values() if each.guild == guild]
        return {
            **self._described_guild(guild),
            "channels": [self._described(each) for each in here if each.kind != PUBLIC_THREAD],
            "threads": [self._described(each) for each in here if each.kind == PUBLIC_THREAD],
            "members": [self._member(BOT)],
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
            "joined_at": START.isoformat(),
            "large": False,
            "unavailable": False,
            "member_count": 3,
        }


class _Socket:
    """One connection to the gateway, packed as one stream where the library asks for it."""

    def __init__(self, socket: web.WebSocketResponse, *, packed: bool) -> None:
        self.socket = socket
        self.deaf = False
        self.sequence = 0
        self._packer = zlib.compressobj() if packed else None

    async def dispatch(self, event: str, payload: Mapping[str, Any]) -> None:
        self.sequence += 1
        await self.send({"op": 0, "t": event, "s": self.sequence, "d": payload})

    async def send(self, said: Mapping[str, Any]) -> None:
        if self.deaf:
            return
        text = json.dumps(said)
        if self._packer is None:
            await self.socket.send_str(text)
        else:
            await self.socket.send_bytes(self._packer.compress(text.encode()) + self._packer.flush(zlib.Z_SYNC_FLUSH))


_ROUTES = (
    ("GET", "/users/@me", "me"),
    ("GET", "/oauth2/applications/@me", "application"),
    ("GET", "/gateway/bot", "gateway_bot"),
    ("PUT", "/applications/{application}/commands", "sync"),
    ("GET", "/users/@me/guilds", "my_guilds"),
    ("GET", "/guilds/{guild}", "guild"),
    ("GET", "/guilds/{guild}/channels", "guild_channels"),
    ("GET", "/guilds/{guild}/members/{user}", "guild_member"),
    ("GET", "/guilds/{guild}/threads/active", "active"),
    ("GET", "/channels/{channel}", "channel"),
    ("PATCH", "/channels/{channel}", "change_channel"),
    ("POST", "/channels/{channel}/messages", "send"),
    ("GET", "/channels/{channel}/messages", "history"),
    ("GET", "/channels/{channel}/messages/{message}", "message"),
    ("PATCH", "/channels/{channel}/messages/{message}", "edit"),
    ("POST", "/channels/{channel}/threads", "post"),
    ("POST", "/channels/{channel}/messages/{message}/threads", "open"),
    ("POST", "/interactions/{id}/{token}/callback", "callback"),
    ("PATCH", "/webhooks/{application}/{token}/messages/@original", "original"),
    ("POST", "/webhooks/{application}/{token}", "follow"),
)


def when(snowflake: str) -> datetime:
    """The moment that an id was made."""
    return datetime.fromtimestamp(((int(snowflake) >> 22) + _EPOCH) / 1000, UTC)


def _user(user: str) -> dict[str, Any]:
    names = {BOT: "namewatch", ANN: "ann", BOB: "bob"}
    return {"id": user, "username": names[user], "discriminator": "0", "avatar": None, "bot": user == BOT}


def blanks(opened: Mapping[str, Any]) -> dict[str, str]:
    """What stands in the blanks of a form that was opened, by their ids."""
    parts = [part["component"] for part in opened["data"]["components"] if part["type"] == 18]
    return {part["custom_id"]: _standing(part) for part in parts}


def _standing(part: Mapping[str, Any]) -> str:
    chosen = [option["value"] for option in part.get("options", ()) if option.get("default")]
    return str(part.get("value") or "") if part["type"] == 4 else "".join(chosen)


def _submitted(label: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    part = label["component"]
    value = values.get(part["custom_id"], _standing(part))
    given = {"value": value} if part["type"] == 4 else {"values": [value]}
    return {"type": 18, "id": 1, "component": {"type": part["type"], "id": 2, "custom_id": part["custom_id"], **given}}


def _role(role: str, name: str, allowed: int) -> dict[str, Any]:
    return {
        "id": role,
        "name": name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": int(name != "@everyone"),
        "permissions": str(allowed),
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def _json(said: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """The library takes nothing for JSON but exactly this content type."""
    body = json.dumps(said).encode()
    return web.Response(body=body, status=status, headers={**(headers or {}), "Content-Type": "application/json"})


def _error(status: int, code: int, message: str = "no") -> web.Response:
    return _json({"message": message, "code": code}, status=status)


def _cut(request: web.Request) -> None:
    """Break the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    raise ConnectionResetError
