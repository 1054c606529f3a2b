"""The lists that `match` and `explain` read: files only, no store."""

from collections.abc import Sequence
from pathlib import Path

from bot.app import source_options
from bot.errors import WatchlistError
from bot.model.watchlist import Watchlist
from bot.watchlists.folder import load_folder


def lists_in_files(paths: Sequence[Path] | None) -> tuple[Watchlist, ...]:
    """The lists of these files and folders (none: of `watchlists`); WatchlistError when one of them has an error."""
    loaded = load_folder(*(paths or [Path("watchlists")]), source_types=source_options())
    if loaded.errors:
        raise WatchlistError(loaded.errors)
    return loaded.lists
