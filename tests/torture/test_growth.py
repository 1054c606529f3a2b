"""Days of a bot that is never started anew: what it holds is bounded, however much it has read.

The long form, whose megabytes are true only where no other test ran before in the same process:
NAMEWATCH_TORTURE_ALONE_DAYS=30 NAMEWATCH_TORTURE_ALONE_SOURCES=150 NAMEWATCH_TORTURE_ALONE_NAMES=2000
python -m pytest --timeout 0 tests/torture/test_growth.py (make torture).
"""

import gc
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.model.alert import Receipt
from bot.store import upgrade
from tests.fakes import CountingIds, ManualClock
from tests.torture.conftest import Figure
from tests.torture.simulation import Life, Plan, Twin, World, lists_of, resident, slope
from tests.torture.sizes import size

PLAN = Plan(size("ALONE_DAYS", 6), size("ALONE_SOURCES", 25), size("ALONE_NAMES", 30), faults=0.02)
EVERY = 4
"""Hours from one poll of a source to the next, so that most of them bring something."""
SETTLED = PLAN.days * 2 // 3
"""The day by which all is held that is going to be: stories of three days, and what each name is."""
MORE, FEW = 1.25, 50
"""The objects of a kind that came after the start may be so many times as many at the end, and so many beyond."""
MOST_GROWTH = 0.25
"""Megabytes a day since it has settled, where there are weeks to tell by."""


async def test_a_bot_that_is_never_started_anew_holds_no_more_and_more(tmp_path: Path, figure: Figure) -> None:
    url, clock = f"sqlite:///{tmp_path}/store.db", ManualClock()
    await upgrade(url)
    world = World(PLAN, clock, tmp_path / "told.jsonl")
    world.sources = [replace(each, every=timedelta(hours=EVERY)) for each in world.sources]
    twin = Twin(PLAN, clock, tmp_path / "arrived.jsonl")
    life = Life(world, twin, clock, CountingIds(), PLAN)
    await life.begin(url, lists_of(PLAN.names))
    memory, held = [], []
    for hour in range(24 * PLAN.days + 1):
        if hour % 24 == 0:
            memory.append((hour // 24, resident()))
        if hour in (0, 24 * SETTLED, 24 * PLAN.days):
            held.append(kinds())
        world.an_hour()
        await life.turn()
        clock.advance(hours=1)
    await life.end(politely=True)
    world.close()
    twin.close()

    then, now = (counted - held[0] for counted in held[1:])
    settled = slope([point for point in memory if point[0] >= SETTLED])
    before = slope([point for point in memory if SETTLED / 2 <= point[0] <= SETTLED])
    figure(
        f"{PLAN.days} days without a restart, {PLAN.sources} sources, {PLAN.names} names",
        f"{world.published:,} articles; memory {before:+.2f} MB a day from day {SETTLED // 2} to {SETTLED}, "
        f"{settled:+.2f} from then on; objects that came after the start: {then.total():,} on day {SETTLED}, "
        f"{now.total():,} in the end",
    )
    assert {kind: (then[kind], now[kind]) for kind in now if now[kind] > MORE * then[kind] + FEW} == {}
    assert PLAN.days < 14 or settled < MOST_GROWTH


def kinds() -> Counter[str]:
    """How many objects there are of each kind, without what the twin of the platforms remembers."""
    gc.collect()
    found = Counter(f"{type(each).__module__}.{type(each).__name__}" for each in gc.get_objects())
    del found[f"{Receipt.__module__}.{Receipt.__name__}"]
    return found
