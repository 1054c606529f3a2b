"""A PostgreSQL server of the test run's own: private folder, private socket, gone at the end."""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

DATABASE = "namewatch"
_PACKAGED = Path("/usr/lib/postgresql")
_UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""Faster, and no data of a test has to survive a power cut."""
_QUIET = {"listen_addresses": "''", "shared_buffers": "16MB", "max_connections": "60", "timezone": "Asia/Taipei"}


class NoServer(Exception):
    """There is no PostgreSQL server to test with; the message says how to get one."""


@dataclass(frozen=True)
class Server:
    """A running server; databases are made on demand."""

    socket: Path
    user: str = "postgres"

    def url(self, database: str, *, password: str = "") -> str:
        login = f"{self.user}:{password}" if password else self.user
        return f"postgresql://{login}@/{database}?host={self.socket}"

    def create(self, database: str) -> str:
        """Make an empty database and return its URL."""
        with self._admin() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        return self.url(database)

    def guard(self, user: str, password: str) -> str:
        """A user who gets in with this password alone, and an empty database of the same name; its URL."""
        with self._admin() as connection:
            name = sql.Identifier(user)
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(password)))
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))
            rules = self.socket / "data" / "pg_hba.conf"
            rules.write_text(f"local all {user} scram-sha-256\nlocal all all trust\n")
            connection.execute("SELECT pg_reload_conf()")
        return replace(self, user=user).url(user, password=password)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected."""
        with self._admin() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def empty(self, database: str) -> None:
        """Remove all rows, and start counting anew."""
        with psycopg.connect(host=str(self.socket), user=self.user, dbname=database, autocommit=True) as connection:
            rows = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
            ).fetchall()
            tables = sql.SQL(", ").join(sql.Identifier(row[0]) for row in rows)
            connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(tables))

    def disconnect(self, database: str) -> None:
        """Break every connection to a database, as a restart of the server does."""
        with self._admin() as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [database])

    def restart(self) -> None:
        """End the server in the middle of whatever it does, and start it again; returns when it takes connections."""
        binaries = find_binaries()
        assert binaries is not None
        _run(_other_user(self.socket), binaries / "pg_ctl", "restart", "-w", "-m", "immediate",
             "-D", self.socket / "data", "-l", self.socket / "log")  # fmt: skip

    def _admin(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(host=str(self.socket), user=self.user, dbname="postgres", autocommit=True)


def find_binaries(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The newest folder that holds initdb and pg_ctl; None where there is none."""
    on_path = shutil.which("initdb", path=environment.get("PATH", ""))
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(_PACKAGED.glob("*/bin"), key=_version, reverse=True)
    return next((folder for folder in folders if all((folder / name).exists() for name in ("initdb", "pg_ctl"))), None)


def install() -> None:
    """Install the packaged server; NoServer says why that is not possible here."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        raise NoServer("no PostgreSQL server, and this user can't install one with apt-get: install postgresql")
    with Path(tempfile.gettempdir(), "namewatch-apt.lock").open("w") as lock:
        # One worker installs, the others find it done.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if find_binaries() is None:
            _install_with_apt()


def _install_with_apt() -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-q", "-y", "postgresql"]):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, check=False)
        if done.returncode != 0:
            raise NoServer(f"{' '.join(command)} failed: {done.stderr.strip().splitlines()[-1:]}")


@contextmanager
def running_server(**settings: str) -> Iterator[Server]:
    """Start a server as a user other than root; NoServer where that can't be done. `settings` are over the usual."""
    if find_binaries() is None and os.environ.get("CI"):
        install()
    binaries = find_binaries()
    if binaries is None:
        raise NoServer("no initdb on PATH or in /usr/lib/postgresql: install postgresql to run these tests")
    # Short, because the path of a socket may have 107 bytes at most.
    folder = Path(tempfile.mkdtemp(prefix="nw-pg-", dir="/tmp"))
    try:
        as_user = _other_user(folder)
        _run(as_user, binaries / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8",
             "--locale=C", "--no-sync", "--no-instructions")  # fmt: skip
        options = {**_UNSAFE, **_QUIET, **settings, "unix_socket_directories": folder}
        _run(as_user, binaries / "pg_ctl", "start", "-w", "-D", folder / "data", "-l", folder / "log",
             "-o", " ".join(f"-c {name}={value}" for name, value in options.items()))  # fmt: skip
        try:
            yield Server(folder)
        finally:
            _run(as_user, binaries / "pg_ctl", "stop", "-m", "immediate", "-D", folder / "data")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def give_up(reason: str) -> None:
    """Skip the test that wanted a server; fail it where CI promised one."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def _other_user(folder: Path) -> list[str]:
    """What to put before a command so that it does not run as root; the folder then belongs to that user."""
    if os.geteuid() != 0:
        return []
    user = "postgres" if _is_user("postgres") else "nobody"
    if not shutil.which("runuser"):
        raise NoServer("the server refuses to run as root and there is no runuser: run the tests as another user")
    shutil.chown(folder, user=user)
    return ["runuser", "-u", user, "--"]


def _is_user(name: str) -> bool:
    return subprocess.run(["id", "-u", name], capture_output=True, check=False).returncode == 0


def _run(as_user: list[str], *command: object) -> None:
    # Not through a pipe: the server would keep it open after pg_ctl has ended.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            [*as_user, *map(str, command)], stdout=output, stderr=output, cwd="/", timeout=60, check=False
        )
        output.seek(0)
        if done.returncode != 0:
            raise NoServer(f"{command[0]} failed: {output.read().strip()[-300:]}")


def _version(folder: Path) -> int:
    digits = re.match(r"\d+", folder.parent.name)
    return int(digits[0]) if digits else 0
