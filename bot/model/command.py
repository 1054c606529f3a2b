"""Commands as data: the one table that the terminal, Slack's help and Discord's command tree are drawn from."""

from dataclasses import dataclass, field
from typing import Literal

from bot.model.card import Line
from bot.model.channel import CONSOLE, Channel

Right = Literal["anyone", "member", "admin"]


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """One `/watch` subcommand: its name, other words for it, how it is written, what it does, who may use it."""

    name: str
    usage: str
    summary: str
    synonyms: tuple[str, ...] = ()
    right: Right = "anyone"
    examples: tuple[str, ...] = ()


COMMANDS: tuple[CommandSpec, ...] = (
    CommandSpec(
        "add",
        "add <company>[, ...] [as <alias>, ...] [not <phrase>, ...] [near <word>, ...]",
        "watch a company in this channel",
        synonyms=("watch", "follow", "track"),
        right="member",
        examples=("add Lava", "add Lava International as Lava near phone, handset", "add Dixon, MediaTek"),
    ),
    CommandSpec(
        "remove",
        "remove <company>[, ...] [from <list>]",
        "stop watching a company in this channel",
        synonyms=("rm", "delete", "unwatch", "stop"),
        right="member",
        examples=("remove Lava International", "remove Lava International from phone-makers"),
    ),
    CommandSpec(
        "list",
        "list [filter] [page <n>]",
        "what this channel watches",
        synonyms=("ls",),
        examples=("list", "list lava", "list page 2"),
    ),
    CommandSpec("show", "show <company>", "one company: aliases, rules, last 30 days", examples=("show Lava",)),
    CommandSpec(
        "why",
        "why [link or words]",
        "what was decided about an article, and why; alone: the last alert here",
        examples=("why", "why https://example.org/story", "why lava india phones"),
    ),
    CommandSpec("help", "help [command]", "this table, or one command with examples", synonyms=("?",)),
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. `rights` come from the platform and are checked again in the handler."""

    id: str
    name: str
    tenant: str = ""
    rights: frozenset[Right] = field(default_factory=lambda: frozenset({"anyone"}))


OPERATOR_ACTOR = Actor("operator", "operator", "", frozenset({"anyone", "member", "admin"}))
"""Whoever sits at the terminal of the bot: may do everything."""


@dataclass(frozen=True, slots=True)
class Command:
    """A request from chat: the words after `/watch`, who made it and where."""

    text: str
    actor: Actor = OPERATOR_ACTOR
    channel: Channel = CONSOLE


@dataclass(frozen=True, slots=True)
class Action:
    """A next step that is offered: a button in chat, a line to type in the terminal. `command` is its text."""

    label: str
    command: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said back. `failed`: nothing was done and the reader must act; `public`: the channel sees it."""

    lines: tuple[Line, ...]
    actions: tuple[Action, ...] = ()
    failed: bool = False
    public: bool = False
