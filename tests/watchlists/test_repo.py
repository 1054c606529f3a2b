"""A file in git and a change in chat edit the same list, and neither destroys the other's work."""

import asyncio
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import ChangeRefused
from bot.model.channel import CONSOLE, Channel
from bot.model.command import OPERATOR_ACTOR
from bot.model.company import Alias, Company
from bot.model.place import NOWHERE
from bot.model.watchlist import Change, ChannelRule, Watchlist
from bot.store.memory import MemoryStore
from bot.watchlists.differences import ListChange
from bot.watchlists.lastgood import CUT, SETTLE, is_beginning
from bot.watchlists.repo import FileRepo
from tests.fakes import CountingIds, ManualClock
from tests.watchlists.types import SOURCE_TYPES

NEWS = Channel("slack", "", "#supply-chain")
LIST = "# phones\ncompanies:\n  - Lava # ours\n  - Oppo\n"


@dataclass
class House:
    """A folder, a store and a clock; `open` makes the repo anew, as after a restart."""

    folder: Path
    store: MemoryStore = field(default_factory=MemoryStore)
    clock: ManualClock = field(default_factory=ManualClock)
    ids: CountingIds = field(default_factory=CountingIds)

    async def open(self) -> FileRepo:
        return await FileRepo.open(self.folder, self.store, self.clock, self.ids, SOURCE_TYPES)

    def write(self, text: str, name: str = "a.yaml") -> None:
        (self.folder / name).write_bytes(text.encode())

    def read(self, name: str = "a.yaml") -> str:
        return (self.folder / name).read_bytes().decode()

    def freeze(self, name: str = "a.yaml") -> None:
        (self.folder / name).chmod(0o444)

    async def pending(self) -> list[str]:
        return [revision.change.name for revision in await self.store.revisions("", pending_only=True)]


@pytest.fixture
def house(tmp_path: Path) -> House:
    found = House(tmp_path / "lists")
    found.folder.mkdir()
    found.write(LIST)
    return found


def companies(repo: FileRepo, key: str = "a.yaml") -> list[str]:
    return next(([c.name for c in one.companies] for one in repo.lists() if one.key == key), [])


def add(*names: str, key: str = "a.yaml") -> list[Change]:
    return [Change(key, "add", name, Company(name)) for name in names]


def remove(*names: str, key: str = "a.yaml") -> list[Change]:
    return [Change(key, "remove", name) for name in names]


async def taken_in(repo: FileRepo) -> list[ListChange]:
    """What a reading tells that files changed."""
    found: list[ListChange] = []

    async def tell(changes: Sequence[ListChange]) -> bool:
        found.extend(changes)
        return True

    await repo.take_in(tell)
    return found


async def apply(repo: FileRepo, changes: list[Change]) -> Watchlist:
    return await repo.apply(changes, OPERATOR_ACTOR, CONSOLE)


async def test_a_change_is_written_where_it_concerns_and_nowhere_else(house: House) -> None:
    repo = await house.open()
    changed = await apply(repo, [*add("Vivo", "Xiaomi"), *remove("oppo")])
    assert house.read() == "# phones\ncompanies:\n  - Lava # ours\n  - Vivo\n  - Xiaomi\n"
    assert [company.name for company in changed.companies] == companies(repo) == ["Lava", "Vivo", "Xiaomi"]
    assert str(changed.companies[1].place) == f"{house.folder}/a.yaml:4:5"
    assert await house.pending() == []
    assert not repo.changed_on_disk()


async def test_the_history_says_who_when_where_and_what(house: House) -> None:
    repo = await house.open()
    await repo.apply(add("Vivo"), OPERATOR_ACTOR, NEWS)
    (revision,) = await house.store.revisions("a.yaml")
    assert (revision.actor, revision.channel, revision.at) == ("operator", NEWS, house.clock.now())
    assert (revision.change.action, revision.change.name, revision.pending) == ("add", "Vivo", False)


async def test_the_mode_of_the_file_stays_and_nothing_is_left_beside_it(house: House) -> None:
    (house.folder / "a.yaml").chmod(0o640)
    repo = await house.open()
    await apply(repo, add("Vivo"))
    assert stat.S_IMODE((house.folder / "a.yaml").stat().st_mode) == 0o640
    assert [path.name for path in house.folder.iterdir()] == ["a.yaml"]


