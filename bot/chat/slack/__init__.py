"""Slack, on slack-bolt: <https://docs.slack.dev/tools/bolt-python/>."""

from collections.abc import Mapping

from bot.chat.slack.platform import SlackPlatform, Tokens
from bot.errors import SettingsError
from bot.protocols import Clock, Platform

NAME = "slack"
BASE_URL = "https://slack.com/api/"

__all__ = ["NAME", "SlackPlatform", "connect"]


def connect(environment: Mapping[str, str], clock: Clock) -> Platform | None:
    """Slack where its tokens are set, else None. Several workspaces: tokens with commas, in the same order."""
    bots, apps = (_words(environment, name) for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"))
    if not bots and not apps:
        return None
    if len(bots) != len(apps):
        raise SettingsError("SLACK_BOT_TOKEN and SLACK_APP_TOKEN belong together: set as many of one as of the other")
    if any(not token.startswith("xoxb-") for token in bots):
        raise SettingsError("SLACK_BOT_TOKEN is wrong: it begins with xoxb- and stands under OAuth & Permissions")
    if any(not token.startswith("xapp-") for token in apps):
        raise SettingsError("SLACK_APP_TOKEN is wrong: it begins with xapp- and stands under Basic Information")
    tokens = [Tokens(bot, app) for bot, app in zip(bots, apps, strict=True)]
    base = environment.get("SLACK_API_URL", "").strip() or BASE_URL
    command = environment.get("NAMEWATCH_COMMAND", "").strip().removeprefix("/") or "watch"
    admins = frozenset(_words(environment, "NAMEWATCH_ADMINS"))
    return SlackPlatform(
        tokens, f"{base.removesuffix('/')}/", clock, command=f"/{command}", admins=admins, ping=_ping(environment)
    )


def _ping(environment: Mapping[str, str]) -> float:
    given = environment.get("SLACK_PING_SECONDS", "").strip() or "10"
    try:
        seconds = float(given)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 60:
        raise SettingsError("SLACK_PING_SECONDS is wrong: write seconds, over 0 up to 60")
    return seconds


def _words(environment: Mapping[str, str], name: str) -> list[str]:
    return environment.get(name, "").replace(",", " ").split()
