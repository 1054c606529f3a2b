"""`check --impact`: which alerts a changed list gains and loses, for the one who reviews the change."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli import main
from bot.cli.impact import drawn, impact, lists_in_force, markdown, without_file
from bot.model.alert import PollOutcome
from bot.model.article import Article
from bot.model.channel import CONSOLE
from bot.model.command import OPERATOR_ACTOR
from bot.model.company import Company
from bot.model.source import SourceState
from bot.model.watchlist import Base, Change, Watchlist
from bot.store import MemoryStore
from bot.watchlists.repo import FileRepo
from tests.builders import company, source, watchlist
from tests.fakes import START, CountingIds, ManualClock
from tests.store.builders import article
from tests.watchlists.types import SOURCE_TYPES

WORLD = source("World")


def kept(number: int, title: str, days: float = 1) -> Article:
    seen = START - timedelta(days=days)
    return replace(article(f"{number:03}"), title=title, text="", source=WORLD.key, first_seen=seen)


async def stored(*titles: str) -> MemoryStore:
    store = MemoryStore()
    articles = tuple(kept(number, title) for number, title in enumerate(titles))
    await store.commit(PollOutcome(SourceState(WORLD.key), START, articles=(*articles, kept(99, "Oppo of old", 31))))
    return store


BEFORE = watchlist("phones", [company("Oppo"), company("Lava International"), company("Vivo")])


async def of(store: MemoryStore, after: Watchlist, before: Watchlist | None = BEFORE) -> str:
    known = {before.key: before} if before else {}
    return markdown(await impact(store, known, [after], [], [WORLD], (START, 30), lambda _: None))


async def test_gains_and_losses_are_counted_with_their_newest_titles() -> None:
    store = await stored("Oppo opens a plant", "Nokia is | back @all", "Nokia and Oppo agree", "Vivo waits")
    after = watchlist("phones", [company("Nokia"), company("Lava International"), company("Vivo")])
    assert await of(store, after) == (
        "**2 alerts gained, 2 lost in 4 stored articles of the last 30 days**\n\n"
        "| company | list | before | after | gained | lost |\n| --- | --- | ---: | ---: | ---: | ---: |\n"
        "| `Nokia` | `phones` | 0 | 2 | 2 | 0 |\n| `Oppo` | `phones` | 2 | 0 | 0 | 2 |\n"
        "\n`Nokia` on `phones`:\n\n- + `Nokia and Oppo agree`\n- + `Nokia is \u00a6 back @all`\n"
        "\n`Oppo` on `phones`:\n\n- - `Nokia and Oppo agree`\n- - `Oppo opens a plant`\n"
    )


async def test_lists_that_say_the_same_are_not_read() -> None:
    found = await impact(await stored("Oppo"), {BEFORE.key: BEFORE}, [BEFORE], [], [WORLD], (START, 30), lambda _: None)
    assert (found.rows, found.articles) == ((), 0)
    (summary,) = drawn(found)
    assert str(summary) == "No alert gained or lost in 0 stored articles of the last 30 days"


async def test_a_list_that_the_store_does_not_know_gains_everything() -> None:
    told = await of(await stored("Oppo opens a plant"), BEFORE, None)
    assert told.startswith(
        "**1 alert gained, 0 lost in 1 stored article of the last 30 days; new to the store: phones.yaml**"
    )


async def test_a_list_whose_file_is_taken_away_loses_everything() -> None:
    store = await stored("Oppo opens a plant", "Vivo and Oppo agree", "Nokia waits")
    told = markdown(await impact(store, {BEFORE.key: BEFORE}, [], [BEFORE], [WORLD], (START, 30), lambda _: None))
    assert told.startswith(
        "**0 alerts gained, 3 lost in 3 stored articles of the last 30 days; without a file now: phones.yaml**"
    )
    assert "| `Oppo` | `phones` | 2 | 0 | 0 | 2 |" in told


async def test_which_lists_have_lost_their_file(tmp_path: Path) -> None:
    store = MemoryStore()
    for name in ("asia/phones.yaml", "cars.yaml", "broken.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("companies: [Oppo]\n", encoding="utf-8")
    await FileRepo.open(tmp_path, store, ManualClock(), CountingIds(), SOURCE_TYPES)
    await store.save_base(Base("in-the-store.yaml", "", "{}", START))
    (tmp_path / "cars.yaml").unlink()
    (tmp_path / "broken.yaml").write_text("companies: [", encoding="utf-8")
    assert await without_file(store, tmp_path) == {"cars.yaml"}


async def test_what_counts_as_before_is_what_the_bot_has_in_force(tmp_path: Path) -> None:
    (tmp_path / "phones.yaml").write_text("companies: [Oppo]\n", encoding="utf-8")
    (tmp_path / "phones.yaml").chmod(0o444)
    store = MemoryStore()
    repo = await FileRepo.open(tmp_path, store, ManualClock(), CountingIds(), SOURCE_TYPES)
    await repo.apply([Change("phones.yaml", "add", "Nokia", Company("Nokia"))], OPERATOR_ACTOR, CONSOLE)
    (found,) = (await lists_in_force(store, SOURCE_TYPES)).values()
    assert [one.name for one in found.companies] == ["Oppo", "Nokia"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--impact", "30"], "write a number of days, such as 30d"),
        (["--impact", "0d"], "write a number of days"),
        (["--markdown"], "--markdown goes with --impact"),
    ],
)
def test_how_it_is_asked(options: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", *options, "watchlists"]) == 2
    assert said in capsys.readouterr().err
