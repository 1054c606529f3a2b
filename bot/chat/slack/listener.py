"""What people type, press and do in one workspace, and what is said back."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from bot.chat.drawing.blocks import PICK, RUN, answer, picked, plain, suggestions
from bot.chat.drawing.modal import FORM, faults_in, filled
from bot.chat.slack.answering import Asked
from bot.chat.slack.people import People
from bot.chat.slack.workspace import Workspace, name_of
from bot.errors import NamewatchError
from bot.model.channel import Channel
from bot.model.command import Command, Reply
from bot.protocols import Dispatch, Joined, Suggest

log = structlog.get_logger()

SOON = 2.0
"""Seconds that a modal or a menu waits for its answer; Slack gives three, and some of them pass on the way."""

_FAULT = Reply((("This command met a fault of the bot; the log has it. Others go on: help",),), failed=True)
_PAGE = re.compile(r" page \d+$")


class Listener:
    """Hears one workspace."""

    def __init__(
        self, workspace: Workspace, people: People, dispatch: Dispatch, joined: Joined, suggest: Suggest
    ) -> None:
        """Commands go to `dispatch`; `joined` hears of channels that the bot was invited to; menus ask `suggest`."""
        self._workspace = workspace
        self._people = people
        self._dispatch = dispatch
        self._joined = joined
        self._suggest = suggest

    def listen(self, app: AsyncApp, command: str) -> None:
        """Have the app call this listener; what nobody asked for is acknowledged and left alone."""
        app.command(command)(self.typed)
        app.action(re.compile(f"^{RUN}:"))(self.pressed)
        app.options(re.compile(f"^{PICK}:"))(self.looked_up)
        app.view(FORM)(self.filled_in)
        app.event("app_mention")(self.mentioned)
        app.event("member_joined_channel")(self.came)
        app.event(re.compile(".*"))(_ignored)
        app.action(re.compile(".*"))(_ignored)

    async def typed(self, ack: Any, command: Mapping[str, Any]) -> None:
        """A slash command."""
        await ack()
        asked = Asked(
            self._workspace,
            command["channel_id"],
            command["user_id"],
            command.get("user_name", ""),
            url=command.get("response_url", ""),
            trigger=command.get("trigger_id", ""),
            called=name_of(command.get("channel_name")),
        )
        await asked.answer(await self._reply(command.get("text", ""), asked))

    async def pressed(self, ack: Any, body: Mapping[str, Any]) -> None:
        """A button or a menu: its command, in the name of whoever pressed it."""
        await ack()
        user, container = body["user"], body.get("container", {})
        asked = Asked(
            self._workspace,
            body["channel"]["id"],
            user["id"],
            user.get("username") or user.get("name", ""),
            thread=_thread(container),
            url=body.get("response_url", ""),
            trigger=body.get("trigger_id", ""),
            called=name_of(body["channel"].get("name")),
        )
        for action in body.get("actions", ()):
            text = (action.get("selected_option") or action).get("value", "")
            turned = replace(asked, turns=bool(container.get("is_ephemeral")) and _PAGE.search(text) is not None)
            await turned.answer(await self._reply(text, asked, below=str(container.get("message_ts") or "")))

    async def looked_up(self, ack: Any, body: Mapping[str, Any]) -> None:
        """Somebody types into a menu: what may be meant, from memory."""
        kind, template = picked(body["action_id"])
        try:
            async with asyncio.timeout(SOON):
                team = (await self._workspace.identity()).team
                channel = Channel("slack", team, body["channel"]["id"])
                found = await self._suggest(kind, body.get("value", ""), channel)
        except Exception:  # a fault of ours must not leave somebody before a menu that never opens
            log.exception("nothing was suggested")
            found = ()
        await ack(options=suggestions(found, template))

    async def filled_in(self, ack: Any, body: Mapping[str, Any]) -> None:
        """A modal comes back: it stays open where something in it is wrong."""
        view = body["view"]
        asked, command = Asked.by_modal(self._workspace, body)
        work = asyncio.create_task(self._reply(command, asked, filled(view)))
        done, _ = await asyncio.wait({work}, timeout=SOON)
        if done and (reply := work.result()).failed:
            await ack(response_action="errors", errors=faults_in(view, reply.faults, plain(reply.lines)))
            return
        await ack()
        await asked.answer(await work)

    async def mentioned(self, event: Mapping[str, Any]) -> None:
        """`@Namewatch list`: the command's twin, which also works inside threads."""
        text = _asked_of((await self._workspace.identity()).user, event.get("text", ""))
        asked = Asked(self._workspace, event["channel"], event["user"], thread=event.get("thread_ts") or "")
        await asked.answer(await self._reply(text, asked))

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

    async def _reply(
        self, text: str, asked: Asked, values: tuple[tuple[str, str], ...] = (), *, below: str = ""
    ) -> Reply:
        """The answer; `below` is the message whose button was pressed."""
        try:
            actor = await self._people.actor(asked.user, asked.name)
            channel = Channel("slack", actor.tenant, asked.address, asked.called)
            # As receipts of what was posted name a message.
            message = asked.thread or below
            under = f"{asked.address}/{message}" if message else ""
            return await self._dispatch(Command(text, actor, channel, under, values))
        except Exception:  # a fault of ours in one command must not take the others away
            log.exception("command failed", command=text)
            return _FAULT


def _asked_of(bot: str, text: str) -> str:
    """What is said behind the bot's name: `hey @Namewatch list`; what stands before it where nothing does."""
    before, _, behind = re.sub(rf"<@{re.escape(bot)}(?:\|[^>]*)?>", "\0", text, count=1).partition("\0")
    return behind.strip() or before.strip()


def _thread(container: Mapping[str, Any]) -> str:
    """The thread in which a pressed message stands; "" for one that stands in the channel itself."""
    thread = str(container.get("thread_ts") or "")
    return thread if thread != container.get("message_ts") else ""


async def _ignored(ack: Any) -> None:
    await ack()
