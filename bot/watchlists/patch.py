"""Changes from chat as a patch that `git apply` takes; who made them stands above it as comments. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import unified_diff

from bot.model.difference import in_words
from bot.model.watchlist import BY_FILE, Change, Revision
from bot.watchlists.names import clean

_PLAIN_PATH = re.compile(r'[^"\\\x00-\x1f\x7f]+')
_NO_NEWLINE = "\\ No newline at end of file\n"


@dataclass(frozen=True, slots=True)
class Unwritten:
    """A list whose file does not say yet what was changed in chat: `before` is None where there is no file.

    `refused` are changes that can't be put into the file, with why.
    """

    path: str
    before: bytes | None
    after: bytes
    revisions: tuple[Revision, ...]
    refused: tuple[tuple[Change, str], ...] = ()


def patch(lists: Sequence[Unwritten]) -> str:
    """Comments that say who changed what, when and where; then the difference of each file. Paths are as given."""
    head = "".join(line for one in lists for line in _comments(one))
    return head + "".join(_difference(one) for one in lists if one.before != one.after)


def _comments(one: Unwritten) -> Iterable[str]:
    yield f"# {_line(one.path)}\n"
    for revision in one.revisions:
        yield f"#   {_line(told(revision))}\n"
    for change, why in one.refused:
        yield f"#   NOT in this patch: {_line(in_words(change))}: {_line(why)}\n"


def told(revision: Revision) -> str:
    """Who, when, where and what: one line of a list's history, its time in UTC."""
    when = revision.at.strftime("%Y-%m-%d %H:%M UTC")
    where = "by file" if revision.channel == BY_FILE else str(revision.channel)
    return f"{when}  {revision.actor}  {where}  {in_words(revision.change)}"


def _line(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in clean(text))


def _difference(one: Unwritten) -> str:
    old, new = _lines(one.before or b""), _lines(one.after)
    made = "new file mode 100644\n" if one.before is None else ""
    before = "/dev/null" if one.before is None else _path("a/", one.path)
    head = f"diff --git {_path('a/', one.path)} {_path('b/', one.path)}\n{made}"
    # a tab ends a name with spaces, as git writes it
    tab = "\t" if " " in one.path else ""
    head += f"--- {before}{tab if one.before is not None else ''}\n+++ {_path('b/', one.path)}{tab}\n"
    body = list(unified_diff(old, new))[2:]
    return head + "".join(line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}" for line in body)


def _lines(data: bytes) -> list[str]:
    """Lines as git counts them: a newline ends one, and nothing else does."""
    return re.findall(r"[^\n]*\n|[^\n]+", data.decode("utf-8"))


def _path(side: str, path: str) -> str:
    if _PLAIN_PATH.fullmatch(path):
        return side + path
    escaped = "".join(f"\\{ord(char):03o}" if ord(char) < 32 or char in '"\\\x7f' else char for char in path)
    return f'"{side}{escaped}"'
