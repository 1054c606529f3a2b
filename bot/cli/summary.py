"""What a start says: what is watched, from where, kept where, and where alerts go."""

import asyncio
from collections.abc import Mapping, Sequence

from bot.app import Setup, live
from bot.cli.pauses import pauses_in_words
from bot.model.card import Line, Strong
from bot.model.channel import CONSOLE
from bot.model.mute import Mute
from bot.protocols import Platform
from bot.store import describe
from bot.text import counted

ANSWERED_WITHIN = 3.0
"""Seconds that a chat has to say where the bot is at work, before a start goes on without."""
_NAMED = 8


async def homes(platforms: Mapping[str, Platform]) -> tuple[str, ...]:
    """`Slack: workspace Acme (T0ACME)`: a line for each chat that is set up, all asked at the same time."""
    chats = [each for name, each in platforms.items() if name in live(platforms)]
    return tuple(await asyncio.gather(*map(_homes, chats)))


async def _homes(platform: Platform) -> str:
    chat = platform.name.capitalize()
    try:
        async with asyncio.timeout(ANSWERED_WITHIN):
            found = await platform.homes()
    except TimeoutError:
        return f"{chat}: no answer yet; the log says once it is connected"
    return f"{chat}: {', '.join(found[:_NAMED])}" + (f" and {len(found) - _NAMED:,} more" if found[_NAMED:] else "")


def summary(
    setup: Setup, pauses: Sequence[Mute], at_work: Sequence[str], *, post: bool, listens: bool
) -> tuple[Line, ...]:
    """A handful of lines, the next step last.

    `pauses` are in force; `at_work` are the lines of `homes`; `listens`: whether what is typed will be read.
    """
    lines: list[Line] = [
        (Strong("Namewatch"), f" watches {_lists(setup)}"),
        (_sources(setup),),
        (f"Store: {describe(setup.settings.database_url.get_secret_value())}",),
    ]
    lines += [(sentence,) for sentence in (*at_work, *_destinations(setup, post=post), *_diverted(setup, post=post))]
    if paused := pauses_in_words(pauses):
        lines.append(("Paused: ", paused))
    if listens:
        lines.append(("Type /watch add Lava, or help; Ctrl-C stops.",))
    return tuple(lines)


def _lists(setup: Setup) -> str:
    lists = setup.repo.lists()
    companies = sum(len(watchlist.companies) for watchlist in lists)
    if not companies and (wrong := _errors(setup)):
        return f"nothing, {wrong}"
    if not companies:
        return f"nothing yet: {_first_step(setup)}"
    each = ", ".join(f"{watchlist.name} ({len(watchlist.companies)})" for watchlist in lists)
    return f"{counted(companies, 'company', 'companies')} on {counted(len(lists), 'list')}: {each}"


def _sources(setup: Setup) -> str:
    names = [source.name for source in setup.sources]
    if not names and (wrong := _errors(setup)):
        return f"No source is polled, {wrong}"
    if not names:
        return "No source yet: namewatch source add URL, or name one under `sources:` in a watchlist file"
    return f"{counted(len(names), 'source')}: {', '.join(names[:8])}" + (
        f" and {len(names) - 8} more" if len(names) > 8 else ""
    )


def _first_step(setup: Setup) -> str:
    file = f"a file in {setup.settings.watchlists}/"
    if live(setup.platforms):
        command = f"/{setup.settings.command.removeprefix('/')}"
        return f"type {command} add Lava in a channel that Namewatch is in, or add a company to {file}"
    return f"add a company to {file}, or type /watch add Lava (in another shell: namewatch watch add Lava)"


def _errors(setup: Setup) -> str:
    """Why something may be missing, with the command that names what is wrong; "" where no file has an error."""
    if setup.repo.is_new:
        return ""
    if not any(finding.severity == "error" for finding in setup.repo.findings):
        return ""
    return f"for a file has errors: namewatch check {setup.settings.watchlists}"


def _diverted(setup: Setup, *, post: bool) -> list[str]:
    """What does not go where the settings send it, because that chat is not set up."""
    ops, canary = setup.settings.ops_channel, setup.settings.canary_to
    wanted = (("Operational news goes to the log", ops), ("Canaries go nowhere", canary))
    return [
        f"{what} instead of {channel}: {channel.platform} is not set up"
        for what, channel in wanted
        if post and channel is not None and channel.platform not in setup.platforms
    ]


def _destinations(setup: Setup, *, post: bool) -> list[str]:
    if not post:
        return ["Nothing is posted (--no-post): what is owed waits in the store"]
    chat = live(setup.platforms)
    written = sorted({rule.channel for each in setup.repo.lists() for rule in each.channels} - {CONSOLE})
    elsewhere = [setup.directory.in_words(channel) for channel in written]
    if chat:
        return [f"Alerts go to {', '.join(elsewhere) or 'this terminal'}"]
    if elsewhere:
        return [f"Alerts go to this terminal instead of {', '.join(elsewhere)}: no chat is set up"]
    return ["Alerts go to this terminal: no Slack or Discord token is set"]
