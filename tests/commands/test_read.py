"""`list`, `show` and `help`: what is watched here and what can be asked."""

from dataclasses import replace

import pytest

from bot.commands.read import PAGE
from bot.model.channel import CONSOLE, Channel
from bot.model.command import COMMANDS
from bot.model.company import Alias, Company
from bot.model.ledger import CompanyCounts, RoutingState
from bot.model.place import Place
from bot.model.watchlist import Change, ChannelRule, Revision, Watchlist
from tests.builders import company, source, watchlist
from tests.commands.desk import Desk, plain
from tests.fakes import START
from tests.store.builders import article, routing, verdict
from tests.store.test_contract_ledger import EMPTY

HERE = Channel("slack", "T1", "#supply-chain")
LAVA = Company(
    "Lava International",
    (Alias("Lava", weak=True), Alias("ラヴァ", weak=False)),
    context=("phone", "handset"),
    exclude=("lava lamp",),
    place=Place("phones.yaml", 14, 5),
)


def desk_with(*companies: Company, rule: ChannelRule | None = None) -> Desk:
    shared = ChannelRule(Channel("slack", "T1", "#sourcing", public=True))
    made = Watchlist(
        "phones.yaml",
        "phones",
        companies,
        (rule or ChannelRule(HERE), shared),
        place=Place("phones.yaml"),
    )
    return Desk(made, sources=[source(), source("Mint")], live=["slack"])


@pytest.mark.parametrize("typed", ["remove {}", "show {}", "set {} alias x", "set {}", "mute {}"])
async def test_of_several_names_that_may_be_meant_the_last_one_is_or(typed: str) -> None:
    desk = desk_with(Company("Lavender One"), Company("Lavender Two"), Company("Lavender Ten"))
    reply = await desk.ask(typed.format("Lavendar"), HERE)
    assert plain(reply)[0].endswith("Did you mean Lavender One, Lavender Two or Lavender Ten?")


async def test_list_names_lists_companies_and_how_they_fare() -> None:
    desk = desk_with(LAVA, company("Oppo"))
    desk.ledger.counts = {"Lava International": CompanyCounts(matched=3, stories=2, last=START)}
    change = Change("phones.yaml", "add", "Oppo", company("Oppo"))
    desk.ledger.history = [Revision("r1", change, "Ann", HERE, START, pending=True)]
    assert await desk.say("list", HERE) == [
        "*#supply-chain* · 1 list · 2 companies · 2 sources",
        "*phones* (file; shared with #sourcing; 1 change not in git) · 2",
        "  Lava International ラヴァ · 2 stories/7 d · last 20.08:30",
        "  Oppo",
        "Digest off · quiet off",
    ]


async def test_list_shows_the_wishes_of_the_channel() -> None:
    rule = ChannelRule(HERE, digest="daily 08:30", budget="12/h", zone="Asia/Taipei")
    said = await desk_with(LAVA, rule=rule).say("list", HERE)
    assert said[-1] == "Digest daily 08:30 Asia/Taipei · quiet off · budget 12/h"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (
            ChannelRule(HERE, digest="off", quiet="22:00-07:00", zone="Asia/Taipei"),
            "Digest off · quiet 22:00-07:00 Asia/Taipei",
        ),
        (ChannelRule(HERE, digest="daily 08:30"), "Digest daily 08:30 UTC · quiet off"),
        (ChannelRule(HERE, digest="off", quiet="off", zone="Asia/Taipei"), "Digest off · quiet off"),
    ],
)
async def test_hours_are_shown_with_their_zone(rule: ChannelRule, said: str) -> None:
    assert (await desk_with(LAVA, rule=rule).say("list", HERE))[-1] == said


async def test_list_filters_by_name_and_alias() -> None:
    desk = desk_with(LAVA, company("Oppo"))
    assert (await desk.say("list ラヴァ", HERE))[2:] == ["  Lava International ラヴァ"]
    assert (await desk.say("list lav", HERE))[2:] == ["  Lava International ラヴァ"]


@pytest.mark.parametrize(
    ("name", "aliases", "beside"),
    [
        ("Oppo", [], ""),
        ("Oppo", [Alias("歐珀")], " 歐珀"),
        ("Xiaomi", [Alias("MI", weak=True), Alias("小米", weak=True)], " 小米"),
        ("小米", [Alias("Xiaomi")], " Xiaomi"),
        ("International Business Machines", [Alias("IBM")], " IBM"),
        ("Lava International", [Alias("Lava", weak=True)], ""),
        ("Lava International", [Alias("Lava")], ""),
        ("Lava International", [Alias("!!!", weak=True), Alias("Blue", weak=True)], ""),
    ],
)
async def test_list_shows_beside_a_name_how_else_it_is_known(name: str, aliases: list[Alias], beside: str) -> None:
    desk = desk_with(Company(name, tuple(aliases)))
    assert (await desk.say("list", HERE))[2] == f"  {name}{beside}"


