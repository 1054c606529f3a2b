"""`namewatch db`: the store as a whole."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.shown import complain, settings_here
from bot.clock import SystemClock
from bot.station import refuse_throwaway_disk
from bot.store import describe
from bot.store import upgrade as upgrade_store
from bot.store.checking import check_store
from bot.store.moving import Moved, back_up_store, copy_store, restore_store
from bot.text import counted

File = Annotated[Path, typer.Argument(help="A SQLite file.")]
From = Annotated[str, typer.Argument(metavar="FROM", help="A path, sqlite:///path or postgresql://...")]
To = Annotated[str, typer.Argument(metavar="TO", help="The same, empty or not there yet.")]


def upgrade() -> None:
    """Bring the store to this version's tables. A SQLite file is backed up first."""
    settings, variables = settings_here()
    refuse_throwaway_disk(settings, variables)
    url = settings.database_url.get_secret_value()
    for line in asyncio.run(upgrade_store(url)) or (f"{describe(url)} is up to date",):
        _say(line)


def backup(file: File) -> None:
    """Copy the store to a new SQLite file. The bot may run; the copy is checked before it counts."""
    url = _url()
    _say(f"{file} is a copy of {describe(url)}: {_in_words(back_up_store(url, file))}")


def restore(file: File) -> None:
    """Put a backup in the place of the store. Checked first; the bot must be stopped, and what stood there is kept."""
    url = _url()
    moved = restore_store(url, file, SystemClock().now())
    _say(f"{describe(url)} is as {file} has it: {_in_words(moved)}")
    if moved.kept:
        _say(f"what stood there is in {moved.kept}")


def check() -> int:
    """Look for damage, loose rows, a wrong ledger. Exit 1 where there is any."""
    url = _url()
    found = check_store(url, SystemClock().now())
    for each in found:
        complain(each)
    if found:
        complain(f"{describe(url)}: stop the bot, then: namewatch db restore <the newest backup>")
        return 1
    _say(f"{describe(url)} is whole, and its ledger adds up")
    return 0


def copy(source: From, target: To) -> None:
    """Copy a store between SQLite and PostgreSQL. Outbox and receipts among it; the bot must be stopped."""
    moved = copy_store(source, target, SystemClock().now())
    _say(f"{describe(target)} is a copy of {describe(source)}: {_in_words(moved)}, compared value by value")
    _say("Next: set DATABASE_URL to it, and start the bot")


def _url() -> str:
    return settings_here()[0].database_url.get_secret_value()


def _in_words(moved: Moved) -> str:
    return f"{counted(moved.rows, 'row')} in {counted(moved.tables, 'table')}"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
