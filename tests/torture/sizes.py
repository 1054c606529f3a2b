"""How often each fault is made: few times in every run of the tests, many times by `make torture`."""

import os


def size(name: str, usual: int) -> int:
    """NAMEWATCH_TORTURE_<name> of the environment, or else the size that is quick."""
    return int(os.environ.get(f"NAMEWATCH_TORTURE_{name}", usual))
