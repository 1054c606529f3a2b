"""The environment -> frozen Settings. Secrets are secret types; an error names the variable and never its value."""

import ipaddress
import os
from collections.abc import Mapping
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Self

from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    AliasChoices,
    AliasPath,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
)

from bot.alerting.windows import zone_of
from bot.errors import SettingsError
from bot.model.channel import Channel
from bot.site import parse_address

PREFIX = "NAMEWATCH_"
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _words(value: object) -> object:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


def _channel(value: object) -> object:
    return Channel.parse(value) if isinstance(value, str) else value


def _address(value: object) -> object:
    return parse_address(value) if isinstance(value, str) else value


def _canary(value: object) -> object:
    if isinstance(value, str) and value.strip().lower() in ("off", "nowhere"):
        return value.strip().lower()
    return Channel.parse(value) if isinstance(value, str) else value


def _is_long_enough(days: int) -> int:
    if 0 < days < SHORTEST_KEPT:
        raise ValueError(f"{days} days are too few")
    return days


def _zone(value: str) -> str:
    zone_of(value)
    return value


SHORTEST_KEPT = 30
"""Days for which everything is kept in any case: stories grow, and what was sent is edited."""
_DAYS = f"days, {SHORTEST_KEPT} or more, or 0 to keep it for ever"
Days = Annotated[int, Field(ge=0, le=36_500), AfterValidator(_is_long_enough)]
Networks = Annotated[tuple[Network, ...], BeforeValidator(_words)]
Words = Annotated[tuple[str, ...], BeforeValidator(_words)]


