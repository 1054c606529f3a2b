"""`namewatch canary`: one synthetic article the whole way, now: did it arrive, and if not, where is it stuck."""

import asyncio
import sys
from typing import Annotated

import typer

from bot.app import Bot, fetcher_for, opened
from bot.cli.shown import complain, settings_here
from bot.errors import UsageError
from bot.model.channel import Channel

LOOKS = 0.2
"""Seconds between two looks."""

To = Annotated[str, typer.Option("--to", help="A channel, such as slack:#ops.")]
Within = Annotated[float, typer.Option("--within", min=1, max=300, help="Seconds to wait for it.")]


def canary(to: To = "", within: Within = 60) -> int:
    """Send a synthetic article the whole way. Exit 1 when it does not arrive."""
    try:
        channel = Channel.parse(to) if to else None
    except ValueError as error:
        raise UsageError(str(error)) from None
    return asyncio.run(_canary(channel, within))


async def _canary(to: Channel | None, within: float) -> int:
    settings, variables = settings_here()
    if to is not None:
        settings = settings.model_copy(update={"canary": to})
    async with opened(settings, variables) as setup, fetcher_for(settings) as fetcher:
        wanted = settings.canary_to
        if wanted is not None and wanted.platform not in setup.platforms:
            complain(f"{wanted.platform} is not set up: set its token")
            return 1
        await setup.directory.settle([wanted] if wanted else [])
        bot = Bot(setup, fetcher)
        trip = await bot.send_canary(within, LOOKS)
        if trip.arrived is None:
            complain(f"the canary did not arrive at {_place(setup.canary)} within {within:.0f} s: {trip.stuck}")
            return 1
        sys.stdout.write(f"The canary arrived at {_place(setup.canary)} after {trip.seconds:.1f} s\n")
        return 0


def _place(channel: Channel) -> str:
    return channel.name or str(channel).removesuffix(":")
