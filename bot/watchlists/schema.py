"""The file format as pydantic models; the JSON Schema for editors is generated from them.

Every leaf arrives as text (see `tree`): what is not text by nature is converted here.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Annotated, Literal, cast
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    create_model,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from bot.alerting.windows import parse_budget, parse_digest, parse_quiet, zone_of
from bot.model.channel import PLATFORMS, Channel
from bot.model.company import EvidenceLevel, Passing
from bot.model.source import FirstPoll
from bot.model.watchlist import Stories
from bot.watchlists.names import MAX_NAME, MIN_NAME, fault_in_name, has_secret, not_text, shown

DEFAULT_TYPE = "feed"
LOCAL_TYPE = "files"
"""The source type whose `url` is a path, relative to the folder of the file that names it."""

MAX_URL = 2000
"""Bytes of an address: it is a key of the store, and a database's index takes no more than some 2,700."""

SHORTEST_POLL = timedelta(minutes=1)
LONGEST_POLL = timedelta(hours=24)
_EVERY = re.compile(r"([0-9]{1,6})\s*([smh])")
_UNITS = {"s": 1, "m": 60, "h": 3600}
_AGENT = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?")


class Bare:
    """An entry that may be written as one text: "Lava" stands for {name: Lava}."""

    def __init__(self, key: str) -> None:
        """`key` is what the bare text stands for."""
        self.key = key

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Widen the text to a mapping before the model sees it."""

        def widen(value: object) -> object:
            return {self.key: value} if isinstance(value, str) else value

        return core_schema.no_info_before_validator_function(widen, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Either form is right."""
        return {"anyOf": [{"type": "string"}, handler(schema)]}


def _name(text: str) -> str:
    if fault := fault_in_name(text):
        raise ValueError(fault)
    return text


def _text(text: str) -> str:
    if not text:
        raise ValueError("nothing stands here: write a text, or delete the entry")
    if not_text(text):
        raise ValueError("this holds characters that no text has: write it without them")
    return text


def _channel_entry(value: object) -> object:
    # YAML takes `- console:` and `- slack: #news` for a key with a value
    if isinstance(value, dict) and len(value) == 1 and next(iter(value)) in PLATFORMS:
        ((platform, address),) = value.items()
        return {"to": f"{platform}:{address or ''}"}
    return value


def _list(value: object) -> object:
    # `aliases:` with nothing behind it is a list with nothing in it
    return [] if value is None else value


def _flag(value: object) -> object:
    if isinstance(value, str) and value.lower() not in ("true", "false"):
        raise ValueError(f"{shown(value)} is neither true nor false: write true or false")
    return value


def _channel(text: str) -> str:
    if has_secret(text) or "://" in text:
        raise ValueError("a channel is never an address with a secret in it: write its name or id, such as slack:#news")
    Channel.parse(text)
    return text


def _zone(text: str) -> str:
    zone_of(text)
    return text


def _digest(text: str) -> str:
    parse_digest(text)
    return text


def _quiet(text: str) -> str:
    parse_quiet(text)
    return text


def _budget(text: str) -> str:
    parse_budget(text)
    return text


def _agent(text: str) -> str:
    if not _AGENT.fullmatch(text):
        raise ValueError(
            'this is no User-Agent: write up to 200 plain characters, such as "Acme-Monitor/1.0 (+https://acme.example)"'
        )
    if has_secret(text):
        raise ValueError("a token stands in the User-Agent, which every server would read: write who asks instead")
    return text


def parse_every(text: str) -> timedelta:
    """Read `90s`, `10m`, `1h`; ValueError says what is allowed (one minute to 24 hours)."""
    found = _EVERY.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not an interval: write 90s, 10m or 1h")
    every = timedelta(seconds=int(found[1]) * _UNITS[found[2]])
    if not SHORTEST_POLL <= every <= LONGEST_POLL:
        raise ValueError(f"{text!r} is out of range: write 1m to 24h")
    return every


def _every(text: str) -> str:
    parse_every(text)
    return text


def _first_poll(value: object) -> object:
    # `first_poll: {last: 5}` is what YAML makes of "last: 5" without quotes
    if isinstance(value, dict) and list(value) == ["last"]:
        value = f"last: {value['last']}"
    if isinstance(value, str):
        FirstPoll.parse(value)
    return value


def fault_in_url(url: str) -> str:
    """Why this address can't be polled, or "": http(s), a host, no user name or password, no odd characters."""
    try:
        parts = urlsplit(url)
        port_fault = "" if parts.port != 0 else "the port is 0"
    except ValueError:
        return "this is not an address"
    faults = (
        (parts.scheme.lower() not in ("http", "https"), "an address begins with https:// or http://"),
        ("@" in parts.netloc, "a user name or password stands in the address"),
        (not parts.hostname, "the address has no host"),
        (bool(re.search(r"[\s\\]", url)) or not_text(url), "white space or a backslash stands in the address"),
        (bool(port_fault), port_fault),
    )
    return next((fault for applies, fault in faults if applies), "")