async def test_a_link_to_a_file_stays_a_link(house: House) -> None:
    (house.folder.parent / "elsewhere.yaml").write_text(LIST, encoding="utf-8")
    (house.folder / "b.yaml").symlink_to(house.folder.parent / "elsewhere.yaml")
    repo = await house.open()
    await apply(repo, add("Vivo", key="b.yaml"))
    assert (house.folder / "b.yaml").is_symlink()
    assert "Vivo" in (house.folder.parent / "elsewhere.yaml").read_text(encoding="utf-8")


async def test_an_edit_by_hand_since_the_last_reading_is_kept(house: House) -> None:
    repo = await house.open()
    house.write(LIST + "  - Nothing # by hand\n")
    await apply(repo, add("Vivo"))
    assert house.read() == LIST + "  - Nothing # by hand\n  - Vivo\n"
    assert companies(repo) == ["Lava", "Oppo", "Nothing", "Vivo"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (add("lava"), "`lava` is on the list a already"),
        (add("Vivo", "VIVO"), "`VIVO` is on the list a already"),
        (remove("Vivo"), "`Vivo` is not on the list a"),
        (add("Vivo", key="b.yaml"), "no list `b.yaml` is in force"),
        ([*add("Vivo"), *add("Vivo", key="b.yaml")], "one list at a time"),
        (add("X"), "too short"),
        ([], "one list at a time"),
        ([Change("a.yaml", "add", "Vivo")], "without its rules"),
        ([*add("Vivo"), *remove("Nobody")], "`Nobody` is not on the list"),
    ],
)
async def test_what_cannot_be_done_is_refused_and_nothing_is_changed(
    house: House, changes: list[Change], why: str
) -> None:
    repo = await house.open()
    with pytest.raises(ChangeRefused, match=why):
        await apply(repo, changes)
    assert house.read() == LIST
    assert await house.store.revisions("") == ()


async def test_a_broken_file_keeps_its_last_good_version_and_cannot_be_edited(house: House) -> None:
    repo = await house.open()
    house.write("companies: [Lava\n")
    assert repo.changed_on_disk()
    changes = await taken_in(repo)
    assert changes == []
    assert companies(repo) == ["Lava", "Oppo"]
    assert any("is not closed" in str(finding) for finding in repo.findings)
    assert any("the last good version stays in force (2 companies)" in str(finding) for finding in repo.findings)
    with pytest.raises(ChangeRefused, match=r"a.yaml:1:12: error: .* mend the file first, nothing was changed"):
        await apply(repo, add("Vivo"))
    assert house.read() == "companies: [Lava\n"


async def test_a_file_broken_since_the_last_reading_is_not_written_over(house: House) -> None:
    repo = await house.open()
    house.write("companies: [Lava\n")
    with pytest.raises(ChangeRefused, match="is not closed"):
        await apply(repo, add("Vivo"))
    assert house.read() == "companies: [Lava\n"
    assert await house.store.revisions("") == ()


async def test_the_last_good_version_survives_a_restart(house: House) -> None:
    await house.open()
    house.write("companies: [Lava\n")
    assert companies(await house.open()) == ["Lava", "Oppo"]


@pytest.mark.parametrize(
    "text", ["", "companies: []\n", "# nothing\n", "name: ab\n", "sources: ['https://example.org/']\n"]
)
async def test_a_list_is_never_emptied_by_an_empty_file(house: House, text: str) -> None:
    repo = await house.open()
    house.write(text)
    await repo.reload()
    assert companies(repo) == ["Lava", "Oppo"]
    assert any(finding.severity == "error" for finding in repo.findings)
    again = await house.open()
    assert companies(again) == ["Lava", "Oppo"]


async def test_a_list_may_be_emptied_by_removing_its_companies(house: House) -> None:
    repo = await house.open()
    await apply(repo, remove("Lava", "Oppo"))
    assert house.read() == "# phones\ncompanies: []\n"
    assert companies(await house.open()) == []


