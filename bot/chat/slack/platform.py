"""Slack as a platform: which workspace a delivery goes to, and what a person types or presses there."""

import logging
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.drawing.blocks import RUN, Block, answer, joined, message
from bot.chat.slack.workspace import SECONDS, Workspace
from bot.errors import ChannelGone, DeliveryError
from bot.model.alert import Delivery, Receipt
from bot.model.card import AlertCard
from bot.model.channel import Channel
from bot.model.command import Actor, Command, Reply, Right
from bot.protocols import Dispatch

log = structlog.get_logger()
_FAULT = Reply((("This command met a fault of the bot; the log has it. Others go on: help",),), failed=True)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The two tokens of one workspace: the bot's own, and the app's for the socket."""

    bot: str
    app: str


class SlackPlatform:
    """Implements Platform on one or several workspaces, over Socket Mode: no public address is needed."""

    name = "slack"
    edits = True
    replies = True

    def __init__(self, tokens: Sequence[Tokens], base_url: str, command: str, admins: frozenset[str]) -> None:
        """`base_url` of the Web API; `command` with its slash; `admins` are the ids of people who may do everything."""
        self._base_url = base_url
        self._command = command
        self._admins = admins
        self._workspaces = [(each, Workspace(each.bot, base_url)) for each in tokens]
        self._handlers: list[AsyncSocketModeHandler] = []

    async def start(self, dispatch: Dispatch) -> None:
        """Open a socket a workspace. A token that Slack does not take is said in the log; the others go on."""
        for tokens, workspace in self._workspaces:
            try:
                await workspace.identity()
            except DeliveryError as error:
                log.error("slack is not connected", reason=str(error))
                continue
            handler = self._handler(tokens, workspace, dispatch)
            self._handlers.append(handler)
            await handler.connect_async()  # type: ignore[no-untyped-call]

    async def stop(self) -> None:
        """Close sockets and connections; safe to call twice."""
        handlers, self._handlers = self._handlers, []
        for handler in handlers:
            with suppress(Exception):
                await handler.close_async()  # type: ignore[no-untyped-call]
        for _, workspace in self._workspaces:
            await workspace.close()

    async def send(self, delivery: Delivery) -> Receipt:
        """Post the card; marked where it may be a repeat and nobody can look."""
        workspace = await self._of(delivery.channel)
        repeat = delivery.doubtful and not (await workspace.identity()).may_look
        return await workspace.post(delivery, *message(delivery.card, repeat=repeat))

    async def edit(self, delivery: Delivery) -> Receipt:
        """Update the message; doing it twice changes nothing."""
        workspace = await self._of(delivery.channel)
        return await workspace.edit(delivery, *message(delivery.card))

    async def reply(self, delivery: Delivery) -> Receipt:
        """Answer in the thread of the message."""
        workspace = await self._of(delivery.channel)
        repeat = delivery.doubtful and not (await workspace.identity()).may_look
        draw = joined if isinstance(delivery.card, AlertCard) else message
        return await workspace.post(delivery, *draw(delivery.card, repeat=repeat))  # type: ignore[arg-type]

    async def find(self, delivery: Delivery) -> Receipt | None:
        """What an earlier attempt has posted, where the history may be read."""
        if delivery.kind == "edit":
            return None
        return await (await self._of(delivery.channel)).find(delivery)

    async def resolve(self, channel: Channel) -> Channel | None:
        """The channel by workspace and id, with its name; None where the bot can't see it now."""
        try:
            workspace = await self._of(channel)
            return Channel("slack", (await workspace.identity()).team, *await workspace.known(channel))
        except DeliveryError:
            return None

    async def check(self, channel: Channel) -> str:
        """Why this channel can't be posted to, with the fix; "" when it can."""
        try:
            return await (await self._of(channel)).check(channel)
        except DeliveryError as error:
            return str(error)

    async def _of(self, channel: Channel) -> Workspace:
        """The workspace of a channel: the one it names, else the only one."""
        if not channel.tenant and len(self._workspaces) == 1:
            return self._workspaces[0][1]
        for _, workspace in self._workspaces:
            if (await workspace.identity()).team == channel.tenant:
                return workspace
        raise ChannelGone(
            f"{channel} is in none of the workspaces that the bot has tokens for: write slack:<workspace id>/<channel>"
        )

    def _handler(self, tokens: Tokens, workspace: Workspace, dispatch: Dispatch) -> AsyncSocketModeHandler:
        quiet = logging.getLogger("bot.chat.slack")
        app = AsyncApp(client=workspace.client, logger=quiet, request_verification_enabled=False)
        listener = _Listener(workspace, dispatch, self._admins)
        app.command(self._command)(listener.typed)
        app.event("app_mention")(listener.mentioned)
        app.action(re.compile(f"^{RUN}:"))(listener.pressed)
        web = AsyncWebClient(tokens.app, self._base_url, timeout=SECONDS, retry_handlers=[])
        return AsyncSocketModeHandler(app, tokens.app, logger=quiet, web_client=web)


class _Listener:
    """What people type and press in one workspace."""

    def __init__(self, workspace: Workspace, dispatch: Dispatch, admins: frozenset[str]) -> None:
        self._workspace = workspace
        self._dispatch = dispatch
        self._admins = admins

    async def typed(self, ack: Any, command: Mapping[str, Any], respond: Any) -> None:
        """A slash command."""
        await ack()
        text, channel, user = command.get("text", ""), command["channel_id"], command["user_id"]
        await self._answer(text, channel, user, command.get("user_name", ""), respond)

    async def mentioned(self, event: Mapping[str, Any]) -> None:
        """`@Namewatch list`: the command's twin, which also works inside threads."""
        text = re.sub(r"^\s*<@[A-Z0-9]+(?:\|[^>]*)?>", "", event.get("text", ""))
        thread = event.get("thread_ts")

        async def respond(*, response_type: str, text: str, blocks: list[Block], **_: object) -> None:
            where = {"channel": event["channel"], "text": text, "blocks": blocks, "thread_ts": thread}
            if response_type == "in_channel":
                await self._workspace.client.chat_postMessage(**where)
            else:
                await self._workspace.client.chat_postEphemeral(user=event["user"], **where)

        await self._answer(text.strip(), event["channel"], event["user"], "", respond)

    async def pressed(self, ack: Any, body: Mapping[str, Any], respond: Any) -> None:
        """A button: its command, in the name of whoever pressed it."""
        await ack()
        for action in body.get("actions", ()):
            user = body["user"]
            name = user.get("username") or user.get("name", "")
            await self._answer(action.get("value", ""), body["channel"]["id"], user["id"], name, respond)

    async def _answer(self, text: str, channel: str, user: str, name: str, respond: Any) -> None:
        try:
            actor = await self._actor(user, name)
            reply = await self._dispatch(Command(text, actor, Channel("slack", actor.tenant, channel)))
        except Exception:  # a fault of ours in one command must not take the others away
            log.exception("command failed", command=text)
            reply = _FAULT
        said, blocks = answer(reply)
        kind = "in_channel" if reply.public else "ephemeral"
        await respond(text=said, blocks=blocks, response_type=kind, replace_original=False)

    async def _actor(self, user: str, name: str) -> Actor:
        identity = await self._workspace.identity()
        rights: set[Right] = {"anyone"}
        if await self._workspace.is_member(user):
            rights.add("member")
        if user in self._admins:
            rights |= {"member", "admin"}
        return Actor(user, name, identity.team, frozenset(rights))
