"""`namewatch status`: what somebody must see to."""

import os
import platform
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bot.cli.status import as_document, in_words, read_status
from bot.config import Settings
from bot.model.alert import DeliveryState, Process, Settlement
from bot.model.mute import Mute
from bot.model.source import SourceState
from bot.operations.canary import ARRIVED, MISSING
from bot.protocols import Store
from bot.store import MemoryStore
from tests.builders import delivery
from tests.fakes import START, ManualClock
from tests.store.builders import claim, owe


@pytest.mark.parametrize(
    ("bots", "wrong"),
    [
        (0, ["no bot is running: namewatch run"]),
        (1, []),
        (2, ["2 bots run on this store: stop all but one"]),
    ],
)
async def test_one_bot_is_to_run_on_a_store(tmp_path: Path, bots: int, wrong: list[str]) -> None:
    store = MemoryStore()
    (tmp_path / "a.yaml").write_text("companies: [Lava International]\n")
    for number in range(bots):
        await store.beat(Process(f"boot-{number}", platform.node(), os.getpid(), START, START))
    found = await read_status(Settings.read({"NAMEWATCH_WATCHLISTS": str(tmp_path)}), store, ManualClock())
    assert [*found.wrong] == wrong
    assert in_words(found)[-1] == (f"WRONG  {wrong[0]}" if wrong else "All in order")


BEATS = Process("boot", platform.node(), os.getpid(), START, START)
SENDS = {"NAMEWATCH_CANARY": "nowhere", "NAMEWATCH_CANARY_MINUTES": "30"}


async def undelivered(store: Store, how: DeliveryState) -> None:
    await owe(store, delivery("d"))
    (claimed,) = await claim(store)
    await store.settle(Settlement(claimed.id, claimed.owner, claimed.attempt, how, START, error="archived"))


async def canary(store: Store, marks: Sequence[str]) -> None:
    for mark in marks:
        await store.mark(mark, START)


@pytest.mark.parametrize(
    ("stands", "settings", "later", "wrong"),
    [
        (partial(undelivered, how="dead"), {}, 0, "1 dead letter: namewatch outbox"),
        (partial(undelivered, how="parked"), {}, 0, "1 message parked: namewatch doctor"),
        (partial(canary, marks=()), SENDS, 60, ""),
        (partial(canary, marks=()), SENDS, 71, "the last canary did not arrive: namewatch canary"),
        (partial(canary, marks=(ARRIVED,)), SENDS, 70, ""),
        (partial(canary, marks=(ARRIVED,)), SENDS, 71, "the last canary did not arrive: namewatch canary"),
        (partial(canary, marks=(ARRIVED, MISSING)), SENDS, 1, "the last canary did not arrive: namewatch canary"),
        (partial(canary, marks=(ARRIVED, MISSING)), {}, 600, ""),
    ],
)
async def test_whatever_somebody_must_see_to_is_said_with_the_next_step(
    tmp_path: Path, stands: Callable[[Store], Awaitable[None]], settings: Mapping[str, str], later: int, wrong: str
) -> None:
    store, clock = MemoryStore(), ManualClock()
    (tmp_path / "a.yaml").write_text("companies: [Lava International]\n")
    await stands(store)
    clock.advance(minutes=later)
    await store.beat(replace(BEATS, beat=clock.now()))
    found = await read_status(Settings.read({"NAMEWATCH_WATCHLISTS": str(tmp_path), **settings}), store, clock)
    assert [*found.wrong] == ([wrong] if wrong else [])
    assert as_document(found)["ok"] is not bool(wrong)


async def test_a_file_with_an_error_and_sources_that_all_fail_are_said(tmp_path: Path) -> None:
    store, clock = MemoryStore(), ManualClock()
    (tmp_path / "a.yaml").write_text("companies: [Lava International]\nsources: [https://focus.example/feed]\n")
    (tmp_path / "b.yaml").write_text("companys: [Oppo]\n")
    await store.beat(BEATS)
    broken = SourceState("feed:https://focus.example/feed", failures=9, error="the server answered 500")
    await store.note_polls([broken])
    found = await read_status(Settings.read({"NAMEWATCH_WATCHLISTS": str(tmp_path)}), store, clock)
    assert [*found.wrong] == [
        "1 error in watchlist files: namewatch check",
        "no source can be read as it should: namewatch source list",
    ]


async def test_a_source_that_somebody_has_paused_is_not_late(tmp_path: Path) -> None:
    store, clock, key = MemoryStore(), ManualClock(), "feed:https://focus.example/feed"
    (tmp_path / "a.yaml").write_text("companies: [Lava International]\nsources: [https://focus.example/feed]\n")
    await store.note_polls([SourceState(key, last_poll=START, last_success=START, next_poll=START)])
    await store.mute(Mute("m", None, "poll", key, "Focus", START, None, "U1"))
    clock.advance(hours=8)
    await store.beat(replace(BEATS, beat=clock.now()))
    found = await read_status(Settings.read({"NAMEWATCH_WATCHLISTS": str(tmp_path)}), store, clock)
    assert (found.wrong, dict(found.sources)) == ((), {"paused": 1})


@pytest.mark.parametrize("marks", [(), (ARRIVED,), (ARRIVED, MISSING)])
async def test_a_bot_that_delivers_nothing_misses_no_canary_and_says_so(tmp_path: Path, marks: Sequence[str]) -> None:
    store, clock = MemoryStore(), ManualClock()
    (tmp_path / "a.yaml").write_text("companies: [Lava International]\n")
    await canary(store, marks)
    clock.advance(days=2)
    await store.beat(replace(BEATS, started=clock.now(), beat=clock.now(), posts=False))
    settings = Settings.read({"NAMEWATCH_WATCHLISTS": str(tmp_path), **SENDS})
    clock.advance(seconds=5)
    found = await read_status(settings, store, clock)
    lines = in_words(found)
    assert (found.wrong, lines[-1]) == ((), "All in order")
    assert "Canary: none is sent: nothing is delivered (--no-post)" in lines
    assert lines[0].endswith(f"process {os.getpid()} on {platform.node()}, which delivers nothing (--no-post)")
    assert as_document(found)["canary"]["missing"] is False
    assert as_document(found)["canary"]["sent"] is False
    clock.advance(seconds=30)
    await store.beat(Process("beside", platform.node(), os.getpid(), clock.now(), clock.now()))
    assert "Canary: none is sent" not in "".join(in_words(await read_status(settings, store, clock)))
