"""`status` and `lists`: how a channel stands, and which lists it may know of."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.channel import Channel
from bot.model.command import Actor
from bot.model.ledger import Withheld
from bot.model.mute import Mute, Scope
from bot.model.place import Place
from bot.model.source import SourceState
from bot.model.watchlist import Change, ChannelRule, Revision, Watchlist
from tests.builders import company, delivery, source, watchlist
from tests.commands.desk import Desk
from tests.fakes import START
from tests.store.builders import article, claim, owe, sent, told

HERE = Channel("slack", "T1", "#supply-chain")
MEMBER = Actor("U1", "Ann", "T1", frozenset({"anyone", "member"}))


def in_file(name: str, *channels: str, public: bool = True) -> Watchlist:
    made = watchlist(name, [company("Lava International"), company("Oppo")], *channels)
    rules = tuple(replace(rule, channel=replace(rule.channel, public=public)) for rule in made.channels)
    return replace(made, place=Place(made.key), channels=rules)


async def test_a_bare_watch_says_how_the_channel_stands() -> None:
    phones = in_file("phones", str(HERE), "slack:T1/#sourcing")
    rule = ChannelRule(HERE, digest="daily 08:30", zone="Asia/Taipei", budget="12/h")
    desk = Desk(replace(phones, channels=(rule, phones.channels[1])), sources=[source()], live=["slack"])
    desk.ledger.states = {
        source().key: SourceState(
            source().key, last_poll=START, last_success=START, failures=2, error="the server says 500"
        )
    }
    change = Change("phones.yaml", "add", "Oppo", company("Oppo"))
    desk.ledger.history = [Revision("r1", change, "Ann", HERE, START, pending=True)]
    assert await desk.say("", HERE, MEMBER) == [
        "*#supply-chain* · 1 list · 2 companies · 1 source",
        "*phones* (file; shared with #sourcing; 1 change not in git) · 2",
        "Digest daily 08:30 Asia/Taipei · quiet off · budget 12/h",
        "1 source · 1 failing",
        "Next: sources, to see what is wrong with them",
        "[Sources] sources",
    ]


def muted(label: str, scope: Scope, *, hours: float | None = 2, here: Channel | None = HERE) -> Mute:
    until = START + timedelta(hours=hours) if hours is not None else None
    return Mute(f"m-{label}-{here}", here, scope, label.casefold(), label, START, until, "U1")


ELSEWHERE = Channel("slack", "T1", "#other")


@pytest.mark.parametrize(
    ("mutes", "said"),
    [
        ([muted("Oppo", "company")], ["Muted: *Oppo* until 20.10:30"]),
        (
            [muted("Oppo", "company"), muted("Focus", "source", hours=None)],
            ["Muted: *Focus*, *Oppo* until 20.10:30"],
        ),
        (
            [muted(f"Company {n}", "company") for n in range(7)],
            [
                "Muted: " + ", ".join(f"*Company {n}* until 20.10:30" for n in range(5)) + " and 2 more",
            ],
        ),
        ([muted("Oppo", "company", hours=-1)], []),
        ([muted("Oppo", "company", here=ELSEWHERE)], []),
        ([muted("#supply-chain", "pause")], ["*This channel is paused* until 20.10:30"]),
        (
            [muted("Every channel", "pause", here=None, hours=None)],
            ["*Every channel is paused* until somebody ends it: resume --all"],
        ),
        ([muted("Focus", "poll", here=None)], []),
    ],
)
async def test_what_is_muted_and_paused_is_told_with_its_end(mutes: list[Mute], said: list[str]) -> None:
    desk = Desk(in_file("phones", str(HERE)), sources=[source()], live=["slack"])
    for each in mutes:
        await desk.ledger.kept.mute(each)
    told = await desk.say("status", HERE, MEMBER)
    assert [line for line in told if "uted" in line or "paused" in line] == said


async def test_a_muted_company_is_marked_in_the_list() -> None:
    desk = Desk(in_file("phones", str(HERE)), sources=[source()], live=["slack"])
    await desk.ledger.kept.mute(muted("Oppo", "company"))
    assert "  Oppo · muted until 20.10:30" in await desk.say("list", HERE, MEMBER)


async def test_what_waits_is_counted_with_the_next_digest() -> None:
    rule = ChannelRule(HERE, digest="daily 18:30", zone="Asia/Taipei")
    phones = replace(in_file("phones", str(HERE)), channels=(rule,))
    desk = Desk(phones, sources=[source()], live=["slack"])
    articles = [article(f"a{n}") for n in range(4)]
    withheld = [
        Withheld(each.id, HERE, "alert-a0", "mute" if n else "digest", START) for n, each in enumerate(articles[:3])
    ]
    outcome = replace(told(articles[0], channel=HERE), articles=tuple(articles), withheld=tuple(withheld))
    await desk.ledger.kept.commit(outcome)
    assert (await desk.say("status", HERE, MEMBER))[3:5] == [
        "1 article for the next digest, the next one Fri 18:30 Asia/Taipei: digest now",
        "2 articles held back by mutes: digest muted",
    ]


async def test_a_channel_without_a_list_is_told_how_to_begin() -> None:
    said = await Desk(live=["slack"]).say("status", HERE, MEMBER)
    assert said[0] == "*#supply-chain* · 0 lists · 0 companies · 0 sources"
    assert said[-2] == "Next: add <company>"
    said = await Desk(in_file("phones", "slack:T1/#sourcing"), live=["slack"]).say("status", HERE, MEMBER)
    assert said[-2] == "Next: add <company>, or use a list that is there: phones"


async def test_lists_shows_what_is_heard_and_what_could_be() -> None:
    lists = [in_file("phones", str(HERE), "slack:T1/#sourcing"), in_file("chips", "slack:T1/#chips")]
    assert await Desk(*lists, live=["slack"]).say("lists", HERE, MEMBER) == [
        "*Heard in #supply-chain*",
        "  *phones* (file; shared with #sourcing) · 2",
        "    changes count there too",
        "*Could be heard*",
        "  chips · 2 companies · heard in #chips",
        "[Only here: phones] use phones only here",
        "[Use chips] use chips",
    ]


async def test_what_is_private_or_of_another_workspace_is_not_known_here() -> None:
    lists = [
        in_file("private", "slack:T1/#board", public=False),
        in_file("other", "slack:T2/#chips"),
        in_file("discord", "discord:T1/1"),
        in_file("unheard"),
    ]
    desk = Desk(*lists, live=["slack", "discord"])
    assert await desk.say("lists", HERE, MEMBER) == ["*Heard in #supply-chain*: none"]
    admin = replace(MEMBER, rights=frozenset({"anyone", "member", "admin"}))
    assert (await desk.say("lists", HERE, admin))[1:] == [
        "*Could be heard*",
        "  unheard · 2 companies · heard nowhere in chat",
        "[Use unheard] use unheard",
    ]
    shared = Desk(replace(lists[1], shared=True), live=["slack"])
    assert (await shared.say("lists", HERE, MEMBER))[2] == "  other · 2 companies"


@pytest.mark.parametrize(
    ("why_not", "said"),
    [
        (
            "type /invite @Namewatch in that channel",
            "*I can't post here*: type /invite @Namewatch in that channel. What waits comes then",
        ),
        ("", "*I could not post here*, and can by now: what waited comes"),
    ],
)
async def test_a_channel_that_can_not_be_posted_to_is_told_so(why_not: str, said: str) -> None:
    desk = Desk(in_file("phones", str(HERE)), sources=[source()], live=["slack"])
    desk.why_not = why_not
    assert not [line for line in await desk.say("status", HERE) if "post here" in line]
    await owe(desk.ledger.kept, delivery("d1", HERE))
    (claimed,) = await claim(desk.ledger.kept)
    await desk.ledger.kept.settle(replace(sent(claimed), state="parked", receipt=None, error="not in it"))
    assert said in await desk.say("status", HERE)
    assert not [line for line in await desk.say("status", ELSEWHERE) if "post here" in line]


@pytest.mark.parametrize(
    ("quiet", "pause", "said"),
    [
        ("", False, None),
        ("22:00-07:00", False, None),
        ("08:00-12:00", False, "the quiet hours end, Fri 12:00 UTC"),
        ("", True, "the pause ends"),
    ],
)
async def test_what_is_late_and_waits_because_nobody_is_to_be_disturbed_is_told(
    quiet: str, pause: bool, said: str | None
) -> None:
    phones = in_file("phones", str(HERE))
    desk = Desk(replace(phones, channels=(ChannelRule(HERE, quiet=quiet),)), sources=[source()], live=["slack"])
    await owe(desk.ledger.kept, delivery("d1", HERE), delivery("d2", HERE), delivery("d3", ELSEWHERE))
    if pause:
        await desk.ledger.kept.mute(muted("pause", "pause"))
    told = [line for line in await desk.say("status", HERE) if "delivered before" in line]
    assert told == ([f"2 messages could not be delivered before: what waits comes when {said}"] if said else [])
