"""`namewatch check`: lint watchlists; without `--history` it needs neither store nor settings nor network."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from bot.app import source_options
from bot.cli.history import Row, drawn, history
from bot.cli.output import put, show
from bot.cli.shown import settings_here, show_findings
from bot.clock import SystemClock
from bot.model.watchlist import Watchlist
from bot.store import open_store
from bot.text import counted
from bot.watchlists.folder import load_folder
from bot.watchlists.noise import noise
from bot.watchlists.schema import schema as schema_of

Paths = Annotated[list[Path] | None, typer.Argument(help="Files or folders; default: watchlists")]
History = Annotated[bool, typer.Option("--history", help="How often each name stands in the store's last 30 days.")]


def check(paths: Paths = None, with_history: History = False) -> int:
    """Lint watchlists: a line a finding; exit 1 when one of them is an error."""
    loaded = load_folder(*(paths or [Path("watchlists")]), source_types=source_options())
    findings = (*loaded.findings, *noise(loaded.lists))
    errors = show_findings(findings)
    companies = sum(len(watchlist.companies) for watchlist in loaded.lists)
    warnings = len(findings) - errors
    put(
        f"{counted(len(loaded.lists), 'list')}, {counted(companies, 'company', 'companies')}, "
        f"{counted(len(loaded.sources), 'source')}: {counted(errors, 'error')}, {counted(warnings, 'warning')}\n"
    )
    if with_history:
        show(drawn(asyncio.run(_history(loaded.lists))))
    return int(errors > 0)


async def _history(lists: Sequence[Watchlist]) -> list[Row]:
    settings, _ = settings_here()
    store = await open_store(settings.database_url.get_secret_value())
    try:
        return await history(store, [_as_stored(each, settings.watchlists) for each in lists], SystemClock().now())
    finally:
        await store.close()


def _as_stored(watchlist: Watchlist, folder: Path) -> Watchlist:
    """The list under the key that the running bot gives it: its path below the bot's folder."""
    path, home = Path(watchlist.place.file).resolve(), folder.resolve()
    return replace(watchlist, key=path.relative_to(home).as_posix()) if path.is_relative_to(home) else watchlist


def schema() -> None:
    """Print the JSON Schema of watchlist files, for completion in editors."""
    put(json.dumps(schema_of(source_options()), indent=2, ensure_ascii=False) + "\n")
