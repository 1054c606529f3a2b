"""The terminal: what alerts, growth, notices and answers look like, and how commands get in and out."""

import asyncio
import contextlib
import errno
import io
import unicodedata
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.console import NAME, ConsolePlatform, Screen, connect, show_reply
from bot.chat.drawing.terminal import Pen
from bot.errors import ChannelGone
from bot.model.alert import Delivery, Receipt
from bot.model.card import AlertCard, Card, CompanyLine, Line, Link, Snippet, Strong, TextCard, When
from bot.model.channel import CONSOLE, Channel
from bot.model.command import OPERATOR_ACTOR, Action, Command, Reply
from bot.model.company import Subject
from bot.protocols import Platform
from tests.fakes import START, ManualClock

TAIPEI = ZoneInfo("Asia/Taipei")
PASSAGE = "It would have Lava International and Dixon Technologies build handsets."


def line(company: str, subject: Subject = "main", text: str = PASSAGE) -> CompanyLine:
    start = text.find(company)
    marks = ((start, start + len(company)),) if start >= 0 else ()
    return CompanyLine(company, "phone-makers", subject, Snippet(text, marks), 'full name; "handsets" nearby')


CARD = AlertCard(
    (line("Lava International"),),
    "Lava plans a plant",
    "https://example.org/1",
    ("Focus Taiwan",),
    START,
    ("en",),
)


def delivery(card: Card, *, target: str = "", doubtful: bool = False) -> Delivery:
    receipt = Receipt(target) if target else None
    return Delivery("d1", CONSOLE, "post", card, ("a1",), START, START, target=receipt, doubtful=doubtful)


def screen(*, colour: bool = False) -> tuple[Screen, io.StringIO]:
    out = io.StringIO()
    if colour:
        console = Screen(file=out, width=100, force_terminal=True, color_system="standard", _environ={})
    else:
        console = Screen(file=out, width=100, color_system=None, _environ={})
    return console, out


def platform(
    typed: AsyncGenerator[str, None] | None = None, *, colour: bool = False
) -> tuple[ConsolePlatform, io.StringIO]:
    console, out = screen(colour=colour)
    return ConsolePlatform(ManualClock(), console, typed, TAIPEI), out


async def test_an_alert_of_one_company() -> None:
    terminal, out = platform()
    assert await terminal.send(delivery(CARD)) == Receipt("d1")
    assert out.getvalue().splitlines() == [
        "Lava International",
        "Lava plans a plant",
        "https://example.org/1",
        "Focus Taiwan · today 16:30 · en · main subject",
        f"> {PASSAGE}",
        'full name; "handsets" nearby · list phone-makers',
        "",
    ]


async def test_an_alert_of_several_companies_gives_each_its_mark_and_passage_and_no_passage_twice() -> None:
    terminal, out = platform()
    companies = (line("Lava International"), line("Dixon Technologies"), line("Oppo", "passing", "Oppo too."))
    card = replace(CARD, companies=companies, sources=("Focus Taiwan", "Mint", "CNA"), langs=("en", "zh"), articles=5)
    await terminal.send(delivery(card))
    assert out.getvalue().splitlines() == [
        "Lava International · Dixon Technologies (+ Oppo)",
        "Lava plans a plant",
        "https://example.org/1",
        "Focus Taiwan · today 16:30 · +2 sources · en, zh",
        "Lava International · Dixon Technologies · main subject",
        f"> {PASSAGE}",
        'Lava International: full name; "handsets" nearby · list phone-makers',
        'Dixon Technologies: full name; "handsets" nearby · list phone-makers',
        "Oppo · in passing",
        "> Oppo too.",
        'full name; "handsets" nearby · list phone-makers',
        "",
    ]


async def test_in_a_terminal_names_and_marks_are_bold_and_the_headline_is_the_link() -> None:
    terminal, out = platform(colour=True)
    await terminal.send(delivery(CARD))
    drawn = out.getvalue()
    assert drawn.startswith("\x1b[1mLava International\x1b[0m\n")
    assert ";https://example.org/1\x1b\\Lava plans a plant\x1b]8;;\x1b\\" in drawn
    assert "\x1b[2mhttps://example.org/1\x1b[0m\n" in drawn
    assert "have \x1b[1mLava International\x1b[0m and" in drawn


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", ""])
async def test_only_web_addresses_become_links(url: str) -> None:
    terminal, out = platform(colour=True)
    await terminal.send(delivery(replace(CARD, url=url)))
    assert "\x1b]8" not in out.getvalue()


