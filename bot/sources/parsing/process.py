"""The parent's side of the child process: start it bare, feed it, and end it when its time is up."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from bot.sources.parsing.listing import Item, Listing

SECONDS = 4.0
_ROOT = Path(__file__).resolve().parents[3]
# What an interpreter may need to start; no setting and no token is among it.
_KEPT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "LC_ALL")


def parse_in_child(utf8: bytes, how: Literal["fast", "patient"], seconds: float = SECONDS) -> Listing | None:
    """The listing, or None where the child took too much time or memory, or fell over."""
    said = answer_of_child("bot.sources.parsing.child", utf8, how, seconds=seconds)
    try:
        return None if said is None else _listing(said)
    except (KeyError, TypeError):
        return None


def answer_of_child(module: str, data: bytes, *arguments: str, seconds: float = SECONDS) -> dict[str, Any] | None:
    """What a module of ours, run on its own and fed these bytes, says as JSON; None where it did not come to an end."""
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-P", "-s", "-m", module, *arguments],
            input=data,
            capture_output=True,
            timeout=seconds,
            env=bare_environment(os.environ),
            check=True,
        )
        said = json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError):
        return None
    return said if isinstance(said, dict) else None


def bare_environment(ours: Mapping[str, str]) -> dict[str, str]:
    """What a child is given of our environment."""
    kept = {name: ours[name] for name in _KEPT if name in ours}
    # The path of this checkout and of the packages, because a bare interpreter may find neither.
    return {**kept, "PYTHONPATH": os.pathsep.join([str(_ROOT), *(path for path in sys.path if path)])}


def _listing(said: dict[str, Any]) -> Listing:
    items = said.pop("items")
    if not isinstance(items, list):
        raise TypeError("items")
    return Listing(items=tuple(Item(**item) for item in items), **said)
