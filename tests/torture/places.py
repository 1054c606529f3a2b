"""Where the bot of a test posts: a Slack, a Slack whose history it may not read, a Discord; and what arrived there."""

import json
import re
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.chat.servers.discord import HISTORY, OTHER, SUPPLY, DiscordServer
from tests.chat.servers.slack import SCOPES, TEAM, Conversation, SlackServer
from tests.torture.canaries import DEAF_APP, DEAF_BOT, SETTINGS

DIGESTS = "C0DIGESTS"
DEAF_TEAM = "T0DEAF"
REPEAT = "may be a repeat"
_NAMED = re.compile(r"announces (\w+)")

Messages = Callable[[], Mapping[str, dict[str, Any]]]


@dataclass
class Place:
    """A channel. `asked`: the platform can be asked there what has arrived."""

    name: str
    asked: bool
    messages: Messages
    posts: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    replies: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    looked_at: int = 0

    def look(self) -> None:
        """Sort what is new by the items that it names."""
        every = self.messages()
        for mark in list(every)[self.looked_at :]:
            message = every[mark]
            kind = self.replies if "thread_ts" in message or "message_reference" in message else self.posts
            for item in sorted(set(_NAMED.findall(json.dumps(message)))):
                kind[item].append(mark)
        self.looked_at = len(every)

    def text(self, mark: str) -> str:
        """A message as it stands now."""
        return json.dumps(self.messages()[mark])

    def faults(self, items: list[str]) -> Iterator[str]:
        """What a reader of the channel can complain of."""
        for item in items:
            for kind, marks in (("post", self.posts[item]), ("reply", self.replies[item])):
                marked = sum(REPEAT in self.text(mark) for mark in marks)
                if self.asked and (len(marks) > 1 or marked):
                    yield f"{self.name}: {len(marks)} times, {marked} marked, the {kind} of {item}"
                elif len(marks) - marked > 1:
                    yield f"{self.name}: {len(marks)} times, only {marked} marked, the {kind} of {item}"


@dataclass
class Town:
    """All servers, and the variables that lead a bot there."""

    slack: SlackServer
    deaf: SlackServer
    discord: DiscordServer
    ahead: float = 0.0
    """Seconds by which the clocks of the servers are ahead: those of the bots are, too."""

    def __post_init__(self) -> None:
        """Every server lives by the same clock."""
        for server in (self.slack, self.deaf, self.discord):
            server.moment = lambda _: time.time() + self.ahead
        self.slack.page = self.deaf.page = 200
        slack, deaf, discord = self.slack.channels, self.deaf.channels, self.discord.places
        self.told = [
            Place("Slack", True, lambda: slack["C0SUPPLY"].messages),
            Place("Slack without history", False, lambda: deaf["C0SUPPLY"].messages),
            Place("Discord", True, lambda: discord[SUPPLY].messages),
            Place("Discord without history", False, lambda: discord[OTHER].messages),
        ]
        self.digests = Place("Slack, digests", True, lambda: slack[DIGESTS].messages)

    @property
    def variables(self) -> dict[str, str]:
        """Tokens and addresses."""
        return {
            **SETTINGS,
            "SLACK_API_URL": self.slack.url,
            "DISCORD_API_URL": self.discord.url,
        }

    @property
    def written(self) -> str:
        """All that stands in the channels."""
        return "\n".join(place.text(mark) for place in (*self.told, self.digests) for mark in place.messages())

    @property
    def calls(self) -> int:
        """How often anything was asked so far."""
        return len(self.slack.calls) + len(self.deaf.calls) + len(self.discord.calls)


CHANNELS = [f"slack:{TEAM}/C0SUPPLY", f"slack:{DEAF_TEAM}/C0SUPPLY", f"discord:{SUPPLY}", f"discord:{OTHER}"]


@asynccontextmanager
async def town() -> AsyncIterator[Town]:
    """Three servers on loopback."""
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(SlackServer())
        mute = ",".join(scope for scope in SCOPES.split(",") if "history" not in scope)
        tokens = {"bot_token": DEAF_BOT, "app_token": DEAF_APP}
        deaf = await stack.enter_async_context(SlackServer(scopes=mute, team=DEAF_TEAM, **tokens))
        slack.neighbours.append(deaf)
        slack.channels[DIGESTS] = Conversation(DIGESTS, "digests")
        discord = await stack.enter_async_context(DiscordServer())
        discord.places[OTHER].denied = HISTORY
        yield Town(slack, deaf, discord)
