"""What people type and press in Slack, what they may do, and what the bot says when it is let in."""

from collections.abc import AsyncIterator

import pytest

from bot.model.channel import Channel
from bot.model.command import Action, Command, Reply
from tests.chat.servers.slack import Conversation, Fault, SlackServer
from tests.chat.slack_bot import bot_on, echo, slack_server
from tests.fakes import ManualClock

SUPPLY = Channel("slack", "T0TEAM", "C0SUPPLY")
EVERYTHING = ["admin", "anyone", "member"]


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with slack_server() as server:
        yield server


class Hearing:
    """A dispatch that remembers the commands; what begins with add is told to all."""

    def __init__(self) -> None:
        self.commands: list[Command] = []

    async def __call__(self, command: Command) -> Reply:
        self.commands.append(command)
        public = command.text.startswith("add")
        return Reply((("Lava is watched now",),), (Action("Undo", "remove Lava"),), public=public)

    @property
    def rights(self) -> list[list[str]]:
        return [sorted(command.actor.rights) for command in self.commands]


async def test_a_command_is_answered_in_private_unless_it_changes_what_the_channel_gets(slack: SlackServer) -> None:
    hearing = Hearing()
    async with bot_on(slack) as platform:
        await platform.start(hearing)
        await slack.slash("list")
        listed = await slack.answer(1)
        await slack.slash("add Lava", user="U0GUEST")
        added = await slack.answer(2)
        undo = added["blocks"][-1]["elements"][0]
        await slack.press({"type": "button", **undo})
        await slack.answer(3)
    assert (listed["response_type"], added["response_type"]) == ("ephemeral", "in_channel")
    assert [command.text for command in hearing.commands] == ["list", "add Lava", "remove Lava"]
    assert hearing.commands[0].channel == SUPPLY


async def test_the_button_of_an_alert_asks_why_and_is_answered_in_private(slack: SlackServer) -> None:
    from_button = {"type": "button", "action_id": "run:0", "value": "why https://focus.example/1"}
    async with bot_on(slack) as platform:
        await platform.start(echo)
        await slack.press(from_button, ts="7.1")
        said = await slack.answer()
    assert (said["text"], said["response_type"]) == ("why https://focus.example/1", "ephemeral")
    assert said["replace_original"] is False


@pytest.mark.parametrize(
    ("said", "name"), [("analysts", "#analysts"), ("privategroup", ""), ("directmessage", ""), ("mpdm-ann--bob-1", "")]
)
async def test_a_channel_goes_by_the_name_that_slack_says(slack: SlackServer, said: str, name: str) -> None:
    heard: list[str] = []

    async def dispatch(command: Command) -> Reply:
        heard.append(command.channel.name)
        return Reply((("so",),))

    slack.channels["C0NEW"] = Conversation("C0NEW", said)
    async with bot_on(slack) as platform:
        await platform.start(dispatch)
        await slack.slash("add Lava", channel="C0NEW")
        await slack.answer(1)
        await slack.press({"type": "button", "action_id": "run:0", "value": "list"}, channel="C0NEW")
        await slack.answer(2)
    assert heard == [name, name]


@pytest.mark.parametrize(("thread", "below"), [("", "C0SUPPLY/7.1"), ("6.1", "C0SUPPLY/6.1")])
async def test_why_of_an_alert_without_a_link_is_about_that_message(
    slack: SlackServer, thread: str, below: str
) -> None:
    async def dispatch(command: Command) -> Reply:
        return Reply(((f"{command.text} {command.under}",),))

    async with bot_on(slack) as platform:
        await platform.start(dispatch)
        await slack.press({"type": "button", "action_id": "run:0", "value": "why"}, ts="7.1", thread=thread)
        said = await slack.answer()
    assert said["text"] == f"why {below}"


