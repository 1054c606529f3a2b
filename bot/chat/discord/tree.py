"""The command tree, drawn from the table of commands: a group with a subcommand for each, its options as blanks."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import discord
from discord import app_commands

from bot.model.command import COMMANDS, CommandSpec, Option

_Interaction = discord.Interaction[discord.Client]
Complete = Callable[[_Interaction, str, str], Awaitable[list[app_commands.Choice[str]]]]
"""What may be meant: the interaction, the kind of the option, what is typed of it so far."""

TYPED_OUT = frozenset({"number", "text"})
"""Kinds of options for which there is nothing to offer."""
SERVERS = app_commands.AppCommandContext(guild=True)
INSTALLED = app_commands.AppInstallationType(guild=True)
_NUMBER = app_commands.Range[int, 1, 100_000]


class Typed(Protocol):
    """Answers a command as it would be typed."""

    async def __call__(self, interaction: _Interaction, text: str) -> None: ...  # noqa: D102


def command_group(name: str, typed: Typed, complete: Complete) -> app_commands.Group:
    """Every command of the table below one name, for servers only."""
    group = app_commands.Group(
        name=name,
        description="What this channel watches, and why it was told",
        allowed_contexts=SERVERS,
        allowed_installs=INSTALLED,
    )
    for spec in COMMANDS:
        group.add_command(_command(spec, typed, complete))
    return group


def _command(spec: CommandSpec, typed: Typed, complete: Complete) -> app_commands.Command[Any, Any, Any]:
    async def run(interaction: _Interaction, **values: str | int | None) -> None:
        filled = {name: str(value) for name, value in values.items() if value is not None}
        await typed(interaction, spec.typed(filled))

    # The library reads the blanks of a command from the signature of what it calls.
    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [_parameter("interaction", discord.Interaction), *map(_blank, spec.options)]
    )
    app_commands.describe(**{option.name: option.summary for option in spec.options})(run)
    called: Any = run
    command: app_commands.Command[Any, Any, Any] = app_commands.Command(
        name=spec.name, description=spec.summary, callback=called
    )
    for option in spec.options:
        if option.kind not in TYPED_OUT:
            command.autocomplete(option.name)(_completion(option, complete))
    return command


def _completion(option: Option, complete: Complete) -> Any:
    async def completed(interaction: _Interaction, current: str) -> list[app_commands.Choice[str]]:
        return await complete(interaction, option.kind, current)

    return completed


def _blank(option: Option) -> inspect.Parameter:
    kind: Any = _NUMBER if option.kind == "number" else str
    return _parameter(option.name, kind) if option.required else _parameter(option.name, kind | None, None)


def _parameter(name: str, annotation: Any, default: object = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=annotation, default=default)
