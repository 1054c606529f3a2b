"""A secret in every setting that takes one, and the search for them in all that comes out of a row of the proof."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import psycopg
from psycopg import sql

from tests.chat.servers import discord
from tests.chat.servers.slack import APP_TOKEN, BOT_TOKEN

DEAF_BOT, DEAF_APP = "xoxb-deaf-5e20", "xapp-deaf-77b1"
SIGNING, PASSWORD, PROXY = "canary-signing-41f2", "canary-password-9c07", "canary-proxy-e3d8"
SECRETS = (BOT_TOKEN, APP_TOKEN, DEAF_BOT, DEAF_APP, discord.TOKEN, SIGNING, PASSWORD, PROXY)
SETTINGS: Mapping[str, str] = {
    "SLACK_BOT_TOKEN": f"{BOT_TOKEN},{DEAF_BOT}",
    "SLACK_APP_TOKEN": f"{APP_TOKEN},{DEAF_APP}",
    "SLACK_SIGNING_SECRET": SIGNING,
    "DISCORD_TOKEN": discord.TOKEN,
}
"""Beside these the address of a PostgreSQL holds one, and that of a proxy."""
QUOTED = 8
"""Characters of a secret's end that give it away as well."""


class Outputs:
    """What a row has brought out so far."""

    def __init__(self) -> None:
        """Nothing."""
        self._texts: list[str] = []

    def add(self, *texts: object) -> None:
        """Text as it is, anything else as JSON has it, or as Python shows it."""
        self._texts += [text if isinstance(text, str) else json.dumps(text, default=repr) for text in texts]

    def add_files(self, folder: Path) -> None:
        """All files below a folder, byte by byte."""
        self._texts += [path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file()]

    def leaked(self) -> list[str]:
        """The secrets that stand somewhere in it, whole or their ends."""
        return [secret for secret in SECRETS if any(secret[-QUOTED:] in text for text in self._texts)]


def rows_of(url: str) -> Iterable[str]:
    """Every row of a store on a server, as text."""
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            whole = sql.SQL("SELECT found::text FROM {} AS found").format(sql.Identifier(table))
            yield from (row for (row,) in connection.execute(whole))
