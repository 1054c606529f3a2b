"""Every driver error becomes one line: what, where, the fix; nothing of a statement, a value or a password."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError, InvalidRequestError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import StoreError, StoreUnavailable
from bot.store.faults import in_words, store_error
from bot.store.place import FilePlace, parse_place

CANARY = "canary-7f3a"
SERVER = parse_place(f"postgresql://ana:{CANARY}@db.example/news")
FILE = FilePlace(Path("var/x.db"))


def sqlite_fault(tmp_path: Path, *statements: str, lock: bool = False, pages: int = 0) -> sqlite3.Error:
    """What the driver really raises."""
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as other, closing(sqlite3.connect(path, timeout=0)) as connection:
        other.execute("CREATE TABLE held (x UNIQUE)")
        other.commit()
        if lock:
            other.execute("BEGIN EXCLUSIVE")
        if pages:
            connection.execute(f"PRAGMA max_page_count = {pages}")
        for statement in statements[:-1]:
            connection.execute(statement)
        with pytest.raises(sqlite3.Error) as raised:
            connection.execute(statements[-1])
        return raised.value


def test_a_locked_file(tmp_path: Path) -> None:
    error = store_error(sqlite_fault(tmp_path, "INSERT INTO held VALUES (1)", lock=True), FILE)
    assert isinstance(error, StoreUnavailable)
    assert str(error) == "var/x.db is locked by another program: close it, or try again"


def test_a_text_that_is_none_is_damage() -> None:
    with closing(sqlite3.connect(":memory:")) as connection, pytest.raises(sqlite3.Error) as raised:
        connection.execute("SELECT CAST(x'ff' AS TEXT)").fetchall()
    assert "var/x.db is damaged: stop the bot, then: namewatch db restore" in str(store_error(raised.value, FILE))


@pytest.mark.parametrize(
    ("statements", "pages", "kind", "words"),
    [
        (["INSERT INTO held VALUES (zeroblob(1000000))"], 3, StoreUnavailable, "the disk of var/x.db is full"),
        (["PRAGMA query_only = ON", "INSERT INTO held VALUES (1)"], 0, StoreUnavailable, "can't be written"),
        (["INSERT INTO held VALUES (1), (1)"], 0, StoreError, "nothing of it was written"),
        ([f"DROP TABLE '{CANARY}'"], 0, StoreError, "run 'namewatch db upgrade'"),
    ],
)
def test_sqlite_faults(tmp_path: Path, statements: list[str], pages: int, kind: type[StoreError], words: str) -> None:
    error = store_error(sqlite_fault(tmp_path, *statements, pages=pages), FILE)
    assert type(error) is kind
    assert words in str(error)
    assert CANARY not in str(error)


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (psycopg.errors.DiskFull(CANARY), StoreUnavailable, "the disk of postgresql://db.example/news is full"),
        (psycopg.errors.InvalidPassword(CANARY), StoreUnavailable, "refused user or password"),
        (psycopg.errors.TooManyConnections(CANARY), StoreUnavailable, "no room for another connection"),
        (psycopg.errors.AdminShutdown(CANARY), StoreUnavailable, "shutting down"),
        (psycopg.errors.ReadOnlySqlTransaction(CANARY), StoreUnavailable, "takes no writes"),
        (psycopg.errors.DeadlockDetected(CANARY), StoreUnavailable, "try again"),
        (psycopg.errors.InsufficientPrivilege(CANARY), StoreUnavailable, "grant the rights"),
        (psycopg.errors.UniqueViolation(CANARY), StoreError, "nothing of it was written"),
        (psycopg.errors.UndefinedTable(CANARY), StoreError, "run 'namewatch db upgrade'"),
        (psycopg.errors.SyntaxError(CANARY), StoreError, "42601"),
        (psycopg.OperationalError("server closed the connection unexpectedly"), StoreUnavailable, "can't be reached"),
        (psycopg.OperationalError('password authentication failed for user "ana"'), StoreUnavailable, "password"),
        (psycopg.OperationalError('database "news" does not exist'), StoreUnavailable, "create the database"),
        (psycopg.OperationalError("sorry, too many clients already"), StoreUnavailable, "no room"),
        (psycopg.ProgrammingError(CANARY), StoreError, "can't be used"),
        (json.JSONDecodeError(CANARY, CANARY, 0), StoreError, "is damaged: stop the bot"),
        (PoolTimeout(CANARY), StoreUnavailable, "no connection in time"),
        (OSError(CANARY), StoreUnavailable, "no connection in time"),
        (InvalidRequestError(CANARY), StoreError, "can't be used"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_server_faults(fault: Exception, kind: type[StoreError], words: str) -> None:
    for given in (fault, DBAPIError(f"SELECT '{CANARY}'", {"x": CANARY}, fault)):
        error = store_error(given, SERVER)
        assert type(error) is kind
        assert words in str(error)
        assert CANARY not in str(error)
        assert "\n" not in str(error)


def test_the_cause_is_not_dragged_along() -> None:
    with pytest.raises(StoreError) as raised, in_words(SERVER):
        raise psycopg.errors.UniqueViolation(CANARY)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_what_is_no_fault_of_the_store_passes_through() -> None:
    with pytest.raises(ZeroDivisionError), in_words(FILE):
        raise ZeroDivisionError
