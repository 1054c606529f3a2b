"""JSON Lines in, JSON Lines out: what `match` makes of each line, in this process or in several."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import BinaryIO

from bot.matching import LONGEST_TEXT, Matcher
from bot.model.company import Mention
from bot.model.watchlist import Watchlist

LONGEST_LINE = 16_000_000
"""Bytes of a line that are read; a longer one is no article, and is passed over without being kept."""

NumberedLine = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of some lines: the rows as JSON Lines, what was wrong by line number, and what was read.

    `cut` are the numbers of lines whose text was too long to be read to its end.
    """

    rows: str
    faults: tuple[tuple[int, str], ...]
    articles: int
    size: int
    cut: tuple[int, ...] = ()


NO_ANSWER = Answer("", (), 0, 0)


def numbered_lines(stream: BinaryIO) -> Iterator[NumberedLine]:
    """The lines with their numbers from 1; of a line over `LONGEST_LINE` bytes only the beginning."""
    for number in count(1):
        line = rest = stream.readline(LONGEST_LINE)
        if not line:
            return
        while len(rest) == LONGEST_LINE and not rest.endswith(b"\n"):
            rest = stream.readline(LONGEST_LINE)
        yield number, line


class Answerer:
    """Finds the companies of several lists in the articles of JSON Lines."""

    def __init__(self, lists: Iterable[Watchlist], *, everything: bool) -> None:
        """Build a matcher for each list; `everything` gives the rejected mentions too."""
        self._matchers = [Matcher(each) for each in lists]
        self._everything = everything

    def answer(self, lines: Sequence[NumberedLine]) -> Answer:
        """A row for each article in the order given; empty lines are passed over, and no line stops the others."""
        rows: list[str] = []
        faults: list[tuple[int, str]] = []
        cut: list[int] = []
        for number, line in lines:
            if not line.strip():
                continue
            article, problem = _read(line)
            if problem:
                faults.append((number, problem))
                continue
            rows.append(self._row(article))
            if max(len(article["title"]), len(article["text"])) > LONGEST_TEXT:
                cut.append(number)
        return Answer("".join(rows), tuple(faults), len(rows), sum(len(line) for _, line in lines), tuple(cut))

    def _row(self, article: dict[str, str]) -> str:
        mentions = [
            _described(mention, everything=self._everything)
            for mention in self._find(article["title"], article["text"])
            if self._everything or mention.alert
        ]
        return json.dumps({"id": article["id"], "mentions": mentions}, ensure_ascii=False) + "\n"

    def _find(self, title: str, text: str) -> list[Mention]:
        """One mention a span and company, the surest where several lists watch it; in reading order."""
        best: dict[tuple[str, str, int, int], Mention] = {}
        for matcher in self._matchers:
            for mention in matcher.find(title, text):
                key = (mention.field, mention.company, mention.start, mention.end)
                if key not in best or (mention.alert, mention.confidence) > (best[key].alert, best[key].confidence):
                    best[key] = mention
        return sorted(best.values(), key=lambda m: (m.field != "title", m.start, m.end))


def _read(line: bytes) -> tuple[dict[str, str], str]:
    """The article, and what is wrong with the line ("" where nothing is)."""
    if len(line) >= LONGEST_LINE:
        return {}, f"longer than {LONGEST_LINE:,} bytes"
    try:
        # The first line of a file may begin with a byte order mark.
        article = json.loads(line.decode("utf-8-sig", errors="replace"))
    except (ValueError, RecursionError) as error:
        return {}, f"no JSON ({error})"
    if not isinstance(article, dict):
        return {}, "a JSON object is needed"
    if "id" not in article:
        return {}, '"id" is missing'
    wrong = [key for key in ("title", "text") if not isinstance(article.setdefault(key, ""), str)]
    return article, f'"{wrong[0]}" must be text' if wrong else ""


def _described(mention: Mention, *, everything: bool) -> dict[str, object]:
    row: dict[str, object] = {
        "company": mention.company,
        "alias": mention.alias,
        "text": mention.text,
        "field": mention.field,
        "start": mention.start,
        "end": mention.end,
        "similarity": mention.similarity,
        "kind": mention.kind,
        "confidence": round(mention.confidence, 4),
        "reasons": [reason.text for reason in mention.reasons],
    }
    return row | {"alert": mention.alert} if everything else row
