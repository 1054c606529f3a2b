"""Where an answer goes: to the address that came with what was asked, or else into the channel by name."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import structlog

from bot.chat.drawing.blocks import answer
from bot.chat.drawing.modal import modal
from bot.chat.slack.workspace import Workspace
from bot.errors import ChannelGone, DeliveryError, Rejected, TryLater
from bot.model.command import Action, Reply

log = structlog.get_logger()

MOST_PRIVATE = 3000
"""Characters that come back with a modal."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks where. `url` takes five answers within half an hour, `trigger` one modal within three seconds.

    Both are Slack's: <https://docs.slack.dev/interactivity/handling-user-interaction>.
    """

    workspace: Workspace = field(repr=False)
    address: str
    user: str
    name: str = ""
    thread: str = ""
    url: str = field(default="", repr=False)
    trigger: str = field(default="", repr=False)
    called: str = ""
    """The channel's name with its #, where Slack says it."""
    turns: bool = False
    """Whether a page of an answer is turned that one person alone sees: the next one takes its place."""

    async def answer(self, reply: Reply) -> None:
        """Say it, once; what can't be said is in the log. A form is opened where that can still be done."""
        try:
            if reply.form is None or not await self._opened(reply):
                await self._say(reply)
        except DeliveryError as error:
            log.warning("an answer was not delivered", channel=self.address, reason=str(error))

    def private(self, command: str) -> str:
        """What a modal brings back, so that its answer finds its way. Ids alone; no modal is kept here."""
        known = {"command": command, "channel": self.address, "thread": self.thread, "url": self.url}
        text = json.dumps(known)
        return text if len(text) <= MOST_PRIVATE else json.dumps({**known, "url": ""})

    @classmethod
    def by_modal(cls, workspace: Workspace, body: Mapping[str, Any]) -> tuple[Self, str]:
        """Who sent a modal, and the command that it is."""
        known, user = json.loads(body["view"]["private_metadata"]), body["user"]
        name = user.get("username") or user.get("name", "")
        asked = cls(workspace, known["channel"], user["id"], name, known["thread"], known["url"])
        return asked, known["command"]

    async def _opened(self, reply: Reply) -> bool:
        """Whether the modal was opened; not without a fresh trigger, which a press of the button Edit brings."""
        if reply.form is None or not self.trigger:
            return False
        try:
            await self.workspace.open_modal(self.trigger, modal(reply.form, self.private(reply.form.command)))
        except DeliveryError as error:
            log.info("a modal was not opened", reason=str(error))
            return False
        return True

    async def _say(self, reply: Reply) -> None:
        if reply.form is not None:
            reply = replace(reply, actions=(*reply.actions, Action("Edit", reply.form.command)))
        text, blocks = answer(reply)
        # An answer to the address would stand outside of the thread.
        if self.url and (self.turns or not self.thread):
            instead = self.turns and not reply.public
            try:
                return await self.workspace.respond(self.url, text, blocks, public=reply.public, instead=instead)
            except (Rejected, ChannelGone, TryLater) as error:
                log.info("an answer takes another way", reason=str(error))
        if reply.public:
            await self.workspace.say(self.address, text, blocks, thread=self.thread)
        else:
            await self.workspace.whisper(self.address, self.user, text, blocks, thread=self.thread)
        return None
