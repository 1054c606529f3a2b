"""What is said of an alert by its buttons: what is kept, who sees it, and what is offered next."""

from dataclasses import replace

import pytest

from bot.commands.ballots import NotThis, Useful
from bot.commands.hush import Mute, MuteWhat
from bot.commands.parse import parse
from bot.model.alert import Alert, PollOutcome
from bot.model.card import CompanyLine, Snippet
from bot.model.channel import CONSOLE, Channel
from bot.model.command import OPERATOR_ACTOR, Actor
from bot.model.company import Company
from bot.model.source import SourceState
from bot.model.watchlist import ChannelRule, Watchlist
from tests.builders import card, company
from tests.commands.desk import Desk
from tests.fakes import START
from tests.store.builders import article, member, story

OPEN = replace(Channel.parse("slack:T1/C1"), name="#phones", public=True)
SECRET = replace(Channel.parse("slack:T1/C2"), name="#board")
STRANGER = replace(Channel.parse("slack:T2/C1"), name="#theirs", public=True)
ID = "00000000-0000-7000-8000-000000000001"
ANN = Actor("U1", "Ann", "T1", frozenset({"anyone", "member"}))
BOB = Actor("U2", "Bob", "T1")
HINT = (
    "Nothing changes by itself. By hand: set Lava International exclude + <phrase>, "
    "set Lava International context + <word>"
)
LAVA = replace(company("Lava International", "Lava", "ラヴァ"), evidence="normal")


def line(name: str = "Lava International", alias: str = "Lava", said: str = "A lava lamp of 1963") -> CompanyLine:
    at = said.casefold().find(alias.casefold())
    marks = ((at, at + len(alias)),) if at >= 0 else ()
    return CompanyLine(name, "phones", "main", Snippet(said, marks), "full name", alias)


async def told(here: Desk, channel: Channel = OPEN, *lines: CompanyLine, id_: str = ID) -> None:
    """An alert of that channel."""
    number = f"{id_}-{channel.address}"
    this = article(f"article-{number}", url=f"https://focus.example/{number}")
    drawn = replace(card(), companies=lines or (line(),))
    await here.ledger.kept.commit(
        PollOutcome(
            SourceState("feed:x"),
            START,
            articles=(this,),
            stories=(story(f"story-{number}"),),
            members=(member(this, f"story-{number}"),),
            alerts=(Alert(id_, channel, f"story-{number}", drawn, START),),
        )
    )


def desk(*companies: Company, channels: tuple[Channel, ...] = (OPEN, SECRET)) -> Desk:
    rules = tuple(ChannelRule(channel) for channel in channels)
    return Desk(Watchlist("phones.yaml", "phones", companies or (LAVA,), rules), live=["slack"])


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("useful", Useful()),
        (f"useful {ID}", Useful(ID)),
        ("wrong", NotThis()),
        (f"wrong {ID}", NotThis(ID)),
        (f"wrong {ID} 1a2b3c4d", NotThis(ID, "1a2b3c4d")),
        ('wrong "Lava International"', NotThis("", "Lava International")),
        ("mute this", MuteWhat()),
        (f"mute this {ID}", MuteWhat(ID)),
        ("mute Lava International ...", MuteWhat(company="Lava International")),
        ('mute "Not Boring" …', MuteWhat(company="Not Boring")),
        ("mute This Week 2h", Mute("This Week", "2h")),
        (f"mute story {ID} 1h", Mute(f"story {ID}", "1h")),
    ],
)
def test_what_buttons_type_is_read(text: str, request_: object) -> None:
    assert parse(text) == request_


async def test_a_useful_alert_is_thanked_for_and_shown() -> None:
    here = desk()
    await told(here)
    assert await here.say(f"useful {ID}", OPEN, BOB) == [
        "Thanks: noted as useful.",
        "*Lava* · 1 useful, 0 not this company in 30 days · list phones",
    ]
    assert "30 days: 0 posted, 0 rejected, 0 muted · 1 useful, 0 not this company" in await here.say(
        "show Lava International", OPEN
    )


async def test_one_vote_a_person_which_may_change() -> None:
    here = desk()
    await told(here)
    for _ in range(3):
        await here.say(f"useful {ID}", OPEN, BOB)
    await here.say(f"wrong {ID}", OPEN, ANN)
    said = await here.say(f"wrong {ID}", OPEN, BOB)
    assert "*Lava* · 0 useful, 2 not this company in 30 days · list phones" in said


async def test_what_is_offered_when_it_was_not_the_company() -> None:
    here = desk()
    await told(here)
    assert await here.say(f"wrong {ID}", OPEN, ANN) == [
        'Thanks: noted that this "Lava" is not about *Lava International*.',
        "*Lava* · 0 useful, 1 not this company in 30 days · list phones",
        HINT,
        '[Exclude "lava lamp"] set Lava International exclude + lava lamp',
        "[Stricter evidence] set Lava International evidence strict",
        "[Mute it 1 week] mute Lava International 1w",
        "[Edit it] set Lava International",
    ]
    assert here.lists.applied == []
    await here.say("set Lava International exclude + lava lamp", OPEN, ANN)
    assert here.lists.applied[0].company == replace(LAVA, exclude=("lava lamp",))


