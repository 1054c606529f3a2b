"""The twin in memory answers as the tables do, whatever is done to both in whatever order."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model.alert import Delivery, DeliveryState, Receipt, Settlement
from bot.model.channel import Channel
from bot.protocols import Store
from bot.store import MemoryStore, open_store
from tests.builders import delivery
from tests.store.builders import LEASE, at, owe

CHANNELS = [Channel("slack", "T", f"C{n}") for n in range(2)]
ENDS: list[DeliveryState] = ["sent", "pending", "pending", "parked", "dead", "gone"]

owed = st.tuples(st.just("owe"), st.sampled_from(["post", "edit", "reply"]), st.integers(0, 1), st.integers(0, 1))
claimed = st.tuples(st.just("claim"), st.sampled_from(["one", "two"]), st.integers(1, 3), st.just(0))
settled = st.tuples(st.just("settle"), st.sampled_from(ENDS), st.sampled_from([1, 1, 1, 2, 5]), st.integers(0, 30))
unparked = st.tuples(st.just("unpark"), st.just(""), st.integers(0, 2), st.just(0))
steps = st.lists(
    st.one_of(owed, owed, claimed, claimed, claimed, settled, settled, settled, unparked), min_size=25, max_size=60
)


async def play(store: Store, script: list[tuple[str, str, int, int]]) -> list[object]:
    """Do the steps, one every 20 seconds, and note everything that the store answered."""
    notes: list[object] = []
    held: list[Delivery] = []
    for number, (verb, word, one, two) in enumerate(script):
        now = at(seconds=20 * number)
        if verb == "owe":
            kind: Any = word
            await owe(store, delivery(f"d{number}", CHANNELS[one], kind, alert_id=f"a{one}{two}", at=now), when=now)
        elif verb == "claim":
            taken = await store.claim(word, now, now + LEASE, one)
            held += taken
            notes.append(taken)
        elif verb == "settle" and held:
            end: Any = word
            of = held[-min(one, len(held))]  # mostly the newest: older ones are fenced off
            retry = at(seconds=20 * number + two)
            receipt = Receipt(f"message-{of.id}") if end == "sent" else None
            ended = Settlement(of.id, of.owner, of.attempt, end, now, receipt, retry, bool(two % 2), f"error {two}")
            notes.append(await store.settle(ended))
        elif verb == "unpark":
            notes.append(await store.unpark([*CHANNELS, None][one], now))
        notes.append(dict(await store.outbox_counts()))
    return notes


@pytest.fixture
def fresh_file(empty_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(empty_file, tmp_path / "store.db"))


@given(script=steps)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_outbox_in_memory_is_the_outbox_on_disk(empty_file: Path, fresh_file: Path, script: Any) -> None:
    shutil.copy(empty_file, fresh_file)

    async def both() -> None:
        on_disk = await open_store(str(fresh_file))
        try:
            assert await play(on_disk, script) == await play(MemoryStore(), script)
        finally:
            await on_disk.close()

    asyncio.run(both())
