"""argv and exit codes: 0 done, 1 findings or failures named on stderr, 2 bad usage. One file a family of commands."""

from bot.cli.main import main

__all__ = ["main"]
