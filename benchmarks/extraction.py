"""The main text of web pages, beside trafilatura alone and readability-lxml (where it is installed).

`python -m benchmarks.extraction [FOLDER]`: pages with the text that a reader should see, in the layout of
mozilla/readability (`*/source.html`, `*/expected.html`). F1 over words, the mean of all pages; CPU of this process.
"""

import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import lxml.html
import trafilatura
from rich.console import Console
from rich.table import Table

from bot.extraction.page import main_text

try:
    import readability
except ImportError:
    readability = None

FOLDER = Path("../shared/data/corpora/readability-synthetic/test/test-pages")
ADDRESS = "https://news.example/page"
_WORD = re.compile(r"\w+")
Reader = Callable[[bytes], str]


def bots_own(page: bytes) -> str:
    """As the bot reads a page."""
    (found,) = main_text(page, "text/html", ADDRESS)
    return found["text"]


def trafilatura_alone(page: bytes) -> str:
    """With its own settings, its fast mode."""
    return trafilatura.extract(page, url=ADDRESS, fast=True, include_comments=False) or ""


def trafilatura_thorough(page: bytes) -> str:
    """With its own settings and its fallbacks."""
    return trafilatura.extract(page, url=ADDRESS, include_comments=False) or ""


def readability_lxml(page: bytes) -> str:
    """The summary as text."""
    return words_of(readability.Document(page).summary())


def words_of(markup: str) -> str:
    """Everything that stands in a piece of HTML."""
    return " ".join(lxml.html.fromstring(markup).itertext()) if markup.strip() else ""


def f1(found: str, expected: str) -> tuple[float, float, float]:
    """Precision, recall and F1 over words, each counted as often as it stands there."""
    one, other = (Counter(_WORD.findall(text.lower())) for text in (found, expected))
    common = (one & other).total()
    precision = common / one.total() if one else float(not other)
    recall = common / other.total() if other else float(not one)
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def pages(folder: Path) -> list[tuple[str, bytes, str]]:
    """Name, bytes and expected text of each page that has both."""
    found = sorted(path.parent for path in folder.glob("*/expected.html") if (path.parent / "source.html").exists())
    return [
        (path.name, (path / "source.html").read_bytes(), words_of((path / "expected.html").read_text(encoding="utf-8")))
        for path in found
    ]


def readers() -> dict[str, Reader]:
    """What is compared."""
    found: dict[str, Reader] = {
        "Namewatch": bots_own,
        "trafilatura, fast": trafilatura_alone,
        "trafilatura": trafilatura_thorough,
    }
    return {**found, "readability-lxml": readability_lxml} if readability else found


def main() -> None:
    """Print the table."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    corpus = pages(folder)
    table = Table(title=f"Main text of {len(corpus)} pages")
    for column in ("", "F1", "precision", "recall", "worst page", "ms CPU a page"):
        table.add_column(column, justify="left" if not column else "right")
    for name, read in readers().items():
        read(corpus[0][1])
        started = time.process_time()
        texts = [read(page) for _, page, _ in corpus]
        cpu = (time.process_time() - started) / len(corpus)
        scores = [f1(text, expected) for text, (_, _, expected) in zip(texts, corpus, strict=True)]
        means = [sum(score[at] for score in scores) / len(scores) for at in (2, 0, 1)]
        table.add_row(name, *(f"{m:.3f}" for m in means), f"{min(s[2] for s in scores):.2f}", f"{cpu * 1000:.1f}")
        if "-v" in sys.argv:
            for (page, _, expected), s in zip(corpus, scores, strict=True):
                print(name, page, len(expected), *(f"{x:.2f}" for x in s))
    Console().print(table)


if __name__ == "__main__":
    main()
