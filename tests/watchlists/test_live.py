"""Edited files come into force by themselves, their channels hear one line of it, and broken ones are news once."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.errors import StoreUnavailable
from bot.model.alert import Delivery, Receipt, Settlement
from bot.model.card import TextCard
from bot.model.channel import CONSOLE, Channel
from bot.model.command import OPERATOR_ACTOR
from bot.model.company import Company
from bot.model.watchlist import Change
from bot.store.memory import MemoryStore
from bot.watchlists import patch
from bot.watchlists.live import BELIEVED, LiveLists
from bot.watchlists.repo import FileRepo
from tests.fakes import CountingIds, ManualClock
from tests.watchlists.types import SOURCE_TYPES

OPS = Channel.parse("slack:#ops")
PHONES = "name: phones\nchannels: ['slack:#news', 'console:']\ncompanies:\n  - Lava\n  - Oppo\n  - Denso\n"


class House:
    """A folder with one list, a store, and what looks after them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.store, self.clock, self.ids = folder, MemoryStore(), ManualClock(), CountingIds()
        self.shut: set[Channel] = set()

    def write(self, text: str, name: str = "phones.yaml") -> None:
        self.folder.mkdir(exist_ok=True)
        (self.folder / name).write_text(text, encoding="utf-8")

    async def open(self, ops: Channel | None = OPS) -> LiveLists:
        self.repo = await FileRepo.open(self.folder, self.store, self.clock, self.ids, SOURCE_TYPES)
        return LiveLists(
            self.repo,
            self.store,
            self.clock,
            self.ids,
            found=lambda channel: channel,
            shut=self.shut.__contains__,
            ops=ops,
        )

    async def told(self) -> list[tuple[str, str]]:
        now = self.clock.now()
        claimed: list[Delivery] = []
        while ready := await self.store.claim("me", now, now + timedelta(minutes=1), 99):
            for each in ready:
                await self.store.settle(Settlement(each.id, "me", each.attempt, "sent", now, Receipt(each.id)))
            claimed += ready
        cards = [(str(each.channel), each.card) for each in claimed if isinstance(each.card, TextCard)]
        return [(channel, str(card.lines[0][0])) for channel, card in cards]


@pytest.mark.parametrize(("later", "lines"), [(0, 0), (1, 0), (600, 0), (25 * 60, 1)])
async def test_two_machines_whose_checkouts_are_fetched_apart_tell_a_change_once(
    tmp_path: Path, later: int, lines: int
) -> None:
    here, there = House(tmp_path / "here"), House(tmp_path / "there")
    there.store, there.clock, there.ids = here.store, here.clock, here.ids
    for house in (here, there):
        house.folder.mkdir()
        house.write(PHONES)
    one, other = await here.open(), await there.open()
    here.write(PHONES.replace("- Oppo", "- Vivo"))
    assert await one.look()
    assert len(await here.told()) == 2
    here.clock.advance(minutes=later)
    there.write(PHONES.replace("- Oppo", "- Vivo"))
    assert await other.look() == bool(lines)
    assert len(await here.told()) == 2 * lines
    there.write(PHONES)
    assert await other.look()
    assert {line for _, line in await here.told()} == {"phones: +Oppo, -Vivo, by file"}
    here.write(PHONES)
    here.clock.advance(minutes=5)
    assert not await one.look()


