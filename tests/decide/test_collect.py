"""What a listing teaches; and when a source that lists itself anew brings messages, a digest, or nothing yet."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.decide import Held
from bot.decide.collect import learnt_of
from bot.model.article import Article, Extract, Identity, Known
from bot.model.card import Link, TextCard
from bot.model.channel import CONSOLE, Channel
from bot.model.learnt import Learnt
from bot.model.source import SourceState
from tests.builders import company, watchlist
from tests.decide.test_decide import CHIP, TALKS, WEATHER, decide, scene
from tests.fakes import START

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SLACK = Channel.parse("slack:#a")


def before(learnt: Learnt) -> SourceState:
    return SourceState("feed:https://focus.example/feed", last_success=START - HOUR, learnt=learnt)


@pytest.mark.parametrize(
    ("learnt", "kinds", "states", "held"),
    [
        (Learnt(), {"post": 2}, {"alerted"}, 0),
        (Learnt(anew=1, anew_at=START - 8 * DAY), {"post": 2}, {"alerted"}, 0),
        (Learnt(anew=1, anew_at=START - HOUR), {"digest": 1}, {"alerted"}, 0),
        (Learnt(anew=3, anew_at=START - HOUR, digest_at=START - 2 * HOUR, digests=1), {}, {"held"}, 2),
        (Learnt(anew=9, anew_at=START - HOUR, digest_at=START - DAY, digests=1), {"digest": 1}, {"alerted"}, 0),
        (Learnt(anew=9, anew_at=START - HOUR, digest_at=START - DAY, digests=2), {}, {"held"}, 2),
        (Learnt(anew=9, anew_at=START - HOUR, digest_at=START - 7 * DAY, digests=9), {"digest": 1}, {"alerted"}, 0),
        (Learnt(anew=9, anew_at=START - HOUR, digest_at=START + DAY, digests=1), {"digest": 1}, {"alerted"}, 0),
    ],
    ids=["first", "long ago", "second", "a day", "next day", "two days", "a week", "a clock that went back"],
)
def test_what_a_listing_that_looks_new_brings(
    learnt: Learnt, kinds: dict[str, int], states: set[str], held: int
) -> None:
    outcome = decide(replace(scene([TALKS, CHIP, WEATHER]), before=before(learnt), anew=True))
    assert Counter(each.kind for each in outcome.deliveries) == kinds
    assert {routing.state for routing in outcome.routings} == states
    assert len(outcome.state.learnt.held) == held
    assert len(outcome.articles) == 3


def test_more_than_a_few_at_once_are_a_digest_the_first_time_too() -> None:
    names = ["Talks", "Chip", "Loan", "Chief", "Court", "Store"]
    extracts = [replace(TALKS, entry_id=name, url="", title=f"Lava International {name} {name * 2}") for name in names]
    outcome = decide(replace(scene(extracts, [watchlist("p", [company("Lava International")])]), anew=True))
    assert [each.kind for each in outcome.deliveries] == ["digest"]
    assert len(outcome.alerts) == 0
    assert outcome.state.learnt.digest_at == START


def test_what_was_held_comes_in_the_digest_of_each_channel_that_was_to_hear_it() -> None:
    article = Article("a", "s", Identity("e"), "https://focus.example/old", "Old news", "", START - DAY)
    waiting = (Held(article, ("Lava International",), (CONSOLE, SLACK)),)
    learnt = Learnt(held=("a",), more_held=4, anew=3, anew_at=START - DAY, digest_at=START - 2 * DAY, digests=1)
    outcome = decide(replace(scene([]), before=before(learnt), held=waiting))
    assert {each.channel for each in outcome.deliveries} == {CONSOLE, SLACK}
    for each in outcome.deliveries:
        assert isinstance(each.card, TextCard)
        assert Link("Old news", "https://focus.example/old") in [span for line in each.card.lines for span in line]
        assert each.card.lines[-1] == ("and 4 more: /watch why <words of the article>",)
    assert {(r.article_id, r.channel, r.state) for r in outcome.routings} == {
        ("a", CONSOLE, "alerted"),
        ("a", SLACK, "alerted"),
    }
    assert (outcome.state.learnt.held, outcome.state.learnt.more_held) == ((), 0)


def test_what_was_held_and_is_not_kept_any_more_is_let_go_without_a_digest() -> None:
    outcome = decide(replace(scene([]), before=before(Learnt(held=("a",), more_held=4, anew=3))))
    assert outcome.deliveries == ()
    assert (outcome.state.learnt.held, outcome.state.learnt.more_held) == ((), 0)


def test_what_a_message_of_the_story_says_already_is_not_held() -> None:
    first = decide(scene([TALKS]))
    index = scene([]).stories
    for member in first.members:
        index.add(member)
    learnt = Learnt(anew=3, anew_at=START - HOUR, digest_at=START - HOUR, digests=1)
    again = replace(TALKS, entry_id="other", url="https://focus.example/other")
    where = replace(scene([again]), before=before(learnt), anew=True, stories=index)
    outcome = decide(where, first.alerts)
    assert [(each.state, each.alert_id) for each in outcome.routings] == [("joined", first.alerts[0].id)]
    assert outcome.deliveries == ()
    assert outcome.state.learnt.held == ()


def dated(entry_id: str, hours: float) -> Extract:
    return replace(WEATHER, entry_id=entry_id, published=START - hours * HOUR)


@pytest.mark.parametrize(
    ("polled_before", "known", "arrivals", "pace"),
    [
        (False, {}, 0, 12),
        (False, {"a": Known("x", "", same_source=False), "b": Known("y", "", same_source=False)}, 0, 12),
        (True, {}, 1, 51),
        (True, {"a": Known("x", "", same_source=False)}, 1, 51),
        (True, {"a": Known("x", "")}, 1, 50),
        (True, {each: Known(each, "") for each in "abc"}, 0, None),
    ],
    ids=["first", "first, of two feeds of one site", "all new", "new here", "some", "none"],
)
def test_the_rhythm_is_learnt_from_what_is_new_to_this_source(
    polled_before: bool, known: dict[str, Known], arrivals: int, pace: float | None
) -> None:
    extracts = [dated("a", 1), dated("b", 3), dated("c", 2)]
    learnt = learnt_of(replace(scene(extracts, polled_before=polled_before), known=known))
    assert (learnt.arrivals, learnt.listed) == (arrivals, 3)
    assert learnt.pace is None if pace is None else learnt.pace == pytest.approx(pace, abs=0.5)
