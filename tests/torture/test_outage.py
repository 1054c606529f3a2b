"""Six hours down: what was published meanwhile is one message, on every store and after a kill; nothing is lost."""

import pytest

from bot.store import open_store, upgrade
from tests.torture.conftest import SQL, Figure
from tests.town import NAMES, Town, news

HOURS = 6


@pytest.mark.parametrize("store_url", SQL, indirect=True)
async def test_six_hours_down_are_one_message(store_url: str, figure: Figure) -> None:
    await upgrade(store_url)
    before = Town(await open_store(store_url))
    for wire in (False, True):
        await before.hear(news("Denso", int(wire)), wire=wire)
    # Two messages are on their way as it ends.
    await before.hear(news("Denso", 0))
    before.clock.advance(hours=HOURS)
    here = before
    await here.store.close()
    here.store = await open_store(store_url)
    here.start()
    missed = [news(name, number) for number in range(5, 5 + HOURS) for name in NAMES]
    await here.hear(news("Denso", 0), *missed[::2])
    early = here.count()
    await here.hear(*missed[1::2], wire=True)
    told = here.count()
    await here.until("2026-11-20 18:00")
    counts, states = await here.store.outbox_counts(), await here.states()
    await here.store.close()
    figure(f"{HOURS} hours down, {len(missed)} articles missed", f"{told.get('digest', 0)} message")
    assert early == {"post": 2}
    assert told == here.count() == {"digest": 1, "post": 2}
    assert states == ["alerted"] * (len(missed) + 2)
    assert counts.keys() == {"sent"}
