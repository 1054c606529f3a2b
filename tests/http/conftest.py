"""A server, and a client that may talk to it."""

from collections.abc import AsyncIterator

import pytest

from bot.http import HttpFetcher
from tests.fakes import ManualClock
from tests.http.server import Server, serving

AGENT = "namewatch/test (+mailto:ops@example.org)"


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving() as started:
        yield started


@pytest.fixture
async def fetcher() -> AsyncIterator[HttpFetcher]:
    async with HttpFetcher(AGENT, ManualClock(), allowed_networks=("127.0.0.0/8",)) as client:
        yield client
