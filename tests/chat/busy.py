"""A clock for limits that hold on a busy machine, too: it stands still while others have the processor."""

import time
from pathlib import Path

_WAITED = Path("/proc/thread-self/schedstat")
"""Linux: nanoseconds on a processor, nanoseconds ready and without one, turns; elsewhere there is no such file."""


def own_time() -> float:
    """Seconds that only differences have a meaning of, without those in which this thread waited for a processor.

    At rest it is the clock on the wall; where nobody tells how long a thread waited it always is.
    """
    now = time.monotonic()
    return now - int(_WAITED.read_text().split()[1]) / 1e9 if _WAITED.exists() else now
