"""One whole page of the SQLite file is overwritten: no bot starts on it as if nothing had happened.

A quarter of the pages are replaced by another one of the same file: SQLite keeps no checksums of pages, and where the
last page of a long value takes the place of another such page, both are well formed. That is done on purpose, too.

The long form: NAMEWATCH_TORTURE_PAGES=1000 python -m pytest tests/torture/test_pages.py (make torture).
"""

import random
import sqlite3
from collections import Counter
from contextlib import closing
from itertools import product
from pathlib import Path

from bot.errors import StoreError
from bot.model.channel import Channel
from bot.store import open_store, upgrade
from bot.store.checking import check_store
from tests.fakes import START
from tests.store.builders import article, told
from tests.torture.conftest import Figure
from tests.torture.long_rows import COLUMNS, PAIR, end_of, write_long_rows
from tests.torture.owed import owe
from tests.torture.sizes import size

PAGES = size("PAGES", 50)
PAGE, POINTER = 4096, 4
HERE = Channel.parse("slack:T0AB/C0123ABCD")


async def make(path: Path) -> None:
    """A store with articles, stories, a ledger, messages that are owed, and long values wherever they may be."""
    await upgrade(str(path))
    store = await open_store(str(path))
    for number in range(60):
        words = f"Lava {number} " + " ".join(f"word{number * place}" for place in range(150))
        await store.commit(told(article(f"a{number}", text=words), f"story-{number}"))
    await owe(store, [HERE], 60)
    await write_long_rows(store)
    await store.close()


def free_pages(path: Path) -> int:
    """Pages that hold nothing: what is written there changes nothing."""
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA freelist_count").fetchone()[0])


def garbage(kind: str, content: bytes, chance: random.Random) -> bytes:
    """What takes the place of a page."""
    if kind == "another page":
        start = chance.randrange(len(content) // PAGE) * PAGE
        return content[start : start + PAGE]
    return {"zeros": bytes(PAGE), "ones": b"\xff" * PAGE}.get(kind) or chance.randbytes(PAGE)


async def refusal(url: str) -> str:
    """What a start says of this store, "" where it takes it for whole."""
    try:
        await upgrade(url)
        await (await open_store(url)).close()
    except StoreError as error:
        return str(error)
    return ""


async def test_no_start_is_silent_on_a_file_with_one_page_overwritten(tmp_path: Path, figure: Figure) -> None:
    path, damaged = tmp_path / "store.db", tmp_path / "damaged.db"
    await make(path)
    assert free_pages(path) == 0
    content, chance = path.read_bytes(), random.Random(PAGES)  # noqa: S311 - it chooses pages
    noticed: Counter[str] = Counter()
    silent: list[str] = []
    for number in range(PAGES):
        kind = ("random bytes", "zeros", "ones", "another page")[number % 4]
        start, page = chance.randrange(len(content) // PAGE) * PAGE, garbage(kind, content, chance)
        if content[start : start + PAGE] == page:
            continue
        damaged.write_bytes(content[:start] + page + content[start + PAGE :])
        said = await refusal(str(damaged))
        noticed[kind] += "damaged" in said or "upgrade" in said
        silent += [] if said else [f"{kind} at page {start // PAGE + 1}"]
    made = sum(noticed.values()) + len(silent)
    figure(
        f"one page of the SQLite file overwritten, {made} times, a quarter of them with another page of it",
        f"{len(silent)} silent starts",
    )
    assert not silent


def page_of(content: bytes, column: str, number: int) -> int:
    """Where the page begins that the end of a long value stands on; its first bytes say which page goes on."""
    end = end_of(column, number).encode()
    assert content.count(end) == 1
    return content.index(end) // PAGE * PAGE


async def test_the_end_of_a_long_value_in_the_place_of_another_is_damage(tmp_path: Path, figure: Figure) -> None:
    path, damaged = tmp_path / "store.db", tmp_path / "damaged.db"
    await make(path)
    content = path.read_bytes()
    silent = []
    for column, number in product(COLUMNS, PAIR):
        here, there = (page_of(content, column, each) + POINTER for each in (number, 1 - number))
        length = PAGE - POINTER
        damaged.write_bytes(content[:here] + content[there : there + length] + content[here + length :])
        assert is_well_formed(damaged)
        if not await refusal(str(damaged)):
            silent.append(f"{column} of row {number}")
            continue
        (said,) = check_store(str(damaged), START)
        assert said.startswith("damaged: 1 ")
        assert said.endswith(" changed by something else than the bot")
    figure(
        f"the end of a long value in the place of that of another one, in each of {len(COLUMNS)} columns",
        f"{len(silent)} silent starts",
    )
    assert not silent


def is_well_formed(path: Path) -> bool:
    """What SQLite itself says of a file."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
