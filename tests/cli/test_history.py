"""`check --history`: how often each name stands in the stored articles, the noisiest first."""

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli import main
from bot.cli.history import drawn, history
from bot.model.alert import PollOutcome
from bot.model.article import Article
from bot.model.source import Source, SourceState
from bot.store import MemoryStore
from tests.builders import company, source, watchlist
from tests.fakes import START
from tests.store.builders import article


def kept(number: int, title: str, of: Source, days: float = 1) -> Article:
    """A stored article, first seen so many days ago."""
    seen = START - timedelta(days=days)
    return replace(article(f"{number:03}"), title=title, text="", source=of.key, first_seen=seen)


async def test_stored_articles_are_matched_anew_the_noisiest_company_first() -> None:
    asia, world = source("Asia", tags=("asia",)), source("World")
    lists = [
        watchlist("phones", [company("Lava International", "Lava"), company("Oppo"), company("Vivo")]),
        replace(watchlist("chips", [company("Groq"), company("Oppo")]), sources=("asia",)),
    ]
    store = MemoryStore()
    articles = (
        kept(1, "Oppo and Lava International open a plant", world, days=10),
        kept(2, "Lava flows from the volcano", world),
        kept(3, "Oppo sells more phones", asia),
        kept(4, "Oppo from long ago", world, days=31),
    )
    await store.commit(PollOutcome(SourceState(world.key), START, articles=articles))
    steps: list[int] = []
    told = await history(store, lists, [asia, world], START, steps.append)
    assert (told.articles, told.days, sum(steps)) == (3, 10.0, 3)
    assert [(row.company, row.watchlist, row.matched, row.rejected) for row in told.rows] == [
        ("Lava International", "phones", 1, 1),
        ("Oppo", "phones", 2, 0),
        ("Oppo", "chips", 1, 0),
        ("Groq", "chips", 0, 0),
        ("Vivo", "phones", 0, 0),
    ]
    table, rest = drawn(told)
    columns = [list(column.cells) for column in getattr(table, "columns", [])]
    assert [str(column[0]) for column in columns] == ["Lava International", "phones", "1", "1", "0.20", "66.67%"]
    assert str(rest) == "2 companies in none of the 3 articles of the last 10 days"


async def test_a_day_is_the_least_that_a_rate_is_reckoned_over() -> None:
    told = await history(MemoryStore(), [watchlist("phones", [company("Lava")])], [], START, lambda _: None)
    assert (told.articles, told.days) == (0, 1.0)
    (rest,) = drawn(told)
    assert str(rest) == "1 company in none of the 0 articles of the last 1 day"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder to run in: a list, a source with one article, a store to be made, and nobody at the keyboard."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/store.db")
    (tmp_path / "watchlists").mkdir()
    (tmp_path / "watchlists" / "makers.yaml").write_text(
        "companies: [Oppo, Groq, Denso]\nsources: [{name: Press, type: files, url: press, first_poll: alert}]\n",
        encoding="utf-8",
    )
    (tmp_path / "watchlists" / "press").mkdir()
    (tmp_path / "watchlists" / "press" / "one.txt").write_text(
        "Oppo opens a plant\n\nOppo Gardens bloom in spring. Groq said on Friday that it would buy chips.\n",
        encoding="utf-8",
    )
    with Path(os.devnull).open(encoding="utf-8") as nobody:
        monkeypatch.setattr(sys, "stdin", nobody)
        yield


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("path", ["watchlists", "watchlists/makers.yaml"])
def test_what_the_bot_has_stored_is_counted(capsys: pytest.CaptureFixture[str], path: str) -> None:
    assert main(["run", "--once", "--no-post"]) == 0
    capsys.readouterr()
    assert main(["check", "--history", path]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "1 list, 3 companies, 1 source: 0 errors, 0 warnings"
    assert lines[1] == "In the store: 1 article of the last 1 day"
    assert [line.split() for line in lines[2:]] == [
        ["company", "list", "matched", "rejected", "a", "day", "of", "articles"],
        ["Groq", "makers", "1", "0", "1.00", "100.00%"],
        ["Oppo", "makers", "1", "0", "1.00", "100.00%"],
        ["1", "company", "in", "none", "of", "the", "1", "article", "of", "the", "last", "1", "day"],
    ]


@pytest.mark.usefixtures("folder")
def test_without_a_store_it_says_how_to_make_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--history"]) == 1
    shown = capsys.readouterr()
    assert "1 list, 3 companies" in shown.out
    assert "there is no store" in shown.err
