"""The script of commands gets the same answers and leaves the same behind wherever it is said, whatever keeps it.

Typed in the terminal, handed over in memory, typed in Slack over its socket, and sent through Discord's command tree
and buttons; kept in memory and in SQLite.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from bot.chat.console import ConsolePlatform, Screen
from bot.commands.dispatch import Dispatcher
from bot.commands.forms import paged
from bot.model.channel import CONSOLE, Channel
from bot.model.command import COMMANDS, OPERATOR_ACTOR, Actor, Command, CommandSpec, Reply
from bot.protocols import Dispatch, Store
from bot.store import MemoryStore, open_store, upgrade
from bot.watchlists.repo import FileRepo
from tests.chat import discord_bot, slack_bot
from tests.chat.servers.discord import ANN, GUILD, SUPPLY
from tests.commands.desk import plain
from tests.commands.script import CHIPS, PHONES, SCRIPT
from tests.commands.test_sources import Editor
from tests.fakes import CountingIds, ManualClock
from tests.watchlists.types import SOURCE_TYPES

Typing = Callable[[Dispatch], Awaitable[None]]
_MARK = re.compile("undo [0-9a-f]{8}")
SPECS = {spec.name: spec for spec in COMMANDS}


@dataclass(frozen=True)
class Left:
    """What a run leaves behind, without what tells its platform and folder: answers, files, history, mutes, sources."""

    answers: list[list[str]]
    files: list[str]
    history: list[str]
    mutes: list[str]
    sources: list[str]


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


async def in_memory(dispatch: Dispatch) -> None:
    actor = Actor("U1", OPERATOR_ACTOR.name, "T1", OPERATOR_ACTOR.rights)
    for line in SCRIPT:
        await dispatch(Command(line, actor, Channel("slack", "T1", "C1")))


async def in_slack(dispatch: Dispatch) -> None:
    async with slack_bot.slack_server() as server, slack_bot.bot_on(server, NAMEWATCH_ADMINS="U0ANN") as platform:
        await platform.start(dispatch)
        for count, line in enumerate(SCRIPT, 1):
            await server.slash(line)
            await server.answer(count)


async def in_discord(dispatch: Dispatch) -> None:
    """What the tree has is sent through it, in the first blanks; what it has not stands behind a button."""
    async with discord_bot.discord_server() as server, discord_bot.bot_on(server, NAMEWATCH_ADMINS=ANN) as platform:
        await platform.start(dispatch)
        await server.connected()
        for count, line in enumerate(SCRIPT, 1):
            verb, _, rest = (line or "status").partition(" ")
            spec = SPECS.get(verb)
            if spec is None or (rest and not spec.options):
                await server.press(f"run:{line}", {"id": "1", "channel_id": SUPPLY, "embeds": []})
            else:
                await server.slash(verb, **_blanks(spec, rest))
            await server.answer(count)


def _blanks(spec: CommandSpec, rest: str) -> dict[str, Any]:
    """The words in the blanks of a command: a page in its own, a word in each that must be filled, the rest behind."""
    rest, page = paged(rest)
    required = sum(option.required for option in spec.options)
    words = rest.strip().split(" ", max(required - 1, 0)) if rest.strip() else []
    blanks: dict[str, Any] = dict(zip((option.name for option in spec.options), words, strict=False))
    return blanks | ({"page": page} if page > 1 else {})


PLACES: dict[str, tuple[Channel, Typing]] = {
    "terminal": (CONSOLE, in_the_terminal),
    "memory": (Channel("slack", "T1", "C1"), in_memory),
    "slack": (Channel("slack", "T0TEAM", "C0SUPPLY"), in_slack),
    "discord": (Channel("discord", GUILD, SUPPLY), in_discord),
}


@asynccontextmanager
async def kept_in(kind: str, folder: Path) -> AsyncIterator[Store]:
    if kind == "memory":
        yield MemoryStore()
        return
    url = f"sqlite:///{folder / 'store.db'}"
    await upgrade(url)
    store = await open_store(url)
    yield store
    await store.close()


async def run(folder: Path, place: str, kind: str) -> Left:
    """The script from beginning to end."""
    here, type_all = PLACES[place]
    lists = folder / "lists"
    lists.mkdir(parents=True)
    (lists / "phones.yaml").write_text(PHONES.format(channels=f'channels: [{{to: "{here}", budget: 20/h}}]\n'))
    (lists / "chips.yaml").write_text(CHIPS)
    clock, editor, answers = ManualClock(), Editor(), list[list[str]]()
    async with kept_in(kind, folder) as store:
        repo = await FileRepo.open(lists, store, clock, CountingIds(), SOURCE_TYPES)
        dispatch = Dispatcher(repo, store, clock, frozenset({"slack", "discord"}), _reachable, editor)

        async def heard(command: Command) -> Reply:
            reply = await dispatch(replace(command, channel=replace(command.channel, public=True)))
            clock.advance(seconds=1)
            answers.append(plain(reply))
            return reply

        await type_all(heard)
        history = [f"{one.change.action} {one.change.name} {one.actor}" for one in await store.revisions("")]
        mutes = [f"{mute.scope} {mute.label}" for mute in await store.mutes()]
    neutral = _Neutral(here, lists)
    return Left(
        [[neutral(line) for line in lines] for lines in answers],
        [neutral((lists / name).read_text()) for name in ("phones.yaml", "chips.yaml")],
        [neutral(line) for line in history],
        [neutral(line) for line in mutes],
        [neutral(line) for line in editor.done],
    )


class _Neutral:
    """Takes out of a text where it was said, by whom, in which folder, and the mark of a change."""

    def __init__(self, here: Channel, folder: Path) -> None:
        self._words = {
            f"{folder}/": "",
            str(here): "<here>",
            "the terminal": "<here>",
            "#supply-chain": "<here>",
            " operator": " ann",
        }

    def __call__(self, text: str) -> str:
        for word, instead in self._words.items():
            text = text.replace(word, instead)
        return _MARK.sub("undo <mark>", text)


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Left:
    """What the script leaves that is typed in the terminal, kept in memory; made once, in a loop of its own."""
    folder = tmp_path_factory.mktemp("script")
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(run(folder, "terminal", "memory"))).result()


@pytest.mark.parametrize(
    ("place", "kind"),
    [  # where it is typed and what keeps it never meet but in the dispatcher: each of either once, the chats on SQLite
        ("memory", "memory"),
        ("terminal", "sqlite"),
        ("slack", "sqlite"),
        ("discord", "sqlite"),
    ],
)
async def test_the_script_does_the_same_everywhere(tmp_path: Path, typed: Left, place: str, kind: str) -> None:
    said = await run(tmp_path, place, kind)
    for line, one, other in zip(SCRIPT, typed.answers, said.answers, strict=True):
        assert (line, other) == (line, one)
    assert said == typed


def test_the_script_is_long_and_uses_the_table(typed: Left) -> None:
    assert len(SCRIPT) >= 60
    assert len(typed.answers) == len(SCRIPT)
    verbs = {line.split(" ")[0] for line in SCRIPT}
    assert verbs >= SPECS.keys() - {"status"}
    assert "聯發科" in typed.files[0]
    assert typed.sources == ["add mint.example by ann", "remove Mint by ann"]
    assert not any("fault" in line for lines in typed.answers for line in lines)


async def _reachable(channel: Channel) -> str:
    del channel
    return ""
