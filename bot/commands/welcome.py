"""What is said in a channel that the bot was let into: what comes here already, and three first steps."""

from bot.commands.desk import Desk
from bot.commands.phrases import listed
from bot.model.card import Line, Strong
from bot.model.channel import Channel
from bot.model.command import Reply
from bot.text import counted

LISTS = 5
STEPS: tuple[Line, ...] = (
    ("1. ", Strong("/watch add Lava International"), " · watch a company here"),
    ("2. ", Strong("/watch list"), " · what this channel watches"),
    ("3. ", Strong("/watch why"), " · why something came, or did not"),
)


def welcome(desk: Desk, channel: Channel) -> Reply:
    """Short, the same for everybody in the channel."""
    heard = desk.heard(channel)
    companies = counted(sum(len(one.companies) for one in heard), "company", "companies")
    lists = listed([one.name for one in heard], LISTS)
    said = f"Alerts of {companies} come here: {lists}" if heard else "This channel hears no list yet."
    return Reply(((said,), *STEPS), public=True)
