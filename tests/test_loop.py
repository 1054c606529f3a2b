"""Nothing holds the event loop over 50 ms while 200 large feeds are fetched, parsed, matched and committed.

Measured in what this process computes while the loop waits, so that another process on the machine fails nothing.
"""

import asyncio
import gc
import re
import sys
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.heartbeat import watched
from benchmarks.loop import Size, run
from bot.apart import undisturbed

BAR = 0.050


def compute(seconds: float) -> None:
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def hold_the_interpreter(seconds: float) -> None:
    """One call that lets no other thread run meanwhile: doubled until it takes so long."""
    size, took = 1_000, 0.0
    while took < seconds:
        size, started = size * 2, time.thread_time()
        re.search("(?:a|b)*c", "ab" * size)
        took = time.thread_time() - started


async def on_the_loop(work: Callable[[float], None]) -> None:
    work(0.1)
    await asyncio.sleep(0)


async def in_a_thread(work: Callable[[float], None]) -> None:
    await asyncio.to_thread(work, 0.1)


@pytest.mark.parametrize(
    ("where", "work", "held"),
    [
        (on_the_loop, compute, True),
        (in_a_thread, hold_the_interpreter, True),
        (in_a_thread, time.sleep, False),
        (on_the_loop, time.sleep, False),  # as when other processes have the cores: nothing of ours computes
    ],
)
async def test_what_holds_the_loop_is_seen(
    where: Callable[[Callable[[float], None]], "asyncio.Future[None]"], work: Callable[[float], None], held: bool
) -> None:
    async with watched() as gaps:
        await asyncio.sleep(0.02)
        await where(work)
        await asyncio.sleep(0.02)
    assert (gaps.worst() > BAR) is held


async def test_two_hundred_large_feeds_do_not_hold_the_loop(tmp_path: Path) -> None:
    figures = await run(tmp_path, Size(feeds=200, entries=4, paragraphs=16, companies=300))
    assert figures.errors == ()
    assert (figures.articles, figures.owed) == (800, 200)
    assert len(figures.gaps.held) > 20
    assert figures.gaps.worst() < BAR


class Node:
    """A cycle of one."""

    def __init__(self) -> None:
        self.itself = self


async def test_the_interpreter_is_left_as_it_was() -> None:
    before, threads = sys.getswitchinterval(), threading.active_count()
    async with undisturbed():
        assert sys.getswitchinterval() < before
        assert gc.get_freeze_count() > 0
        ring: list[object] = []
        ring.append(ring)
        gc.collect()
    assert (sys.getswitchinterval(), gc.get_freeze_count()) == (before, 0)
    assert threading.active_count() == threads


async def test_garbage_that_was_young_is_still_collected() -> None:
    async with undisturbed():
        nodes = [weakref.ref(Node()) for _ in range(1_000)]
        gc.collect()
        assert not any(node() for node in nodes)


async def test_what_became_garbage_when_it_was_old_is_collected_after_a_while() -> None:
    """As a connection to a chat does that breaks after hours."""
    async with undisturbed(every=0.01):
        connection, freed = Node(), asyncio.Event()
        gc.collect()
        broken = weakref.ref(connection, lambda _: freed.set())
        del connection
        gc.collect()
        assert broken() is not None
        await freed.wait()
        assert gc.get_freeze_count() > 0
