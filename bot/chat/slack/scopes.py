"""The rights of the app in a workspace: <https://docs.slack.dev/reference/scopes>."""

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
