"""Days of a bot's life, with faults and restarts: no alert is lost, none is repeated, the ledger adds up.

The long form: NAMEWATCH_TORTURE_DAYS=7 NAMEWATCH_TORTURE_SOURCES=500 NAMEWATCH_TORTURE_NAMES=5000
NAMEWATCH_TORTURE_FAULTS=2 python -m pytest tests/torture/test_simulation.py (make torture).
"""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.model.article import Article
from bot.model.ledger import Routing
from bot.store import open_store, upgrade
from tests.fakes import START, ManualClock
from tests.store.builders import everything_changed
from tests.torture.conftest import Figure
from tests.torture.simulation import Plan, Twin, World, live
from tests.torture.sizes import size

PLAN = Plan(size("DAYS", 1), size("SOURCES", 60), size("NAMES", 600), faults=size("FAULTS", 10) / 100)
MOST_GROWTH = 1.0
"""Megabytes a simulated day, once there is more than a day to tell by."""


def ledger_faults(wanted: list[Any], articles: Mapping[str, Article], routings: Sequence[Routing]) -> list[str]:
    """What the ledger lacks, or has too much, against what was published."""
    by_id = {article.id: url for url, article in articles.items()}
    expected = {(url, channel) for url, _, channels in wanted for channel in channels}
    found = Counter((by_id[each.article_id], str(each.channel)) for each in routings)
    faults = [f"not in the ledger: {each}" for each in sorted(expected - found.keys())]
    faults += [f"should not be in the ledger: {each}" for each in sorted(found.keys() - expected)]
    faults += [f"{times} times in the ledger: {each}" for each, times in found.items() if times > 1]
    return faults + [f"ended as {each.state}: {each}" for each in routings if each.state not in ("alerted", "joined")]


def untold(arrived: list[Any], routings: Sequence[Routing]) -> list[str]:
    """Alerts that their channel never heard of, or by more than one message of its own."""
    tellers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for channel, kind, delivery, alerts, _ in arrived:
        if kind in ("post", "digest"):
            for alert in alerts:
                tellers[channel, alert].add(delivery)
    owed = {(str(each.channel), each.alert_id) for each in routings}
    return [f"told by {len(tellers[each])} messages: {each}" for each in sorted(owed) if len(tellers[each]) != 1]


def repeats(arrived: list[Any]) -> list[str]:
    """Messages that arrived more than once and do not say that they may be a repeat."""
    plain = Counter((channel, id_) for channel, kind, id_, _, marked in arrived if kind != "edit" and not marked)
    return [f"{times} times: {each}" for each, times in plain.items() if times > 1]


async def test_days_lose_nothing_and_repeat_nothing(
    tmp_path: Path, figure: Figure, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, clock = f"sqlite:///{tmp_path}/store.db", ManualClock()
    await upgrade(url)
    world = World(PLAN, clock, tmp_path / "told.jsonl")
    twin = Twin(PLAN, clock, tmp_path / "arrived.jsonl")
    began = time.monotonic()
    lived = await live(PLAN, url, world, twin, clock)
    minutes = (time.monotonic() - began) / 60
    world.close()
    twin.close()
    store = await open_store(url)
    articles = {each.url: each for each in await store.articles_since(START, limit=10**7)}
    routings = await store.routings_of({each.id for each in articles.values()})
    counts = await store.outbox_counts()
    await store.close()

    wanted = [json.loads(line) for line in (tmp_path / "told.jsonl").read_text(encoding="utf-8").splitlines()]
    arrived = [json.loads(line) for line in (tmp_path / "arrived.jsonl").read_text(encoding="utf-8").splitlines()]
    faults = [*ledger_faults(wanted, articles, routings), *untold(arrived, routings), *repeats(arrived)]
    figure(
        f"{PLAN.days} days, {PLAN.sources} sources, {PLAN.names} names, {lived.restarts} restarts, faults: "
        f"{lived.source_faults} sources, {twin.faults} platform, {lived.store_faults} store",
        f"{lived.polls} polls, {len(articles)} articles, {len(arrived)} messages, {len(faults)} lost or repeated, "
        f"memory {lived.slope:+.2f} MB a day, {minutes:.1f} minutes",
    )
    assert faults == []
    assert everything_changed(url, monkeypatch) == []
    assert counts.keys() == {"sent"}
    assert twin.calls_while_banned == 0
    assert PLAN.days == 1 or lived.slope < MOST_GROWTH
