"""Pasted lines: what is understood of them is shown, and goes live once somebody says so."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.companies import Add, Malformed
from bot.commands.parse import parse
from bot.model.company import Alias, Company
from tests.builders import company
from tests.commands.desk import Desk
from tests.commands.test_add import HERE, LAVA, MEMBER, THERE, desk_with, heard, stored


def pasted(text: str) -> Add:
    request = parse(f"add {text}")
    assert isinstance(request, Add), request
    assert request.pasted
    return request


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Lava\nOppo", ["Lava", "Oppo"]),
        ("\n- Lava\n- Oppo\n\n", ["Lava", "Oppo"]),
        ("1. Lava\n2. Oppo\n3) Vivo", ["Lava", "Oppo", "Vivo"]),
        ("1 Lava\n2 Oppo\n3 Vivo", ["Lava", "Oppo", "Vivo"]),
        ("3M\n007 Labs\n1&1", ["3M", "007 Labs", "1&1"]),
        ("[ ] Lava\n[x] Oppo", ["Lava", "Oppo"]),
        ("• Lava\n•Oppo\n● **Vivo**", ["Lava", "Oppo", "Vivo"]),
        ("一、Lava\n① Oppo".replace("一、", "1、"), ["Lava", "Oppo"]),
        ("Lava, Oppo\nVivo", ["Lava", "Oppo", "Vivo"]),
        ("Lava International\tIN\t2009\nOppo\tCN\t2004", ["Lava International", "Oppo"]),
        ("1\tLava\tIN\n2\tOppo\tCN\n3\tVivo\tCN", ["Lava", "Oppo", "Vivo"]),
        ("Country\tCompany\nIN\tLava\nCN\tOppo", ["Lava", "Oppo"]),
        ('company,country\nLava International,IN\n"Yahoo, Inc.",US', ["Lava International", "Yahoo, Inc."]),
        ("Name;Land\nLava;IN\nOppo;CN".replace(";", ","), ["Lava", "Oppo"]),
        ("公司\t代號\n聯發科\t2454.TW", ["聯發科"]),
        ("| Company | Country |\n| --- | --- |\n| Lava | IN |\n| Oppo | CN |", ["Lava", "Oppo"]),
        ("Lava\r\nlava\r\nOppo", ["Lava", "Oppo"]),
    ],
)
def test_lines_as_people_paste_them(text: str, names: list[str]) -> None:
    assert [one.name for one in pasted(text).companies] == names


def test_columns_say_aliases_and_tickers() -> None:
    request = pasted("Company\tTicker\tAlias\nMediaTek\t2454.TW\t聯發科\nOppo\t\t")
    assert request.companies == (Company("MediaTek", (Alias("聯發科"),), ("2454.TW",)), Company("Oppo"))
    assert pasted("MediaTek\t2454.TW\tTW\nApple\t$AAPL\tUS").companies[1].tickers == ("AAPL",)


def test_a_line_that_can_not_be_read_is_told_and_the_others_stand() -> None:
    request = pasted('Lava\nX\nOppo "Ltd\nVivo "One')
    assert request.companies[0].name == "Lava"
    assert '"X"' in request.unread[0]
    assert isinstance(parse("add\nX\nY"), Malformed)


WRONG = '"X": "X" is one character, which is in every article. If it is meant, put it in quotes: add "X"'
PASTE = "add\n- MediaTek\n- Denso\n- Oppo\n- X\n- Apple"


def desk() -> Desk:
    stories = (stored(1, "Apple Inc. opens a plant", "Apple said the iPhone maker would build handsets."),)
    return desk_with(heard("phones", HERE, company("Oppo")), heard("makers", THERE, LAVA), stories=stories)


async def test_a_paste_is_shown_before_it_goes_live_and_each_answer_works() -> None:
    asked = desk()
    assert await asked.say(PASTE, HERE, MEMBER) == [
        "4 companies · 2 new · 1 watched already · 1 to be asked about · 1 line not understood",
        "New: MediaTek, Denso",
        "Watched already: Oppo",
        '  "Apple" is also an everyday word: an article must show that the company is meant.',
        "  In 30 days 1 article had the word; 1 article would have alerted, such as:",
        f"Not understood: {WRONG}",
        "Nothing was changed.",
        '[Watch the 2 new] add "MediaTek", "Denso"',
        '[Watch all as written] add "MediaTek", "Denso", "Apple"',
    ]
    assert asked.lists.applied == []
    for action in (await asked.ask(PASTE, HERE, MEMBER)).actions:
        done = desk()
        assert (await done.ask(action.command, HERE, MEMBER)).public
        assert [change.name for change in done.lists.applied] == action.command.removeprefix("add ").replace(
            '"', ""
        ).split(", ")


async def test_what_another_list_knows_comes_with_its_aliases() -> None:
    reply = await desk().ask("add Lava, MediaTek", HERE, MEMBER)
    assert [action.label for action in reply.actions] == [
        "Watch MediaTek",
        "Watch Lava International, MediaTek",
        "Watch all as written",
    ]
    done = desk()
    assert (await done.ask(reply.actions[1].command, HERE, MEMBER)).public
    assert [change.company for change in done.lists.applied] == [LAVA, Company("MediaTek")]


async def test_one_or_several_among_others_is_asked_too() -> None:
    reply = await desk().ask("add Lava Oppo, MediaTek", HERE, MEMBER)
    assert reply.actions[1].label == "Watch Lava International, Oppo, MediaTek"
    done = desk()
    assert (await done.ask(reply.actions[1].command, HERE, MEMBER)).public
    assert [change.name for change in done.lists.applied] == ["Lava International", "MediaTek"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("add Lava Lava International", '"Lava Lava International" is watched already as an alias of'),
        ("add Lava ラヴァ", '"Lava ラヴァ" is watched already as an alias of *Lava International*'),
        ("add Lava Oppo", '"Lava Oppo": one company, or 2? Lava and Oppo are known each by itself.'),
        ("add Oppo Lava International", '"Oppo Lava International": one company, or 2? Oppo and Lava International'),
        ("add Oppo Biologics", "*Oppo Biologics* is watched now"),
    ],
)
async def test_one_company_or_several(text: str, says: str) -> None:
    known = desk_with(heard("phones", HERE, LAVA, company("Oppo")))
    assert (await known.say(text, HERE, MEMBER))[0].startswith(says)


async def test_a_whole_name_that_a_list_knows_is_surely_one() -> None:
    whole = replace(LAVA, name="Lava Oppo", aliases=())
    lists = (heard("phones", HERE, LAVA, company("Oppo")), heard("makers", THERE, whole))
    said = await desk_with(*lists).say("add Lava Oppo", HERE, MEMBER)
    assert said[0].startswith('"Lava Oppo" is known on the list makers')


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Jordan", "a first name"),
        ("Warren", "a first name"),
        ("Dixon", "a surname"),
        ("Boston", "the name of a place"),
        ("Orange", "an everyday word"),
        ("小米", "a word of two characters"),
        ("기아", "a word of two characters"),
    ],
)
async def test_what_a_name_is_besides_is_asked_about(name: str, kind: str) -> None:
    asked = desk_with(heard("phones", HERE, LAVA))
    said = await asked.say(f"add {name}", HERE, MEMBER)
    assert said[0].startswith(f'"{name}" is also {kind}')
    assert said[-2:] == [f"[Watch it near phone] add {name} near phone", f'[Watch it all the same] add "{name}"']
    assert asked.lists.applied == []
    assert (await asked.ask(f"add {name} near phone", HERE, MEMBER)).public


async def test_a_plain_name_and_a_few_of_them_go_live_at_once() -> None:
    assert (await desk_with(heard("phones", HERE)).ask("add MediaTek, Xiaomi, Denso", HERE, MEMBER)).public
    many = "add " + ", ".join(f"Quorvel{n}" for n in "abcdef")
    assert (await desk_with(heard("phones", HERE)).ask(many, HERE, MEMBER)).failed


async def test_a_paste_that_no_button_can_hold_says_what_to_do() -> None:
    many = "\n".join(f"Quorvel Precision Engineering Works of Number {n}" for n in range(50))
    said = await desk_with(heard("phones", HERE)).say(f"add\n{many}", HERE, MEMBER)
    assert said[2:4] == [
        "These are too many for one button: paste half of them at a time.",
        "Nothing was changed.",
    ]


@given(st.text("Lava \t\n|,-1.\"'()•", max_size=80))
def test_any_lines_are_read_or_refused(text: str) -> None:
    parse(f"add {text}")
