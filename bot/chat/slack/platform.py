"""Slack as a platform: which workspace a delivery goes to, and who listens there."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.chat.drawing.blocks import joined as joined_by
from bot.chat.drawing.blocks import message
from bot.chat.drawing.buttons import alert_of
from bot.chat.naming import Naming
from bot.chat.slack.listener import Listener
from bot.chat.slack.people import People
from bot.chat.slack.quiet import quiet_logger
from bot.chat.slack.scopes import OPTIONAL, SCOPES
from bot.chat.slack.workspace import Workspace
from bot.errors import ChannelGone, DeliveryError
from bot.model.alert import Delivery, Receipt
from bot.model.card import AlertCard
from bot.model.channel import Channel
from bot.model.checkup import Checkup
from bot.model.limits import Limits, Rate
from bot.protocols import Clock, Dispatch, Joined, Suggest, no_suggestions, no_welcome

LIMITS = Limits(channel=Rate(1, at_once=3), tenant=Rate(5, at_once=20))
"""A message a second in a channel with short bursts, several hundred a minute in a workspace; no answer says how many.

<https://docs.slack.dev/apis/web-api/rate-limits/>
"""


class Ear(Protocol):
    """How one workspace is listened to: over a socket, or at a door of our own."""

    @property
    def note(self) -> str:
        """What can't be checked from here; "" when all can."""
        ...

    @property
    def listens(self) -> bool:
        """Whether what is said there is heard now."""
        ...

    def open(self, make: Callable[[], AsyncApp]) -> None:
        """Begin to listen; `make` makes the app that hears what comes."""
        ...

    async def close(self) -> None:
        """Stop listening; safe to call twice."""
        ...

    async def refused(self) -> str:
        """Why nothing can be heard, with the fix; "" when it can, as far as is known."""
        ...


class SlackPlatform:
    """Implements Platform on one or several workspaces."""

    name = "slack"
    edits = True
    replies = True
    limits = LIMITS

    def __init__(
        self, workspaces: Sequence[tuple[Workspace, Ear]], clock: Clock, *, command: str, admins: frozenset[str]
    ) -> None:
        """`command` with its slash; `admins` are the ids of people who may do everything."""
        self._workspaces = [workspace for workspace, _ in workspaces]
        self._ears = [(ear, workspace) for workspace, ear in workspaces]
        self._clock = clock
        self._command = command
        self._naming = Naming(command)
        self._admins = admins

    async def start(
        self,
        dispatch: Dispatch,
        *,
        joined: Joined = no_welcome,
        suggest: Suggest = no_suggestions,
    ) -> None:
        """Begin to listen to each workspace. What is wrong with a token is said in the log; the others go on.

        A slash command of Slack's is not completed while it is typed: menus in answers are.
        """
        dispatch, joined = self._naming.dispatch(dispatch), self._naming.joined(joined)
        for ear, workspace in self._ears:
            people = People(workspace, self._clock, self._admins)
            ear.open(partial(self._app, Listener(workspace, people, dispatch, joined, suggest), workspace))

    async def stop(self) -> None:
        """Stop listening and let go of connections; safe to call twice."""
        await asyncio.gather(*(ear.close() for ear, _ in self._ears))
        for workspace in self._workspaces:
            await workspace.close()

    @property
    def listens(self) -> bool:
        """Whether each workspace is."""
        return all(ear.listens for ear, _ in self._ears)

    async def send(self, delivery: Delivery) -> Receipt:
        """Post the card; marked where it may be a repeat and nobody can look."""
        workspace = await self._of(delivery.channel)
        repeat = await workspace.may_repeat(delivery)
        drawn = message(self._naming.card(delivery.card), alert=alert_of(delivery), repeat=repeat)
        return replace(await workspace.post(delivery, *drawn), marked=repeat)

    async def edit(self, delivery: Delivery) -> Receipt:
        """Update the message; doing it twice changes nothing. A mark that it may be a repeat stays."""
        workspace = await self._of(delivery.channel)
        repeat = delivery.target is not None and delivery.target.doubtful and not (await workspace.identity()).may_look
        return await workspace.edit(delivery, *message(delivery.card, alert=alert_of(delivery), repeat=repeat))

    async def reply(self, delivery: Delivery) -> Receipt:
        """Answer in the thread of the message."""
        workspace = await self._of(delivery.channel)
        repeat = await workspace.may_repeat(delivery)
        if isinstance(delivery.card, AlertCard):
            drawn = joined_by(delivery.card, alert=alert_of(delivery), repeat=repeat)
        else:
            drawn = message(self._naming.card(delivery.card), repeat=repeat)
        return replace(await workspace.post(delivery, *drawn), marked=repeat)

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

    async def check_threads(self, channel: Channel) -> str:  # noqa: ARG002 - Platform's
        """A reply stands in the thread of its message in any case."""
        return ""

    async def homes(self) -> tuple[str, ...]:
        """Each workspace, asked for at the same time."""
        return tuple(await asyncio.gather(*(_at_work(workspace) for workspace in self._workspaces)))

    async def examine(self) -> tuple[Checkup, ...]:
        """Each workspace's bot token, its scopes by name, and the way in which it is listened to."""
        found: list[Checkup] = []
        for ear, workspace in self._ears:
            found += await _scopes(workspace)
            found.append(Checkup(f"Slack, listening to {workspace.label}", await ear.refused(), ear.note))
        return tuple(found)

    async def _of(self, channel: Channel) -> Workspace:
        """The workspace of a channel: the one it names, else the only one."""
        if not channel.tenant and len(self._workspaces) == 1:
            return self._workspaces[0]
        trouble: DeliveryError | None = None
        # A workspace that does not answer is asked last: it must not keep the others waiting.
        for workspace in sorted(self._workspaces, key=lambda each: not each.team):
            try:
                if (await workspace.identity()).team == channel.tenant:
                    return workspace
            except DeliveryError as error:
                trouble = error
        raise trouble or ChannelGone(
            f"{channel} is in none of the workspaces that the bot has tokens for: write slack:<workspace id>/<channel>"
        )

    def _app(self, listener: Listener, workspace: Workspace) -> AsyncApp:
        async def known(enterprise_id: str | None) -> AuthorizeResult:
            # Left to itself the SDK asks Slack before it acknowledges, and a slow answer costs the command.
            who = await workspace.identity()
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=who.team, bot_id=who.bot, bot_user_id=who.user)

        # With a name, or else the SDK reads every module's file to find one: a tenth of a second.
        app = AsyncApp(name=self._command, authorize=known, logger=quiet_logger(), request_verification_enabled=False)
        listener.listen(app, self._command)
        return app


async def _at_work(workspace: Workspace) -> str:
    try:
        await workspace.identity()
    except DeliveryError as error:
        return f"{workspace.label}: {error}"
    return workspace.label


async def _scopes(workspace: Workspace) -> list[Checkup]:
    try:
        scopes = (await workspace.identity()).scopes
    except DeliveryError as error:
        return [Checkup(f"Slack, {workspace.label}", str(error))]
    token = Checkup(f"Slack: {workspace.label}")
    if not scopes:
        return [replace(token, note="Slack does not tell what the token may do")]
    again = "install the app again with slack-manifest.yaml"
    missing = [
        Checkup(f"Slack scope {name}", f"{what}: {again}") for name, what in SCOPES.items() if name not in scopes
    ]
    without = [f"{name} is not given: {what}" for name, what in OPTIONAL.items() if name not in scopes]
    return [replace(token, note="; ".join(without)), *missing]
