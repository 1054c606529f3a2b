"""`check --history`: how often each name stands in the stored articles, the noisiest first."""

import os
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.cli import main
from bot.cli.history import drawn, history
from bot.model.ledger import CompanyCounts
from bot.store import MemoryStore
from tests.builders import company, watchlist
from tests.fakes import START


class Counted(MemoryStore):
    """A store that has counted already."""

    def __init__(self, counts: Mapping[str, Mapping[str, CompanyCounts]]) -> None:
        super().__init__()
        self.counts, self.asked = counts, set[datetime]()

    async def company_counts(self, watchlist: str, since: datetime) -> Mapping[str, CompanyCounts]:
        self.asked.add(since)
        return self.counts.get(watchlist, {})


async def test_rows_are_the_companies_of_the_lists_the_noisiest_first() -> None:
    lists = [
        watchlist("phones", [company("Lava"), company("Oppo"), company("Vivo")]),
        watchlist("chips", [company("Groq"), company("Lava")]),
    ]
    store = Counted(
        {
            "phones.yaml": {"Lava": CompanyCounts(3, 30), "Vivo": CompanyCounts(30, 3), "Gone": CompanyCounts(99, 9)},
            "chips.yaml": {"Lava": CompanyCounts(60, 0)},
        }
    )
    rows = await history(store, lists, START)
    assert [(row.company, row.watchlist, row.articles) for row in rows] == [
        ("Lava", "chips", 60),
        ("Lava", "phones", 33),
        ("Vivo", "phones", 33),
        ("Groq", "chips", 0),
        ("Oppo", "phones", 0),
    ]
    assert store.asked == {START - timedelta(days=30)}
    table, rest = drawn(rows)
    assert [list(column.cells)[1:2] for column in getattr(table, "columns", [])[2:]] == [["3"], ["30"], ["1.10"]]
    assert str(rest) == "2 companies in no stored article of the last 30 days"


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
    assert lines[1] == "Stored articles of the last 30 days"
    assert [line.split() for line in lines[2:]] == [
        ["company", "list", "matched", "rejected", "a", "day"],
        ["Groq", "makers", "1", "0", "0.03"],
        ["Oppo", "makers", "1", "0", "0.03"],
        ["1", "company", "in", "no", "stored", "article", "of", "the", "last", "30", "days"],
    ]


@pytest.mark.usefixtures("folder")
def test_without_a_store_it_says_how_to_make_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--history"]) == 1
    shown = capsys.readouterr()
    assert "1 list, 3 companies" in shown.out
    assert "there is no store" in shown.err
