"""A store as a whole: kept while it is used, put back when it is whole, copied either way to the last value."""

import shutil
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text

from bot.errors import SettingsError, StoreError, StoreUnavailable
from bot.model.alert import PollOutcome, Process, Settlement
from bot.model.channel import Channel
from bot.model.ledger import Withheld
from bot.model.mute import Mute
from bot.model.source import SourceState
from bot.model.watchlist import Base
from bot.protocols import Store
from bot.store import open_store
from bot.store.checking import check_store
from bot.store.database import connect_blocking
from bot.store.moving import back_up_store, copy_store, restore_store
from bot.store.place import FilePlace
from bot.store.versions import migrations
from tests.builders import delivery
from tests.fakes import START
from tests.store.builders import DISCORD, LEASE, SLACK, SOURCE, article, at, claim, sent, told

PAGE = 4096
LATER = START + timedelta(hours=1)


async def fill(store: Store) -> None:
    """Rows of every kind: sent, doubtful, parked and dead messages, letters from everywhere, what waits."""
    for number, channel in enumerate((SLACK, DISCORD, Channel("console"), replace(SLACK, address="C2"))):
        url = f"https://focus.example/{number}"
        await store.commit(told(article(f"a{number}", f"小米 \U0001f4f1 {number}", url=url), f"s{number}", channel))
    first, second, third, _ = await claim(store)
    await store.settle(sent(first))
    await store.settle(Settlement(second.id, "one", 1, "parked", START, error="archived"))
    await store.settle(Settlement(third.id, "one", 1, "dead", START, error="rejected"))
    waits = Withheld("a0", SLACK, "alert-a0", "digest", START)
    edit = delivery("edit", SLACK, "edit", alert_id="alert-a0")
    await store.commit(PollOutcome(SourceState(SOURCE), START, deliveries=(edit,), withheld=(waits,)))
    await store.mute(Mute("m", SLACK, "all", "", "all", START, None, "U1"))
    await store.save_base(Base("phones.yaml", "hash", "parsed", START))
    await store.save_channels({"slack:#news": SLACK}, START)
    await store.mark("canary arrived", START)
    await store.beat(Process("old", "host", 1, START, START))


async def filled(url: str) -> None:
    store = await open_store(url)
    await fill(store)
    await store.close()


@pytest.fixture
def elsewhere(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'elsewhere.db'}"


async def test_a_copy_is_the_same_and_goes_on(url: str, elsewhere: str) -> None:
    await filled(url)
    moved = copy_store(url, elsewhere, LATER)
    assert moved.rows > 30
    assert check_store(elsewhere, LATER) == ()
    one, two = await open_store(url), await open_store(elsewhere)
    assert await two.table_counts() == await one.table_counts()
    assert await two.outbox_counts() == {"sent": 1, "parked": 1, "dead": 1, "sending": 1, "pending": 1}
    for query in ("undelivered", "waiting", "mutes", "bases", "channels", "marks"):
        assert await getattr(two, query)() == await getattr(one, query)(), query
    assert await two.processes() == ()
    assert [each.id for each in await two.search(["小米"])] == ["a3", "a2", "a1", "a0"]
    later = await two.claim("two", START + 2 * LEASE, START + 3 * LEASE, 100)
    assert {each.id: each.doubtful for each in later} == {"edit": False, "post-a3": True}
    assert [each.target.message_id for each in later if each.target] == ["message-post-a0"]
    await two.commit(told(article("new", url="https://focus.example/new"), "new"))
    await one.close()
    await two.close()


@pytest.mark.postgres
async def test_there_and_back_again_is_what_it_was(sqlite_url: str, postgres_url: str, elsewhere: str) -> None:
    await filled(sqlite_url)
    there = copy_store(sqlite_url, postgres_url, LATER)
    back = copy_store(postgres_url, elsewhere, LATER)
    assert (there.rows, there.tables) == (back.rows, back.tables)
    store = await open_store(postgres_url)
    await store.commit(told(article("new", url="https://focus.example/new"), "new"))
    assert (await store.table_counts())["deliveries"] == 6
    await store.close()
    tables = ("articles", "deliveries", "routing_changes", "verdicts", "alerts", "seen", "meta", "mutes", "withheld")
    for table in tables:
        assert rows_of(sqlite_url, table) == rows_of(elsewhere, table)


