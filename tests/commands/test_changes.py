"""`set`, `rename`, `use`, `leave`, `undo`, `log` and `export`, on files and a store as they are used."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.commands.dispatch import Dispatcher
from bot.model.channel import Channel
from bot.model.command import Actor, Command, Reply
from bot.model.company import Company
from bot.model.place import NOWHERE
from bot.model.watchlist import Change
from bot.store import MemoryStore
from bot.watchlists.repo import FileRepo
from tests.commands.desk import plain
from tests.fakes import CountingIds, ManualClock

HERE = Channel("slack", "T1", "C1", "#supply-chain", public=True)
THERE = Channel("slack", "T1", "C2", "#sourcing", public=True)
ANN = Actor("U1", "Ann", "T1", frozenset({"anyone", "member"}))
BEN = Actor("U2", "Ben", "T1", frozenset({"anyone", "member"}))
PHONES = """\
channels: [slack:T1/C1]
companies:
  # the makers
  - name: Lava International
    aliases: [Lava]  # as the press writes
  - Dixon
"""
CHIPS = """\
channels: [slack:T1/C2]
shared: true
companies: [MediaTek]
"""


class Office:
    """A dispatcher over files and a store in memory."""

    def __init__(self, folder: Path, repo: FileRepo, store: MemoryStore, clock: ManualClock) -> None:
        self.folder, self.repo = folder, repo
        self._dispatch = Dispatcher(repo, store, clock, frozenset({"slack"}), _reachable)
        self._clock = clock

    async def ask(self, text: str, actor: Actor = ANN, channel: Channel = HERE) -> Reply:
        self._clock.advance(seconds=1)
        return await self._dispatch(Command(text, actor, channel))

    async def say(self, text: str, actor: Actor = ANN, channel: Channel = HERE) -> list[str]:
        return plain(await self.ask(text, actor, channel))

    def in_force(self) -> tuple[frozenset[Company], list[Channel]]:
        phones = self.repo.lists()[1]
        companies = frozenset(replace(each, place=NOWHERE) for each in phones.companies)
        return companies, [rule.channel for rule in phones.channels]

    def file(self, name: str = "phones.yaml") -> str:
        return (self.folder / name).read_text()


async def _reachable(channel: Channel) -> str:
    del channel
    return ""


@pytest.fixture
async def office(tmp_path: Path) -> Office:
    (tmp_path / "phones.yaml").write_text(PHONES)
    (tmp_path / "chips.yaml").write_text(CHIPS)
    store, clock = MemoryStore(), ManualClock()
    repo = await FileRepo.open(tmp_path, store, clock, CountingIds(), {})
    return Office(tmp_path, repo, store, clock)


async def test_a_change_that_is_none_is_said_once(office: Office) -> None:
    assert await office.say("rename Lava Lava International") == [
        "`Lava International` is like that already on the list phones.",
        "Nothing was changed.",
    ]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("set Lava alias + ラヴァ", "    aliases: [Lava, ラヴァ]  # as the press writes\n"),
        ("Lava alias ラヴァ", "    aliases: [Lava, ラヴァ]  # as the press writes\n"),
        ("set Lava International exclude lava lamp, lava flow", "    exclude: [lava lamp, lava flow]\n"),
        ("set Lava evidence strict", "    evidence: strict\n"),
        ("set Dixon threshold 95", "    threshold: 95\n"),
        ("set “Lava” near phone", "    context: [phone]\n"),
        ("rename Dixon Dixon Technologies", "  - Dixon Technologies\n"),
        ("rename Lava to Lava Mobiles", "  - name: Lava Mobiles\n"),
        ("set Dixon name Dixon Technologies", "  - Dixon Technologies\n"),
    ],
)
async def test_one_thing_is_set_in_the_file_and_taken_back(office: Office, text: str, written: str) -> None:
    reply = await office.ask(text)
    assert not reply.failed, plain(reply)
    assert reply.public
    assert written in office.file()
    assert "  # the makers\n" in office.file()
    assert reply.actions[0].label == "Undo"
    assert not (await office.ask(reply.actions[0].command)).failed
    lava, dixon = (
        (await FileRepo.open(office.folder, MemoryStore(), ManualClock(), CountingIds(), {})).lists()[1].companies
    )
    assert (lava.name, [alias.text for alias in lava.aliases], lava.exclude, lava.evidence) == (
        "Lava International", ["Lava"], (), "normal",
    )  # fmt: skip
    assert (dixon.name, dixon.threshold) == ("Dixon", 0)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("set Lava alias", "*Lava International* · alias: Lava"),
        ("set Dixon context", "*Dixon* · context: none"),
        ("set Dixon passing", "*Dixon* · passing: alert (as the list has it)"),
        ("set Lava alias + lava", "lava is there already: alias of Lava International stays as it is."),
        ("set Lava alias - Oppo", "Oppo is not there: alias of Lava International stays as it is."),
        ("set Lava evidence maybe", '"maybe" is no evidence: write strict, normal, loose'),
        ("set Lava threshold 101", '"101" is no threshold: write a number from 0 to 100'),
        ("set Lvaa alias x1", 'No "Lvaa" on this channel\'s lists. Did you mean Lava International?'),
        ("set Lava colour red", '"colour red" is nothing that a company has: alias, context, exclude, threshold'),
        ("exclude lava flow", '"exclude lava flow": of which company? Write: set <company> exclude ...'),
        ("set", "Say which company: set Lava International"),
        ("rename Oppo Vivo", 'No company that is watched here is called as "Oppo Vivo" begins.'),
    ],
)
async def test_what_changes_nothing_is_answered(office: Office, text: str, says: str) -> None:
    assert (await office.say(text))[0].startswith(says)
    assert office.file() == PHONES


async def test_the_company_that_is_likeliest_meant_is_offered_first(office: Office) -> None:
    reply = await office.ask("exclude lava flow")
    assert reply.actions[0].command == "set Lava International exclude + lava flow"
    assert not (await office.ask(reply.actions[0].command)).failed


async def test_who_may_only_read_may_ask_and_not_set(office: Office) -> None:
    guest = replace(ANN, rights=frozenset({"anyone"}))
    assert not (await office.ask("set Lava alias", guest)).failed
    for text in ("set Lava alias + x1", "rename Dixon Vivo", "use chips", "leave phones", "undo"):
        assert (await office.ask(text, guest)).failed
    assert office.file() == PHONES


async def test_a_channel_uses_and_leaves_a_list(office: Office) -> None:
    said = await office.say("use chips")
    assert said[0].startswith("*#supply-chain* hears chips now · 1 company · shared with")
    assert "slack:T1/C1" in office.file("chips.yaml")
    assert (await office.ask("use chips")).failed
    assert "MediaTek" in "".join(await office.say("list"))
    assert not (await office.ask("leave chips")).failed
    assert office.file("chips.yaml") == CHIPS
    assert "Use chips" in "".join(await office.say("use chps"))


@pytest.mark.parametrize("name", ["Phone makers", "phone makers", "phone-makers", "phone-makers.yaml", "PHONE_MAKERS"])
async def test_a_list_is_called_by_its_name_or_by_that_of_its_file(office: Office, name: str) -> None:
    (office.folder / "phone-makers.yaml").write_text("name: Phone makers\nshared: true\ncompanies: [Nokia]\n")
    await office.repo.reload()
    assert "hears Phone makers now" in (await office.say(f"use {name}"))[0]
    assert "Nokia" in (await office.say(f"remove Nokia from {name}"))[0]
    assert "does not hear Phone makers any more" in (await office.say(f"leave {name}"))[0]


async def test_leaving_a_list_is_taken_back_and_no_other_change(office: Office) -> None:
    await office.ask("add Denso")
    await office.ask("leave phones")
    left = await office.ask("log")
    assert "hears it no more" in "".join(plain(left))
    assert (await office.say("undo"))[0].startswith("Taken back: #supply-chain hears it no more")
    said = "".join(await office.say("list"))
    assert "Lava International" in said
    assert "Denso" in said


async def test_a_list_that_was_left_and_then_changed_by_others_is_not_taken_back(office: Office) -> None:
    await office.ask("use chips")
    await office.ask("leave chips")
    other = Channel("slack", "T1", "C9", "#secret")
    await office.repo.apply([Change("chips.yaml", "add", "Nvidia", Company("Nvidia"))], ANN, other)
    assert "Nvidia" not in "".join(await office.say("log"))
    await office.ask("undo anyway")
    assert "MediaTek" not in "".join(await office.say("list"))


async def test_only_here_is_a_copy_for_this_channel(office: Office) -> None:
    await office.ask("use chips")
    said = await office.say("use chips only here")
    assert "alone" in said[0]
    assert office.file("chips.yaml") == CHIPS
    assert "MediaTek" in office.file("phones.yaml")


async def test_undo_asks_where_the_change_is_not_ones_own(office: Office) -> None:
    await office.ask("add Oppo", BEN)
    reply = await office.ask("undo")
    assert reply.failed
    assert plain(reply)[0].startswith("The last change is not yours: +Oppo by Ben")
    assert not (await office.ask(reply.actions[0].command)).failed
    assert office.file() == PHONES
    assert (await office.ask("undo anyway")).failed


async def test_undo_goes_back_step_by_step(office: Office) -> None:
    for text in ("add Oppo", "set Oppo alias + OP", "remove Oppo"):
        assert not (await office.ask(text)).failed
    for _ in range(3):
        assert not (await office.ask("undo")).failed
    assert office.file() == PHONES
    assert (await office.ask("undo")).failed


async def test_undo_takes_back_the_newest_change_though_it_looks_like_the_way_back_of_another(office: Office) -> None:
    for text in ("set Lava alias + Lavva", "add Oppo", "remove Oppo"):
        assert not (await office.ask(text)).failed
    said = [(await office.say("undo"))[0] for _ in range(3)]
    taken = ["-Oppo", "+Oppo", "aliases of Lava International"]
    for line, change in zip(said, taken, strict=True):
        assert line.startswith(f"Taken back: {change}")
    assert office.file() == PHONES
    assert (await office.ask("undo")).failed


async def test_what_one_command_did_is_taken_back_at_once(office: Office) -> None:
    await office.ask("add Oppo, Qualcomm, Denso")
    assert (await office.say("undo"))[0].startswith("Taken back: +Oppo, +Qualcomm, +Denso by Ann")
    assert office.file() == PHONES
    assert (await office.ask("undo")).failed


@pytest.mark.parametrize(
    ("removed", "said"),
    [
        ("Lava", ["It stands at the end of its list now: phones.yaml:6"]),
        ("Lava, Oppo", ["They stand at the end of their list now: phones.yaml:5"]),
        ("Lava, Oppo, Dixon", []),
    ],
)
async def test_what_was_removed_and_put_back_says_where_it_stands(
    office: Office, removed: str, said: list[str]
) -> None:
    await office.ask("add Oppo")
    await office.ask(f"remove {removed}")
    where = [each.replace(f"{office.folder}/", "") for each in await office.say("undo")]
    assert where[1:] == [*said, "[Log] log"]


UNDOABLE = ("add Oppo", "add Oppo, Denso", "remove Dixon", "remove Dixon, Lava", "set Lava alias + x1", "leave phones")


@pytest.mark.parametrize("text", UNDOABLE)
async def test_the_button_takes_back_its_own_change_and_undo_goes_on_before_it(office: Office, text: str) -> None:
    """Pressing it is no change of its own: the next `undo` takes back what was changed before."""
    await office.ask("set Dixon threshold 95")
    before = office.in_force()
    button = (await office.ask(text)).actions[0]
    assert button.label == "Undo"
    assert (await office.say(button.command))[0].startswith("Taken back: ")
    assert office.in_force() == before
    assert (await office.say(button.command))[0].startswith("That was taken back already: ")
    assert (await office.say("undo"))[0].startswith("Taken back: threshold of Dixon")
    assert (await office.ask("undo")).failed


async def test_the_button_means_its_own_change_whatever_came_after_it(office: Office) -> None:
    button = (await office.ask("add Oppo")).actions[0].command
    await office.ask("add Denso")
    assert (await office.say(button, BEN))[0].startswith("This change is not yours: +Oppo by Ann")
    assert (await office.say(button))[0].startswith("Taken back: +Oppo by Ann")
    assert "Denso" in office.file()
    changed = (await office.ask("set Dixon alias + DX")).actions[0].command
    await office.ask("set Dixon alias + DXN")
    assert (await office.say(changed))[0].startswith("`Dixon` was changed in phones meanwhile")


async def test_an_undo_is_told_as_such_in_the_log(office: Office) -> None:
    await office.ask("add Oppo")
    await office.ask("undo")
    said = await office.say("log")
    assert [line.partition(" · ")[2] for line in said[:2]] == [
        "-Oppo · Ann · list phones · undo",
        "+Oppo · Ann · list phones",
    ]


@pytest.mark.parametrize("words", ["Lava", "it please", "12", "page 2"])
async def test_undo_takes_no_other_words(office: Office, words: str) -> None:
    await office.ask("add Oppo")
    said = await office.say(f"undo {words}")
    assert said[0].startswith("Undo takes back the last change")
    assert "Oppo" in office.file()


async def test_a_change_that_is_not_known_here_is_not_taken_back(office: Office) -> None:
    assert await office.say("undo 0a1b2c3d") == [
        "That change is not known here any more. What was changed: log",
        "Nothing was changed.",
    ]


async def test_the_log_tells_who_changed_what_and_no_private_channel(office: Office) -> None:
    await office.ask("use chips")
    await office.ask("add Oppo", BEN, replace(THERE, public=False))
    await office.ask("remove MediaTek", ANN)
    said = await office.say("log")
    assert said[0].endswith("-MediaTek · Ann · list chips")
    assert said[1].endswith("+Oppo · somebody in another channel · list chips")
    assert said[-1] == "1-3 of 3"
    assert (await office.say("log page 9"))[0] == "There is no page 9."
    assert (await office.say("export"))[0].startswith("Every change made here stands in the files")


async def test_what_is_not_in_git_is_exported(office: Office) -> None:
    (office.folder / "phones.yaml").chmod(0o444)
    await office.ask("add Oppo")
    said = await office.say("export")
    assert said[0].startswith("phones: +Oppo · Ann · ")
    assert said[-1] == "As a patch for git, where the bot runs: namewatch export"
