"""One poll around its decision: health, back-off, what is noted when, and that nothing is decided twice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.errors import BadStatus, HeldBack, RobotsRefused, SourceError, StoreUnavailable, TimedOut
from bot.extraction import extract
from bot.intake import Intake
from bot.matching import LONGEST_TEXT
from bot.model.alert import PollOutcome
from bot.model.article import Extracted
from bot.model.source import Cursor, Entry, Fetched, Source, SourceState
from bot.model.watchlist import Watchlist
from bot.protocols import Fetcher
from bot.store import MemoryStore
from tests.builders import company, source, watchlist
from tests.fakes import START, CountingIds, ManualClock

LISTS = [watchlist("phones", [company("Lava International"), company("Dixon Technologies")])]
TALKS = Entry("1", "https://focus.example/1", "Lava International in talks", "Lava International Ltd is in talks.")
RAIN = Entry("2", "https://focus.example/2", "Rain on the coast", "Rain is expected.")


class ScriptedReader:
    """A source that lists, or fails, as it is told; the last item of the script stays."""

    def __init__(self, *script: Fetched | Exception) -> None:
        self.script = list(script)
        self.cursors: list[Cursor] = []

    async def __call__(self, source: Source, cursor: Cursor, fetcher: Fetcher) -> Fetched:
        del source, fetcher
        self.cursors.append(cursor)
        item = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(item, Exception):
            raise item
        return item


class NoFetcher:
    async def get(self, url: str, **options: object) -> None:
        raise AssertionError(url, options)


async def extract_all(source: Source, before: SourceState, entries: Sequence[Entry]) -> Extracted:
    del source, before
    return Extracted(tuple(each for entry in entries for each in extract(entry)))


async def intake(
    reader: ScriptedReader,
    store: MemoryStore,
    clock: ManualClock,
    lists: Sequence[Watchlist] = LISTS,
    first_id: int = 0,
) -> Intake:
    made = Intake(
        store,
        NoFetcher(),  # type: ignore[arg-type]
        {"feed": reader},
        extract_all,
        clock,
        CountingIds(first_id),
        lists=lambda: lists,
        live=frozenset(),
        age_limit=timedelta(hours=48),
    )
    await made.open()
    return made


async def test_a_poll_says_what_it_brought_and_keeps_the_cursor() -> None:
    store, clock = MemoryStore(), ManualClock()
    reader = ScriptedReader(Fetched((TALKS, RAIN), Cursor("etag")), Fetched(cursor=Cursor("etag"), unchanged=True))
    polls = await intake(reader, store, clock)
    polled = await polls.poll(source())
    assert (polled.articles, polled.named, polled.owed, polled.error) == (2, 1, 1, "")
    await polls.poll(source())
    assert reader.cursors == [Cursor(), Cursor("etag")]


async def test_what_was_decided_is_not_decided_again_not_even_after_a_restart() -> None:
    store, clock = MemoryStore(), ManualClock()
    reader = ScriptedReader(Fetched((TALKS, RAIN)))
    assert (await (await intake(reader, store, clock)).poll(source())).owed == 1
    again = await (await intake(reader, store, clock, first_id=1000)).poll(source())
    assert (again.articles, again.owed) == (0, 0)
    assert (await store.table_counts())["alerts"] == 1


async def test_what_stands_as_it_did_is_not_read_again_and_what_changed_is() -> None:
    store, clock = MemoryStore(), ManualClock()
    edited = replace(RAIN, body="Rain is expected at Dixon Technologies Ltd in Noida.")
    listings = [(TALKS, RAIN), (RAIN, TALKS), (TALKS, edited)]
    polls = await intake(ScriptedReader(*(Fetched(each, Cursor(str(len(each)))) for each in listings)), store, clock)
    read: list[str] = []

    async def noting(source: Source, before: SourceState, entries: Sequence[Entry]) -> Extracted:
        read.append("".join(entry.id for entry in entries))
        return await extract_all(source, before, entries)

    polls._extract = noting
    assert [(await polls.poll(source())).named for _ in listings] == [1, 0, 1]
    assert read == ["12", "", "2"]
    assert polls.state(source()).learnt.listed == 2


async def test_a_listing_that_could_not_be_kept_is_read_again() -> None:
    store, clock = MemoryStore(), ManualClock()
    polls = await intake(ScriptedReader(Fetched((TALKS, RAIN))), store, clock)
    commit = store.commit

    async def full(*outcomes: PollOutcome) -> int:
        raise StoreUnavailable(f"the disk is full: {len(outcomes)}")

    store.commit = full  # type: ignore[method-assign]
    with pytest.raises(StoreUnavailable):
        await polls.poll(source())
    store.commit = commit  # type: ignore[method-assign]
    assert (await polls.poll(source())).articles == 2


async def test_a_story_goes_on_after_a_restart() -> None:
    store, clock = MemoryStore(), ManualClock()
    await (await intake(ScriptedReader(Fetched((TALKS,))), store, clock)).poll(source())
    clock.advance(hours=1)
    again = Entry(
        "w", "https://wire.example/1", TALKS.title, "Lava International Ltd and Dixon Technologies are in talks."
    )
    polled = await (await intake(ScriptedReader(Fetched((again,))), store, clock, first_id=1000)).poll(source("Wire"))
    assert polled.owed == 2
    assert (await store.table_counts())["alerts"] == 1


async def test_two_processes_decide_on_one_story_index() -> None:
    """The index of one is rebuilt when the other has committed."""
    store, clock = MemoryStore(), ManualClock()
    other = Entry("w", "https://wire.example/1", TALKS.title, TALKS.body)
    one = await intake(ScriptedReader(Fetched((TALKS,))), store, clock)
    two = await intake(ScriptedReader(Fetched((other,))), store, clock, first_id=1000)
    await one.poll(source())
    await two.poll(source("Wire"))
    assert (await store.table_counts())["alerts"] == 1


async def test_a_source_that_fails_backs_off_is_told_once_and_recovers() -> None:
    store, clock = MemoryStore(), ManualClock()
    down = TimedOut("the server is too slow", cause="inside")
    reader = ScriptedReader(down, down, SourceError("no feed"), Fetched((TALKS,)))
    polls = await intake(reader, store, clock)
    told, waits = [], []
    for _ in range(3):
        polled = await polls.poll(source())
        told.append((polled.error, polled.again))
        state = polls.state(source())
        assert state.next_poll is not None
        waits.append(state.next_poll - clock.now())
        clock.advance(minutes=5)
    assert told == [("the server is too slow", False), ("the server is too slow", True), ("no feed", False)]
    assert timedelta(minutes=5) <= waits[0] < waits[1] < waits[2] <= timedelta(hours=2)
    assert polls.state(source()).failures == 3
    assert (await polls.poll(source())).error == ""
    assert (polls.state(source()).failures, polls.state(source()).error) == (0, "")


async def test_retry_after_of_a_source_is_respected() -> None:
    store, clock = MemoryStore(), ManualClock()
    polls = await intake(ScriptedReader(SourceError("busy", retry_after=86_000)), store, clock)
    await polls.poll(source())
    assert polls.state(source()).next_poll == START + timedelta(seconds=86_000)


async def test_who_asked_for_a_pause_is_left_alone_by_a_start_too_and_who_only_failed_is_not() -> None:
    store, clock = MemoryStore(), ManualClock()
    reader = ScriptedReader(SourceError("busy", retry_after=3_600), SourceError("broken"))
    polls = await intake(reader, store, clock)
    await polls.poll(source())
    await polls.flush()
    again = await intake(reader, store, clock)
    left = again.left_alone(source(), clock.now())
    assert left is not None
    assert left.error.startswith("left alone until ")
    clock.advance(hours=1, minutes=5)
    assert again.left_alone(source(), clock.now()) is None
    await again.poll(source())
    assert again.left_alone(source(), clock.now()) is None


async def test_once_a_day_a_source_is_asked_as_if_nothing_were_known() -> None:
    store, clock = MemoryStore(), ManualClock()
    cursor = Cursor('"7"', "Fri, 20 Nov 2026 08:00:00 GMT", "hash")
    reader = ScriptedReader(Fetched((RAIN,), cursor), Fetched(cursor=cursor, unchanged=True))
    polls = await intake(reader, store, clock)
    for hours in (0, 1, 22, 1, 1, 23):
        clock.advance(hours=hours)
        await polls.poll(source())
    bare = Cursor(body_hash="hash")
    assert reader.cursors == [Cursor(), cursor, cursor, bare, cursor, bare]


async def test_a_source_that_was_not_asked_has_not_failed() -> None:
    store, clock = MemoryStore(), ManualClock()
    reader = ScriptedReader(HeldBack("acme.example asked for a pause", retry_after=1_900), Fetched((RAIN,)))
    polls = await intake(reader, store, clock)
    held = await polls.poll(source())
    state = polls.state(source())
    assert (held.error, held.again) == ("acme.example asked for a pause", True)
    assert (state.failures, state.error, state.learnt.failing_since) == (0, "acme.example asked for a pause", None)
    assert state.next_poll == START + timedelta(seconds=1_900)
    clock.advance(seconds=1_900)
    polled = await polls.poll(source())
    assert (polled.recovered, polls.state(source()).error) == (False, "")


async def test_what_robots_txt_forbids_is_asked_again_after_a_day() -> None:
    store, clock = MemoryStore(), ManualClock()
    polls = await intake(ScriptedReader(RobotsRefused("not allowed", retry_after=86_400)), store, clock)
    polled = await polls.poll(source())
    assert polled.next_poll == START + timedelta(days=1)
    assert polls.due([source()], START + timedelta(hours=23)) == ()
    assert polls.due([source()], START + timedelta(hours=24)) == (source(),)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("asked", [None, 30.0, 7_200.0])
async def test_a_busy_server_is_left_alone_for_longer_and_longer_and_as_long_as_it_says(
    status: int, asked: float | None
) -> None:
    store, clock = MemoryStore(), ManualClock()
    polls = await intake(ScriptedReader(BadStatus(status, retry_after=asked)), store, clock)
    waits = []
    for _ in range(6):
        polled = await polls.poll(source())
        assert polled.next_poll is not None
        waits.append(polled.next_poll - clock.now())
        clock.advance(seconds=waits[-1].total_seconds())
    assert all(wait >= timedelta(seconds=asked or 0) for wait in waits)
    steps = [timedelta(minutes=minutes) for minutes in (10, 20, 40, 80, 120, 120)]
    assert all(wait <= max(step, timedelta(seconds=asked or 0)) for wait, step in zip(waits, steps, strict=True))
    if not asked or asked < 300:
        assert all(wait >= step / 2 for wait, step in zip(waits, steps, strict=True))
        assert len(set(waits)) == len(waits)


@pytest.mark.parametrize(("advance", "due"), [(0, False), (299, False), (900, True)])
async def test_a_source_is_due_at_once_and_then_by_its_rhythm(advance: int, due: bool) -> None:
    """Ten minutes at first, moved by half at most to the source's own phase of them."""
    store, clock = MemoryStore(), ManualClock()
    polls = await intake(ScriptedReader(Fetched((RAIN,))), store, clock)
    assert polls.due([source()], clock.now()) == (source(),)
    await polls.poll(source())
    clock.advance(seconds=advance)
    assert polls.due([source()], clock.now()) == ((source(),) if due else ())


