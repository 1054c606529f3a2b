"""What every store promises to the outbox: order, leases, fencing, targets, and edits that replace each other."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.alert import Delivery, DeliveryKind, DeliveryState, Head, PollOutcome, Receipt, Settlement
from bot.model.card import Card, Link, Strong, TextCard, When
from bot.model.channel import CONSOLE, Channel
from bot.model.source import SourceState
from bot.protocols import Store
from tests.builders import card, delivery
from tests.fakes import START
from tests.store.builders import DISCORD, LEASE, SLACK, SOURCE, at, claim, owe, send_all, sent
from tests.store.conftest import OpenStore


def post(delivery_id: str, channel: Channel = CONSOLE, *, alert_id: str = "", **later: float) -> Delivery:
    return delivery(delivery_id, channel, alert_id=alert_id or f"alert-of-{delivery_id}", at=at(**later))


def follow(delivery_id: str, kind: DeliveryKind = "edit", *, alert_id: str = "alert-of-p", text: str = "") -> Delivery:
    return replace(delivery(delivery_id, kind=kind, alert_id=alert_id), card=card(text or f"card of {delivery_id}"))


def ended(claimed: Delivery, state: DeliveryState, *, error: str = "", **later: float) -> Settlement:
    when = at(**later)
    return Settlement(claimed.id, claimed.owner, claimed.attempt, state, START, not_before=when, error=error)


async def claimed_ids(store: Store, **later: float) -> list[str]:
    return [each.id for each in await claim(store, now=at(**later))]


async def test_a_claimed_delivery_is_whole(store: Store) -> None:
    lines = (("plain ", Strong("bold"), Link("a link", "https://x.example")), (When(START), "\u200f小米"))
    digest = replace(
        post("digest", SLACK),
        kind="digest",
        card=TextCard("digest", lines),
        alert_ids=("a2", "a1", "a3"),
        created=at(microseconds=-1),
        not_before=START,
    )
    await owe(store, digest)
    (claimed,) = await claim(store, "boot-1")
    assert claimed == replace(digest, state="sending", attempt=1, owner="boot-1", lease_until=START + LEASE)


async def test_a_channel_is_served_in_its_order_one_at_a_time(store: Store) -> None:
    await owe(store, post("d1"), post("d2", hours=-2), post("d3", hours=-1))
    assert await claimed_ids(store) == ["d1"]
    assert await claimed_ids(store) == []


async def test_order_is_that_of_the_commits_not_of_times_or_ids(store: Store) -> None:
    await owe(store, post("z"), post("b"))
    await owe(store, post("a", hours=-5))
    assert await send_all(store) == ["z", "b", "a"]


async def test_every_channel_has_its_own_line(store: Store) -> None:
    other_tenant = replace(SLACK, tenant="T9ZZ")
    await owe(store, post("c1"), post("s1", SLACK), post("c2"), post("t1", other_tenant), post("d1", DISCORD))
    assert await claimed_ids(store) == ["c1", "s1", "t1", "d1"]


async def test_at_most_so_many_are_taken_the_oldest_first(store: Store) -> None:
    await owe(store, *(post(f"d{n}", Channel("slack", "T", f"C{n}")) for n in range(5)))
    assert [each.id for each in await claim(store, limit=2)] == ["d0", "d1"]
    assert [each.id for each in await claim(store, limit=2)] == ["d2", "d3"]


@pytest.mark.parametrize(
    ("state", "then"),
    [("pending", []), ("parked", []), ("dead", ["second"]), ("sent", ["second"])],
)
async def test_none_is_taken_past_one_that_waits(store: Store, state: DeliveryState, then: list[str]) -> None:
    await owe(store, post("first"), post("second"))
    (first,) = await claim(store)
    assert await store.settle(ended(first, state, hours=1))
    assert await claimed_ids(store) == then


@pytest.mark.parametrize(("seconds", "taken"), [(59.999999, []), (60, ["d"]), (61, ["d"])])
async def test_what_is_not_due_waits_for_its_time(store: Store, seconds: float, taken: list[str]) -> None:
    await owe(store, post("d", seconds=60))
    assert await claimed_ids(store, seconds=seconds) == taken


@pytest.mark.parametrize(("seconds", "taken"), [(59.999999, []), (60, ["d"])])
async def test_a_lease_can_be_taken_over_only_when_it_has_run_out(
    store: Store, seconds: float, taken: list[str]
) -> None:
    await owe(store, post("d"))
    await claim(store, "one")
    assert [each.id for each in await claim(store, "two", now=at(seconds=seconds))] == taken


async def test_what_is_taken_over_is_doubtful_and_counts_another_attempt(store: Store) -> None:
    await owe(store, post("d"))
    (first,) = await claim(store, "one")
    (second,) = await claim(store, "two", now=at(seconds=60))
    assert (first.attempt, first.owner, first.doubtful) == (1, "one", False)
    assert (second.attempt, second.owner, second.doubtful) == (2, "two", True)
    assert second.lease_until == at(seconds=120)


async def test_a_settlement_after_the_take_over_is_refused(store: Store) -> None:
    await owe(store, post("d"), post("e"))
    (first,) = await claim(store, "one")
    (second,) = await claim(store, "two", now=at(seconds=60))
    assert not await store.settle(sent(first))
    assert await store.outbox_counts() == {"sending": 1, "pending": 1}
    assert await store.settle(sent(second))
    assert await store.outbox_counts() == {"sent": 1, "pending": 1}


@pytest.mark.parametrize(
    "wrong",
    [{"owner": "two"}, {"owner": ""}, {"attempt": 0}, {"attempt": 2}, {"delivery_id": "unknown"}],
    ids=str,
)
async def test_only_the_last_claimer_may_settle(store: Store, wrong: dict[str, str | int]) -> None:
    await owe(store, post("d"))
    (claimed,) = await claim(store)
    assert not await store.settle(replace(sent(claimed), **wrong))  # type: ignore[arg-type]
    assert await store.outbox_counts() == {"sending": 1}


async def test_an_attempt_is_settled_once(store: Store) -> None:
    await owe(store, post("d"))
    (claimed,) = await claim(store)
    assert await store.settle(sent(claimed))
    assert not await store.settle(ended(claimed, "dead"))
    assert await store.outbox_counts() == {"sent": 1}


async def test_the_same_owner_is_fenced_by_its_attempt(store: Store) -> None:
    await owe(store, post("d"))
    (first,) = await claim(store)
    assert await store.settle(ended(first, "pending"))
    (again,) = await claim(store)
    assert not await store.settle(sent(first))
    assert await store.settle(sent(again))


@pytest.mark.parametrize(
    ("doubts", "doubtful"),
    [((False,), False), ((True,), True), ((True, False), True), ((False, False), False)],
)
async def test_a_doubt_once_there_stays(store: Store, doubts: tuple[bool, ...], doubtful: bool) -> None:
    await owe(store, post("d"))
    for doubt in doubts:
        (claimed,) = await claim(store)
        await store.settle(replace(ended(claimed, "pending", error="busy"), doubtful=doubt))
    (again,) = await claim(store)
    assert (again.doubtful, again.error, again.attempt) == (doubtful, "busy", len(doubts) + 1)


async def test_a_retry_waits_for_its_time(store: Store) -> None:
    await owe(store, post("d"))
    (claimed,) = await claim(store)
    await store.settle(ended(claimed, "pending", minutes=5))
    assert await claimed_ids(store, minutes=4) == []
    assert await claimed_ids(store, minutes=5) == ["d"]


@pytest.mark.parametrize("kind", ["edit", "reply"])
async def test_a_follower_is_sent_after_its_post_and_knows_its_message(store: Store, kind: DeliveryKind) -> None:
    await owe(store, post("p"), follow("f", kind))
    (first,) = await claim(store)
    assert first.target is None
    assert await claimed_ids(store) == []
    await store.settle(sent(first, "1700000000.000100"))
    (second,) = await claim(store)
    assert (second.id, second.target) == ("f", Receipt("1700000000.000100", "https://chat.example/p"))


async def test_a_follower_belongs_to_the_first_post_of_its_alert(store: Store) -> None:
    await owe(store, post("other"), post("p"), post("p2", alert_id="alert-of-p"))
    await send_all(store)
    await owe(store, follow("f"))
    (follower,) = await claim(store)
    assert follower.target == Receipt("message-p", "https://chat.example/p")


async def test_a_follower_knows_of_a_message_that_may_be_a_repeat(store: Store) -> None:
    await owe(store, post("p"), follow("f"))
    (first,) = await claim(store)
    await store.settle(replace(ended(first, "pending"), doubtful=True))
    (again,) = await claim(store)
    await store.settle(sent(again))
    (follower,) = await claim(store)
    assert follower.target == Receipt("message-p", "https://chat.example/p", doubtful=True)


async def test_a_follower_of_a_post_in_doubt_waits(store: Store) -> None:
    await owe(store, post("p"), follow("f"))
    (first,) = await claim(store)
    await store.settle(ended(first, "parked", error="archived"))
    assert await claimed_ids(store, days=30) == []
    assert await store.outbox_counts() == {"parked": 1, "pending": 1}
    assert await store.unpark(None, START) == 1
    assert await send_all(store) == ["p", "f"]


async def test_followers_die_with_their_post(store: Store) -> None:
    await owe(store, post("p"), follow("e"), follow("r", "reply"), post("q"), follow("of-q", alert_id="alert-of-q"))
    (first,) = await claim(store)
    await store.settle(ended(first, "dead", error="too long"))
    assert await store.outbox_counts() == {"dead": 3, "pending": 2}
    assert await send_all(store) == ["q", "of-q"]


async def test_followers_die_with_their_post_also_where_other_attempts_ended_well_with_it(store: Store) -> None:
    await owe(store, post("p"), follow("f"), post("next"), post("s", SLACK))
    claimed = {each.id: each for each in await claim(store)}
    await store.settle_all([sent(claimed["s"]), ended(claimed["p"], "dead", error="too long")])
    assert await store.outbox_counts() == {"sent": 1, "dead": 2, "pending": 1}
    assert await send_all(store) == ["next"]


async def test_what_was_dropped_stays_dropped_when_others_die(store: Store) -> None:
    await owe(store, post("p"), follow("f"))
    assert await store.drop(["p"], START) == 2
    await owe(store, follow("late"))
    assert [each.id for each in await store.undelivered()] == ["late"]
    assert await store.drop(["late"], START) == 1
    await owe(store, follow("later"))
    assert [each.id for each in await store.undelivered()] == ["later"]


async def test_a_follower_that_comes_after_the_death_of_its_post_is_dead_at_once(store: Store) -> None:
    await owe(store, post("p"))
    (first,) = await claim(store)
    await store.settle(ended(first, "dead", error="too long"))
    await owe(store, follow("late"), post("next"))
    assert await store.outbox_counts() == {"dead": 2, "pending": 1}
    assert await send_all(store) == ["next"]


async def test_a_follower_without_any_post_does_not_block_its_channel(store: Store) -> None:
    await owe(store, follow("f", "reply", alert_id="never-told"), post("next"))
    assert await store.outbox_counts() == {"dead": 1, "pending": 1}
    assert await send_all(store) == ["next"]


async def test_an_edit_lives_while_one_post_of_its_alert_does(store: Store) -> None:
    await owe(store, post("p"), post("p2", alert_id="alert-of-p"), follow("f"))
    (first,) = await claim(store)
    await store.settle(ended(first, "dead", error="too long"))
    (second,) = await claim(store)
    await store.settle(sent(second))
    (follower,) = await claim(store)
    assert (follower.id, follower.target) == ("f", Receipt("message-p2", "https://chat.example/p2"))


@pytest.mark.parametrize(
    ("old", "new", "left"),
    [
        (["e1"], ["e2"], ["card of e2"]),
        (["e1", "e2"], ["e3"], ["card of e3"]),
        ([], ["e1", "e2", "e3"], ["card of e3"]),
        (["r1"], ["e1"], ["card of r1", "card of e1"]),
        (["e1"], ["r1"], ["card of e1", "card of r1"]),
        (["e1"], ["r1", "e2"], ["card of r1", "card of e2"]),
        (["e1"], ["other"], ["card of e1", "card of other"]),
    ],
)
async def test_the_newest_edit_of_an_alert_replaces_those_that_nobody_attempted(
    store: Store, old: list[str], new: list[str], left: list[str]
) -> None:
    def made(names: list[str]) -> list[Delivery]:
        kinds: dict[str, DeliveryKind] = {"e": "edit", "r": "reply", "o": "edit"}
        return [follow(n, kinds[n[0]], alert_id="alert-of-p2" if n == "other" else "alert-of-p") for n in names]

    await owe(store, post("p"), post("p2"))
    assert await send_all(store) == ["p", "p2"]
    if old:
        await owe(store, *made(old))
    await owe(store, *made(new))
    shown: list[Card] = []
    while claimed := await claim(store):
        shown.extend(each.card for each in claimed)
        for each in claimed:
            await store.settle(sent(each))
    assert [getattr(each, "headline", "") for each in shown] == left
    assert await store.outbox_counts() == {"sent": 2 + len(left)}


async def test_an_edit_that_was_attempted_is_not_replaced(store: Store) -> None:
    await owe(store, post("p"))
    await send_all(store)
    await owe(store, follow("tried"))
    (tried,) = await claim(store)
    await store.settle(ended(tried, "pending"))
    await owe(store, follow("newer"))
    assert await send_all(store) == ["tried", "newer"]


async def test_an_edit_is_replaced_only_by_one_that_shows_all_of_it(store: Store) -> None:
    await owe(store, post("p"), post("q"))
    await send_all(store)
    both = replace(follow("both"), alert_ids=("alert-of-p", "alert-of-q"))
    await owe(store, both)
    await owe(store, follow("one"))
    assert await store.outbox_counts() == {"sent": 2, "pending": 2}
    await owe(store, replace(both, id="newer"))
    assert await store.outbox_counts() == {"sent": 2, "pending": 1}


async def test_an_edit_for_one_channel_leaves_the_other_alone(store: Store) -> None:
    alerts = {"console": "alert-of-p", "slack": "alert-of-s"}
    await owe(store, post("p"), post("s", SLACK))
    await send_all(store)
    await owe(store, follow("e1"), replace(follow("e2", alert_id=alerts["slack"]), channel=SLACK))
    await owe(store, follow("e3"))
    assert sorted(await send_all(store)) == ["e2", "e3"]


@pytest.mark.parametrize(
    ("channel", "count", "sent_then"),
    [(None, 3, ["c", "s", "d"]), (SLACK, 1, ["s"]), (Channel("slack", "T9", "C9"), 0, [])],
)
async def test_what_is_parked_comes_back(
    store: Store, channel: Channel | None, count: int, sent_then: list[str]
) -> None:
    await owe(store, post("c"), post("s", SLACK), post("d", DISCORD))
    for each in await claim(store):
        await store.settle(ended(each, "parked", error="archived"))
    assert await store.unpark(channel, at(hours=1)) == count
    assert await send_all(store, now=at(minutes=59)) == []
    assert await send_all(store, now=at(hours=1)) == sent_then


async def test_counts_are_by_state_and_leave_out_the_empty(store: Store) -> None:
    assert await store.outbox_counts() == {}
    await owe(store, *(post(f"d{n}") for n in range(3)))
    (first,) = await claim(store)
    assert await store.outbox_counts() == {"sending": 1, "pending": 2}
    await store.settle(ended(first, "dead"))
    assert await store.outbox_counts() == {"dead": 1, "pending": 2}


@pytest.mark.parametrize("seed", range(3))
async def test_two_claimers_never_get_the_same_delivery(opened: OpenStore, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - it deals, it keeps no secret
    one, two = await opened(), await opened()
    channels = [Channel("slack", "T", f"C{n}") for n in range(8)]
    owed = [post(f"d{n}", dice.choice(channels)) for n in range(60)]
    await owe(one, *owed)
    taken: list[Delivery] = []

    async def work(store: Store, owner: str) -> None:
        while len(taken) < len(owed):
            await asyncio.sleep(0)
            for each in await claim(store, owner, limit=3):
                taken.append(each)
                await asyncio.sleep(0)
                assert await store.settle(sent(each))

    await asyncio.gather(*(work(store, f"{n}") for n, store in enumerate((one, two, one, two))))
    assert sorted(each.id for each in taken) == sorted(each.id for each in owed)
    assert {each.attempt for each in taken} == {1}
    for channel in channels:
        in_line = [each.id for each in owed if each.channel == channel]
        assert [each.id for each in taken if each.channel == channel] == in_line


async def test_a_delivery_without_an_alert_is_owed_all_the_same(store: Store) -> None:
    notice = replace(post("n"), kind="notice", card=TextCard("notice", (("hello",),)), alert_ids=())
    await store.commit(PollOutcome(SourceState(SOURCE), START, deliveries=(notice,)))
    (claimed,) = await claim(store)
    assert (claimed.card, claimed.alert_ids) == (notice.card, ())


@pytest.mark.parametrize(
    ("posts", "ends", "lost"),
    [
        ([], [], False),
        (["p"], [], False),
        (["p"], ["sent"], False),
        (["p"], ["parked"], False),
        (["p"], ["dead"], True),
        (["p", "p2"], ["dead"], False),
        (["p", "p2"], ["dead", "sent"], False),
        (["p", "p2"], ["dead", "dead"], True),
    ],
)
async def test_an_alert_is_lost_when_every_message_of_its_own_is_a_dead_letter(
    store: Store, posts: list[str], ends: list[DeliveryState], lost: bool
) -> None:
    await owe(store, *(post(each, alert_id="alert-of-p") for each in posts), post("other", SLACK))
    for end in ends:
        (claimed,) = [each for each in await claim(store) if each.id in posts]
        await store.settle(ended(claimed, end, error="too long"))
    known = {each.id: each.lost for each in await store.alerts_of({"story-of-alert-of-p", "story-of-alert-of-other"})}
    assert known.get("alert-of-p", False) is lost
    assert known["alert-of-other"] is False


async def test_only_channels_that_are_admitted_are_served_and_each_is_asked_once(store: Store) -> None:
    asked: list[Channel] = []

    def admits(channel: Channel) -> bool:
        asked.append(channel)
        return channel != SLACK

    await owe(store, post("s", SLACK), post("c"), post("c2"), post("d", DISCORD, hours=1))
    found = await store.claim("one", START, START + LEASE, 9, admits=admits)
    assert ([each.id for each in found], asked) == (["c"], [SLACK, CONSOLE])
    assert await store.outbox_counts() == {"sending": 1, "pending": 3}


async def test_what_is_held_stands_aside_and_the_order_of_the_others_is_kept(store: Store) -> None:
    asked: list[tuple[str, bool]] = []

    def held(channel: Channel) -> Callable[[Head], bool] | None:
        return old if channel == SLACK else None

    def old(head: Head) -> bool:
        asked.append((head.kind, head.put_off))
        return head.created <= START

    later = START + timedelta(minutes=1)
    await owe(store, post("s1", SLACK), post("s2", SLACK), post("c"))
    said = replace(post("s3", SLACK), kind="notice", alert_ids=(), card=TextCard("notice", (("x",),)))
    await store.note_polls((), [replace(said, created=later, not_before=later)])
    taken = await store.claim("one", later, later + LEASE, 9, held=held)
    assert [each.id for each in taken] == ["c", "s3"]
    assert set(asked) == {("post", False), ("notice", False)}
    assert await store.claim("one", later, later + LEASE, 9, held=held) == ()
    await store.settle(ended(taken[1], "sent"))
    assert await store.claim("one", later, later + LEASE, 9, held=held) == ()
    assert [each.id for each in await store.claim("one", later, later + LEASE, 9)] == ["s1"]


async def test_a_notice_that_was_owed_for_later_holds_up_nothing_and_says_so(store: Store) -> None:
    def held(channel: Channel) -> Callable[[Head], bool]:  # noqa: ARG001
        return lambda head: head.put_off

    words = replace(post("n", SLACK), kind="notice", alert_ids=(), card=TextCard("notice", (("x",),)))
    await store.note_polls((), [replace(words, not_before=START + timedelta(minutes=1))])
    await owe(store, post("s", SLACK))
    (first,) = await store.claim("one", START, START + LEASE, 9, held=held)
    assert first.id == "s"
    await store.settle(ended(first, "sent"))
    later = START + timedelta(minutes=2)
    assert await store.claim("one", later, later + LEASE, 9, held=held) == ()
    assert [each.id for each in await store.claim("one", later, later + LEASE, 9)] == ["n"]


GAP = timedelta(seconds=30)


async def gapped(store: Store, **later: float) -> list[str]:
    """Send whatever is due by this moment, with a gap between edits."""
    done: list[str] = []
    now = at(**later)
    while claimed := await store.claim("one", now, now + LEASE, 9, edit_gap=GAP):
        for each in claimed:
            assert await store.settle(sent(each, when=now))
            done.append(each.id)
    return done


async def test_a_message_is_edited_once_in_a_gap_and_what_stands_behind_goes_on(opened: OpenStore) -> None:
    store = await opened()
    await owe(store, post("p"), follow("e1"))
    assert await gapped(store) == ["p", "e1"]
    await owe(store, follow("e2"), follow("r", "reply"), post("q"))
    assert await gapped(store, seconds=10) == ["r", "q"]
    await owe(store, follow("e3"))
    again = await opened()
    assert await gapped(again, seconds=29) == []
    assert await gapped(again, seconds=30) == ["e3"]


async def test_an_edit_of_another_message_does_not_wait_for_it(store: Store) -> None:
    await owe(store, post("p"), post("q"), follow("e1"))
    await gapped(store)
    await owe(store, follow("e2"), follow("f1", alert_id="alert-of-q"))
    assert await gapped(store, seconds=1) == ["f1"]


async def test_an_edit_that_was_refused_keeps_no_other_waiting(store: Store) -> None:
    await owe(store, post("p"), follow("e1"))
    (first,) = await claim(store)
    await store.settle(sent(first))
    (edit,) = await claim(store)
    await store.settle(ended(edit, "dead", error="too long"))
    await owe(store, follow("e2"))
    assert await gapped(store, seconds=1) == ["e2"]


async def test_an_edit_that_was_tried_keeps_its_place_in_the_line(store: Store) -> None:
    await owe(store, post("p"), follow("e1"), post("q"))
    (first,) = await claim(store)
    await store.settle(sent(first))
    (edit,) = await claim(store)
    await store.settle(ended(edit, "pending", minutes=5))
    assert await gapped(store, seconds=60) == []
    assert await gapped(store, minutes=5) == ["e1", "q"]


async def test_a_clock_that_was_set_back_keeps_no_edit_waiting(store: Store) -> None:
    await owe(store, post("p"), follow("e1"))
    await gapped(store, hours=5)
    await owe(store, follow("e2"))
    assert await gapped(store) == ["e2"]


async def test_what_a_clock_far_ahead_has_put_off_is_due(store: Store) -> None:
    ahead = at(days=400)
    await owe(store, post("held"))
    assert len(await claim(store, now=ahead)) == 1
    await owe(store, post("put off", SLACK, days=400), post("next", SLACK))
    held, first = await claim(store)
    assert (held.id, held.doubtful, first.id, first.doubtful) == ("held", True, "put off", False)
    assert await store.settle(replace(ended(first, "parked"), at=ahead))
    assert await store.parked(at()) == (SLACK,)


async def test_an_edit_that_a_clock_far_ahead_has_put_off_goes_now(store: Store) -> None:
    await owe(store, post("p"), replace(follow("e"), not_before=at(days=400)))
    assert await gapped(store) == ["p", "e"]


async def test_several_attempts_end_at_once_and_what_somebody_else_holds_is_left_alone(store: Store) -> None:
    await owe(store, post("c"), post("s", SLACK), post("d", DISCORD))
    console, slack, discord = await claim(store)
    (taken,) = [each for each in await claim(store, "two", now=at(seconds=60)) if each.id == "d"]
    slack = replace(slack, owner="two", attempt=2)
    await store.settle_all([sent(discord), ended(slack, "parked", error="archived"), ended(console, "dead")])
    assert await store.outbox_counts() == {"sending": 2, "parked": 1}
    await store.settle_all([sent(taken)])
    await store.settle_all([])
    assert await store.outbox_counts() == {"sending": 1, "parked": 1, "sent": 1}


async def test_channels_that_can_not_be_posted_to_are_known_with_when_that_was_tried_last(store: Store) -> None:
    await owe(store, post("s", SLACK), post("s2", SLACK), post("d", DISCORD), post("c"))
    for each in await claim(store):
        gone = replace(ended(each, "parked", error="archived"), at=at(hours=1 if each.id == "s" else 2))
        await store.settle(sent(each) if each.id == "c" else gone)
    assert await store.parked() == (DISCORD, SLACK)
    assert await store.parked(at(hours=1)) == (SLACK,)
    assert await store.unpark(SLACK, at(hours=3)) == 1
    assert await store.parked() == (DISCORD,)


async def test_what_has_to_be_said_because_attempts_ended_is_owed_with_them(store: Store) -> None:
    await owe(store, post("d", DISCORD))
    (claimed,) = await claim(store)
    notice = replace(delivery("n"), kind="notice", card=TextCard("notice", (("archived",),)), alert_ids=())
    await store.settle_all([ended(claimed, "parked")], [notice])
    assert [each.id for each in await claim(store)] == ["n"]
    assert [(each.id, each.card) for each in await store.notices(START)] == [("n", notice.card)]
    assert await store.notices(at(seconds=1)) == ()


async def test_dead_letters_of_a_channel_are_counted_but_for_those_dropped_by_hand(store: Store) -> None:
    await owe(store, *(post(f"s{n}", SLACK) for n in range(3)), post("c"))
    for number in range(3):
        (each,) = [one for one in await claim(store, now=at(hours=number)) if one.channel == SLACK]
        await store.settle(replace(ended(each, "dead", error="too long"), at=at(hours=number)))
    assert await store.dead_letters(SLACK, START) == 3
    assert await store.dead_letters(SLACK, at(hours=1)) == 2
    assert await store.dead_letters(CONSOLE, START) == 0
    for each in await claim(store, now=at(hours=3)):
        await store.settle(ended(each, "parked", error="archived"))
    assert await store.dead_letters(CONSOLE, START) == 0
    await store.drop(["s2"], at(hours=3))
    assert await store.dead_letters(SLACK, START) == 2


async def test_a_digest_is_known_with_all_that_it_told(store: Store) -> None:
    digest = replace(post("digest", SLACK), kind="digest", alert_ids=("a2", "a1"))
    await owe(store, digest, post("p", SLACK))
    found = await store.digest("digest")
    assert found is not None
    assert (found[0], [each.id for each in found[1]]) == (SLACK, ["a2", "a1"])
    assert (await store.digest("p"), await store.digest("nothing")) == (None, None)
