"""What was typed into forms that could not be saved, so that it need not be typed again."""

from bot.chat.discord.forms import Filled

MOST = 200
"""Drafts kept at once; the oldest are let go of."""


class Drafts:
    """In memory alone: after a restart a form shows what is stored."""

    def __init__(self) -> None:
        """Nothing was typed yet."""
        self._kept: dict[tuple[int, str], Filled] = {}

    def keep(self, who: int, command: str, typed: Filled) -> None:
        """Remember what somebody typed into the form of a command."""
        self.drop(who, command)
        self._kept[who, command] = typed
        for oldest in list(self._kept)[:-MOST]:
            del self._kept[oldest]

    def drop(self, who: int, command: str) -> None:
        """It is saved by now."""
        self._kept.pop((who, command), None)

    def of(self, who: int, command: str) -> Filled:
        """What they typed into it last; nothing where they did not."""
        return self._kept.get((who, command), ())
