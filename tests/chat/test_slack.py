"""Slack end to end: the real SDK against a Slack of our own, over real sockets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.chat.slack import SlackPlatform, connect
from bot.chat.slack.manifest import manifest
from bot.errors import ChannelGone, DeliveryError, Rejected, SettingsError, TryLater, Uncertain
from bot.model.alert import Receipt
from bot.model.channel import Channel
from bot.model.command import Action, Command, Reply
from tests.builders import card, delivery
from tests.chat.servers.slack import APP_TOKEN, BOT_TOKEN, Fault, SlackServer
from tests.fakes import ManualClock

ROOT = Path(__file__).resolve().parents[2]
HERE = Channel("slack", "", "C0SUPPLY")
NAMED = Channel("slack", "", "#supply-chain")


@asynccontextmanager
async def bot_on(server: SlackServer, **settings: str) -> AsyncIterator[SlackPlatform]:
    """The platform as the environment sets it up, connected to this server."""
    tokens = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": server.url}
    platform = connect({**tokens, **settings}, ManualClock())
    assert isinstance(platform, SlackPlatform)
    try:
        yield platform
    finally:
        await platform.stop()


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer() as server:
        yield server


@pytest.mark.parametrize("channel", [HERE, NAMED, Channel("slack", "T0TEAM", "C0SUPPLY")])
async def test_an_alert_is_posted_with_its_id_and_nothing_that_pings(slack: SlackServer, channel: Channel) -> None:
    async with bot_on(slack) as platform:
        owed = delivery("d1", channel)
        receipt = await platform.send(owed)
    (posted,) = slack.messages()
    assert receipt == Receipt(f"C0SUPPLY/{posted['ts']}")
    assert posted["metadata"]["event_payload"] == {"id": "d1"}
    assert posted["text"] == "Lava: Lava launches a phone"
    assert (posted["parse"], posted["link_names"], posted["unfurl_links"]) == ("none", False, False)


async def test_a_message_grows_by_edit_and_a_new_name_is_said_in_its_thread(slack: SlackServer) -> None:
    async with bot_on(slack) as platform:
        first = delivery("d1", HERE)
        receipt = await platform.send(first)
        grown = replace(card(), sources=("Focus", "Asia"), articles=2)
        await platform.edit(replace(first, id="d2", kind="edit", card=grown, target=receipt))
        await platform.reply(replace(first, id="d3", kind="reply", card=card("Dixon joins", "Dixon"), target=receipt))
    post, reply = slack.messages()
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
    arrived = [each for each in slack.messages() if each["metadata"]["event_payload"]["id"] == "d1"]
    assert found == (Receipt(f"C0SUPPLY/{arrived[0]['ts']}") if kind == "lost" else None)


async def test_without_the_history_an_uncertain_message_says_that_it_may_be_a_repeat() -> None:
    async with SlackServer(scopes="chat:write,commands") as slack, bot_on(slack) as platform:
        owed = replace(delivery("d1", HERE), doubtful=True)
        assert await platform.find(owed) is None
        await platform.send(owed)
        (posted,) = slack.messages()
        assert "may be a repeat" in str(posted["blocks"])
        assert not slack.called("conversations.history")


@pytest.mark.parametrize(
    ("fault", "error", "seconds"),
    [
        (Fault("rate", "7"), TryLater, 7.0),
        (Fault("rate"), TryLater, None),
        (Fault("status", "503"), Uncertain, None),
        (Fault("error", "internal_error"), Uncertain, None),
        (Fault("error", "not_in_channel"), ChannelGone, None),
        (Fault("error", "msg_too_long"), Rejected, None),
        (Fault("error", "something_new"), Rejected, None),
    ],
)
async def test_what_goes_wrong_is_told_apart(
    slack: SlackServer, fault: Fault, error: type[DeliveryError], seconds: float | None
) -> None:
    slack.fail("chat.postMessage", fault)
    async with bot_on(slack) as platform:
        with pytest.raises(error) as raised:
            await platform.send(delivery("d1", HERE))
    assert getattr(raised.value, "retry_after", None) == seconds
    assert len(slack.called("chat.postMessage")) == 1


async def test_a_command_is_answered_in_private_unless_it_changes_what_the_channel_gets(slack: SlackServer) -> None:
    heard: list[Command] = []

    async def dispatch(command: Command) -> Reply:
        heard.append(command)
        public = command.text.startswith("add")
        return Reply((("Lava is watched now",),), (Action("Undo", "remove Lava"),), public=public)

    async with bot_on(slack) as platform:
        await platform.start(dispatch)
        await slack.slash("list")
        listed = await slack.answer(1)
        await slack.slash("add Lava", user="U0GUEST")
        added = await slack.answer(2)
        undo = added["blocks"][-1]["elements"][0]
        await slack.press({"type": "button", **undo})
        await slack.answer(3)
    assert (listed["response_type"], added["response_type"]) == ("ephemeral", "in_channel")
    assert [command.text for command in heard] == ["list", "add Lava", "remove Lava"]
    assert heard[0].channel == Channel("slack", "T0TEAM", "C0SUPPLY")
    assert [sorted(command.actor.rights) for command in heard[:2]] == [["anyone", "member"], ["anyone"]]


async def test_a_mention_in_a_thread_is_a_command_answered_there(slack: SlackServer) -> None:
    async def dispatch(command: Command) -> Reply:
        return Reply(((command.text,),))

    async with bot_on(slack) as platform:
        await platform.start(dispatch)
        await slack.event(
            {"type": "app_mention", "user": "U0ANN", "channel": "C0SUPPLY", "text": "<@U0BOT> why", "thread_ts": "7.1"}
        )
        said = await slack.answer()
    assert (said["text"], said["thread_ts"], said["user"]) == ("why", "7.1", "U0ANN")


async def test_a_channel_is_known_by_workspace_id_and_name(slack: SlackServer) -> None:
    async with bot_on(slack) as platform:
        for written in (HERE, NAMED):
            found = await platform.resolve(written)
            assert found == Channel("slack", "T0TEAM", "C0SUPPLY")
            assert found.name == "#supply-chain"
        assert await platform.resolve(Channel("slack", "", "#nowhere")) is None


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
