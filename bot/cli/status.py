"""`namewatch status`: how the bot stands, for people, for scripts (`--json`) and for their `if` (the exit code)."""

import asyncio
import json
import platform
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import __version__
from bot.app import source_options
from bot.cli.pauses import pauses_in_force, pauses_in_words
from bot.cli.shown import settings_here
from bot.clock import SystemClock, TimeOrderedIds
from bot.commands.health import put_on_hold
from bot.config import Settings
from bot.model.alert import Process
from bot.model.mute import Mute, unpolled
from bot.model.source import SourceState
from bot.model.upkeep import Backlog
from bot.operations.canary import ARRIVED, MISSING, PATIENCE
from bot.polling import condition
from bot.protocols import Clock, Store
from bot.station import free_beside
from bot.store import describe, open_store
from bot.store.place import FilePlace, parse_place
from bot.text import counted
from bot.watchlists.repo import FileRepo

LIVES = timedelta(seconds=60)
"""A bot says four times in this time that it lives."""
LOW_DISK = 200_000_000
"""Bytes below which a disk is as good as full: an upgrade needs room for a copy."""
TROUBLED = frozenset({"gone", "failing", "late", "silent"})

Json = Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")]


@dataclass(frozen=True, slots=True)
class Status:
    """Everything that is shown; `wrong` has a sentence for each thing that somebody must see to."""

    now: datetime
    store: str
    size: int
    free: int | None
    running: tuple[Process, ...]
    lists: Mapping[str, int]
    unwritten: int
    errors: int
    sources: Mapping[str, int]
    backlog: Backlog
    pauses: tuple[Mute, ...]
    canary: datetime | None
    canary_every: timedelta | None
    canary_missing: bool

    @property
    def troubled(self) -> int:
        """Sources that are not as they should be."""
        return sum(count for name, count in self.sources.items() if name in TROUBLED)

    @property
    def posts(self) -> bool:
        """Whether messages are delivered, as far as a bot runs."""
        return not self.running or any(each.posts for each in self.running)

    @property
    def canary_late(self) -> bool:
        """Whether the last one is missing, or none has come for so long that nobody sends them any more."""
        if self.canary_every is None or not self.posts:
            return False
        since = max(
            (each for each in (self.canary, *(one.started for one in self.running if one.posts)) if each),
            default=self.now,
        )
        return self.canary_missing or self.now - since > 2 * self.canary_every + 2 * PATIENCE

    @property
    def wrong(self) -> tuple[str, ...]:
        """What makes the exit code 1, with the next step; one source in trouble does not, all of them do."""
        total, backlog = sum(self.sources.values()), self.backlog
        known = (
            (not self.running, "no bot is running: namewatch run"),
            (len(self.running) > 1, f"{len(self.running)} bots run on this store: stop all but one"),
            (self.errors > 0, f"{counted(self.errors, 'error')} in watchlist files: namewatch check"),
            (0 < total == self.troubled, "no source can be read as it should: namewatch source list"),
            (backlog.dead > 0, f"{counted(backlog.dead, 'dead letter')}: namewatch outbox"),
            (backlog.parked > 0, f"{counted(backlog.parked, 'message')} parked: namewatch doctor"),
            (self.canary_late, "the last canary did not arrive: namewatch canary"),
            (self.free is not None and self.free < LOW_DISK, "the disk is nearly full: free some space"),
        )
        return tuple(sentence for holds, sentence in known if holds)


def status(as_json: Json = False) -> int:
    """How it stands: lists, sources, queue, store. Exit 1 when somebody must see to something."""
    settings, _ = settings_here()
    found = asyncio.run(_status(settings))
    lines = [json.dumps(as_document(found), ensure_ascii=False)] if as_json else in_words(found)
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return int(bool(found.wrong))


async def _status(settings: Settings) -> Status:
    url = settings.database_url.get_secret_value()
    store = await open_store(url)
    try:
        return await read_status(settings, store, SystemClock())
    finally:
        await store.close()


async def read_status(settings: Settings, store: Store, clock: Clock) -> Status:
    """How everything stands now, as far as the store and the files say."""
    url, now = settings.database_url.get_secret_value(), clock.now()
    repo = await FileRepo.open(settings.watchlists, store, clock, TimeOrderedIds(), source_options())
    stored, marks, mutes = await store.source_states(), await store.marks(), await store.mutes()
    sources = [each for each in repo.sources() if not each.demo or each.key in stored]
    found = {each.key: stored.get(each.key, SourceState(each.key)) for each in sources}
    states = put_on_hold(found, unpolled(mutes, now))
    place = parse_place(url)
    return Status(
        now,
        describe(url),
        await store.size(),
        free_beside(place.path if isinstance(place, FilePlace) else None),
        tuple(each for each in await store.processes() if lives(each, now)),
        {each.name: len(each.companies) for each in repo.lists()},
        sum(repo.pending(each.key) for each in repo.lists()),
        sum(finding.severity == "error" for finding in repo.findings),
        Counter(condition(states[each.key], now) for each in sources),
        await store.backlog(),
        pauses_in_force(mutes, now),
        marks.get(ARRIVED),
        settings.canary_every,
        MISSING in marks,
    )