async def test_an_alert_without_headline_passage_or_date_still_says_something() -> None:
    terminal, out = platform()
    bare = CompanyLine("Lava", "", "passing", Snippet(""), "full name")
    await terminal.send(delivery(AlertCard((bare,), "", "", (), START)))
    assert out.getvalue().splitlines() == ["Lava", "(no headline)", "today 16:30 · in passing", "full name", ""]


@pytest.mark.parametrize("verb", ["send", "edit", "reply"])
@pytest.mark.parametrize("card", [CARD, TextCard("notice", (("1 source failing",),))], ids=["alert", "notice"])
@pytest.mark.parametrize(("doubtful", "marks"), [(True, 1), (False, 0)])
async def test_a_possible_repeat_is_marked(verb: str, card: Card, doubtful: bool, marks: int) -> None:
    terminal, out = platform()
    receipt = await getattr(terminal, verb)(delivery(card, target="d1", doubtful=doubtful))
    assert receipt.marked is doubtful
    rows = out.getvalue().rstrip("\n").splitlines()
    assert rows.count("(may be a repeat)") == marks
    assert (rows[-1] == "(may be a repeat)") is doubtful


@pytest.mark.parametrize(
    ("sources", "articles", "said"),
    [
        (("Focus Taiwan", "Mint"), 2, "+1 source: Mint, now 2 · Lava plans a plant"),
        (("Focus Taiwan", "Mint", "CNA"), 3, "+2 sources: Mint, CNA, now 3 · Lava plans a plant"),
        (("Focus Taiwan",), 4, "now 4 articles from 1 source · Lava plans a plant"),
    ],
)
async def test_growth_is_one_line(sources: tuple[str, ...], articles: int, said: str) -> None:
    terminal, out = platform()
    await terminal.send(delivery(CARD))
    out.truncate(0)
    grown = replace(CARD, sources=sources, articles=articles)
    assert await terminal.edit(delivery(grown, target="d1")) == Receipt("d1")
    assert out.getvalue().strip("\0\n") == said


async def test_growth_is_counted_from_what_was_said_last() -> None:
    terminal, out = platform()
    await terminal.send(delivery(CARD))
    await terminal.edit(delivery(replace(CARD, sources=("Focus Taiwan", "Mint")), target="d1"))
    await terminal.edit(delivery(replace(CARD, sources=("Focus Taiwan", "Mint", "CNA")), target="d1"))
    assert out.getvalue().splitlines()[-1] == "+1 source: CNA, now 3 · Lava plans a plant"


async def test_growth_of_a_message_of_an_earlier_run_guesses_no_number() -> None:
    terminal, out = platform()
    grown = replace(CARD, sources=("Focus Taiwan", "Mint", "CNA"), articles=4)
    await terminal.edit(delivery(grown, target="old"))
    assert out.getvalue() == "now 4 articles from 3 sources · Lava plans a plant\n"
    out.truncate(0)
    await terminal.edit(delivery(replace(grown, sources=(*grown.sources, "BBC")), target="old"))
    assert out.getvalue().strip("\0") == "+1 source: BBC, now 4 · Lava plans a plant\n"


async def test_a_reply_names_the_new_companies_in_one_line() -> None:
    terminal, out = platform()
    card = replace(CARD, companies=(line("Dixon Technologies"), line("Oppo", "passing")), sources=("Mint",))
    assert await terminal.reply(delivery(card, target="d1")) == Receipt("d1")
    assert out.getvalue() == "Also Dixon Technologies, Oppo (in passing): Lava plans a plant · Mint\n"


async def test_a_notice_is_its_lines() -> None:
    lines: tuple[Line, ...] = (("1 source failing: ", Strong("Mint")), ("since ", When(START - timedelta(days=1))))
    for verb in ("send", "edit", "reply"):
        terminal, out = platform()
        await getattr(terminal, verb)(delivery(TextCard("notice", lines), target="d1"))
        assert out.getvalue().rstrip("\n") == "1 source failing: Mint\nsince yesterday 16:30"


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (START, "today 16:30"),
        (START - timedelta(hours=17), "yesterday 23:30"),
        (START + timedelta(hours=9), "tomorrow 01:30"),
        (START - timedelta(days=3), "Tue 16:30"),
        (START + timedelta(days=3), "Mon 16:30"),
        (START - timedelta(days=8), "12 Nov 16:30"),
        (datetime(2025, 11, 12, tzinfo=UTC), "12 Nov 2025"),
    ],
)
def test_times_are_the_readers(at: datetime, said: str) -> None:
    assert Pen(START, TAIPEI).when(at) == said


