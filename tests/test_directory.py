"""Channels of lists by their lasting ids: found once, kept over a rename and a restart."""

from dataclasses import replace

import pytest

from bot.directory import Directory, FoundLists
from bot.model.channel import Channel
from bot.model.command import OPERATOR_ACTOR
from bot.model.watchlist import Change, ChannelRule
from bot.store import MemoryStore
from tests.builders import company, watchlist
from tests.fakes import ManualClock, ScriptedPlatform

WRITTEN = Channel("slack", "", "#supply-chain")
FOUND = Channel("slack", "T0AB", "C0123", "#supply-chain")
LIST = watchlist("phones", [company("Lava")], str(WRITTEN), "console:")


def slack(*known: tuple[Channel, Channel]) -> ScriptedPlatform:
    platform = ScriptedPlatform(name="slack")
    platform.known = dict(known)
    return platform


async def opened(store: MemoryStore, platform: ScriptedPlatform) -> Directory:
    directory = Directory(store, {"slack": platform}, ManualClock())
    await directory.open()
    return directory


def channels(directory: Directory) -> list[Channel]:
    return [rule.channel for rule in directory.lists([LIST])[0].channels]


async def test_a_written_channel_is_the_found_one_after_a_rename_and_a_restart() -> None:
    store, console = MemoryStore(), Channel("console")
    directory = await opened(store, slack((WRITTEN, FOUND)))
    assert channels(directory) == [WRITTEN, console]
    assert await directory.settle([WRITTEN, console]) == {WRITTEN: FOUND}
    assert channels(directory) == [FOUND, console]
    renamed = await opened(store, slack())
    assert await renamed.settle([WRITTEN]) == {}
    assert channels(renamed) == [FOUND, console]
    assert renamed.channel(WRITTEN).name == "#supply-chain"


async def test_a_channel_that_nobody_knows_stays_as_written_until_it_is_found() -> None:
    platform = slack()
    directory = await opened(MemoryStore(), platform)
    assert await directory.settle([WRITTEN, Channel("discord", "", "7")]) == {}
    platform.known = {WRITTEN: FOUND}
    assert await directory.settle([WRITTEN]) == {WRITTEN: FOUND}


async def test_a_channel_that_nobody_finds_is_asked_for_ever_less_and_at_once_when_somebody_is_about() -> None:
    class Asked(ScriptedPlatform):
        times = 0

        async def resolve(self, channel: Channel) -> Channel | None:
            self.times += 1
            return await super().resolve(channel)

    platform, clock = Asked(name="slack"), ManualClock()
    directory = Directory(MemoryStore(), {"slack": platform}, clock)
    await directory.open()
    await directory.settle([WRITTEN])
    for _ in range(7 * 24 * 60):
        clock.advance(minutes=1)
        await directory.look([WRITTEN])
    assert platform.times == 10
    platform.known = {WRITTEN: FOUND}
    clock.advance(minutes=1)
    assert await directory.look([WRITTEN]) == {}
    assert directory.heard_from(FOUND)
    assert await directory.look([WRITTEN]) == {WRITTEN: FOUND}
    assert not directory.heard_from(FOUND)


async def test_people_read_the_name_beside_an_id_once_it_is_known() -> None:
    by_id = Channel("slack", "T0AB", "C0123")
    directory = await opened(MemoryStore(), slack((WRITTEN, FOUND), (by_id, FOUND)))
    assert directory.in_words(by_id) == "slack:T0AB/C0123"
    await directory.settle([WRITTEN, by_id])
    assert [directory.in_words(each) for each in (by_id, WRITTEN)] == ["slack:T0AB/C0123 (#supply-chain)", str(WRITTEN)]


async def test_lists_stay_the_same_objects_while_nothing_changes() -> None:
    directory = await opened(MemoryStore(), slack((WRITTEN, FOUND)))
    assert directory.lists([LIST])[0] is LIST
    await directory.settle([WRITTEN])
    (once,) = directory.lists([LIST])
    assert directory.lists([LIST])[0] is once


async def test_a_channel_whose_rule_names_no_zone_has_that_of_the_bot() -> None:
    directory = Directory(MemoryStore(), {}, ManualClock(), "Asia/Taipei")
    berlin = replace(LIST.channels[0], zone="Europe/Berlin")
    (found,) = directory.lists([replace(LIST, channels=(berlin, LIST.channels[1]))])
    assert [rule.zone for rule in found.channels] == ["Europe/Berlin", "Asia/Taipei"]


class OneList:
    """A repo of one list, which every change leaves as it is."""

    def lists(self) -> tuple[object, ...]:
        return (LIST,)

    def own_list(self, _channel: Channel) -> object:
        return LIST

    def __init__(self) -> None:
        self.changes: list[object] = []
        self.made: list[Channel] = []

    async def apply(self, changes: list[object], *_: object) -> object:
        self.changes += changes
        return LIST

    async def create(self, channel: Channel, _: object) -> object:
        self.made.append(channel)
        return LIST


async def test_whoever_changes_a_list_gets_it_with_its_channels_found() -> None:
    directory = await opened(MemoryStore(), slack((WRITTEN, FOUND)))
    await directory.settle([WRITTEN])
    repo = FoundLists(OneList(), directory)  # type: ignore[arg-type]
    changed = await repo.apply([Change("phones.yaml", "remove", "Lava")], OPERATOR_ACTOR, FOUND)
    made = await repo.create(FOUND, OPERATOR_ACTOR)
    for each in (repo.lists()[0], repo.own_list(FOUND), changed, made):
        assert each is not None
        assert each.channels[0].channel == FOUND


@pytest.mark.parametrize(
    ("channel", "known", "named"),
    [
        (Channel("slack", "T0AB", "C0123"), "#board", "#board"),
        (Channel("slack", "T0AB", "C0123"), "", ""),
        (Channel("slack", "T0AB", "C0123", "#as-typed"), "#board", "#as-typed"),
        (Channel("slack", "T0AB", "#news"), "#board", ""),
    ],
)
async def test_the_list_of_a_channel_is_made_with_the_name_that_people_there_know(
    channel: Channel, known: str, named: str
) -> None:
    """Slack says no name with what is typed in a private channel."""
    platform = slack((channel, replace(FOUND, name=known)))
    repo = OneList()
    await FoundLists(repo, await opened(MemoryStore(), platform)).create(channel, OPERATOR_ACTOR)  # type: ignore[arg-type]
    (made,) = repo.made
    assert (made, made.name) == (channel, named)


async def test_a_channel_that_the_platform_does_not_show_has_its_list_all_the_same() -> None:
    repo, channel = OneList(), Channel("slack", "T0AB", "C9")
    await FoundLists(repo, await opened(MemoryStore(), slack())).create(channel, OPERATOR_ACTOR)  # type: ignore[arg-type]
    assert repo.made == [channel]


async def test_a_channel_is_changed_by_the_words_of_its_list() -> None:
    directory = await opened(MemoryStore(), slack((WRITTEN, FOUND)))
    await directory.settle([WRITTEN])
    inner = OneList()
    quiet = ChannelRule(FOUND, quiet="22:00-07:00")
    change = Change("phones.yaml", "tune", str(FOUND), rule=quiet, before=ChannelRule(FOUND))
    await FoundLists(inner, directory).apply([change], OPERATOR_ACTOR, FOUND)  # type: ignore[arg-type]
    as_written = Change(
        "phones.yaml", "tune", str(WRITTEN), None, replace(quiet, channel=WRITTEN), ChannelRule(WRITTEN)
    )
    assert inner.changes == [as_written]