async def test_a_file_cut_at_any_byte_shrinks_no_list(house: House) -> None:
    house.write(LIST + "  - name: Xiaomi\n    aliases: [Redmi]\n")
    whole = house.read().encode()
    repo = await house.open()
    before = repo.lists()
    for end in range(len(whole)):
        (house.folder / "a.yaml").write_bytes(whole[:end])
        await repo.reload()
        assert [c.aliases for c in repo.lists()[0].companies] == [c.aliases for c in before[0].companies]
    (house.folder / "a.yaml").write_bytes(whole)
    await repo.reload()
    assert repo.findings == ()


async def test_lines_taken_from_the_end_count_after_a_while(house: House) -> None:
    repo = await house.open()
    house.write("# phones\ncompanies:\n  - Lava # ours\n")
    await repo.reload()
    assert companies(repo) == ["Lava", "Oppo"]
    assert not repo.changed_on_disk()
    assert repo.holds
    house.clock.advance(seconds=CUT.total_seconds())
    assert repo.changed_on_disk()
    changes = await taken_in(repo)
    assert [str(change) for change in changes] == ["-Oppo"]
    assert companies(repo) == ["Lava"]
    assert not repo.holds


async def test_lines_that_a_command_of_ours_took_from_the_end_are_gone_at_once(house: House) -> None:
    repo = await house.open()
    house.write("# phones\ncompanies:\n  - Lava # ours\n")
    await repo.trust(house.folder / "a.yaml")
    for each in (await house.open(), repo):
        await each.reload()
        assert (companies(each), each.findings) == (["Lava"], ())


async def test_a_file_written_a_moment_ago_that_says_what_the_store_knows_has_its_places(house: House) -> None:
    house.write(LIST + "sources:\n  - https://a.example/feed\n")
    await house.open()
    repo = await house.open()
    assert repo.findings == ()
    assert [each.place.line for each in repo.sources()] == [len(LIST.splitlines()) + 2]


async def test_the_last_line_of_a_file_without_a_newline_at_its_end_can_be_taken_off(house: House) -> None:
    house.write("companies:\n  - Lava\n  - Oppo\n  - Vivo")
    repo = await house.open()
    house.write("companies:\n  - Lava\n  - Oppo")
    await repo.reload()
    house.clock.advance(seconds=CUT.total_seconds())
    await repo.reload()
    assert companies(repo) == ["Lava", "Oppo"]


CONTENT = st.recursive(
    st.none() | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=1), inner, max_size=2),
    max_leaves=6,
)


@given(CONTENT, CONTENT)
@settings(max_examples=100, deadline=None)
def test_content_is_the_beginning_of_itself_and_of_no_less(one: object, other: object) -> None:
    assert is_beginning(one, one)
    assert not is_beginning([one, other], [one])
    if one is not None:
        assert is_beginning(one, other) == is_beginning([one], [other, one]) == is_beginning({"k": one}, {"k": other})
    if is_beginning(one, other):
        assert is_beginning(one, other, torn=True)


async def test_a_file_cut_at_any_byte_while_no_bot_ran_shrinks_no_list(house: House) -> None:
    house.write(LIST + "  - name: Xiaomi\n    aliases: [Redmi]\n    context:\n      - phone\n")
    whole = house.read().encode()
    before = (await house.open()).lists()
    for end in range(len(whole)):
        (house.folder / "a.yaml").write_bytes(whole[:end])
        now = (await house.open()).lists()
        assert [(c.name, c.aliases, c.context) for c in now[0].companies] == [
            (c.name, c.aliases, c.context) for c in before[0].companies
        ], whole[:end]


async def test_lines_taken_from_the_end_while_no_bot_ran_count_unless_they_were_just_now(house: House) -> None:
    house.write("companies:\n  - Lava\n  - Oppo\n  - Vivo\n")
    await house.open()
    house.write("companies:\n  - Lava\n  - Oppo\n")
    assert companies(await house.open()) == ["Lava", "Oppo", "Vivo"]
    ended = (house.clock.now() - CUT).timestamp()
    os.utime(house.folder / "a.yaml", (ended, ended))
    assert companies(await house.open()) == ["Lava", "Oppo"]


