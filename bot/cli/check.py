"""`namewatch check`: lint watchlists, without store, settings or network."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.app import source_options
from bot.cli.shown import show_findings
from bot.text import counted
from bot.watchlists.folder import load_folder
from bot.watchlists.schema import schema as schema_of

Paths = Annotated[list[Path] | None, typer.Argument(help="Files or folders; default: watchlists")]


def check(paths: Paths = None) -> int:
    """Lint watchlists: a line a finding; exit 1 when one of them is an error."""
    loaded = load_folder(*(paths or [Path("watchlists")]), source_types=source_options())
    errors = show_findings(loaded.findings)
    companies = sum(len(watchlist.companies) for watchlist in loaded.lists)
    warnings = len(loaded.findings) - errors
    sys.stdout.write(
        f"{counted(len(loaded.lists), 'list')}, {counted(companies, 'company', 'companies')}, "
        f"{counted(len(loaded.sources), 'source')}: {counted(errors, 'error')}, {counted(warnings, 'warning')}\n"
    )
    return int(errors > 0)


def schema() -> None:
    """Print the JSON Schema of watchlist files, for completion in editors."""
    sys.stdout.write(json.dumps(schema_of(source_options()), indent=2, ensure_ascii=False) + "\n")