REPLY = Reply(
    (('No "lvaa" here. Did you mean ', Strong("Lava"), "?"), ("See ", Link("this", "https://example.org/x"))),
    (Action("Remove it", "remove Lava"),),
    failed=True,
)


async def typing(*lines: str) -> AsyncGenerator[str, None]:
    for each in lines:
        yield each


async def test_commands_are_dispatched_and_answered_until_the_typing_ends() -> None:
    asked: list[Command] = []
    left = asyncio.Event()

    async def dispatch(command: Command) -> Reply:
        asked.append(command)
        return REPLY

    terminal, out = platform(typing("  ", "/watch remove lvaa ", "list"))
    terminal.on_close = left.set
    await terminal.start(dispatch)
    await asyncio.wait_for(left.wait(), 5)
    assert asked == [Command("/watch remove lvaa", OPERATOR_ACTOR, CONSOLE), Command("list", OPERATOR_ACTOR, CONSOLE)]
    answer = [
        'No "lvaa" here. Did you mean Lava?',
        "See this <https://example.org/x>",
        "Remove it: /watch remove Lava",
        "",
    ]
    assert out.getvalue().splitlines() == answer * 2
    await terminal.stop()
    await terminal.stop()


@pytest.mark.parametrize("word", ["quit", "exit", "/watch quit"])
async def test_quit_ends_the_bot(word: str) -> None:
    left = asyncio.Event()
    terminal, _ = platform(typing(word, "list"))
    terminal.on_close = left.set

    async def dispatch(command: Command) -> Reply:
        raise AssertionError(command)

    await terminal.start(dispatch)
    await asyncio.wait_for(left.wait(), 5)
    await terminal.stop()


async def test_a_fault_in_a_command_is_said_and_the_prompt_stays() -> None:
    left = asyncio.Event()

    async def dispatch(command: Command) -> Reply:
        if command.text == "break":
            raise RuntimeError("secret inside")
        return Reply((("fine",),))

    terminal, out = platform(typing("break", "list"))
    terminal.on_close = left.set
    await terminal.start(dispatch)
    await asyncio.wait_for(left.wait(), 5)
    await terminal.stop()
    assert out.getvalue().splitlines() == [
        "This command met a fault of the bot; the log has it. Others go on: help",
        "",
        "fine",
        "",
    ]


async def test_stopping_while_somebody_types_does_not_ask_the_bot_to_end() -> None:
    async def silence() -> AsyncGenerator[str, None]:
        await asyncio.Event().wait()
        yield ""

    left = asyncio.Event()
    terminal, _ = platform(silence())
    terminal.on_close = left.set

    async def dispatch(command: Command) -> Reply:
        raise AssertionError(command)

    await terminal.start(dispatch)
    await asyncio.wait_for(terminal.stop(), 5)
    assert not left.is_set()


class Broken(io.StringIO):
    """A pipe whose reader has left, or a disk without room, while it has an error."""

    def __init__(self, error: Exception | None, *, on_flush: bool = False) -> None:
        super().__init__()
        self.error = error
        self._on_flush = on_flush

    def write(self, text: str, /) -> int:
        if self.error and not self._on_flush:
            raise self.error
        return super().write(text)

    def flush(self) -> None:
        if self.error and self._on_flush:
            raise self.error


FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("verb", ["send", "edit", "reply"])
@pytest.mark.parametrize(
    ("error", "on_flush", "said"),
    [
        (BrokenPipeError(), False, "closed"),
        (BrokenPipeError(), True, "closed"),
        (ValueError("I/O operation on closed file"), False, "closed"),
        (FULL, True, "No space left on device"),
    ],
)
async def test_a_closed_pipe_is_a_delivery_error(verb: str, error: Exception, on_flush: bool, said: str) -> None:
    terminal = ConsolePlatform(ManualClock(), Screen(file=Broken(error, on_flush=on_flush), width=80, _environ={}))
    with pytest.raises(ChannelGone, match=said):
        await getattr(terminal, verb)(delivery(CARD, target="d1"))
    assert said in terminal.gone == await terminal.check(CONSOLE)


