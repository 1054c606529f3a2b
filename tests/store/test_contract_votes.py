"""What every store promises about votes, and about finding an alert by its id."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.model.vote import Tally, Vote, tally
from bot.protocols import Store
from tests.fakes import START
from tests.store.builders import SLACK, at
from tests.store.test_contract_waiting import withhold

VOTE = Vote("phones.yaml", "Lava 小米", "Lava", SLACK, "U1", useful=True, alert_id="alert-1", at=START)
ELSEWHERE = replace(SLACK, tenant="T9")


async def told(store: Store, since: datetime = START) -> tuple[Vote, ...]:
    return await store.votes("phones.yaml", "Lava 小米", since)


async def test_a_person_has_one_vote_on_an_alias_and_may_change_it(store: Store) -> None:
    await store.vote([VOTE])
    changed = replace(VOTE, useful=False, alert_id="alert-2", at=at(minutes=1))
    await store.vote([changed])
    assert await told(store) == (changed,)


@pytest.mark.parametrize(
    "other",
    [
        replace(VOTE, alias="ラヴァ", at=at(minutes=1)),
        replace(VOTE, actor="U2", at=at(minutes=1)),
        replace(VOTE, channel=ELSEWHERE, at=at(minutes=1)),
    ],
    ids=["alias", "person", "tenant"],
)
async def test_another_alias_person_or_channel_has_its_own(store: Store, other: Vote) -> None:
    await store.vote([VOTE, other])
    assert await told(store) == (VOTE, other)


async def test_votes_on_others_and_old_ones_are_not_told(store: Store) -> None:
    await store.vote([VOTE, replace(VOTE, company="Lava"), replace(VOTE, watchlist="other.yaml")])
    assert await told(store) == (VOTE,)
    assert await told(store, at(seconds=1)) == ()


async def test_no_votes_at_all_are_kept_without_words(store: Store) -> None:
    await store.vote([])
    assert await told(store) == ()


async def test_an_alert_is_found_by_its_id(store: Store) -> None:
    raised = await withhold(store, 1)
    found = await store.alert(raised.id)
    assert found is not None
    assert (found.id, found.channel, found.story_id, found.card) == (raised.id, SLACK, raised.story_id, raised.card)
    assert await store.alert("alert-9") is None


@pytest.mark.parametrize(
    ("votes", "counted"),
    [
        ([], Tally()),
        ([VOTE, replace(VOTE, actor="U2")], Tally(2, 0)),
        ([VOTE, replace(VOTE, actor="U2", useful=False)], Tally(1, 1)),
        ([replace(VOTE, channel=ELSEWHERE, useful=False, at=at(minutes=1)), VOTE], Tally(0, 1)),
    ],
    ids=["none", "two", "two minds", "the newest of one person"],
)
def test_people_are_counted_once(votes: list[Vote], counted: Tally) -> None:
    assert tally(votes) == counted