def lives(process: Process, now: datetime) -> bool:
    """Whether it beat lately; one of this machine whose number nobody has any more does not."""
    if now - process.beat > LIVES:
        return False
    processes = Path("/proc")
    return process.host != platform.node() or not processes.is_dir() or (processes / str(process.pid)).exists()


def as_document(status: Status) -> dict[str, Any]:
    """The same for machines: times in UTC, spans in seconds, sizes in bytes; null where nothing is known."""
    backlog = status.backlog
    return {
        "version": __version__,
        "ok": not status.wrong,
        "wrong": list(status.wrong),
        "running": [
            {
                "since": each.started.isoformat(),
                "beat": each.beat.isoformat(),
                "host": each.host,
                "pid": each.pid,
                "posts": each.posts,
            }
            for each in status.running
        ],
        "lists": len(status.lists),
        "companies": sum(status.lists.values()),
        "list_errors": status.errors,
        "not_in_git": status.unwritten,
        "sources": {"total": sum(status.sources.values()), "troubled": status.troubled, **status.sources},
        "queue": {name: getattr(backlog, name) for name in ("pending", "sending", "parked", "dead", "held")},
        "paused": {
            "everywhere": any(each.channel is None for each in status.pauses),
            "channels": sorted({str(each.channel) for each in status.pauses if each.channel}),
        },
        "queue_oldest": _iso(backlog.oldest()),
        "last_alert": _iso(backlog.last_sent),
        "canary": {
            "sent": status.canary_every is not None and status.posts,
            "arrived": _iso(status.canary),
            "missing": status.canary_late,
        },
        "store": {"at": status.store, "bytes": status.size, "disk_free": status.free},
    }


def in_words(status: Status) -> list[str]:
    """A line each; the next steps last."""
    backlog = status.backlog
    waiting = backlog.pending + backlog.sending
    oldest = f", the oldest for {_span(status.now - since)}" if (since := backlog.oldest()) else ""
    held = f" · {counted(backlog.held, 'article')} for a digest" if backlog.held else ""
    running = [
        f"{_span(status.now - each.started)}, process {each.pid} on {each.host}"
        + ", which delivers nothing (--no-post)" * (not each.posts)
        for each in status.running
    ]
    lines = [
        f"Namewatch {__version__} · " + (f"running for {'; '.join(running)}" if running else "not running"),
        f"Lists: {counted(len(status.lists), 'list')}, {counted(sum(status.lists.values()), 'company', 'companies')}"
        + (f", {counted(status.unwritten, 'change')} not in git: namewatch export" if status.unwritten else "")
        + (f", {counted(status.errors, 'error')}" if status.errors else ""),
        f"Sources: {counted(sum(status.sources.values()), 'source')}"
        + "".join(f" · {count:,} {name}" for name, count in sorted(status.sources.items())),
        f"Queue: {waiting:,} waiting{oldest} · {backlog.parked:,} parked · {backlog.dead:,} dead{held}",
        *([f"Paused: {pauses}"] if (pauses := pauses_in_words(status.pauses)) else []),
        f"Last alert: {_ago(backlog.last_sent, status.now)}",
        f"Canary: {_canary(status)}",
        f"Store: {status.store}, {_size(status.size)}"
        + (f", {_size(status.free)} free on its disk" if status.free is not None else ""),
    ]
    return [*lines, *(f"WRONG  {each}" for each in status.wrong)] if status.wrong else [*lines, "All in order"]


def _canary(status: Status) -> str:
    if status.canary_every is None:
        return "off"
    if not status.posts:
        return "none is sent: nothing is delivered (--no-post)"
    arrived = f"arrived {_ago(status.canary, status.now)}" if status.canary else "none arrived yet"
    return arrived + (", the last one is MISSING" if status.canary_late else "")


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _ago(moment: datetime | None, now: datetime) -> str:
    return f"{_span(now - moment)} ago ({moment.astimezone():%Y-%m-%d %H:%M})" if moment else "none yet"


def _span(span: timedelta) -> str:
    seconds = max(0, int(span.total_seconds()))
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _size(number: int) -> str:
    size, unit = float(number), "bytes"
    for unit in ("bytes", "KB", "MB", "GB", "TB"):
        if size < 1000 or unit == "TB":
            break
        size /= 1000
    return f"{size:.0f} {unit}" if unit == "bytes" or size >= 10 else f"{size:.1f} {unit}"
