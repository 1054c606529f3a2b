"""No secret leaves a running bot: neither by its pages nor by its log, with a PostgreSQL that asks for a password."""

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.acceptance.conftest import Namewatch
from tests.acceptance.test_watched import LIST, asked, port, running
from tests.cli.test_redaction import EVERYWHERE, SECRETS, leaked
from tests.postgres import NoServer, Server, give_up, running_server

__all__ = ["port"]

USER = "watcher"
SETTINGS = {**EVERYWHERE, "NAMEWATCH_CANARY": "nowhere"}


@pytest.fixture(scope="module")
def guarded() -> Iterator[Server]:
    """A server that lets this user in with the password alone."""
    try:
        with running_server() as server:
            with psycopg.connect(host=str(server.socket), user=server.user, dbname="postgres", autocommit=True) as own:
                who, password = sql.Identifier(USER), sql.Literal(SECRETS["password"])
                own.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(who, password))
                own.execute(sql.SQL("CREATE DATABASE guarded OWNER {}").format(who))
                rules = server.socket / "data" / "pg_hba.conf"
                rules.write_text(f"local all {USER} scram-sha-256\nlocal all all trust\n")
                own.execute("SELECT pg_reload_conf()")
            yield server
    except NoServer as error:
        give_up(str(error))


def address(server: Server, password: str) -> str:
    return f"postgresql://{USER}:{password}@/guarded?host={server.socket}"


@pytest.mark.postgres
async def test_neither_pages_nor_log_of_a_running_bot_show_any(home: Path, port: int, guarded: Server) -> None:
    (home / "watchlists" / "a.yaml").write_text(LIST)
    own = {"NAMEWATCH_PORT": f"127.0.0.1:{port}", "DATABASE_URL": address(guarded, SECRETS["password"])}
    async with running(home, **SETTINGS, **own) as process:
        figures = await asked(port, "/metrics", until="namewatch_articles_total 1")
        pages = [figures, await asked(port, "/healthz", until="ok"), await asked(port, "/readyz")]
        guarded.restart()
        await asked(port, "/metrics", until="namewatch_store_up 1")
        process.send_signal(signal.SIGTERM)
        _, said = await asyncio.wait_for(process.communicate(), 15)
    assert b"discord" in said
    assert leaked("".join(pages) + said.decode()) == []


@pytest.mark.postgres
@pytest.mark.parametrize("command", [["run", "--once"], ["doctor"], ["status"], ["db", "check"], ["db", "upgrade"]])
def test_a_refused_password_is_named_and_not_shown(
    home: Path, namewatch: Namewatch, guarded: Server, command: list[str]
) -> None:
    wrong = SECRETS["password"][::-1]
    (home / "watchlists" / "a.yaml").write_text(LIST)
    done = namewatch(*command, **{**SETTINGS, "DATABASE_URL": address(guarded, wrong)})
    shown = done.stdout + done.stderr
    assert done.returncode == 1
    assert (leaked(shown), wrong in shown, "Traceback" in shown) == ([], False, False)
    assert "password" in shown
