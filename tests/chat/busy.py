"""How long things may take where others use the machine, too."""

import os


def in_time(seconds: float) -> float:
    """So many seconds on a machine at rest; as many times more as there are others at work on each processor."""
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