async def test_each_channel_of_a_list_hears_one_line_of_what_a_file_changed(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.write(PHONES)
    live = await house.open()
    house.write(PHONES.replace("- Oppo", "- Vivo").replace("- Denso", "- {name: Denso, evidence: strict}"))
    assert await live.look()
    line = "phones: +Vivo, -Oppo, evidence of Denso normal -> strict, by file"
    assert sorted(await house.told()) == [("console:", line), ("slack:#news", line)]
    assert not await live.look()
    history = await house.store.revisions("phones.yaml")
    assert [patch.told(one) for one in history] == [
        "2026-11-20 08:30 UTC  someone  by file  -Oppo",
        "2026-11-20 08:30 UTC  someone  by file  evidence of Denso normal -> strict",
        "2026-11-20 08:30 UTC  someone  by file  +Vivo",
    ]
    assert all(one.change.inverse() is not None and not one.pending for one in history)


class Stumbling:
    """A store that fails at its n-th question from now on, once."""

    def __init__(self, store: MemoryStore, at: int) -> None:
        self._store, self._left = store, at

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self._store, name)
        return self._stumble(asked) if inspect.iscoroutinefunction(asked) else asked

    def _stumble(self, asked: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
        async def ask(*given: object, **named: object) -> object:
            self._left -= 1
            if self._left == -1:
                raise StoreUnavailable("the disk of store.db is full: free some space")
            return await asked(*given, **named)

        return ask

    @property
    def stumbled(self) -> bool:
        return self._left < 0


async def stumbled(folder: Path, at: int) -> tuple[House, LiveLists] | None:
    """A bot that saw a changed file and had no store at some moment of that; None where it is past all such moments."""
    house = House(folder)
    house.write(PHONES)
    live = await house.open()
    store = Stumbling(house.store, at)
    live._store = house.repo._store = store
    house.write(CHANGED)
    with suppress(StoreUnavailable):
        await live.look()
    return (house, live) if store.stumbled else None


CHANGED = PHONES.replace("- Oppo", "- Vivo").replace("name: phones", "name: Mobiles")


async def test_what_stands_in_the_history_is_owed_to_the_channels_also_where_the_bot_dies(tmp_path: Path) -> None:
    at = 0
    while found := await stumbled(tmp_path / str(at), at):
        house, _ = found
        await (await house.open()).look()
        history, told = await house.store.revisions("phones.yaml"), await house.told()
        assert (len(history), len(told)) in ((0, 0), (2, 2)), at
        at += 1
    assert at >= 5


async def test_a_store_that_is_away_for_a_moment_costs_no_line_and_no_list(tmp_path: Path) -> None:
    at = 0
    while found := await stumbled(tmp_path / str(at), at):
        house, live = found
        told = []
        for _ in range(2):
            house.clock.advance(seconds=5)
            await live.look()
            told += [words for channel, words in await house.told() if channel != "console:"]
        assert told == ["Mobiles: +Vivo, -Oppo, name phones -> Mobiles, by file"], at
        assert [each.name for each in house.repo.lists()[0].companies] == ["Lava", "Vivo", "Denso"]
        assert len(await house.store.revisions("phones.yaml")) == 2
        at += 1
    assert at >= 5


async def test_a_change_made_again_within_minutes_is_told_again(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.write(PHONES)
    bots = [await house.open(), await house.open()]
    told = []
    for text in (PHONES.replace("  - Oppo\n", ""), PHONES, PHONES.replace("  - Oppo\n", "")):
        house.write(text)
        for bot in bots:
            await bot.look()
        told += [words for channel, words in await house.told() if channel != "console:"]
        house.clock.advance(seconds=5)
    assert told == ["phones: -Oppo, by file", "phones: +Oppo, by file", "phones: -Oppo, by file"]


async def test_what_another_process_wrote_and_recorded_stands_in_the_history_once(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.write(PHONES)
    live = await house.open()
    other = await FileRepo.open(house.folder, house.store, house.clock, house.ids, SOURCE_TYPES)
    nokia, named = Company("Nokia"), Company("Lava International")
    changes = [Change("phones.yaml", "add", "Nokia", nokia), Change("phones.yaml", "remove", "Oppo")]
    await other.apply([*changes, Change("phones.yaml", "replace", "Lava", named)], OPERATOR_ACTOR, CONSOLE)
    assert await live.look()
    assert [one.channel for one in await house.store.revisions("phones.yaml")] == [CONSOLE] * 3


async def test_what_was_changed_in_chat_is_not_told_again_and_what_came_by_hand_with_it_is(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.write(PHONES)
    live = await house.open()
    await house.repo.apply([Change("phones.yaml", "add", "Nokia", Company("Nokia"))], OPERATOR_ACTOR, CONSOLE)
    assert not await live.look()
    house.write((house.folder / "phones.yaml").read_text(encoding="utf-8") + "  - By Hand\n")
    await house.repo.apply([Change("phones.yaml", "remove", "Oppo")], OPERATOR_ACTOR, CONSOLE)
    assert await live.look()
    assert {words for _, words in await house.told()} == {"phones: +By Hand, by file"}
    assert not await live.look()


async def test_what_a_command_read_on_its_way_is_told_all_the_same(tmp_path: Path) -> None:
    """As `source add` does, which reads the files again after it has changed one."""
    house = House(tmp_path)
    house.write(PHONES)
    live = await house.open()
    house.write(CHANGED)
    await house.repo.reload()
    assert await live.look()
    assert {words for _, words in await house.told()} == {"Mobiles: +Vivo, -Oppo, name phones -> Mobiles, by file"}


async def test_a_broken_file_is_operational_news_once_and_so_is_its_mending(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.write(PHONES)
    live = await house.open()
    news = []
    for text in ("companies: [Lava\n", "companies: [Lava, \n", "companies: [\n", PHONES):
        house.write(text)
        for _ in range(3):
            await live.look()
            house.clock.advance(seconds=BELIEVED.total_seconds())
        news += await house.told()
    (broken, words), (mended, after) = news
    assert broken == mended == "slack:#ops"
    assert words.startswith(f"{tmp_path}/phones.yaml:1:12: error: a list opened with `[` is not closed")
    assert words.endswith("; its last good version stays in force")
    assert after == f"{tmp_path}/phones.yaml is in order again"
    assert len(house.repo.lists()[0].companies) == 3


@pytest.mark.parametrize(("said_in", "told_in"), [("slack:#news", "slack:#news"), ("console:", "slack:#ops")])
async def test_a_change_from_chat_that_a_file_overrules_is_told_once_where_it_was_made(
    tmp_path: Path, said_in: str, told_in: str
) -> None:
    house = House(tmp_path)
    house.write(PHONES)
    (tmp_path / "phones.yaml").chmod(0o444)
    live = await house.open()
    await house.repo.apply([Change("phones.yaml", "remove", "Lava")], OPERATOR_ACTOR, Channel.parse(said_in))
    (tmp_path / "phones.yaml").chmod(0o644)
    house.write(PHONES.replace("- Lava", "- {name: Lava, aliases: [Lava Mobiles]}"))
    assert await live.look()
    told = [words for channel, words in await house.told() if channel == told_in and "in chat" in words]
    (words,) = told
    assert words == (
        "phones.yaml: `Lava` was removed in chat by operator, and the file has changed it "
        "(aliases of Lava +Lava Mobiles): the file counts (say it once more in chat, or leave it)"
    )
    house.write(
        PHONES.replace("- Lava", "- {name: Lava, aliases: [Lava Mobiles]}").replace("name:", "# ours\nname:", 1)
    )
    await live.look()
    assert not [words for _, words in await house.told() if "in chat" in words]


async def test_a_file_that_waits_for_a_confirmation_is_news_with_the_way_out(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.write(PHONES)
    live = await house.open()
    house.write("companies: [Nokia, Vivo]\n")
    await live.look()
    house.clock.advance(seconds=BELIEVED.total_seconds())
    assert await live.look()
    ((channel, words),) = await house.told()
    assert channel == "slack:#ops"
    assert words == (
        f"{tmp_path}/phones.yaml: error: the file drops 3 of 3 companies; its last good version stays in force until "
        "that is meant (if it is: namewatch confirm phones.yaml)"
    )


async def test_a_file_that_is_half_saved_for_a_moment_is_no_news(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.write(PHONES)
    live = await house.open()
    house.write("")
    assert not await live.look()
    house.write(PHONES + "  - Vivo\n")
    await live.look()
    assert {words for _, words in await house.told()} == {"phones: +Vivo, by file"}


async def test_a_list_of_a_thousand_is_live_within_two_seconds(tmp_path: Path) -> None:
    house = House(tmp_path)
    names = [
        f"  - {{name: Company {number} International, aliases: [C{number}x], context: [phone]}}\n"
        for number in range(999)
    ]
    text = "channels: ['console:']\ncompanies:\n" + "".join(names)
    house.write(text)
    live = await house.open()
    stop, owed = asyncio.Event(), asyncio.Event()
    watching = asyncio.create_task(live.watch(tmp_path, stop, owed.set))
    try:
        took = [await written_until_owed(house, text, number, owed) for number in range(4)]
        # the first one may be written before the system watches
        assert min(took[1:]) < 2.0 * crowded(), took
    finally:
        stop.set()
        await asyncio.wait_for(watching, 10)


def crowded() -> float:
    """How many times as long as alone everything takes now, because others compute on this machine."""
    began, worked = time.monotonic(), time.process_time()
    while time.process_time() - worked < 0.2:
        pass
    return (time.monotonic() - began) / 0.2


async def written_until_owed(house: House, text: str, number: int, owed: asyncio.Event) -> float:
    """Seconds from the file's change to the line that is owed for it, with the list in force by then."""
    owed.clear()
    while True:
        began = time.monotonic()
        house.write(f"{text}  - New {number}\n")
        try:
            await asyncio.wait_for(owed.wait(), 8)
        except TimeoutError:
            continue
        assert house.repo.lists()[0].company(f"New {number}") is not None
        return time.monotonic() - began


async def test_a_folder_that_is_not_there_ends_nothing(tmp_path: Path) -> None:
    house = House(tmp_path / "none")
    live = await house.open()
    stop = asyncio.Event()
    watching = asyncio.create_task(live.watch(house.folder, stop, lambda: None))
    await asyncio.sleep(0)
    assert not watching.done()
    watching.cancel()
    assert isinstance((await asyncio.gather(watching, return_exceptions=True))[0], asyncio.CancelledError)


async def test_two_bots_on_one_folder_and_store_tell_a_change_and_a_broken_file_once(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.write(PHONES)
    bots = [await house.open(), await house.open()]
    told = []
    for text in (PHONES.replace("- Oppo", "- Vivo"), PHONES, "companies: [Lava\n", PHONES):
        house.write(text)
        for _ in range(3):
            await asyncio.gather(*(bot.look() for bot in bots))
            house.clock.advance(seconds=BELIEVED.total_seconds())
        told += [words for channel, words in await house.told() if channel != "console:"]
        house.clock.advance(minutes=3)
    assert [words.split(",")[0] for words in told[:2]] == ["phones: +Vivo", "phones: +Oppo"]
    assert len(told) == 4


async def test_a_channel_that_is_not_to_be_disturbed_hears_later_of_a_change_and_operators_at_once(
    tmp_path: Path,
) -> None:
    house = House(tmp_path)
    house.write(PHONES)
    house.shut |= {Channel.parse("slack:#news"), OPS}
    live = await house.open()
    house.write(PHONES.replace("- Oppo", "- Vivo"))
    house.write("companies: [", "broken.yaml")
    assert await live.look()
    house.clock.advance(seconds=5)
    await live.look()
    owed = {str(each.channel): each.not_before > each.created for each in await house.store.undelivered()}
    assert owed == {"slack:#news": True, "console:": False, "slack:#ops": False}
