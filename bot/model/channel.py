"""A channel: where people read. Platform, tenant (workspace or guild) and address."""

from dataclasses import dataclass, field
from typing import Self

PLATFORMS = ("slack", "discord", "console")


@dataclass(frozen=True, slots=True, order=True)
class Channel:
    """One place to post to; `str(channel)` is the form that watchlists use and the store keys by.

    `name` is how people of that chat call it, where that is known; it may change, and makes it no other channel.
    `public`: everyone of its tenant may read it, as far as is known; what is watched in any other is seen from there
    alone.
    """

    platform: str
    tenant: str = ""
    address: str = ""
    name: str = field(default="", compare=False)
    public: bool = field(default=False, compare=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `slack:#name`, `slack:T0AB/C0123ABCD`, `discord:1122` or `console:`; ValueError says what is wrong."""
        platform, colon, rest = text.strip().partition(":")
        platform = platform.strip().lower()
        if not colon:
            raise ValueError(f"{text!r} is not a channel: write platform:address, such as slack:#news or console:")
        if platform in ("http", "https"):
            raise ValueError(
                "a channel is never an address with a secret in it: write its name or id, such as slack:#news"
            )
        if platform not in PLATFORMS:
            raise ValueError(f"{platform!r} is not a chat platform: write one of {', '.join(PLATFORMS)}")
        tenant, slash, address = rest.strip().rpartition("/")
        if platform == "console" and rest.strip():
            raise ValueError("the terminal has no address: write console:")
        if platform != "console" and not address.strip("#"):
            raise ValueError(f"{text!r} has no address: write {platform}:#name or {platform}:id")
        if slash and not tenant:
            raise ValueError(f"{text!r} has an empty tenant before the slash: write {platform}:{address}")
        return cls(platform, tenant, address)

    def __str__(self) -> str:
        """The text that `parse` reads back into an equal channel."""
        return f"{self.platform}:{self.tenant}/{self.address}" if self.tenant else f"{self.platform}:{self.address}"


CONSOLE = Channel("console")
