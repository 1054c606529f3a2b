"""Providers: one company behind many host names is asked as one, and heard as one when it asks for a pause."""

import asyncio
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from weakref import WeakValueDictionary

from bot.errors import BadStatus, HeldBack
from bot.extraction.domain import domain_of
from bot.protocols import Clock

LONGEST_HOLD = timedelta(hours=1)
"""How long one source's Retry-After keeps others waiting: a day that one odd page asks for is its own affair."""

UNNAMED_PAUSE = 60.0
"""Seconds of a pause after a 429 that names none."""

_MOST_HOSTS = 10_000
_SPREAD = 60.0


class Lines:
    """Requests wait in line: for their host, for its company, for its server, and for a place among all."""

    def __init__(self, per_host: int, per_provider: int, at_once: int) -> None:
        """How many requests may be under way at once."""
        self._per_host = per_host
        self._per_provider = per_provider
        self._all = asyncio.Semaphore(at_once)
        self._lines: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        # To find the lines of a host costs more than to pass through them while nobody waits.
        self._lines_of = lru_cache(_MOST_HOSTS)(self._found)

    def turn(self, host: str, server: str) -> "Turn":
        """First in line for the host, at last for a place among all: who waits for a slow host takes no place."""
        return Turn(self._lines_of(host, server))

    def _found(self, host: str, server: str) -> tuple[asyncio.Semaphore, ...]:
        return (
            self._line(f"host {host}", self._per_host),
            self._line(f"company {domain_of(host)}", self._per_provider),
            self._line(f"server {server or host}", self._per_provider),
            self._all,
        )

    def _line(self, name: str, places: int) -> asyncio.Semaphore:
        return self._lines.setdefault(name, asyncio.Semaphore(places))


class Turn:
    """A place in each of several lines, taken one after the other and given back together."""

    __slots__ = ("_lines", "_taken")

    def __init__(self, lines: tuple[asyncio.Semaphore, ...]) -> None:
        """Nothing is taken before it is entered."""
        self._lines = lines
        self._taken = 0

    async def __aenter__(self) -> None:
        """Wait for every place; who gives up waiting gives back what was taken."""
        try:
            for line in self._lines:
                await line.acquire()
                self._taken += 1
        except BaseException:
            self._give_back()
            raise

    async def __aexit__(self, *_: object) -> None:
        """Give back, the last one first."""
        self._give_back()

    def _give_back(self) -> None:
        for line in reversed(self._lines[: self._taken]):
            line.release()


class Pauses:
    """Pauses that a provider has asked for, kept by every source of it."""

    def __init__(self, clock: Clock, share: Callable[[], float] = random.random) -> None:
        """`share` in [0, 1) spreads those that were held back, so that they do not come back together."""
        self._clock = clock
        self._share = share
        self._until: dict[str, datetime] = {}

    def heard(self, host: str, server: str, answer: BadStatus) -> None:
        """Take note of a 429 or 503.

        A 503 is about a service: its company's other hosts wait. A 429 is about us: so do others at the same address.
        """
        seconds = _asked(answer)
        if seconds <= 0:
            return
        now = self._clock.now()
        until = now + min(timedelta(seconds=seconds), LONGEST_HOLD)
        for name in _names(host, server if answer.status == 429 else ""):
            before = self._until.pop(name, until)
            self._until[name] = max(until, before) if _lasts(before, now) else until
        while len(self._until) > _MOST_HOSTS:
            del self._until[next(iter(self._until))]

    def check(self, host: str, server: str) -> None:
        """HeldBack while the provider's pause lasts."""
        if not self._until:
            return
        now = self._clock.now()
        for name in _names(host, server):
            until = self._until.get(name)
            if until is not None and _lasts(until, now):
                raise self._held(name if name == domain_of(host) else "", until - now)

    def _held(self, domain: str, left: timedelta) -> HeldBack:
        seconds = left.total_seconds()
        who = f"{domain} asked" if domain else "the server behind this address asked"
        return HeldBack(
            f"{who} for a pause, which all its sources keep",
            retry_after=seconds + self._share() * max(_SPREAD, seconds / 2),
        )


def _names(host: str, server: str) -> tuple[str, ...]:
    """What the provider of a host goes by: its domain, and the address of its server where that is known."""
    domain = domain_of(host)
    return (domain, server) if server and server != domain else (domain,)


def _lasts(until: datetime, now: datetime) -> bool:
    """Whether a pause goes on; one longer than any was written before the clock went back."""
    return now < until <= now + LONGEST_HOLD


def _asked(answer: BadStatus) -> float:
    """Seconds of the pause that a status asks for."""
    if answer.status == 429:
        return UNNAMED_PAUSE if answer.retry_after is None else answer.retry_after
    return (answer.retry_after or 0.0) if answer.status == 503 else 0.0
