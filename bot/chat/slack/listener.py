"""What people type, press and do in one workspace, and what is said back."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from bot.chat.drawing.blocks import RUN, Block, answer
from bot.chat.slack.people import People
from bot.chat.slack.workspace import Workspace
from bot.errors import DeliveryError, NamewatchError
from bot.model.channel import Channel
from bot.model.command import Command, Reply
from bot.protocols import Dispatch, Joined

log = structlog.get_logger()

_FAULT = Reply((("This command met a fault of the bot; the log has it. Others go on: help",),), failed=True)
_MENTION = re.compile(r"^\s*<@[A-Z0-9]+(?:\|[^>]*)?>")

Say = Callable[[str, list[Block], bool], Awaitable[object]]
"""Say this text and these blocks; the flag: to everyone."""


class Listener:
    """Hears one workspace."""

    def __init__(self, workspace: Workspace, people: People, dispatch: Dispatch, joined: Joined) -> None:
        """Commands go to `dispatch`; `joined` hears of channels that the bot was invited to."""
        self._workspace = workspace
        self._people = people
        self._dispatch = dispatch
        self._joined = joined

    def listen(self, app: AsyncApp, command: str) -> None:
        """Have the app call this listener; what nobody asked for is acknowledged and left alone."""
        app.command(command)(self.typed)
        app.action(re.compile(f"^{RUN}:"))(self.pressed)
        app.event("app_mention")(self.mentioned)
        app.event("member_joined_channel")(self.came)
        app.event(re.compile(".*"))(_ignored)
        app.action(re.compile(".*"))(_ignored)

    async def typed(self, ack: Any, command: Mapping[str, Any]) -> None:
        """A slash command."""
        await ack()
        name = command.get("user_name", "")
        await self._answer(
            command.get("text", ""), command["channel_id"], command["user_id"], name, self._at(command["response_url"])
        )

    async def pressed(self, ack: Any, body: Mapping[str, Any]) -> None:
        """A button: its command, in the name of whoever pressed it."""
        await ack()
        user, say = body["user"], self._at(body["response_url"])
        for action in body.get("actions", ()):
            name = user.get("username") or user.get("name", "")
            chosen = action.get("selected_option") or action
            await self._answer(chosen.get("value", ""), body["channel"]["id"], user["id"], name, say)

    async def mentioned(self, event: Mapping[str, Any]) -> None:
        """`@Namewatch list`: the command's twin, which also works inside threads."""
        text, address, user = _MENTION.sub("", event.get("text", "")).strip(), event["channel"], event["user"]
        thread = event.get("thread_ts") or ""

        async def say(said: str, blocks: list[Block], public: bool) -> None:  # noqa: FBT001 - it is a Say
            if public:
                await self._workspace.say(address, said, blocks, thread=thread)
            else:
                await self._workspace.whisper(address, user, said, blocks, thread=thread)

        await self._answer(text, address, user, "", say)

    async def came(self, event: Mapping[str, Any]) -> None:
        """Somebody joined a channel: where it is the bot itself, what waits for the channel goes out."""
        identity = await self._workspace.identity()
        if event.get("user") != identity.user:
            return
        channel = Channel("slack", identity.team, event["channel"])
        try:
            welcome = await self._joined(channel)
            if welcome is not None:
                await self._workspace.say(channel.address, *answer(welcome))
        except NamewatchError as error:
            log.warning("no welcome was said", channel=str(channel), reason=str(error))

    def _at(self, url: str) -> Say:
        async def say(said: str, blocks: list[Block], public: bool) -> None:  # noqa: FBT001 - it is a Say
            await self._workspace.respond(url, said, blocks, public=public)

        return say

    async def _answer(self, text: str, address: str, user: str, name: str, say: Say) -> None:
        reply = await self._reply(text, address, user, name)
        try:
            await say(*answer(reply), reply.public)
        except DeliveryError as error:
            log.warning("an answer was not delivered", command=text, reason=str(error))

    async def _reply(self, text: str, address: str, user: str, name: str) -> Reply:
        try:
            actor = await self._people.actor(user, name)
            return await self._dispatch(Command(text, actor, Channel("slack", actor.tenant, address)))
        except Exception:  # a fault of ours in one command must not take the others away
            log.exception("command failed", command=text)
            return _FAULT


async def _ignored(ack: Any) -> None:
    await ack()
