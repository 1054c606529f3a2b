"""Jobs for the tests of the workers, good ones and bad ones."""

import ctypes
import os
import time
from collections.abc import Iterator

KEPT: list[bytearray] = []


def echo(body: bytes, times: int) -> Iterator[str]:
    for _ in range(times):
        yield body.decode("utf-8", "surrogatepass")


def pid(_body: bytes) -> Iterator[int]:
    yield os.getpid()


def raises(_body: bytes) -> Iterator[str]:
    yield "something"
    raise RecursionError


def computes(_body: bytes) -> Iterator[str]:
    while True:
        pass
    yield "never"


def sleeps(_body: bytes) -> Iterator[str]:
    time.sleep(60)
    yield "late"


def tells_and_waits_the_first_time(body: bytes) -> Iterator[str]:
    """`body` names the process that shall wait for its end."""
    if os.getpid() == int(body):
        time.sleep(60)
    yield "done"


def crashes(_body: bytes) -> Iterator[str]:
    yield str(ctypes.string_at(1))


def exits(_body: bytes) -> Iterator[str]:
    os._exit(1)
    yield "never"


def eats(_body: bytes) -> Iterator[str]:
    yield str(len(bytearray(2_000_000_000)))


def keeps(_body: bytes, megabytes: int) -> Iterator[str]:
    KEPT.append(bytearray(megabytes * 1_000_000))
    yield "kept"


def prints(_body: bytes) -> Iterator[str]:
    print("noise", flush=True)  # noqa: T201 - that is the point
    os.write(1, b"more noise\n")
    yield "said"


def environment(_body: bytes) -> Iterator[dict[str, str]]:
    yield dict(os.environ)
