"""Who may do what in one workspace: guests read, members change lists, and the operator's admins do everything."""

import asyncio
from datetime import datetime, timedelta

from bot.chat.slack.workspace import Workspace
from bot.errors import DeliveryError
from bot.model.command import Actor, Right
from bot.protocols import Clock

REMEMBERED = timedelta(minutes=5)
"""How long it is believed that somebody is a member, or a guest."""
MOST = 10_000
"""People who are remembered at once."""


class People:
    """Knows the people of one workspace."""

    def __init__(self, workspace: Workspace, clock: Clock, admins: frozenset[str]) -> None:
        """`admins`: ids of those who may do everything."""
        self._workspace = workspace
        self._clock = clock
        self._admins = admins
        self._members: dict[str, tuple[tuple[bool, str], datetime]] = {}
        self._asking: dict[str, asyncio.Task[tuple[bool, str]]] = {}

    async def actor(self, user: str, name: str) -> Actor:
        """The person with the rights of now; `unsure` where Slack doesn't tell whether it is a member."""
        team = (await self._workspace.identity()).team
        if user in self._admins:
            return Actor(user, name, team, frozenset[Right]({"anyone", "member", "admin"}))
        try:
            member, zone = await self._person(user)
        except DeliveryError as error:
            return Actor(user, name, team, unsure=str(error))
        return Actor(user, name, team, frozenset[Right]({"anyone", "member"} if member else {"anyone"}), zone=zone)

    async def _person(self, user: str) -> tuple[bool, str]:
        now = self._clock.now()
        known = self._members.get(user)
        if known is not None and timedelta(0) <= now - known[1] < REMEMBERED:
            return known[0]
        if len(self._members) >= MOST:
            self._members.clear()
        if user not in self._asking:
            # Many commands of one person at once are one question.
            self._asking[user] = asyncio.create_task(self._workspace.person(user))
            self._asking[user].add_done_callback(lambda _: self._asking.pop(user, None))
        person = await asyncio.shield(self._asking[user])
        self._members[user] = (person, now)
        return person