async def test_list_goes_by_pages() -> None:
    desk = desk_with(*(company(f"Company {number:03}") for number in range(PAGE + 3)))
    first = await desk.say("list", HERE)
    assert first[-2:] == [f"1-{PAGE} of {PAGE + 3}", "[Next] list page 2"]
    last = await desk.say("list page 2", HERE)
    assert last[-4:] == [
        f"  Company {PAGE + 2:03}",
        "Digest off · quiet off",
        f"{PAGE + 1}-{PAGE + 3} of {PAGE + 3}",
        "[Previous] list page 1",
    ]
    assert (await desk.say("list page 9", HERE))[-2:] == [f"There are {PAGE + 3} in all", "[First page] list"]


async def test_a_channel_without_lists_is_told_how_to_begin() -> None:
    assert await Desk(live=["slack"]).say("list", HERE) == [
        "This channel hears no list, so nothing is watched here. Start one: add <company>"
    ]


async def test_show_says_all_there_is() -> None:
    desk = desk_with(LAVA)
    desk.ledger.counts = {"Lava International": CompanyCounts(matched=9, rejected=41, stories=4, last=START)}
    change = Change("phones.yaml", "add", "Lava International", LAVA)
    desk.ledger.history = [Revision("r1", change, "Ann", HERE, START, pending=False)]
    assert await desk.say("show Lava", HERE) == [
        "*Lava International* · phones.yaml:14",
        "Aliases: Lava (weak, needs evidence), ラヴァ",
        "Context: phone, handset · Exclude: lava lamp",
        "Evidence normal · passing alert",
        "30 days: 0 posted, 41 rejected, 0 muted · last 20.08:30",
        "Last change: 20.08:30, +Lava International by Ann (chat)",
        "[Edit] set Lava International",
        "[Mute...] mute Lava International ...",
        "[See rejected] show Lava International rejected",
        "[Stories] show Lava International stories",
        "[Remove] remove Lava International",
    ]


async def test_what_gave_a_company_its_name_is_its_last_change() -> None:
    desk = desk_with(LAVA)
    change = Change("phones.yaml", "replace", "Lava", LAVA, before=replace(LAVA, name="Lava"))
    desk.ledger.history = [Revision("r1", change, "Ann", HERE, START, pending=False)]
    said = await desk.say("show Lava", HERE)
    assert "Last change: 20.08:30, Lava is called Lava International by Ann (chat)" in said


FATES = {
    "alerted": "1 posted, 0 rejected, 0 muted",
    "joined": "1 posted, 0 rejected, 0 muted",
    "muted": "0 posted, 0 rejected, 1 muted",
    "held": "0 posted, 0 rejected, 0 muted, 1 waiting",
    "capped": "0 posted, 0 rejected, 0 muted, 1 waiting",
    "old": "0 posted, 0 rejected, 0 muted, 1 recorded only",
    None: "0 posted, 0 rejected, 0 muted, 1 before this channel heard it",
}


@pytest.mark.parametrize(("state", "said"), FATES.items())
async def test_show_counts_what_came_of_it_here(state: RoutingState | None, said: str) -> None:
    desk, of = desk_with(LAVA), article("a1")
    there = () if state is None else (routing(of, HERE, state, alert_id=""),)
    judged = verdict(of, "Lava International")
    await desk.ledger.kept.commit(replace(EMPTY, articles=(of,), verdicts=(judged,), routings=there))
    assert f"30 days: {said}" in await desk.say("show Lava", HERE)


async def test_show_of_a_plain_company_is_short() -> None:
    desk = desk_with(replace(company("Oppo"), tickers=("OPPO",), passing="off", threshold=95))
    assert await desk.say("show $OPPO", HERE) == [
        "*Oppo* · list phones, not in its file yet",
        "Tickers: OPPO",
        "Evidence normal · passing off · threshold 95",
        "30 days: 0 posted, 0 rejected, 0 muted",
        "[Edit] set Oppo",
        "[Mute...] mute Oppo ...",
        "[See rejected] show Oppo rejected",
        "[Stories] show Oppo stories",
        "[Remove] remove Oppo",
    ]


async def test_what_was_judged_not_meant_is_shown_with_why() -> None:
    desk = desk_with(LAVA)
    assert await desk.say("show Lava rejected", HERE) == [
        "In the last 30 days no article here spells Lava International without meaning it."
    ]
    of = article("a1", title="Lava flows over a road")
    mute = "[Mute...] mute Lava International ..."
    await desk.ledger.kept.commit(
        replace(EMPTY, articles=(of,), verdicts=(verdict(of, "Lava International", matched=False),))
    )
    desk.ledger.counts = {"Lava International": CompanyCounts(rejected=41)}
    reply = await desk.ask("show Lava rejected", HERE)
    said = plain(reply)
    assert not reply.public
    assert said[0] == "*Lava International* · 41 articles rejected in 30 days, the newest 1 · list phones"
    assert "Lava flows over a road" in said[1]
    assert said[2].lstrip().startswith(".")
    assert said[-1] == "[Edit] set Lava International"
    assert mute in await desk.say("show Lava", HERE)


