"""What goes wrong with a delivery: tried again, parked with what to do, or given up; one row a code of Slack's."""

import re
from collections.abc import AsyncIterator

import pytest

from bot.chat.slack.errors import of_code
from bot.errors import ChannelGone, DeliveryError, MessageGone, Rejected, TryLater, Uncertain
from tests.builders import delivery
from tests.chat.servers.slack import BOT_TOKEN, Fault, SlackServer
from tests.chat.slack_bot import HERE, bot_on, slack_server
from tests.shared_data import SHARED, needs_shared

CODES: list[tuple[str, type[DeliveryError], str]] = [
    ("ratelimited", TryLater, "asks to wait"),
    ("service_unavailable", TryLater, "asks to wait"),
    ("timeout", Uncertain, "Slack had trouble"),
    ("request_timeout", Uncertain, "Slack had trouble"),
    ("internal_error", Uncertain, "Slack had trouble"),
    ("fatal_error", Uncertain, "Slack had trouble"),
    ("invalid_auth", ChannelGone, "set SLACK_BOT_TOKEN"),
    ("not_authed", ChannelGone, "set SLACK_BOT_TOKEN"),
    ("token_revoked", ChannelGone, "set SLACK_BOT_TOKEN"),
    ("token_expired", ChannelGone, "set SLACK_BOT_TOKEN"),
    ("account_inactive", ChannelGone, "install the app again"),
    ("missing_scope", ChannelGone, "install it again with the manifest"),
    ("not_in_channel", ChannelGone, "/invite @Namewatch"),
    ("channel_not_found", ChannelGone, "/invite @Namewatch"),
    ("is_archived", ChannelGone, "unarchive"),
    ("restricted_action", ChannelGone, "admin"),
    ("restricted_action_read_only_channel", ChannelGone, "read-only"),
    ("ekm_access_denied", ChannelGone, "admin"),
    ("team_access_not_granted", ChannelGone, "admin"),
    ("msg_too_long", Rejected, "too long"),
    ("msg_blocks_too_long", Rejected, "too long"),
    ("invalid_blocks", Rejected, "blocks"),
    ("invalid_blocks_format", Rejected, "blocks"),
    ("no_text", Rejected, "empty"),
    ("too_many_attachments", Rejected, "parts"),
    ("message_not_found", MessageGone, "deleted"),
    ("cant_update_message", Rejected, "not the bot's own"),
    ("edit_window_closed", Rejected, "too old"),
    ("thread_not_found", Rejected, "deleted"),
    ("something_new", Rejected, "something_new"),
]
FAULTS: list[tuple[Fault, type[DeliveryError], float | None]] = [
    (Fault("rate", "7"), TryLater, 7.0),
    (Fault("rate"), TryLater, None),
    (Fault("rate", "soon"), TryLater, None),
    (Fault("rate", "nan"), TryLater, None),
    (Fault("rate", "-3"), TryLater, 0.0),
    (Fault("rate", "99999999999"), TryLater, 86_400.0),
    (Fault("status", "500"), Uncertain, None),
    (Fault("status", "503"), Uncertain, None),
    (Fault("status", "504", "text/html"), Uncertain, None),
    (Fault("status", "403", "text/html"), TryLater, None),
    (Fault("status", "407"), TryLater, None),
    (Fault("error", f"unknown token {BOT_TOKEN}"), Uncertain, None),
    (Fault("status", "200"), Uncertain, None),
    (Fault("status", "200", "text/html"), Uncertain, None),
    (Fault("lost"), Uncertain, None),
    (Fault("dropped"), Uncertain, None),
]


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with slack_server() as server:
        yield server


@pytest.mark.parametrize(("code", "error", "said"), CODES, ids=[code for code, *_ in CODES])
async def test_each_code_has_its_meaning(slack: SlackServer, code: str, error: type[DeliveryError], said: str) -> None:
    slack.fail("chat.postMessage", Fault("error", code))
    async with bot_on(slack) as platform:
        with pytest.raises(DeliveryError, match=re.escape(said)) as raised:
            await platform.send(delivery("d1", HERE))
    assert type(raised.value) is error
    assert len(slack.called("chat.postMessage")) == 1


@pytest.mark.parametrize(("fault", "error", "seconds"), FAULTS, ids=[str(fault) for fault, *_ in FAULTS])
async def test_each_fault_on_the_way_has_its_meaning(
    slack: SlackServer, fault: Fault, error: type[DeliveryError], seconds: float | None
) -> None:
    slack.fail("chat.postMessage", fault)
    async with bot_on(slack) as platform:
        with pytest.raises(DeliveryError) as raised:
            await platform.send(delivery("d1", HERE))
        assert type(raised.value) is error
        assert getattr(raised.value, "retry_after", None) == seconds
        await platform.send(delivery("d2", HERE))
    assert len(slack.called("chat.postMessage")) == 2


async def test_where_nobody_listens_it_is_tried_later(slack: SlackServer) -> None:
    async with bot_on(slack, SLACK_API_URL="http://127.0.0.1:9/api/") as platform:
        with pytest.raises(TryLater, match="can't be reached"):
            await platform.send(delivery("d1", HERE))


@needs_shared
def test_each_code_of_the_rules_is_known() -> None:
    rules = (SHARED / "PLATFORMS.md").read_text(encoding="utf-8")
    told = rules.partition("## Errors that must be told apart")[2].partition("Slack: ")[2].partition(".\n")[0]
    codes = told.split(", ")
    assert len(codes) > 20
    assert set(codes) <= {code for code, *_ in CODES}
    assert not [code for code in codes if "refused the message" in str(of_code(code))]


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("", 429, "Slack asks to wait"),
        ("ratelimited", 200, "Slack asks to wait"),
        ("", 503, "Slack had trouble (503)"),
        ("fatal_error", 500, "Slack had trouble (fatal_error)"),
    ],
)
def test_whoever_answers_for_slack_it_is_known_how_long_to_wait_and_what_was_wrong(
    code: str, status: int, said: str
) -> None:
    error = of_code(code, status=status, retry_after=7.0)
    assert (str(error), getattr(error, "retry_after", None)) == (said, 7.0 if "wait" in said else None)
