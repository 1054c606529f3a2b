"""`namewatch match`: articles as JSON Lines in, mentions as JSON Lines out. A filter: streams, keeps order."""

import sys
from collections.abc import Generator, Sequence
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from bot.cli.lines import Answer, Answerer, numbered_lines
from bot.cli.lists import lists_in_files
from bot.cli.output import put
from bot.cli.progress import progress
from bot.cli.shown import complain
from bot.cli.workers import answers_of_several
from bot.errors import UsageError
from bot.matching import LONGEST_TEXT
from bot.model.watchlist import Watchlist

File = Annotated[str, typer.Argument(help="JSON Lines of {id, title, text}; - is standard input.")]
Lists = Annotated[list[Path] | None, typer.Option("-w", "--watchlist", help="File or folder; default: watchlists")]
All = Annotated[bool, typer.Option("--all", help='Rejected mentions too, with "alert": false.')]
Jobs = Annotated[
    int, typer.Option("--jobs", min=1, max=64, help="Processes; with several, rows come a block at a time.")
]


def match(file: File = "-", watchlist: Lists = None, everything: All = False, jobs: Jobs = 1) -> int:
    """Name the companies in articles: JSON Lines in and out."""
    lists = lists_in_files(watchlist)
    bad = 0
    with (
        _opened(file) as stream,
        progress(stream) as advance,
        closing(_answers(lists, stream, everything=everything, jobs=jobs)) as answers,
    ):
        for answer in answers:
            bad += len(answer.faults)
            for number, problem in answer.faults:
                complain(f"{file}:{number}: {problem}; the line is left out")
            for number in answer.cut:
                complain(f"{file}:{number}: only the first {LONGEST_TEXT:,} characters are read")
            put(answer.rows)
            advance(answer.articles, answer.size)
    return int(bad > 0)


def _answers(
    lists: Sequence[Watchlist], stream: BinaryIO, *, everything: bool, jobs: int
) -> Generator[Answer, None, None]:
    """In the order of the lines: one by one out of this process, in blocks out of several."""
    lines = numbered_lines(stream)
    if jobs > 1:
        return answers_of_several(lists, lines, everything=everything, jobs=jobs)
    answerer = Answerer(lists, everything=everything)
    return (answerer.answer([line]) for line in lines)


def _opened(file: str) -> "nullcontext[BinaryIO] | BinaryIO":
    if file == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}; name a file of JSON Lines, or - for standard input") from error