async def test_a_file_that_is_gone_is_missed_for_a_while_before_its_list_is_dropped(house: House) -> None:
    repo = await house.open()
    (house.folder / "a.yaml").unlink()
    assert repo.changed_on_disk()
    await repo.reload()
    assert companies(repo) == ["Lava", "Oppo"]
    assert not repo.changed_on_disk()
    house.clock.advance(seconds=SETTLE.total_seconds())
    assert repo.changed_on_disk()
    await repo.reload()
    assert repo.lists() == ()


async def test_a_reload_tells_what_changed(house: House) -> None:
    repo = await house.open()
    house.write("companies:\n  - {name: Lava, aliases: [Lava Mobiles]}\n  - Vivo\n")
    house.write("companies: [Denso]\n", "b.yaml")
    changes = await taken_in(repo)
    first, second = changes
    assert (first.watchlist, str(first)) == ("a.yaml", "+Vivo, -Oppo, aliases of Lava +Lava Mobiles")
    assert (second.watchlist, str(second)) == ("b.yaml", "+Denso, a new list")


async def test_a_file_that_cannot_be_written_leaves_the_change_pending_and_in_force(house: House) -> None:
    house.freeze()
    repo = await house.open()
    changed = await apply(repo, [*add("Vivo"), *remove("Lava")])
    assert [company.name for company in changed.companies] == ["Oppo", "Vivo"]
    assert house.read() == LIST
    assert await house.pending() == ["Vivo", "Lava"]
    assert companies(await house.open()) == ["Oppo", "Vivo"]


async def test_a_pending_change_is_settled_once_the_file_says_it(house: House) -> None:
    house.freeze()
    repo = await house.open()
    await apply(repo, add("Vivo"))
    (house.folder / "a.yaml").chmod(0o644)
    house.write(LIST + "  - Nothing\n  - Vivo\n")
    await repo.reload()
    assert companies(repo) == ["Lava", "Oppo", "Nothing", "Vivo"]
    assert await house.pending() == []


async def test_pending_changes_are_written_with_the_next_one_that_can_be(house: House) -> None:
    house.freeze()
    repo = await house.open()
    await apply(repo, [*add("Vivo"), *remove("Oppo")])
    (house.folder / "a.yaml").chmod(0o644)
    await apply(repo, add("Xiaomi"))
    assert house.read() == "# phones\ncompanies:\n  - Lava # ours\n  - Vivo\n  - Xiaomi\n"
    assert await house.pending() == []


async def test_a_conflict_with_the_file_is_said_and_the_file_counts(house: House) -> None:
    house.freeze()
    repo = await house.open()
    await apply(repo, remove("Lava"))
    (house.folder / "a.yaml").chmod(0o644)
    house.write("companies:\n  - {name: Lava, aliases: [Lava Mobiles]}\n  - Oppo\n")
    await repo.reload()
    assert companies(repo) == ["Lava", "Oppo"]
    assert any("removed in chat by operator" in finding.message for finding in repo.findings)
    await apply(repo, add("Vivo"))
    assert companies(repo) == ["Lava", "Oppo", "Vivo"]
    assert companies(await house.open()) == ["Lava", "Oppo", "Vivo"]
    assert await house.pending() == ["Lava"]


@pytest.mark.parametrize(
    ("channel", "file"),
    [
        (CONSOLE, "terminal.yaml"),
        (NEWS, "supply-chain.yaml"),
        (Channel("slack", "T0AB", "C0123ABCD"), "slack-c0123abcd.yaml"),
        (Channel("discord", "", "112233"), "discord-112233.yaml"),
        (Channel("slack", "", "#供應鏈 新聞"), "供應鏈-新聞.yaml"),
        (Channel("slack", "", "#..\\..\\etc"), "etc.yaml"),
        (Channel("slack", "", "#.hidden"), "hidden.yaml"),
        (Channel("slack", "", "#..."), "slack.yaml"),
        (Channel("slack", "", "#" + "x" * 300), "x" * 60 + ".yaml"),
    ],
)
async def test_a_channel_gets_a_list_of_its_own(house: House, channel: Channel, file: str) -> None:
    repo = await house.open()
    assert repo.own_list(channel) is None
    created = await repo.create(channel, OPERATOR_ACTOR)
    assert (created.key, created.companies) == (file, ())
    assert [rule.channel for rule in created.channels] == [channel]
    assert (house.folder / file).read_text(encoding="utf-8").startswith("version: 1\nname: ")
    assert repo.own_list(channel) == created
    assert await repo.create(channel, OPERATOR_ACTOR) == created
    await apply(repo, add("Vivo", key=file))
    again = (await house.open()).own_list(channel)
    assert again is not None
    assert [company.name for company in again.companies] == ["Vivo"]
    assert sorted(path.name for path in house.folder.iterdir()) == sorted(["a.yaml", file])


