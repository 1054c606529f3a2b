"""File, base and pending changes make the list in force; nothing is lost, and no side wins silently."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.channel import CONSOLE, Channel
from bot.model.company import Alias, Company
from bot.model.watchlist import Change, ChangeAction, ChannelRule, Revision, Watchlist
from bot.watchlists.merge import Merged, merge

NOW = datetime(2026, 11, 20, tzinfo=UTC)
LAVA, LAVA_2 = Company("Lava"), Company("Lava", (Alias("Lava Mobiles"),))
LAVA_3 = Company("LAVA", context=("phone",))
OPPO, VIVO = Company("Oppo"), Company("Vivo")


def pending(*changes: Company | str) -> list[Revision]:
    """A company is added, a name is removed."""
    return [
        Revision(
            str(number),
            Change("a.yaml", "remove", change)
            if isinstance(change, str)
            else Change("a.yaml", "add", change.name, change),
            "ann",
            CONSOLE,
            NOW,
            pending=True,
        )
        for number, change in enumerate(changes)
    ]


def merged(file: list[Company], changes: list[Revision], base: list[Company] | None) -> Merged:
    return merge(
        Watchlist("a.yaml", "a", tuple(file)),
        changes,
        None if base is None else Watchlist("a.yaml", "a", tuple(base)),
    )


@pytest.mark.parametrize(
    ("file", "changes", "base", "in_force"),
    [
        ([LAVA], pending(OPPO), [LAVA], [LAVA, OPPO]),
        ([LAVA], pending(OPPO), None, [LAVA, OPPO]),
        ([LAVA, OPPO], pending("lava"), [LAVA, OPPO], [OPPO]),
        ([LAVA, OPPO], pending("lava"), None, [OPPO]),
        ([LAVA, VIVO], pending(OPPO), [LAVA], [LAVA, VIVO, OPPO]),
        ([], pending(OPPO), [LAVA], [OPPO]),
        ([LAVA], pending("Lava", LAVA_2), [LAVA], [LAVA_2]),
        ([LAVA], pending(OPPO, "Oppo"), [LAVA], [LAVA]),
        ([LAVA], pending(OPPO, "Lava", VIVO), [LAVA], [OPPO, VIVO]),
    ],
)
def test_changes_are_in_force_over_the_file(
    file: list[Company], changes: list[Revision], base: list[Company] | None, in_force: list[Company]
) -> None:
    result = merged(file, changes, base)
    assert list(result.watchlist.companies) == in_force
    assert result.conflicts == ()


@pytest.mark.parametrize(
    ("file", "changes", "settled"),
    [
        ([LAVA, OPPO], pending(OPPO), {"0"}),
        ([OPPO], pending("Lava"), {"0"}),
        ([LAVA_2], pending("Lava", LAVA_2), {"0", "1"}),
        ([LAVA], pending(OPPO), set()),
        ([LAVA, OPPO], pending(OPPO, VIVO), {"0"}),
        ([LAVA], pending(OPPO, "Oppo"), {"0", "1"}),
    ],
)
def test_what_the_file_says_by_now_is_settled(file: list[Company], changes: list[Revision], settled: set[str]) -> None:
    result = merged(file, changes, [LAVA])
    assert result.settled == settled
    assert [change.name for change in result.waiting] == [one.change.name for one in changes if one.id not in settled]


@pytest.mark.parametrize(
    ("file", "changes", "said"),
    [
        (
            [LAVA_3],
            pending("Lava"),
            "`Lava` was removed in chat by ann, and the file has changed it (Lava is called LAVA, ",
        ),
        ([LAVA_3], pending("Lava", LAVA_2), "`Lava` was added otherwise in chat by ann, and the file has changed it"),
        ([], pending("Lava", LAVA_2), "and the file has it no more: the file counts"),
        ([LAVA, Company("OPPO", context=("x",))], pending(OPPO), "`Oppo` was added otherwise in chat by ann"),
    ],
)
def test_a_conflict_keeps_the_file_and_shows_both_sides(
    file: list[Company], changes: list[Revision], said: str
) -> None:
    result = merged(file, changes, [LAVA])
    assert list(result.watchlist.companies) == file
    assert said in result.conflicts[0].finding.message
    assert result.conflicts[0].finding.fix
    assert (result.settled, result.waiting) == (frozenset(), ())


COMPANIES = st.sampled_from([LAVA, LAVA_2, LAVA_3, OPPO, VIVO])
LISTS = st.lists(COMPANIES, unique_by=lambda company: company.name.casefold())


@given(LISTS, LISTS, st.lists(COMPANIES | COMPANIES.map(lambda company: company.name), max_size=5))
def test_every_change_is_in_force_settled_or_a_conflict(
    file: list[Company], base: list[Company], changes: list[Company | str]
) -> None:
    revisions = pending(*changes)
    result = merged(file, revisions, base)
    names = {company.name.casefold() for company in result.watchlist.companies}
    assert len(names) == len(result.watchlist.companies)
    told = {each.finding.message.split("`")[1].casefold() for each in result.conflicts}
    last = {one.change.name.casefold(): one for one in revisions}
    for name, revision in last.items():
        if name not in told:
            assert (name in names) == (revision.change.action == "add")
    untouched = {company.name.casefold() for company in file} - last.keys()
    assert untouched <= names


NEWS, OTHER = Channel("slack", "", "#news"), Channel("discord", "", "11")
RULE, QUIET = ChannelRule(NEWS), ChannelRule(NEWS, quiet="22:00-07:00")


def company_change(action: ChangeAction, name: str, after: Company | None, before: Company | None) -> Change:
    return Change("a.yaml", action, name, after, None, before)


def rule_change(action: ChangeAction, after: ChannelRule | None, before: ChannelRule | None) -> Change:
    return Change("a.yaml", action, str(NEWS), None, after, before)


def by_ann(*changes: Change) -> list[Revision]:
    return [Revision(str(n), change, "ann", CONSOLE, NOW, pending=True) for n, change in enumerate(changes)]


RENAMED = Company("Lava International", (Alias("Lava"),))


@pytest.mark.parametrize(
    ("file", "changes", "in_force", "settled", "said"),
    [
        ([LAVA, OPPO], [company_change("replace", "Lava", LAVA_2, LAVA)], [LAVA_2, OPPO], 0, ""),
        ([LAVA, OPPO], [company_change("replace", "Lava", RENAMED, LAVA)], [RENAMED, OPPO], 0, ""),
        ([RENAMED, OPPO], [company_change("replace", "Lava", RENAMED, LAVA)], [RENAMED, OPPO], 1, ""),
        ([LAVA_2], [company_change("replace", "Lava", LAVA_2, LAVA)], [LAVA_2], 1, ""),
        (
            [LAVA_3],
            [company_change("replace", "Lava", LAVA_2, LAVA)],
            [LAVA_3],
            0,
            "(aliases of Lava +Lava Mobiles) in chat by ann, and the file has changed it (Lava is called LAVA, ",
        ),
        ([], [company_change("replace", "Lava", RENAMED, LAVA)], [], 0, "in chat by ann, and the file has it no more"),
        # a rename is done on both sides or on none
        (
            [LAVA, Company("Lava International")],
            [company_change("replace", "Lava", RENAMED, LAVA)],
            [LAVA, Company("Lava International")],
            0,
            "the file counts",
        ),
        (
            [LAVA],
            [
                company_change("replace", "Lava", RENAMED, LAVA),
                company_change("remove", "Lava International", None, RENAMED),
            ],
            [],
            0,
            "",
        ),
        # the file moved on before the change was made: the change knows what it was made over
        (
            [LAVA, VIVO],
            [company_change("add", "Oppo", OPPO, None), company_change("remove", "Vivo", None, VIVO)],
            [LAVA, OPPO],
            0,
            "",
        ),
    ],
)
def test_a_company_is_replaced_over_the_file(
    file: list[Company], changes: list[Change], in_force: list[Company], settled: int, said: str
) -> None:
    result = merged(file, by_ann(*changes), [LAVA])
    assert list(result.watchlist.companies) == in_force
    assert len(result.settled) == settled
    assert [said in one.finding.message for one in result.conflicts] == ([True] if said else [])


@pytest.mark.parametrize(
    ("file", "change", "in_force", "said"),
    [
        ([], rule_change("hear", QUIET, None), [QUIET], ""),
        ([RULE], rule_change("unhear", None, RULE), [], ""),
        ([RULE, ChannelRule(OTHER)], rule_change("tune", QUIET, RULE), [QUIET, ChannelRule(OTHER)], ""),
        (
            [ChannelRule(NEWS, digest="daily 08:30")],
            rule_change("tune", QUIET, RULE),
            [ChannelRule(NEWS, digest="daily 08:30")],
            "-> 22:00-07:00) in chat by ann, and the file has changed it (digest of slack:#news none -> daily 08:30)",
        ),
        ([QUIET], rule_change("unhear", None, RULE), [QUIET], "taken off in chat by ann"),
    ],
)
def test_who_hears_is_merged_as_companies_are(
    file: list[ChannelRule], change: Change, in_force: list[ChannelRule], said: str
) -> None:
    result = merge(Watchlist("a.yaml", "a", (LAVA,), tuple(file)), by_ann(change), Watchlist("a.yaml", "a", (LAVA,)))
    assert list(result.watchlist.channels) == in_force
    assert [said in one.finding.message for one in result.conflicts] == ([True] if said else [])
