"""How much a platform takes: messages a second, in one channel, one workspace or server, and altogether."""

from dataclasses import dataclass
from typing import Literal

Scope = Literal["channel", "tenant", "platform"]
"""How much of a platform wants to be left alone: one channel, a workspace or server, or all of it."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many messages a second in the long run, and so many of them at once."""

    a_second: float
    at_once: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What a platform documents; None where it has no limit, or tells it with each answer."""

    channel: Rate | None = None
    tenant: Rate | None = None
    platform: Rate | None = None


UNLIMITED = Limits()
