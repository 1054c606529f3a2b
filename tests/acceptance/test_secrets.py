"""No secret leaves a running bot: neither by its pages nor by its log, with a PostgreSQL that asks for a password."""

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.conftest import Namewatch
from tests.acceptance.test_watched import LIST, asked, port, running
from tests.cli.test_redaction import EVERYWHERE, SECRETS, leaked
from tests.postgres import NoServer, Server, give_up, running_server

__all__ = ["port"]

SETTINGS = {**EVERYWHERE, "NAMEWATCH_CANARY": "nowhere"}


@pytest.fixture(scope="module")
def guarded() -> Iterator[tuple[Server, str]]:
    """A server that lets its user in with the password alone, and that user's database there."""
    try:
        with running_server() as server:
            yield server, server.guard("watcher", SECRETS["password"])
    except NoServer as error:
        give_up(str(error))


@pytest.mark.postgres
async def test_neither_pages_nor_log_of_a_running_bot_show_any(
    home: Path, port: int, guarded: tuple[Server, str]
) -> None:
    server, url = guarded
    (home / "watchlists" / "a.yaml").write_text(LIST)
    own = {"NAMEWATCH_PORT": f"127.0.0.1:{port}", "DATABASE_URL": url}
    async with running(home, **SETTINGS, **own) as process:
        figures = await asked(port, "/metrics", until="namewatch_articles_total 1")
        pages = [figures, await asked(port, "/healthz", until="ok"), await asked(port, "/readyz")]
        server.restart()
        await asked(port, "/metrics", until="namewatch_store_up 1")
        process.send_signal(signal.SIGTERM)
        _, said = await asyncio.wait_for(process.communicate(), 15)
    assert b"discord" in said
    assert leaked("".join(pages) + said.decode()) == []


@pytest.mark.postgres
@pytest.mark.parametrize("command", [["run", "--once"], ["doctor"], ["status"], ["db", "check"], ["db", "upgrade"]])
def test_a_refused_password_is_named_and_not_shown(
    home: Path, namewatch: Namewatch, guarded: tuple[Server, str], command: list[str]
) -> None:
    wrong = SECRETS["password"][::-1]
    (home / "watchlists" / "a.yaml").write_text(LIST)
    done = namewatch(*command, **{**SETTINGS, "DATABASE_URL": guarded[1].replace(SECRETS["password"], wrong)})
    shown = done.stdout + done.stderr
    assert done.returncode == 1
    assert (leaked(shown), wrong in shown, "Traceback" in shown) == ([], False, False)
    assert "password" in shown
