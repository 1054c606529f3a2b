"""`add` in full: what is known of a name elsewhere, what it would have alerted, who else hears of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.article import Article, Identity
from bot.model.channel import Channel
from bot.model.command import Actor
from bot.model.company import Alias, Company
from bot.model.ledger import ArticleRecord
from bot.model.place import Place
from bot.model.source import SourceState
from bot.model.watchlist import Revision, Watchlist
from tests.builders import company, source, watchlist
from tests.commands.desk import Desk
from tests.fakes import START

HERE = Channel("slack", "T1", "C1", "#supply-chain", public=True)
THERE = Channel("slack", "T1", "C2", "#sourcing", public=True)
MEMBER = Actor("U1", "Ann", "T1", frozenset({"anyone", "member"}))
LAVA = Company("Lava International", (Alias("Lava"), Alias("ラヴァ")), context=("phone",))


def heard(name: str, channel: Channel, *companies: Company) -> Watchlist:
    made = watchlist(name, companies, str(channel))
    return replace(made, place=Place(made.key), channels=(replace(made.channels[0], channel=channel),))


def stored(number: int, title: str, text: str = "", *, days: float = 1, of: str = "") -> ArticleRecord:
    identity = Identity(f"e{number}", f"https://focus.example/{number}", title)
    key = of or source().key
    at = START - timedelta(days=days)
    article = Article(f"a{number:03}", key, identity, identity.canonical_url, title, text, at)
    return ArticleRecord(article, None, (), (), ())


def desk_with(*lists: Watchlist, stories: tuple[ArticleRecord, ...] = ()) -> Desk:
    desk = Desk(*lists, sources=[source()], live=["slack"])
    desk.ledger.records = list(stories)
    return desk


async def test_the_newest_three_stories_that_would_have_alerted_come_with_the_answer() -> None:
    stories = (
        *(stored(n, f"MediaTek ships chip {n}", days=n) for n in range(1, 6)),
        stored(8, "MediaTek ships chip 1", days=2),
        stored(9, "MediaTek of last year", days=40),
        stored(10, "MediaTek elsewhere", of="feed:https://other.example/feed"),
    )
    desk = desk_with(heard("phones", HERE), stories=stories)
    desk.ledger.states = {source().key: SourceState(source().key, next_poll=START + timedelta(minutes=5))}
    said = await desk.say("add MediaTek", HERE, MEMBER)
    assert said == [
        "*MediaTek* is watched now · phones.yaml:99",
        "1 source polled, next 20.08:35 · alerts go to #supply-chain",
        "Of the last 30 days 6 articles would have alerted, the newest:",
        "  MediaTek ships chip 1 <https://focus.example/1> · Focus · 19.08:30",
        "  MediaTek ships chip 2 <https://focus.example/2> · Focus · 18.08:30",
        "  MediaTek ships chip 3 <https://focus.example/3> · Focus · 17.08:30",
        "[Undo] undo",
        "[Post them here] show MediaTek stories here",
    ]
    assert await desk.say("show MediaTek stories here", HERE, MEMBER) == ["3 stories of MediaTek are posted here now."]
    assert (await desk.ask("show MediaTek stories here", HERE, MEMBER)).failed
    (delivery,) = await desk.ledger.kept.claim("me", START, START + timedelta(minutes=1), 9)
    assert (delivery.channel, delivery.kind, len(delivery.card.lines)) == (HERE, "notice", 4)  # type: ignore[union-attr]
    assert not (await desk.ask("show MediaTek stories", HERE, MEMBER)).public
    guest = replace(MEMBER, rights=frozenset({"anyone"}))
    assert (await desk.ask("show MediaTek stories here", HERE, guest)).failed


async def test_a_number_is_asked_about() -> None:
    said = await desk_with(heard("phones", HERE)).say("add 360", HERE, MEMBER)
    assert said[0] == '"360" is also a number: an article must show that the company is meant.'
    assert "Nothing was changed." in said


async def test_an_ordinary_word_shows_what_it_would_have_fired_and_waits() -> None:
    stories = (
        stored(1, "Apple Inc. opens a plant", "Apple said the iPhone maker would build handsets."),
        stored(2, "Apple harvest was good", "The apple orchards of the valley."),
    )
    desk = desk_with(heard("phones", HERE), stories=stories)
    said = await desk.say("add Apple", HERE, MEMBER)
    assert said[:2] == [
        '"Apple" is also an everyday word: an article must show that the company is meant.',
        "In 30 days 2 articles had the word; 1 article would have alerted, such as:",
    ]
    assert said[2].startswith("  Apple Inc. opens a plant")
    assert said[-3:] == [
        "Name words that stand near it: add Apple near phone, factory. If it is meant as it is, put it in quotes.",
        "Nothing was changed.",
        '[Watch it all the same] add "Apple"',
    ]
    assert desk.lists.applied == []
    assert not (await desk.ask('add "Apple"', HERE, MEMBER)).failed


@pytest.mark.parametrize(
    ("text", "says", "commands"),
    [
        (
            "add Lava",
            '"Lava" is known on the list makers: *Lava International*, also Lava, ラヴァ. Which one?',
            ['add "Lava International" as Lava, ラヴァ near phone', "use makers", 'add "Lava"'],
        ),
        (
            "add Lava Internationl",
            '"Lava Internationl" is known on the list makers: *Lava International*, also Lava, ラヴァ. Which one?',
            ['add "Lava International" as Lava, ラヴァ near phone', "use makers", 'add "Lava Internationl"'],
        ),
        (
            "add MediaTec",
            '"MediaTec" is nearly *MediaTek*, which is watched already · list phones, not in its file yet',
            ["show MediaTek", 'add "MediaTec"'],
        ),
        (
            "add Lava MediaTek",
            '"Lava MediaTek": one company, or 2? Lava and MediaTek are known each by itself.',
            ['add "Lava MediaTek"', 'add \n"Lava International" as Lava, ラヴァ near phone\n"MediaTek"'],
        ),
    ],
)
async def test_what_is_known_is_offered_and_each_answer_works(text: str, says: str, commands: list[str]) -> None:
    def desk() -> Desk:
        return desk_with(heard("phones", HERE, company("MediaTek")), heard("makers", THERE, LAVA))

    asked = desk()
    reply = await asked.ask(text, HERE, MEMBER)
    assert reply.failed
    assert (await asked.say(text, HERE, MEMBER))[0] == says
    assert asked.lists.applied == []
    assert [action.command for action in reply.actions] == commands
    for command in commands:
        if command.startswith("add"):
            assert not (await desk().ask(command, HERE, MEMBER)).failed


async def test_a_company_of_a_private_channel_is_not_offered() -> None:
    desk = desk_with(heard("phones", HERE), heard("board", replace(THERE, public=False), LAVA))
    assert not (await desk.ask("add ラヴァ", HERE, MEMBER)).failed


async def test_add_to_another_channel() -> None:
    desk = desk_with(heard("phones", HERE), heard("makers", THERE))
    said = await desk.say("add MediaTek to #sourcing", HERE, MEMBER)
    assert said[1] == "1 source polled · alerts go to #sourcing"
    assert not (await desk.ask("add Oppo to <#C2|sourcing>", HERE, MEMBER)).failed
    assert [(change.watchlist, change.name) for change in desk.lists.applied] == [
        ("makers.yaml", "MediaTek"),
        ("makers.yaml", "Oppo"),
    ]
    assert (await desk.ask("add Vivo to #unknown", HERE, MEMBER)).failed
    board = desk_with(heard("phones", HERE), heard("makers", replace(THERE, public=False)))
    assert (await board.ask("add MediaTek to #sourcing", HERE, MEMBER)).failed
    admin = replace(MEMBER, rights=frozenset({"anyone", "member", "admin"}))
    assert not (await board.ask("add MediaTek to #sourcing", HERE, admin)).failed


async def test_an_address_is_offered_as_a_source() -> None:
    reply = await desk_with(heard("phones", HERE)).ask("add <https://focus.example/feed>", HERE, MEMBER)
    assert reply.failed
    assert [action.command for action in reply.actions] == ["source add https://focus.example/feed"]


async def test_between_two_people_nothing_is_watched_and_what_works_is_said() -> None:
    direct = Channel("slack", "T1", "D1")
    desk = desk_with(heard("phones", HERE))
    desk.why_not = "the bot is not in this channel: /invite it"
    for text in ("add MediaTek", "use phones"):
        said = await desk.say(text, direct, MEMBER)
        assert said[0].startswith("This is a direct message, and nobody can let the bot into it")
        assert said[1].startswith("What works here: search, test, why, help. To watch: type it in a channel")
        assert said[2] == "Nothing was changed."
    assert (await desk.ask("add MediaTek to #supply-chain", direct, MEMBER)).public
    desk.why_not = ""  # the bot's own conversation with somebody
    assert (await desk.ask("add Denso", direct, MEMBER)).public


async def test_what_is_added_to_a_shared_list_may_be_moved_to_one_of_this_channel_alone() -> None:
    shared = heard("phones", HERE)
    shared = replace(shared, channels=(*shared.channels, replace(shared.channels[0], channel=THERE)))
    desk = desk_with(shared)
    reply = await desk.ask("add MediaTek", HERE, MEMBER)
    assert reply.actions[1].command == 'add "MediaTek" only here'
    change = desk.lists.applied[0]
    desk.ledger.history = [Revision("r1", change, "Ann", HERE, START, pending=False)]
    said = await desk.say(reply.actions[1].command, HERE, MEMBER)
    assert "*MediaTek* is off phones again: other channels do not hear of it" in said
    assert [(each.watchlist, each.action) for each in desk.lists.applied[1:]] == [
        ("own-0", "add"),
        ("phones.yaml", "remove"),
    ]
    again = await desk.say('add "MediaTek" only here', HERE, MEMBER)
    assert again[0] == "MediaTek stands on made by Ann already, which only this channel hears."


async def test_only_here_goes_to_the_list_that_was_made_for_this_channel() -> None:
    desk = desk_with(heard("chips", HERE))
    own = await desk.lists.create(HERE, MEMBER)
    assert (await desk.say("add Oppo only here", HERE, MEMBER))[0].startswith("*Oppo* is watched now")
    assert [each.watchlist for each in desk.lists.applied] == [own.key]


async def test_a_ticker_of_a_known_company_is_told_as_such() -> None:
    desk = desk_with(heard("chips", HERE, Company("Apple", tickers=("AAPL",))))
    assert (await desk.say("add $AAPL", HERE, MEMBER))[0].startswith(
        '"$AAPL" is watched already as a ticker of *Apple*'
    )


async def test_what_somebody_else_put_on_a_shared_list_stays_there() -> None:
    shared = heard("phones", HERE, company("Oppo"))
    desk = desk_with(replace(shared, channels=(*shared.channels, replace(shared.channels[0], channel=THERE))))
    said = await desk.say("add Oppo only here", HERE, MEMBER)
    assert said[0].startswith("*Oppo* is watched now")
    assert [each.action for each in desk.lists.applied] == ["add"]