Name = Annotated[str, AfterValidator(_name), Field(json_schema_extra={"minLength": MIN_NAME, "maxLength": MAX_NAME})]
Text = Annotated[str, Field(max_length=MAX_NAME), AfterValidator(_text)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Texts = Annotated[list[Text], BeforeValidator(_list)]


class _Entry(BaseModel):
    """What every mapping of the format has in common: no other key than its own."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class AliasEntry(_Entry):
    """One way to write the company; weak: the text alone is no proof."""

    text: Name
    weak: Flag | None = None


class CompanyEntry(_Entry):
    """A company to watch, and the rules for it."""

    name: Name = Field(description="the full name; it is itself an alias")
    aliases: Annotated[list[Annotated[AliasEntry, Bare("text")]], BeforeValidator(_list)] = Field(
        default=[], description="other ways to write it; repeat the name with weak: true where the name is no proof"
    )
    tickers: Texts = Field(default=[], description="exact and case-sensitive: AAPL, 2454.TW")
    context: Texts = Field(default=[], description="words that count as evidence for a weak alias")
    exclude: Annotated[list[Name], BeforeValidator(_list)] = Field(
        default=[], description="phrases that veto a mention they overlap"
    )
    threshold: int = Field(default=0, ge=0, le=100, description="above 0 it only tightens the limits of the matcher")
    evidence: EvidenceLevel = "normal"
    passing: Passing | None = Field(default=None, description="mentions in passing; default: what the list says")


class ChannelEntry(_Entry):
    """A channel that hears the list, and its wishes."""

    to: Annotated[str, AfterValidator(_channel)] = Field(description="slack:#name, slack:C0123, discord:id, console:")
    digest: Annotated[Text, AfterValidator(_digest)] = Field(
        default="", description="off, daily 08:30, weekdays 8:30, weekly mon 08:30"
    )
    quiet: Annotated[str, AfterValidator(_quiet)] = Field(
        default="", description='off, "22:00-07:00", 10pm-7am, weekends'
    )
    zone: Annotated[str, AfterValidator(_zone)] = Field(default="", description="such as Asia/Taipei")
    budget: Annotated[str, AfterValidator(_budget)] = Field(default="", description="posts an hour, such as 12/h")
    threads: Literal["", "on", "off"] = Field(
        default="", description="on: on Discord a reply to an alert goes into a thread of its story; default: off"
    )


CompanyInList = Annotated[CompanyEntry, Bare("name")]
ChannelInList = Annotated[ChannelEntry, Bare("to"), BeforeValidator(_channel_entry)]


class SourceEntry(_Entry):
    """A place to poll; some types have options of their own."""

    url: Annotated[str, AfterValidator(_text)] = Field(
        max_length=MAX_URL, description="the address; for `files` a folder or file beside this file"
    )
    name: Text | None = Field(default=None, description="default: the host, or the folder")
    type: str = DEFAULT_TYPE
    every: Annotated[str, AfterValidator(_every)] | None = Field(
        default=None, description="90s, 10m, 1h; 1m to 24h; default: as often as the source publishes, 2m to 1h"
    )
    tags: Texts = Field(default=[], description="what `from` of a list may ask for")
    first_poll: Annotated[str, BeforeValidator(_first_poll)] = Field(
        default="record", description='what happens to the articles of the first poll: record, alert or "last: 5"'
    )
    agent: Annotated[str, AfterValidator(_agent)] = Field(
        default="", description="the User-Agent for this source; say who asks and where to complain"
    )
    demo: Flag = False
    shared: Flag = False


class FileEntry(_Entry):
    """A watchlist file: companies, sources or both."""

    version: Literal["1"] = "1"
    name: Text | None = Field(default=None, description="default: the name of the file")
    channels: Annotated[list[ChannelInList], BeforeValidator(_list)] = Field(
        default=[], description="who hears; none: nowhere but the terminal"
    )
    from_: Texts = Field(default=[], alias="from", description="source tags or names; default: every source")
    stories: Stories = "normal"
    passing: Passing = "alert"
    shared: Flag = False
    companies: Annotated[list[CompanyInList], BeforeValidator(_list)] = []
    sources: Annotated[list[object], BeforeValidator(_list)] = []


LIST_KEYS = frozenset(field.alias or key for key, field in FileEntry.model_fields.items()) - {"version", "sources"}
"""Keys that make a file a watchlist; without any it may still hold sources."""


def source_models(source_types: Mapping[str, type[BaseModel]]) -> dict[str, type[SourceEntry]]:
    """For each source type, a source with the options of that type beside the keys that all have."""
    return {kind: _source_model(kind, options) for kind, options in source_types.items()}


@cache
def _source_model(kind: str, options: type[BaseModel]) -> type[SourceEntry]:
    # the last base wins in pydantic's config, so that no type can let unknown keys pass
    bases = (SourceEntry,) if options is BaseModel else (options, SourceEntry)
    model = create_model(f"{kind}_source", __base__=cast("tuple[type[SourceEntry], ...]", bases))
    model.__doc__ = options.__doc__ or SourceEntry.__doc__
    return model


def schema(source_types: Mapping[str, type[BaseModel]]) -> dict[str, object]:
    """The JSON Schema of a watchlist file, for completion in editors."""
    whole = FileEntry.model_json_schema()
    definitions = whole["$defs"]
    forms: list[object] = [{"type": "string"}]
    for kind, model in sorted(source_models(source_types).items()):
        one = model.model_json_schema()
        definitions.update(one.pop("$defs", {}))
        one["properties"]["type"] = {"const": kind, "default": DEFAULT_TYPE, "title": "Type"}
        if kind != DEFAULT_TYPE:
            one["required"] = sorted({*one.get("required", []), "type"})
        definitions[f"{kind}_source"] = one
        forms.append({"$ref": f"#/$defs/{kind}_source"})
    whole["properties"]["sources"]["items"] = {"anyOf": forms}
    whole["properties"]["version"] = {"const": 1, "default": 1, "title": "Version"}
    # nothing behind a key that takes a list is an empty list
    for definition in (whole, *definitions.values()):
        _allow_nothing(definition)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **whole, "title": "Namewatch watchlist"}


def _allow_nothing(definition: JsonSchemaValue) -> None:
    for field in definition.get("properties", {}).values():
        if field.get("type") == "array":
            field["type"] = ["array", "null"]
