"""Editing a company in a form on Discord: what is wrong is said, what was typed is kept, nothing of others is lost."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.discord.forms import modal
from bot.model.channel import Channel
from bot.model.command import Command, Reply
from bot.model.form import Blank, Form
from tests.builders import company, watchlist
from tests.chat.contracts import discord_faults
from tests.chat.discord_bot import bot_on, discord_server
from tests.chat.hostile import foreign
from tests.chat.servers.discord import BOB, GUILD, MANAGE, SUPPLY, DiscordServer, blanks
from tests.commands.desk import Desk

CHANNEL = Channel("discord", GUILD, SUPPLY)
EMBED = "description"


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with discord_server() as server:
        yield server


@pytest.fixture
def desk() -> Desk:
    return Desk(watchlist("phones", [company("Lava International", "Lava")], str(CHANNEL)), live=["discord"])


def answering(desk: Desk) -> Any:
    async def dispatch(command: Command) -> Reply:
        return await desk.asked(command)

    return dispatch


def said(answer: dict[str, Any]) -> str:
    return str(answer["data"]["embeds"][0][EMBED])


def pressed(answer: dict[str, Any], label: str) -> str:
    parts = [part for row in answer["data"]["components"] for part in row["components"]]
    return next(str(part["custom_id"]) for part in parts if part.get("label") == label)


async def test_a_company_is_edited_in_a_form_that_outlives_a_restart(discord: DiscordServer, desk: Desk) -> None:
    async with bot_on(discord) as platform:
        await platform.start(answering(desk))
        await discord.connected()
        await discord.slash("set", company="Lava", rights=MANAGE)
        form = await discord.answer(1)
    assert form["type"] == 9
    assert blanks(form) == {"alias": "Lava", "context": "", "exclude": "", "evidence": "normal", "passing": "list"}
    async with bot_on(discord) as platform:
        await platform.start(answering(desk))
        await discord.connected()
        await discord.submit(form, rights=MANAGE, alias="Lava\nラヴァ", evidence="strict")
        done = await discord.answer(2)
    assert done["data"].get("flags", 0) == 0
    (lava,) = desk.lists.lists()[0].companies
    assert [alias.text for alias in lava.aliases] == ["Lava", "ラヴァ"]
    assert (lava.evidence, lava.passing) == ("strict", None)


async def test_what_is_wrong_is_said_and_what_was_typed_is_there_again(discord: DiscordServer, desk: Desk) -> None:
    async with bot_on(discord) as platform:
        await platform.start(answering(desk))
        await discord.connected()
        await discord.slash("set", company="Lava", rights=MANAGE)
        form = await discord.answer(1)
        await discord.submit(form, rights=MANAGE, alias="x" * 200, context="phone")
        refused = await discord.answer(2)
        await discord.press(pressed(refused, "Open it again as you left it"), discord.private(refused), rights=MANAGE)
        again = await discord.answer(3)
        await discord.press(
            pressed(refused, "Open it again as you left it"), discord.private(refused), user=BOB, rights=MANAGE
        )
        of_bob = await discord.answer(4)
        await discord.submit(again, rights=MANAGE, alias="ラヴァ")
        await discord.answer(5)
    assert refused["data"]["flags"] == 64
    assert "Nothing was changed" in said(refused)
    assert (blanks(again)["alias"], blanks(again)["context"]) == ("x" * 200, "phone")
    assert (blanks(of_bob)["alias"], blanks(of_bob)["context"]) == ("Lava", "")
    (lava,) = desk.lists.lists()[0].companies
    assert ([alias.text for alias in lava.aliases], lava.context) == (["ラヴァ"], ("phone",))


async def test_whoever_may_not_change_the_list_sees_and_changes_nothing_by_a_form(
    discord: DiscordServer, desk: Desk
) -> None:
    async with bot_on(discord) as platform:
        await platform.start(answering(desk))
        await discord.connected()
        await discord.slash("set", company="Lava", rights=MANAGE)
        form = await discord.answer(1)
        await discord.slash("set", company="Lava", user=BOB)
        shown = await discord.answer(2)
        await discord.submit(form, user=BOB, alias="Mine")
        refused = await discord.answer(3)
    assert shown["type"] == 4
    assert "Aliases: Lava" in said(shown)
    assert refused["data"]["flags"] == 64
    assert desk.lists.applied == []


async def test_a_form_that_comes_too_late_to_be_opened_is_behind_a_button(
    discord: DiscordServer, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.chat.discord.listener.SOON", 0.05)
    held = asyncio.Event()

    async def dispatch(command: Command) -> Reply:
        if command.text == "set Lava":
            await held.wait()
        return await desk.asked(command)

    async with bot_on(discord) as platform:
        await platform.start(dispatch)
        await discord.connected()
        await discord.slash("set", company="Lava", rights=MANAGE)
        await discord.deferral()
        held.set()
        shown = await discord.answer(1)
        await discord.press(pressed(shown, "Edit"), {**discord.private(shown), "flags": 64}, rights=MANAGE)
        form = await discord.answer(2)
    assert form["type"] == 9
    assert blanks(form)["alias"] == "Lava"


blank = st.builds(
    Blank,
    st.sampled_from(["alias", "context", "exclude"]),
    foreign,
    foreign,
    foreign,
    st.sampled_from([(), (("a", "A"), ("b", "B"))]),
    st.booleans(),
)


forms = st.builds(
    Form,
    foreign,
    st.just("set #0123456789ab"),
    st.lists(blank, min_size=1, max_size=3, unique_by=lambda each: each.name).map(tuple),
)


@settings(max_examples=80, deadline=None)
@given(forms)
def test_any_form_is_valid(form: Form) -> None:
    said = modal(form).to_dict()
    assert discord_faults("callback", {"type": 9, "data": said}) == []
    assert len(said["components"]) == len(form.blanks)
