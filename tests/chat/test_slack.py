"""Slack end to end: the real SDK against a Slack of our own, over real sockets."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.chat.slack import connect
from bot.chat.slack.manifest import manifest
from bot.chat.slack.workspace import PAGES
from bot.errors import ChannelGone, SettingsError, Uncertain
from bot.model.alert import Receipt
from bot.model.channel import Channel
from bot.model.command import Command, Reply
from tests.builders import card, delivery
from tests.chat.servers.slack import APP_TOKEN, BOT_TOKEN, Fault, SlackServer
from tests.chat.slack_bot import HERE, NAMED, bot_on, echo, slack_server
from tests.fakes import ManualClock

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with slack_server() as server:
        yield server


@pytest.mark.parametrize("channel", [HERE, NAMED, Channel("slack", "T0TEAM", "C0SUPPLY")])
async def test_an_alert_is_posted_with_its_id_and_nothing_that_pings(slack: SlackServer, channel: Channel) -> None:
    async with bot_on(slack) as platform:
        owed = delivery("d1", channel)
        receipt = await platform.send(owed)
    (posted,) = slack.messages()
    assert receipt == Receipt(f"C0SUPPLY/{posted['ts']}", link(posted) if channel.tenant else "")
    assert posted["metadata"]["event_payload"] == {"id": "d1"}
    assert posted["text"] == "Lava: Lava launches a phone"
    assert (posted["parse"], posted["link_names"], posted["unfurl_links"]) == ("none", False, False)


def link(message: Mapping[str, Any]) -> str:
    return f"https://team.slack.test/archives/C0SUPPLY/p{message['ts'].replace('.', '')}"


@pytest.mark.parametrize("thread", ["", "Lava launches a phone"])
async def test_a_message_grows_by_edit_and_a_new_name_is_said_in_its_thread(slack: SlackServer, thread: str) -> None:
    async with bot_on(slack) as platform:
        first = delivery("d1", HERE)
        await platform.resolve(HERE)
        receipt = await platform.send(first)
        grown = replace(card(), sources=("Focus", "Asia"), articles=2)
        await platform.edit(replace(first, id="d2", kind="edit", card=grown, target=receipt))
        told = replace(card("Dixon joins", "Dixon"), thread=thread)
        joining = replace(first, id="d3", kind="reply", card=told, target=receipt)
        below = await platform.reply(joining)
    post, reply = slack.messages()
    assert receipt.link == link(post)
    assert below.link == f"{link(reply)}?thread_ts={post['ts']}&cid=C0SUPPLY"
    assert "+1 source" in str(post["blocks"])
    assert reply["thread_ts"] == post["ts"]
    assert reply["text"] == "Also Dixon: Dixon joins"


@pytest.mark.parametrize("kind", ["lost", "dropped"])
async def test_a_reply_that_is_lost_is_looked_up_before_it_is_posted_again(slack: SlackServer, kind: str) -> None:
    slack.fail("chat.postMessage", Fault(kind))  # type: ignore[arg-type]
    async with bot_on(slack) as platform:
        owed = delivery("d1", HERE)
        with pytest.raises(Uncertain):
            await platform.send(owed)
        for other in ("d0", "d2", "d3"):
            await platform.send(replace(owed, id=other))
        found = await platform.find(replace(owed, doubtful=True))
        assert not (await platform.send(replace(owed, id="d4", doubtful=True))).marked, "it was looked for in vain"
    arrived = [each for each in slack.messages() if each["metadata"]["event_payload"]["id"] == "d1"]
    assert found == (Receipt(f"C0SUPPLY/{arrived[0]['ts']}", link(arrived[0])) if kind == "lost" else None)


@pytest.mark.parametrize(("after", "known", "marked"), [(-1, True, False), (0, False, True)])
async def test_where_more_was_said_since_than_is_looked_at_it_may_be_a_repeat(
    slack: SlackServer, after: int, known: bool, marked: bool
) -> None:
    slack.fail("chat.postMessage", Fault("lost"))
    async with bot_on(slack) as platform:
        owed = delivery("d1", HERE)
        with pytest.raises(Uncertain):
            await platform.send(owed)
        slack.chatter(PAGES * slack.page + after)
        doubtful = replace(owed, doubtful=True)
        assert (await platform.find(doubtful) is not None) == known
        assert (await platform.send(doubtful)).marked == marked


async def test_an_answer_that_may_have_arrived_is_looked_up_in_its_thread(slack: SlackServer) -> None:
    async with bot_on(slack) as platform:
        above = await platform.send(delivery("d1", HERE))
        owed = replace(delivery("d2", HERE, "reply"), target=above)
        slack.fail("chat.postMessage", Fault("lost"))
        with pytest.raises(Uncertain):
            await platform.reply(owed)
        _, below = slack.messages()
        found = await platform.find(replace(owed, doubtful=True))
        assert found == Receipt(f"C0SUPPLY/{below['ts']}", f"{link(below)}?thread_ts={below['thread_ts']}&cid=C0SUPPLY")
        assert await platform.find(replace(owed, id="d3", doubtful=True)) is None


async def test_without_the_history_an_uncertain_message_says_that_it_may_be_a_repeat() -> None:
    async with slack_server(scopes="chat:write,commands") as slack, bot_on(slack) as platform:
        owed = replace(delivery("d1", HERE), doubtful=True)
        assert await platform.find(owed) is None
        assert (await platform.send(owed)).marked
        (posted,) = slack.messages()
        assert "may be a repeat" in str(posted["blocks"])
        assert not slack.called("conversations.history")
        for doubtful in (True, False):
            target = Receipt(f"C0SUPPLY/{posted['ts']}", doubtful=doubtful)
            await platform.edit(replace(owed, kind="edit", target=target))
            assert ("may be a repeat" in str(slack.messages()[0]["blocks"])) == doubtful


async def test_a_channel_is_known_by_workspace_id_and_name(slack: SlackServer) -> None:
    async with bot_on(slack) as platform:
        for written in (HERE, NAMED):
            found = await platform.resolve(written)
            assert found == Channel("slack", "T0TEAM", "C0SUPPLY")
            assert found.name == "#supply-chain"
        assert await platform.resolve(Channel("slack", "", "#nowhere")) is None


@pytest.mark.parametrize(("name", "called"), [("board", "#board"), ("", ""), ("mpdm-ann--bob-1", "")])
async def test_a_conversation_without_a_name_of_its_own_has_none(slack: SlackServer, name: str, called: str) -> None:
    slack.channels["C0SUPPLY"].private = True
    slack.channels["C0SUPPLY"].name = name
    async with bot_on(slack) as platform:
        found = await platform.resolve(HERE)
    assert found is not None
    assert (found.name, found.public) == (called, False)


async def test_a_channel_is_checked(slack: SlackServer) -> None:
    slack.channels["C0SUPPLY"].archived = True
    async with bot_on(slack) as platform:
        assert "archived" in await platform.check(HERE)
        assert "/invite" in await platform.check(Channel("slack", "", "#other"))
        assert "/invite" in await platform.check(Channel("slack", "", "#nowhere"))


@pytest.mark.parametrize(
    ("environment", "variable"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-1 xoxb-2", "SLACK_APP_TOKEN": "xapp-1"}, "as many"),
        ({"SLACK_BOT_TOKEN": "xapp-1", "SLACK_APP_TOKEN": "xapp-1"}, "begins with xoxb-"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xoxb-1"}, "begins with xapp-"),
        (
            {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_PING_SECONDS": "soon"},
            "SLACK_PING_SECONDS",
        ),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_PING_SECONDS": "0"}, "SLACK_PING_SECONDS"),
    ],
)
def test_tokens_that_can_not_be_right_are_named_and_not_shown(environment: dict[str, str], variable: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        connect(environment, ManualClock())


def test_without_tokens_slack_is_off() -> None:
    assert connect({}, ManualClock()) is None


def test_the_manifest_in_the_repository_is_the_one_that_the_table_of_commands_makes() -> None:
    """Otherwise: python -m bot.chat.slack.manifest > slack-manifest.yaml"""
    assert (ROOT / "slack-manifest.yaml").read_text(encoding="utf-8") == manifest()


async def test_each_workspace_has_its_own_deliveries_and_commands() -> None:
    heard: list[Command] = []

    async def dispatch(command: Command) -> Reply:
        heard.append(command)
        return await echo(command)

    async with (
        slack_server() as first,
        slack_server(team="T0NEXT", bot_token="xoxb-next", app_token="xapp-next") as second,
    ):
        first.neighbours.append(second)
        tokens = {"SLACK_BOT_TOKEN": f"{BOT_TOKEN},xoxb-next", "SLACK_APP_TOKEN": f"{APP_TOKEN},xapp-next"}
        async with bot_on(first, None, **tokens) as platform:
            await platform.start(dispatch)
            await platform.send(delivery("d1", Channel("slack", "T0TEAM", "C0SUPPLY")))
            await platform.send(delivery("d2", Channel("slack", "T0NEXT", "#supply-chain")))
            for server in (first, second):
                await server.slash("list")
                await server.answer()
            with pytest.raises(ChannelGone, match="write slack:<workspace id>"):
                await platform.send(delivery("d3", HERE))
            found = await platform.resolve(Channel("slack", "T0NEXT", "#supply-chain"))
    for server, owed in ((first, "d1"), (second, "d2")):
        assert [each["metadata"]["event_payload"]["id"] for each in server.messages()] == [owed]
    assert [command.channel.tenant for command in heard] == ["T0TEAM", "T0NEXT"]
    assert found == Channel("slack", "T0NEXT", "C0SUPPLY")


async def test_a_workspace_whose_token_was_revoked_is_parked_and_the_other_goes_on() -> None:
    async with (
        slack_server() as first,
        slack_server(team="T0NEXT", bot_token="xoxb-next", app_token="xapp-next") as second,
    ):
        first.neighbours.append(second)
        first.tokens[BOT_TOKEN] = "token_revoked"
        tokens = {"SLACK_BOT_TOKEN": f"{BOT_TOKEN},xoxb-next", "SLACK_APP_TOKEN": f"{APP_TOKEN},xapp-next"}
        async with bot_on(first, None, **tokens) as platform:
            await platform.start(echo)
            await second.slash("list")
            await second.answer()
            await platform.send(delivery("d2", Channel("slack", "T0NEXT", "C0SUPPLY")))
            with pytest.raises(ChannelGone, match="revoked"):
                await platform.send(delivery("d1", Channel("slack", "T0TEAM", "C0SUPPLY")))
    assert len(second.messages()) == 1
    assert first.sockets == 0


def test_the_manifest_for_http_names_the_address_wherever_slack_sends_something_and_no_socket() -> None:
    written = manifest("/namewatch", "https://bot.example/slack/events")
    assert written.count("https://bot.example/slack/events") == 4
    assert "socket_mode_enabled: false" in written
    assert "command: /namewatch" in written
