"""`namewatch db restore` killed at any step: the path holds the old store or the new one, and no old one is lost."""

import errno
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from bot.errors import StoreError, StoreUnavailable
from bot.store import open_store
from bot.store.checking import check_store
from bot.store.moving import back_up_store, restore_store
from bot.store.place import FilePlace, parse_place
from bot.store.upgrade import bring_up_to_date
from bot.store.usage import Usage
from tests.fakes import START
from tests.store.builders import article, told

STEPS = {"os.rename", "os.link", "os.remove", "shutil.copyfile"}
"""What changes names in a folder; what finds none does not count: https://docs.python.org/3/library/audit_events.html"""
OLD, NEW = 2, 1
"""Articles in the store that is replaced, and in the backup."""


def no_links(*_: object, **__: object) -> None:
    """A disk without hard links."""
    raise PermissionError(1, "Operation not permitted")


def killed_before(step: int, work: Callable[[], object]) -> bool:
    """Do it in a process that kills itself before its n-th step; False where it came to its end."""
    child = os.fork()
    if not child:
        steps = count()

        def look(event: str, names: tuple[object, ...]) -> None:
            if event in STEPS and Path(str(names[0])).exists() and next(steps) == step:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            sys.addaudithook(look)
            work()
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def articles(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        found: int = connection.execute("SELECT count(*) FROM articles").fetchone()[0]
        return found


def copied(folder: Path, to: Path) -> None:
    for each in folder.glob("store.db*"):
        shutil.copy(each, to / each.name)


@pytest.fixture
async def folder(sqlite_url: str, tmp_path: Path) -> Path:
    """A backup, and the store that goes on after it as a killed bot leaves it: the newest article in the -wal alone."""
    left = tmp_path / "left"
    left.mkdir()
    store = await open_store(sqlite_url)
    await store.commit(told(article("first", url="https://focus.example/first"), "first"))
    back_up_store(sqlite_url, left / "backup.db")
    await store.commit(told(article("second", url="https://focus.example/second"), "second"))
    copied(tmp_path, left)
    await store.close()
    assert (left / "store.db-wal").stat().st_size
    return left


@pytest.mark.parametrize(("left", "links"), [("in its -wal", True), ("closed", True), ("closed", False)])
def test_a_restore_that_is_killed_leaves_a_whole_store_and_loses_none(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: str, links: bool
) -> None:
    if left == "closed":
        assert articles(folder / "store.db") == OLD
    if not links:
        monkeypatch.setattr(os, "link", no_links)
    seen = set()
    for here, killed in killed_at_every_step(folder, tmp_path):
        stands = articles(here / "store.db")
        assert check_store(str(here / "store.db"), START) == ()
        assert stands == OLD or OLD in map(articles, here.glob("store-before-restore*.db"))
        seen.add((killed, stands))
    assert seen >= {(True, OLD), (False, NEW)}


@pytest.mark.parametrize(("damage", "links"), [("overwritten", True), ("cut short", True), ("cut short", False)])
def test_nor_does_it_lose_anything_of_a_damaged_one(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str, links: bool
) -> None:
    """What nobody can read any more is kept to the last byte of it: somebody may have the means to."""
    path = folder / "store.db"
    path.write_bytes(b"\x5a" * 8192 if damage == "overwritten" else path.read_bytes()[:4096])
    if not links:
        monkeypatch.setattr(os, "link", no_links)
    for here, _ in killed_at_every_step(folder, tmp_path):
        found = [content(one) for one in (here / "store.db", *here.glob("store-before-restore*.db"))]
        assert any(b"focus.example/second" in one for one in found)


def test_where_the_old_store_can_not_be_kept_it_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "link", no_links)
    monkeypatch.setattr(shutil, "copyfile", full)
    said = r"store\.db can't be kept as .*before-restore\.db \(No space left on device\); nothing was replaced"
    with pytest.raises(StoreUnavailable, match=said):
        restore_store(str(folder / "store.db"), folder / "backup.db", START)
    assert articles(folder / "store.db") == OLD
    assert sorted(each.name for each in folder.glob("*.db*")) == ["backup.db", "store.db", "store.db.open"]


def test_a_start_waits_for_no_restore_and_gets_in_the_way_of_none(folder: Path) -> None:
    place = FilePlace(folder / "store.db")
    with closing(Usage(place, alone=True)), pytest.raises(StoreError, match="in use, it is being replaced: try again"):
        bring_up_to_date(place)


def killed_at_every_step(folder: Path, elsewhere: Path) -> Iterator[tuple[Path, bool]]:
    """A folder for each step that a restore of the backup in it was killed before, once a start has looked at it.

    The last one was not killed. Another restore must end well in each.
    """
    for step in count():
        here = Path(shutil.copytree(folder, elsewhere / str(step)))
        path, backup = here / "store.db", here / "backup.db"
        killed = killed_before(step, partial(restore_store, str(path), backup, START))
        assert path.exists(), f"no store at the path before step {step}"
        started(path)
        assert not any(one.samefile(path) for one in here.glob("store-before-restore*.db")), "two names of one store"
        yield here, killed
        restore_store(str(path), backup, START)
        assert articles(path) == NEW
        assert list(here.glob("*.partial*")) == []
        if not killed:
            return


def started(path: Path) -> None:
    """What every start does first, in a process of its own as there; a damaged store is refused."""

    def start() -> None:
        with suppress(StoreError):
            bring_up_to_date(parse_place(str(path)))

    assert not killed_before(-1, start)


def content(path: Path) -> bytes:
    """Of a store, with what belongs to it."""
    both = (path, path.with_name(path.name + "-wal"))
    return b"".join(each.read_bytes() for each in both if each.exists())
