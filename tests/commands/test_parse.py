"""What people type after /watch, in every script and with every client's quotes, and what is understood."""

from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.commands.companies import MOST, Add, Malformed, as_command, as_name
from bot.commands.parse import NAMES, parse
from bot.commands.requests import (
    Address,
    EditSource,
    Export,
    Help,
    Leave,
    List,
    Lists,
    Log,
    Remove,
    Rename,
    Request,
    Search,
    Set,
    Show,
    Sources,
    Status,
    Trial,
    Tune,
    Undo,
    Unknown,
    Use,
    Why,
)
from bot.model.company import Alias, Company


def names(request: Request) -> tuple[str, ...]:
    assert isinstance(request, Add), request
    return tuple(company.name for company in request.companies)


def only(request: Request) -> Company:
    assert isinstance(request, Add), request
    (company,) = request.companies
    return company


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("add Lava", ["Lava"]),
        ("  /watch   add Lava ", ["Lava"]),
        ("/watch /watch add Lava", ["Lava"]),
        ("／ｗａｔｃｈ ａｄｄ Lava".replace("ｗａｔｃｈ", "watch"), ["Lava"]),
        ("ADD Lava", ["Lava"]),
        ("ａｄｄ Lava", ["Lava"]),
        ("add: Lava", ["Lava"]),
        ("follow Lava", ["Lava"]),
        ("track Lava", ["Lava"]),
        ("watch Lava", ["Lava"]),
        ("watch add Lava", ["Lava"]),
        ("add Lava International", ["Lava International"]),
        ("add Dixon, MediaTek", ["Dixon", "MediaTek"]),
        ("add MediaTek、聯發科，台積電；鴻海", ["MediaTek", "聯發科", "台積電", "鴻海"]),
        ("add\u3000MediaTek\u3000Inc", ["MediaTek Inc"]),
        ("add\nLava\nDixon\r\nOppo\u2028Vivo", ["Lava", "Dixon", "Oppo", "Vivo"]),
        ("add\n- Lava\n• Dixon\n* Oppo", ["Lava", "Dixon", "Oppo"]),
        ("add Lava, lava, LAVA", ["Lava"]),
        ('add "Not Boring"', ["Not Boring"]),
        ("add “Not Boring”", ["Not Boring"]),
        ("add „Not Boring“", ["Not Boring"]),
        ("add «as not near»", ["as not near"]),
        ("add 「聯發科、台積電」", ["聯發科、台積電"]),
        ("add 'Not Boring'", ["Not Boring"]),
        ("add ‘Not Boring’", ["Not Boring"]),
        ('add "X"', ["X"]),
        ("add Macy's", ["Macy's"]),
        ("add Macy’s, Siemens'", ["Macy’s", "Siemens'"]),
        ('add 5" Labs', ['5" Labs']),
        ("add Not Boring", ["Not Boring"]),
        ("add Near Intelligence", ["Near Intelligence"]),
        ("add Yahoo, Inc.", ["Yahoo, Inc."]),
        ("add Hon Hai Precision Industry Co., Ltd., MediaTek", ["Hon Hai Precision Industry Co., Ltd.", "MediaTek"]),
        ("add AT&amp;T", ["AT&T"]),
        ("add AT&T", ["AT&T"]),
        ("add Barnes &notable", ["Barnes &notable"]),
        ("add <http://Yahoo.com|Yahoo.com>", ["Yahoo.com"]),
        ("add Foo (UK) Ltd", ["Foo (UK) Ltd"]),
        ("add Foo (open", ["Foo (open"]),
        ("add La\u200bva\u202e", ["Lava"]),
        ("add 3M, 007, NO", ["3M", "007", "NO"]),
    ],
)
def test_the_companies_of_add(text: str, expected: list[str]) -> None:
    assert list(names(parse(text))) == expected


@pytest.mark.parametrize(
    ("text", "company"),
    [
        ("add MediaTek（聯發科）", Company("MediaTek", (Alias("聯發科"),))),
        ("add MediaTek (聯發科, 2454.TW)", Company("MediaTek", (Alias("聯發科"),), tickers=("2454.TW",))),
        ("add $AAPL", Company("$AAPL", tickers=("AAPL",))),
        ("add 2454.TW", Company("2454.TW", tickers=("2454.TW",))),
        ("add Apple $AAPL", Company("Apple", tickers=("AAPL",))),
        ("add Apple as AAPL.O", Company("Apple", tickers=("AAPL.O",))),
        ("add Lava as Lava, Lawa", Company("Lava", (Alias("Lawa"),))),
        (
            "add Lava International as Lava, ラヴァ not lava lamp, lava flow near phone, handset",
            Company(
                "Lava International",
                (Alias("Lava"), Alias("ラヴァ")),
                context=("phone", "handset"),
                exclude=("lava lamp", "lava flow"),
            ),
        ),
        ('add Dixon near "not far", EMS', Company("Dixon", context=("not far", "EMS"))),
        ("add\nDixon near EMS", Company("Dixon", context=("EMS",))),
    ],
)
def test_aliases_tickers_and_clauses(text: str, company: Company) -> None:
    assert only(parse(text)) == company


