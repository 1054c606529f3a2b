"""What Slack's answers mean for a delivery: try again, park the channel, or give the message up.

The codes are those of <https://docs.slack.dev/reference/methods/chat.postMessage#errors> and its neighbours.
"""

import re
from collections.abc import Mapping
from math import isfinite

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.errors import ChannelGone, DeliveryError, MessageGone, Rejected, TryLater, Uncertain

INVITE = "type /invite @Namewatch in that channel"
_TOKEN = "set SLACK_BOT_TOKEN anew, then start again"  # noqa: S105 - words, no token

SECONDS = 15
"""How long one call may take; what has not been answered by then may have arrived (NAMEWATCH_LOOK_UP is no less)."""
_LONGEST_WAIT = 86_400.0

LATER = frozenset({"ratelimited", "rate_limited", "service_unavailable", "team_added_to_org", "accesslimited"})
"""Definitely not accepted, and the same message may be accepted later."""

DOUBTFUL = frozenset({"timeout", "request_timeout", "internal_error", "fatal_error"})
"""It may have been accepted all the same."""

GONE: Mapping[str, str] = {
    "invalid_auth": f"Slack does not know the token: {_TOKEN}",
    "not_authed": f"Slack was given no token: {_TOKEN}",
    "token_revoked": f"the token was revoked: {_TOKEN}",
    "token_expired": f"the token has expired: {_TOKEN}",
    "account_inactive": f"the bot's account was removed: install the app again, {_TOKEN}",
    "missing_scope": "the app lacks a scope: install it again with the manifest, then start again",
    "not_in_channel": f"{INVITE}, for the bot is not in it",
    "channel_not_found": f"{INVITE}, for it is unknown, or private and without the bot",
    "is_archived": "the channel is archived: unarchive it, or take it off the list",
    "restricted_action": "the workspace does not let apps post in this channel: an admin can allow it",
    "restricted_action_read_only_channel": "the channel is read-only: allow the app to post",
    "ekm_access_denied": "the workspace's keys do not allow it: ask its admin",
    "team_access_not_granted": "the app may not use this workspace: an admin can allow it",
}
"""Nothing can be posted there until somebody acts; the words say what."""

DELETED = "message_not_found"
"""The code of a message that is there no more."""

REFUSED: Mapping[str, str] = {
    "msg_too_long": "Slack says that the message is too long",
    "msg_blocks_too_long": "Slack says that the message is too long",
    "invalid_blocks": "Slack does not accept the message's blocks",
    "invalid_blocks_format": "Slack does not accept the message's blocks",
    "no_text": "Slack says that the message is empty",
    "too_many_attachments": "Slack says that the message has too many parts",
    DELETED: "the message was deleted",
    "cant_update_message": "the message is not the bot's own",
    "edit_window_closed": "the message is too old to be edited in this workspace",
    "thread_not_found": "the message that is answered was deleted",
}
"""This message will never be accepted; others may."""


def of_code(code: str, *, status: int = 200, retry_after: float | None = None) -> DeliveryError:
    """The error for a code of Slack's and an HTTP status; an unknown code is refused, for a loop helps nobody."""
    if status == 429 or code in LATER:
        return TryLater("Slack asks to wait", retry_after=retry_after)
    if status >= 500 or code in DOUBTFUL:
        return Uncertain(f"Slack had trouble ({code or status})")
    if code in GONE:
        return ChannelGone(GONE[code])
    if code:
        kind = MessageGone if code == DELETED else Rejected
        return kind(REFUSED.get(code) or f"Slack refused the message: {code}")
    if status >= 400:
        return TryLater(f"something between here and Slack refused ({status}): a proxy, or SLACK_API_URL is wrong")
    said = "the answer is not Slack's: a proxy, or SLACK_API_URL is wrong"
    return Uncertain(said)


_CODE = re.compile(r"[a-z0-9_]{1,60}")
"""Anything else is not Slack's, and may quote the token."""

FAILURES = (SlackApiError, aiohttp.ClientError, OSError, ValueError, AttributeError)
"""What a call through the SDK raises where it does not succeed; a timeout is an OSError.

An AttributeError is what the SDK makes of an answer that is no JSON object.
"""


def of_exception(error: Exception) -> DeliveryError:
    """What one of `FAILURES` means."""
    if isinstance(error, SlackApiError):
        data = error.response.data if hasattr(error.response, "data") else error.response
        said = str(data.get("error") or "") if isinstance(data, Mapping) else ""
        code = said if _CODE.fullmatch(said) else ""
        return of_code(code, status=_status(error.response), retry_after=_retry_after(error.response))
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.InvalidURL):
        return TryLater("Slack can't be reached")
    return Uncertain("the connection to Slack broke")


def _status(response: object) -> int:
    status = getattr(response, "status_code", None) or getattr(response, "status", None)
    return int(status) if status else 200


def _retry_after(response: object) -> float | None:
    headers = getattr(response, "headers", None) or {}
    try:
        seconds = float(headers.get("Retry-After", ""))
    except ValueError:
        return None
    return min(max(seconds, 0.0), _LONGEST_WAIT) if isfinite(seconds) else None
