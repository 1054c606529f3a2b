"""`namewatch check`: lint watchlists; without `--history` it needs neither store nor settings nor network."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot.app import source_options
from bot.cli.history import History, drawn, history
from bot.cli.impact import Impact, impact, lists_in_force, markdown, parse_days, without_file
from bot.cli.impact import drawn as drawn_impact
from bot.cli.output import put, show
from bot.cli.progress import counting
from bot.cli.shown import settings_here, show_findings, tell
from bot.clock import SystemClock
from bot.errors import UsageError
from bot.store import open_store
from bot.text import counted
from bot.watchlists.folder import Loaded, load_folder
from bot.watchlists.noise import noise
from bot.watchlists.schema import schema as schema_of

Paths = Annotated[list[Path] | None, typer.Argument(help="Files or folders; default: watchlists")]
DEFAULT = Path("watchlists")
WithHistory = Annotated[bool, typer.Option("--history", help="How often each name stands in the store's last 30 days.")]
OfImpact = Annotated[
    str, typer.Option("--impact", metavar="30d", help="Which alerts the lists gain and lose, by the store's articles.")
]
AsMarkdown = Annotated[bool, typer.Option("--markdown", help="With --impact: Markdown, for a pull request.")]


def check(
    paths: Paths = None, with_history: WithHistory = False, of_impact: OfImpact = "", as_markdown: AsMarkdown = False
) -> int:
    """Lint watchlists: a line a finding. Exit 1 when one is an error."""
    days = parse_days(of_impact) if of_impact else 0
    if as_markdown and not days:
        raise UsageError("--markdown goes with --impact: namewatch check --impact 30d --markdown")
    loaded = load_folder(*(paths or [DEFAULT]), source_types=source_options())
    findings = (*loaded.findings, *noise(loaded.lists))
    errors = show_findings(findings)
    companies = sum(len(watchlist.companies) for watchlist in loaded.lists)
    warnings = len(findings) - errors
    summary = (
        f"{counted(len(loaded.lists), 'list')}, {counted(companies, 'company', 'companies')}, "
        f"{counted(len(loaded.sources), 'source')}: {counted(errors, 'error')}, {counted(warnings, 'warning')}"
    )
    # what is piped into a pull request is the Markdown alone
    (tell if as_markdown else put)(summary if as_markdown else f"{summary}\n")
    if days:
        found = asyncio.run(_impact(loaded, days, paths or [DEFAULT]))
        put(markdown(found)) if as_markdown else show(drawn_impact(found))
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


async def _impact(loaded: Loaded, days: int, paths: Sequence[Path]) -> Impact:
    """Of the lists in force one without a file counts as taken away where the whole folder of lists is looked at."""
    settings, _ = settings_here()
    folder = Path(settings.watchlists)
    store = await open_store(settings.database_url.get_secret_value())
    try:
        with counting("articles") as progress:
            before = await lists_in_force(store, source_options())
            gone = await without_file(store, folder) if _is_among(folder, paths) else frozenset()
            lost = [before[key] for key in sorted(gone & before.keys())]
            since = (SystemClock().now(), days)
            return await impact(store, before, loaded.lists, lost, loaded.sources, since, progress)
    finally:
        await store.close()


def _is_among(folder: Path, paths: Sequence[Path]) -> bool:
    return folder.resolve() in {path.resolve() for path in paths}


def schema() -> None:
    """Print the JSON Schema of watchlists. Editors complete by it."""
    put(json.dumps(schema_of(source_options()), indent=2, ensure_ascii=False) + "\n")
