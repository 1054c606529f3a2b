"""`namewatch check`: lint watchlists; without `--history` it needs neither store nor settings nor network."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from bot.app import source_options
from bot.cli.history import History, drawn, history
from bot.cli.output import put, show
from bot.cli.progress import counting
from bot.cli.shown import settings_here, show_findings
from bot.clock import SystemClock
from bot.store import open_store
from bot.text import counted
from bot.watchlists.folder import Loaded, load_folder
from bot.watchlists.noise import noise
from bot.watchlists.schema import schema as schema_of

Paths = Annotated[list[Path] | None, typer.Argument(help="Files or folders; default: watchlists")]
WithHistory = Annotated[bool, typer.Option("--history", help="How often each name stands in the store's last 30 days.")]


def check(paths: Paths = None, with_history: WithHistory = False) -> int:
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
        show(drawn(asyncio.run(_history(loaded))))
    return int(errors > 0)


async def _history(loaded: Loaded) -> History:
    settings, _ = settings_here()
    store = await open_store(settings.database_url.get_secret_value())
    try:
        with counting("articles") as progress:
            return await history(store, loaded.lists, loaded.sources, SystemClock().now(), progress)
    finally:
        await store.close()


def schema() -> None:
    """Print the JSON Schema of watchlist files, for completion in editors."""
    put(json.dumps(schema_of(source_options()), indent=2, ensure_ascii=False) + "\n")
