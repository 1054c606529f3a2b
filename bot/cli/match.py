"""`namewatch match`: articles as JSON Lines in, mentions as JSON Lines out. A filter: streams, keeps order."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, TextIO

import typer

from bot.app import source_options
from bot.cli.shown import complain
from bot.errors import UsageError, WatchlistError
from bot.matching import Matcher
from bot.model.company import Mention
from bot.watchlists.folder import load_folder

File = Annotated[str, typer.Argument(help="JSON Lines of {id, title, text}; - is standard input.")]
Lists = Annotated[list[Path] | None, typer.Option("-w", "--watchlist", help="File or folder; default: watchlists")]
All = Annotated[bool, typer.Option("--all", help='Rejected mentions too, with "alert": false.')]


def match(file: File = "-", watchlist: Lists = None, everything: All = False) -> int:
    """Name the companies in articles: JSON Lines in, JSON Lines out, in order."""
    matchers = _matchers(watchlist or [Path("watchlists")])
    bad = 0
    with _opened(file) as lines:
        for number, article, problem in _articles(lines):
            if problem:
                bad += 1
                complain(f"{file}:{number}: {problem}; the line is left out")
                continue
            mentions = [_row(m, everything) for m in _find(matchers, article) if everything or m.alert]
            row = {"id": article["id"], "mentions": mentions}
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    return int(bad > 0)


def _matchers(paths: list[Path]) -> list[Matcher]:
    loaded = load_folder(*paths, source_types=source_options())
    errors = [finding for finding in loaded.findings if finding.severity == "error"]
    if errors:
        raise WatchlistError(errors)
    return [Matcher(each) for each in loaded.lists]


def _opened(file: str) -> "nullcontext[TextIO] | TextIO":
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    if file == "-":
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
        return nullcontext(sys.stdin)
    try:
        return Path(file).open(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}; name a file of JSON Lines, or - for standard input") from error


def _articles(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, str], str]]:
    """Line number, article, and what is wrong with the line ("" where nothing is); empty lines are passed over."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            article = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield number, {}, f"no JSON ({error})"
            continue
        yield (number, article, _problem(article))


def _problem(article: object) -> str:
    if not isinstance(article, dict):
        return "a JSON object is needed"
    if "id" not in article:
        return '"id" is missing'
    wrong = [key for key in ("title", "text") if not isinstance(article.setdefault(key, ""), str)]
    return f'"{wrong[0]}" must be text' if wrong else ""


def _find(matchers: list[Matcher], article: dict[str, str]) -> list[Mention]:
    """One mention a span and company, the surest where several lists watch it; in reading order."""
    best: dict[tuple[str, str, int, int], Mention] = {}
    for matcher in matchers:
        for mention in matcher.find(article["title"], article["text"]):
            key = (mention.field, mention.company, mention.start, mention.end)
            if key not in best or (mention.alert, mention.confidence) > (best[key].alert, best[key].confidence):
                best[key] = mention
    return sorted(best.values(), key=lambda m: (m.field != "title", m.start, m.end))


def _row(mention: Mention, everything: bool) -> dict[str, object]:
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
