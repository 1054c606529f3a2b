"""Discord end to end: the real library against a Discord of our own, over real sockets."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.chat.discord import connect
from bot.chat.discord.account import LOOKED_AT
from bot.chat.discord.errors import TOKEN
from bot.chat.discord.listener import Heard, Listener
from bot.chat.discord.people import People
from bot.chat.discord.places import FOR_THREADS, PERMISSIONS, SCOPES
from bot.chat.discord.places import INVITED as INVITED_TO
from bot.chat.drawing.embeds import answer
from bot.errors import ChannelGone, SettingsError, TryLater, Uncertain
from bot.model.alert import Receipt
from bot.model.card import TextCard
from bot.model.channel import Channel
from bot.model.checkup import Checkup
from bot.model.command import COMMANDS, Actor, Command, Reply
from bot.protocols import no_suggestions, no_welcome
from tests.builders import card, delivery, watchlist
from tests.chat.contracts import discord_faults
from tests.chat.discord_bot import HERE, IN_FORUM, NAMED, bot_on, discord_server, say
from tests.chat.servers.discord import (
    ANN,
    BOB,
    BOT,
    EMBED,
    FORUM,
    GUILD,
    HISTORY,
    IN_THREADS,
    INVITED,
    MANAGE,
    OTHER,
    SEND,
    SUPPLY,
    THREAD,
    VIEW,
    DiscordServer,
    Fault,
    Place,
)
from tests.chat.servers.discord import (
    TOKEN as GOOD,
)
from tests.commands.desk import Desk
from tests.fakes import ManualClock
from tests.shared_data import needs_shared


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with discord_server() as server:
        yield server


@needs_shared
def test_the_contracts_find_what_is_wrong() -> None:
    assert discord_faults("send", {"content": "x"}) == []
    assert discord_faults("send", {"content": "x" * 2001})
    assert discord_faults("send", {"contents": "x"})
    assert discord_faults("callback", {"type": 4, "data": {"tts": 7}})


@pytest.mark.parametrize("channel", [HERE, NAMED, Channel("discord", GUILD, SUPPLY)])
async def test_an_alert_is_posted_once_and_pings_nobody(discord: DiscordServer, channel: Channel) -> None:
    async with bot_on(discord) as platform:
        receipt = await platform.send(delivery("d1", channel))
    (posted,) = discord.messages()
    (sent,) = discord.called("send")
    assert receipt.message_id == f"{SUPPLY}/{posted['id']}"
    assert receipt.link == f"https://discord.com/channels/{GUILD}/{SUPPLY}/{posted['id']}"
    assert posted["content"] == "**Lava**"
    assert posted["embeds"][0]["title"] == "Lava launches a phone"
    assert sent["allowed_mentions"] == {"parse": []}
    assert sent["enforce_nonce"]
    assert len(sent["nonce"]) == 22


async def test_a_message_grows_by_edit_and_a_new_name_is_said_in_a_reply(discord: DiscordServer) -> None:
    async with bot_on(discord) as platform:
        first = delivery("d1", HERE)
        receipt = await platform.send(first)
        grown = replace(card(), sources=("Focus", "Asia"), articles=2)
        assert await platform.edit(replace(first, id="d2", kind="edit", card=grown, target=receipt)) == receipt
        await platform.reply(replace(first, id="d3", kind="reply", card=card("Dixon joins", "Dixon"), target=receipt))
    post, reply = discord.messages()
    assert "+1 source" in post["embeds"][0]["description"]
    assert reply["message_reference"]["message_id"] in (post["id"], int(post["id"]))
    assert (reply["content"], reply["embeds"][0]["title"]) == ("Also **Dixon**", "Dixon joins")
    assert [call["allowed_mentions"]["parse"] for call in discord.called("send")] == [[], []]


@pytest.mark.parametrize("kind", ["lost", "dropped"])
@pytest.mark.parametrize("channel", [HERE, IN_FORUM])
async def test_what_is_uncertain_is_looked_up_before_it_is_posted_again(
    discord: DiscordServer, kind: str, channel: Channel
) -> None:
    for call in ("send", "post"):
        discord.fail(call, Fault(kind))  # type: ignore[arg-type]
    async with bot_on(discord) as platform:
        owed = delivery("d1", channel)
        with pytest.raises(Uncertain):
            await platform.send(owed)
        arrived = discord.posts() if channel is IN_FORUM else discord.messages()
        for other in ("d0", "d2", "d3"):
            await platform.send(replace(owed, id=other))
        found = await platform.find(replace(owed, doubtful=True))
    assert len(arrived) == (kind == "lost")
    assert (found is not None) == (kind == "lost")


@pytest.mark.parametrize(
    ("before", "after", "known", "marked"),
    [(LOOKED_AT, 0, True, False), (0, LOOKED_AT - 1, True, False), (0, LOOKED_AT, False, True)],
)
async def test_in_a_busy_channel_the_newest_are_looked_at_and_more_than_that_is_a_doubt(
    discord: DiscordServer, before: int, after: int, known: bool, marked: bool
) -> None:
    discord.fail("send", Fault("lost"))
    discord.chatter(SUPPLY, before)
    async with bot_on(discord) as platform:
        owed = delivery("d1", HERE)
        with pytest.raises(Uncertain):
            await platform.send(owed)
        discord.chatter(SUPPLY, after)
        doubtful = replace(owed, doubtful=True)
        assert (await platform.find(doubtful) is not None) == known
        assert (await platform.send(doubtful)).marked == marked


async def test_a_post_of_a_forum_that_was_made_all_the_same_is_not_made_twice(discord: DiscordServer) -> None:
    """The library would try again by itself, and a post has no mark that Discord would know it by."""
    discord.fail("post", Fault("taken", "502"))
    async with bot_on(discord) as platform:
        owed = delivery("d1", IN_FORUM)
        with pytest.raises(Uncertain):
            await platform.send(owed)
        found = await platform.find(replace(owed, doubtful=True))
    (story,) = discord.posts()
    assert found is not None
    assert found.message_id == f"{story.id}/{story.id}"


async def test_within_minutes_discord_itself_knows_a_repeat(discord: DiscordServer) -> None:
    discord.fail("send", Fault("lost"))
    async with bot_on(discord) as platform:
        owed = delivery("d1", HERE)
        with pytest.raises(Uncertain):
            await platform.send(owed)
        receipt = await platform.send(owed)
        await platform.send(delivery("d2", HERE))
    first, _second = discord.messages()
    assert receipt.message_id == f"{SUPPLY}/{first['id']}"


async def test_without_the_history_an_uncertain_message_says_that_it_may_be_a_repeat(discord: DiscordServer) -> None:
    discord.places[SUPPLY].denied = HISTORY
    async with bot_on(discord) as platform:
        owed = replace(delivery("d1", HERE), doubtful=True)
        assert await platform.find(owed) is None
        assert (await platform.send(owed)).marked
        (posted,) = discord.messages()
        assert "may be a repeat" in posted["embeds"][0]["description"]
        for doubtful in (True, False):
            target = Receipt(f"{SUPPLY}/{posted['id']}", doubtful=doubtful)
            await platform.edit(replace(owed, kind="edit", target=target))
            assert ("may be a repeat" in discord.messages()[0]["embeds"][0]["description"]) == doubtful


async def test_a_thread_that_sleeps_is_woken(discord: DiscordServer) -> None:
    there, thread = Channel("discord", GUILD, THREAD), discord.places[THREAD]
    async with bot_on(discord) as platform:
        receipt = await platform.send(delivery("d1", there))
        thread.archived = True
        await platform.edit(replace(delivery("d2", there, "edit"), card=card("Anew"), target=receipt))
        assert not thread.archived
        thread.archived = True
        await platform.send(delivery("d3", there))
        assert not thread.archived
        thread.archived = thread.locked = True
        with pytest.raises(ChannelGone, match="locked"):
            await platform.send(delivery("d4", there))
    assert thread.messages[receipt.message_id.split("/")[1]]["embeds"][0]["title"] == "Anew"


@pytest.mark.parametrize(("told", "pause"), [("4.25", 4.25), ("-1", 0.0), ("1e9", 3600.0)])
async def test_the_last_message_that_a_channel_takes_comes_with_its_pause(
    discord: DiscordServer, told: str, pause: float
) -> None:
    async with bot_on(discord) as platform:
        assert (await platform.send(delivery("d1", HERE))).pause == 0.0
        discord.fail("send", Fault("full", told))
        assert (await platform.send(delivery("d2", HERE))).pause == pause


async def test_in_a_forum_each_story_is_a_post(discord: DiscordServer) -> None:
    discord.places[FORUM].tags = [{"id": "7", "name": "Other"}, {"id": "8", "name": "lava"}]
    async with bot_on(discord) as platform:
        receipt = await platform.send(delivery("d1", IN_FORUM))
        await platform.reply(
            replace(delivery("d2", IN_FORUM, "reply"), card=card("Dixon joins", "Dixon"), target=receipt)
        )
        await platform.edit(replace(delivery("d3", IN_FORUM, "edit"), card=card("Grown"), target=receipt))
        digest = TextCard("digest", (("Digest · Mon",), ("1 story",)))
        await platform.send(replace(delivery("d4", IN_FORUM, "digest"), card=digest))
    story, told = discord.posts()
    assert (story.name, told.name) == ("Lava launches a phone", "Digest · Mon")
    assert story.applied == ["8"]
    assert [each["embeds"][0]["title"] for each in story.messages.values()] == ["Grown", "Dixon joins"]


async def test_a_forum_that_wants_a_tag_gets_one(discord: DiscordServer) -> None:
    forum = discord.places[FORUM]
    forum.tags, forum.must_tag = [{"id": "6", "name": "Staff", "moderated": True}, {"id": "7", "name": "News"}], True
    async with bot_on(discord) as platform:
        await platform.send(delivery("d1", IN_FORUM))
    assert discord.posts()[0].applied == ["7"]


async def test_a_channel_is_known_by_server_id_and_name(discord: DiscordServer) -> None:
    async with bot_on(discord) as platform:
        for written in (HERE, NAMED, Channel("discord", GUILD, "#Supply-Chain")):
            found = await platform.resolve(written)
            assert found == Channel("discord", GUILD, SUPPLY)
            assert found.name == "#supply-chain"
        for nowhere in ("#nowhere", "17", "word"):
            assert await platform.resolve(Channel("discord", "", nowhere)) is None
        assert await platform.resolve(Channel("discord", "55", SUPPLY)) is None


@pytest.mark.parametrize(
    ("fault", "scope"),
    [
        (Fault("rate", "7 user"), "channel"),
        (Fault("rate", "7 shared"), "channel"),
        (Fault("rate", "7 global"), "platform"),
        (Fault("banned", "30"), "platform"),
    ],
)
async def test_who_is_asked_to_wait_is_every_channel_where_discord_says_so(
    discord: DiscordServer, fault: Fault, scope: str
) -> None:
    discord.fail("send", fault, Fault("rate", "7 user"))
    async with bot_on(discord) as platform:
        for expected in (scope, "channel"):
            with pytest.raises(TryLater) as raised:
                await platform.send(delivery("d1", HERE))
            assert raised.value.scope == expected


@pytest.mark.parametrize("private", [False, True])
async def test_a_channel_is_public_where_everyone_may_read_it(discord: DiscordServer, private: bool) -> None:
    discord.places[SUPPLY].private = private
    async with bot_on(discord) as platform:
        for place in (SUPPLY, THREAD):
            found = await platform.resolve(Channel("discord", GUILD, place))
            assert found is not None
            assert found.public is not private


async def test_a_name_that_two_servers_have_is_not_guessed(discord: DiscordServer) -> None:
    discord.guilds["100000000000000002"] = "Second"
    discord.places["8"] = Place("8", "supply-chain", guild="100000000000000002")
    async with bot_on(discord) as platform:
        assert "several channels" in await platform.check(NAMED)
        assert await platform.resolve(Channel("discord", GUILD, "#supply-chain")) == Channel("discord", GUILD, SUPPLY)


@pytest.mark.parametrize(
    ("place", "denied", "said"),
    [
        (SUPPLY, 0, ""),
        (SUPPLY, SEND, "Send Messages"),
        (SUPPLY, EMBED, "Embed Links"),
        (SUPPLY, HISTORY, "Read Message History"),
        (SUPPLY, VIEW, "View Channel"),
        (FORUM, 1 << 38, "Send Messages in Threads"),
    ],
)
async def test_a_channel_is_checked(discord: DiscordServer, place: str, denied: int, said: str) -> None:
    async with bot_on(discord) as platform:
        discord.places[place].denied = denied
        checked = await platform.check(Channel("discord", "", place))
    fix = "Edit Channel, Permissions, add Namewatch"
    assert checked == (f"the bot lacks {said}: {fix}" if said and said != "View Channel" else checked)
    assert said in checked
    assert bool(said) == bool(checked)


@pytest.mark.parametrize(
    ("place", "denied", "said"),
    [(SUPPLY, SEND, "the bot lacks Send Messages"), (THREAD, 1 << 38, "the bot lacks Send Messages in Threads")],
)
async def test_a_message_that_lacks_a_permission_is_refused_with_its_name(
    discord: DiscordServer, place: str, denied: int, said: str
) -> None:
    discord.places[SUPPLY].denied = discord.places[place].denied = denied
    async with bot_on(discord) as platform:
        with pytest.raises(ChannelGone, match=f"^{said}: Edit Channel, Permissions, add Namewatch$"):
            await platform.send(delivery("d1", Channel("discord", "", place)))


async def test_while_it_listens_a_message_that_is_refused_costs_one_call(discord: DiscordServer) -> None:
    discord.places[SUPPLY].denied = SEND | IN_THREADS
    async with bot_on(discord) as platform:
        await platform.start(say)
        await discord.connected()
        listener = platform._listener
        assert listener is not None
        await platform.check(HERE)
        async with asyncio.timeout(5):
            while not listener.lacking(int(SUPPLY)):  # noqa: ASYNC110 - the library says when all is told, not before
                await asyncio.sleep(0.02)
        assert not listener.hears
        discord.calls.clear()
        for place, said in ((SUPPLY, "Send Messages"), (THREAD, "Send Messages in Threads"), (SUPPLY, "Send Messages")):
            with pytest.raises(ChannelGone, match=f"the bot lacks {said}"):
                await platform.send(delivery("d1", replace(HERE, address=place)))
        assert Counter(call.name for call in discord.calls) == {"send": 3, "channel": 1}


async def test_a_server_that_the_bot_is_invited_to_or_put_out_of_is_in_the_log(discord: DiscordServer) -> None:
    elsewhere = Place("300000000000000001", "general", guild="100000000000000002")
    listener = Listener(discord.url, "watch", People(), Heard(say, no_welcome, no_suggestions))
    listening = asyncio.create_task(listener.listen(GOOD))
    with capture_logs() as said:
        try:
            await discord.connected()
            await listener._client.wait_until_ready()
            await discord.invite(elsewhere.guild, elsewhere)
            await discord.put_out(elsewhere.guild)
            await discord.slash("list")
            await discord.answer()
        finally:
            await listener.close()
            await listening
    about = [(each["log_level"], each["event"], each["server"]) for each in said if "server" in each]
    assert about == [
        ("info", "discord: invited to a server", f"Invited ({elsewhere.guild})"),
        ("warning", "discord: no longer in a server", f"Invited ({elsewhere.guild})"),
    ]


async def test_a_thread_is_checked_by_the_rights_of_its_channel(discord: DiscordServer) -> None:
    discord.places[SUPPLY].denied = 1 << 38
    async with bot_on(discord) as platform:
        assert "Send Messages in Threads" in await platform.check(Channel("discord", "", THREAD))


async def test_a_command_is_answered_in_private_unless_it_changes_what_the_channel_gets(discord: DiscordServer) -> None:
    heard: list[Command] = []

    async def dispatch(command: Command) -> Reply:
        heard.append(command)
        return await say(command)

    async with bot_on(discord, NAMEWATCH_ADMINS=f"U1 {BOB}") as platform:
        await platform.send(delivery("d1", HERE))
        await platform.start(dispatch)
        await discord.connected()
        await discord.slash("list", page=2)
        listed = await discord.answer(1)
        await discord.slash("add", rights=MANAGE, company="Lava", aliases="Lava Ltd")
        added = await discord.answer(2)
        await discord.slash("why", user=BOB)
        await discord.answer(3)
        await discord.press(added["data"]["components"][0]["components"][0]["custom_id"], discord.messages()[0])
        await discord.answer(4)
    assert listed["data"]["flags"] == 64
    assert "flags" not in added["data"]
    assert [command.text for command in heard] == ["list page 2", "add Lava as Lava Ltd", "why", "remove Lava"]
    assert heard[0].channel == Channel("discord", GUILD, SUPPLY)
    assert [sorted(command.actor.rights) for command in heard] == [
        ["anyone"],
        ["anyone", "member"],
        ["admin", "anyone", "member"],
        ["anyone"],
    ]
    assert (heard[0].actor.id, heard[0].actor.name, heard[0].actor.tenant) == (ANN, "ann", GUILD)
    assert discord.intents == 1


async def test_the_command_tree_is_the_table_of_commands(discord: DiscordServer) -> None:
    async with bot_on(discord, NAMEWATCH_COMMAND="/news") as platform:
        await platform.start(say)
        await discord.connected()
    (group,) = discord.commands
    assert (group["name"], group["contexts"], group["integration_types"]) == ("news", [0], [0])
    assert [each["name"] for each in group["options"]] == [spec.name for spec in COMMANDS]
    add = next(each for each in group["options"] if each["name"] == "add")
    (spec,) = (spec for spec in COMMANDS if spec.name == "add")
    options = [(option.name, option.required) for option in spec.options]
    assert [(each["name"], each["required"]) for each in add["options"]] == options
    assert [each.get("autocomplete", False) for each in add["options"]] == [True, *[False] * (len(options) - 1)]


async def test_commands_that_discord_does_not_take_leave_the_rest_working(discord: DiscordServer) -> None:
    async with bot_on(discord) as platform:
        await platform.send(delivery("d1", HERE))
        discord.fail("sync", Fault("error", "400 50035"))
        await platform.start(say)
        await discord.connected()
        await discord.press("run:list", discord.messages()[0])
        assert (await discord.answer())["data"]["embeds"][0]["description"] == "list"


async def test_what_can_not_log_in_has_posted_nothing(discord: DiscordServer) -> None:
    discord.fail("me", Fault("status", "503"))
    async with bot_on(discord) as platform:
        with pytest.raises(TryLater):
            await platform.send(delivery("d1", HERE))
        await platform.send(delivery("d1", HERE))
    assert len(discord.messages()) == 1


def test_the_readme_asks_for_what_is_needed() -> None:
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    assert f"scope={'+'.join(SCOPES)}&permissions={INVITED_TO.value}`" in readme
    assert all(f"| {name} |" in readme for name in (*PERMISSIONS.values(), *FOR_THREADS.values()))


async def test_what_is_typed_is_completed_from_memory(discord: DiscordServer) -> None:
    asked: list[tuple[str, str, Channel]] = []

    async def suggest(kind: str, typed: str, channel: Channel) -> tuple[str, ...]:
        asked.append((kind, typed, channel))
        return ("Lava", "x" * 101, *(f"Lava {number}" for number in range(40)))

    async with bot_on(discord) as platform:
        await platform.start(say, suggest=suggest)
        await discord.connected()
        offered = await discord.complete("show", "company", "la")
    assert asked == [("company", "la", Channel("discord", GUILD, SUPPLY))]
    assert offered == ["Lava", *(f"Lava {number}" for number in range(24))]


async def test_a_button_works_after_a_restart(discord: DiscordServer) -> None:
    heard: list[str] = []

    async def dispatch(command: Command) -> Reply:
        heard.append(command.text)
        return Reply((("ok",),))

    async with bot_on(discord) as platform:
        await platform.send(delivery("d1", HERE))
    (posted,) = discord.messages()
    useful, *_, why = posted["components"][0]["components"]
    async with bot_on(discord) as platform:
        await platform.start(dispatch)
        await discord.connected()
        await discord.press(why["custom_id"], posted)
        await discord.press("run:show Lava", posted)
        await discord.press(useful["custom_id"], posted)
        await discord.answer(3)
    assert sorted(heard) == ["show Lava", "useful alert-1", "why https://focus.example/1"]


async def test_a_command_that_takes_long_is_acknowledged_first(
    discord: DiscordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.chat.discord.listener.SOON", 0.05)
    held = asyncio.Event()

    async def dispatch(command: Command) -> Reply:
        await held.wait()
        return await say(command)

    async with bot_on(discord) as platform:
        await platform.start(dispatch)
        await discord.connected()
        await discord.slash("list")
        await discord.slash("add", company="Lava")
        deferred = [await discord.deferral(), await discord.deferral()]
        held.set()
        said = [await discord.answer(1), await discord.answer(2)]
    assert [each.get("data", {}).get("flags", 0) for each in deferred] == [64, 64]
    assert sorted(each["data"]["embeds"][0]["description"] for each in said) == ["add Lava", "list"]


@pytest.mark.parametrize("refused", [True, False])
async def test_what_takes_long_is_seen_by_all_only_where_something_changed(
    discord: DiscordServer, monkeypatch: pytest.MonkeyPatch, refused: bool
) -> None:
    monkeypatch.setattr("bot.chat.discord.listener.SOON", 0.05)
    held = asyncio.Event()

    async def dispatch(_: Command) -> Reply:
        await held.wait()
        return Reply((("Nothing was changed.",),), failed=True) if refused else Reply((("+Lava",),), public=True)

    async with bot_on(discord) as platform:
        await platform.start(dispatch)
        await discord.connected()
        await discord.slash("add", company="Lava")
        deferred = await discord.deferral()
        held.set()
        said = await discord.answer(1)
    assert deferred["data"]["flags"] == 64
    assert (said["type"], said["data"].get("flags", 0)) == ("edit" if refused else "follow", 0)


async def test_a_thread_belongs_to_its_channel_before_the_gateway_has_told_of_either(discord: DiscordServer) -> None:
    heard: list[Command] = []

    async def dispatch(command: Command) -> Reply:
        heard.append(command)
        return Reply((("ok",),))

    discord.silent_of_servers = True
    async with bot_on(discord) as platform:
        await platform.send(delivery("d1", IN_FORUM))
        await platform.start(dispatch)
        await discord.connected()
        for number, place in enumerate((discord.posts()[0].id, THREAD), 1):
            await discord.slash("list", channel=place)
            await discord.answer(number)
    assert [each.within for each in heard] == [IN_FORUM, replace(HERE, tenant=GUILD)]


async def test_a_fault_in_one_command_leaves_the_others(discord: DiscordServer) -> None:
    async def dispatch(command: Command) -> Reply:
        if command.text == "list":
            raise RuntimeError("a fault of ours")
        return await say(command)

    async with bot_on(discord) as platform:
        await platform.start(dispatch)
        await discord.connected()
        await discord.slash("list")
        assert "fault of the bot" in (await discord.answer(1))["data"]["embeds"][0]["description"]
        await discord.slash("help")
        assert (await discord.answer(2))["data"]["embeds"][0]["description"] == "help"


async def test_a_command_in_a_post_of_a_forum_is_about_the_forum(discord: DiscordServer) -> None:
    heard: list[Command] = []

    async def dispatch(command: Command) -> Reply:
        heard.append(command)
        return Reply((("ok",),))

    async with bot_on(discord) as platform:
        receipt = await platform.send(delivery("d1", IN_FORUM))
        await platform.start(dispatch)
        await discord.connected()
        for number, place in enumerate((discord.posts()[0].id, THREAD), 1):
            await discord.slash("list", channel=place)
            await discord.answer(number)
    assert [each.channel for each in heard] == [IN_FORUM, Channel("discord", GUILD, THREAD)]
    assert [each.under for each in heard] == [receipt.message_id.split("/")[1], THREAD]
    assert heard[1].within == Channel("discord", GUILD, discord.places[THREAD].parent)


@pytest.mark.parametrize("token", ["two words", "tökén"])
def test_a_token_that_can_not_be_right_is_named_and_not_shown(token: str) -> None:
    with pytest.raises(SettingsError, match="DISCORD_TOKEN") as raised:
        connect({"DISCORD_TOKEN": token}, ManualClock())
    assert token not in str(raised.value)


def test_without_a_token_discord_is_off() -> None:
    assert connect({"DISCORD_TOKEN": "  "}, ManualClock()) is None


async def test_what_waits_goes_out_once_the_bot_may_post_and_it_says_hello(discord: DiscordServer) -> None:
    let_in: list[Channel] = []

    async def joined(channel: Channel) -> Reply | None:
        let_in.append(channel)
        return Reply((("Alerts come here",),), public=True)

    elsewhere = Place("209", "general", guild="100000000000000009")
    discord.places[SUPPLY].denied = HISTORY
    discord.everyone = INVITED & ~SEND
    listener = Listener(discord.url, "watch", People(), Heard(say, joined, no_suggestions))
    listening = asyncio.create_task(listener.listen(GOOD))
    try:
        await discord.connected()
        await listener._client.wait_until_ready()
        await discord.allow_everyone()
        await discord.slash("help")
        await discord.answer(1)
        await discord.allow(SUPPLY)
        await discord.said(1)
        await discord.invite(elsewhere.guild, elsewhere)
        await discord.said(2)
    finally:
        await listener.close()
        await listening
    everywhere = Channel("discord", elsewhere.guild)
    assert let_in == [IN_FORUM, Channel("discord", GUILD, SUPPLY), everywhere, replace(everywhere, address="209")]
    assert [len(discord.messages(each)) for each in (SUPPLY, "209", OTHER)] == [1, 1, 0]


async def test_a_channel_that_was_opened_while_the_gateway_was_away_gets_what_waits(discord: DiscordServer) -> None:
    let_in: asyncio.Queue[Channel] = asyncio.Queue()

    async def joined(channel: Channel) -> Reply | None:
        let_in.put_nowait(channel)
        return Reply((("Alerts come here",),), public=True)

    async with bot_on(discord) as platform:
        await platform.start(say, joined=joined)
        await discord.connected()
        assert platform._listener is not None
        await platform._listener._client.wait_until_ready()
        discord.places[OTHER].denied = 0
        discord.refuse_resume = 1
        await discord.drop_gateway()
        async with asyncio.timeout(30):
            opened = await let_in.get()
        await discord.said(1)
    assert (opened, len(discord.messages(OTHER)), let_in.empty()) == (Channel("discord", GUILD, OTHER), 1, True)


async def test_the_doctor_is_told_whose_token_it_is_and_where_the_bot_is(discord: DiscordServer) -> None:
    async with bot_on(discord) as platform:
        assert await platform.examine() == (
            Checkup("Discord: namewatch"),
            Checkup("Discord: 1 server", note=f"Team ({GUILD})"),
        )
        discord.guilds.clear()
        discord.endpoint = "https://old.example"
    async with bot_on(discord) as platform:
        _, nowhere, elsewhere = await platform.examine()
    assert nowhere.wrong.endswith(
        f"https://discord.com/oauth2/authorize?client_id={BOT}&scope=bot+applications.commands&permissions=274877991936"
    )
    assert "Interactions Endpoint URL" in elsewhere.wrong
    async with bot_on(discord, DISCORD_TOKEN="wrong") as platform:
        assert await platform.examine() == (Checkup("Discord token", TOKEN),)


async def test_a_script_of_commands_leaves_the_state_that_it_leaves_when_typed(discord: DiscordServer) -> None:
    """As forms on Discord, and as words handed to the commands themselves."""
    here = Channel("discord", GUILD, SUPPLY, "#supply-chain", public=True)
    script: list[tuple[str, dict[str, str]]] = [
        ("add", {"company": "Lava International", "aliases": "Lava, ラヴァ", "context": "phone"}),
        ("add", {"company": "Denso, MediaTek 聯發科"}),
        ("add", {"company": "lava international"}),
        ("show", {"company": "lava"}),
        ("remove", {"company": "Denso"}),
        ("remove", {"company": "Nobody"}),
        ("list", {"filter": "media"}),
    ]
    clicked, typed = (Desk(watchlist("phones", [], str(here)), live=["discord"]) for _ in range(2))
    member = Actor(ANN, "ann", GUILD, frozenset({"anyone", "member"}))
    specs = {spec.name: spec for spec in COMMANDS}
    async with bot_on(discord) as platform:
        await platform.start(lambda command: clicked.ask(command.text, command.channel, command.actor))
        await discord.connected()
        for number, (name, values) in enumerate(script, 1):
            await discord.slash(name, rights=MANAGE, **values)
            said = (await discord.answer(number))["data"]["embeds"]
            reply = await typed.ask(specs[name].typed(values), here, member)
            assert said[0]["description"] == answer(reply).embed["description"]
    assert clicked.lists.lists() == typed.lists.lists()
    assert [each.name for each in clicked.lists.lists()[0].companies] == ["Lava International", "MediaTek 聯發科"]


@pytest.mark.parametrize(
    ("place", "private", "name"),
    [(SUPPLY, False, "#supply-chain"), (SUPPLY, True, "#supply-chain"), (THREAD, False, "#phones")],
)
async def test_a_command_knows_how_its_channel_is_called_and_who_may_read_it(
    discord: DiscordServer, place: str, private: bool, name: str
) -> None:
    heard: list[Channel] = []

    async def dispatch(command: Command) -> Reply:
        heard.append(command.channel)
        return Reply((("ok",),))

    discord.places[SUPPLY].private = private
    async with bot_on(discord) as platform:
        await platform.start(dispatch)
        await discord.connected()
        await discord.slash("list", channel=place)
        await discord.answer()
    assert [(each.address, each.name, each.public) for each in heard] == [(place, name, not private)]


async def test_whoever_may_not_manage_the_channel_changes_nothing(discord: DiscordServer) -> None:
    desk = Desk(watchlist("phones", [], str(Channel("discord", GUILD, SUPPLY))), live=["discord"])
    async with bot_on(discord) as platform:
        await platform.start(lambda command: desk.ask(command.text, command.channel, command.actor))
        await discord.connected()
        await discord.slash("add", company="Lava")
        said = (await discord.answer())["data"]
    assert "You may not change what this channel hears" in said["embeds"][0]["description"]
    assert said["flags"] == 64
    assert desk.lists.applied == []
