"""Modals and menus in Slack: a company is edited in a modal, an unclear one chosen from a menu, and answers arrive."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chat.drawing.blocks import picked, suggestions
from bot.chat.drawing.modal import filled, modal
from bot.commands.dispatch import Dispatcher
from bot.model.channel import Channel
from bot.model.command import Command, Menu, Reply
from bot.model.form import Blank, Form
from bot.store import MemoryStore
from bot.watchlists.repo import FileRepo
from tests.chat.hostile import foreign
from tests.chat.servers.slack import Fault, SlackServer
from tests.chat.slack_bot import bot_on, echo, slack_server
from tests.chat.slack_rules import offered, opened, words
from tests.fakes import CountingIds, ManualClock

PHONES = """\
channels: ["slack:T0TEAM/C0SUPPLY"]
companies:
  # the makers
  - name: Lava International
    aliases: [Lava]  # as the press writes
    context: [phone]
  - Dixon
"""


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with slack_server() as server:
        yield server


@pytest.fixture
async def office(tmp_path: Path) -> Dispatcher:
    (tmp_path / "phones.yaml").write_text(PHONES)
    store = MemoryStore()
    repo = await FileRepo.open(tmp_path, store, ManualClock(), CountingIds(), {})
    return Dispatcher(repo, store, ManualClock(), frozenset({"slack"}), _reachable)


async def _reachable(channel: Channel) -> str:
    del channel
    return ""


async def opened_view(slack: SlackServer, text: str = "set Lava", count: int = 1) -> Mapping[str, Any]:
    await slack.slash(text)
    return dict((await slack.heard("views.open", count))["view"])


async def test_a_company_is_edited_in_a_modal_and_the_channel_is_told(
    slack: SlackServer, office: Dispatcher, tmp_path: Path
) -> None:
    async with bot_on(slack) as platform:
        await platform.start(office)
        view = await opened_view(slack)
        assert await slack.submit(view, {"alias": "Lava\nラヴァ", "evidence": "strict"}) == {}
        said = await slack.answer()
    assert said["response_type"] == "in_channel"
    assert "evidence of Lava International normal -&gt; strict" in said["text"]
    assert (tmp_path / "phones.yaml").read_text() == PHONES.replace("[Lava]", "[Lava, ラヴァ]").replace(
        "    context: [phone]\n", "    context: [phone]\n    evidence: strict\n"
    )


async def test_what_is_wrong_is_said_in_place_and_the_modal_stays(
    slack: SlackServer, office: Dispatcher, tmp_path: Path
) -> None:
    async with bot_on(slack) as platform:
        await platform.start(office)
        view = await opened_view(slack)
        errors = await slack.submit(view, {"alias": "x" * 129, "context": '"phone'})
        assert {name: words[:20] for name, words in errors.items()} == {
            "alias": "A name has at most 1",
            "context": "The quote before 'ph",
        }
        assert (tmp_path / "phones.yaml").read_text() == PHONES
        assert await slack.submit(view, {"context": "phone\nhandset"}) == {}
        await slack.answer()
    assert "context: [phone, handset]" in (tmp_path / "phones.yaml").read_text()


async def test_what_belongs_to_no_blank_stands_at_the_first_one_in_whole_sentences_without_markup(
    slack: SlackServer, office: Dispatcher
) -> None:
    async def gone(command: Command) -> Reply:
        if not command.filled:
            return await office(command)
        return Reply((("Not watched any more. To watch it: add <company>",), ("Nothing was changed.",)), failed=True)

    async with bot_on(slack) as platform:
        await platform.start(gone)
        errors = await slack.submit(await opened_view(slack), {"alias": "Lawa"})
    assert errors == {"alias": "Not watched any more. To watch it: add <company>. Nothing was changed."}


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Acme · #news", "Acme · #news"),
        ("Lava International · #supply-chain", "Lava International"),
        ("鴻海精密工業股份有限公司台灣分公司 · #supply-chain", "鴻海精密工業股份有限公司台灣分公司"),
        ("Taiwan Semiconductor Manufacturing · #news", "Edit"),
        (" · #supply-chain-and-more-of-it", "Edit"),
    ],
)
def test_the_title_of_a_modal_is_whole_words_and_all_of_it_stands_below(title: str, shown: str) -> None:
    view = modal(Form(title, "set #0123456789ab", (Blank("alias", "Aliases"),)), "{}")
    opened(view)
    assert view["title"]["text"] == shown
    assert view["blocks"][0]["elements"][0]["text"] == title.strip()


async def test_two_modals_open_at_once_lose_nothing_of_each_other(
    slack: SlackServer, office: Dispatcher, tmp_path: Path
) -> None:
    slack.users["U0BEN"] = {"name": "ben"}
    async with bot_on(slack) as platform:
        await platform.start(office)
        first, second = await opened_view(slack), await opened_view(slack, count=2)
        assert await slack.submit(first, {"alias": "Lava\nラヴァ", "evidence": "loose"}) == {}
        await slack.answer(1)
        errors = await slack.submit(second, {"alias": "Lava\nLawa", "evidence": "strict"}, user="U0BEN")
        assert errors["evidence"].startswith("Somebody chose loose meanwhile")
        assert await slack.submit(second, {"alias": "Lava\nLawa"}, user="U0BEN") == {}
        await slack.answer(2)
    assert "aliases: [Lava, ラヴァ, Lawa]" in (tmp_path / "phones.yaml").read_text()


async def test_a_guest_gets_the_words_and_no_modal(slack: SlackServer, office: Dispatcher) -> None:
    async with bot_on(slack) as platform:
        await platform.start(office)
        await slack.slash("set Lava", user="U0GUEST")
        said = await slack.answer()
    assert "Aliases: Lava" in said["text"]
    assert not slack.called("views.open")


async def test_a_modal_that_can_not_be_opened_any_more_is_offered_by_a_button(
    slack: SlackServer, office: Dispatcher
) -> None:
    slack.fail("views.open", Fault("error", "expired_trigger_id"))
    async with bot_on(slack) as platform:
        await platform.start(office)
        await slack.slash("set Lava")
        said = await slack.answer()
        button = said["blocks"][-1]["elements"][0]
        assert button["text"]["text"] == "Edit"
        await slack.press(button)
        view = (await slack.heard("views.open", 2))["view"]
    opened(view)


@pytest.mark.parametrize(("text", "public", "thread"), [("why", False, "7.1"), ("add", True, "7.1")])
async def test_a_button_in_a_thread_is_answered_there(slack: SlackServer, text: str, public: bool, thread: str) -> None:
    async def dispatch(command: Command) -> Reply:
        return Reply(((command.text,),), public=public)

    async with bot_on(slack) as platform:
        await platform.start(dispatch)
        await slack.press({"type": "button", "action_id": "run:0", "value": text}, ts="8.1", thread=thread)
        said = await slack.heard("chat.postMessage" if public else "chat.postEphemeral")
    assert (said["text"], said["thread_ts"]) == (text, thread)


@pytest.mark.parametrize(
    ("text", "private", "turned"),
    [("list page 2", True, True), ("list page 2", False, False), ("why", True, False)],
)
async def test_a_page_is_turned_in_place_where_one_person_alone_sees_it(
    slack: SlackServer, text: str, private: bool, turned: bool
) -> None:
    async with bot_on(slack) as platform:
        await platform.start(echo)
        await slack.press({"type": "button", "action_id": "run:0", "value": text}, ts="8.1", private=private)
        said = await slack.answer()
    assert (said["text"], said["replace_original"], said["response_type"]) == (text, turned, "ephemeral")


@pytest.mark.parametrize("public", [False, True])
async def test_an_answer_arrives_after_its_address_has_expired(slack: SlackServer, public: bool) -> None:
    asked = asyncio.Event()

    async def dispatch(command: Command) -> Reply:
        await asked.wait()
        return Reply(((command.text,),), public=public)

    async with bot_on(slack) as platform:
        await platform.start(dispatch)
        slack.expire(await slack.slash("list"))
        asked.set()
        said = await slack.heard("chat.postMessage" if public else "chat.postEphemeral")
    assert (said["channel"], said["text"]) == ("C0SUPPLY", "list")
    assert said.get("user") == (None if public else "U0ANN")


async def test_a_menu_is_filled_while_somebody_types_and_the_choice_is_a_command(
    slack: SlackServer, office: Dispatcher
) -> None:
    async with bot_on(slack) as platform:
        await platform.start(office, suggest=office.suggest)
        await slack.slash("show")
        menu = (await slack.answer(1))["blocks"][-1]["elements"][0]
        assert menu["type"] == "external_select"
        options = await slack.look_up(menu, "lav")
        offered(options)
        assert [option["text"]["text"] for option in options] == ["Lava International"]
        assert len(await slack.look_up(menu, "")) == 2
        assert await slack.look_up(menu, "zzz") == []
        await slack.press({**menu, "selected_option": options[0]})
        said = await slack.answer(2)
    assert said["text"].startswith("Lava International · ")


@pytest.mark.parametrize("slow", [False, True])
async def test_a_menu_is_answered_in_time_whatever_happens(
    slack: SlackServer, slow: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.chat.slack.listener.SOON", 0.05)

    async def suggest(*_: object) -> tuple[str, ...]:
        if slow:
            await asyncio.Event().wait()
        raise RuntimeError("a fault")

    async def dispatch(_: Command) -> Reply:
        return Reply((("Which?",),), menus=(Menu("Which company?", (), "company", "show {}"),))

    async with bot_on(slack) as platform:
        await platform.start(dispatch, suggest=suggest)
        await slack.slash("show")
        menu = (await slack.answer(1))["blocks"][-1]["elements"][0]
        assert await slack.look_up(menu, "lav") == []


async def test_a_modal_is_acknowledged_in_time_and_answered_later(
    slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.chat.slack.listener.SOON", 0.05)
    held = asyncio.Event()

    async def dispatch(command: Command) -> Reply:
        if not command.filled:
            return Reply((("Lava",),), form=Form("Lava", "set #0123456789ab", (Blank("alias", "Aliases"),)))
        await held.wait()
        return Reply((("That did not work",),), failed=True)

    async with bot_on(slack) as platform:
        await platform.start(dispatch)
        view = await opened_view(slack)
        assert await slack.submit(view, {"alias": "Lava"}) == {}
        held.set()
        said = await slack.answer()
    assert (said["text"], said["response_type"]) == ("That did not work", "ephemeral")


blanks = st.lists(
    st.one_of(
        st.builds(Blank, st.uuids().map(str), foreign, st.text(max_size=4000), foreign, lines=st.booleans()),
        st.builds(
            Blank,
            st.uuids().map(str),
            foreign,
            st.just("strict"),
            foreign,
            st.just((("strict", "strict"), ("list", "as the list has it"))),
        ),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda blank: blank.name,
).map(tuple)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.builds(Form, foreign, st.just("set #0123456789ab"), blanks))
def test_any_form_is_valid_and_comes_back_as_it_was(form: Form) -> None:
    view = modal(form, "{}")
    opened(view)
    state = {
        block["block_id"]: {
            "value": {
                "type": block["element"]["type"],
                "value": block["element"].get("initial_value"),
                "selected_option": block["element"].get("initial_option"),
            }
        }
        for block in view["blocks"]
        if block["type"] == "input"
    }
    back = dict(filled({"state": {"values": state}}))
    said = words(view["blocks"])
    for blank in form.blanks:
        assert back[blank.name] == blank.value if blank.name in back else "more than fits here" in said


@settings(deadline=None)
@given(st.lists(foreign, max_size=130), st.text(max_size=60))
def test_any_suggestion_is_valid(found: list[str], rest: str) -> None:
    template = "set {} exclude + " + rest.replace("{", "{{").replace("}", "}}")
    offered(suggestions(found, template))


def test_what_a_menu_offers_is_read_from_its_action_alone() -> None:
    assert picked("run:pick:0:company:set {} exclude + a:b") == ("company", "set {} exclude + a:b")