async def test_a_company_is_muted_for_a_time_that_is_asked_for() -> None:
    reply = await desk_with(LAVA).ask("mute Lava ...", HERE)
    assert plain(reply)[0] == "Mute Lava International for how long? Its end reports what it held back."
    assert [one.command for one in reply.menus[0].options] == [
        "mute Lava International 1h",
        "mute Lava International until 9:00",
        "mute Lava International 1w",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "show lavva",
            [
                'No "lavva" on this channel\'s lists. Did you mean Lava International?',
                "[Show Lava International] show Lava International",
            ],
        ),
        (
            "show nternationa",
            [
                'No "nternationa" on this channel\'s lists. Did you mean Lava International?',
                "[Show Lava International] show Lava International",
            ],
        ),
        (
            "list Xiaomi, Inc.",
            [
                'No "Xiaomi, Inc." on this channel\'s lists. See them: list. To watch it: add',
                '[Watch it] add "Xiaomi, Inc."',
            ],
        ),
    ],
)
async def test_what_is_not_there_is_answered_with_the_nearest(text: str, said: list[str]) -> None:
    assert await desk_with(LAVA).say(text, HERE) == said


async def test_the_terminal_has_a_name() -> None:
    said = await Desk(watchlist("phones", [LAVA])).say("list", CONSOLE)
    assert said[0] == "*the terminal* · 1 list · 1 company · 0 sources"


async def test_help_is_the_table() -> None:
    said = await desk_with().say("help", HERE)
    assert [line.split(" · ")[0] for line in said[:-1]] == [f"*{spec.usage}*" for spec in COMMANDS]


@pytest.mark.parametrize("word", [word for spec in COMMANDS for word in (spec.name, *spec.synonyms)])
async def test_help_on_each_word(word: str) -> None:
    reply = await desk_with().ask(f"help {word}", HERE)
    assert not reply.failed


@pytest.mark.parametrize(
    ("word", "meant", "offered"),
    [
        ("removal", "Did you mean remove?", "[Help on remove] help remove"),
        ("lsit lava", "Did you mean list?", "[Help on list] help list"),
        ("dig", "Did you mean digest?", "[Help on digest] help digest"),
        ("zzz", "All of them: help", "[All commands] help"),
        ("x", "All of them: help", "[All commands] help"),
    ],
)
async def test_help_on_a_wrong_word_says_so_and_offers_the_nearest(word: str, meant: str, offered: str) -> None:
    assert await desk_with().say(f"help {word}", HERE) == [f'There is no command "{word}". {meant}', offered]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "remvoe Lava",
            [
                'No command "remvoe". Did you mean: remove Lava?',
                "Nothing was changed.",
                "[remove Lava] remove Lava",
            ],
        ),
        (
            "Xiaomi",
            [
                'No command "Xiaomi". To watch a company, put add before its name; all commands: help',
                "Nothing was changed.",
                "[Watch Xiaomi] add Xiaomi",
                "[Help] help",
            ],
        ),
        (
            "Lava",
            [
                'No command "Lava". Lava International is watched here: show Lava International',
                "Nothing was changed.",
                "[Show Lava International] show Lava International",
                "[Help] help",
            ],
        ),
        ("add Lava as", [None, "Nothing was changed."]),
    ],
)
async def test_what_is_no_command_is_asked_about(text: str, said: list[str | None]) -> None:
    desk = desk_with(LAVA)
    answer = await desk.say(text, HERE)
    assert [line if expected else None for line, expected in zip(answer, said, strict=True)] == said
    assert desk.lists.applied == []


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.name)
async def test_every_example_of_the_table_is_understood(spec: object) -> None:
    desk = desk_with()
    for example in next(one for one in COMMANDS if one is spec).examples:
        said = await desk.say(example, HERE)
        assert "No command" not in said[0]


async def test_a_channel_that_a_list_knows_is_called_by_its_name() -> None:
    known = Channel("slack", "T1", "C0SUPPLY", "#supply-chain")
    listed = replace(watchlist("phones", [company("Lava")]), channels=(ChannelRule(known),))
    said = await Desk(listed, live=["slack"]).say("list", Channel("slack", "T1", "C0SUPPLY"))
    assert said[0].startswith("*#supply-chain* · 1 list")


async def test_a_list_that_called_the_channel_by_its_name_is_left_under_that_name() -> None:
    here, other = Channel("slack", "T1", "C1", "#news", public=True), Channel("slack", "T1", "C2", "#other")
    desk = desk_with(LAVA, rule=ChannelRule(other))
    by_name = ChannelRule(Channel("slack", "", "#news"))
    left = Change("phones.yaml", "unhear", "slack:#news", before=by_name)
    desk.ledger.history = [Revision("r1", left, "operator", here, START, pending=False)]
    assert "#news hears it no more · operator" in (await desk.say("log", here))[0]
