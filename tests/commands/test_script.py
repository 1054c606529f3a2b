"""The script of commands leaves the same lists and gets the same answers, typed in the terminal or said in a chat."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from io import StringIO
from pathlib import Path

from bot.chat.console import ConsolePlatform, Screen
from bot.commands.dispatch import Dispatcher
from bot.model.channel import CONSOLE, Channel
from bot.model.command import OPERATOR_ACTOR, Actor, Command, Reply
from bot.protocols import Dispatch
from bot.store import MemoryStore
from bot.watchlists.repo import FileRepo
from tests.commands.desk import plain
from tests.commands.script import PHONES, SCRIPT
from tests.fakes import CountingIds, ManualClock

CHAT = Channel("slack", "T1", "C1", "the terminal", public=True)
Typing = Callable[[Dispatch], Awaitable[None]]


async def run(folder: Path, here: Channel, live: frozenset[str], type_all: Typing) -> tuple[list[list[str]], str]:
    """The answers to the script as plain lines, and the list's file after it, without the channels that hear it."""
    channels = "" if here == CONSOLE else f"channels: [{here}]\n"
    file = _file(folder, channels)
    store, clock = MemoryStore(), ManualClock()
    repo = await FileRepo.open(folder, store, clock, CountingIds(), {})
    dispatch = Dispatcher(repo, store, clock, live, _reachable)
    answers: list[list[str]] = []

    async def heard(command: Command) -> Reply:
        reply = await dispatch(command)
        clock.advance(seconds=1)
        answers.append(plain(reply))
        return reply

    await type_all(heard)
    return answers, _read(file).replace(channels, "")


def _file(folder: Path, channels: str) -> Path:
    folder.mkdir()
    file = folder / "phones.yaml"
    file.write_text(PHONES.format(channels=channels))
    return file


def _read(file: Path) -> str:
    return file.read_text()


async def in_the_terminal(dispatch: Dispatch) -> None:
    async def lines() -> AsyncGenerator[str, None]:
        for line in SCRIPT:
            yield line or "/watch"

    terminal = ConsolePlatform(ManualClock(), Screen(file=StringIO()), lines())
    await terminal.start(dispatch)
    while terminal._listening is not None and not terminal._listening.done():
        await _turn(terminal)
    await terminal.stop()


async def _turn(terminal: ConsolePlatform) -> None:
    assert terminal._listening is not None
    await terminal._listening


async def in_chat(dispatch: Dispatch) -> None:
    actor = Actor("U1", OPERATOR_ACTOR.name, "T1", OPERATOR_ACTOR.rights)
    for line in SCRIPT:
        await dispatch(Command(line, actor, CHAT))


async def test_the_script_does_the_same_everywhere(tmp_path: Path) -> None:
    typed, after_typing = await run(tmp_path / "terminal", CONSOLE, frozenset(), in_the_terminal)
    said, after_saying = await run(tmp_path / "chat", CHAT, frozenset({"slack"}), in_chat)
    assert len(SCRIPT) >= 60
    assert len(typed) == len(SCRIPT)
    for line, one, other in zip(SCRIPT, typed, said, strict=True):
        assert (line, _neutral(one)) == (line, _neutral(other))
    assert after_typing == after_saying
    assert "聯發科" in after_typing


def _neutral(lines: list[str]) -> list[str]:
    """Places in the file move by the line that names the channels; a folder has its own name."""
    return [_placeless(line) for line in lines]


def _placeless(line: str) -> str:
    before, dot, after = line.rpartition(".yaml:")
    start = max(before.rfind(" "), 0)
    return f"{before[:start]} {after.lstrip('0123456789')}" if dot else line


async def _reachable(channel: Channel) -> str:
    del channel
    return ""
