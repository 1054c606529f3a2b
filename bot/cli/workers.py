"""Several processes at the lines of one input: each builds its matchers once, and the answers keep the order."""

import os
import signal
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait

from bot.cli.lines import NO_ANSWER, Answer, Answerer, NumberedLine
from bot.errors import WorkerLost
from bot.model.watchlist import Watchlist

BLOCK_LINES = 32
BLOCK_BYTES = 256_000
"""A block ends with the line that reaches either, so that a stop never waits long for the blocks under way."""

_AHEAD = 3
"""Blocks under way for each process: enough that none waits, few enough that memory stays constant."""


def blocks(lines: Iterable[NumberedLine]) -> Iterator[list[NumberedLine]]:
    """The lines in order, a handful at a time."""
    block: list[NumberedLine] = []
    size = 0
    for number, line in lines:
        block.append((number, line))
        size += len(line)
        if len(block) >= BLOCK_LINES or size >= BLOCK_BYTES:
            yield block
            block, size = [], 0
    if block:
        yield block


def answers_of_several(
    lists: Sequence[Watchlist], lines: Iterable[NumberedLine], *, everything: bool, jobs: int
) -> Generator[Answer, None, None]:
    """The answers in the order of the lines, found by `jobs` processes; WorkerLost when one of them dies."""
    # A fresh interpreter a process: forking a process that has threads is not safe.
    context = get_context("spawn")
    leash, hand = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(jobs, context, _begin, (tuple(lists), everything, leash))
    waiting: deque[Future[Answer]] = deque()
    try:
        for block in blocks(lines):
            with _interrupts_held():
                waiting.append(pool.submit(_answer, block))
            if len(waiting) >= jobs * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise WorkerLost(
            "a process of --jobs ended before its time, perhaps for want of memory; try --jobs 1"
        ) from error
    except BaseException:
        # Nobody waits for the blocks under way any more.
        hand.close()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        leash.close()
        hand.close()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C waits meanwhile; a process that starts now inherits this for good and leaves Ctrl-C to its parent."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_answerers: list[Answerer] = []
"""In a worker: the one it has built."""

_left = threading.Event()
"""In a worker: nobody waits for answers any more."""


def _begin(lists: tuple[Watchlist, ...], everything: bool, leash: Connection) -> None:
    threading.Thread(target=_end_with, args=(leash,), daemon=True).start()
    _answerers.append(Answerer(lists, everything=everything))


def _end_with(leash: Connection) -> None:
    """Answer nothing more once the parent lets go; end at once where it was killed, or before the first answer.

    An end in the middle of an answer would leave a living parent with half of it: it holds the other end of the
    results' pipe itself, and so would wait for the other half for ever.
    """
    parent = parent_process()
    gone = [] if parent is None else [parent.sentinel]
    let_go = wait([leash, *gone])
    if _answerers and let_go == [leash] and gone:
        _left.set()
        wait(gone)
    os._exit(1)


def _answer(block: list[NumberedLine]) -> Answer:
    return NO_ANSWER if _left.is_set() else _answerers[0].answer(block)
