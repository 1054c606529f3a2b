"""Opening and upgrading: what is made, what is refused, and in which words."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from bot.errors import StoreError, StoreTooNew, StoreUnavailable
from bot.model.card import TextCard
from bot.model.channel import Channel
from bot.model.learnt import Learnt
from bot.model.source import Cursor, SourceState
from bot.store import open_store, upgrade
from bot.store.database import connect_blocking
from bot.store.line import DAMAGED
from bot.store.place import parse_place
from bot.store.schema import metadata
from bot.store.versions import migrations
from tests.builders import delivery
from tests.fakes import START
from tests.postgres import DATABASE, Server
from tests.store.builders import SOURCE, article, at, owe, told

NEWEST = ScriptDirectory.from_config(migrations()).get_current_head()


def run(url: str, *statements: str) -> None:
    with connect_blocking(parse_place(url)).begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir() if each.suffix != ".open")


def with_one_page_overwritten(path: Path, garbage: bytes) -> Iterator[Path]:
    """The file again and again, each time with another page gone."""
    content = path.read_bytes()
    for start in range(0, len(content), 4096):
        copy = path.with_name("damaged.db")
        copy.write_bytes(content[:start] + garbage * 4096 + content[start + 4096 :])
        yield copy


def _is_ours(name: str | None, *_: object) -> bool:
    """What a search looks through is each database's own affair."""
    return not (name or "").startswith("search_")


def test_the_migrations_make_exactly_the_tables_of_the_schema(url: str) -> None:
    with connect_blocking(parse_place(url)).connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_name": _is_ours}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


@pytest.mark.postgres
async def test_a_database_without_tables_gets_them(new_database: Callable[[], str]) -> None:
    url = new_database()
    with pytest.raises(StoreError, match="run 'namewatch db upgrade'"):
        await open_store(url)
    (line,) = await upgrade(url)
    assert line.endswith(f"has the tables of version {NEWEST}")
    await (await open_store(url)).close()


async def test_a_file_and_its_folder_are_made(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "store.db"
    with pytest.raises(StoreError, match=r"there is no store at .* run 'namewatch db upgrade'"):
        await open_store(str(path))
    assert not path.parent.exists()
    assert await upgrade(str(path)) == (f"{path} has the tables of version {NEWEST}",)
    await (await open_store(str(path))).close()
    assert names(path.parent) == ["store.db"]


async def test_an_upgrade_of_what_is_up_to_date_does_nothing(url: str, tmp_path: Path) -> None:
    before = names(tmp_path)
    (line,) = await upgrade(url)
    assert line.endswith("is up to date")
    assert names(tmp_path) == before


async def test_what_was_kept_survives_an_upgrade(url: str) -> None:
    store = await open_store(url)
    await store.commit(told(article()))
    await store.close()
    await upgrade(url)
    store = await open_store(url)
    assert [each.article for each in await store.articles_by_words(["lava"])] == [article()]
    await store.close()


async def test_what_a_store_of_the_first_version_knows_of_its_sources_survives(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with connect_blocking(parse_place(str(path))).begin() as connection:
        config = migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        values = (
            "'feed:x', 'e', 'm', 'h', '2026-11-20 08:30:00.000000', '2026-11-20 08:30:00.000000', NULL, 0, '', '[]'"
        )
        connection.execute(text(f"INSERT INTO sources VALUES ({values})"))  # noqa: S608
    await upgrade(str(path))
    store = await open_store(str(path))
    state = SourceState("feed:x", Cursor("e", "m", "h"), START, START)
    assert await store.source_states() == {"feed:x": state}
    await store.note_polls([replace(state, learnt=Learnt(pace=2.0, newest=START))])
    assert (await store.source_state("feed:x")).learnt == Learnt(pace=2.0, newest=START)
    await store.close()


@pytest.mark.parametrize("folder", [None, "backups"])
async def test_a_file_with_tables_is_copied_before_it_is_upgraded(tmp_path: Path, folder: str | None) -> None:
    path = tmp_path / "store.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE of_an_older_time (x)")
    where = tmp_path / folder if folder else tmp_path
    copied, _ = await upgrade(str(path), backup_folder=tmp_path / folder if folder else None)
    copy = where / "store-before-0001.db"
    assert copied == f"copied {path} to {copy}"
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("of_an_older_time",)]


async def test_a_copy_never_takes_the_place_of_another(tmp_path: Path) -> None:
    path, first = tmp_path / "store.db", tmp_path / "store-before-0001.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE of_an_older_time (x)")
    first.write_text("precious")
    await upgrade(str(path))
    assert first.read_text() == "precious"
    assert (tmp_path / "store-before-0001-1.db").exists()


