"""`sources`: the health of each in plain words, the worst first."""

from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from bot.commands.dispatch import Dispatcher
from bot.errors import ChangeRefused, SourceError
from bot.model.channel import Channel
from bot.model.command import OPERATOR_ACTOR, Actor, Command, Reply
from bot.model.learnt import Learnt
from bot.model.place import Place
from bot.model.source import Source, SourceState
from bot.protocols import Store
from tests.builders import company, source, watchlist
from tests.commands.desk import Desk, Ledger, Lists, plain
from tests.fakes import START, ManualClock

HERE = Channel.parse("slack:T1/C1")
FOCUS = source("Focus", tags=("taiwan",))
SOON, BEFORE = START + timedelta(minutes=6), START - timedelta(minutes=4)
FINE = SourceState(FOCUS.key, last_poll=BEFORE, last_success=BEFORE, next_poll=SOON)
DAYS_AGO = START - timedelta(days=9)
LIVELY = Learnt(pace=40, newest=START, arrivals=9, longest=3600, lag=400)


def desk(*sources: Source, states: tuple[SourceState, ...] = ()) -> Desk:
    made = Desk(watchlist("phones", [company("Lava")], str(HERE)), sources=sources, live=["slack"])
    made.ledger.states = {state.key: state for state in states}
    return made


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (FINE, "Focus · read 20.08:26 · next 20.08:36 · every 10 min, rhythm not known yet"),
        (
            replace(FINE, learnt=LIVELY),
            (
                "Focus · read 20.08:26 · next 20.08:36 · every 10 min, about 40 new a day"
                ", seen about 7 min after publication"
            ),
        ),
        (
            replace(FINE, learnt=replace(LIVELY, moved=True, moved_to="https://new.example/feed", lag=None)),
            (
                "Focus · read 20.08:26 · next 20.08:36 · every 10 min, about 40 new a day"
                " · moved to https://new.example/feed: change its address in the list"
            ),
        ),
        (
            replace(FINE, notes=("250 entries left out", "dates in the future: 3")),
            (
                "Focus · read 20.08:26 · next 20.08:36 · every 10 min, rhythm not known yet"
                " · 250 entries left out · dates in the future: 3"
            ),
        ),
        (
            replace(FINE, learnt=replace(LIVELY, lag=None, rolled_at=DAYS_AGO + timedelta(days=8), missed=12, anew=1)),
            (
                "Focus · read 20.08:26 · next 20.08:36 · every 10 min, about 40 new a day"
                " · turned over 19.08:30, up to about 12 articles may be missed"
            ),
        ),
        (
            replace(FINE, learnt=replace(LIVELY, lag=None, anew=2, anew_at=BEFORE)),
            (
                "Focus · read 20.08:26 · next 20.08:36 · every 10 min, about 40 new a day"
                " · lists most of its articles anew at every poll: they come in a digest"
            ),
        ),
        (
            replace(FINE, error="its provider asked for a pause"),
            "Focus · PAUSED: its provider asked for a pause · read 20.08:26 · next try 20.08:36",
        ),
        (
            replace(FINE, error="the server answered 503", failures=4, learnt=Learnt(failing_since=BEFORE)),
            "Focus · FAILING since 20.08:26 (4 polls): the server answered 503 · read 20.08:26 · next try 20.08:36",
        ),
        (
            SourceState(FOCUS.key, last_poll=BEFORE, next_poll=SOON, error="no feed", failures=1),
            "Focus · FAILING (1 poll): no feed · never read · next try 20.08:36",
        ),
        (
            replace(FINE, error="the server answered 410", learnt=Learnt(retired=True)),
            "Focus · GONE for good, its server says: take it off its list · read 20.08:26 · next try 20.08:36",
        ),
        (
            replace(FINE, learnt=replace(LIVELY, newest=DAYS_AGO, lag=None)),
            (
                "Focus · SILENT, nothing new since 11.08:30 · read 20.08:26 · next 20.08:36"
                " · every 1 h, hardly anything new"
            ),
        ),
        (
            replace(FINE, next_poll=BEFORE),
            "Focus · LATE, was due 20.08:26 · read 20.08:26 · every 10 min, rhythm not known yet",
        ),
        (SourceState(FOCUS.key), "Focus · not polled yet"),
    ],
)
async def test_each_condition_has_its_words(state: SourceState, said: str) -> None:
    assert (await desk(FOCUS, states=(state,)).say("sources", HERE))[1] == said


async def test_the_worst_stand_first_and_a_long_list_is_cut_with_a_count() -> None:
    many = [source(f"S{n:02}") for n in range(30)]
    states = [replace(FINE, key=each.key) for each in many]
    states[29] = replace(states[29], error="no feed", failures=3)
    states[17] = replace(states[17], learnt=replace(LIVELY, newest=DAYS_AGO))
    said = await desk(*many, states=tuple(states)).say("sources", HERE)
    assert said[0] == "*30 sources · 1 failing · 1 silent · 28 in order*"
    assert [line.split(" ·")[0] for line in said[1:5]] == ["S29", "S17", "S00", "S01"]
    assert said[-1] == "and 10 more, none of them worse. One of them: sources <name>"
    assert len(said) == 22


