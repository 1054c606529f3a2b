"""What every store promises about mutes, about what channels have not been told, and about telling it at last."""

from dataclasses import replace
from datetime import datetime

from bot.model.alert import Alert, Delivery, PollOutcome, Settlement
from bot.model.card import TextCard, When
from bot.model.channel import CONSOLE, Channel
from bot.model.ledger import Cause, Routing, Withheld
from bot.model.mute import Mute, Notice, Post, Release, Waiting
from bot.model.source import SourceState
from bot.protocols import Store
from tests.builders import alert, delivery
from tests.fakes import START
from tests.store.builders import DISCORD, SLACK, SOURCE, article, at, claim, member, owe, routing, send_all, story, told


async def withhold(
    store: Store, number: int, cause: Cause = "digest", subject: str = "", channel: Channel = SLACK, **later: float
) -> Alert:
    """An article that names a company, and whose alert the channel was not told."""
    this = article(f"article-{number}", url=f"https://focus.example/{number}", first_seen=at(**later))
    raised = alert(f"alert-{number}", f"story-{number}", channel)
    await store.commit(
        PollOutcome(
            SourceState(SOURCE),
            at(**later),
            articles=(this,),
            stories=(story(f"story-{number}"),),
            members=(member(this, f"story-{number}"),),
            alerts=(raised,),
            routings=(replace(routing(this, channel, "held", when=at(**later)), alert_id=raised.id),),
            withheld=(Withheld(this.id, channel, raised.id, cause, at(**later), subject),),
        )
    )
    return raised


async def said(store: Store, number: int) -> tuple[str, bool]:
    (found,) = await store.alerts_of([f"story-{number}"])
    return found.said, found.lost


def mute(id_: str = "mute-1", channel: Channel | None = SLACK, until: datetime | None = None) -> Mute:
    return Mute(id_, channel, "company", "lava", "Lava 小米", START, until, "U1")


async def test_what_waits_is_counted_by_channel_and_cause_and_told_with_its_alert(store: Store) -> None:
    first = await withhold(store, 1)
    await withhold(store, 2, minutes=5)
    muted = await withhold(store, 3, "mute", "mute-1", minutes=6)
    await withhold(store, 4, channel=CONSOLE, minutes=7)
    assert set(await store.waiting()) == {
        Waiting(SLACK, "digest", "", START, at(minutes=5), 2),
        Waiting(SLACK, "mute", "mute-1", at(minutes=6), at(minutes=6), 1),
        Waiting(CONSOLE, "digest", "", at(minutes=7), at(minutes=7), 1),
    }
    untold = await store.untold(SLACK, muted=False)
    assert [(each.article_id, each.cause, each.at) for each in untold] == [
        ("article-1", "digest", START),
        ("article-2", "digest", at(minutes=5)),
    ]
    assert untold[0].alert.card == first.card
    (kept,) = await store.untold(SLACK, muted=True)
    assert (kept.subject, kept.alert.id) == ("mute-1", muted.id)
    assert (await said(store, 1), await said(store, 3)) == (("waits", False), ("nothing", False))


async def test_a_release_tells_all_at_once(store: Store) -> None:
    raised = await withhold(store, 1)
    digest = replace(delivery("digest", SLACK, "digest", alert_id=raised.id), created=at(hours=1))
    now = Routing("article-1", SLACK, "alerted", at(hours=1), raised.id, "in the digest")
    assert await store.release(Release(at(hours=1), (digest,), (now,), (("article-1", SLACK),)))
    assert await store.waiting() == ()
    assert await store.routings_of(["article-1"]) == (now,)
    assert await said(store, 1) == ("digest", False)
    assert await store.last_digest(SLACK) == at(hours=1)
    assert await store.last_digest(CONSOLE) is None
    assert await send_all(store, now=at(hours=2)) == ["digest"]


