"""The app's manifest, drawn from the table of commands; pasted at <https://api.slack.com/apps> it makes the app."""

import sys
from io import StringIO

from ruamel.yaml import YAML

from bot.chat.slack.scopes import OPTIONAL, SCOPES
from bot.model.command import COMMANDS

_HINT = 100


def manifest(command: str = "/watch", url: str = "") -> str:
    """The manifest as YAML, the same text for the same table; with `url` for requests over HTTP instead of a socket."""
    at: dict[str, str] = {"url": url} if url else {}
    asked = {"request_url": url} if url else {}
    words = " | ".join(spec.name for spec in COMMANDS)
    content = {
        "display_information": {
            "name": "Namewatch",
            "description": "Watches the news for company names and tells this workspace, once, with the reason.",
            "background_color": "#1d3557",
        },
        "features": {
            "bot_user": {"display_name": "Namewatch", "always_online": True},
            "slash_commands": [
                {
                    "command": command,
                    **at,
                    "description": "What this channel watches, and why it was told",
                    "usage_hint": words if len(words) <= _HINT else f"{words[: _HINT - 4]} ...",
                    "should_escape": True,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": [*SCOPES, *OPTIONAL]}},
        "settings": {
            "event_subscriptions": {**asked, "bot_events": ["app_mention", "member_joined_channel"]},
            "interactivity": {"is_enabled": True, **asked, **({"message_menu_options_url": url} if url else {})},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not url,
            "token_rotation_enabled": False,
        },
    }
    written = StringIO()
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 200
    yaml.dump(content, written)
    return written.getvalue()


if __name__ == "__main__":
    print(manifest(*sys.argv[1:]), end="")  # noqa: T201 - this is what it is run for
