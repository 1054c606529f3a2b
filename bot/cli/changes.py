"""`namewatch export`, `log` and `confirm`: what was changed in chat, for git and for people, and what was meant."""

import asyncio
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot.app import Setup, opened
from bot.cli.output import put
from bot.cli.shown import complain, settings_here
from bot.errors import UsageError
from bot.model.watchlist import Revision
from bot.text import counted
from bot.watchlists.patch import patch, told

Lists = Annotated[list[str] | None, typer.Argument(help="Lists by file or name; default: all")]
Limit = Annotated[int, typer.Option("--limit", min=1, help="How many changes, the newest ones.")]


def export(lists: Lists = None) -> int:
    """Changes from chat that no file has yet. As a patch: namewatch export | git apply."""
    return asyncio.run(_export(lists or []))


def log(lists: Lists = None, limit: Limit = 50) -> int:
    """The history of lists: when, who, where, what. The newest last."""
    return asyncio.run(_log(lists or [], limit))


def confirm(name: Annotated[str, typer.Argument(metavar="LIST", help="A list by file or name.")]) -> int:
    """Let a file count that drops more than half of its list. It waits until someone says that it is meant."""
    return asyncio.run(_confirm(name))


async def _confirm(name: str) -> int:
    settings, variables = settings_here()
    async with opened(settings, variables) as setup:
        (key,) = await _keys(setup, [name])
        now = await setup.repo.confirm(key)
    put(f"{key} counts as it is now: {counted(len(now.companies), 'company', 'companies')}\n")
    return 0


async def _export(names: Sequence[str]) -> int:
    settings, variables = settings_here()
    async with opened(settings, variables) as setup:
        keys = await _keys(setup, names)
        found = [one for one in await setup.repo.unwritten(_root(settings.watchlists)) if not keys or one[0] in keys]
    if not found:
        complain("every change from chat is in its file: nothing to export")
        return 0
    put(patch([one for _, one in found]))
    if (top := _root(settings.watchlists)) != Path.cwd().resolve():
        # from a folder below its top git leaves the paths out, and says nothing
        complain(f"the paths begin at {top}: namewatch export | git -C {shlex.quote(str(top))} apply")
    return int(any(one.refused for _, one in found))


async def _log(names: Sequence[str], limit: int) -> int:
    settings, variables = settings_here()
    async with opened(settings, variables) as setup:
        keys = await _keys(setup, names)
        history = [one for one in await setup.store.revisions("") if not keys or one.change.watchlist in keys]
    if not history:
        complain("nothing was changed yet")
        return 0
    if len(history) > limit:
        complain(f"{counted(len(history) - limit, 'earlier change')} left out; see more with --limit {len(history)}")
    put("".join(f"{_shown(one)}\n" for one in history[-limit:]))
    return 0


def _shown(revision: Revision) -> str:
    line = "".join(char if char.isprintable() else " " for char in told(revision))
    return f"{line}  {revision.change.watchlist}" + ("  (not in its file)" if revision.pending else "")


async def _keys(setup: Setup, names: Sequence[str]) -> set[str]:
    """The keys of lists by key, file or name; UsageError names the first that is none."""
    known = {one.key: {one.key, one.name, Path(one.key).stem} for one in setup.repo.lists()}
    known |= {one.change.watchlist: {one.change.watchlist} for one in await setup.store.revisions("")} | known
    keys = set()
    for name in names:
        found = {key for key, called in known.items() if name in called or Path(name).name == key}
        if not found:
            raise UsageError(f"no list {name!r}; there are {', '.join(sorted(known)) or 'none'}")
        keys |= found
    return keys


def _root(folder: Path) -> Path:
    """What paths of the patch begin at: the top of the git checkout that the lists are in, else the current folder."""
    here = folder.resolve()
    return next((each for each in (here, *here.parents) if (each / ".git").exists()), Path.cwd().resolve())
