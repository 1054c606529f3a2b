"""robots.txt (RFC 9309): which pages of a site may be asked for, and how long to wait between two of them."""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from protego import Protego
from yarl import URL

from bot.errors import BadStatus, FetchError, HeldBack, RobotsRefused, TimedOut, Unreachable
from bot.protocols import Clock

MOST_BYTES = 500_000
"""More of a robots.txt is not read; RFC 9309, 2.5 asks for 500 KiB at the most."""

LIFETIME = timedelta(days=1)
UNTIL_TRIED_AGAIN = timedelta(minutes=30)
LONGEST_PAUSE = 10.0
"""Seconds of a Crawl-delay that are waited: a source is polled every minute at the most, which is a pause in itself."""

_KEPT_BYTES = 8_000_000
_QUICK_BYTES = 20_000
_OTHERS = "(others)"

_URLS = re.compile(r"(?:https?://|mailto:)\S+", re.IGNORECASE)
_PRODUCT = re.compile(r"([A-Za-z][A-Za-z0-9_-]*)/")
_AGENT_LINE = re.compile(r"\s*user[\s-]*agent\s*:?\s*([^#]*)", re.IGNORECASE)

Ask = Callable[[URL, str], Awaitable[bytes]]
"""The first `MOST_BYTES` at an address, asked for under that User-Agent."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """The rules of a site, or the reason (`trouble`) why nobody knows them, and until when that is taken for true."""

    text: str
    until: datetime
    trouble: FetchError | None = None


class Robots:
    """The rules of every site that was asked for a page, read again once a day."""

    def __init__(self, ask: Ask, clock: Clock) -> None:
        """`ask` fetches a robots.txt and knows no robots.txt itself."""
        self._ask = ask
        self._clock = clock
        self._sites: OrderedDict[str, _Kept] = OrderedDict()
        self._bytes = 0
        self._lines: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._next: dict[str, float] = {}

    async def admit(self, target: URL, agent: str) -> None:
        """Return once the page may be asked for.

        RobotsRefused where the site does not allow it; Unreachable where its rules can't be had now, for what a site
        allows while its robots.txt fails is nothing (RFC 9309, 2.3.1.4).
        """
        site = str(target.origin())
        line = self._lines.setdefault(site, asyncio.Lock())
        async with line:
            kept = await self._rules_of(site, target, agent)
            if kept.trouble is not None:
                raise _unknown(target, kept.trouble)
            if not kept.text:
                return
            if len(kept.text) > _QUICK_BYTES:
                allowed, pause = await asyncio.to_thread(judged, kept.text, str(target), agent)
            else:
                allowed, pause = judged(kept.text, str(target), agent)
            if not allowed:
                raise RobotsRefused(
                    f"robots.txt of {target.host} does not allow this page", retry_after=LIFETIME.total_seconds()
                )
            await self._pause(site, pause)

    async def _rules_of(self, site: str, target: URL, agent: str) -> _Kept:
        now = self._clock.now()
        kept = self._sites.get(site)
        if kept is not None and now < kept.until <= now + LIFETIME:
            self._sites.move_to_end(site)
            return kept
        try:
            text = (await self._ask(target.origin() / "robots.txt", agent)).decode("utf-8-sig", "replace")
            fresh = _Kept(_without_nuls(text), now + LIFETIME)
        except FetchError as error:
            fresh = _after(error, kept, now)
        self._keep(site, fresh)
        return fresh

    def _keep(self, site: str, fresh: _Kept) -> None:
        """Keep it, and let go of what was used longest ago where the texts have grown too large together."""
        old = self._sites.pop(site, None)
        self._bytes += _size(fresh) - (_size(old) if old else 0)
        self._sites[site] = fresh
        while self._bytes > _KEPT_BYTES and len(self._sites) > 1:
            gone, kept = self._sites.popitem(last=False)
            self._bytes -= _size(kept)
            self._next.pop(gone, None)

    async def _pause(self, site: str, seconds: float) -> None:
        """Let the Crawl-delay pass since the last page of this site."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, self._next.pop(site, 0.0) - loop.time()))
        if seconds > 0:
            self._next[site] = loop.time() + min(seconds, LONGEST_PAUSE)


def judged(text: str, url: str, agent: str) -> tuple[bool, float]:
    """Whether these rules allow that User-Agent the page, and its Crawl-delay in seconds."""
    names = products(agent)
    rules = Protego.parse(_for_us(text, names))
    asked_as = " ".join(names)
    return rules.can_fetch(url, asked_as), rules.crawl_delay(asked_as) or 0.0


def products(agent: str) -> tuple[str, ...]:
    """The names that a User-Agent goes by, in lower case: "Acme/1.0 (news; +https://a.example)" goes by "acme"."""
    bare = _URLS.sub("", agent)
    found = _PRODUCT.findall(bare) or bare.split()[:1]
    return tuple(name.lower() for name in found[:5])


def _for_us(text: str, names: tuple[str, ...]) -> str:
    """The rules with all robots that we are not made one.

    The parser keeps every rule once for each robot of its group: half a file of names and half a file of rules would
    take gigabytes.
    """
    return "\n".join(_line_for_us(line, names) for line in text.splitlines())


def _line_for_us(line: str, names: tuple[str, ...]) -> str:
    found = _AGENT_LINE.match(line)
    if not found:
        return line
    name = found[1].strip()
    if name != "*":
        name = name.lower().strip("* ").partition("/")[0]
        name = name if name in names else _OTHERS
    return f"User-agent: {name}"


def _after(error: FetchError, kept: _Kept | None, now: datetime) -> _Kept:
    """What holds after a robots.txt could not be had.

    A site without one allows everything. One whose server fails allows nothing for now, unless it said before what it
    allows.
    """
    passing = isinstance(error, TimedOut | Unreachable | HeldBack)
    if isinstance(error, BadStatus):
        passing = error.status >= 500 or error.status == 429
    if not passing:
        return _Kept("", now + LIFETIME)
    if kept is not None and kept.trouble is None:
        return _Kept(kept.text, now + UNTIL_TRIED_AGAIN)
    return _Kept("", now + UNTIL_TRIED_AGAIN, error)


def _unknown(target: URL, trouble: FetchError) -> Unreachable:
    wait = max(trouble.retry_after or 0.0, UNTIL_TRIED_AGAIN.total_seconds())
    return Unreachable(
        f"robots.txt of {target.host} can't be read now, so no page of it is asked for",
        cause=trouble.cause or str(trouble),
        retry_after=wait,
    )


def _size(kept: _Kept) -> int:
    return len(kept.text) + 200


def _without_nuls(text: str) -> str:
    return text.replace("\0", "")
