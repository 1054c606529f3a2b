"""`namewatch status`: what somebody must see to."""

import os
import platform
from pathlib import Path

import pytest

from bot.cli.status import in_words, read_status
from bot.config import Settings
from bot.model.alert import Process
from bot.store import MemoryStore
from tests.fakes import START, ManualClock


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