async def test_a_copy_that_was_cut_short_goes_at_the_next_start_and_one_that_is_being_made_stays(
    tmp_path: Path,
) -> None:
    path, others = tmp_path / "store.db", tmp_path / "another-before-0001.db.partial"
    await upgrade(str(path))
    for cut in (
        "store-before-0001.db.partial",
        "store-before-0001.db.partial-journal",
        "store-before-0002-1.db.partial",
    ):
        (tmp_path / cut).write_bytes(b"SQLite format 3\x00 and no more")
    others.touch()
    being_made = tmp_path / "store-before-0003.db.partial"
    with closing(sqlite3.connect(being_made, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        await upgrade(str(path))
        assert [name for name in names(tmp_path) if "partial" in name and "journal" not in name] == [
            others.name,
            being_made.name,
        ]
    await upgrade(str(path))
    assert names(tmp_path) == [others.name, "store.db"]


async def test_an_upgrade_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE verdicts (of_another_program)")
    with pytest.raises(StoreError):
        await upgrade(str(path))
    with connect_blocking(parse_place(str(path))).connect() as connection:
        assert inspect(connection).get_table_names() == ["verdicts"]


async def test_a_store_of_a_later_version_is_refused_in_words(url: str) -> None:
    statement = "UPDATE alembic_version SET version_num = '{}'"
    run(url, statement.format("9999"))
    try:
        for use in (open_store, upgrade):
            with pytest.raises(
                StoreTooNew, match=r"made by a later version of Namewatch .*9999.* install that version"
            ):
                await use(url)
    finally:
        run(url, statement.format(NEWEST))


@pytest.mark.parametrize(
    "content",
    [b"this is a poem, not a database" * 100, b"SQLite format 3\x00" + b"\xff" * 4096],
    ids=["poem", "torn header"],
)
async def test_a_file_that_is_no_store_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(content)
    for use in (open_store, upgrade):
        with pytest.raises(StoreError, match=r"damaged.*namewatch db restore"):
            await use(str(path))
    assert path.read_bytes() == content


@pytest.mark.parametrize("garbage", [b"\x00", b"\x5a"], ids=["zeros", "letters"])
async def test_any_page_that_was_overwritten_is_noticed_at_open(sqlite_url: str, garbage: bytes) -> None:
    store = await open_store(sqlite_url)
    for n in range(3):
        await store.commit(told(article(f"a{n}", text="word " * 2000), f"story-{n}"))
    await store.close()
    for damaged in with_one_page_overwritten(Path(str(parse_place(sqlite_url))), garbage):
        with pytest.raises(StoreError, match=r"damaged|upgrade"):
            await open_store(str(damaged))


async def test_an_empty_file_is_a_store_that_has_no_tables_yet(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.touch()
    with pytest.raises(StoreError, match="run 'namewatch db upgrade'"):
        await open_store(str(path))
    assert len(await upgrade(str(path))) == 1


async def test_a_folder_that_cannot_be_made_is_named_with_the_fix(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match=r"the folder .*file can't be made .* DATABASE_URL"):
        await upgrade(str(tmp_path / "file" / "store.db"))


async def test_a_closed_store_says_so(url: str) -> None:
    store = await open_store(url)
    await store.close()
    await store.close()
    with pytest.raises(StoreUnavailable, match="was closed"):
        await store.source_states()


async def test_sqlite_is_set_to_lose_nothing(sqlite_url: str) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10000}
    with connect_blocking(parse_place(sqlite_url)).connect() as connection:
        assert {name: connection.scalar(text(f"PRAGMA {name}")) for name in wanted} == wanted


async def test_a_delivery_that_the_disk_changed_is_not_sent(url: str) -> None:
    store = await open_store(url)
    await store.commit(told(article()))
    change = "UPDATE deliveries SET card = replace(CAST(card AS text), 'Lava', 'Java')"
    run(url, change + ("::json" if url.startswith("postgres") else ""))
    assert await store.claim("one", article().first_seen, article().first_seen, 5) == ()
    assert await store.outbox_counts() == {"dead": 1}
    await store.close()


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("user", "database", "words"),
    [
        ("nobody-we-know", DATABASE, "refused user or password: correct them in DATABASE_URL"),
        ("postgres", "nowhere", "does not exist: create the database"),
    ],
)
async def test_a_server_that_refuses_is_named_with_the_fix(
    postgres: Server, user: str, database: str, words: str
) -> None:
    url = Server(postgres.socket, user).url(database, password="canary-7f3a")
    for use in (open_store, upgrade):
        with pytest.raises(StoreUnavailable, match=words) as raised:
            await use(url)
        assert "canary-7f3a" not in str(raised.value)
        assert "\n" not in str(raised.value)


async def test_a_server_that_is_not_there_is_named_with_the_fix(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="can't be reached: check that the server runs") as raised:
        await open_store(f"postgresql://ana:canary-7f3a@/news?host={tmp_path}")
    assert "canary-7f3a" not in str(raised.value)


async def test_one_source_key_is_kept_as_it_is(url: str) -> None:
    store = await open_store(url)
    await store.commit(told(article()))
    assert list(await store.source_states()) == [SOURCE]
    await store.close()


@pytest.mark.parametrize("card", ["{}", "[]", '"x"', "null", '{"kind": "notice"}', '{"kind": "alert", "companies": 7}'])
async def test_a_message_whose_card_was_damaged_is_listed_all_the_same(url: str, card: str) -> None:
    store = await open_store(url)
    try:
        await owe(store, delivery("d1"))
        run(url, f"UPDATE deliveries SET card = '{card}'")  # noqa: S608 - the test's own
        (listed,) = await store.undelivered()
        assert (listed.id, listed.card) == ("d1", TextCard("notice", (("its text can't be read any more",),)))
        assert await store.claim("one", START, at(minutes=1), 1) == ()
        assert await store.drop(["d1"], START) == 1
        assert await store.undelivered() == ()
    finally:
        await store.close()


async def test_a_card_that_is_no_document_any_more_holds_up_no_other_channel(sqlite_url: str) -> None:
    store = await open_store(sqlite_url)
    try:
        await owe(store, delivery("d1", Channel("slack", "T0AB", "C1")), delivery("d2"))
        run(sqlite_url, "UPDATE deliveries SET card = '{\"kind\": ' WHERE id = 'd1'")
        (taken,) = await store.claim("one", START, at(minutes=1), 2)
        dead = [(each.id, each.error) for each in await store.undelivered() if each.state == "dead"]
        assert (taken.id, dead) == ("d2", [("d1", DAMAGED)])
    finally:
        await store.close()
