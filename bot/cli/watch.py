"""`namewatch watch ...` and `namewatch why`: every `/watch` subcommand, from the terminal."""

import asyncio
from typing import Annotated

import typer

from bot.app import opened
from bot.chat.console import show_reply
from bot.cli.shown import settings_here
from bot.model.command import Command


def watch(
    words: Annotated[list[str] | None, typer.Argument(help="As after /watch in chat; help lists them.")] = None,
) -> int:
    """Every /watch command: watch add Lava, watch list, watch help."""
    return _answer(" ".join(words or []))


def why(words: Annotated[list[str] | None, typer.Argument(help="A link, or words of the article.")] = None) -> int:
    """What was decided about an article. Alone: the last alert."""
    return _answer(" ".join(["why", *(words or [])]))


Hours = Annotated[list[str] | None, typer.Argument(help="How long: 8h, until friday; empty: until resume.")]
All = Annotated[bool, typer.Option("--all", help="Every channel.")]


def pause(words: Hours = None, everywhere: All = False) -> int:
    """Hold what is for the terminal, or --all. A restart changes nothing of it."""
    return _answer(" ".join(["pause", *(words or []), *(["--all"] if everywhere else [])]))


def resume(everywhere: All = False) -> int:
    """End a pause; what waited comes as one digest."""
    return _answer("resume --all" if everywhere else "resume")


def _answer(text: str) -> int:
    return asyncio.run(_dispatched(text))


async def _dispatched(text: str) -> int:
    settings, variables = settings_here()
    async with opened(settings, variables) as setup:
        reply = await setup.dispatch(Command(text))
        show_reply(reply)
        return int(reply.failed)
