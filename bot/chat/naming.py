"""What people type, under the name that this installation gave the command: where we write /watch, /news is said."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.model.card import Card, Line, Span, Strong, TextCard
from bot.model.channel import Channel
from bot.model.command import Command, Reply
from bot.protocols import Dispatch, Joined

_WATCH = re.compile(r"(?<!\S)/watch(?=\s|$)")


class Naming:
    """Names the command in what is said."""

    def __init__(self, command: str) -> None:
        """`command` with or without its slash."""
        self._name = f"/{command.removeprefix('/')}"

    def card(self, card: Card) -> Card:
        """A digest or a notice; an alert holds words of others and names no command."""
        return replace(card, lines=self._lines(card.lines)) if isinstance(card, TextCard) else card

    def reply(self, reply: Reply) -> Reply:
        """An answer; its buttons type the command without its name."""
        return replace(reply, lines=self._lines(reply.lines))

    def dispatch(self, dispatch: Dispatch) -> Dispatch:
        """Answers as `dispatch` does."""

        async def answer(command: Command) -> Reply:
            return self.reply(await dispatch(command))

        return answer

    def joined(self, joined: Joined) -> Joined:
        """Welcomes as `joined` does."""

        async def welcome(channel: Channel) -> Reply | None:
            said = await joined(channel)
            return None if said is None else self.reply(said)

        return welcome

    def _lines(self, lines: Sequence[Line]) -> tuple[Line, ...]:
        return tuple(tuple(map(self._span, line)) for line in lines)

    def _span(self, span: Span) -> Span:
        if isinstance(span, Strong):
            return Strong(_WATCH.sub(self._name, span.text))
        return _WATCH.sub(self._name, span) if isinstance(span, str) else span
