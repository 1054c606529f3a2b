"""How much a piece of work makes the resident memory of this process grow at most."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_PROCESS = Path("/proc/self")


@dataclass
class Growth:
    """Megabytes over what was held at the start; 0 where the system does not tell."""

    peak: float = 0.0


@contextmanager
def growth() -> Iterator[Growth]:
    """Fill in what the work below it took at its peak."""
    found = Growth()
    gc.collect()
    try:
        (_PROCESS / "clear_refs").write_text("5")
    except OSError:
        yield found
        return
    before = _megabytes("VmRSS")
    yield found
    found.peak = _megabytes("VmHWM") - before


def _megabytes(name: str) -> float:
    lines = (_PROCESS / "status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024
