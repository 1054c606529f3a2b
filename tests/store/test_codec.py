"""Nested values survive the way into a JSON document and back, whatever the world puts into them."""

import json
import weakref
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.card import AlertCard, Card, CompanyLine, Link, Snippet, Strong, TextCard, When
from bot.model.channel import CONSOLE, Channel
from bot.model.company import Alias, Company, Mention, Reason
from bot.model.learnt import Learnt, Standing
from bot.model.place import Place
from bot.store import codec
from bot.store.border import LONGEST_KEY, clean, in_utc, scrub, shorten
from tests.fakes import START

texts = st.text(alphabet=st.characters(exclude_categories=()), max_size=20)
counts = st.integers(0, 2**31 - 1)
shares = st.floats(0, 1)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(timezones=zones)
marks = st.lists(st.tuples(counts, counts), max_size=3).map(tuple)
spans = st.one_of(texts, st.builds(Strong, texts), st.builds(Link, texts, texts), st.builds(When, moments))
subjects = st.sampled_from(["main", "passing"])
snippets = st.builds(Snippet, texts, marks)
lines = st.builds(CompanyLine, texts, texts, subjects, snippets, texts)

maybe = st.one_of(st.none(), moments)
kinds: dict[object, st.SearchStrategy[object]] = {
    datetime | None: maybe,
    float: shares,
    float | None: st.one_of(st.none(), shares),
    int: counts,
    bool: st.booleans(),
    str: texts,
    tuple[str, ...]: st.lists(texts, max_size=3).map(tuple),
    tuple[Standing, ...]: st.lists(st.sampled_from(["failing", "moved"]), max_size=2).map(tuple),
}
# by its annotations, so that a field that is added later is carried through here, too
learnt = st.builds(Learnt, **{name: kinds[hint] for name, hint in get_type_hints(Learnt).items()})


def tuples(of: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(of, max_size=3).map(tuple)


cards = st.one_of(
    st.builds(AlertCard, tuples(lines), texts, texts, tuples(texts), moments, tuples(texts), counts, texts),
    st.builds(TextCard, st.sampled_from(["digest", "notice"]), tuples(tuples(spans))),
)
mentions = st.builds(
    Mention,
    company=texts,
    alias=texts,
    text=texts,
    field=st.sampled_from(["title", "text"]),
    start=counts,
    end=counts,
    similarity=st.floats(0, 100),
    kind=st.sampled_from(["exact", "folded", "fuzzy", "ticker"]),
    confidence=shares,
    reasons=tuples(st.builds(Reason, texts, st.floats(-1, 1))),
    alert=st.booleans(),
    subject=subjects,
)
companies = st.builds(
    Company,
    texts,
    tuples(st.builds(Alias, texts, st.sampled_from([True, False, None]))),
    tuples(texts),
    tuples(texts),
    tuples(texts),
    st.integers(0, 100),
    st.sampled_from(["strict", "normal", "loose"]),
    st.sampled_from(["alert", "digest", "off", None]),
    st.builds(Place, texts, counts, counts),
)


def stored(document: object) -> codec.Document:
    """The document after it was text in a database: PostgreSQL takes neither NUL nor lone surrogates."""
    text = codec.dumps(document)
    assert "\\u0000" not in text.replace("\\\\", "")
    text.encode()
    loaded: codec.Document = json.loads(text)
    return loaded


@given(cards)
def test_a_card_comes_back(card: Card) -> None:
    assert codec.decode_card(stored(codec.encode_card(card))) == scrub(card)


@given(mentions)
def test_a_mention_comes_back_with_its_reasons(mention: Mention) -> None:
    assert codec.decode_mention(stored(codec.encode_mention(mention))) == scrub(mention)


@given(companies)
def test_a_company_comes_back(company: Company) -> None:
    assert codec.decode_company(stored(codec.encode_company(company))) == scrub(company)


@given(learnt)
def test_what_polls_taught_comes_back(known: Learnt) -> None:
    document = json.loads(codec.dumps(codec.encode_learnt(known)))
    assert codec.decode_learnt(document) == scrub(known)


def test_what_polls_taught_is_encoded_once_and_let_go_of_with_the_source_that_has_learnt_more_since() -> None:
    known = Learnt(pace=2.0, newest=START)
    assert codec.encode_learnt(known) is codec.encode_learnt(known)
    before = weakref.ref(known)
    known = replace(known, arrivals=1)
    assert codec.encode_learnt(known)["arrivals"] == 1
    assert before() is None


def test_what_a_source_taught_a_later_version_is_passed_over() -> None:
    assert codec.decode_learnt({"pace": 2.0, "mood": "fine"}) == Learnt(pace=2.0)
    assert codec.decode_learnt(None) == Learnt()


def test_no_company_stays_none() -> None:
    assert codec.encode_company(None) is None
    assert codec.decode_company(None) is None


def test_a_company_of_an_earlier_version_gets_the_defaults() -> None:
    assert codec.decode_company({"name": "Lava"}) == Company("Lava")


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_json_does_not_have_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        codec.dumps({"confidence": number})


@pytest.mark.parametrize(
    "channel",
    [CONSOLE, Channel("slack", "", "#news"), Channel("slack", "T0", "C0"), Channel("matrix", "", "!room:example")],
    ids=str,
)
def test_a_channel_comes_back_also_of_a_platform_that_is_gone(channel: Channel) -> None:
    assert codec.decode_channel(str(channel)) == channel


@given(texts)
def test_clean_text_has_as_many_code_points_and_is_clean(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert len(cleaned) == len(text)
    assert "\x00" not in cleaned
    assert clean(cleaned) == cleaned


@given(st.text(min_size=LONGEST_KEY - 5, max_size=LONGEST_KEY + 5))
def test_a_key_fits_into_an_index_and_a_short_one_stays(text: str) -> None:
    key = shorten(clean(text))
    assert len(key.encode()) <= LONGEST_KEY
    assert (key == clean(text)) is (len(clean(text).encode()) <= LONGEST_KEY)


def test_long_keys_that_differ_at_the_end_stay_apart() -> None:
    assert shorten("小" * 5000 + "a") != shorten("小" * 5000 + "b")


@given(moments)
def test_times_are_the_same_moment_in_utc_or_the_nearest(moment: datetime) -> None:
    moved = in_utc(moment)
    assert moved.tzinfo is UTC
    assert moved == moment or moved.year in (1, 9999)


def test_a_time_without_a_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="aware"):
        in_utc(START.replace(tzinfo=None))
