"""One Slack workspace: the calls that post, edit, reply, look for what arrived, and tell channels and people apart."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.chat.drawing.blocks import Block
from bot.chat.drawing.foreign import one_line
from bot.chat.slack.errors import FAILURES, GONE, SECONDS, of_code, of_exception
from bot.chat.slack.quiet import quiet_logger
from bot.errors import ChannelGone, DeliveryError, Rejected
from bot.model.alert import Delivery, Receipt
from bot.model.channel import Channel

PAGES = 20
"""Pages of a list of channels or of a history that are asked for at most."""
SKEW = 600
"""Seconds by which our clock may be ahead of Slack's when a message is looked for."""
_EVENT = "namewatch_delivery"
_HISTORY = frozenset({"channels:history", "groups:history"})


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose token it is, and what it may do. `name` is the workspace's, `url` its address with a slash at the end."""

    team: str
    name: str
    user: str
    bot: str
    url: str
    scopes: frozenset[str]

    @property
    def may_look(self) -> bool:
        """Whether an uncertain post can be looked up, whatever channel it went to."""
        return self.scopes >= _HISTORY


class Workspace:
    """Speaks for one bot token."""

    def __init__(self, token: str, base_url: str, nickname: str) -> None:
        """`base_url` is that of the Web API; nothing is asked yet. `nickname` serves until Slack has said the name."""
        self._token = token
        self._nickname = nickname
        self._base_url = base_url
        self._client: AsyncWebClient | None = None
        self._identity: Identity | None = None
        self._asking = asyncio.Lock()
        self._by_name: dict[str, str] = {}
        self._missed = set[str]()

    @property
    def client(self) -> AsyncWebClient:
        """The SDK's client; it never retries by itself, for a retry after a lost reply posts twice."""
        if self._client is None:
            timeout = aiohttp.ClientTimeout(total=SECONDS)
            self._client = AsyncWebClient(
                self._token,
                self._base_url,
                timeout=SECONDS,
                session=aiohttp.ClientSession(timeout=timeout),
                retry_handlers=[],
                logger=quiet_logger(),
            )
        return self._client

    async def close(self) -> None:
        """Let go of connections; safe to call twice."""
        client, self._client = self._client, None
        if client is not None and client.session is not None:
            await client.session.close()

    @property
    def team(self) -> str:
        """The id of the workspace; "" as long as Slack has not said it."""
        return self._identity.team if self._identity else ""

    @property
    def label(self) -> str:
        """The workspace for people: by its name once Slack has said it."""
        return f"workspace {one_line(self._identity.name)} ({self.team})" if self._identity else self._nickname

    async def identity(self) -> Identity:
        """Who the bot is in this workspace, asked once; DeliveryError where Slack does not say."""
        async with self._asking:
            if self._identity is None:
                said, headers = await self._ask("auth.test", {})
                scopes = frozenset(str(headers.get("X-OAuth-Scopes", "")).replace(" ", "").split(",")) - {""}
                name, bot, url = (str(said.get(each) or "") for each in ("team", "bot_id", "url"))
                self._identity = Identity(said["team_id"], name, said["user_id"], bot, url, scopes)
            return self._identity

    async def post(self, delivery: Delivery, text: str, blocks: Sequence[Block]) -> Receipt:
        """Post a message; a reply where the delivery has a target. The delivery's id goes with it."""
        address = await self.address(delivery.channel)
        thread = delivery.target.message_id.rpartition("/")[2] if delivery.kind == "reply" and delivery.target else ""
        metadata = {"event_type": _EVENT, "event_payload": {"id": delivery.id}}
        said = await self.say(address, text, blocks, thread=thread, metadata=metadata)
        return self._receipt(said["channel"], said["ts"], str((said.get("message") or {}).get("thread_ts") or ""))

    async def say(
        self, address: str, text: str, blocks: Sequence[Block], *, thread: str = "", **more: object
    ) -> Mapping[str, Any]:
        """Post in a channel, in a thread where one is given; nothing in it pings, and no link is unfolded."""
        payload = {"channel": address, "unfurl_links": False, "unfurl_media": False, **_drawn(text, blocks), **more}
        said, _ = await self._ask("chat.postMessage", {**payload, "thread_ts": thread} if thread else payload)
        return said

    async def whisper(self, address: str, user: str, text: str, blocks: Sequence[Block], *, thread: str = "") -> None:
        """Say something in a channel that only one person sees."""
        payload = {"channel": address, "user": user, **_drawn(text, blocks)}
        await self._ask("chat.postEphemeral", {**payload, "thread_ts": thread} if thread else payload)

    async def respond(
        self, url: str, text: str, blocks: Sequence[Block], *, public: bool, instead: bool = False
    ) -> None:
        """Answer a command or a button at the address that came with it; never twice, also where the reply is lost.

        `instead`: in place of the message whose button it was.
        """
        webhook = AsyncWebhookClient(url, timeout=SECONDS, session=self.client.session, retry_handlers=[])
        kind = "in_channel" if public else "ephemeral"
        body = {"response_type": kind, "replace_original": instead, "text": text, "blocks": list(blocks)}
        try:
            said = await webhook.send_dict(body)
        except FAILURES as error:
            raise of_exception(error) from None
        if said.status_code != 200:
            raise of_code(said.body if said.body.isidentifier() else "", status=said.status_code)

    async def open_modal(self, trigger: str, view: Block) -> None:
        """Open a view for whoever did what the trigger came with, within three seconds of that."""
        await self._ask("views.open", {"trigger_id": trigger, "view": view})

    async def edit(self, delivery: Delivery, text: str, blocks: Sequence[Block]) -> Receipt:
        """Make the message of the target show the blocks."""
        target = delivery.target or Receipt("")
        address, _, ts = target.message_id.rpartition("/")
        await self._ask("chat.update", {"channel": address, "ts": ts, **_drawn(text, blocks)})
        return target

    async def find(self, delivery: Delivery) -> Receipt | None:
        """The message of an earlier attempt, among those since the delivery came to be."""
        if not (await self.identity()).may_look:
            return None
        address = await self.address(delivery.channel)
        thread = delivery.target.message_id.rpartition("/")[2] if delivery.kind == "reply" and delivery.target else ""
        where = {"channel": address, "include_all_metadata": True, "limit": 200}
        since = {**where, "oldest": f"{delivery.created.timestamp() - SKEW:.6f}"}
        messages: list[Mapping[str, Any]] = []
        is_all = True
        if thread:
            # An answer to a message that was deleted stands in the channel by itself.
            with suppress(Rejected):
                messages, is_all = await self._pages("conversations.replies", {**where, "ts": thread}, "messages")
        if not messages:
            messages, is_all = await self._pages("conversations.history", since, "messages")
        self._missed.discard(delivery.id)
        for message in messages:
            metadata = message.get("metadata") or {}
            if (metadata.get("event_payload") or {}).get("id") == delivery.id:
                return self._receipt(address, message["ts"], message.get("thread_ts") or "")
        if not is_all:
            self._missed.add(delivery.id)
        return None

    async def may_repeat(self, delivery: Delivery) -> bool:
        """Whether it may have arrived and nobody can look: not at all, or not at all of so many messages."""
        return delivery.doubtful and (delivery.id in self._missed or not (await self.identity()).may_look)

    async def check(self, channel: Channel) -> str:
        """Why this channel can't be posted to, with the fix; "" when it can."""
        try:
            said, _ = await self._ask("conversations.info", {"channel": await self.address(channel)})
        except DeliveryError as error:
            return str(error)
        found = said["channel"]
        if found.get("is_archived"):
            return GONE["is_archived"]
        return "" if found.get("is_member") or found.get("is_im") else GONE["not_in_channel"]

    async def known(self, channel: Channel) -> tuple[str, str, bool]:
        """Id and name of a channel ("" where it has none, as between two people), and whether it is public.

        Public: everyone of the workspace may read it. DeliveryError where the bot can't see it.
        """
        said, _ = await self._ask("conversations.info", {"channel": await self.address(channel)})
        found = said["channel"]
        public = bool(found.get("is_channel")) and not found.get("is_private", True)
        return found["id"], name_of(found.get("name")), public

    async def person(self, user: str) -> tuple[bool, str]:
        """Whether a person is a full member (no guest, no bot, nobody of another workspace), and their time zone."""
        said, _ = await self._ask("users.info", {"user": user})
        found = said["user"]
        here = (await self.identity()).team
        # In an organisation of several workspaces a person's own one is another, and theirs are listed.
        teams = {found.get("team_id") or here, *((found.get("enterprise_user") or {}).get("teams") or ())}
        marks = ("is_restricted", "is_ultra_restricted", "is_stranger", "is_bot", "deleted")
        return here in teams and not any(found.get(mark) for mark in marks), str(found.get("tz") or "")

    async def address(self, channel: Channel) -> str:
        """The id of a channel; ChannelGone where no channel of that name can be seen."""
        if not channel.address.startswith("#"):
            return channel.address
        name = channel.address.removeprefix("#").casefold()
        if name not in self._by_name:
            where = {"types": "public_channel,private_channel", "exclude_archived": True, "limit": 1000}
            channels, _ = await self._pages("conversations.list", where, "channels")
            for each in channels:
                self._by_name[str(each["name"]).casefold()] = each["id"]
        if name not in self._by_name:
            raise ChannelGone(GONE["channel_not_found"])
        return self._by_name[name]

    def _receipt(self, address: str, ts: str, thread: str) -> Receipt:
        """With the link that Slack's own Copy link makes; "" as long as Slack has not said whose the token is."""
        link = f"{self._identity.url}archives/{address}/p{ts.replace('.', '')}" if self._identity else ""
        within = f"?thread_ts={thread}&cid={address}" if link and thread not in ("", ts) else ""
        return Receipt(f"{address}/{ts}", link + within)

    async def _pages(self, method: str, where: Mapping[str, Any], part: str) -> tuple[list[Mapping[str, Any]], bool]:
        """What stands on so many pages, and whether that is all."""
        found: list[Mapping[str, Any]] = []
        cursor = ""
        for _ in range(PAGES):
            said, _headers = await self._ask(method, {**where, "cursor": cursor} if cursor else where)
            found += said[part]
            cursor = (said.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return found, True
        return found, False

    async def _ask(self, method: str, payload: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, str]]:
        """The answer and its headers; every way it can fail becomes a DeliveryError."""
        try:
            response = await self.client.api_call(method, json=dict(payload))
        except FAILURES as error:
            raise of_exception(error) from None
        return response.data, response.headers  # type: ignore[return-value]


def name_of(name: object) -> str:
    """`#news` of `news`; "" where Slack says a word for a kind of conversation instead of a name."""
    nameless = not isinstance(name, str) or name in ("", "privategroup", "directmessage") or name.startswith("mpdm-")
    return "" if nameless else f"#{name}"


def _drawn(text: str, blocks: Sequence[Block]) -> dict[str, Any]:
    """What a message shows, and that Slack is to look for no names and links in it."""
    return {"text": text, "blocks": list(blocks), "link_names": False, "parse": "none"}
