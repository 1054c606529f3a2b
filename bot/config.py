"""The environment -> frozen Settings. Secrets are secret types; an error names the variable and never its value."""

import ipaddress
import os
from collections.abc import Mapping
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Self

from dotenv import dotenv_values
from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from bot.errors import SettingsError

PREFIX = "NAMEWATCH_"
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _words(value: object) -> object:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


Networks = Annotated[tuple[Network, ...], BeforeValidator(_words)]


class Settings(BaseModel):
    """Everything that the environment decides. Durations are in seconds unless the name says otherwise."""

    model_config = ConfigDict(frozen=True)

    database_url: SecretStr = Field(
        SecretStr("sqlite:///var/namewatch.db"), validation_alias=AliasChoices("NAMEWATCH_DATABASE_URL", "DATABASE_URL")
    )
    watchlists: Path = Field(Path("watchlists"), validation_alias="NAMEWATCH_WATCHLISTS")
    contact: str = Field("", validation_alias="NAMEWATCH_CONTACT")
    allow_networks: Networks = Field((), validation_alias="NAMEWATCH_ALLOW_NETWORKS")
    age_limit_hours: float = Field(48, gt=0, le=24 * 365, validation_alias="NAMEWATCH_AGE_LIMIT_HOURS")
    lease: float = Field(60, ge=1, le=3600, validation_alias="NAMEWATCH_LEASE")
    log: str = Field("pretty", pattern="^(pretty|json)$", validation_alias="NAMEWATCH_LOG")

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        """Settings out of these variables; empty ones count as not set. SettingsError names each wrong variable."""
        given = {name: value for name, value in environment.items() if value.strip()}
        try:
            return cls.model_validate({name: given[name] for name in sorted(cls.variables() & given.keys())})
        except ValidationError as error:
            raise SettingsError("\n".join(_sentence(dict(problem)) for problem in error.errors())) from None

    @classmethod
    def variables(cls) -> frozenset[str]:
        """The names of every variable that is read."""
        names: set[str] = set()
        for field in cls.model_fields.values():
            alias = field.validation_alias
            names |= {str(choice) for choice in alias.choices} if isinstance(alias, AliasChoices) else {str(alias)}
        return frozenset(names)

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


def _sentence(problem: Mapping[str, object]) -> str:
    place = problem.get("loc")
    name = str(place[0]) if isinstance(place, tuple) and place else "settings"
    return f"{name}: {str(problem.get('msg', 'is wrong')).removeprefix('Value error, ')}"
