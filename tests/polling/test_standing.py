"""What stands in a listing as it did is told by a number; whatever changed in an entry, it is read again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.source import Entry
from bot.polling.standing import LONGEST, Standing
from tests.fakes import START

ONE = Entry("1", "https://focus.example/1", "Lava in talks", "<p>Lava is in talks.</p>", published=START)
TWO = replace(ONE, id="2", title="Rain")


def after(*entries: Entry, articles: frozenset[str] = frozenset(("1", "2"))) -> Standing:
    standing = Standing()
    standing.keep("focus", entries, articles)
    return standing


def test_the_first_listing_is_read_in_full() -> None:
    assert Standing().without("focus", [ONE, TWO]) == ((ONE, TWO), 0)


def test_what_stands_is_left_out_and_counted() -> None:
    new = replace(ONE, id="3")
    assert after(ONE, TWO).without("focus", [new, ONE, TWO]) == ((new,), 2)


@pytest.mark.parametrize(
    "changed",
    [
        replace(ONE, title="Lava in talks no more"),
        replace(ONE, body=ONE.body + " "),
        replace(ONE, url="https://focus.example/1a"),
        replace(ONE, published=START + timedelta(seconds=1)),
        replace(ONE, published=None),
        replace(ONE, publisher="Wire"),
        replace(ONE, lang="zh"),
        replace(ONE, markup="text"),
        replace(ONE, known_by="name"),
    ],
)
def test_whatever_changed_the_entry_is_read_again(changed: Entry) -> None:
    assert after(ONE, TWO).without("focus", [changed, TWO]) == ((changed,), 1)


def test_another_source_is_another_listing() -> None:
    assert after(ONE).without("wire", [ONE]) == ((ONE,), 0)


def test_what_left_the_listing_is_forgotten() -> None:
    standing = after(ONE, TWO)
    standing.keep("focus", [TWO], frozenset())
    assert standing.without("focus", [ONE, TWO]) == ((ONE,), 1)


def test_an_entry_without_anything_to_read_counts_for_none() -> None:
    assert after(ONE, TWO, articles=frozenset("1")).without("focus", [ONE, TWO]) == ((), 1)


@pytest.mark.parametrize("entry", [replace(ONE, markup="text"), replace(ONE, body="x" * (LONGEST + 1))])
def test_round_ups_and_what_is_cut_are_read_every_time(entry: Entry) -> None:
    assert after(entry).without("focus", [entry]) == ((entry,), 0)
