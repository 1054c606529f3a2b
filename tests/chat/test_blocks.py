"""What Slack is shown: always valid, never a ping, never a forged link, never cut inside a character, counts right."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wcwidth import iter_graphemes

from bot.chat.drawing.blocks import answer, joined, message
from bot.chat.drawing.fitting import MORE, cut, some, units
from bot.chat.drawing.foreign import web_link
from bot.model.card import AlertCard, CompanyLine, Line, Link, Snippet, TextCard, When
from bot.model.command import Action, Menu, Reply
from tests.builders import card
from tests.chat.goldens import ALERT
from tests.chat.hostile import actions, cards, foreign, lines
from tests.chat.slack_rules import links, shown, validators, words
from tests.fakes import START


def left_out(blocks: list[dict[str, object]]) -> int:
    found = re.findall(r"([\d,]+) (?:compan\w+|lines?) left out", words(blocks))
    return int(found[-1].replace(",", "")) if found else 0


@settings(max_examples=40, deadline=None)
@given(cards, st.booleans(), st.sampled_from(["", ALERT]))
def test_any_alert_is_valid_and_harmless(alert: AlertCard, repeat: bool, alert_id: str) -> None:
    for draw in (message, joined):
        text, blocks = draw(alert, alert=alert_id, repeat=repeat)
        shown(text, blocks)
        assert links(blocks) <= {web_link(alert.url)} - {""}
        told = sum(1 for block in blocks if block["type"] == "rich_text")
        assert told + left_out(blocks) >= 1
        assert ("may be a repeat" in words(blocks[-1:])) == repeat


@settings(max_examples=40, deadline=None)
@given(lines, actions, st.lists(st.builds(Menu, foreign, actions), max_size=30).map(tuple))
def test_any_answer_and_digest_is_valid_and_harmless(
    said: tuple[Line, ...], offered: tuple[Action, ...], menus: tuple[Menu, ...]
) -> None:
    allowed = {web_link(span.url) for line in said for span in line if isinstance(span, Link)} - {""}
    for text, blocks in (answer(Reply(said, offered, menus=menus)), message(TextCard("digest", said))):
        shown(text, blocks)
        assert links(blocks) <= allowed


@given(st.lists(st.text("ab聯👨", min_size=1, max_size=90), max_size=20), st.integers(60, 900))
def test_names_that_do_not_fit_are_counted(names: list[str], most: int) -> None:
    said = some(names, ", ", most)
    assert units(said) <= most
    found = re.fullmatch(r"(.*?)(?: and ([\d,]+) more)?", said)
    assert found
    told = found[1].split(", ") if found[1] else []
    assert len(told) + int(found[2] or 0) == len(names)
    assert all(name.startswith(short.removesuffix(MORE)) for name, short in zip(names, told, strict=False))


@given(foreign.filter(lambda text: text.isprintable()), st.integers(3, 400))
def test_a_text_is_cut_between_characters_as_readers_see_them(text: str, most: int) -> None:
    short = cut(text, most)
    assert units(short) <= most
    if short != text:
        whole = list(iter_graphemes(text))
        head = short.rstrip("\u2069").removesuffix(MORE)
        assert any("".join(whole[:count]) == head for count in range(len(whole) + 1))


@pytest.mark.parametrize("count", [1, 3, 20, 60, 500])
def test_companies_that_find_no_room_are_counted(count: int) -> None:
    many = tuple(
        CompanyLine(f"Company {at}", "phones", "main", Snippet(f"Company {at} said so. " * 6), "full name")
        for at in range(count)
    )
    base = card()
    text, blocks = message(AlertCard(many, base.headline, base.url, base.sources, base.at))
    shown(text, blocks)
    told = len(re.findall(r"said so\. ?Company|list phones", words(blocks)))
    reasons = words(blocks).count("list phones")
    assert told >= reasons
    assert reasons + left_out(blocks) == count
    assert left_out(blocks) == 0 if count <= 20 else left_out(blocks) > 0
    names = words(blocks[:1])
    more = re.search(r"and ([\d,]+) more", names)
    assert names.count("Company ") + (int(more[1].replace(",", "")) if more else 0) == count


@pytest.mark.parametrize("count", [1, 40, 300, 5000])
def test_lines_that_find_no_room_are_counted(count: int) -> None:
    _, blocks = answer(Reply(tuple((f"  Company {at} · nothing yet",) for at in range(count))))
    assert words(blocks).count("nothing yet") + left_out(blocks) == count


def test_next_steps_that_find_no_room_are_counted() -> None:
    offered = tuple(Action("Same", f"show {at}") for at in range(30))
    _, blocks = answer(Reply((("Which?",),), (*offered, Action("Long", "x" * 2001))))
    assert len(blocks[1]["elements"]) == 25
    assert "6 next steps left out" in words(blocks)


def test_a_menu_holds_what_fits_and_the_rest_is_counted() -> None:
    options = tuple(Action(f"Company {at}", f"show {at}") for at in range(120))
    menus = (Menu("Which?", options), Menu("None fits", (Action("Long", "x" * 151),)), Menu("Which?", options[:1]))
    text, blocks = answer(Reply((("Which?",),), menus=menus))
    shown(text, blocks)
    first, second = blocks[1]["elements"]
    assert [len(first["options"]), len(second["options"])] == [100, 1]
    assert [first["options"][3]["text"]["text"], first["options"][3]["value"]] == ["Company 3", "show 3"]
    assert "21 next steps left out" in words(blocks)


def test_an_alert_has_the_buttons_of_feedback() -> None:
    _, blocks = message(card(), alert=ALERT)
    (row,) = [block["elements"] for block in blocks if block["type"] == "actions"]
    assert [(button["text"]["text"], button["value"]) for button in row] == [
        ("Useful", f"useful {ALERT}"),
        ("Not this company", f"wrong {ALERT}"),
        ("Mute...", f"mute this {ALERT}"),
        ("Why", "why https://focus.example/1"),
    ]


def test_a_link_that_is_too_long_is_shown_without_its_address() -> None:
    _, blocks = message(TextCard("notice", ((Link("read", "https://example.org/" + "a" * 4000),),)))
    assert (words(blocks), links(blocks)) == ("read", set())


def test_a_date_that_no_client_can_draw_is_drawn_in_words() -> None:
    early = datetime(1, 1, 1, tzinfo=UTC)
    text, blocks = answer(Reply(((When(early), " ", When(START)),)))
    shown(text, blocks)
    assert "0001-01-01 00:00 UTC" in words(blocks)


@pytest.mark.parametrize(
    ("headline", "url", "asked"),
    [
        ("Lava", "https://focus.example/1?a=b&c=%20d", ["why https://focus.example/1?a=b&c=%20d"]),
        ("Lava", "https://focus.example/聯", ["why https://focus.example/%E8%81%AF"]),
        ("Lava\nlaunches", "", ["why"]),
        ("Lava", "javascript:alert(1)", ["why"]),
        ("", "", ["why"]),
        ("Lava", "https://focus.example/" + "a" * 2000, ["why"]),
    ],
)
def test_the_alert_offers_why(headline: str, url: str, asked: list[str]) -> None:
    _, blocks = message(AlertCard(card().companies, headline, url, (), START))
    rows = [block["elements"] for block in blocks if block["type"] == "actions"]
    assert [button["value"] for row in rows for button in row] == asked


def test_the_contract_is_read_where_it_is_beside_the_checkout() -> None:
    if validators() is None:
        pytest.skip("the shared contracts are not beside this checkout: blocks are checked by our own rules alone")