async def test_a_list_that_was_named_after_the_id_of_its_channel_stays_its_own(house: House) -> None:
    repo = await house.open()
    channel = Channel("slack", "T0AB", "C0123")
    created = await repo.create(channel, OPERATOR_ACTOR)
    assert created.key == "slack-c0123.yaml"
    assert repo.own_list(replace(channel, name="#board")) == created


async def test_a_channel_that_no_list_can_name_gets_none(house: House) -> None:
    repo = await house.open()
    with pytest.raises(ChangeRefused, match="can't be named in a list"):
        await repo.create(Channel("slack", "", "#../../etc/passwd"), OPERATOR_ACTOR)
    assert [path.name for path in house.folder.parent.rglob("*.yaml")] == ["a.yaml"]


async def test_no_file_is_written_over_for_a_new_list(house: House) -> None:
    house.write("not a list", "supply-chain.yaml")
    house.write("companies: [Denso]\nchannels: [slack:#a, slack:#b]\n", "supply-chain-2.yaml")
    repo = await house.open()
    created = await repo.create(NEWS, OPERATOR_ACTOR)
    assert created.key == "supply-chain-3.yaml"
    assert house.read("supply-chain.yaml") == "not a list"
    assert (repo.own_list(NEWS) or created).key == "supply-chain-3.yaml"


async def test_the_folder_is_made_when_it_is_missing(tmp_path: Path) -> None:
    house = House(tmp_path / "new" / "lists")
    repo = await house.open()
    assert [finding.message for finding in repo.findings] == ["no such file or folder"]
    await repo.create(CONSOLE, OPERATOR_ACTOR)
    await apply(repo, add("Lava", key="terminal.yaml"))
    assert companies(repo, "terminal.yaml") == ["Lava"]


async def test_a_list_without_a_file_lives_in_the_store(house: House) -> None:
    house.folder.chmod(0o555)
    repo = await house.open()
    created = await repo.create(NEWS, OPERATOR_ACTOR)
    await apply(repo, [Change(created.key, "add", "Lava", Company("Lava", (Alias("Lava Mobiles", weak=True),)))])
    await apply(repo, add("Oppo", key=created.key))
    await apply(repo, remove("Oppo", key=created.key))
    again = await house.open()
    house.folder.chmod(0o755)
    own = again.own_list(NEWS)
    assert own is not None
    assert [(c.name, c.aliases) for c in own.companies] == [("Lava", (Alias("Lava Mobiles", weak=True),))]
    assert [path.name for path in house.folder.iterdir()] == ["a.yaml"]


