"""The parent's side: starts bare processes when they are needed, hands them jobs, ends those whose time is up.

Not `ProcessPoolExecutor`: there, one process that dies takes the jobs of all others with it, none can be ended alone,
each inherits our environment, and answers are unpickled. Here a process that was led astray has only text to give.
"""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from queue import LifoQueue
from typing import IO, Any, ParamSpec, TypeVar

_ROOT = Path(__file__).resolve().parents[2]
# What an interpreter may need to start; no setting and no token is among it.
_KEPT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "LC_ALL")
MOST_ANSWER_BYTES = 200_000_000

TOO_LONG = "it took too long"
ENDED = "the process ended"

Answered = list[object]
Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class JobFailed(Exception):
    """A job came to no end: its process took too long or too much, fell over, or the job raised; says which."""


class Workers:
    """Processes for jobs that may take long, take much, or fall over. Safe for use from several threads."""

    def __init__(self, hands: int) -> None:
        """`hands`: how many jobs run at once at most; none is started yet."""
        self._threads = ThreadPoolExecutor(hands, thread_name_prefix="apart")
        self._all = tuple(Worker() for _ in range(hands))
        self._free: LifoQueue[Worker] = LifoQueue()
        for worker in self._all:
            self._free.put(worker)
        self._waiting: set[asyncio.Future[Any]] = set()
        weakref.finalize(self, _end_all, self._all)

    async def beside(
        self, work: Callable[Parameters, Result], *arguments: Parameters.args, **options: Parameters.kwargs
    ) -> Result:
        """Do work that waits for `run`, beside the event loop, when a process is free."""
        loop = asyncio.get_running_loop()
        waiting = loop.run_in_executor(self._threads, partial(work, *arguments, **options))
        self._waiting.add(waiting)
        try:
            return await waiting
        finally:
            self._waiting.discard(waiting)

    def run(self, job: str, body: bytes, options: Sequence[object] = (), *, cpu: int, seconds: float) -> Answered:
        """What `job`, written `module:function`, yields for this body and these options, which are JSON values.

        `cpu`: seconds that it may compute; `seconds`: how long it may take in all. JobFailed where it did not end
        well. A job whose process was ended from outside is done again by a new one, once.
        """
        head = json.dumps({"job": job, "options": list(options), "size": len(body), "cpu": cpu})
        request = head.encode() + b"\n" + body
        worker = self._free.get()
        try:
            try:
                return worker.do(request, seconds)
            except _Lost:
                return worker.do(request, seconds)
        except _Lost as lost:
            raise JobFailed(ENDED) from lost
        finally:
            self._free.put(worker)

    def cut_short(self) -> None:
        """End the processes, and cancel whoever waits beside the event loop; call it there, for it does not wait.

        A job that failed would be told as a fault of what it read.
        """
        for waiting in tuple(self._waiting):
            waiting.cancel()
        self.kill()

    def kill(self) -> None:
        """End the processes of jobs under way, which fail, without waiting for that."""
        for worker in self._all:
            worker.kill()

    def close(self) -> None:
        """End the processes; jobs under way fail. A later job starts new ones."""
        _end_all(self._all)

    def pids(self) -> tuple[int, ...]:
        """The processes that have been started and not been ended."""
        return tuple(worker.pid for worker in self._all if worker.pid)


class _Lost(Exception):
    """The process was ended by somebody else, had ended before it was asked, or had no room left from earlier jobs."""


class Worker:
    """One process, which is started when it is needed and again when it is gone."""

    def __init__(self) -> None:
        """Nothing is started yet."""
        self._process: subprocess.Popen[bytes] | None = None
        self._busy = threading.Lock()
        self._done = 0

    @property
    def pid(self) -> int:
        """The process, 0 where there is none."""
        return self._process.pid if self._process else 0

    def do(self, request: bytes, seconds: float) -> Answered:
        """What the process answers; JobFailed, or _Lost where trying again may help."""
        with self._busy:
            process = self._process or self._start()
            clock = threading.Timer(seconds, process.kill)
            clock.start()
            try:
                answered = _asked(process, request)
            except (OSError, ValueError, EOFError, MemoryError) as error:
                raise self._fault(process, late=not clock.is_alive(), full=isinstance(error, MemoryError)) from error
            finally:
                clock.cancel()
            self._done += 1
            return answered

    def kill(self) -> None:
        """End the process of a job under way, without waiting for that; the job fails."""
        process = self._process
        if process is not None and self._busy.locked():
            self._process = None
            process.kill()

    def end(self) -> None:
        """End the process, if there is one; a job under way fails."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
        with self._busy:
            if process is not None:
                _let_go(process)

    def _start(self) -> subprocess.Popen[bytes]:
        self._process, self._done = _started(), 0
        return self._process

    def _fault(self, process: subprocess.Popen[bytes], *, late: bool, full: bool) -> Exception:
        """What a process that broke off means; it is gone afterwards."""
        ended_by_us, self._process = self._process is not process, None
        process.kill()
        code = process.wait()
        _let_go(process)
        if late or code == TOO_MUCH_CPU:
            return JobFailed(TOO_LONG)
        if ended_by_us or code in _BY_THEMSELVES or (full and not self._done):
            return JobFailed(ENDED)
        return _Lost()


def _signals(*names: str) -> frozenset[int]:
    """Exit codes of a process that such a signal ended; a system has not all of them."""
    return frozenset(-number for number in (getattr(signal, name, 0) for name in names) if number)


TOO_MUCH_CPU = -int(getattr(signal, "SIGXCPU", 0))
# How a process ends through what it was given to read; any other end came from outside.
_BY_THEMSELVES = {1} | _signals("SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE")


def _end_all(workers: Sequence[Worker]) -> None:
    for worker in workers:
        worker.kill()
    for worker in workers:
        worker.end()


def _let_go(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        process.communicate()


def _asked(process: subprocess.Popen[bytes], request: bytes) -> Answered:
    """Write the request, read the answers; JobFailed where the job says that it failed."""
    requests, answers = _ends(process)
    requests.write(request)
    requests.flush()
    values: list[object] = []
    for kind, value in _lines(answers):
        if kind == "end":
            return values
        if kind == "failed" and value == "MemoryError":
            raise MemoryError
        if kind == "failed":
            raise JobFailed(str(value))
        values.append(value)
    raise EOFError


def _lines(answers: IO[bytes]) -> Iterator[tuple[str, object]]:
    """One answer at a time: what is read in one go holds up every other thread."""
    room = MOST_ANSWER_BYTES
    while line := answers.readline(room + 1):
        room -= len(line)
        if room < 0:
            raise ValueError("the answer is too long")
        kind, value = json.loads(line)
        yield kind, value


def _ends(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin is not None  # noqa: S101 - both are pipes
    assert process.stdout is not None  # noqa: S101
    return process.stdin, process.stdout


def _started() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-s", "-m", "bot.apart.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=bare_environment(os.environ),
        # Ctrl-C goes to every process of a terminal's group; these end when their parent lets go of them.
        start_new_session=True,
    )


def bare_environment(ours: Mapping[str, str]) -> dict[str, str]:
    """What a process is given of our environment."""
    kept = {name: ours[name] for name in _KEPT if name in ours}
    # The path of this checkout and of the packages, because a bare interpreter may find neither.
    return {**kept, "PYTHONPATH": os.pathsep.join([str(_ROOT), *(path for path in sys.path if path)])}