def test_lines_have_clauses_of_their_own() -> None:
    request = parse("add\nLava near phone\nDixon as DT, Dixon Tech")
    lava, dixon = Company("Lava", context=("phone",)), Company("Dixon", (Alias("DT"), Alias("Dixon Tech")))
    assert request == Add((lava, dixon), pasted=True)


def test_a_quoted_name_is_meant_literally() -> None:
    assert parse('add "the", Lava') == Add((Company("the"), Company("Lava")), frozenset({"the"}))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("add", "Say which company"),
        ("add , ,", "Say which company"),
        ("add X", 'put it in quotes: add "X"'),
        ("add !!!", "no letter and no digit"),
        ("add " + "x" * 129, "at most 128 characters"),
        ("add " + ", ".join(f"Company {n}" for n in range(MOST + 1)), f"{MOST} are the limit"),
        ("add Lava as", 'Nothing stands after "as"'),
        ("add Lava as near phone", 'Nothing stands after "as"'),
        ("add Forget me not", 'Nothing stands after "not"'),
        ("add Dixon, MediaTek as MTK", "belong to one company"),
        ("add as Lava", 'No company stands before "as"'),
        ("add Lava, as Dixon", 'No company stands before "as"'),
        ('add "Not Boring', "is not closed"),
        ("remove", "Say which company"),
        ("show", "Say which company"),
    ],
)
def test_what_can_be_read_in_two_ways_is_asked_about(text: str, says: str) -> None:
    request = parse(text)
    assert isinstance(request, Malformed)
    assert says in request.problem


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("", Status()),
        ("/watch", Status()),
        ("status", Status()),
        ("lists", Lists()),
        ("help", Help()),
        ("? ADD", Help("add")),
        ("list", List()),
        ("ls", List()),
        ("list lava phones", List("lava phones")),
        ("list page 2", List("", 2)),
        ("list lava page 3", List("lava", 3)),
        ("list Page One", List("Page One")),
        ("show “Lava International”", Show("Lava International")),
        ("show Lava  International", Show("Lava International")),
        ("remove Lava International", Remove(("Lava International",))),
        ("rm Lava", Remove(("Lava",))),
        ("unwatch Lava", Remove(("Lava",))),
        ("remove Yahoo, Inc., Dixon", Remove(("Yahoo, Inc.", "Dixon"))),
        ("remove Lava from phone makers", Remove(("Lava",), "phone makers")),
        ("remove Far From Home", Remove(("Far From Home",))),
        ('remove "far from home"', Remove(("far from home",))),
        ("remove from", Remove(("from",))),
    ],
)
def test_the_other_commands(text: str, request_: Request) -> None:
    assert parse(text) == request_


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("why", Why()),
        ("why https://example.org/a?b=1.", Why("https://example.org/a?b=1")),
        ("why <https://example.org/a?b=1&amp;c=2|example.org/a>", Why("https://example.org/a?b=1&c=2")),
        ("why <https://example.org/a>", Why("https://example.org/a")),
        ("https://example.org/a", Why("https://example.org/a")),
        ("why example.org/story-1", Why("https://example.org/story-1")),
        ("why lava india phones", Why(words=("lava", "india", "phones"))),
        ("why didn't we get the Lava deal?", Why(words=("Lava", "deal"))),
        ("why was there no alert about Lava yesterday?", Why(words=("Lava",))),
        ("why didn’t I hear about Lava's plant", Why(words=("Lava", "plant"))),
        ("why did we not get this", Why()),
        ('why "the Lava deal"', Why(words=("the", "Lava", "deal"))),
        ("why 聯發科，手機？", Why(words=("聯發科", "手機"))),
        ("/watch why lava", Why(words=("lava",))),
    ],
)
def test_why_takes_links_words_and_questions(text: str, expected: Why) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("ad Lava", "add Lava"),
        ("addd Lava", "add Lava"),
        ("remvoe Lava", "remove Lava"),
        ("rem Lava", "remove Lava"),
        ("delet Lava", "remove Lava"),
        ("lits", "list"),
        ("hlep", "help"),
        ("whty Lava", "why Lava"),
        ("Lava International", ""),
        ("x", ""),
        ("聯發科", ""),
    ],
)
def test_a_wrong_word_is_asked_about_with_the_nearest_right_one(text: str, suggestion: str) -> None:
    assert parse(text) == Unknown(text.split(maxsplit=1)[0], text, suggestion)


