"""The terminal as a chat: alerts scroll by, commands are typed below them."""

import asyncio
import contextlib
import errno
import os
import sys
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Mapping
from datetime import UTC, datetime, tzinfo
from io import TextIOWrapper
from typing import IO

import structlog
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import NestedCompleter
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.patch_stdout import patch_stdout
from rich.console import Console
from rich.text import Text

from bot.chat.drawing.terminal import REPEAT, Pen
from bot.errors import ChannelGone
from bot.model.alert import Delivery, Receipt
from bot.model.card import AlertCard
from bot.model.channel import CONSOLE, Channel
from bot.model.checkup import Checkup
from bot.model.command import COMMANDS, OPERATOR_ACTOR, Command, Reply
from bot.model.limits import UNLIMITED
from bot.protocols import Clock, Dispatch, Joined, Platform, Suggest, no_suggestions, no_welcome

log = structlog.get_logger()

NAME = "console"
REMEMBERED = 1000
"""Messages of which the number of sources is known, so that growth can be told exactly."""
CLOSED = "The terminal or pipe that the bot writes to is closed"
_LEAVE = frozenset({"quit", "exit"})

Lines = AsyncGenerator[str, None]
"""What is typed, line by line; it ends when whoever types has had enough."""


class Screen(Console):
    """A rich console that says when nobody reads any more, where rich would leave the process; `gone` tells why."""

    gone = ""

    def on_broken_pipe(self) -> None:
        """What rich calls while it handles a BrokenPipeError."""
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))

    def put(self, text: Text, *, end: str = "") -> None:
        """Write the text with its line break and `end`, and flush. ChannelGone where that fails, and ever after.

        Ever after, for what a failed write leaves behind would count as written. Drawn first and written after, for
        rich would repeat what it failed to write.
        """
        if self.gone:
            raise ChannelGone(self.gone)
        try:
            with self.capture() as drawn:
                self.print(text, soft_wrap=not self.is_terminal)
            self.file.write(drawn.get() + end)
            self.file.flush()
        except (OSError, ValueError) as error:
            self.gone = _why(error)
            let_go(self.file)
            raise ChannelGone(self.gone) from error


class ConsolePlatform:
    """Implements Platform on a terminal, or on a pipe: then nothing is read and nothing is coloured.

    `on_close` is called once Ctrl-C, Ctrl-D or `quit` is typed: the wish that the bot ends. `on_gone` is called each
    time that something can't be shown; after the first nothing can, and every verb raises ChannelGone.
    """

    name = NAME
    edits = True
    replies = True
    limits = UNLIMITED

    def __init__(self, clock: Clock, screen: Screen, typed: Lines | None = None, zone: tzinfo | None = None) -> None:
        """`typed`: where commands come from, None for nowhere. `zone`: the reader's, None for the machine's."""
        self.on_close: Callable[[], object] = _nothing
        self.on_gone: Callable[[], object] = _nothing
        self._clock = clock
        self._screen = screen
        self._typed = typed
        self._zone = zone
        self._sources: OrderedDict[str, int] = OrderedDict()
        self._listening: asyncio.Task[None] | None = None

    @property
    def interactive(self) -> bool:
        """Whether commands can be typed here."""
        return self._typed is not None

    @property
    def gone(self) -> str:
        """Why nothing can be shown any more; "" while it can."""
        return self._screen.gone

    async def start(
        self,
        dispatch: Dispatch,
        *,
        joined: Joined = no_welcome,  # noqa: ARG002 - everybody is in the terminal
        suggest: Suggest = no_suggestions,  # noqa: ARG002 - the prompt completes commands alone
    ) -> None:
        """Begin to listen, where there is anything to listen to."""
        if self._typed is not None and self._listening is None:
            self._listening = asyncio.create_task(self._listen(dispatch, self._typed), name="console")

    async def stop(self) -> None:
        """Stop listening and give the terminal back; safe to call twice."""
        listening, self._listening = self._listening, None
        if listening is not None:
            listening.cancel()
            await asyncio.wait([listening])

    @property
    def listens(self) -> bool:
        """What is typed here is heard, or nobody types."""
        return True

    async def send(self, delivery: Delivery) -> Receipt:
        """Print the card; the receipt is the delivery's own id."""
        self._show(delivery, self._pen().post(delivery.card), gap=True)
        self._remember(delivery.id, delivery)
        return Receipt(delivery.id, marked=delivery.doubtful)

    async def edit(self, delivery: Delivery) -> Receipt:
        """Print one line that says what grew: what is printed stays printed."""
        message = delivery.target.message_id if delivery.target else ""
        card, pen = delivery.card, self._pen()
        if isinstance(card, AlertCard):
            self._show(delivery, pen.growth(card, self._sources.get(message)))
            self._remember(message, delivery)
        else:
            self._show(delivery, pen.lines(card.lines))
        return Receipt(message or delivery.id, marked=delivery.doubtful)

    async def reply(self, delivery: Delivery) -> Receipt:
        """Print one line that names the companies which the first message did not."""
        card, pen = delivery.card, self._pen()
        self._show(delivery, pen.joined(card) if isinstance(card, AlertCard) else pen.lines(card.lines))
        return Receipt(delivery.id, marked=delivery.doubtful)

    async def find(self, delivery: Delivery) -> Receipt | None:  # noqa: ARG002
        """None: a terminal can't be asked what it showed."""
        return None

    async def resolve(self, channel: Channel) -> Channel | None:  # noqa: ARG002
        """None: there is one terminal, and nothing about it to be found out."""
        return None

    async def check(self, channel: Channel) -> str:
        """Why this is not the terminal, or why nothing can be shown there; "" for a terminal that is there."""
        return self.gone if channel == CONSOLE else f"{channel} is not the terminal: write console:"

    async def check_threads(self, channel: Channel) -> str:  # noqa: ARG002 - Platform's
        """The terminal has no threads."""
        return ""

    async def homes(self) -> tuple[str, ...]:
        """The terminal has no name."""
        return ()

    async def examine(self) -> tuple[Checkup, ...]:
        """The terminal has nothing that could be set up wrongly."""
        return ()

    def say(self, reply: Reply) -> None:
        """Print the answer to a command; ChannelGone where nobody can see it."""
        self._print(self._pen().answer(reply), gap=True)

    async def _listen(self, dispatch: Dispatch, typed: Lines) -> None:
        async with contextlib.aclosing(typed) as lines:
            async for line in lines:
                words = line.strip()
                if words.removeprefix("/watch").strip().lower() in _LEAVE:
                    break
                if words:
                    await self._answer(dispatch, words)
        self.on_close()

    async def _answer(self, dispatch: Dispatch, words: str) -> None:
        try:
            reply = await dispatch(Command(words, OPERATOR_ACTOR, CONSOLE))
        except Exception:  # a fault of ours in one command must not take the prompt away
            log.exception("command failed", command=words)
            reply = Reply((("This command met a fault of the bot; the log has it. Others go on: help",),), failed=True)
        with contextlib.suppress(ChannelGone):
            self.say(reply)

    def _pen(self) -> Pen:
        return _pen(self._screen, self._clock.now(), self._zone)

    def _remember(self, message: str, delivery: Delivery) -> None:
        if isinstance(delivery.card, AlertCard):
            self._sources[message] = len(delivery.card.sources)
            self._sources.move_to_end(message)
        while len(self._sources) > REMEMBERED:
            self._sources.popitem(last=False)

    def _show(self, delivery: Delivery, text: Text, *, gap: bool = False) -> None:
        """What a delivery looks like, and below it that it may be a repeat where nobody knows: nobody can be asked."""
        self._print(Text("\n").join([text, REPEAT]) if delivery.doubtful else text, gap=gap)

    def _print(self, text: Text, *, gap: bool = False) -> None:
        try:
            self._screen.put(text, end="\n" if gap else "")
        except ChannelGone:
            self.on_gone()
            raise