@pytest.mark.parametrize("verb", ["send", "edit", "reply"])
async def test_what_is_gone_stays_gone_even_where_writing_works_again(verb: str) -> None:
    out = Broken(FULL)
    terminal = ConsolePlatform(ManualClock(), Screen(file=out, width=80, _environ={}))
    told: list[str] = []
    terminal.on_gone = lambda: told.append(terminal.gone)
    with pytest.raises(ChannelGone):
        terminal.say(REPLY)
    out.error = None
    with pytest.raises(ChannelGone, match="No space left"):
        await getattr(terminal, verb)(delivery(CARD, target="d1"))
    assert (out.getvalue(), told) == ("", [terminal.gone] * 2)


async def test_a_terminal_that_is_there_is_not_gone() -> None:
    terminal, _ = platform()
    await terminal.send(delivery(CARD))
    assert (terminal.gone, terminal.interactive) == ("", False)


async def test_no_standard_output_at_all_is_gone_from_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", None)
    monkeypatch.setattr("sys.stdin", None)
    terminal = connect({}, ManualClock())
    assert terminal is not None
    with pytest.raises(ChannelGone):
        await terminal.send(delivery(CARD))


@pytest.mark.parametrize(("error", "raised"), [(BrokenPipeError(), False), (FULL, True)])
def test_who_left_the_pipe_has_seen_enough_and_a_full_disk_is_told(
    monkeypatch: pytest.MonkeyPatch, error: Exception, raised: bool
) -> None:
    monkeypatch.setattr("sys.stdout", Broken(error))
    with pytest.raises(ChannelGone) if raised else contextlib.nullcontext():
        show_reply(REPLY, START)


async def test_the_terminal_can_tell_where_it_may_post_and_can_not_look_back() -> None:
    terminal, _ = platform()
    assert await terminal.check(CONSOLE) == ""
    assert "console:" in await terminal.check(Channel("slack", "", "#news"))
    assert await terminal.find(delivery(CARD)) is None


async def test_the_terminal_is_always_there(capsys: pytest.CaptureFixture[str]) -> None:
    terminal: Platform | None = connect({}, ManualClock())
    assert terminal is not None
    assert terminal.name == NAME
    await terminal.send(delivery(CARD))
    assert capsys.readouterr().out.startswith("Lava International\n")


def test_an_answer_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    show_reply(Reply((("Since ", When(START - timedelta(days=400))),)), START)
    assert capsys.readouterr().out.startswith("Since ")


hostile = st.text(st.characters() | st.sampled_from("\x1b[]8;\x07\x9b\x00\u202e\u2066\u2028[/]:"), max_size=60)


@given(company=hostile, headline=hostile, text=hostile, url=hostile, source=hostile, reason=hostile)
def test_no_foreign_text_commands_the_terminal(
    company: str, headline: str, text: str, url: str, source: str, reason: str
) -> None:
    about = CompanyLine(company, source, "main", Snippet(text, ((0, len(text) // 2),)), reason)
    card = AlertCard((about, replace(about, subject="passing")), headline, f"https://x.example/{url}", (source,), START)
    reply = Reply(((headline, Strong(company), Link(text, url)),), (Action(reason, company),))
    console, out = screen()
    pen = Pen(START, TAIPEI)
    for drawn in (pen.post(card), pen.growth(card, 0), pen.growth(card, None), pen.joined(card), pen.answer(reply)):
        console.print(drawn, soft_wrap=True)
    shown = out.getvalue()
    shown.encode()
    assert {char for char in shown if unicodedata.category(char) in ("Cc", "Zl", "Zp", "Cs")} <= {"\n"}
    hidden = {char for char in shown if unicodedata.category(char) == "Cf"}
    assert hidden <= set("\u200c\u200d\u2068\u2069")
    assert shown.count("\u2068") == shown.count("\u2069")


@pytest.mark.parametrize(
    ("first", "second", "marked"),
    [((0, 4), (10, 15), 2), ((0, 4), (0, 4), 1), ((0, 10), (5, 15), 1)],
)
async def test_a_passage_of_two_companies_has_the_marks_of_both(
    first: tuple[int, int], second: tuple[int, int], marked: int
) -> None:
    terminal, out = platform(colour=True)
    lines = [
        CompanyLine(name, "phones", "passing", Snippet("Lava with Dixon in Pune.", (mark,)), "full name")
        for name, mark in (("Lava", first), ("Dixon", second))
    ]
    await terminal.send(delivery(replace(CARD, companies=tuple(lines))))
    passage = next(row for row in out.getvalue().splitlines() if row.startswith("> "))
    assert passage.count("\x1b[1m") == marked
