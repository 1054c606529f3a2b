"""`/healthz`, `/readyz`, `/metrics` on a real port: what they say, when, and what they never say."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.errors import StoreUnavailable
from bot.jobs import Schedule
from bot.model.alert import Receipt, Settlement
from bot.model.source import SourceState
from bot.model.upkeep import NOWHERE, Backlog
from bot.operations.canary import MISSING, Canary
from bot.site import EVERYWHERE, Site, parse_address, site_at
from bot.station import Station, Watched
from bot.store import MemoryStore
from tests.builders import delivery, source
from tests.fakes import START, CountingIds, ManualClock, ScriptedPlatform
from tests.store.builders import SLACK, at, owe


class Deaf(ScriptedPlatform):
    """A chat that is not connected yet."""

    hears = False

    @property
    def listens(self) -> bool:
        return self.hears


class Away(MemoryStore):
    """A store that does not answer."""

    async def backlog(self) -> Backlog:
        raise StoreUnavailable("locked")


def watched(store: MemoryStore, **platforms: ScriptedPlatform) -> Watched:
    canary = Canary(store, ManualClock(), CountingIds(), to=NOWHERE, every=None)
    one = source("Secret Supplier")
    state = SourceState(one.key, next_poll=at(seconds=-90), last_poll=START, last_success=START)
    return Watched(store, canary, platforms, lambda: (one,), lambda _: state, lambda: 3, lambda: 1)


@asynccontextmanager
async def shown(station: Station, site: Site) -> AsyncIterator["Visitor"]:
    async with station, aiohttp.ClientSession(f"http://127.0.0.1:{site.port}") as session:
        yield Visitor(session)


def _later(time: Callable[[], float]) -> float:
    return time() + 31


class Visitor:
    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def asks(self, path: str, method: str = "GET") -> tuple[int, str]:
        async with self._session.request(method, path) as answer:
            return answer.status, await answer.text()


async def test_ready_once_the_store_is_open_the_schedule_ticks_and_every_chat_is_connected() -> None:
    site, clock, chat = site_at(0, "127.0.0.1"), ManualClock(), Deaf(name="slack")
    station = Station(clock, site)
    async with shown(station, site) as visitor:
        answers = [await visitor.asks("/readyz")]
        station.look_at(watched(MemoryStore(), slack=chat))
        answers.append(await visitor.asks("/readyz"))
        station.serves(Schedule((), clock))
        answers.append(await visitor.asks("/readyz"))
        chat.hears = True
        answers.append(await visitor.asks("/readyz"))
        station.stops()
        answers.append(await visitor.asks("/readyz"))
    assert answers == [
        (503, "the store is being opened and the lists are being loaded\n"),
        (503, "not polling yet, or being stopped\n"),
        (503, "slack is not connected\n"),
        (200, "ok\n"),
        (503, "not polling yet, or being stopped\n"),
    ]


async def test_healthy_while_the_schedule_ticks() -> None:
    site = site_at(0, "127.0.0.1")
    station = Station(ManualClock(), site)
    async with shown(station, site) as visitor:
        assert await visitor.asks("/healthz") == (200, "ok\n")
        station.pulse.tick()
        station.pulse._time = partial(_later, station.pulse._time)
        status, text = await visitor.asks("/healthz")
    assert (status, text) == (503, "the schedule has not ticked for 31 s\n")


async def test_a_loop_that_was_held_shows() -> None:
    site = site_at(0, "127.0.0.1")
    station = Station(ManualClock(), site)
    async with shown(station, site) as visitor:
        await asyncio.sleep(0)
        station.pulse.note(3.5)
        assert "namewatch_loop_gap_seconds 3.5" in (await visitor.asks("/metrics"))[1]


FIGURES = """\
namewatch_polls_total{outcome="read"} 1.0
namewatch_articles_total 5.0
namewatch_mentions_total{verdict="matched"} 2.0
namewatch_ledger_total{state="alerted"} 1.0
namewatch_deliveries_total{kind="post",outcome="sent",platform="slack"} 2.0
namewatch_deliveries_total{kind="post",outcome="later",platform="slack"} 1.0
namewatch_possible_repeats_total 1.0
namewatch_alert_lag_seconds_sum 240.0
namewatch_waits_total{platform="slack"} 1.0
namewatch_wait_seconds_total{platform="slack"} 30.0
namewatch_retired_total{what="texts"} 7.0
namewatch_queue{state="pending"} 1.0
namewatch_queue{state="sending"} 1.0
namewatch_queue_oldest_seconds 120.0
namewatch_poll_lag_seconds 90.0
namewatch_lists 3.0
namewatch_list_errors 1.0
namewatch_store_up 1.0
namewatch_canary_enabled 0.0
"""


async def test_the_figures_are_those_of_the_rooms_and_name_nobody() -> None:
    store, clock, site = MemoryStore(), ManualClock(), site_at(0, "127.0.0.1")
    station = Station(clock, site)
    await owe(store, delivery("d1", SLACK, at=at(minutes=-2)), delivery("d2", SLACK))
    one, two = await store.claim("one", START, at(minutes=1), 1), delivery("n", NOWHERE)
    sent = Settlement("d1", "one", 1, "sent", START, Receipt("m"))
    station.metrics.settled(replace(one[0], doubtful=True), sent)  # looked for in vain, or found
    station.metrics.settled(one[0], replace(sent, receipt=Receipt("m", marked=True)))
    station.metrics.settled(one[0], Settlement("d1", "one", 1, "pending", START, not_before=at(seconds=30)))
    station.metrics.settled(two, sent)
    station.metrics.polled("read", 0.2, 5, {"matched": 2, "rejected": 3, "alerted": 1})
    station.metrics.retired({"texts": 7})
    async with shown(station, site) as visitor:
        station.look_at(watched(store))
        status, text = await visitor.asks("/metrics")
    assert status == 200
    assert [line for line in FIGURES.splitlines() if line not in text.splitlines()] == []
    assert not any(word in text for word in ("Secret", "supplier", "T0AB", "C0123", "Lava", "nowhere"))


async def test_a_source_that_somebody_has_paused_is_neither_late_nor_makes_polls_late() -> None:
    store, site = MemoryStore(), site_at(0, "127.0.0.1")
    station, seen = Station(ManualClock(), site), watched(store)
    async with shown(station, site) as visitor:
        station.look_at(replace(seen, paused=lambda: {each.key for each in seen.sources()}))
        _, text = await visitor.asks("/metrics")
    assert "namewatch_poll_lag_seconds 0.0" in text
    assert 'namewatch_sources{condition="paused"} 1.0' in text
    assert 'namewatch_sources{condition="fine"} 0.0' in text


async def test_a_store_that_does_not_answer_is_a_figure_and_no_error() -> None:
    site = site_at(0, "127.0.0.1")
    station = Station(ManualClock(), site)
    async with shown(station, site) as visitor:
        station.look_at(watched(Away()))
        status, text = await visitor.asks("/metrics")
    assert (status, "namewatch_store_up 0.0" in text) == (200, True)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "/metrics", 405), ("GET", "/", 404), ("GET", "/metrics/", 404), ("HEAD", "/healthz", 200)],
)
async def test_what_is_not_shown_is_said(method: str, path: str, status: int) -> None:
    site = site_at(0, "127.0.0.1")
    async with shown(Station(ManualClock(), site), site) as visitor:
        assert (await visitor.asks(path, method))[0] == status


async def test_a_port_that_is_taken_is_one_line_and_the_bot_goes_on() -> None:
    with socket.socket() as taken, capture_logs() as logs:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        async with Station(ManualClock(), site_at(taken.getsockname()[1], "127.0.0.1")):
            pass
    said = "(address already in use): set NAMEWATCH_PORT to a free one"
    assert [(each["event"], each["reason"].endswith(said)) for each in logs] == [
        ("health and metrics are not shown", True)
    ]


async def test_two_who_show_pages_at_one_port_share_it() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    site = site_at(port, "127.0.0.1")
    assert site_at(port, "127.0.0.1") is site
    async with shown(Station(ManualClock(), site), site) as visitor:

        async def events(_: aiohttp.web.Request) -> aiohttp.web.StreamResponse:
            return aiohttp.web.Response(text="heard")

        assert await site.show("POST", "/slack/events", events) is False
        assert await visitor.asks("/slack/events", "POST") == (200, "heard")
        assert (await visitor.asks("/healthz"))[0] == 200
        await site.take_down("POST", "/slack/events")
        assert (await visitor.asks("/slack/events", "POST"))[0] == 404
        assert site.is_open
    assert not site.is_open


@pytest.mark.parametrize(
    ("text", "address"),
    [("9464", (EVERYWHERE, 9464)), (" 127.0.0.1:80 ", ("127.0.0.1", 80)), ("[::1]:80", ("::1", 80))],
)
def test_an_address_is_read(text: str, address: tuple[str, int]) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize("text", ["", "soon", "0", "65536", "-1", "host:", "٣"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no port"):
        parse_address(text)


@pytest.mark.parametrize("posts", [True, False])
async def test_a_bot_that_delivers_nothing_has_no_canary_that_could_be_missing(posts: bool) -> None:
    site, clock, store = site_at(0, "127.0.0.1"), ManualClock(), MemoryStore()
    await store.mark(MISSING, START)
    canary = Canary(store, clock, CountingIds(), to=NOWHERE, every=timedelta(hours=1))
    await canary.open()
    seen = watched(store, **({"slack": ScriptedPlatform(name="slack")} if posts else {}))
    station = Station(clock, site)
    async with shown(station, site) as visitor:
        station.look_at(replace(seen, canary=canary))
        clock.advance(days=1)
        _, text = await visitor.asks("/metrics")
    assert f"namewatch_posting {float(posts)}" in text
    assert f"namewatch_canary_enabled {float(posts)}" in text
    assert f"namewatch_canary_missing {float(posts)}" in text


async def test_what_is_counted_begins_at_nothing() -> None:
    site, chat = site_at(0, "127.0.0.1"), ScriptedPlatform(name="slack")
    station = Station(ManualClock(), site)
    async with shown(station, site) as visitor:
        station.look_at(watched(MemoryStore(), slack=chat))
        _, text = await visitor.asks("/metrics")
    for each in FIGURES.splitlines():
        series = each.partition(" ")[0]
        if "_total" in series:
            assert f"{series} 0.0" in text.splitlines()


async def test_what_waits_in_a_channel_that_is_not_to_be_disturbed_is_not_late() -> None:
    store, site = MemoryStore(), site_at(0, "127.0.0.1")
    await owe(store, delivery("d1", SLACK, at=at(minutes=-20)), delivery("d2", at=at(minutes=-1)))
    station = Station(ManualClock(), site)
    async with shown(station, site) as visitor:
        station.look_at(replace(watched(store), shut=lambda channel: channel == SLACK))
        _, text = await visitor.asks("/metrics")
    assert "namewatch_queue_oldest_seconds 60.0" in text