async def test_commands_at_the_same_time_lose_nothing(house: House) -> None:
    repo = await house.open()
    other = await house.open()
    names = [f"Company {number}" for number in range(12)]
    await asyncio.gather(*(apply(repo if i % 2 else other, add(name)) for i, name in enumerate(names)))
    await repo.reload()
    assert sorted(companies(repo)) == sorted(["Lava", "Oppo", *names])


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["chat add", "chat remove", "hand add", "hand remove", "restart"]), st.integers(0, 5)
        ),
        max_size=8,
    )
)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_edits_in_chat_and_by_hand_lose_nothing(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    house = House(tmp_path_factory.mktemp("lists"))
    house.write("companies:\n  - Always\n")
    repo, expected = await house.open(), {"Always"}
    for what, number in steps:
        name = f"Company {number}"
        if what == "restart":
            repo = await house.open()
        elif what.startswith("chat") and (name in expected) == (what == "chat remove"):
            await apply(repo, add(name) if what == "chat add" else remove(name))
            expected ^= {name}
        elif what == "hand add" and name not in expected:
            house.write(house.read().replace("companies:\n", f"companies:\n  - {name} # by hand\n"))
            expected.add(name)
        elif what == "hand remove" and name in expected:
            lines = [line for line in house.read().splitlines() if name not in line]
            house.write("# by hand\n" + "\n".join(lines) + "\n")
            expected.remove(name)
        await repo.reload()
        assert set(companies(repo)) == expected


async def test_a_list_that_no_change_concerns_stays_the_same_object(house: House) -> None:
    """A matcher is made anew for every list that is not the one it was made of."""
    house.write("companies: [Groq]\n", "b.yaml")
    repo = await house.open()
    await repo.create(NEWS, OPERATOR_ACTOR)
    before = {one.key: one for one in repo.lists()}
    await apply(repo, add("Vivo"))
    after = {one.key: one for one in repo.lists()}
    assert [key for key, one in after.items() if one is not before[key]] == ["a.yaml"]
    await repo.reload()
    assert all(one is after[one.key] for one in repo.lists())


async def test_a_list_with_changes_that_wait_stays_the_same_object(house: House) -> None:
    house.freeze()
    repo = await house.open()
    await apply(repo, add("Vivo"))
    (before,) = repo.lists()
    await repo.reload()
    assert repo.lists()[0] is before


async def test_a_company_is_renamed_and_changed_in_one_line_and_taken_back(house: House) -> None:
    repo = await house.open()
    lava = Company("Lava International", (Alias("Lava"),))
    changed = await apply(repo, [Change("a.yaml", "replace", "lava", lava)])
    after = "# phones\ncompanies:\n  - name: Lava International # ours\n    aliases: [Lava]\n  - Oppo\n"
    assert house.read() == after
    assert [replace(one, place=NOWHERE) for one in changed.companies] == [lava, Company("Oppo")]
    (revision,) = await house.store.revisions("a.yaml")
    assert revision.change.before == Company("Lava")
    inverse = revision.change.inverse()
    assert inverse is not None
    await apply(repo, [inverse])
    assert house.read() == "# phones\ncompanies:\n  - name: Lava # ours\n  - Oppo\n"


async def test_channels_are_heard_tuned_and_taken_off_in_the_file(house: House) -> None:
    repo = await house.open()
    quiet = ChannelRule(NEWS, quiet="22:00-07:00")
    await apply(repo, [Change("a.yaml", "hear", str(NEWS), rule=ChannelRule(NEWS))])
    assert house.read() == LIST + "channels:\n  - slack:#supply-chain\n"
    changed = await apply(repo, [Change("a.yaml", "tune", str(NEWS), rule=quiet)])
    assert [replace(one, place=NOWHERE) for one in changed.channels] == [quiet]
    assert house.read() == LIST + "channels:\n  - to: slack:#supply-chain\n    quiet: 22:00-07:00\n"
    await apply(repo, [Change("a.yaml", "unhear", str(NEWS))])
    assert house.read() == LIST + "channels: []\n"


@pytest.mark.parametrize("frozen", [True, False])
async def test_every_change_has_one_that_takes_it_back(house: House, *, frozen: bool) -> None:
    if frozen:
        house.freeze()
    repo = await house.open()
    rule = ChannelRule(NEWS)
    changes = [
        *add("Vivo"),
        *remove("Oppo"),
        Change("a.yaml", "replace", "Lava", Company("Lava", evidence="strict")),
        Change("a.yaml", "hear", str(NEWS), rule=rule),
        Change("a.yaml", "tune", str(NEWS), rule=replace(rule, digest="daily 08:30")),
        Change("a.yaml", "unhear", str(NEWS)),
    ]
    before = repo.lists()[0]
    for change in changes:
        await apply(repo, [change])
    for revision in reversed(await house.store.revisions("a.yaml")):
        inverse = revision.change.inverse()
        assert inverse is not None
        await apply(repo, [inverse])
    (now,) = repo.lists()
    assert sorted(company.name for company in now.companies) == sorted(company.name for company in before.companies)
    assert {replace(company, place=NOWHERE) for company in now.companies} == {Company("Lava"), Company("Oppo")}
    assert now.channels == before.channels


async def test_what_was_changed_meanwhile_is_not_written_over(house: House) -> None:
    repo = await house.open()
    seen = repo.lists()[0].company("Lava")
    await apply(repo, [Change("a.yaml", "replace", "Lava", Company("Lava", context=("phone",)))])
    with pytest.raises(ChangeRefused, match="`Lava` was changed in a meanwhile: look at it again; nothing was changed"):
        await apply(repo, [Change("a.yaml", "replace", "Lava", Company("Lava", exclude=("lamp",)), before=seen)])


async def test_a_change_waits_where_the_file_cannot_be_written_and_survives_a_restart(house: House) -> None:
    house.freeze()
    await apply(await house.open(), [Change("a.yaml", "replace", "Lava", Company("Lava", evidence="strict"))])
    repo = await house.open()
    assert [company.evidence for company in repo.lists()[0].companies] == ["strict", "normal"]
    (house.folder / "a.yaml").chmod(0o644)
    await apply(repo, add("Vivo"))
    assert house.read() == LIST.replace("- Lava # ours", "- name: Lava # ours\n    evidence: strict") + "  - Vivo\n"
    assert await house.pending() == []


MANY = "companies:\n" + "".join(f"  - Company {number}\n" for number in range(10))


@pytest.mark.parametrize(
    ("after", "held"),
    [
        ("companies:\n" + "".join(f"  - Company {number}\n" for number in range(5, 10)), False),
        ("companies:\n" + "".join(f"  - Company {number}\n" for number in range(6, 10)), True),
        ("companies:\n" + "".join(f"  - Other {number}\n" for number in range(10)), True),
        (MANY.replace("Company 9", "Company 10"), False),
        ("sources: [https://example.org/feed]\n", True),
    ],
)
async def test_a_file_that_drops_more_than_half_of_its_list_waits(house: House, after: str, *, held: bool) -> None:
    house.write(MANY)
    repo = await house.open()
    house.write(after)
    await repo.reload()
    assert (len([name for name in companies(repo) if name.startswith("Company")]) == 10) == (held or "10" in after)
    house.clock.advance(seconds=SETTLE.total_seconds() * 3)
    await repo.reload()
    assert bool([one for one in repo.findings if one.severity == "error"]) == held


async def test_a_dropped_half_counts_once_it_is_confirmed_and_for_every_process(house: House) -> None:
    house.write(MANY)
    running = await house.open()
    house.write("companies:\n  - Company 9\n")
    await running.reload()
    (error,) = [one for one in running.findings if one.severity == "error"]
    assert error.message == (
        "the file drops 9 of 10 companies; its last good version stays in force until that is meant"
    )
    assert error.fix == "if it is: namewatch confirm a.yaml"
    other = await house.open()
    assert len(companies(other)) == 10
    with pytest.raises(ChangeRefused, match="the file drops 9 of 10 companies"):
        await apply(other, add("Vivo"))
    assert [one.name for one in (await other.confirm("a.yaml")).companies] == ["Company 9"]
    assert len(companies(running)) == 10
    house.clock.advance(seconds=SETTLE.total_seconds())
    assert running.changed_on_disk()
    await running.reload()
    assert companies(running) == ["Company 9"]
    assert companies(await house.open()) == ["Company 9"]
    with pytest.raises(ChangeRefused, match=r"nothing of `a\.yaml` waits for a confirmation"):
        await running.confirm("a.yaml")


async def test_a_dropped_half_that_comes_back_needs_no_confirmation(house: House) -> None:
    house.write(MANY)
    repo = await house.open()
    house.write("companies: [Company 1]\n")
    await repo.reload()
    house.write(MANY + "  - Vivo\n")
    await repo.reload()
    assert len(companies(repo)) == 11
    assert repo.findings == ()


@pytest.mark.parametrize("restart", [True, False])
async def test_what_chat_has_taken_off_already_needs_no_confirmation(house: House, *, restart: bool) -> None:
    house.write(MANY)
    house.freeze()
    repo = await house.open()
    await apply(repo, remove(*(f"Company {number}" for number in range(8))))
    (house.folder / "a.yaml").chmod(0o644)
    house.write("companies:\n  - Company 8\n  - Company 9\n")
    repo = await house.open() if restart else repo
    await repo.reload()
    assert companies(repo) == ["Company 8", "Company 9"]
    assert repo.findings == ()
    assert await house.pending() == []
