"""What every store promises to watchlists: a history that keeps its order, and the bases of files."""

from dataclasses import replace

import pytest

from bot.errors import StoreError
from bot.model.alert import Delivery
from bot.model.channel import CONSOLE, Channel
from bot.model.company import Alias, Company
from bot.model.place import Place
from bot.model.watchlist import Base, Change, ChannelRule, Revision
from bot.protocols import Store
from tests.builders import delivery
from tests.fakes import START
from tests.store.builders import SLACK, at

LAVA = Company(
    "Lava International",
    (Alias("Lava", weak=True), Alias("ラヴァ", weak=False), Alias("LAVA")),
    tickers=("LAVA.NS",),
    context=("phone", "Noida"),
    exclude=("lava lamp",),
    threshold=92,
    evidence="strict",
    passing="digest",
    place=Place("phones.yaml", 4, 5),
)


def revision(revision_id: str, watchlist: str = "phones.yaml", *, pending: bool = True) -> Revision:
    change = Change(watchlist, "add", "Lava International", LAVA)
    return Revision(revision_id, change, "U0123 Ana", SLACK, START, pending)


async def test_a_change_comes_back_as_it_was(store: Store) -> None:
    added = revision("r1")
    removed = Revision("r2", Change("phones.yaml", "remove", "Dixon"), "operator", CONSOLE, at(hours=1), pending=False)
    await store.record_revision([added, removed])
    assert await store.revisions("phones.yaml") == (added, removed)


async def test_a_change_keeps_what_stood_there_before(store: Store) -> None:
    rule = ChannelRule(SLACK, "daily 08:30", "22:00-07:00", "Asia/Taipei", "12/h", "off", Place("phones.yaml", 2, 5))
    changes = [
        Change("phones.yaml", "replace", "Lava", LAVA, None, Company("Lava")),
        Change("phones.yaml", "hear", str(SLACK), None, rule),
        Change("phones.yaml", "tune", str(SLACK), None, ChannelRule(SLACK), rule),
        Change("phones.yaml", "unhear", str(SLACK), None, None, rule),
    ]
    recorded = tuple(Revision(f"r{n}", one, "ann", CONSOLE, START, pending=True) for n, one in enumerate(changes))
    await store.record_revision(recorded)
    assert await store.revisions("phones.yaml") == recorded


async def test_a_change_knows_which_one_it_takes_back(store: Store) -> None:
    back = replace(revision("r2"), change=Change("phones.yaml", "remove", "Lava International"), undoes="r1")
    await store.record_revision([revision("r1"), back])
    assert [each.undoes for each in await store.revisions("phones.yaml")] == ["", "r1"]


async def test_the_history_keeps_the_order_in_which_it_was_written(store: Store) -> None:
    await store.record_revision([revision("z"), revision("a")])
    await store.record_revision([replace(revision("m"), at=at(hours=-1))])
    assert [each.id for each in await store.revisions("phones.yaml")] == ["z", "a", "m"]


@pytest.mark.parametrize(
    ("watchlist", "pending_only", "found"),
    [
        ("phones.yaml", False, ["1", "2"]),
        ("phones.yaml", True, ["1"]),
        ("", False, ["1", "2", "3"]),
        ("", True, ["1", "3"]),
        ("unknown", False, []),
    ],
)
async def test_the_history_is_of_one_list_or_of_all(
    store: Store, watchlist: str, pending_only: bool, found: list[str]
) -> None:
    await store.record_revision([revision("1"), revision("2", pending=False), revision("3", "other.yaml")])
    assert [each.id for each in await store.revisions(watchlist, pending_only=pending_only)] == found


async def test_what_stands_in_the_file_is_no_longer_pending(store: Store) -> None:
    await store.record_revision([revision(f"r{n}") for n in range(1200)])
    await store.settle_revisions([f"r{n}" for n in range(1100)] + ["unknown"])
    await store.settle_revisions([])
    assert len(await store.revisions("", pending_only=True)) == 100
    assert len(await store.revisions("")) == 1200


async def test_a_revision_is_recorded_once_or_the_whole_batch_is_refused(store: Store) -> None:
    await store.record_revision([revision("r1")])
    with pytest.raises(StoreError):
        await store.record_revision([revision("r2"), revision("r1")])
    await store.record_revision([])
    assert [each.id for each in await store.revisions("")] == ["r1"]
    assert (await store.table_counts())["revisions"] == 1


def notice(name: str) -> Delivery:
    return replace(delivery(name, SLACK, "notice"), alert_ids=())


async def test_a_revision_is_recorded_with_what_channels_are_told_of_it_or_neither(store: Store) -> None:
    await store.record_revision([revision("r1")], [notice("n1")])
    with pytest.raises(StoreError):
        await store.record_revision([revision("r1")], [notice("n2")])
    with pytest.raises(StoreError):
        await store.record_revision([revision("r2")], [notice("n1")])
    await store.record_revision([], [notice("n3")])
    assert [each.id for each in await store.revisions("")] == ["r1"]
    assert [each.id for each in await store.undelivered()] == ["n1", "n3"]


async def test_of_a_base_the_newest_counts(store: Store) -> None:
    assert await store.bases() == {}
    first = Base("phones.yaml", "hash-1", '{"companies": ["Lava"]}', START)
    other = Base("other.yaml", "hash", "{}", START)
    await store.save_base(first)
    await store.save_base(other)
    newer = Base("phones.yaml", "hash-2", '{"companies": ["小米\x00"]}', at(hours=1))
    await store.save_base(newer)
    kept = replace(newer, parsed='{"companies": ["小米\ufffd"]}')
    assert await store.bases() == {"phones.yaml": kept, "other.yaml": other}


async def test_a_channel_that_was_found_is_kept_and_a_later_finding_replaces_it(store: Store) -> None:
    assert await store.channels() == {}
    first, later = Channel("slack", "T0AB", "C1", "#news"), Channel("slack", "T0AB", "C2", "#新聞", public=True)
    await store.save_channels({"slack:#news": first, "discord:7": Channel("discord", "5", "7", "#a")}, START)
    await store.save_channels({"slack:#news": later}, at(hours=1))
    found = dict(sorted((await store.channels()).items(), reverse=True))
    assert found == {"slack:#news": later, "discord:7": Channel("discord", "5", "7")}
    assert found["slack:#news"].name == "#新聞"
    assert [each.public for each in found.values()] == [True, False]