def rows_of(url: str, table: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        return connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()  # noqa: S608


async def test_a_copy_goes_to_an_empty_store_alone(url: str, sqlite_url: str, elsewhere: str) -> None:
    await filled(url)
    copy_store(url, elsewhere, LATER)
    with pytest.raises(StoreError, match=r"elsewhere.db is not empty .*nothing was changed"):
        copy_store(url, elsewhere, LATER)
    with pytest.raises(StoreError, match="is both ends"):
        copy_store(url, url, LATER)
    with pytest.raises(StoreError, match="there is no store"):
        copy_store("sqlite:////nowhere/at/all.db", elsewhere, LATER)
    with pytest.raises(SettingsError):
        copy_store("mysql://h/db", elsewhere, LATER)
    del sqlite_url


async def test_what_is_in_use_is_neither_copied_nor_replaced(sqlite_url: str, elsewhere: str, tmp_path: Path) -> None:
    await filled(sqlite_url)
    back_up_store(sqlite_url, tmp_path / "backup.db")
    store = await open_store(sqlite_url)
    for work in (copy_store, restore_store):
        end = elsewhere if work is copy_store else tmp_path / "backup.db"
        with pytest.raises(StoreError, match="in use, a bot or another command has it open: stop it first"):
            work(sqlite_url, end, LATER)  # type: ignore[arg-type]
    assert (await store.table_counts())["articles"] == 4
    await store.close()
    assert left_over(tmp_path) == []


@pytest.mark.postgres
async def test_a_bot_that_lives_on_postgresql_is_not_left_behind(postgres_url: str, elsewhere: str) -> None:
    await filled(postgres_url)
    with pytest.raises(StoreError, match=r"a bot runs on postgresql://.* \(process 1 on host\): stop it first"):
        copy_store(postgres_url, elsewhere, at(seconds=30))
    assert copy_store(postgres_url, elsewhere, at(seconds=61)).rows


async def test_a_backup_of_a_store_in_use_is_whole(url: str, tmp_path: Path) -> None:
    store = await open_store(url)
    await fill(store)
    stop = threading.Event()
    made: list[Path] = []

    def keep() -> None:
        while not stop.is_set() and len(made) < 5:
            file = tmp_path / f"backup-{len(made)}.db"
            back_up_store(url, file)
            made.append(file)

    keeper = threading.Thread(target=keep)
    keeper.start()
    for number in range(40):
        one = article(f"n{number}", url=f"https://focus.example/n{number}", first_seen=at(minutes=number))
        await store.commit(told(one, f"n{number}"))
    stop.set()
    keeper.join()
    await store.close()
    assert made
    for file in made:
        assert check_store(str(file), LATER) == ()
    with pytest.raises(StoreError, match="is there already: name a new file"):
        back_up_store(url, made[0])


def test_where_there_is_no_store_there_is_nothing_to_keep(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no store at"):
        back_up_store(str(tmp_path / "none.db"), tmp_path / "kept" / "first.db")
    assert list(tmp_path.iterdir()) == []


async def test_what_is_damaged_is_the_store_and_not_its_copy(sqlite_url: str, tmp_path: Path) -> None:
    await filled(sqlite_url)
    damage(tmp_path / "store.db", 3)
    with pytest.raises(StoreError, match=r"/store\.db is damaged: stop the bot, then: namewatch db restore"):
        back_up_store(sqlite_url, tmp_path / "kept" / "first.db")
    assert list((tmp_path / "kept").iterdir()) == []


async def test_a_full_disk_is_that_of_the_copy(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def small(path: object, **options: Any) -> sqlite3.Connection:
        connection = sqlite3.Connection(path, **options)  # type: ignore[arg-type]
        if str(path).endswith(".partial"):
            connection.execute("PRAGMA max_page_count = 3")
        return connection

    await filled(sqlite_url)
    monkeypatch.setattr("bot.store.moving.sqlite3.connect", small)
    with pytest.raises(StoreUnavailable, match=r"the disk of .*kept.first\.db\.partial is full"):
        back_up_store(sqlite_url, tmp_path / "kept" / "first.db")
    assert list((tmp_path / "kept").iterdir()) == []


async def test_a_restore_puts_back_what_was_kept(sqlite_url: str, tmp_path: Path) -> None:
    await filled(sqlite_url)
    backup = tmp_path / "backups" / "first.db"
    back_up_store(sqlite_url, backup)
    store = await open_store(sqlite_url)
    await store.commit(told(article("later", url="https://focus.example/later"), "later"))
    await store.close()
    backup.chmod(0o444)
    moved = restore_store(sqlite_url, backup, LATER)
    assert [each.name for each in backup.parent.iterdir()] == ["first.db"]
    store = await open_store(sqlite_url)
    assert (await store.table_counts())["articles"] == 4
    await store.close()
    kept = await open_store(moved.kept)
    assert (await kept.table_counts())["articles"] == 5
    await kept.close()
    assert restore_store(sqlite_url, backup, LATER).kept.endswith("-before-restore-1.db")


def damage(path: Path, page: int) -> None:
    data = bytearray(path.read_bytes())
    data[page * 4096 : (page + 1) * 4096] = b"\x5a" * 4096
    path.write_bytes(data)


def content(url: str) -> bytes:
    return Path(url.removeprefix("sqlite:///")).read_bytes()


def left_over(folder: Path) -> list[Path]:
    return list(folder.glob("*.partial*"))


@pytest.fixture(params=["page", "short", "text", "empty", "other", "newer", "ledger", "missing"])
def bad(request: pytest.FixtureRequest, empty_file: Path, tmp_path: Path) -> Path:
    """A file that is no whole store."""
    path = Path(shutil.copy(empty_file, tmp_path / "bad.db"))
    match request.param:
        case "page":
            damage(path, 2)
        case "short":
            path.write_bytes(path.read_bytes()[:20_000])
        case "text":
            path.write_text("a backup, believe me")
        case "empty":
            path.write_bytes(b"")
        case "other":
            path.unlink()
            with closing(sqlite3.connect(path)) as connection, connection:
                connection.execute("CREATE TABLE alien (x)")
        case "newer":
            with closing(sqlite3.connect(path)) as connection, connection:
                connection.execute("UPDATE alembic_version SET version_num = '9999'")
        case "ledger":
            with closing(sqlite3.connect(path)) as connection, connection:
                connection.execute("PRAGMA foreign_keys=OFF")
                connection.execute(
                    "INSERT INTO routings VALUES ('x', 'slack:C1', 'alerted', '2026-11-20 08:30:00.000000', 'y', '')"
                )
        case "missing":
            path.unlink()
    return path


async def test_what_is_not_whole_replaces_nothing(sqlite_url: str, bad: Path) -> None:
    await filled(sqlite_url)
    before = content(sqlite_url)
    with pytest.raises(StoreError) as raised:
        restore_store(sqlite_url, bad, LATER)
    assert content(sqlite_url) == before
    assert left_over(bad.parent) == []
    said = str(raised.value)
    assert str(bad) in said
    assert not any(words in said for words in (".partial", "namewatch db upgrade", "the newest backup"))
    assert "nothing was changed" in said or "install that version" in said


@pytest.mark.parametrize("version", ["0001", "0010"])
async def test_a_backup_of_an_earlier_version_is_put_back_with_the_tables_of_this_one(
    url: str, tmp_path: Path, version: str
) -> None:
    backup = tmp_path / "kept" / "old.db"
    backup.parent.mkdir()
    with connect_blocking(FilePlace(backup)).begin() as connection:
        config = migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, version)
        connection.execute(text("INSERT INTO meta VALUES ('at:canary arrived', 1)"))
    assert restore_store(url, backup, LATER).rows
    store = await open_store(url)
    assert list(await store.marks()) == ["canary arrived"]
    await store.close()
    assert check_store(url, LATER) == ()
    assert [each.name for each in backup.parent.iterdir() if not each.name.startswith("old.db")] == []


def put_in_place_of(path: Path, old: str, new: str) -> None:
    """Change what stands once in a file."""
    content = path.read_bytes()
    assert content.count(old.encode()) == 1
    path.write_bytes(content.replace(old.encode(), new.encode()))


def move_page(path: Path, to: str, of: str) -> None:
    """Let the first page of a table or an index stand in the place of another's, too."""
    with closing(sqlite3.connect(path)) as connection:
        root = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        here, there = ((connection.execute(root, (name,)).fetchone()[0] - 1) * PAGE for name in (to, of))
    content = path.read_bytes()
    path.write_bytes(content[:here] + content[there : there + PAGE] + content[here + PAGE :])


@pytest.mark.parametrize("where", ["Of THE end", "of the end"])
async def test_a_text_that_changed_by_itself_is_damage_though_every_page_is_well_formed(
    sqlite_url: str, where: str
) -> None:
    """As where the end of another long text stands in its place; in the text, or in the copy for searches."""
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    await filled(sqlite_url)
    store = await open_store(sqlite_url)
    await store.commit(told(article("long", text="Lava said so. " * 1_000 + "Of THE end"), "story-long"))
    await store.close()
    put_in_place_of(path, where, where.replace("end", "top"))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert check_store(sqlite_url, LATER) == ("damaged: 1 articles were changed by something else than the bot",)
    with pytest.raises(StoreError, match="is damaged: stop the bot, then: namewatch db restore"):
        await open_store(sqlite_url)


@pytest.mark.parametrize(
    ("page", "stands"),
    [
        ("sqlite_sequence", "deliveries"),
        ("sqlite_sequence", "votes"),
        ("search_grams_data", "alerts"),
        ("search_grams_docsize", "deliveries"),
        ("search_grams_idx", "sqlite_autoindex_deliveries_1"),
        ("search_waiting", "sqlite_autoindex_votes_1"),
    ],
)
async def test_a_page_in_the_place_of_another_is_damage_where_sqlite_sees_none(
    sqlite_url: str, page: str, stands: str
) -> None:
    await filled(sqlite_url)
    move_page(Path(sqlite_url.removeprefix("sqlite:///")), page, stands)
    with pytest.raises(StoreError, match="is damaged: stop the bot, then: namewatch db restore"):
        await open_store(sqlite_url)


async def test_a_damaged_store_is_replaced_and_kept(sqlite_url: str, tmp_path: Path) -> None:
    await filled(sqlite_url)
    back_up_store(sqlite_url, tmp_path / "backup.db")
    damage(Path(sqlite_url.removeprefix("sqlite:///")), 2)
    with pytest.raises(StoreError, match="is damaged: stop the bot, then: namewatch db restore"):
        check_store(sqlite_url, LATER)
    with pytest.raises(StoreError, match="namewatch db restore"):
        await open_store(sqlite_url)
    restore_store(sqlite_url, tmp_path / "backup.db", LATER)
    assert check_store(sqlite_url, LATER) == ()


async def test_damage_that_leaves_all_rows_readable_is_found(sqlite_url: str) -> None:
    await filled(sqlite_url)
    damage(Path(sqlite_url.removeprefix("sqlite:///")), 1)  # where SQLite notes which page belongs to which
    assert "damaged: " in check_store(sqlite_url, LATER)[0]
    with pytest.raises(StoreError, match="namewatch db restore"):
        await open_store(sqlite_url)


@pytest.mark.postgres
async def test_a_backup_goes_back_to_an_empty_postgresql(postgres_url: str, sqlite_url: str, tmp_path: Path) -> None:
    await filled(sqlite_url)
    back_up_store(sqlite_url, tmp_path / "backup.db")
    assert restore_store(postgres_url, tmp_path / "backup.db", LATER).rows
    assert check_store(postgres_url, LATER) == ()


WRONG = [
    ("UPDATE routings SET alert_id = 'nobody' WHERE article_id = 'a1'", "1 routings say that a channel heard"),
    ("UPDATE routings SET state = 'muted' WHERE article_id = 'a1'", "1 routings differ from the last change"),
    ("DELETE FROM routings WHERE article_id = 'a1'", "1 matches have no routing"),
    ("UPDATE deliveries SET message_id = NULL WHERE id = 'post-a0'", "1 messages arrived without a receipt"),
    ("UPDATE deliveries SET owner = '' WHERE id = 'post-a3'", "1 messages are being sent by nobody"),
    ("DELETE FROM delivery_alerts WHERE delivery_id = 'post-a3'", "1 alerts of the last 30 days have neither"),
    ("UPDATE deliveries SET channel = 'slack:C666' WHERE id = 'edit'", "1 messages that wait were changed"),
]


@pytest.mark.parametrize(("statement", "sentence"), WRONG)
async def test_what_does_not_add_up_is_said(sqlite_url: str, statement: str, sentence: str) -> None:
    await filled(sqlite_url)
    assert check_store(sqlite_url, LATER) == ()
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection, connection:
        connection.execute(statement)
    assert any(each.startswith(sentence) for each in check_store(sqlite_url, LATER))
