"""How far a filter has come: a line on stderr for whoever waits at a terminal."""

import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

Advance = Callable[[int, int], None]
"""Told after each step: articles done, bytes read."""


@contextmanager
def progress(stream: BinaryIO) -> Iterator[Advance]:
    """Show count, rate and time while the block runs; nothing where stderr is no terminal.

    Nothing either where the rows themselves run over that terminal: they are progress enough.
    """
    if not (sys.stderr and sys.stderr.isatty()) or not sys.stdout or sys.stdout.isatty():
        yield _nothing
        return
    total = _size(stream)
    parts: list[ProgressColumn] = [TextColumn("{task.fields[articles]:,} articles"), _Rate(), TimeElapsedColumn()]
    if total:
        parts += [BarColumn(), TaskProgressColumn()]
    # Rows go to stdout, which must stay as it is; complaints on stderr stand above the line.
    with Progress(*parts, console=Console(stderr=True), transient=True, redirect_stdout=False) as shown:
        task = shown.add_task("", total=total or None, articles=0)

        def advance(articles: int, size: int) -> None:
            shown.update(task, advance=size, articles=shown.tasks[0].fields["articles"] + articles)

        yield advance


@contextmanager
def counting(what: str) -> Iterator[Callable[[int], None]]:
    """Show how many, and since when, while the block runs; nothing where stderr is no terminal."""
    if not (sys.stderr and sys.stderr.isatty()):
        yield lambda _: None
        return
    parts = (TextColumn("{task.completed:,} " + what), TimeElapsedColumn())
    with Progress(*parts, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("", total=None)
        yield lambda more: shown.advance(task, more)


class _Rate(ProgressColumn):
    """Articles a second since the start."""

    def render(self, task: Task) -> Text:
        """`312/s`, or nothing in the first moment."""
        seconds = task.elapsed or 0
        return Text(f"{task.fields['articles'] / seconds:,.0f}/s" if seconds > 1 else "")


def _nothing(_articles: int, _size: int) -> None:
    """Nobody is looking."""


def _size(stream: BinaryIO) -> int:
    """Bytes of a plain file; 0 where the end is not known."""
    try:
        found = os.fstat(stream.fileno())
    except OSError:
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 0
