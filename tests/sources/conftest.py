"""A server for the tests of sources that are read over real sockets."""

from collections.abc import AsyncIterator

import pytest

from tests.http.server import Server, serving


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving() as started:
        yield started
