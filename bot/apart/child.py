"""What runs in a worker process: one job after another from stdin, its answers to stdout, limits before each.

A request is a line of JSON and then the body, whose size the line tells. An answer is a line of JSON a value, and one
that says how the job ended. A job is a function that takes the body and the options and yields JSON values.
"""

import importlib
import json
import os
import sys
from collections.abc import Iterator
from typing import BinaryIO

MEMORY_BYTES = 800_000_000


def limit_memory() -> None:
    """More than this raises MemoryError; where the system knows no such limit, the clock of the parent must do."""
    try:
        import resource  # noqa: PLC0415 - does not exist on Windows
    except ImportError:
        return
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ValueError, OSError):
        return


def limit_cpu(seconds: int) -> None:
    """Let the system end this process when it computes longer than this from now on."""
    try:
        import resource  # noqa: PLC0415 - does not exist on Windows
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + 1 + seconds
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    except (ValueError, OSError):
        return


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the other side lets go."""
    for line in requests:
        request = json.loads(line)
        body = requests.read(request["size"])
        limit_cpu(request["cpu"])
        for value in _answers(request, body):
            answers.write(json.dumps(value).encode() + b"\n")
        answers.flush()


def _answers(request: dict[str, str], body: bytes) -> Iterator[object]:
    """`["value", v]` for each, then `["end", ""]`, or `["failed", why]`."""
    module, _, name = request["job"].partition(":")
    try:
        job = getattr(importlib.import_module(module), name)
        for value in job(body, *request["options"]):
            yield ["value", value]
    except Exception as error:  # noqa: BLE001 - whatever a parser raises ends this job and nothing else
        yield ["failed", type(error).__name__]
    else:
        yield ["end", ""]


def main() -> None:
    """What libraries print must not get between the answers."""
    limit_memory()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
