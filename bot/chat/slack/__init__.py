"""Slack, on slack-bolt: <https://docs.slack.dev/tools/bolt-python/>."""

from collections.abc import Mapping, Sequence

from bot.chat.settings import command_of, number, words
from bot.chat.slack.door import Door, Entrance
from bot.chat.slack.platform import Ear, SlackPlatform
from bot.chat.slack.socket import Socket
from bot.chat.slack.workspace import Workspace
from bot.errors import SettingsError
from bot.protocols import Clock, Platform
from bot.site import site_at

NAME = "slack"
BASE_URL = "https://slack.com/api/"

__all__ = ["NAME", "SlackPlatform", "connect"]


def connect(environment: Mapping[str, str], clock: Clock) -> Platform | None:
    """Slack where its tokens are set, else None. Several workspaces: tokens with commas, in the same order.

    It is listened to over a socket (SLACK_APP_TOKEN), or else at a port of our own (SLACK_SIGNING_SECRET).
    """
    bots, apps, secrets = (
        words(environment, name) for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET")
    )
    if not bots and not apps:
        return None
    _agree(bots, apps, secrets)
    base = f"{(environment.get('SLACK_API_URL', '').strip() or BASE_URL).removesuffix('/')}/"
    workspaces = [
        Workspace(bot, base, "the workspace of SLACK_BOT_TOKEN" + (f", number {at}" if bots[1:] else ""))
        for at, bot in enumerate(bots, 1)
    ]
    if apps:
        ping = number(environment, "SLACK_PING_SECONDS", 10, most=60)
        ears: list[Ear] = [Socket(each, app, base, ping) for each, app in zip(workspaces, apps, strict=True)]
    else:
        door = Door(site_at(int(number(environment, "PORT", 3000, most=65535))), clock)
        ears = [Entrance(each, secret, door) for each, secret in zip(workspaces, secrets, strict=True)]
    admins = frozenset(words(environment, "NAMEWATCH_ADMINS"))
    return SlackPlatform(
        list(zip(workspaces, ears, strict=True)), clock, command=f"/{command_of(environment)}", admins=admins
    )


def _agree(bots: Sequence[str], apps: Sequence[str], secrets: Sequence[str]) -> None:
    """SettingsError where a token is missing, is another one, or does not look like one."""
    if apps and len(bots) != len(apps):
        raise SettingsError("SLACK_BOT_TOKEN and SLACK_APP_TOKEN belong together: set as many of one as of the other")
    if not apps and (len(bots) != len(secrets) or len(set(secrets)) != len(secrets)):
        raise SettingsError("SLACK_BOT_TOKEN needs SLACK_APP_TOKEN beside it (or a SLACK_SIGNING_SECRET), one for each")
    if any(not token.startswith("xoxb-") for token in bots):
        raise SettingsError("SLACK_BOT_TOKEN is wrong: it begins with xoxb- and stands under OAuth & Permissions")
    if any(not token.startswith("xapp-") for token in apps):
        raise SettingsError("SLACK_APP_TOKEN is wrong: it begins with xapp- and stands under Basic Information")
