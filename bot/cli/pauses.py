"""What is on hold by command, in one line for the command line."""

from collections.abc import Sequence
from datetime import datetime

from bot.model.mute import Mute
from bot.text import counted


def pauses_in_force(mutes: Sequence[Mute], now: datetime) -> tuple[Mute, ...]:
    """Those pauses of channels, or of every channel, that hold something now."""
    return tuple(each for each in mutes if each.scope == "pause" and each.lasts(now))


def pauses_in_words(pauses: Sequence[Mute]) -> str:
    """`every channel until somebody ends it: namewatch watch resume --all`, else `2 channels`; "" where none is."""
    everywhere = next((each for each in pauses if each.channel is None), None)
    if everywhere is None:
        return counted(len(pauses), "channel") if pauses else ""
    end = f"{everywhere.until.astimezone():%Y-%m-%d %H:%M}" if everywhere.until else "somebody ends it"
    return f"every channel until {end}: namewatch watch resume --all"
