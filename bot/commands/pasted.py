"""Lines that were pasted, as lines that `add` reads: without bullets and numbers, one column of a table. Pure."""

import csv
import re
from collections.abc import Sequence

from bot.commands.companies import as_ticker
from bot.commands.words import quoted

_MARKS = re.compile(
    r"\s*(?:(?:[-–—*•·‣▪◦○●>✓✔]+|\[[ xX✓✔]?\]|\(?\d{1,3}[.):、．)]|[①-⑳])(?:\s+|(?<=[•·‣▪◦○●、])|$))*",
)
_AROUND = re.compile(r"([*_`~]{1,3})(\S.*\S|\S)\1")
_NUMBERED = re.compile(r"\s*(\d{1,3})\s+(?=\S)")
_RULE = re.compile(r"[\s|:=+-]*")
_NAMES = frozenset(
    re.findall(
        r"\w+",
        "company companies name names organisation organization issuer firm supplier vendor customer client"
        " 公司 名稱 名称 企業 企业 會社名 会社名 社名",
    )
)
_ALIASES = frozenset(re.findall(r"\w+", "alias aliases aka 別名 别名 簡稱 简称"))
_TICKERS = frozenset(re.findall(r"\w+", "ticker tickers symbol symbols 代號 代号 代碼 代码 股票代號"))
_LEAST = 3
"""Lines from which a column can be told without a heading."""


def lines_of(text: str) -> tuple[str, ...]:
    """The lines as people type companies after `add`, without what only orders them; empty ones left out."""
    lines = [line for line in text.split("\n") if line.strip() and not _RULE.fullmatch(line)]
    if (rows := _table(lines)) is not None:
        return tuple(said for row in rows if (said := _row(row)))
    bare = [_AROUND.sub(r"\2", line[_marks_end(line) :]).strip() for line in lines]
    numbers = [int(found.group(1)) if (found := _NUMBERED.match(line)) else -1 for line in bare]
    if len(bare) >= _LEAST and numbers == list(range(numbers[0], numbers[0] + len(bare))):
        bare = [_NUMBERED.sub("", line, count=1) for line in bare]
    return tuple(line for line in bare if line)


def _marks_end(line: str) -> int:
    found = _MARKS.match(line)
    return found.end() if found else 0


Row = dict[str, list[str]]


def _table(lines: Sequence[str]) -> list[Row] | None:
    """By row, what stands in the columns of names, aliases and tickers; None where these lines are no table."""
    sign = next((one for one in "\t|" if sum(one in line.strip("|") for line in lines) * 2 > len(lines)), "")
    cells = [_cells(line, sign or ",") for line in lines]
    kinds = [_kind(cell) for cell in cells[0]] if cells else []
    if "name" in kinds:
        return [_by_kind(row, kinds) for row in cells[1:]]
    if not sign or len(cells) < 2:
        return None
    at = _column(cells)
    return [_by_kind(row, ["name" if n == at else "" for n in range(len(row))]) for row in cells]


def _cells(line: str, sign: str) -> list[str]:
    if sign == "|":
        line = line.strip().strip("|")
    return [" ".join(cell.split()) for cell in next(csv.reader([line], delimiter=sign, skipinitialspace=True), [])]


def _kind(heading: str) -> str:
    words = set(re.findall(r"\w+", heading.casefold()))
    for kind, known in (("alias", _ALIASES), ("ticker", _TICKERS), ("name", _NAMES)):
        if words & known and len(words) <= _LEAST:
            return kind
    return ""


def _by_kind(row: Sequence[str], kinds: Sequence[str]) -> Row:
    """What stands in the row by kind; a ticker is known by its looks too."""
    found: Row = {"name": [], "alias": [], "ticker": []}
    for cell, kind in zip(row, kinds, strict=False):
        if kind and cell and (kind != "name" or not found["name"]):
            found[kind].append(cell)
        elif not kind and as_ticker(cell):
            found["ticker"].append(cell)
    return found


def _column(cells: Sequence[Sequence[str]]) -> int:
    """The column of the names where no heading says it: the first one whose cells are words, and differ."""
    width = max(map(len, cells))
    for at in range(width):
        column = [row[at] for row in cells if at < len(row)]
        words = [cell for cell in column if len(cell) > 2 and re.search(r"[^\W\d_]", cell) and not as_ticker(cell)]
        if len(words) * 5 >= len(cells) * 4 and len(set(words)) * 5 >= len(words) * 4:
            return at
    return 0


def _row(row: Row) -> str:
    """`"Lava International" (ラヴァ, 2454.TW)`: what the row says, as `add` reads it."""
    if not row["name"]:
        return ""
    more = [piece for cell in (*row["alias"], *row["ticker"]) for piece in re.split(r"\s*[;,/]\s*", cell) if piece]
    return quoted(row["name"][0]) + (f" ({', '.join(more)})" if more else "")