def connect(environment: Mapping[str, str], clock: Clock) -> Platform | None:
    """The terminal, always there. It reads commands when both ends are a terminal; a pipe is only written to."""
    typed = _prompt() if all(end is not None and end.isatty() for end in (sys.stdin, sys.stdout)) else None
    return ConsolePlatform(clock, _standard_output(environment), typed)


def show_reply(reply: Reply, now: datetime | None = None) -> None:
    """Print an answer on standard output, for whoever asked on the command line; `now` is the machine's if not given.

    A pipe that was closed meanwhile is no error: its reader has seen enough. A full disk is: ChannelGone.
    """
    screen = _standard_output(os.environ)
    try:
        screen.put(_pen(screen, now or datetime.now(UTC)).answer(reply))
    except ChannelGone as gone:
        if not isinstance(gone.__cause__, BrokenPipeError):
            raise


def _pen(screen: Screen, now: datetime, zone: tzinfo | None = None) -> Pen:
    return Pen(now, zone, links=screen.is_terminal and screen.color_system is not None)


def _standard_output(environment: Mapping[str, str]) -> Screen:
    if isinstance(sys.stdout, TextIOWrapper):
        # A terminal that lacks a letter shows "?"; the alert goes out all the same.
        sys.stdout.reconfigure(errors="replace")
    screen = Screen(highlight=False, markup=False, emoji=False, _environ=environment)
    if sys.stdout is None:  # closed before the start: rich would write to nowhere and call it written
        screen.gone = CLOSED
    return screen


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, BrokenPipeError | ValueError):
        return CLOSED
    return f"What the bot writes to takes no more: {error.strerror}"


async def _prompt() -> Lines:
    """Lines typed at a prompt that stays below what is printed; ends at Ctrl-C or Ctrl-D."""
    words: dict[str, dict[str, None] | None] = {spec.name: None for spec in COMMANDS}
    words["help"] = {spec.name: None for spec in COMMANDS}
    completer = NestedCompleter.from_nested_dict({**words, "/watch": words, "quit": None})
    session: PromptSession[str] = PromptSession(
        "/watch ", history=InMemoryHistory(), completer=completer, complete_while_typing=False
    )
    with patch_stdout(raw=True):
        while True:
            try:
                line = await session.prompt_async()
            except (EOFError, KeyboardInterrupt):
                return
            yield line


def let_go(file: IO[str]) -> None:
    """Point a broken standard output or error at nothing, so that the interpreter's last flush does not fail loudly.

    <https://docs.python.org/3/library/signal.html#note-on-sigpipe>
    """
    if file in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            broken = file.fileno()
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, broken)
            os.close(nothing)


def _nothing() -> None:
    """Nobody waits for the person at the prompt, or for the screen, to leave."""
