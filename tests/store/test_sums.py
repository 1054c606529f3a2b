"""Checksums: of every column that may be long, right after every write, after an upgrade, in another database."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from hypothesis import given
from sqlalchemy import MetaData, Table, insert, select, text

from bot.errors import StoreError
from bot.model.alert import PollOutcome
from bot.model.card import Card
from bot.model.source import SourceState
from bot.store import codec, open_store, schema, sums, upgrade
from bot.store.checking import check_store
from bot.store.database import connect_blocking
from bot.store.moving import copy_store
from bot.store.place import FilePlace, parse_place
from bot.store.types import DOCUMENTS, Key, Words
from bot.store.versions import migrations
from tests.fakes import START
from tests.store.builders import SOURCE, article, at, everything_changed, member, told
from tests.store.conftest import SQL
from tests.store.test_codec import cards, stored
from tests.torture.long_rows import COLUMNS, end_of, write_long_rows

SHORT = {
    "sources": {"body_hash"},
    # An article's title and text have a folded copy that they are compared with.
    "articles": {"source", "entry_id", "title_key", "digest", "title", "text", "folded", "gap", "lang", "publisher"},
    "seen": {"digest", "article_id"},
    "stories": {"title", "tenant"},
    "story_members": {"lang", "reason"},
    "verdicts": {"subject"},
    "routings": {"state", "note"},
    "routing_changes": {"channel", "state", "alert_id", "note"},
    "deliveries": {"state", "owner", "message_id", "link", "error"},
    "mutes": {"channel", "scope", "subject", "label", "actor"},
    "withheld": {"cause", "subject"},
    "votes": {"alert_id"},
    "processes": {"host"},
    "channels": {"channel", "name"},
    "revisions": {"action", "actor", "channel", "undoes"},
}
"""Columns whose texts are short wherever they come from: ids, names, single sentences, addresses of sources."""


def test_every_column_that_may_be_long_is_summed_up_or_in_an_index() -> None:
    for each in schema.metadata.sorted_tables:
        indexed = {name for index in each.indexes for name in index.columns.keys()}  # noqa: SIM118 - not a dict
        indexed |= {name for one in each.constraints for name in getattr(one, "columns", {}).keys()}  # noqa: SIM118
        texts = {
            one.name for one in each.c if isinstance(one.type, (Words, *DOCUMENTS)) and not isinstance(one.type, Key)
        }
        guarded = set(sums.GUARDED[each].columns) if each in sums.GUARDED else set()
        assert texts - indexed - guarded - {sums.SUM} == SHORT.get(each.name, set()), each.name


def summed(card: codec.Document, **changes: str) -> str:
    row = {"id": "d", "channel": "slack:#a", "kind": "post", "card": card, **changes}
    return str(sums.summed(schema.deliveries, row)[sums.SUM])


@given(cards, cards)
def test_a_checksum_is_of_a_row_and_of_no_other(one: Card, two: Card) -> None:
    first, second = codec.encode_card(one), codec.encode_card(two)
    others = (summed(first, id="e"), summed(first, channel="slack:#b"), summed(first, kind="edit"))
    assert summed(stored(first)) == summed(first) not in others
    assert (summed(first) == summed(second)) is (first == second)


async def filled(url: str) -> None:
    store = await open_store(url)
    await write_long_rows(store)
    await store.close()


async def test_a_new_edition_changes_the_checksum_and_keeps_what_stays(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, one = await open_store(url), article()
    await store.commit(told(one))
    first = member(one)
    new = [
        replace(first, lead=lead, companies=("dixon",), canonical_url="https://x/") for lead in ("another", "a third")
    ]
    await store.commit(*(PollOutcome(SourceState(SOURCE), at(hours=1), members=(each,)) for each in new))
    [kept] = (await store.recent_stories(START)).members
    await store.close()
    assert kept == replace(first, lead="a third")
    assert everything_changed(url, monkeypatch) == []


async def test_long_values_that_something_else_changed_are_named(url: str) -> None:
    await filled(url)
    assert check_store(url, START) == ()
    for each in COLUMNS:
        change_end(url, each)
    rows = {
        "sources": 4,
        "articles of stories": 2,
        "verdicts": 1,
        "alerts": 1,
        "messages": 2,
        "lists as they last stood": 1,
        "changes to lists": 2,
    }
    said = [f"damaged: {number} {noun} were changed by something else than the bot" for noun, number in rows.items()]
    assert set(said) <= set(check_store(url, START))
    if is_file(url):
        with pytest.raises(StoreError, match="is damaged: stop the bot, then: namewatch db restore"):
            await open_store(url)


def is_file(url: str) -> bool:
    return isinstance(parse_place(url), FilePlace)


def change_end(url: str, column: str) -> None:
    """One letter in one of the long values."""
    table, _, name = column.partition(" ")[0].partition(".")
    end = end_of(column, 0)
    document = isinstance(schema.metadata.tables[table].c[name].type, DOCUMENTS) and not is_file(url)
    changed = f"replace(CAST({name} AS text), '{end}', '{end.lower()}'){'::json' if document else ''}"
    with connect_blocking(parse_place(url)).begin() as connection:
        connection.execute(text(f"UPDATE {table} SET {name} = {changed} WHERE CAST({name} AS text) LIKE '%{end}%'"))  # noqa: S608


async def test_a_document_that_is_none_any_more_is_damage(sqlite_url: str) -> None:
    await filled(sqlite_url)
    with connect_blocking(parse_place(sqlite_url)).begin() as connection:
        connection.execute(text("UPDATE alerts SET card = substr(card, 2) WHERE id = 'alert-alerts.card-0'"))
    assert check_store(sqlite_url, START) == ("damaged: 1 alerts were changed by something else than the bot",)


def make_old(url: str, of: str) -> None:
    """A store of the version before checksums with the rows of another one; one message was changed in it."""
    with connect_blocking(parse_place(of)).connect() as reading, connect_blocking(parse_place(url)).begin() as writing:
        config = migrations()
        config.attributes["connection"] = writing
        command.upgrade(config, "0011")
        for new in schema.metadata.sorted_tables:
            old = Table(new.name, MetaData(), autoload_with=writing)
            found = [dict(row) for row in reading.execute(select(new)).mappings()]
            for row in found:
                if new is schema.deliveries:
                    row[sums.SUM] = old_checksum(row) if row["id"] != "long-post-1" else "another"
                elif new in sums.GUARDED:
                    del row[sums.SUM]
            if found:
                writing.execute(insert(old), found)


def old_checksum(row: Mapping[str, Any]) -> str:
    told = json.dumps([row["channel"], row["kind"], row["card"]], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


@pytest.mark.parametrize("database", SQL)
async def test_an_upgrade_sums_up_what_was_kept_before(
    request: pytest.FixtureRequest, database: str, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(sqlite_url)
    old = request.getfixturevalue("new_database")() if database == "postgres" else str(tmp_path / "old.db")
    make_old(old, sqlite_url)
    await upgrade(old)
    assert everything_changed(old, monkeypatch) == ["1 messages were changed by something else than the bot"]


async def test_checksums_hold_in_a_copy(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await filled(url)
    copy_store(url, str(tmp_path / "copy.db"), START)
    assert everything_changed(str(tmp_path / "copy.db"), monkeypatch) == []
