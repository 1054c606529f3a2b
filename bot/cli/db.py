"""`namewatch db`: the store."""

import asyncio
import sys

import typer

from bot.cli.shown import settings_here
from bot.station import refuse_throwaway_disk
from bot.store import describe
from bot.store import upgrade as upgrade_store

cli = typer.Typer(no_args_is_help=True)


@cli.callback()
def _family() -> None:
    """Keeps `db upgrade` two words while it has no sister."""


@cli.command("upgrade")
def upgrade() -> None:
    """Bring the store to this version's tables; an existing SQLite file is backed up first."""
    settings, variables = settings_here()
    refuse_throwaway_disk(settings, variables)
    url = settings.database_url.get_secret_value()
    done = asyncio.run(upgrade_store(url)) or (f"{describe(url)} is up to date",)
    for line in done:
        sys.stdout.write(f"{line}\n")
