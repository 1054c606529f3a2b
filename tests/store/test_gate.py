"""The right to decide holds between processes too, and dies with them."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process

import pytest

from bot.store import open_store
from tests.postgres import DATABASE, Server

HOLD = """
import asyncio, sys
from bot.store import open_store

async def main():
    store = await open_store(sys.argv[1])
    async with store.deciding():
        print("in", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
    await store.close()
    print("out", flush=True)

asyncio.run(main())
"""


async def holder(url: str) -> Process:
    """Another process that decides until it is told to stop."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", HOLD, url, stdin=PIPE, stdout=PIPE)
    assert process.stdout
    assert await process.stdout.readline() == b"in\n"
    return process


@pytest.mark.parametrize("killed", [False, True])
async def test_another_process_waits_its_turn_and_leaves_the_loop_free(url: str, killed: bool) -> None:
    other = await holder(url)
    store = await open_store(url)
    turns = 0
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1), store.deciding():
            turns += 1
    assert turns == 0
    if killed:
        os.kill(other.pid, signal.SIGKILL)
    else:
        assert other.stdin
        other.stdin.write(b"\n")
        await other.stdin.drain()
    async with asyncio.timeout(5), store.deciding():
        turns += 1
    await other.communicate()
    await store.close()
    assert turns == 1


@pytest.mark.postgres
async def test_a_server_that_drops_its_connections_takes_nothing_but_the_turn(
    postgres: Server, postgres_url: str
) -> None:
    store = await open_store(postgres_url)
    async with store.deciding():
        postgres.disconnect(DATABASE)
        assert await store.story_revision() == 0
    async with asyncio.timeout(5), store.deciding():
        assert await store.story_revision() == 0
    await store.close()
