"""Fixtures for every room's tests."""

import asyncio
import itertools
import signal
import threading
from collections.abc import Callable, Iterator

import pytest

from bot.store import upgrade
from tests.postgres import DATABASE, NoServer, Server, give_up, running_server

# A shell starts its background jobs deaf to Ctrl-C, and the bots of the tests would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def _server_or_reason() -> Iterator[Server | str]:
    """Started by the first test that wants it, once a worker."""
    try:
        with running_server() as server:
            server.create(DATABASE)
            _in_a_loop_of_its_own(server.url(DATABASE))
            yield server
    except NoServer as error:
        yield str(error)


@pytest.fixture
def postgres(_server_or_reason: Server | str) -> Server:
    """The server of this run."""
    if isinstance(_server_or_reason, str):
        give_up(_server_or_reason)
    assert isinstance(_server_or_reason, Server)
    return _server_or_reason


@pytest.fixture
def postgres_url(postgres: Server) -> str:
    """A database with this version's tables and no rows."""
    postgres.empty(DATABASE)
    return postgres.url(DATABASE)


_numbers = itertools.count()


@pytest.fixture
def new_database(postgres: Server) -> Iterator[Callable[[], str]]:
    """Makes databases without tables; they are gone after the test."""
    made: list[str] = []

    def make() -> str:
        made.append(f"empty{next(_numbers)}")
        return postgres.create(made[-1])

    yield make
    for name in made:
        postgres.drop(name)


def _in_a_loop_of_its_own(url: str) -> None:
    """Upgrade where another loop may be running already: the fixture is asked for by async tests."""
    thread = threading.Thread(target=lambda: asyncio.run(upgrade(url)))
    thread.start()
    thread.join()