class Settings(BaseModel):
    """Everything that the environment decides. Durations are in seconds unless the name says otherwise."""

    model_config = ConfigDict(frozen=True)

    database_url: SecretStr = Field(
        SecretStr("sqlite:///var/namewatch.db"),
        validation_alias=AliasChoices("NAMEWATCH_DATABASE_URL", "DATABASE_URL"),
        description="sqlite:///var/namewatch.db or postgresql://user:password@host/name",
    )
    watchlists: Path = Field(
        Path("watchlists"), validation_alias="NAMEWATCH_WATCHLISTS", description="a folder, such as watchlists"
    )
    contact: str = Field(
        "", validation_alias="NAMEWATCH_CONTACT", description="a mail address or a web page of yours, on one line"
    )
    allow_networks: Networks = Field(
        (), validation_alias="NAMEWATCH_ALLOW_NETWORKS", description="ranges, such as 10.1.0.0/16 fd00::/8"
    )
    age_limit_hours: float = Field(
        48, gt=0, le=24 * 365, validation_alias="NAMEWATCH_AGE_LIMIT_HOURS", description="hours, over 0 up to 8760"
    )
    lease: float = Field(60, ge=1, le=3600, validation_alias="NAMEWATCH_LEASE", description="seconds, 1 to 3600")
    look_up: float = Field(
        15, gt=0, le=3600, validation_alias="NAMEWATCH_LOOK_UP", description="seconds, over 0 up to 3600"
    )
    edit_gap: float = Field(30, ge=0, le=3600, validation_alias="NAMEWATCH_EDIT_GAP", description="seconds, 0 to 3600")
    retry: float = Field(2, gt=0, le=3600, validation_alias="NAMEWATCH_RETRY", description="seconds, over 0 up to 3600")
    retry_longest: float = Field(
        900, gt=0, le=86400, validation_alias="NAMEWATCH_RETRY_LONGEST", description="seconds, over 0 up to 86400"
    )
    parked_hours: float = Field(
        24, ge=17, le=24 * 365, validation_alias="NAMEWATCH_PARKED_HOURS", description="hours, 17 to 8760"
    )
    ops_channel: Annotated[Channel | None, BeforeValidator(_channel)] = Field(
        None, validation_alias="NAMEWATCH_OPS_CHANNEL", description="a channel, such as slack:#namewatch or console:"
    )
    command: str = Field(
        "/watch",
        pattern=r"^/?[a-z0-9_-]{1,31}$",
        validation_alias="NAMEWATCH_COMMAND",
        description="a slash command, such as /watch",
    )
    zone: Annotated[str, AfterValidator(_zone)] = Field(
        "", validation_alias="NAMEWATCH_ZONE", description="a time zone, such as Asia/Taipei"
    )
    admins: Words = Field(
        (), validation_alias="NAMEWATCH_ADMINS", description="ids of people, such as U0123ABCD 112233445566778899"
    )
    port: Annotated[tuple[str, int] | None, BeforeValidator(_address)] = Field(
        None,
        validation_alias=AliasChoices("NAMEWATCH_PORT", "PORT"),
        description="a port such as 9464, or an address and a port such as 127.0.0.1:9464",
    )
    canary: Annotated[Channel | str, BeforeValidator(_canary)] = Field(
        "off",
        validation_alias="NAMEWATCH_CANARY",
        description="off, nowhere, or a channel such as slack:#namewatch or console:",
    )
    canary_minutes: float = Field(
        60, ge=1, le=1440, validation_alias="NAMEWATCH_CANARY_MINUTES", description="minutes, 1 to 1440"
    )
    keep_texts_days: Days = Field(90, validation_alias="NAMEWATCH_KEEP_TEXTS_DAYS", description=_DAYS)
    keep_ledger_days: Days = Field(0, validation_alias="NAMEWATCH_KEEP_LEDGER_DAYS", description=_DAYS)
    keep_sent_days: Days = Field(0, validation_alias="NAMEWATCH_KEEP_SENT_DAYS", description=_DAYS)
    throwaway_disk: str = Field(
        "",
        pattern="^(|yes)$",
        validation_alias="NAMEWATCH_THROWAWAY_DISK",
        description="yes, to keep everything on a disk that is thrown away at each restart; else leave it out",
    )
    log: str = Field(
        "pretty", pattern="^(pretty|json)$", validation_alias="NAMEWATCH_LOG", description="pretty or json"
    )

    @property
    def canary_to(self) -> Channel | None:
        """The channel that canaries go to; None where they go nowhere, or none are sent."""
        return self.canary if isinstance(self.canary, Channel) else None

    @property
    def canary_every(self) -> timedelta | None:
        """The time between two canaries; None where none are sent."""
        return None if self.canary == "off" else timedelta(minutes=self.canary_minutes)

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        """Settings out of these variables; empty ones count as not set. SettingsError names each wrong variable."""
        given = {name: value for name, value in environment.items() if value.strip()}
        try:
            return cls.model_validate({name: given[name] for name in sorted(cls.variables() & given.keys())})
        except ValidationError as error:
            wrong = sorted({str(problem["loc"][0]) for problem in error.errors()})
            raise SettingsError("\n".join(f"{name} is wrong: write {cls._form_of(name)}" for name in wrong)) from None

    @classmethod
    def _form_of(cls, variable: str) -> str:
        fields = cls.model_fields.values()
        return next(field.description or "" for field in fields if variable in _names(field.validation_alias))

    @classmethod
    def variables(cls) -> frozenset[str]:
        """The names of every variable that is read."""
        return frozenset(name for field in cls.model_fields.values() for name in _names(field.validation_alias))

    @property
    def age_limit(self) -> timedelta:
        """Articles published longer ago than this are recorded, not posted."""
        return timedelta(hours=self.age_limit_hours)


def environment(folder: Path) -> dict[str, str]:
    """The process's variables over those of `.env` in this folder."""
    stored = {name: value for name, value in dotenv_values(folder / ".env").items() if value is not None}
    return {**stored, **os.environ}


def unknown_variables(environment: Mapping[str, str]) -> tuple[str, ...]:
    """A sentence for each `NAMEWATCH_` variable that nothing reads: most likely a slip of the pen."""
    sentences = []
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in Settings.variables():
            near = get_close_matches(name, Settings.variables(), n=1, cutoff=0.8)
            sentences.append(f"{name} is not a setting" + (f"; did you mean {near[0]}?" if near else ""))
    return tuple(sentences)


def _names(alias: AliasChoices | AliasPath | str | None) -> tuple[str, ...]:
    return tuple(map(str, alias.choices)) if isinstance(alias, AliasChoices) else (str(alias),)