async def test_quiet_polls_are_written_in_a_batch() -> None:
    store, clock = MemoryStore(), ManualClock()
    polls = await intake(ScriptedReader(Fetched(unchanged=True)), store, clock)
    await polls.poll(source("One"))
    await polls.poll(source("Two"))
    assert await store.source_states() == {}
    await polls.flush()
    assert {state.last_success for state in (await store.source_states()).values()} == {START}
    assert len(await store.source_states()) == 2


async def test_a_first_poll_that_failed_is_no_first_poll() -> None:
    store, clock = MemoryStore(), ManualClock()
    reader = ScriptedReader(SourceError("down"), Fetched((TALKS,)), Fetched((TALKS, RAIN)))
    polls = await intake(reader, store, clock)
    recorded = source(first_poll="record")
    await polls.poll(recorded)
    assert (await polls.poll(recorded)).owed == 0
    assert (await store.table_counts())["routings"] == 1


async def test_an_overlong_text_is_cut_and_noted() -> None:
    store, clock = MemoryStore(), ManualClock()
    long = Entry("3", "", "A book", "word " * LONGEST_TEXT, "text")
    polls = await intake(ScriptedReader(Fetched((long, RAIN))), store, clock)
    await polls.poll(source())
    assert polls.state(source()).notes == (f"texts cut to {LONGEST_TEXT:,} characters: 1",)
    book, rain = sorted(await store.articles_since(START), key=lambda article: article.title)
    assert book.gap.startswith("cut at 150,000 of ")
    assert rain.gap == ""