async def test_messages_that_wait_are_folded_unless_one_was_taken_meanwhile(store: Store) -> None:
    await owe(store, *(delivery(f"p{n}", SLACK, alert_id=f"a{n}") for n in range(3)))
    await owe(store, delivery("e", SLACK, "edit", alert_id="a1"), delivery("n", SLACK, "notice", alert_id="a2"))
    late = await store.overdue(at(hours=1))
    assert [(each.id, each.alert_ids) for each in late] == [
        ("p0", ("a0",)),
        ("p1", ("a1",)),
        ("p2", ("a2",)),
        ("e", ("a1",)),
    ]
    assert await store.overdue(at(hours=-1)) == ()
    digest = replace(delivery("digest", SLACK, "digest"), alert_ids=("a0", "a1", "a2"))
    release = Release(START, (digest,), folded=("p0", "p1", "p2", "e"))
    (taken,) = await claim(store)
    assert not await store.release(release)
    assert [each.id for each in await store.overdue(at(hours=1))] == ["p1", "p2", "e"]
    assert taken.id == "p0"
    assert await store.release(replace(release, folded=("p1", "p2", "e"), deliveries=(digest,)))
    assert [(each.id, each.alert_ids) for each in await store.overdue(at(hours=1), SLACK)] == [
        ("digest", ("a0", "a1", "a2"))
    ]
    assert await store.overdue(at(hours=1), CONSOLE) == ()
    assert await store.outbox_counts() == {"sending": 1, "pending": 2}


async def test_a_message_in_doubt_is_not_folded(store: Store) -> None:
    await owe(store, delivery("p", SLACK))
    await claim(store)
    (again,) = await claim(store, now=at(hours=1))
    assert again.doubtful
    assert await store.overdue(at(hours=2)) == ()


async def test_a_mute_stays_until_it_is_ended_and_a_second_one_changes_its_time(store: Store) -> None:
    await store.mute(mute(until=at(hours=1)))
    await store.mute(mute("pause-all", channel=None))
    await store.mute(mute("mute-2", until=at(days=1)))
    assert set(await store.mutes()) == {mute(until=at(days=1)), mute("pause-all", channel=None)}
    await store.release(Release(at(hours=2), ended=("mute-1",)))
    assert await store.mutes() == (mute("pause-all", channel=None),)
    await store.mute(mute("mute-3"))
    assert set(await store.mutes()) == {mute("mute-3"), mute("pause-all", channel=None)}


async def test_hearing_is_that_of_the_channels_asked_for(store: Store) -> None:
    await store.commit(told(article(), channel=SLACK))
    await store.commit(told(article("article-2", url="https://focus.example/2"), "story-2", CONSOLE))
    await withhold(store, 3)
    await withhold(store, 4, channel=CONSOLE)
    await store.mute(mute())
    hearing = await store.hearing([SLACK], START)
    assert hearing.mutes == (mute(),)
    assert hearing.posts == (Post(SLACK, alert().card),)
    assert hearing.waiting == (Waiting(SLACK, "digest", "", START, START, 1),)
    assert (await store.hearing([SLACK], at(microseconds=1))).posts == ()
    assert (await store.hearing([], START)).posts == ()


async def test_the_notices_of_a_channel_are_heard_of_when_they_are_asked_for(store: Store) -> None:
    card = TextCard("notice", (("used up: ", When(START)),))
    notice = Delivery("n1", SLACK, "notice", card, (), START, START)
    elsewhere, dead = replace(notice, id="n2", channel=DISCORD), replace(notice, id="n3", state="dead")
    await store.note_polls((), (notice, elsewhere, dead))
    assert (await store.hearing([SLACK], START, told_since=START)).notices == (Notice(SLACK, card),)
    assert (await store.hearing([SLACK], START, told_since=at(microseconds=1))).notices == ()
    assert (await store.hearing([SLACK], START)).notices == ()


async def test_what_was_owed_by_a_clock_far_ahead_is_not_heard_of_late(store: Store) -> None:
    posts = (delivery("soon", SLACK, alert_id="a1", at=at(days=1)), delivery("ahead", SLACK, at=at(days=400)))
    await owe(store, *posts)
    assert [len((await store.hearing([SLACK], at(days=days))).posts) for days in (0, 2, 400)] == [1, 0, 1]


async def test_an_alert_is_lost_only_where_nothing_that_tells_it_is_left(store: Store) -> None:
    await store.commit(told(article(), channel=SLACK))
    assert await said(store, 1) == ("post", False)
    (post,) = await claim(store)
    await store.settle(Settlement(post.id, post.owner, post.attempt, "dead", START, error="no"))
    assert await said(store, 1) == ("post", True)


