"""The parent's side of what is read in a process of its own."""

from typing import Any, Literal

from bot.apart import WORKERS, JobFailed
from bot.sources.parsing.listing import Item, Listing

CPU_SECONDS = 3
SECONDS = 4.0


async def values_apart(job: str, data: bytes, *options: str) -> list[dict[str, Any]] | None:
    """What a job of `child` says of these bytes; None where it took too much time or memory, or fell over."""
    return await WORKERS.beside(_values, job, data, *options, seconds=SECONDS)


async def parse_apart(utf8: bytes, how: Literal["fast", "patient"], seconds: float = SECONDS) -> Listing | None:
    """As `parse_in_child`, beside the event loop."""
    return await WORKERS.beside(parse_in_child, utf8, how, seconds)


def parse_in_child(utf8: bytes, how: Literal["fast", "patient"], seconds: float = SECONDS) -> Listing | None:
    """The listing, or None where the child took too much time or memory, or fell over."""
    said = _values(how, utf8, seconds=seconds)
    try:
        return Listing(**said[0], items=tuple(Item(**item) for item in said[1:])) if said else None
    except TypeError:
        return None


def _values(job: str, data: bytes, *options: str, seconds: float) -> list[dict[str, Any]] | None:
    try:
        said = WORKERS.run(f"bot.sources.parsing.child:{job}", data, options, cpu=CPU_SECONDS, seconds=seconds)
    except JobFailed:
        return None
    return [value for value in said if isinstance(value, dict)]