async def test_a_changed_list_is_in_force_at_the_next_poll() -> None:
    store, clock = MemoryStore(), ManualClock()
    lists: list[Watchlist] = []
    polls = await intake(ScriptedReader(Fetched((RAIN,)), Fetched((RAIN, TALKS))), store, clock, lists)
    await polls.poll(source())
    lists += LISTS
    assert (await polls.poll(source())).owed == 1


async def test_a_fault_of_ours_with_one_source_backs_off_like_any_other_failure() -> None:
    store, clock = MemoryStore(), ManualClock()
    polls = await intake(ScriptedReader(KeyError("oops")), store, clock)
    with capture_logs() as logs:
        polled = await polls.poll(source())
    assert "fault" in polled.error
    assert [log["event"] for log in logs] == ["fault"]
    assert polls.due([source()], clock.now()) == ()


async def test_where_the_outcome_can_not_be_kept_the_source_is_asked_again_after_a_pause() -> None:
    class Full(MemoryStore):
        full = True

        async def commit(self, *outcomes: PollOutcome) -> int:
            if self.full:
                raise StoreUnavailable("the disk is full")
            return await super().commit(*outcomes)

    store, clock = Full(), ManualClock()
    polls = await intake(ScriptedReader(Fetched((TALKS,))), store, clock)
    with pytest.raises(StoreUnavailable):
        await polls.poll(source())
    assert polls.due([source()], clock.now()) == ()
    store.full = False
    assert polls.due([source()], clock.advance(seconds=30)) == (source(),)
    assert (await polls.poll(source())).owed == 1


