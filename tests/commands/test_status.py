"""`status` and `lists`: how a channel stands, and which lists it may know of."""

from dataclasses import replace

from bot.model.channel import Channel
from bot.model.command import Actor
from bot.model.place import Place
from bot.model.source import SourceState
from bot.model.watchlist import Change, ChannelRule, Revision, Watchlist
from tests.builders import company, source, watchlist
from tests.commands.desk import Desk
from tests.fakes import START

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
