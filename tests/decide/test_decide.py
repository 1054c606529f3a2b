"""What one poll decides: verdicts, stories, alerts, routings and deliveries, from articles to what is owed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decide import Scene, conclude, judge
from bot.extraction import identity_of
from bot.matching import Matcher
from bot.model.alert import Alert, Delivery, PollOutcome
from bot.model.article import Extract, Identity, Known
from bot.model.card import AlertCard
from bot.model.channel import CONSOLE, Channel
from bot.model.source import Fetched, SourceState
from bot.model.watchlist import ChannelRule, Watchlist
from bot.stories import StoryIndex
from tests.builders import company, source, watchlist
from tests.fakes import START, CountingIds

PHONES = watchlist("phones", [company("Lava International", "Lava"), company("Dixon Technologies", "Dixon")])
PHONES_OF_MORE = watchlist("more", [*PHONES.companies, company("Oppo")])
CHIPS = watchlist("chips", [company("MediaTek"), company("Denso")])

TALKS = Extract(
    "talks",
    "https://focus.example/talks",
    "Lava International in talks to build phones for export",
    "Lava International Ltd said on Monday that it is in talks to build handsets in Noida for export.",
    "en",
)
TALKS_TOO = Extract(
    "talks-too",
    "https://wire.example/talks",
    "Lava International in talks to build phones for export",
    "Dixon Technologies may join the talks to build handsets for export with Lava International Ltd, sources said.",
    "en",
)
TALKS_ON = replace(TALKS, entry_id="talks-on", url="https://wire.example/on")
CHIP = Extract(
    "chip",
    "https://focus.example/chip",
    "MediaTek to develop custom chips with Denso",
    "MediaTek Inc said it works with Denso Corp on a chip for driver assistance.",
    "en",
)
WEATHER = Extract("weather", "https://focus.example/rain", "Rain expected on the coast", "Rain is expected.", "en")


def _identities(extracts: Sequence[Extract]) -> tuple[Identity, ...]:
    return tuple(identity_of(each, START.date()) for each in extracts)


@cache
def _matcher(watchlist: Watchlist) -> Matcher:
    return Matcher(watchlist)


def scene(
    extracts: Sequence[Extract],
    lists: Sequence[Watchlist] = (PHONES, CHIPS),
    *,
    first_poll: str = "alert",
    polled_before: bool = True,
    live: frozenset[str] = frozenset(),
) -> Scene:
    place = source(first_poll=first_poll)
    return Scene(
        source=place,
        before=SourceState(place.key, last_success=START - timedelta(hours=1) if polled_before else None),
        fetched=Fetched(notes=("one note",)),
        extracts=tuple(extracts),
        identities=_identities(extracts),
        known={},
        verdicts=(),
        routings=(),
        lists=tuple((each, _matcher(each)) for each in lists),
        stories=StoryIndex(),
        live=live,
        age_limit=timedelta(hours=48),
        now=START,
    )


def decide(where: Scene, alerts: Sequence[Alert] = (), ids: CountingIds | None = None) -> PollOutcome:
    ids = ids or CountingIds()
    return conclude(where, judge(where, ids), alerts, ids)


def after(where: Scene, outcome: PollOutcome, extracts: Sequence[Extract], same_source: bool = True) -> Scene:
    """The scene of a later poll, with everything known that the outcome committed."""
    by_id = {article.id: article for article in outcome.articles}
    known = {
        seen.entry_id: Known(seen.article_id, seen.digest, by_id[seen.article_id].revision, same_source)
        for seen in outcome.seen
    }
    return replace(
        where,
        extracts=tuple(extracts),
        identities=_identities(extracts),
        known=known,
        verdicts=outcome.verdicts,
        routings=outcome.routings,
        stories=StoryIndex(outcome.members),
        before=outcome.state,
    )


def named(outcome: PollOutcome) -> list[list[str]]:
    return [[line.company for line in alert.card.companies] for alert in outcome.alerts]


def companies_of(delivery: Delivery) -> list[str]:
    assert isinstance(delivery.card, AlertCard)
    return [line.company for line in delivery.card.companies]


def test_an_article_that_names_a_company_becomes_one_post_with_its_reason() -> None:
    outcome = decide(scene([TALKS, WEATHER]))
    assert named(outcome) == [["Lava International"]]
    assert [(d.kind, d.channel, d.alert_ids) for d in outcome.deliveries] == [
        ("post", CONSOLE, (outcome.alerts[0].id,))
    ]
    line = outcome.alerts[0].card.companies[0]
    assert (line.watchlist, line.subject) == ("phones", "main")
    assert "Lava International" in line.snippet.text
    assert line.reason


def test_an_article_that_names_nobody_is_recorded_and_seen_and_nothing_else() -> None:
    outcome = decide(scene([WEATHER]))
    assert len(outcome.articles) == len(outcome.seen) == 1
    assert (outcome.verdicts, outcome.routings, outcome.deliveries, outcome.stories) == ((), (), (), ())


def test_two_articles_of_one_story_in_one_poll_are_one_post_that_names_both() -> None:
    outcome = decide(scene([TALKS, TALKS_TOO]))
    assert named(outcome) == [["Lava International", "Dixon Technologies"]]
    assert [d.kind for d in outcome.deliveries] == ["post"]
    assert outcome.deliveries[0].card == outcome.alerts[0].card
    assert outcome.alerts[0].card.articles == 2
    assert [routing.state for routing in outcome.routings] == ["alerted", "joined"]


def test_different_stories_are_different_posts() -> None:
    assert named(decide(scene([TALKS, CHIP]))) == [["Lava International"], ["MediaTek", "Denso"]]


def test_the_same_news_of_different_companies_is_different_stories() -> None:
    told = "{} Ltd said on Monday that its third-quarter profit rose 12 percent and beat the estimates of analysts."
    profits = [
        Extract(name, "", f"{name} third-quarter profit beats estimates", told.format(name), "en")
        for name in ("Lava International", "Dixon Technologies")
    ]
    assert named(decide(scene(profits))) == [["Lava International"], ["Dixon Technologies"]]


def test_a_later_article_edits_the_message_and_a_new_name_is_said_in_a_reply() -> None:
    ids = CountingIds()
    where = scene([TALKS])
    first = decide(where, ids=ids)
    second = decide(after(where, first, [TALKS_TOO]), first.alerts, ids)
    assert [d.kind for d in second.deliveries] == ["edit", "reply"]
    edit, reply = second.deliveries
    assert edit.alert_ids == reply.alert_ids == (first.alerts[0].id,)
    assert companies_of(edit) == ["Lava International", "Dixon Technologies"]
    assert companies_of(reply) == ["Dixon Technologies"]
    assert [routing.state for routing in second.routings] == ["joined"]


@pytest.mark.parametrize(("threads", "name"), [("", ""), ("off", ""), ("on", TALKS.title)])
def test_a_reply_says_what_its_thread_is_called_where_the_channel_wants_threads(threads: str, name: str) -> None:
    ids, channel = CountingIds(), Channel("discord", "", "7")
    lists = [replace(PHONES, channels=(ChannelRule(channel, threads=threads),))]
    where = scene([TALKS], lists, live=frozenset({"discord"}))
    first = decide(where, ids=ids)
    later = replace(TALKS_TOO, title="Dixon may build phones with Lava International for export")
    second = decide(after(where, first, [later]), first.alerts, ids)
    told = [(each.kind, getattr(each.card, "thread", "")) for each in (*first.deliveries, *second.deliveries)]
    assert told == [("post", ""), ("edit", ""), ("reply", name)]


def test_a_later_article_that_names_nobody_new_only_edits() -> None:
    ids = CountingIds()
    where = scene([TALKS])
    first = decide(where, ids=ids)
    again = replace(TALKS, entry_id="again", url="https://other.example/t", text=TALKS.text + " It said no more.")
    second = decide(after(where, first, [again]), first.alerts, ids)
    assert [d.kind for d in second.deliveries] == ["edit"]


def test_a_name_that_was_said_in_a_reply_is_not_said_again() -> None:
    ids = CountingIds()
    where = scene([TALKS])
    first = decide(where, ids=ids)
    second = decide(after(where, first, [TALKS_TOO]), first.alerts, ids)
    third = replace(
        TALKS_TOO, entry_id="third", url="https://other.example/t", text=TALKS_TOO.text + " They said more."
    )
    later = replace(after(where, second, [third]), stories=StoryIndex([*first.members, *second.members]))
    grown = decide(later, second.alerts, ids)
    assert [d.kind for d in grown.deliveries] == ["edit"]
    assert companies_of(grown.deliveries[0]) == ["Lava International", "Dixon Technologies"]
    assert grown.alerts[0].card.articles == 3


def test_two_new_names_in_one_poll_are_each_said_in_a_reply_and_the_message_is_edited_once() -> None:
    ids = CountingIds()
    where = scene([TALKS], [PHONES_OF_MORE])
    first = decide(where, ids=ids)
    oppo = replace(TALKS_TOO, entry_id="oppo", url="https://o.example/t", text=TALKS.text + " Oppo joins the talks.")
    second = decide(after(where, first, [TALKS_TOO, oppo]), first.alerts, ids)
    assert [(d.kind, companies_of(d)) for d in second.deliveries] == [
        ("edit", ["Lava International", "Dixon Technologies", "Oppo"]),
        ("reply", ["Dixon Technologies"]),
        ("reply", ["Oppo"]),
    ]


def test_a_headline_that_was_written_anew_at_its_address_is_one_story() -> None:
    again = replace(TALKS, entry_id="2", title="Export handsets: Lava International negotiates")
    outcome = decide(scene([TALKS, again]))
    assert [member.reason for member in outcome.members] == ["first article", "same address"]
    assert [d.kind for d in outcome.deliveries] == ["post"]


def test_what_is_known_and_unchanged_is_passed_over() -> None:
    where = scene([TALKS, WEATHER])
    outcome = decide(after(where, decide(where), [TALKS, WEATHER]))
    assert (outcome.articles, outcome.seen, outcome.verdicts, outcome.deliveries) == ((), (), (), ())


def test_an_edited_article_does_not_alert_again() -> None:
    ids = CountingIds()
    where = scene([TALKS])
    first = decide(where, ids=ids)
    second = decide(after(where, first, [replace(TALKS, text=TALKS.text + " A typo is mended.")]), first.alerts, ids)
    assert [(a.id, a.revision) for a in second.articles] == [(first.articles[0].id, 2)]
    assert (second.verdicts, second.deliveries, second.routings) == ((), (), ())


def test_an_edited_article_that_now_names_another_company_says_so_in_a_reply() -> None:
    ids = CountingIds()
    where = scene([TALKS])
    first = decide(where, ids=ids)
    edited = replace(TALKS, text=TALKS.text + " Dixon Technologies India Ltd is to join, it said.")
    second = decide(after(where, first, [edited]), first.alerts, ids)
    assert [(v.company, v.revision) for v in second.verdicts] == [("Dixon Technologies", 2)]
    assert [d.kind for d in second.deliveries] == ["edit", "reply"]


def test_the_same_article_through_another_source_is_judged_only_by_lists_that_did_not_hear_it() -> None:
    ids = CountingIds()
    indian = replace(PHONES, key="indian.yaml", name="indian", sources=("india",))
    where = scene([TALKS], [PHONES, indian])
    first = decide(where, ids=ids)
    assert {verdict.watchlist for verdict in first.verdicts} == {"phones.yaml"}
    other = replace(after(where, first, [TALKS], same_source=False), source=source("Delhi", tags=["india"]))
    second = decide(other, first.alerts, ids)
    assert {verdict.watchlist for verdict in second.verdicts} == {"indian.yaml"}
    assert [seen.article_id for seen in second.seen] == [first.articles[0].id]
    assert second.routings == ()


def test_different_titles_at_one_address_are_different_articles() -> None:
    """Sites that keep the page in the fragment have one address for everything, live blogs too."""
    again = replace(TALKS, entry_id="2", url="https://x.example/#!/2", title="Lava International drops its plans")
    outcome = decide(scene([replace(TALKS, url="https://x.example/#!/1"), again]))
    assert len(outcome.articles) == len(outcome.verdicts) == len(outcome.routings) == 2


def test_another_sources_own_words_are_judged_also_where_the_first_ones_were_rejected() -> None:
    ids = CountingIds()
    teaser = replace(TALKS, title="The lava reaches the village", text="Read more of the lava and the village.")
    where = scene([teaser])
    first = decide(where, ids=ids)
    assert [verdict.matched for verdict in first.verdicts] == [False]
    other = replace(after(where, first, [TALKS_TOO], same_source=False), source=source("Wire"))
    known = {TALKS_TOO.entry_id: Known(first.articles[0].id, "another", 1, same_source=False)}
    second = decide(replace(other, known=known), first.alerts, ids)
    assert {v.company: v.matched for v in second.verdicts} == {"Lava International": True, "Dixon Technologies": True}
    assert [(article.id, article.revision) for article in second.articles] == [(first.articles[0].id, 2)]
    assert [d.kind for d in second.deliveries] == ["post"]


@pytest.mark.parametrize(
    ("retired", "same_source", "published", "states", "messages"),
    [
        (True, True, None, {"old"}, 0),
        (False, True, None, {"alerted"}, 1),
        (True, False, None, {"alerted"}, 1),
        (True, True, START, {"alerted"}, 1),
    ],
)
def test_what_changes_after_its_ledger_is_gone_is_not_new(
    *, retired: bool, same_source: bool, published: datetime | None, states: set[str], messages: int
) -> None:
    """Nobody knows any more who was told of it; a date of its own, or another source, says that it is news."""
    edit = replace(TALKS, published=published)
    known = {edit.entry_id: Known("a-year-ago", "other words", 1, same_source, retired)}
    outcome = decide(replace(after(scene([]), decide(scene([])), [edit]), known=known))
    assert {each.state for each in outcome.routings} == states
    assert len(outcome.deliveries) == messages


def test_two_entries_on_one_known_article_are_two_editions() -> None:
    ids = CountingIds()
    where = scene([TALKS])
    first = decide(where, ids=ids)
    edits = [replace(TALKS, text="Read more."), replace(TALKS_TOO, text="Dixon Technologies India Ltd said so.")]
    known = {edit.entry_id: Known(first.articles[0].id, "other words", 1) for edit in edits}
    second = decide(replace(after(where, first, edits), known=known), first.alerts, ids)
    keys = [(v.article_id, v.revision, v.watchlist, v.company) for v in second.verdicts]
    assert len(keys) == len(set(keys)) > 0
    assert [article.revision for article in second.articles] == [3]


def test_what_a_channel_has_heard_stays_heard() -> None:
    """An edition two days later is old news, and no reason to deny the message of then."""
    ids = CountingIds()
    where = scene([replace(TALKS, published=START)])
    first = decide(where, ids=ids)
    edited = replace(TALKS, published=START, text=TALKS.text + " Dixon Technologies India Ltd is to join, it said.")
    late = replace(after(where, first, [edited]), now=START + timedelta(hours=49))
    second = decide(late, first.alerts, ids)
    assert [verdict.company for verdict in second.verdicts] == ["Dixon Technologies"]
    assert (second.routings, second.deliveries) == ((), ())


def test_growth_of_an_alert_whose_message_is_a_dead_letter_is_said_in_a_new_one() -> None:
    ids = CountingIds()
    where = scene([TALKS])
    first = decide(where, ids=ids)
    lost = [replace(alert, lost=True) for alert in first.alerts]
    second = decide(after(where, first, [TALKS_TOO]), lost, ids)
    assert [(d.kind, d.alert_ids) for d in second.deliveries] == [("post", (first.alerts[0].id,))]
    assert companies_of(second.deliveries[0]) == [
        "Lava International",
        "Dixon Technologies",
    ]


@pytest.mark.parametrize(("entry", "kinds"), [(TALKS_TOO, ["reply"]), (TALKS_ON, [])])
def test_a_deleted_message_is_not_edited_and_a_new_name_is_said(entry: Extract, kinds: list[str]) -> None:
    ids = CountingIds()
    where = scene([TALKS])
    first = decide(where, ids=ids)
    deleted = [replace(alert, gone=True) for alert in first.alerts]
    second = decide(after(where, first, [entry]), deleted, ids)
    assert [delivery.kind for delivery in second.deliveries] == kinds
    assert [(each.gone, each.card.articles) for each in second.alerts] == [(True, 2)]


def test_equal_titles_in_one_listing_are_different_articles() -> None:
    outcome = decide(scene([TALKS, TALKS_TOO]))
    assert len(outcome.articles) == 2


def test_one_address_twice_in_a_poll_is_one_article() -> None:
    outcome = decide(scene([TALKS, replace(TALKS, entry_id="again")]))
    assert len(outcome.articles) == 1
    assert [seen.article_id for seen in outcome.seen] == [outcome.articles[0].id] * 2
    assert outcome.alerts[0].card.articles == 1


@pytest.mark.parametrize(
    ("first_poll", "polled_before", "posts"),
    [("record", False, 0), ("record", True, 2), ("alert", False, 2), ("last: 1", False, 1), ("last: 0", False, 0)],
)
def test_the_first_poll_follows_its_rule(first_poll: str, polled_before: bool, posts: int) -> None:
    newer = replace(CHIP, published=START - timedelta(hours=1))
    older = replace(TALKS, published=START - timedelta(hours=2))
    outcome = decide(scene([older, newer], first_poll=first_poll, polled_before=polled_before))
    assert len(outcome.deliveries) == posts
    assert len(outcome.routings) == 2
    assert sum(routing.state == "old" for routing in outcome.routings) == 2 - posts
    if first_poll == "last: 1":
        assert named(outcome) == [["MediaTek", "Denso"]]


@pytest.mark.parametrize(
    ("published", "state"),
    [
        (None, "alerted"),
        (START - timedelta(hours=47), "alerted"),
        (START - timedelta(hours=49), "old"),
        (datetime(2099, 1, 1, tzinfo=UTC), "alerted"),
    ],
)
def test_nothing_old_is_posted_and_a_date_in_the_future_counts_as_now(published: datetime | None, state: str) -> None:
    outcome = decide(scene([replace(TALKS, published=published)]))
    assert [routing.state for routing in outcome.routings] == [state]
    assert outcome.articles[0].published in (published, START)


def test_a_company_named_in_passing_is_left_out_where_the_list_says_so_and_the_ledger_says_why() -> None:
    quiet = replace(PHONES, passing="off")
    text = "The central bank kept its rate. " * 40 + "Makers such as Lava International Ltd, it said, may borrow more."
    outcome = decide(scene([Extract("bank", "", "Central bank keeps its rate", text, "en")], [quiet]))
    assert [(v.matched, v.subject) for v in outcome.verdicts] == [(True, "passing")]
    assert outcome.deliveries == ()
    assert [(r.state, "passing" in r.note) for r in outcome.routings] == [("muted", True)]


def test_each_channel_has_its_own_alert_of_a_story_and_one_line_a_company() -> None:
    one = watchlist("one", PHONES.companies, "slack:#a", "slack:#b")
    two = watchlist("two", PHONES.companies, "slack:#b")
    outcome = decide(scene([TALKS], [one, two], live=frozenset({"slack"})))
    channels = {
        str(alert.channel): [(line.company, line.watchlist) for line in alert.card.companies]
        for alert in outcome.alerts
    }
    assert channels == {"slack:#a": [("Lava International", "one")], "slack:#b": [("Lava International", "one")]}
    assert len(outcome.verdicts) == 2
    assert len({alert.story_id for alert in outcome.alerts}) == 1


def test_a_list_that_wants_every_article_by_itself_gets_them() -> None:
    outcome = decide(scene([TALKS, TALKS_TOO], [replace(PHONES, stories="off")]))
    assert len(outcome.alerts) == len(outcome.deliveries) == 2


def test_the_health_of_the_source_is_part_of_the_outcome() -> None:
    state = decide(scene([WEATHER])).state
    assert (state.last_success, state.failures) == (START, 0)
    assert state.next_poll is not None
    assert timedelta(minutes=5) <= state.next_poll - START < timedelta(minutes=15)
    assert state.notes == ("one note",)


EXTRACTS = st.lists(
    st.builds(
        Extract,
        st.sampled_from(["a", "b", "c", "d", "e"]),
        st.sampled_from(["", "https://x.example/1", "https://x.example/2"]),
        st.sampled_from(["Lava International says so", "MediaTek and Denso", "Rain", ""]),
        st.sampled_from([TALKS.text, TALKS_TOO.text, CHIP.text, "Rain.", ""]),
        published=st.none() | st.datetimes(datetime(2026, 11, 1), datetime(2026, 11, 30), timezones=st.just(UTC)),  # noqa: DTZ001
    ),
    max_size=5,
    unique_by=lambda extract: extract.entry_id,
)
LISTS = st.lists(st.sampled_from([PHONES, CHIPS, replace(PHONES, key="p2", passing="off")]), unique=True)


@given(EXTRACTS, LISTS, st.sampled_from(["record", "alert", "last: 2"]), st.booleans())
def test_the_ledger_adds_up(extracts: list[Extract], lists: list[Watchlist], first_poll: str, before: bool) -> None:
    """One verdict a candidate, one routing an (article, channel) that could have heard, one alert a post."""
    outcome = decide(scene(extracts, lists, first_poll=first_poll, polled_before=before))
    keys = [(v.article_id, v.revision, v.watchlist, v.company) for v in outcome.verdicts]
    assert len(keys) == len(set(keys))
    matched = {v.article_id for v in outcome.verdicts if v.matched}
    routed = [(r.article_id, r.channel) for r in outcome.routings]
    assert len(routed) == len(set(routed))
    assert {article_id for article_id, _ in routed} == matched == {m.article_id for m in outcome.members}
    heard = [r for r in outcome.routings if r.state in ("alerted", "joined")]
    assert {r.alert_id for r in heard} == {a.id for a in outcome.alerts}
    assert sum(r.state == "alerted" for r in heard) == len(outcome.alerts) == len(outcome.deliveries)
    assert all(1 <= a.card.articles <= sum(r.alert_id == a.id for r in heard) for a in outcome.alerts)
    assert {seen.article_id for seen in outcome.seen} == {article.id for article in outcome.articles}