async def test_the_first_poll_of_another_process_is_the_first_poll() -> None:
    """What one process recorded the other must not take for its own first poll ten minutes later."""
    store, clock = MemoryStore(), ManualClock()
    recorded = source(first_poll="record")
    one = await intake(ScriptedReader(Fetched((RAIN,))), store, clock)
    two = await intake(ScriptedReader(Fetched((RAIN, TALKS))), store, clock, first_id=1000)
    await one.poll(recorded)
    assert (await two.poll(recorded)).owed == 1


async def test_a_failure_takes_no_success_of_another_process_back() -> None:
    store, clock = MemoryStore(), ManualClock()
    one = await intake(ScriptedReader(Fetched((RAIN,), Cursor("etag"))), store, clock)
    two = await intake(ScriptedReader(SourceError("down")), store, clock, first_id=1000)
    await one.poll(source())
    await two.poll(source())
    await two.flush()
    state = await store.source_state(source().key)
    assert (state.last_success, state.cursor, state.error) == (START, Cursor("etag"), "down")


async def test_a_next_poll_that_a_wrong_clock_wrote_does_not_silence_the_source() -> None:
    store, clock = MemoryStore(), ManualClock()
    clock.advance(days=400)
    polls = await intake(ScriptedReader(Fetched((RAIN,))), store, clock)
    await polls.poll(source())
    assert polls.due([source()], START) == (source(),)