def test_every_synonym_is_understood() -> None:
    for word, name in NAMES.items():
        said = "Lava alias x1"
        assert type(parse(f"{word} {said}")) is type(parse(f"{name} {said}"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("show Lava stories", Show("Lava", stories=True)),
        ("show Lava stories here", Show("Lava", stories=True, here=True)),
        ('show "Toy stories"', Show("Toy stories")),
        ("use phone makers", Use("phone makers")),
        ("use “phone makers” only here", Use("phone makers", copy=True)),
        ("leave phone makers", Leave("phone makers")),
        ("set Lava alias + ラヴァ, Lawa", Set("Lava", "alias", "+", ("ラヴァ", "Lawa"))),
        ("set Lava alias +ラヴァ", Set("Lava", "alias", "+", ("ラヴァ",))),
        ("set\u3000Lava\u3000alias\u3000＋\u3000ラヴァ", Set("Lava", "alias", "+", ("ラヴァ",))),
        ("set Lava International exclude - lava lamp", Set("Lava International", "exclude", "-", ("lava lamp",))),
        ('set "Near Alias" name Alias Near', Set("Near Alias", "name", "", ("Alias Near",))),
        ("set Lava evidence", Set("Lava", "evidence")),
        ("Lava alias ラヴァ", Set("Lava", "alias", "", ("ラヴァ",))),
        ("exclude lava flow", Tune("exclude", "lava flow")),
        ("rename Lava Lava International", Rename("Lava Lava International")),
        ("test Lava builds, in Noida", Trial("Lava builds, in Noida")),
        ("search lava", Search(("lava",))),
        ("search lava “new plant” last week", Search(("lava", "new plant"), timedelta(days=7))),
        ("search 小米、手機 last 3 months page 2", Search(("小米", "手機"), timedelta(days=90), 2)),
        ("search lava today", Search(("lava",), timedelta(days=1))),
        ("search last week", Malformed("Say what to look for: search lava noida, or search lava last week")),
        ("source add example.org/feed", EditSource("add", "example.org/feed")),
        ("source rm Focus Taiwan", EditSource("remove", "Focus Taiwan")),
        ("sources pause Focus", EditSource("pause", "Focus")),
        ("source pause Focus Taiwan until friday", EditSource("pause", "Focus Taiwan", "until friday")),
        ("source pause “Focus 3d” 8h", EditSource("pause", "Focus 3d", "8h")),
        ("source unpause Focus", EditSource("resume", "Focus")),
        ("source pasue Focus", Unknown("source pasue", "source pasue Focus", "source pause Focus")),
        ("source taiwan", Sources("taiwan")),
        ("sources focus taiwan", Sources("focus taiwan")),
        ("undo", Undo()),
        ("undo anyway", Undo(sure=True)),
        ("log page 2", Log(2)),
        ("export", Export()),
        ("add https://example.org/feed", Address("https://example.org/feed")),
        ("add <https://example.org/feed>", Address("https://example.org/feed")),
        ("add <http://booking.com|booking.com>", Add((Company("booking.com"),))),
        ("add Near Protocol", Add((Company("Near Protocol"),))),
        ("add Lava, Dixon、小米", Add((Company("Lava"), Company("Dixon"), Company("小米")))),
        ("add Lava Dixon", Add((Company("Lava Dixon"),))),
        ("add Lava to #news", Add((Company("Lava"),), to="#news")),
        ("add Lava to <#C012|news>", Add((Company("Lava"),), to="C012")),
        ("add Home to Go", Add((Company("Home to Go"),))),
        ("rm lvaa", Remove(("lvaa",))),
        ("lsit", Unknown("lsit", "lsit", "list")),
        ("latest", Unknown("latest", "latest", "why")),
        ("Lava", Unknown("Lava", "Lava")),
    ],
)
def test_what_edits_and_what_searches(text: str, expected: Request) -> None:
    assert parse(text) == expected


@given(st.text(max_size=200))
def test_any_text_is_answered(text: str) -> None:
    assert parse(text) is not None
    assert parse(f"add {text}") is not None
    assert parse(f"why {text}") is not None


pieces = st.sampled_from(
    [*"abX 0189&.,、，'’«»()（）-聯科", "as", "not", "near", "from", "page 2", " ", "Inc.", "$ON", "\\"]
)
company_names = st.lists(pieces, max_size=12).map(lambda some: " ".join("".join(some).split()))


@given(company_names)
def test_a_name_written_for_a_command_is_read_back(name: str) -> None:
    assume(len(name) > 1 and any(char.isalnum() for char in name))
    assert parse(f"remove {as_name(name)}") == Remove((name,))
    assert names(parse(f"add {as_name(name)}")) == (name,)


@pytest.mark.parametrize(
    "company",
    [
        Company("Lava International", (Alias("Lava"), Alias("ラヴァ")), context=("phone",), exclude=("lava lamp",)),
        Company("Yahoo, Inc.", (Alias("not far"),)),
        Company("Not near from", context=("as it is",)),
        Company("MediaTek", (Alias("聯發科"),), ("2454.TW",)),
        Company('The "Quoted" One'),
        Company("Far from Home"),
    ],
)
def test_an_undone_removal_brings_the_same_company_back(company: Company) -> None:
    assert only(parse(f"add {as_command(company)}")) == company