async def test_a_full_name_is_not_said_twice() -> None:
    here = desk()
    await told(here, OPEN, line(alias="Lava International", said="Lava International said so"))
    assert (await here.say(f"wrong {ID}", OPEN, ANN))[
        0
    ] == "Thanks: noted that the alert is not about *Lava International*."


async def test_several_companies_are_asked_about_and_chosen_by_a_short_key() -> None:
    long = "Dixon " + "x" * 120
    here = desk(LAVA, company(long))
    await told(here, OPEN, line(), line(long, "Dixon"))
    reply = await here.ask(f"wrong {ID}", OPEN, ANN)
    (menu,) = reply.menus
    assert [option.label for option in menu.options] == ["Lava International", long]
    assert all(len(option.command) < 60 for option in menu.options)
    said = await here.say(menu.options[1].command, OPEN, ANN)
    assert said[0] == f'Thanks: noted that this "Dixon" is not about *{long}*.'
    assert [vote.company for vote in await here.ledger.kept.votes("phones.yaml", long, START)] == [long]
    assert await here.ledger.kept.votes("phones.yaml", LAVA.name, START) == ()


async def test_votes_on_several_spellings_are_shown_each() -> None:
    here = desk()
    await told(here)
    await told(here, OPEN, line(alias="ラヴァ", said="ラヴァ だ"), id_=ID.replace("1", "2"))
    await here.say(f"useful {ID}", OPEN, ANN)
    await here.say(f"wrong {ID.replace('1', '2')}", OPEN, ANN)
    shown = await here.say("show Lava International", OPEN)
    assert "  Lava: 1 useful, 0 not this company" in shown
    assert "  ラヴァ: 0 useful, 1 not this company" in shown


async def test_a_vote_of_a_private_channel_is_not_shown_elsewhere() -> None:
    here = desk()
    await told(here, SECRET)
    await here.say(f"useful {ID}", SECRET, ANN)
    assert not any("useful" in each for each in await here.say("show Lava International", OPEN))
    assert any("1 useful" in each for each in await here.say("show Lava International", SECRET))


async def test_a_vote_of_a_public_channel_is_shown_in_its_workspace_and_in_no_other() -> None:
    here = desk(channels=(OPEN, SECRET, STRANGER))
    await told(here)
    await here.say(f"useful {ID}", OPEN, ANN)
    assert any("1 useful" in each for each in await here.say("show Lava International", SECRET))
    assert not any("useful" in each for each in await here.say("show Lava International", STRANGER))


@pytest.mark.parametrize("channel", [SECRET, STRANGER])
@pytest.mark.parametrize("text", [f"useful {ID}", f"wrong {ID}", f"mute this {ID}", f"mute story {ID} 1h"])
async def test_an_alert_of_another_channel_is_not_known(text: str, channel: Channel) -> None:
    here = desk(channels=(OPEN, SECRET, STRANGER))
    await told(here, OPEN, line(said="nobody else may read this"))
    for id_ in (ID, ID.replace("1", "9")):
        reply = await here.ask(text.replace(ID, id_), channel, ANN)
        assert reply.failed
        assert "not known here" in str(reply.lines)
    assert await here.ledger.kept.votes("phones.yaml", LAVA.name, START) == ()
    assert await here.ledger.kept.mutes() == ()


async def test_a_company_that_is_not_watched_any_more_has_no_votes() -> None:
    here = desk(company("Dixon"))
    await told(here)
    assert await here.say(f"useful {ID}", OPEN, ANN) == [
        "Lava International stands on no list of this channel any more, so there is nothing to count this for.",
        "Nothing was changed.",
    ]


async def test_mute_offers_the_story_the_company_the_source_and_all() -> None:
    here = desk()
    await told(here)
    reply = await here.ask(f"mute this {ID}", OPEN, ANN)
    assert [menu.label for menu in reply.menus] == [
        "This story",
        "Lava International",
        "Source Focus",
        "All of #phones",
    ]
    assert [option.command for option in reply.menus[0].options] == [
        f"mute story {ID} 1h",
        f"mute story {ID} until 9:00",
        f"mute story {ID} 1w",
    ]
    for menu in reply.menus[:2]:
        for option in menu.options:
            assert not (await here.ask(option.command, OPEN, ANN)).failed, option
    kept = await here.ledger.kept.mutes()
    assert [(each.scope, each.label) for each in kept] == [
        ("story", "Lava launches a phone"),
        ("company", "Lava International"),
    ]


async def test_who_may_not_mute_is_told_so_at_once() -> None:
    here = desk()
    await told(here)
    assert (await here.ask(f"mute this {ID}", OPEN, BOB)).failed


async def test_without_an_alert_there_is_nothing_to_say_of_it() -> None:
    here = desk(channels=(CONSOLE,))
    assert await here.say("useful", CONSOLE, OPERATOR_ACTOR) == [
        "Nothing was posted to the terminal yet.",
        "Nothing was changed.",
    ]


async def test_who_may_not_mute_is_told_who_may_press_it() -> None:
    here = desk()
    await told(here)
    assert (await here.say(f"mute this {ID}", OPEN, BOB))[1].endswith("to press it")
