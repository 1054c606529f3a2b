"""A company as a form: what it shows, what a filled one changes, and that nothing of others is lost by it."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands.dispatch import Dispatcher
from bot.commands.filled import LISTS, Unfit, merged, texts
from bot.model.channel import Channel
from bot.model.command import Actor, Command, Reply
from bot.model.company import Alias, Company
from bot.model.form import Form
from bot.store import MemoryStore
from bot.watchlists.live import LiveLists
from bot.watchlists.repo import FileRepo
from tests.commands.desk import plain
from tests.fakes import CountingIds, ManualClock

HERE = Channel("slack", "T1", "C1", "#supply-chain", public=True)
ANN = Actor("U1", "Ann", "T1", frozenset({"anyone", "member"}))
GUEST = Actor("U9", "Guest", "T1")
PHONES = """\
channels: [slack:T1/C1]
companies:
  # the makers
  - name: Lava International
    aliases: [Lava, {text: "Lava, Inc. of Noida", weak: true}]  # as the press writes
    context: [phone]
  - Dixon
"""


class Office:
    """A dispatcher over a file and a store in memory; commands and forms of one channel."""

    def __init__(self, folder: Path, repo: FileRepo) -> None:
        self.file, self.repo = folder / "phones.yaml", repo
        self._dispatch = Dispatcher(repo, repo._store, ManualClock(), frozenset({"slack"}), _reachable)

    async def ask(self, text: str, filled: Mapping[str, str] | None = None, actor: Actor = ANN) -> Reply:
        return await self._dispatch(Command(text, actor, HERE, filled=tuple((filled or {}).items())))

    async def look(self) -> None:
        """Take in what was changed by hand."""
        live = LiveLists(
            self.repo,
            self.repo._store,
            ManualClock(),
            CountingIds(900),
            found=lambda channel: channel,
            shut=lambda _: False,
            ops=None,
        )
        await live.look()

    async def form(self, name: str = "Lava") -> Form:
        form = (await self.ask(f"set {name}")).form
        assert form is not None
        return form


async def _reachable(channel: Channel) -> str:
    del channel
    return ""


@pytest.fixture
async def office(tmp_path: Path) -> Office:
    (tmp_path / "phones.yaml").write_text(PHONES)
    repo = await FileRepo.open(tmp_path, MemoryStore(), ManualClock(), CountingIds(), {})
    return Office(tmp_path, repo)


def values(form: Form) -> dict[str, str]:
    return {blank.name: blank.value for blank in form.blanks}


async def test_a_company_alone_is_shown_as_a_form_and_in_words(office: Office) -> None:
    reply = await office.ask("set Lava")
    assert reply.form is not None
    assert reply.form.title == "Lava International · #supply-chain"
    assert values(reply.form) == {
        "alias": 'Lava\n"Lava, Inc. of Noida"',
        "context": "phone",
        "exclude": "",
        "evidence": "normal",
        "passing": "list",
    }
    assert len(reply.form.command) < 90
    where, *words = plain(reply)
    assert where.endswith("phones.yaml:4")
    assert words[:2] == [
        'Aliases: Lava, "Lava, Inc. of Noida"',
        "Context: phone",
    ]


async def test_who_may_only_read_sees_it_in_words_and_changes_nothing(office: Office) -> None:
    form = await office.form()
    assert (await office.ask("set Lava", actor=GUEST)).form is None
    assert (await office.ask(form.command, {"evidence": "strict"}, GUEST)).failed
    assert office.file.read_text() == PHONES


async def test_a_form_changes_what_was_changed_in_it_and_no_other_byte(office: Office) -> None:
    form = await office.form()
    filled = values(form) | {"exclude": "lava lamp\nlava flow", "evidence": "strict"}
    reply = await office.ask(form.command, filled)
    assert not reply.failed, plain(reply)
    assert reply.public
    assert office.file.read_text() == PHONES.replace(
        "    context: [phone]\n", "    context: [phone]\n    exclude: [lava lamp, lava flow]\n    evidence: strict\n"
    )
    assert not (await office.ask("undo")).failed
    assert office.file.read_text() == PHONES


async def test_a_form_sent_back_as_it_was_changes_nothing(office: Office) -> None:
    form = await office.form()
    assert plain(await office.ask(form.command, values(form))) == [
        "*Lava International* is like that already: nothing was changed"
    ]
    assert office.file.read_text() == PHONES


@pytest.mark.parametrize("by_hand", [False, True])
async def test_what_others_changed_while_the_form_was_open_stays(office: Office, by_hand: bool) -> None:
    form = await office.form()
    if by_hand:
        text = PHONES.replace("[phone]", "[handset]").replace("[Lava, ", "[Lava, ラヴァ, ")
        office.file.write_text(text)
        await office.look()
    else:
        for text in ("set Lava alias + ラヴァ", "set Lava context - phone", "set Lava context + handset"):
            assert not (await office.ask(text)).failed
    filled = values(form) | {"alias": "Lava\nLawa", "evidence": "strict"}
    reply = await office.ask(form.command, filled)
    assert not reply.failed, plain(reply)
    (lava, _) = office.repo.lists()[0].companies
    assert {alias.text for alias in lava.aliases} == {"Lava", "ラヴァ", "Lawa"}
    assert (lava.context, lava.evidence) == (("handset",), "strict")


async def test_two_who_chose_differently_are_told_in_the_blank(office: Office) -> None:
    form = await office.form()
    await office.ask("set Lava evidence loose")
    reply = await office.ask(form.command, values(form) | {"evidence": "strict", "context": "Noida"})
    assert reply.faults == (
        ("evidence", "Somebody chose loose meanwhile. Choose that too, or open the form again to change it"),
    )
    (lava, _) = office.repo.lists()[0].companies
    assert (lava.context, lava.evidence) == (("phone",), "loose")


async def test_a_company_that_got_another_name_meanwhile_is_found(office: Office) -> None:
    form = await office.form()
    await office.ask("set Lava name Lava Mobiles")
    assert not (await office.ask(form.command, values(form) | {"exclude": "lava lamp"})).failed
    (lava, _) = office.repo.lists()[0].companies
    assert (lava.name, lava.exclude) == ("Lava Mobiles", ("lava lamp",))


async def test_a_company_that_is_gone_meanwhile_is_not_brought_back(office: Office) -> None:
    form = await office.form()
    await office.ask("remove Lava International")
    reply = await office.ask(form.command, values(form) | {"evidence": "strict"})
    assert plain(reply)[0].startswith("Lava International is not watched any more.")
    assert (await office.ask("set #0123456789ab", {"evidence": "strict"})).failed


@pytest.mark.parametrize(
    ("blank", "value", "fault"),
    [
        ("alias", "x" * 129, "A name has at most 128 characters"),
        ("exclude", "lava lamp\n!!", '"!!" has no letter and no digit'),
        ("context", 'phone\n"handset', "The quote before 'handset' is not closed"),
        ("evidence", "maybe", "'maybe' can't be chosen here"),
        ("passing", "", "'' can't be chosen here"),
    ],
)
async def test_what_is_wrong_is_said_of_its_blank_and_nothing_is_changed(
    office: Office, blank: str, value: str, fault: str
) -> None:
    form = await office.form()
    reply = await office.ask(
        form.command, values(form) | {blank: value, "exclude": value if blank == "exclude" else "ok"}
    )
    assert reply.failed
    ((name, words),) = reply.faults
    assert name == blank
    assert fault in words
    assert office.file.read_text() == PHONES


async def test_a_name_that_two_lists_have_is_chosen_from_a_menu(office: Office, tmp_path: Path) -> None:
    (tmp_path / "chips.yaml").write_text("channels: [slack:T1/C1]\ncompanies: [Dixon]\n")
    await office.look()
    (menu,) = (await office.ask("set Dixon")).menus
    assert [option.label[-13:] for option in menu.options] == ["/chips.yaml:2", "phones.yaml:7"]
    form = (await office.ask(menu.options[1].command)).form
    assert form is not None
    assert not (await office.ask(form.command, values(form) | {"alias": "Dixon Tech"})).failed
    assert "Dixon Tech" in office.file.read_text()


async def test_a_name_that_is_not_watched_gets_the_nearest(office: Office) -> None:
    reply = await office.ask("set Lvaa")
    assert [action.command for action in reply.actions] == ["set Lava International"]


entries = st.lists(
    st.sampled_from(["Lava", "lava lamp", "ラヴァ", "Foo, Inc.", "phone", "小米", "as", "-"]), unique=True
)


@settings(deadline=None)
@given(entries, entries, entries)
def test_what_one_took_away_and_another_added_are_both_done(shown: list[str], now: list[str], mine: list[str]) -> None:
    before, there = Company("Lava", exclude=tuple(shown)), Company("Lava", exclude=tuple(now))
    try:
        after = merged(before, there, {"exclude": "\n".join(f'"{each}"' for each in mine)})
    except Unfit:
        assert "-" in mine
        return
    expected = (set(now) - (set(shown) - set(mine))) | (set(mine) - set(shown))
    assert set(after.exclude) == expected


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=20)))
def test_a_form_that_comes_back_as_it_was_leaves_everything(names: list[str]) -> None:
    kept = Company("Lava", (Alias("ラヴァ", weak=True),), context=tuple(names))
    assert merged(kept, kept, {"evidence": "normal", "passing": "list"}) == kept
    assert texts(kept, LISTS[0]) == ("ラヴァ",)
