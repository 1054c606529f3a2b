"""What every store says of itself, and what it lets go of: never what is owed, nor what that needs."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.model.alert import Delivery, DeliveryState, PollOutcome, Process, Settlement
from bot.model.ledger import Withheld
from bot.model.source import SourceState
from bot.model.upkeep import CANARY, Backlog, Expiry
from bot.protocols import Store
from tests.builders import delivery
from tests.fakes import START
from tests.store.builders import SLACK, SOURCE, article, at, claim, member, owe, routing, send_all, story, told, verdict

OLD = START - timedelta(days=100)
LIMIT = START - timedelta(days=90)


async def settle(store: Store, state: DeliveryState, *, when: datetime = START, error: str = "") -> None:
    for each in await claim(store, now=when):
        assert await store.settle(Settlement(each.id, each.owner, each.attempt, state, when, error=error))


async def told_of(store: Store, name: str, when: datetime, *, story_id: str = "") -> None:
    url = f"https://focus.example/{name}"
    await store.commit(told(article(name, f"{name} news", url=url, first_seen=when), story_id or f"story-{name}"))


async def counts(store: Store, *names: str) -> Sequence[int]:
    found = await store.table_counts()
    return [found[name] for name in names]


async def test_an_empty_store_owes_nothing(store: Store) -> None:
    assert await store.backlog() == Backlog()
    assert (await store.processes(), dict(await store.marks())) == ((), {})


async def test_the_backlog_counts_what_is_open_and_says_how_old_it_is(store: Store) -> None:
    for number, minutes in enumerate((5, 4, 3, 2, 1)):
        channel = replace(SLACK, address=f"C{number}")
        each = delivery(f"d{number}", channel, alert_id=f"a{number}", at=at(minutes=-minutes))
        await owe(store, each)
    for state in ("sent", "dead", "parked"):
        (one,) = await claim(store, limit=1)
        assert await store.settle(Settlement(one.id, "one", 1, state, START, error="why"))
    await claim(store, limit=1)
    found = await store.backlog()
    waits = {replace(SLACK, address=f"C{number}"): at(minutes=-minutes) for number, minutes in ((3, 2), (4, 1))}
    assert found == Backlog(pending=1, sending=1, parked=1, dead=1, waits=waits, last_sent=START)
    assert found.oldest() == at(minutes=-2)
    assert found.oldest(lambda channel: channel.address == "C3") == at(minutes=-1)
    await store.drop(["d1"], START)
    assert (await store.backlog()).dead == 0


async def test_articles_that_wait_for_a_digest_are_held(store: Store) -> None:
    await told_of(store, "one", START)
    waits = Withheld("one", SLACK, "alert-one", "digest", START)
    await store.commit(PollOutcome(SourceState(SOURCE), START, withheld=(waits,)))
    assert (await store.backlog()).held == 1


async def test_a_process_is_there_until_it_leaves(store: Store) -> None:
    first, second = (Process(f"boot-{n}", "host", n, at(minutes=n), at(minutes=n)) for n in (1, 2))
    for each in (first, second, replace(first, beat=at(minutes=5))):
        await store.beat(each)
    assert await store.processes() == (second, replace(first, beat=at(minutes=5)))
    await store.leave("boot-2")
    await store.leave("never-there")
    assert [each.boot_id for each in await store.processes()] == ["boot-1"]


async def test_a_mark_is_kept_replaced_and_taken_away(store: Store) -> None:
    await told_of(store, "one", START)
    await store.mark("canary arrived", START)
    await store.mark("canary arrived", at(microseconds=7))
    await store.mark("another", START)
    assert dict(await store.marks()) == {"canary arrived": at(microseconds=7), "another": START}
    await store.mark("another", None)
    await store.mark("another", None)
    assert list(await store.marks()) == ["canary arrived"]
    assert await store.story_revision() == 1


async def test_what_is_to_be_done_once_is_done_by_whoever_comes_first(store: Store) -> None:
    came = await asyncio.gather(*(store.is_first("welcome", START, START) for _ in range(4)))
    assert sorted(came) == [False, False, False, True]
    assert await store.is_first("another", START, START)
    assert not await store.is_first("welcome", at(seconds=59), START)
    assert await store.is_first("welcome", at(seconds=61), at(seconds=1))
    assert await store.marks() == {}


async def test_a_forgotten_source_leaves_nothing_and_takes_nothing_along(store: Store) -> None:
    await told_of(store, "kept", START)
    before = await store.table_counts()
    mine = told(article("gone", url="https://canary.invalid/1"), "story-gone", SLACK)
    source = "canary|canary:"
    mine = replace(
        mine,
        state=SourceState(source, last_poll=START),
        articles=tuple(replace(each, source=source) for each in mine.articles),
        seen=tuple(replace(each, source=source) for each in mine.seen),
        stories=tuple(replace(each, tenant=CANARY) for each in mine.stories),
        withheld=(Withheld("gone", SLACK, "alert-gone", "budget", START),),
    )
    await store.commit(mine)
    assert (await store.backlog()).pending == 1, "a canary is not counted"
    assert await store.forget_source(source, START) == 0
    assert await store.articles_by_url("https://canary.invalid/1")
    assert await store.forget_source(source, at(seconds=1)) == 1
    assert await store.table_counts() == before
    assert await send_all(store) == ["post-kept"]
    await store.commit(mine)  # nothing of it is known any more


@pytest.mark.parametrize("limits", [Expiry(), Expiry(LIMIT, LIMIT, LIMIT)])
async def test_nothing_young_goes_and_nothing_at_all_without_limits(store: Store, limits: Expiry) -> None:
    await told_of(store, "young", START)
    if limits == Expiry():
        await told_of(store, "old", OLD)
    await send_all(store)
    before = await store.table_counts()
    assert await store.retire(limits, START) == {}
    assert await store.table_counts() == before


async def test_old_texts_go_and_their_titles_are_still_found(store: Store) -> None:
    await told_of(store, "old", OLD)
    await told_of(store, "young", START)
    assert await store.retire(Expiry(texts=LIMIT), START) == {"texts": 1}
    assert await store.retire(Expiry(texts=LIMIT), START) == {}
    assert [each.text for each in await store.articles_of(["old", "young"])] == ["", "Lava said so in Noida."]
    while await store.index_articles():
        pass
    assert [each.id for each in await store.search(["news"])] == ["young", "old"]
    assert [each.id for each in await store.search(["noida"])] == ["young"]


async def test_an_old_ledger_goes_with_its_articles_and_messages(store: Store) -> None:
    await told_of(store, "old", OLD)
    await told_of(store, "young", START)
    await send_all(store)
    assert await store.retire(Expiry(ledger=LIMIT), START) == {"articles": 1}
    names = ("articles", "stories", "verdicts", "alerts", "routings", "deliveries")
    assert await counts(store, *names) == [1] * 6
    assert [each.article.id for each in await store.articles_by_words(["news"])] == ["young"]
    again = article("again", "old news", url="https://focus.example/old")
    known = await store.known(SOURCE, [again.identity])
    assert known["entry-again"].article_id == "old", "what was seen is known for ever"
    assert known["entry-again"].retired
    assert not (await store.known(SOURCE, [article("young").identity]))["entry-young"].retired


async def test_an_article_that_still_changes_stays(store: Store) -> None:
    """A page of a list of partners, that is seen once and for ever."""
    await told_of(store, "old", OLD)
    await send_all(store)
    edition = PollOutcome(SourceState(SOURCE), START, verdicts=(verdict(article("old", revision=2), when=START),))
    await store.commit(edition)
    assert await store.retire(Expiry(ledger=LIMIT), START) == {}
    assert await store.retire(Expiry(ledger=START + timedelta(hours=1)), START + timedelta(hours=2)) == {"articles": 1}


OWED = [("pending", ""), ("sending", ""), ("parked", "gone"), ("dead", "rejected")]


@pytest.mark.parametrize(("state", "error"), OWED)
async def test_what_is_owed_stays_however_old_it_is(store: Store, state: DeliveryState, error: str) -> None:
    await told_of(store, "old", OLD)
    if state == "sending":
        await claim(store, now=OLD)
    elif state != "pending":
        await settle(store, state, when=OLD, error=error)
    before = await store.table_counts()
    assert "articles" not in await store.retire(Expiry(ledger=LIMIT, sent=LIMIT), START)
    assert await store.table_counts() == before


async def test_what_waits_for_a_digest_stays(store: Store) -> None:
    await told_of(store, "old", OLD)
    waits = Withheld("old", SLACK, "alert-old", "digest", OLD)
    await store.commit(PollOutcome(SourceState(SOURCE), OLD, withheld=(waits,)))
    await send_all(store, now=OLD)
    assert await store.retire(Expiry(ledger=LIMIT), START) == {}
    assert len(await store.untold(SLACK, muted=False)) == 1


async def test_a_story_stays_until_its_last_article_goes(store: Store) -> None:
    await told_of(store, "first", OLD, story_id="story")
    later = article("later", url="https://focus.example/later")
    outcome = PollOutcome(
        SourceState(SOURCE),
        START,
        articles=(later,),
        members=(member(later, "story"),),
        routings=(routing(later, alert_id="alert-first", state="joined"),),
    )
    await store.commit(outcome)
    await send_all(store)
    assert await store.retire(Expiry(ledger=LIMIT), START) == {"articles": 1}
    assert await counts(store, "articles", "stories", "alerts", "deliveries") == [1, 1, 1, 1]
    assert [alert.said for alert in await store.alerts_of(["story"])] == ["post"]


async def test_old_messages_go_unless_their_story_grows_or_somebody_needs_their_receipt(store: Store) -> None:
    await told_of(store, "old", OLD)
    await told_of(store, "grows", OLD, story_id="grows")
    await told_of(store, "needed", OLD)
    young = article("young", url="https://focus.example/young")
    grown = PollOutcome(SourceState(SOURCE), START, articles=(young,), members=(member(young, "grows"),))
    await store.commit(grown)
    await send_all(store, now=OLD)
    edit: Delivery = delivery("edit", kind="edit", alert_id="alert-needed", at=START)
    await store.commit(PollOutcome(SourceState(SOURCE), START, deliveries=(edit,)))
    assert await store.retire(Expiry(sent=LIMIT), START) == {"messages": 1}
    assert (await store.alerts_of(["story-old"]))[0].said == "nothing"
    (claimed,) = await claim(store)
    assert claimed.target is not None


async def test_dropped_messages_go_and_processes_that_never_said_goodbye(store: Store) -> None:
    await told_of(store, "old", OLD)
    await settle(store, "dead", when=OLD, error="rejected")
    await store.drop(["post-old"], OLD)
    await store.beat(Process("lost", "host", 1, OLD, OLD))
    await store.beat(Process("here", "host", 2, START, START))
    assert await store.retire(Expiry(sent=LIMIT), START) == {"messages": 1}
    assert [each.boot_id for each in await store.processes()] == ["here"]


async def test_no_more_goes_at_once_than_is_asked_for(store: Store) -> None:
    for number in range(5):
        await told_of(store, f"old-{number}", OLD + timedelta(minutes=number))
    await send_all(store, now=START - timedelta(days=95))
    limits, gone = Expiry(LIMIT, LIMIT, LIMIT), []
    while done := await store.retire(limits, START, 2):
        gone.append(dict(done))
        await store.give_back()
    assert gone[0] == {"texts": 2, "articles": 2, "messages": 2}
    assert await counts(store, "articles", "stories", "alerts", "deliveries") == [0, 0, 0, 0]


async def test_the_store_knows_its_size(store: Store) -> None:
    assert await store.size() >= 0


async def test_a_story_of_another_tenant_is_no_canary(store: Store) -> None:
    outcome = told(article())
    await store.commit(replace(outcome, stories=(replace(story(), tenant="T0AB"),)))
    assert (await store.backlog()).pending == 1
