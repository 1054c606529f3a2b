"""Wiring, start and stop: the one place that knows every concrete class."""

from bot.app.bot import POLLS_AT_ONCE, Bot
from bot.app.plugins import connect_platforms, live, readers, source_options
from bot.app.setup import Setup, opened
from bot.app.source_files import fetcher_for

__all__ = [
    "POLLS_AT_ONCE",
    "Bot",
    "Setup",
    "connect_platforms",
    "fetcher_for",
    "live",
    "opened",
    "readers",
    "source_options",
]