@pytest.mark.parametrize(
    ("words", "names"),
    [("sources", ["Focus", "Wire"]), ("sources TAIWAN", ["Focus"]), ("feeds wire.example", ["Wire"])],
)
async def test_a_filter_looks_at_name_address_and_tags(words: str, names: list[str]) -> None:
    said = await desk(FOCUS, source("Wire")).say(words, HERE)
    assert [line.split(" ·")[0] for line in said[1:]] == names


async def test_a_filter_that_fits_nothing_says_so() -> None:
    reply = await desk(FOCUS).ask("sources mars", HERE)
    assert (reply.failed, reply.lines[0][0]) == (
        True,
        'No source has "mars" in its name, address or tags. All of them: sources',
    )


async def test_nobody_sees_the_sources_of_another_tenant_nor_those_for_show() -> None:
    theirs, show = replace(source("Theirs"), tenant="T2"), replace(source("Show"), demo=True)
    said = await desk(FOCUS, theirs, show, replace(source("Shared"), tenant="T2", shared=True)).say("sources", HERE)
    assert [line.split(" ·")[0] for line in said[1:]] == ["Focus", "Shared"]
    assert await desk(theirs).say("sources", HERE) == ["No source is polled yet: source add <its address>, for admins"]


async def test_a_bot_that_does_not_run_is_what_comes_to_mind_where_all_are_late() -> None:
    late = replace(FINE, next_poll=START - timedelta(hours=3))
    said = await desk(FOCUS, states=(late,)).say("sources", HERE)
    assert said[-1] == "Most are late: is the bot running? namewatch run"


class Editor:
    """A SourceEditor that finds what it is told to find."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.done: list[str] = []

    async def add(self, typed: str, actor: Actor) -> tuple[Source, int]:
        if self.error:
            raise self.error
        self.done.append(f"add {typed} by {actor.name}")
        return replace(source("Mint"), place=Place("sources.yaml", 3, 5)), 12

    async def remove(self, named: str, actor: Actor) -> Source:
        if self.error:
            raise self.error
        self.done.append(f"remove {named} by {actor.name}")
        return replace(source("Mint"), place=Place("sources.yaml", 3, 5))


async def _reachable(channel: Channel) -> str:
    del channel
    return ""


async def edited(text: str, editor: Editor | None, actor: Actor = OPERATOR_ACTOR) -> Reply:
    store = cast(Store, Ledger())
    dispatch = Dispatcher(Lists(), store, ManualClock(), frozenset({"slack"}), _reachable, editor)
    return await dispatch(Command(text, actor, Channel("slack", "T1", "C1")))


async def test_a_source_is_added_and_removed_by_who_runs_the_bot() -> None:
    editor = Editor()
    *said, undo = plain(await edited("source add mint.example", editor))
    assert said == [
        "*Mint* is a source now: feed, 12 entries listed · sources.yaml:3:5",
        "Its first poll records what is there; what comes later may alert.",
    ]
    assert undo.startswith("[Undo] undo ")
    assert plain(await edited("source rm Mint", editor))[-1].startswith("[Undo] undo ")
    assert editor.done == ["add mint.example by operator", "remove Mint by operator"]
    member = Actor("U1", "Ann", "T1", frozenset({"anyone", "member"}))
    assert plain(await edited("source add mint.example", editor, member))[0] == ("You may not change the sources.")
    assert len(editor.done) == 2


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        (
            "add mint.example",
            SourceError("the server answered 503"),
            "mint.example can't be added: the server answered 503.",
        ),
        ("remove Mint", SourceError("it is gone"), "Mint can't be taken off: it is gone."),
        (
            "add mint.example",
            ChangeRefused("an address begins with https://; nothing was changed"),
            "An address begins with https://.",
        ),
        (
            "add mint.example",
            ChangeRefused("https://mint.example is a source already"),
            "https://mint.example is a source already.",
        ),
        (
            "add mint.example",
            ChangeRefused("lists/sources.yaml may not be written"),
            "lists/sources.yaml may not be written.",
        ),
        ("add mint.example", ChangeRefused("no source is called so."), "No source is called so."),
    ],
)
async def test_a_source_that_can_not_be_changed_is_refused(text: str, error: Exception, said: str) -> None:
    assert plain(await edited(f"source {text}", Editor(error))) == [said, "Nothing was changed."]


async def test_a_source_is_not_paused_and_without_an_editor_not_changed() -> None:
    assert (await edited("source pause Mint", Editor())).failed
    assert "namewatch source add mint.example" in plain(await edited("source add mint.example", None))[0]
