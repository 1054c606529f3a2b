"""The app's manifest, drawn from the table of commands; pasted at <https://api.slack.com/apps> it makes the app."""

from io import StringIO

from ruamel.yaml import YAML

from bot.model.command import COMMANDS

SCOPES = {
    "chat:write": "post alerts and answers",
    "commands": "the slash command",
    "app_mentions:read": "commands inside threads, where slash commands do not run",
    "channels:read": "names of public channels",
    "groups:read": "names of the private channels that it was invited to",
    "users:read": "who is a guest and may only read",
}
"""What the bot must be allowed to do, and what for."""

OPTIONAL = {
    "channels:history": "look whether an uncertain message has arrived, instead of marking it as a possible repeat",
    "groups:history": "the same in private channels",
}
"""What it is better off with."""

_HINT = 100


def manifest(command: str = "/watch") -> str:
    """The manifest as YAML, the same text for the same table."""
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
                    "description": "What this channel watches, and why it was told",
                    "usage_hint": words if len(words) <= _HINT else f"{words[: _HINT - 4]} ...",
                    "should_escape": True,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": [*SCOPES, *OPTIONAL]}},
        "settings": {
            "event_subscriptions": {"bot_events": ["app_mention", "member_joined_channel"]},
            "interactivity": {"is_enabled": True},
            "org_deploy_enabled": False,
            "socket_mode_enabled": True,
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
    print(manifest(), end="")  # noqa: T201 - this is what it is run for
