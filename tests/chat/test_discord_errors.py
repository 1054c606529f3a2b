"""What goes wrong with a delivery: tried again, parked with what to do, or given up; one row a code of Discord's."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.chat.discord import DiscordPlatform
from bot.chat.discord.errors import CLOSED, GONE, REFUSED, TOKEN, of_close, of_code
from bot.errors import ChannelGone, DeliveryError, MessageGone, Rejected, TryLater, Uncertain
from bot.model.alert import Receipt
from tests.builders import delivery
from tests.chat.discord_bot import HERE, IN_FORUM, bot_on, discord_server
from tests.chat.servers.discord import SUPPLY, DiscordServer, Fault
from tests.shared_data import SHARED, needs_shared

CODES: list[tuple[str, type[DeliveryError], str]] = [
    ("401 0", ChannelGone, "set DISCORD_TOKEN anew"),
    ("401 40001", ChannelGone, "set DISCORD_TOKEN anew"),
    ("404 10003", ChannelGone, "deleted"),
    ("404 10004", ChannelGone, "invite the bot"),
    ("403 50001", ChannelGone, "View Channel"),
    ("403 50006", ChannelGone, "Embed Links"),
    ("400 50008", ChannelGone, "text channel"),
    ("403 50013", ChannelGone, "namewatch doctor"),
    ("400 50024", ChannelGone, "text channel"),
    ("403 160005", ChannelGone, "locked"),
    ("403 160006", ChannelGone, "active threads"),
    ("403 77777", ChannelGone, "77777"),
    ("404 0", ChannelGone, "404"),
    ("404 10008", MessageGone, "deleted"),
    ("400 40005", Rejected, "too large"),
    ("413 40005", Rejected, "too large"),
    ("403 50005", Rejected, "not the bot's own"),
    ("400 50035", Rejected, "form"),
    ("400 50083", Rejected, "archived"),
    ("400 160004", Rejected, "has a thread"),
    ("400 200000", Rejected, "AutoMod"),
    ("400 240000", Rejected, "harmful"),
    ("400 99999", Rejected, "99999"),
]
"""An HTTP status and a code; what becomes of the message; what is said of it."""
FAULTS: list[tuple[Fault, type[DeliveryError], float | None]] = [
    (Fault("rate", "7 user"), TryLater, 7.0),
    (Fault("rate", "8 shared"), TryLater, 8.0),
    (Fault("rate", "9 global"), TryLater, 9.0),
    (Fault("banned", "30"), TryLater, 30.0),
    (Fault("banned"), TryLater, None),
    (Fault("banned", "-7"), TryLater, 0.0),
    (Fault("banned", "inf"), TryLater, None),
    (Fault("banned", "nan"), TryLater, None),
    *((Fault("status", f"{status}"), Uncertain, None) for status in (500, 501, 502, 503, 504, 520, 522, 524)),
    (Fault("error", "500 0"), Uncertain, None),
    (Fault("lost"), Uncertain, None),
    (Fault("dropped"), Uncertain, None),
]
WAITED_FOR = ("500", "502", "504", "524", "500 0")
"""What the library itself tries again, with the same nonce, a second later."""
ABOVE = "1507000000000000000"
VERBS = ["send", "post", "edit", "reply"]


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with discord_server() as server:
        yield server


async def attempt(platform: DiscordPlatform, verb: str) -> None:
    """Do what a delivery of that kind asks for."""
    above = Receipt(f"{SUPPLY}/{ABOVE}")
    match verb:
        case "edit":
            await platform.edit(replace(delivery("d1", HERE, "edit"), target=above))
        case "reply":
            await platform.reply(replace(delivery("d1", HERE, "reply"), target=above))
        case _:
            await platform.send(delivery("d1", IN_FORUM if verb == "post" else HERE))


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(("code", "error", "said"), CODES, ids=[code for code, *_ in CODES])
async def test_each_code_has_its_meaning(
    discord: DiscordServer, code: str, error: type[DeliveryError], said: str, verb: str
) -> None:
    call = {"reply": "send"}.get(verb, verb)
    discord.fail(call, *[Fault("error", code)] * 2)
    async with bot_on(discord) as platform:
        with pytest.raises(DeliveryError, match=re.escape(said)) as raised:
            await attempt(platform, verb)
    assert type(raised.value) is error
    # An archived thread is woken, and then asked once more.
    assert len(discord.called(call)) == (2 if verb == "edit" and code == "400 50083" else 1)


@pytest.mark.parametrize(("fault", "error", "seconds"), FAULTS, ids=[f"{f.kind} {f.value}" for f, *_ in FAULTS])
async def test_each_fault_on_the_way_has_its_meaning(
    discord: DiscordServer,
    fault: Fault,
    error: type[DeliveryError],
    seconds: float | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if fault.value in WAITED_FOR:
        monkeypatch.setattr("bot.chat.discord.client.SECONDS", 0.2)
    discord.fail("send", fault)
    async with bot_on(discord) as platform:
        with pytest.raises(DeliveryError) as raised:
            await platform.send(delivery("d1", HERE))
        assert type(raised.value) is error
        assert getattr(raised.value, "retry_after", None) == seconds
        await platform.send(delivery("d1", HERE))
    assert len(discord.messages()) == 1


@needs_shared
def test_each_code_of_the_rules_is_known() -> None:
    rules = (SHARED / "PLATFORMS.md").read_text(encoding="utf-8")
    told = rules.partition("## Errors that must be told apart")[2].partition("Discord: ")[2]
    codes = re.findall(r"\b\d{3,6}\b", told)
    assert len(codes) > 10
    rows = {part for code, *_ in CODES for part in code.split()}
    scopes = {fault.value.partition(" ")[2] for fault, *_ in FAULTS if fault.kind == "rate"}
    assert set(codes) <= {"429", *rows, *map(str, CLOSED)}
    assert scopes == {"user", "global", "shared"}


def test_each_code_that_is_told_apart_has_a_row() -> None:
    rows = {int(code.split()[1]): error for code, error, _ in CODES}
    assert {code: rows.get(code) for code in GONE} == dict.fromkeys(GONE, ChannelGone)
    assert {code: rows.get(code) for code in REFUSED} == dict.fromkeys(REFUSED, Rejected)


async def test_a_short_pause_that_discord_asks_for_is_waited(discord: DiscordServer) -> None:
    discord.fail("send", Fault("rate", "0.05 user"))
    async with bot_on(discord) as platform:
        await platform.send(delivery("d1", HERE))
    assert len(discord.messages()) == 1


async def test_a_token_that_is_refused_once_is_not_tried_again(discord: DiscordServer) -> None:
    async with bot_on(discord) as platform:
        await platform.send(delivery("d1", HERE))
        discord.valid_tokens.clear()
        for _ in range(3):
            with pytest.raises(ChannelGone, match="DISCORD_TOKEN"):
                await platform.send(delivery("d2", HERE))
    assert len(discord.called("send")) == 2


@pytest.mark.parametrize("code", [4004, 4010, 4011, 4012, 4013, 4014])
def test_where_the_gateway_closes_for_good_it_says_what_to_do(code: int) -> None:
    assert isinstance(of_close(code), ChannelGone)
    assert str(of_close(code)) == CLOSED[code]
    assert isinstance(of_close(4000), TryLater)
    assert str(of_code(401)) == TOKEN
