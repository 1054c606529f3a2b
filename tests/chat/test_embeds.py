"""What Discord is shown: always valid, never a ping, never markup or a link that is not ours, nothing cut in two."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.discord.sending import content, nonce, ref
from bot.chat.drawing.embeds import LINE, Drawn, answer, command_in, escaped, fitted, joined, message
from bot.chat.drawing.fitting import units
from bot.chat.drawing.foreign import one_line, web_link
from bot.model.card import AlertCard, CompanyLine, Line, Link, Snippet, Strong, TextCard, When
from bot.model.channel import Channel
from bot.model.command import Action, Menu, Reply
from tests.builders import card, delivery
from tests.chat.contracts import discord_faults
from tests.chat.hostile import actions, cards, foreign, lines
from tests.fakes import START

LITERAL = re.compile(r"\\[!-/:-@\[-`{-~]")
OUR_LINK = re.compile(r"\[[^\[\]]*\]\((https?://[^()\s]+)\)")
OUR_TIME = re.compile(r"<t:-?\d+:f>")
PING = re.compile(r"@(?:everyone|here|[!&]?\d{17,20})")


def sent(drawn: Drawn) -> dict[str, object]:
    """What the library makes of it, as JSON."""
    said = content(drawn)
    view = said.get("view")
    components = view.to_components() if view else []
    return {"content": drawn.content, "embeds": [said["embed"].to_dict()], "components": components}


def harmless(text: str) -> set[str]:
    """The addresses of the links in a text; AssertionError where Discord would read more into it than we wrote."""
    assert not PING.search(text)
    text.encode()
    bare = LITERAL.sub("·", text)
    found = set(OUR_LINK.findall(bare))
    bare = OUR_TIME.sub("·", OUR_LINK.sub("·", bare))
    assert not re.search(r"[\[\]<_~|`\\]|://", bare), bare
    for row in bare.split("\n"):
        assert not re.search(r"^(?:(?:> )?[#+-]|>(?! ))", row), row
        assert row.count("**") % 2 == 0
        assert "*" not in row.replace("**", ""), row
    return found


@settings(max_examples=60, deadline=None)
@given(cards, st.booleans())
def test_any_alert_is_valid_and_harmless(alert: AlertCard, repeat: bool) -> None:
    for draw in (message, joined):
        drawn = draw(alert, ref="ref 12345678", repeat=repeat)
        assert discord_faults("send", sent(drawn)) == []
        for part in (drawn.content, drawn.embed["title"], drawn.embed["description"]):
            assert harmless(part) == set()
        assert drawn.embed.get("url", web_link(alert.url)) == web_link(alert.url)
        assert 1 <= units(drawn.name) <= 100
        assert ("may be a repeat" in drawn.embed["description"].splitlines()[-1]) == repeat


@settings(max_examples=60, deadline=None)
@given(lines, actions, st.lists(st.builds(Menu, foreign, actions), max_size=6).map(tuple))
def test_any_answer_and_digest_is_valid_and_harmless(
    said: tuple[Line, ...], offered: tuple[Action, ...], menus: tuple[Menu, ...]
) -> None:
    allowed = {web_link(span.url) for line in said for span in line if isinstance(span, Link)}
    allowed = {each.replace("(", "%28").replace(")", "%29") for each in allowed}
    for drawn in (answer(Reply(said, offered, menus=menus)), message(TextCard("digest", said))):
        assert discord_faults("send", sent(drawn)) == []
        assert harmless(drawn.embed["description"]) <= allowed
        assert units(drawn.name) <= 100
        keys = [each["custom_id"] for row in drawn.rows for each in row]
        assert len(keys) == len(set(keys))
        behind = {command_in(key, drawn.embed["description"]) for key in keys if key.startswith(LINE)}
        assert behind <= {action.command for action in Reply(said, offered, menus=menus).steps} - {""}


@pytest.mark.parametrize("key", ["line:", "line:1", "line:x:2", "line:0:2", "line:3:2", "line:1:", "line:-1:2"])
def test_a_button_that_points_at_no_line_types_nothing(key: str) -> None:
    assert command_in(key, "one\ntwo") == ""


@settings(max_examples=200, deadline=None)
@given(foreign.map(one_line), st.integers(20, 300))
def test_what_is_escaped_reads_as_it_was(text: str, most: int) -> None:
    said = fitted(text, most)
    assert units(said) <= most
    shown = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", said).replace("@\u200b", "@").removesuffix("\u2069")
    assert text.startswith(shown.removesuffix("…").replace("@\u200b", "@")) or shown == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a*b_c~d|e`f", r"a\*b\_c\~d\|e\`f"),
        ("[Bank](https://evil.example)", r"\[Bank\](https\://evil.example)"),
        ("@everyone", "@\u200beveryone"),
        ("<@900000000000000002>", "\\<@\u200b900000000000000002\\>"),
        ("C# - a + b", "C# - a + b"),
        ("10:30", "10:30"),
        ("聯發科", "聯發科"),
    ],
)
def test_foreign_words_are_shown_as_they_are(text: str, shown: str) -> None:
    assert escaped(text) == shown


@pytest.mark.parametrize("line", ["# heading", "-# small", "- item", "+ item"])
def test_a_line_does_not_become_a_heading_or_a_list(line: str) -> None:
    drawn = answer(Reply(((line,), (Strong(line),))))
    assert drawn.embed["description"] == f"\\{line}\n**{line}**"


def test_an_alert_looks_as_the_voice_says() -> None:
    lava = CompanyLine("Lava", "phones", "main", Snippet("would have Lava build", ((11, 15),)), "full name")
    oppo = CompanyLine("Oppo", "phones", "passing", Snippet("said Oppo", ((5, 9),)), "full name")
    alert = AlertCard((lava, oppo), "Lava builds", "https://a.example/1", ("Focus", "Asia"), START, ("en", "zh"))
    drawn = message(alert)
    assert drawn.content == "**Lava**  (+ Oppo)"
    assert (drawn.embed["title"], drawn.embed["url"]) == ("Lava builds", "https://a.example/1")
    assert drawn.embed["description"].splitlines() == [
        f"Focus · <t:{START.timestamp():.0f}:f> · +1 source · en, zh",
        "**Lava** · main subject",
        "> would have **Lava** build",
        "full name · list phones",
        "**Oppo** · in passing",
        "> said **Oppo**",
        "full name · list phones",
    ]
    assert [each["label"] for row in drawn.rows for each in row] == ["Why"]


def test_an_answer_has_its_next_steps_as_buttons_and_long_ones_as_lines_to_type() -> None:
    said = ((Strong("Lava"), " of ", Link("list", "https://a.example/(1)"), " at ", When(START)),)
    steps = (Action("Undo", "remove Lava"), Action("Again", "remove Lava"), Action("All", "remove " + "Lava, " * 20))
    drawn = answer(Reply(said, steps))
    assert drawn.embed["description"].splitlines() == [
        f"**Lava** of [list](https://a.example/%281%29) at <t:{START.timestamp():.0f}:f>",
        f"All: remove {'Lava, ' * 20}".strip(),
    ]
    assert [(each["label"], each["custom_id"]) for row in drawn.rows for each in row] == [("Again", "run:remove Lava")]


def test_a_menu_holds_what_fits_and_the_rest_is_a_line_to_type() -> None:
    options = tuple(Action(f"Lava {number}", f"remove Lava {number}") for number in range(26))
    menus = (Menu("Which?", options), Menu("None fits", (Action("Long", "x" * 101),)))
    drawn = answer(Reply((("Which?",),), (Action("Cancel", "list"),), menus=menus))
    (cancel,), (menu,) = drawn.rows
    assert cancel["custom_id"] == "run:list"
    assert (menu["type"], menu["custom_id"], menu["placeholder"]) == (3, "choose:0", "Which?")
    assert menu["options"][0] == {"label": "Lava 0", "value": "remove Lava 0"}
    assert len(menu["options"]) == 25
    assert drawn.embed["description"].splitlines()[1:] == ["Lava 25: remove Lava 25", f"Long: {'x' * 101}"]


def test_menus_and_buttons_share_five_rows() -> None:
    steps = tuple(Action(f"Step {number}", f"step {number}") for number in range(20))
    menus = tuple(Menu(f"Menu {number}", (Action("One", f"one {number}"),)) for number in range(4))
    drawn = answer(Reply((("Which?",),), steps, menus=menus))
    assert [len(row) for row in drawn.rows] == [5, 1, 1, 1, 1]
    assert drawn.embed["description"].splitlines()[1:] == [f"Step {number}: step {number}" for number in range(5, 20)]


def test_lines_that_find_no_room_are_counted() -> None:
    drawn = answer(Reply(tuple((f"line {number} " + "x" * 90,) for number in range(100))))
    shown = drawn.embed["description"].splitlines()
    assert shown[-1] == f"{100 - len(shown) + 1} lines left out: too long for one message"


def test_a_delivery_is_marked_alike_at_each_attempt_and_unlike_any_other() -> None:
    here, there = Channel.parse("discord:1"), Channel.parse("discord:2")
    marks = {nonce(each) for each in (delivery("d1", here), delivery("d2", here), delivery("d1", there))}
    assert len(marks) == 3
    assert {len(mark) for mark in marks} == {22}
    assert nonce(delivery("d1", here)) == nonce(delivery("d1", here))
    assert ref(delivery("d1", here)) == f"ref {nonce(delivery('d1', here))[:8]}"
    assert message(card(), ref="ref x").embed["footer"] == {"text": "ref x"}