async def test_an_edit_of_a_deleted_message_is_over_and_its_alert_knows(store: Store) -> None:
    await owe(store, delivery("p", SLACK), delivery("q", DISCORD, alert_id="other"))
    assert await send_all(store) == ["p", "q"]
    await owe(store, delivery("e", SLACK, "edit"))
    (edit,) = await claim(store)
    await store.settle(Settlement(edit.id, edit.owner, edit.attempt, "gone", START, error="the message was deleted"))
    assert await store.outbox_counts() == {"sent": 2, "gone": 1}
    assert await store.undelivered() == ()
    assert await store.replay(["e"], START) == await store.drop(["e"], START) == 0
    backlog = await store.backlog()
    assert (backlog.pending, backlog.sending, backlog.parked, backlog.dead) == (0, 0, 0, 0)
    known = await store.alerts_of({f"story-of-{id_}" for id_ in (*edit.alert_ids, "other")})
    assert {each.id: (each.said, each.gone) for each in known} == {
        edit.alert_ids[0]: ("post", True),
        "other": ("post", False),
    }


async def test_what_was_not_delivered_can_be_tried_anew_or_dropped(store: Store) -> None:
    await owe(store, *(delivery(f"p{n}", SLACK, alert_id=f"a{n}") for n in range(3)))
    (first,) = await claim(store)
    await store.settle(Settlement(first.id, first.owner, first.attempt, "dead", START, error="no"))
    assert [(each.id, each.state, each.error) for each in await store.undelivered()] == [
        ("p0", "dead", "no"),
        ("p1", "pending", ""),
        ("p2", "pending", ""),
    ]
    assert await store.replay(["p0", "p1", "gone"], START) == 1
    assert await store.drop(["p1"], START) == 1
    assert [each.id for each in await store.undelivered()] == ["p0", "p2"]
    assert await send_all(store) == ["p0", "p2"]
    assert await store.undelivered() == ()
    assert await store.outbox_counts() == {"sent": 2, "dead": 1}


async def test_what_is_parked_is_folded_with_what_stands_behind_it(store: Store) -> None:
    await owe(store, *(delivery(f"p{n}", SLACK, alert_id=f"a{n}") for n in range(3)))
    (first,) = await claim(store)
    await store.settle(Settlement(first.id, first.owner, first.attempt, "parked", START, error="archived"))
    assert [each.id for each in await store.overdue(START, SLACK)] == ["p0", "p1", "p2"]
    digest = replace(delivery("digest", SLACK, "digest"), alert_ids=("a0", "a1", "a2"))
    assert await store.release(Release(START, (digest,), folded=("p0", "p1", "p2")))
    assert await store.parked() == ()
    assert await send_all(store) == ["digest"]


async def test_what_belongs_to_a_post_that_is_dropped_goes_with_it_and_blocks_nobody(store: Store) -> None:
    follows = (delivery("e", SLACK, "edit"), delivery("r", SLACK, "reply"))
    await owe(store, delivery("p", SLACK), *follows, delivery("q", SLACK, alert_id="other"))
    assert await store.drop(["p"], START) == 3
    assert [each.id for each in await store.undelivered()] == ["q"]
    assert await send_all(store) == ["q"]


async def test_what_belongs_to_a_post_is_not_tried_anew_without_it_and_blocks_nobody(store: Store) -> None:
    await owe(store, delivery("p", SLACK), delivery("r", SLACK, "reply"), delivery("q", SLACK, alert_id="other"))
    (first,) = await claim(store)
    await store.settle(Settlement(first.id, first.owner, first.attempt, "dead", START, error="no"))
    assert await store.replay(["r"], START) == 0
    assert [(each.id, each.state) for each in await store.undelivered()][:2] == [("p", "dead"), ("r", "dead")]
    assert await send_all(store) == ["q"]
    assert await store.replay(["r", "p"], START) == 2
    assert await send_all(store) == ["p", "r"]


async def test_what_belongs_to_a_post_that_is_folded_blocks_nobody(store: Store) -> None:
    await owe(store, *(delivery(f"p{n}", SLACK, alert_id=f"a{n}") for n in range(2)))
    await owe(store, delivery("e", SLACK, "edit", alert_id="a0"))
    digest = replace(delivery("digest", SLACK, "digest"), alert_ids=("a0", "a1"))
    assert await store.release(Release(START, (digest,), folded=("p0", "p1")))
    assert await send_all(store) == ["digest"]
