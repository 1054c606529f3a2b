"""Standard output of commands whose result it is: UTF-8, at once, and its loss told in a line."""

import sys
from collections.abc import Iterable
from io import StringIO

from rich.console import Console, RenderableType
from rich.text import Text

from bot.chat.console import let_go
from bot.errors import OutputLost

_WIDE = 200
"""Columns of a table that nobody sees in a terminal."""


def put(text: str) -> None:
    """Write and flush. BrokenPipeError where the reader has gone, OutputLost where nothing can be written any more."""
    if sys.stdout is None:
        raise OutputLost("standard output is closed: send it to a file or a pipe")
    try:
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
        sys.stdout.write(text)
        # Whoever reads on gets it when it is found; a filter may stand behind a feed that never ends.
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        let_go(sys.stdout)
        raise OutputLost(f"standard output can't be written: {(error.strerror or 'unknown reason').lower()}") from error


def show(parts: Iterable[RenderableType]) -> None:
    """Put these one below the other: styled and cut to its width for a terminal, else plain, each line whole."""
    terminal = sys.stdout is not None and sys.stdout.isatty()
    drawn = StringIO()
    width = None if terminal else _WIDE
    screen = Console(file=drawn, force_terminal=terminal, width=width, highlight=False, markup=False, emoji=False)
    for part in parts:
        screen.print(part, soft_wrap=isinstance(part, str | Text))
    put("".join(f"{line.rstrip()}\n" for line in drawn.getvalue().split("\n")[:-1]))
