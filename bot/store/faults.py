"""Driver errors as one line for people: what, where, the fix. No statement, no value, no password gets through."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import StoreError, StoreUnavailable
from bot.store.place import Place

_UPGRADE = "run 'namewatch db upgrade'"
_DAMAGED = "{place} is damaged: stop the bot, then: namewatch db restore <the newest backup>"

# By the beginning of SQLite's own name of the error: https://www.sqlite.org/rescode.html
_SQLITE: tuple[tuple[str, type[StoreError], str], ...] = (
    ("SQLITE_BUSY", StoreUnavailable, "{place} is locked by another program: close it, or try again"),
    ("SQLITE_LOCKED", StoreUnavailable, "{place} is locked by another program: close it, or try again"),
    (
        "SQLITE_READONLY",
        StoreUnavailable,
        "{place} can't be written: give this user the right to write it and its folder",
    ),
    ("SQLITE_PERM", StoreUnavailable, "{place} can't be written: give this user the right to write it and its folder"),
    ("SQLITE_FULL", StoreUnavailable, "the disk of {place} is full: free some space"),
    ("SQLITE_CANTOPEN", StoreUnavailable, "{place} can't be opened: check that its folder is there and may be written"),
    ("SQLITE_IOERR", StoreUnavailable, "{place} can't be read or written: check the disk"),
    ("SQLITE_CORRUPT", StoreError, _DAMAGED),
    (
        "SQLITE_NOTADB",
        StoreError,
        "{place} is not a SQLite file, or damaged: stop the bot, then: namewatch db restore <the newest backup>",
    ),
    ("SQLITE_CONSTRAINT", StoreError, "{place} refused what contradicts its rows: nothing of it was written"),
    ("SQLITE_ERROR", StoreError, "{place} does not have the tables of this version: " + _UPGRADE),
)

# By the beginning of the SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html
_STATES: tuple[tuple[str, type[StoreError], str], ...] = (
    ("08", StoreUnavailable, "{place} can't be reached: check that the server runs and DATABASE_URL is right"),
    ("28", StoreUnavailable, "{place} refused user or password: correct them in DATABASE_URL"),
    ("3D", StoreUnavailable, "{place} does not exist: create the database, or correct DATABASE_URL"),
    ("53100", StoreUnavailable, "the disk of {place} is full: free some space"),
    ("53", StoreUnavailable, "{place} has no room for another connection or for memory: raise its limits"),
    ("57", StoreUnavailable, "{place} is shutting down or cancelled the query: try again"),
    ("58", StoreUnavailable, "{place} can't read or write its disk: look into the log of the server"),
    ("25006", StoreUnavailable, "{place} takes no writes: point DATABASE_URL at the primary server"),
    ("42501", StoreUnavailable, "{place} denies this user its tables: grant the rights, or change DATABASE_URL"),
    ("40", StoreUnavailable, "{place} was busy with a conflicting change: try again"),
    ("55", StoreUnavailable, "{place} is locked by another program: try again"),
    ("23", StoreError, "{place} refused what contradicts its rows: nothing of it was written"),
    ("42P01", StoreError, "{place} does not have the tables of this version: " + _UPGRADE),
    ("42703", StoreError, "{place} does not have the tables of this version: " + _UPGRADE),
)

# A refused connection has no SQLSTATE, only the server's own sentence.
_SENTENCES = (
    (re.compile("password|authentication|role .* does not exist|no pg_hba", re.IGNORECASE), "28"),
    (re.compile("database .* does not exist", re.IGNORECASE), "3D"),
    (re.compile("too many (clients|connections)|connection slots", re.IGNORECASE), "53"),
    (re.compile("starting up|shutting down", re.IGNORECASE), "57"),
)


@contextmanager
def in_words(place: Place) -> Iterator[None]:
    """Turn whatever the drivers raise inside into a StoreError about this place."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, psycopg.Error, OSError, json.JSONDecodeError) as error:
        # Without the cause: its text may quote the connection string, a statement or an article.
        raise store_error(error, place) from None


def store_error(error: Exception, place: Place) -> StoreError:
    """What the error means, in one line."""
    if isinstance(error, DBAPIError) and isinstance(error.orig, Exception):
        error = error.orig
    if isinstance(error, psycopg.Error):
        return _found(_STATES, _sqlstate(error), error, place)
    if isinstance(error, sqlite3.Error):
        return _found(_SQLITE, _errorname(error), error, place)
    if isinstance(error, json.JSONDecodeError):  # of what the store itself wrote
        return StoreError(_DAMAGED.format(place=place))
    if isinstance(error, PoolTimeout | OSError):
        return StoreUnavailable(f"{place} gave no connection in time: try again")
    return StoreError(f"{place} can't be used ({type(error).__name__}): look into the log")


def _errorname(error: sqlite3.Error) -> str:
    """SQLite's own name of the error; a text that is none is found by the driver, which gives it no name."""
    return getattr(error, "sqlite_errorname", "") or ("SQLITE_CORRUPT" if "UTF-8" in str(error) else "")


def _sqlstate(error: psycopg.Error) -> str:
    if error.sqlstate:
        return error.sqlstate
    text = str(error)
    known = next((state for pattern, state in _SENTENCES if pattern.search(text)), "")
    return known or ("08" if isinstance(error, psycopg.OperationalError) else "")


def _found(
    table: tuple[tuple[str, type[StoreError], str], ...], code: str, error: Exception, place: Place
) -> StoreError:
    row = next((row for row in table if code.startswith(row[0])), None)
    if row is None:
        return StoreError(f"{place} can't be used ({type(error).__name__} {code}): look into its log")
    return row[1](row[2].format(place=place))
