"""What every store promises to intake: recognition, one transaction for a poll, and stories with a revision."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.errors import StoreError
from bot.model.alert import PollOutcome, Process, Seen
from bot.model.article import Identity, Known
from bot.model.channel import CONSOLE
from bot.model.learnt import Learnt
from bot.model.source import Cursor, SourceState
from bot.model.story import StorySnapshot
from bot.protocols import Store
from tests.builders import alert, card, delivery
from tests.fakes import START
from tests.store.builders import (
    DISCORD,
    SLACK,
    SOURCE,
    article,
    at,
    claim,
    member,
    mention,
    routing,
    seen,
    story,
    told,
    verdict,
)
from tests.store.conftest import OpenStore

OTHER = "feed:https://other.example/feed"
URL = "https://focus.example/1"
LAST_MOMENT = datetime.max.replace(tzinfo=timezone(timedelta(hours=-8)))
EMPTY = PollOutcome(SourceState(SOURCE), START)


def mark(source: str, entry_id: str, url: str = "", title: str = "", article_id: str = "a", **later: float) -> Seen:
    return Seen(source, entry_id, url, title, f"digest of {entry_id}", article_id, at(**later))


@pytest.mark.parametrize(
    ("marks", "asked", "found"),
    [
        ([mark(SOURCE, "1")], Identity("1"), Known("a", "digest of 1")),
        ([mark(SOURCE, "1", article_id="")], Identity("1"), Known("", "digest of 1")),
        ([mark(SOURCE, "1")], Identity("2"), None),
        ([mark(OTHER, "1")], Identity("1"), None),
        ([mark(OTHER, "1", URL)], Identity("2", URL), Known("a", "digest of 1", same_source=False)),
        ([mark(SOURCE, "1", URL)], Identity("2", URL), Known("a", "digest of 1")),
        ([mark(SOURCE, "1", title="lava 20")], Identity("2", "", "lava 20"), Known("a", "digest of 1")),
        ([mark(OTHER, "1", title="lava 20")], Identity("2", "", "lava 20"), None),
        ([mark(SOURCE, "1")], Identity("2", "", ""), None),
        ([mark(OTHER, "1")], Identity("2", "", ""), None),
        # the id is stronger than the URL, the URL than the title
        ([mark(SOURCE, "1"), mark(SOURCE, "2", URL)], Identity("1", URL), Known("a", "digest of 1")),
        (
            [mark(OTHER, "1", URL), mark(SOURCE, "2", title="lava 20")],
            Identity("3", URL, "lava 20"),
            Known("a", "digest of 1", same_source=False),
        ),
        # of several with this URL: the own source, then one with an article, then the first
        ([mark(OTHER, "1", URL), mark(SOURCE, "2", URL, hours=1)], Identity("3", URL), Known("a", "digest of 2")),
        (
            [mark(OTHER, "1", URL, article_id=""), mark(OTHER, "2", URL, hours=1)],
            Identity("3", URL),
            Known("a", "digest of 2", same_source=False),
        ),
        (
            [mark(OTHER, "1", URL, hours=1), mark(OTHER, "2", URL)],
            Identity("3", URL),
            Known("a", "digest of 2", same_source=False),
        ),
        # at one address of one source, another title is another article; on any day the same title is the same
        ([mark(SOURCE, "1", URL, "2026-11-20 lava talks")], Identity("2", URL, "2026-11-20 dixon rises"), None),
        (
            [mark(SOURCE, "1", URL, "2026-11-20 lava talks")],
            Identity("2", URL, "2026-11-23 lava talks"),
            Known("a", "digest of 1"),
        ),
        (
            [mark(OTHER, "1", URL, "2026-11-20 lava talks")],
            Identity("2", URL, "2026-11-20 dixon rises"),
            Known("a", "digest of 1", same_source=False),
        ),
        # foreign ids may be anything
        ([mark(SOURCE, "\x00\ud800")], Identity("\x00\ud800"), Known("a", "digest of \ufffd\ufffd")),
        ([mark(SOURCE, "x" * 100_000)], Identity("x" * 100_000), Known("a", "digest of " + "x" * 100_000)),
        ([mark(SOURCE, "x" * 100_000)], Identity("x" * 100_001), None),
        ([mark(SOURCE, "", "", "%")], Identity("2", "", "%"), Known("a", "digest of ")),
    ],
)
async def test_an_article_is_recognised_by_id_else_url_else_title(
    store: Store, marks: list[Seen], asked: Identity, found: Known | None
) -> None:
    await store.commit(replace(EMPTY, articles=(article("a"),), seen=tuple(marks)))
    assert await store.known(SOURCE, [asked]) == ({asked.entry_id: found} if found else {})


async def test_what_is_known_tells_the_edition_and_the_newest_digest(store: Store) -> None:
    first, second = article(), article(revision=2, text="Lava said more.")
    await store.commit(replace(EMPTY, articles=(first,), seen=(seen(first),)))
    await store.commit(replace(EMPTY, articles=(second,), seen=(seen(second),)))
    known = await store.known(SOURCE, [first.identity])
    assert known == {first.identity.entry_id: Known(first.id, "digest-2", 2)}


@pytest.mark.parametrize(
    ("marks", "asked", "found"),
    [
        ([("2026-11-01 lava talks", "a")], "2026-11-20 lava talks", "a"),
        ([("2026-10-21 lava talks", "a")], "2026-11-20 lava talks", "a"),
        ([("2026-10-20 lava talks", "a")], "2026-11-20 lava talks", None),
        ([("2026-11-21 lava talks", "a")], "2026-11-20 lava talks", None),
        ([("2026-11-01 lava talks", "a"), ("2026-11-19 lava talks", "b")], "2026-11-20 lava talks", "b"),
        ([("2026-11-01 lava talk", "a")], "2026-11-20 lava talks", None),
        ([("2026-11-01 \x00" + "long " * 500, "a")], "2026-11-20 \x00" + "long " * 500, "a"),
        ([("", "a")], "", None),
    ],
)
async def test_a_title_of_the_last_thirty_days_is_recognised(
    store: Store, marks: list[tuple[str, str]], asked: str, found: str | None
) -> None:
    own = [mark(SOURCE, f"{n}", title=title, article_id=of) for n, (title, of) in enumerate(marks)]
    theirs = mark(OTHER, "x", title=asked, article_id="theirs")
    await store.commit(replace(EMPTY, seen=(*own, theirs)))
    known = await store.known_by_title(SOURCE, [Identity("new", "", asked)], 30)
    assert {entry_id: each.article_id for entry_id, each in known.items()} == ({"new": found} if found else {})
    assert all(each.same_source for each in known.values())


async def test_articles_come_by_their_ids_in_the_order_they_were_first_seen(store: Store) -> None:
    later, sooner = article("a1", first_seen=at(hours=1)), article("a2")
    await store.commit(replace(EMPTY, articles=(later, sooner)))
    assert await store.articles_of(["a1", "a2", "never"]) == (sooner, later)
    assert await store.articles_of([]) == ()


async def test_what_is_owed_because_of_quiet_polls_is_written_with_them_or_not_at_all(store: Store) -> None:
    state, notice = SourceState(SOURCE, last_poll=START), replace(delivery("n", SLACK, "notice"), alert_ids=())
    await store.note_polls([state], [notice])
    (owed,) = await claim(store)
    assert (owed.id, owed.kind, owed.channel) == ("n", "notice", SLACK)
    with pytest.raises(StoreError):
        await store.note_polls([replace(state, failures=1)], [notice])
    assert await store.source_state(SOURCE) == state


async def test_thousands_of_identities_are_looked_up_at_once(store: Store) -> None:
    marks = tuple(mark(SOURCE, f"{n}", article_id=f"a{n}") for n in range(2500))
    await store.commit(replace(EMPTY, seen=marks))
    known = await store.known(SOURCE, [Identity(f"{n}") for n in range(5000)])
    assert {entry_id: each.article_id for entry_id, each in known.items()} == {f"{n}": f"a{n}" for n in range(2500)}


async def test_nothing_asked_nothing_known(store: Store) -> None:
    assert await store.known(SOURCE, []) == {}
    assert await store.verdicts_of([]) == ()
    assert await store.alerts_of([]) == ()


async def test_everything_that_a_poll_decided_comes_back(store: Store) -> None:
    of = article(text="Lava said so. \U0001f4f1 小米也说。")
    outcome = told(of, channel=SLACK)
    await store.commit(outcome)
    assert await store.verdicts_of([of.id]) == outcome.verdicts
    assert await store.alerts_of(["story-1"]) == outcome.alerts
    assert await store.recent_stories(START) == StorySnapshot(1, outcome.members)
    assert await store.source_states() == {SOURCE: outcome.state}
    (record,) = await store.articles_by_url(URL)
    assert (record.article, record.routings) == (of, outcome.routings)
    assert await store.table_counts() == {
        "articles": 1,
        "stories": 1,
        "verdicts": 1,
        "alerts": 1,
        "routings": 1,
        "deliveries": 1,
        "sources": 1,
        "revisions": 0,
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"members": (member(article("unknown")),)},
        {"members": (member(article(), "unknown"),)},
        {"verdicts": (verdict(article("unknown")),)},
        {"routings": (routing(article("unknown")),)},
        {"alerts": (alert(story_id="unknown"),)},
        {"deliveries": (delivery("d", alert_id="unknown"),)},
        {"deliveries": (delivery("d", alert_id="alert-article-1"), delivery("d", alert_id="alert-article-1"))},
    ],
    ids="+".join,
)
async def test_of_a_commit_that_fails_nothing_stays(store: Store, wrong: dict[str, object]) -> None:
    outcome = replace(told(article()), **wrong)  # type: ignore[arg-type]
    with pytest.raises(StoreError, match="nothing of it was written"):
        await store.commit(outcome)
    assert set((await store.table_counts()).values()) == {0}
    assert await store.known(SOURCE, [article().identity]) == {}
    assert await store.source_states() == {}
    assert await store.story_revision() == 0
    assert await store.outbox_counts() == {}
    assert await store.commit(told(article())) == 1


async def test_several_polls_are_kept_at_once_or_not_at_all(store: Store) -> None:
    other = article("article-2", url="https://focus.example/2")
    quiet = replace(EMPTY, articles=(other,), seen=(mark(OTHER, "2"),))
    one, two = told(article()), replace(quiet, state=SourceState(OTHER, Cursor("etag-2")))
    with pytest.raises(StoreError):
        await store.commit(one, replace(two, routings=(routing(article("unknown")),)))
    assert set((await store.table_counts()).values()) == {0}
    assert await store.commit(one, two) == await store.story_revision() == 1
    assert set(await store.source_states()) == {SOURCE, OTHER}
    assert len(await store.articles_of({"article-1", "article-2"})) == 2
    assert await store.outbox_counts() == {"pending": 1}
    assert len((await store.recent_stories(START)).members) == 1


async def test_what_failed_leaves_the_earlier_as_it_was(store: Store) -> None:
    first = told(article())
    await store.commit(first)
    second = replace(told(article("article-2", url="https://focus.example/2")), routings=(routing(article("unknown")),))
    with pytest.raises(StoreError):
        await store.commit(second)
    assert await store.recent_stories(START) == StorySnapshot(1, first.members)
    assert await store.outbox_counts() == {"pending": 1}


async def test_the_same_commit_twice_changes_nothing_but_the_outbox_refuses(store: Store) -> None:
    outcome = told(article())
    await store.commit(outcome)
    await store.commit(replace(outcome, deliveries=()))
    assert set((await store.table_counts()).values()) == {0, 1}
    with pytest.raises(StoreError):
        await store.commit(outcome)


async def test_what_an_outcome_says_twice_is_kept_once(store: Store) -> None:
    of, changed = article(), article(title="Lava launches two phones")
    await store.commit(
        replace(
            EMPTY,
            articles=(of, changed),
            seen=(seen(of, digest="first"), seen(of, digest="last")),
            stories=(story(), story()),
            members=(member(of), member(of)),
            verdicts=(verdict(of), verdict(of, matched=False)),
            alerts=(alert("a1"), alert("a2")),
            routings=(routing(of, state="held"), routing(of)),
        )
    )
    assert await store.known(SOURCE, [of.identity]) == {"entry-article-1": Known(of.id, "last")}
    assert await store.verdicts_of([of.id]) == (verdict(of),)
    assert [each.id for each in await store.alerts_of(["story-1"])] == ["a1"]
    (record,) = await store.articles_by_url(URL)
    assert (record.article.title, record.routings) == (changed.title, (routing(of),))


async def test_the_revision_rises_only_with_stories(store: Store) -> None:
    assert await store.story_revision() == 0
    assert await store.commit(told(article())) == 1
    assert await store.commit(EMPTY) == 1
    second = article("article-2")
    joined = replace(EMPTY, articles=(second,), members=(member(second, joined=at(hours=1)),))
    assert await store.commit(joined) == 2
    assert await store.story_revision() == 2


async def test_recent_stories_bring_all_their_members_oldest_first(store: Store) -> None:
    old, late, other = article("a1"), article("a2"), article("a3")
    await store.commit(
        replace(
            EMPTY,
            articles=(old, late, other),
            stories=(story("s1"), story("s2"), story("s3")),
            members=(
                member(late, "s1", joined=at(hours=5)),
                member(old, "s1", joined=at(hours=1)),
                member(other, "s2", joined=at(hours=2)),
            ),
        )
    )
    snapshot = await store.recent_stories(at(hours=5))
    assert [each.article_id for each in snapshot.members] == ["a1", "a2"]
    snapshot = await store.recent_stories(at(hours=2))
    assert [each.article_id for each in snapshot.members] == ["a1", "a3", "a2"]
    assert (await store.recent_stories(at(hours=6))).members == ()


async def test_a_verdict_never_changes_and_an_edition_is_judged_anew(store: Store) -> None:
    first, second = article(), article(revision=2)
    await store.commit(replace(EMPTY, articles=(first,), verdicts=(verdict(first),)))
    changed = verdict(first, matched=False, when=at(hours=1))
    anew = verdict(second, matched=False, when=at(hours=1))
    await store.commit(replace(EMPTY, articles=(second,), verdicts=(changed, anew)))
    assert await store.verdicts_of([first.id, "unknown"]) == (verdict(first), anew)


async def test_a_new_edition_takes_the_place_of_the_old_but_was_first_seen_then(store: Store) -> None:
    await store.commit(replace(EMPTY, articles=(article(),)))
    edited = article(title="Lava launches two phones", first_seen=at(hours=3), revision=2)
    await store.commit(replace(EMPTY, articles=(edited,)))
    (record,) = await store.articles_by_words(["two phones"])
    assert record.article == replace(edited, first_seen=START)
    assert await store.articles_by_words(["a phone"]) == ()


async def test_an_alert_is_one_a_channel_and_story_and_shows_the_newest_card(store: Store) -> None:
    await store.commit(told(article()))
    grown = replace(alert("another-id"), card=card("Grown", "Lava", "Dixon"), at=at(hours=1))
    await store.commit(replace(EMPTY, alerts=(grown, alert("discord", channel=DISCORD))))
    found = await store.alerts_of(["story-1"])
    assert [(each.id, each.channel, each.card.headline) for each in found] == [
        ("discord", DISCORD, "Lava launches a phone"),
        ("alert-article-1", CONSOLE, "Grown"),
    ]


async def test_of_a_routing_the_newest_is_current(store: Store) -> None:
    of = article()
    await store.commit(replace(EMPTY, articles=(of,), routings=(routing(of, state="held"), routing(of, SLACK))))
    await store.commit(replace(EMPTY, routings=(routing(of, state="alerted", when=at(hours=1)),)))
    (record,) = await store.articles_by_url(URL)
    assert record.routings == (routing(of, when=at(hours=1)), routing(of, SLACK))


async def test_quiet_polls_are_noted_in_one_batch(store: Store) -> None:
    states = [
        SourceState(
            f"feed:{n}",
            Cursor("etag", "yesterday", "hash"),
            last_poll=at(minutes=n),
            next_poll=at(minutes=n + 10),
            failures=n,
            error="the server answered 500",
            notes=("250 entries left out", "\x00"),
            learnt=Learnt(pace=n / 7, newest=at(hours=-n), longest=n, held=(f"a{n}",), told=("silent",)),
        )
        for n in range(600)
    ]
    await store.note_polls(states)
    await store.note_polls([replace(states[0], failures=0, error="", last_success=at(hours=1))])
    await store.note_polls([])
    found = await store.source_states()
    assert len(found) == 600
    assert found["feed:0"].last_success == at(hours=1)
    assert found["feed:5"] == replace(states[5], notes=("250 entries left out", "\ufffd"))
    assert await store.source_states(["feed:5", "feed:never polled"]) == {"feed:5": found["feed:5"]}
    assert await store.source_states([]) == {}
    assert set(await store.source_states(after=START)) == {"feed:0"}
    assert await store.source_states(["feed:5"], after=START) == {}
    assert await store.source_states(["feed:0"], after=at(hours=1)) == {}


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 20, 8, 30, 0, 1, tzinfo=UTC),
        datetime(2026, 11, 20, 8, 30, 0, 999_999, tzinfo=timezone(timedelta(hours=8))),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(1969, 7, 20, 20, 17, tzinfo=UTC),
    ],
    ids=str,
)
async def test_times_come_back_in_utc_to_the_microsecond(store: Store, moment: datetime) -> None:
    await store.note_polls([SourceState(SOURCE, last_poll=moment)])
    found = (await store.source_states())[SOURCE].last_poll
    assert found == moment
    assert found is not None
    assert found.utcoffset() == timedelta(0)


@pytest.mark.parametrize("moment", [datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=8))), LAST_MOMENT])
async def test_a_time_that_utc_does_not_have_becomes_the_nearest_one(store: Store, moment: datetime) -> None:
    of = replace(article(), published=moment)
    await store.commit(replace(EMPTY, articles=(of,)))
    (record,) = await store.articles_by_url(URL)
    assert record.article.published is not None
    assert record.article.published.year in (1, 9999)


@pytest.mark.parametrize(
    ("hostile", "kept"),
    [
        ("a\x00b", "a\ufffdb"),
        ("\ud83d alone \udcf1", "\ufffd alone \ufffd"),
        ("\U0001f4f1 whole", "\U0001f4f1 whole"),
        ("'; DROP TABLE articles; --", "'; DROP TABLE articles; --"),
        ("%(id)s :id ? $1 {0}", "%(id)s :id ? $1 {0}"),
        ("\u202eright to left\x07\x1b[31m", "\u202eright to left\x07\x1b[31m"),
        ("\\u0000 \\ud800 \\", "\\u0000 \\ud800 \\"),
        ("", ""),
    ],
)
async def test_text_from_outside_is_kept_and_what_a_database_refuses_is_replaced(
    store: Store, hostile: str, kept: str
) -> None:
    of = replace(article(title=hostile, text=hostile), publisher=hostile, lang=hostile)
    best = replace(mention(), text=hostile, alias=hostile)
    outcome = replace(
        told(of),
        articles=(of,),
        verdicts=(replace(verdict(of), best=best),),
        alerts=(replace(alert(f"alert-{of.id}"), card=card(hostile)),),
        deliveries=(replace(delivery("d", alert_id=f"alert-{of.id}"), card=card(hostile)),),
    )
    await store.commit(outcome)
    (record,) = await store.articles_by_url(URL)
    assert (record.article.title, record.article.text, record.article.publisher) == (kept, kept, kept)
    assert record.verdicts[0].best == replace(best, text=kept, alias=kept)
    assert [each.card.headline for each in await store.alerts_of(["story-1"])] == [kept]
    assert [each.card for each in await claim(store)] == [card(kept)]


async def test_a_thousand_articles_are_one_commit(store: Store) -> None:
    many = [article(f"a{n:04}", url=f"https://focus.example/{n}", first_seen=at(seconds=n)) for n in range(1000)]
    outcomes = [told(of, f"story-{of.id}", SLACK) for of in many]
    together = PollOutcome(
        state=EMPTY.state,
        at=START,
        articles=tuple(many),
        seen=tuple(seen(of) for of in many),
        stories=tuple(each for outcome in outcomes for each in outcome.stories),
        members=tuple(each for outcome in outcomes for each in outcome.members),
        verdicts=tuple(verdict(of) for of in many),
        alerts=tuple(each for outcome in outcomes for each in outcome.alerts),
        routings=tuple(each for outcome in outcomes for each in outcome.routings),
        deliveries=tuple(each for outcome in outcomes for each in outcome.deliveries),
    )
    assert await store.commit(together) == 1
    assert len(await store.verdicts_of([of.id for of in many])) == 1000
    assert len(await store.alerts_of([f"story-{of.id}" for of in many])) == 1000
    assert len((await store.recent_stories(at(seconds=500))).members) == 500
    assert (await store.table_counts())["deliveries"] == 1000


async def test_a_process_beats_again_and_again(store: Store) -> None:
    process = Process("boot", "host", 4711, START, START)
    await store.beat(process)
    await store.beat(replace(process, beat=at(seconds=30)))


async def test_only_one_decides_at_a_time(opened: OpenStore) -> None:
    one, two = await opened(), await opened()
    log: list[str] = []

    async def decide(store: Store, name: str) -> None:
        for _ in range(3):
            async with store.deciding():
                log.append(f"{name} in")
                await store.story_revision()
                await asyncio.sleep(0)
                log.append(f"{name} out")

    await asyncio.gather(decide(one, "one"), decide(two, "two"), decide(one, "three"))
    pairs = list(zip(log[::2], log[1::2], strict=True))
    assert len(pairs) == 9
    assert all(entered.replace(" in", " out") == left for entered, left in pairs)


async def test_whoever_waits_to_decide_can_be_cancelled_and_does_not_keep_the_right(opened: OpenStore) -> None:
    one, two = await opened(), await opened()
    entered = asyncio.Event()

    async def wait() -> None:
        async with two.deciding():
            entered.set()

    async with one.deciding():
        waiting = asyncio.create_task(wait())
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(waiting, 0.05)
    assert not entered.is_set()
    async with asyncio.timeout(5), two.deciding(), asyncio.timeout(1):
        await two.commit(EMPTY)


async def test_an_error_while_deciding_gives_the_right_back(opened: OpenStore) -> None:
    one, two = await opened(), await opened()
    with pytest.raises(ZeroDivisionError):
        async with one.deciding():
            raise ZeroDivisionError
    async with asyncio.timeout(5), two.deciding():
        pass


async def test_what_one_process_commits_another_sees(opened: OpenStore) -> None:
    one, two = await opened(), await opened()
    await one.commit(told(article()))
    assert await two.story_revision() == 1
    assert await two.known(SOURCE, [article().identity]) == {"entry-article-1": Known("article-1", "digest-1")}
    assert await two.commit(told(article("article-2"), "story-2")) == 2
    assert await one.story_revision() == 2


async def test_the_health_of_one_source_is_as_it_was_last_written(store: Store) -> None:
    assert await store.source_state(SOURCE) == SourceState(SOURCE)
    state = SourceState(SOURCE, Cursor("etag"), START, START, at(minutes=10), 0, "", ("a note",))
    await store.note_polls([state])
    assert await store.source_state(SOURCE) == state
    assert await store.source_state(OTHER) == SourceState(OTHER)


async def test_routings_of_articles_are_the_current_ones(store: Store) -> None:
    one, two = article("a1"), article("a2", url="https://focus.example/2")
    await store.commit(told(one, channel=SLACK))
    await store.commit(told(two, "story-2", channel=SLACK))
    later = replace(routing(one, SLACK, "joined"), at=at(hours=1))
    await store.commit(replace(EMPTY, routings=(later,)))
    assert await store.routings_of({"a1", "nobody"}) == (later,)
    assert {each.article_id for each in await store.routings_of({"a1", "a2"})} == {"a1", "a2"}
    assert await store.routings_of(set()) == ()


async def test_what_a_decision_begins_with_comes_at_once(store: Store) -> None:
    state = SourceState(SOURCE, Cursor("etag"), last_success=START)
    marks = (mark(SOURCE, "1"), mark(OTHER, "2", URL))
    one = replace(
        EMPTY, state=state, articles=(article("a"),), seen=marks, stories=(story(),), members=(member(article("a")),)
    )
    await store.commit(one)
    asked = [Identity("1"), Identity("3", URL), Identity("4")]
    recall = await store.recall({SOURCE: asked, OTHER: asked, "never polled": []})
    assert recall.states[SOURCE] == await store.source_state(SOURCE) == state
    assert recall.states["never polled"] == SourceState("never polled")
    assert recall.known == {source: await store.known(source, asked) for source in (SOURCE, OTHER)} | {
        "never polled": {}
    }
    assert set(recall.known[SOURCE]) == {"1", "3"}
    assert set(recall.known[OTHER]) == {"3"}
    assert recall.story_revision == await store.story_revision() == 1
    assert (await store.recall({})).story_revision == 1