@pytest.mark.parametrize(("public", "method"), [(False, "chat.postEphemeral"), (True, "chat.postMessage")])
async def test_a_mention_in_a_thread_is_a_command_answered_there(slack: SlackServer, public: bool, method: str) -> None:
    async def dispatch(command: Command) -> Reply:
        assert command.under == "C0SUPPLY/7.1"
        return Reply(((command.text,),), public=public)

    mention = {
        "type": "app_mention",
        "user": "U0ANN",
        "channel": "C0SUPPLY",
        "text": "<@U0BOT> why",
        "thread_ts": "7.1",
    }
    async with bot_on(slack) as platform:
        await platform.start(dispatch)
        await slack.event(mention)
        said = await slack.heard(method)
    assert (said["text"], said["thread_ts"], said.get("user")) == ("why", "7.1", None if public else "U0ANN")


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("<@U0BOT> list", "list"),
        ("<@U0BOT|namewatch> list", "list"),
        ("  <@U0BOT>", "nothing"),
        ("hey <@U0BOT> list", "list"),
        ("list <@U0BOT>", "list"),
        ("<@U0ANN> <@U0BOT> list", "list"),
        ("<@U0BOT> add Lava for <@U0ANN>", "add Lava for <@U0ANN>"),
        ("<@U0BOT> why <@U0BOT>", "why <@U0BOT>"),
    ],
)
async def test_what_is_asked_stands_behind_the_bots_name_wherever_that_stands(
    slack: SlackServer, said: str, asked: str
) -> None:
    async with bot_on(slack) as platform:
        await platform.start(echo)
        await slack.event({"type": "app_mention", "user": "U0ANN", "channel": "C0SUPPLY", "text": said})
        answer = await slack.answer()
    assert answer["text"] == asked.replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize(
    ("person", "rights"),
    [
        ({}, ["anyone", "member"]),
        ({"is_restricted": True}, ["anyone"]),
        ({"is_ultra_restricted": True}, ["anyone"]),
        ({"is_bot": True}, ["anyone"]),
        ({"is_stranger": True}, ["anyone"]),
        ({"deleted": True}, ["anyone"]),
        ({"team_id": "T0TEAM"}, ["anyone", "member"]),
        ({"team_id": "T0ELSE"}, ["anyone"]),
        ({"team_id": "T0ELSE", "enterprise_user": {"teams": ["T0ELSE", "T0TEAM"]}}, ["anyone", "member"]),
    ],
)
async def test_members_may_change_lists_and_guests_may_read(
    slack: SlackServer, person: dict[str, object], rights: list[str]
) -> None:
    slack.users["U0WHO"] = {"name": "who", **person}
    hearing = Hearing()
    async with bot_on(slack) as platform:
        await platform.start(hearing)
        await slack.slash("list", user="U0WHO")
        await slack.answer()
    assert hearing.rights == [rights]


async def test_admins_of_the_operator_may_do_everything_whatever_slack_says(slack: SlackServer) -> None:
    hearing = Hearing()
    slack.fail("users.info", Fault("error", "missing_scope"))
    async with bot_on(slack, NAMEWATCH_ADMINS="U0GUEST, 1122") as platform:
        await platform.start(hearing)
        await slack.slash("list", user="U0GUEST")
        await slack.answer()
    assert hearing.rights == [EVERYTHING]


async def test_where_slack_does_not_tell_who_asks_only_reading_is_allowed_until_it_does(slack: SlackServer) -> None:
    hearing = Hearing()
    slack.fail("users.info", Fault("status", "503"))
    async with bot_on(slack) as platform:
        await platform.start(hearing)
        for count in (1, 2):
            await slack.slash("list")
            await slack.answer(count)
    unsure, sure = (command.actor for command in hearing.commands)
    assert (sorted(unsure.rights), "trouble" in unsure.unsure) == (["anyone"], True)
    assert (sorted(sure.rights), sure.unsure, sure.zone) == (["anyone", "member"], "", "Asia/Taipei")


async def test_who_somebody_is_is_asked_once_in_five_minutes(slack: SlackServer) -> None:
    clock = ManualClock()
    async with bot_on(slack, clock) as platform:
        await platform.start(Hearing())
        for minutes in (0, 4, 2):
            clock.advance(minutes=minutes)
            await slack.slash("list")
        await slack.answer(3)
    assert len(slack.called("users.info")) == 2


async def test_the_bot_says_hello_where_it_was_let_in_and_only_there(slack: SlackServer) -> None:
    channels: list[Channel] = []

    async def joined(channel: Channel) -> Reply:
        channels.append(channel)
        return Reply((("Three first steps",),), public=True)

    async with bot_on(slack) as platform:
        await platform.start(echo, joined=joined)
        for user in ("U0ANN", "U0BOT"):
            await slack.event({"type": "member_joined_channel", "user": user, "channel": "C0SUPPLY", "team": "T0TEAM"})
        await slack.heard("chat.postMessage")
    assert channels == [SUPPLY]
    assert [message["text"] for message in slack.messages()] == ["Three first steps"]


async def test_a_fault_in_one_command_is_told_and_others_go_on(slack: SlackServer) -> None:
    async def dispatch(command: Command) -> Reply:
        if command.text == "list":
            raise RuntimeError("a fault")
        return await echo(command)

    async with bot_on(slack) as platform:
        await platform.start(dispatch)
        await slack.slash("list")
        assert "fault of the bot" in (await slack.answer(1))["text"]
        await slack.slash("why")
        assert (await slack.answer(2))["text"] == "why"


async def test_an_answer_that_may_have_arrived_is_sent_once_and_others_go_on(slack: SlackServer) -> None:
    slack.fail("response_url", Fault("status", "404"), Fault("status", "500"))
    async with bot_on(slack) as platform:
        await platform.start(echo)
        for text in ("one", "two", "three"):
            await slack.slash(text)
        await slack.answer(2)
    assert [said["text"] for said in slack.answers] == ["one", "three"]
