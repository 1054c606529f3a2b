"""What is counted while the bot runs, as Prometheus reads it: <https://prometheus.io/docs/instrumenting/exposition_formats/>.

Labels are fixed words of ours: never a company, a list, a source, a channel or a workspace.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import product
from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector

from bot.model.alert import Delivery, DeliveryKind, Settlement
from bot.model.channel import Channel
from bot.model.ledger import RoutingState
from bot.model.upkeep import NOWHERE, RETIRED, Backlog

disable_created_metrics()  # type: ignore[no-untyped-call]  # they double what is scraped, and tell nothing here

CONTENT_TYPE = CONTENT_TYPE_LATEST
_POLL_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_LAG_SECONDS = (0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3600, 21600)


POLLED = ("read", "failed")
JUDGED = ("matched", "rejected")
ATTEMPTED = ("sent", "later", "parked", "dead", "gone")


class Metrics:
    """Counters, gauges and histograms of one process, in a registry of their own."""

    def __init__(self, version: str, started: datetime) -> None:
        """`started`: when the process did."""
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        GCCollector(registry=self._registry)
        self._count()
        self._time()
        self._measure()
        gauge = self._gauge
        gauge("build_info", "1; the label is the version.", "version").labels(version).set(1)
        gauge("started_timestamp_seconds", "When the process started.").set(started.timestamp())

    def _count(self) -> None:
        counter = self._counter
        self._polls = _from_zero(counter("polls", "Polls that ended.", "outcome"), POLLED)
        self._articles = counter("articles", "Articles, or editions of them, that polls brought.")
        self._mentions = _from_zero(counter("mentions", "Verdicts: a list's company in an article.", "verdict"), JUDGED)
        self._routings = _from_zero(
            counter("ledger", "What became of an article in a channel.", "state"), get_args(RoutingState)
        )
        self._deliveries = counter("deliveries", "Attempts to deliver a message.", "platform", "kind", "outcome")
        self._repeats = counter("possible_repeats", "Messages that say that they may be a repeat.")
        self._waits = counter("waits", "Attempts put off, as the platform asked or because it failed.", "platform")
        self._wait_seconds = counter("wait_seconds", "How long they were put off for, together.", "platform")
        self._retired = _from_zero(counter("retired", "What was not kept any longer.", "what"), RETIRED)

    def _time(self) -> None:
        self._poll_seconds = self._histogram("poll_seconds", "How long a poll took.", _POLL_SECONDS)
        self._lag = self._histogram("alert_lag_seconds", "From a message being owed to its arrival.", _LAG_SECONDS)

    def _measure(self) -> None:
        gauge = self._gauge
        self._posting = gauge("posting", "1 while messages are delivered; 0 with run --no-post.")
        self._queue = gauge("queue", "Deliveries by state.", "state")
        self._oldest = gauge("queue_oldest_seconds", "How long the oldest message has waited that may go now.")
        self._held = gauge("held_articles", "Articles that wait for a digest.")
        self._last_sent = gauge("last_alert_timestamp_seconds", "When the last message arrived; 0: none did.")
        self._sources = gauge("sources", "Sources by how they fare.", "condition")
        self._poll_lag = gauge("poll_lag_seconds", "How long the source that is due the longest has been due.")
        self._lists = gauge("lists", "Lists in force.")
        self._findings = gauge("list_errors", "Errors in watchlist files.")
        self._loop_gap = gauge("loop_gap_seconds", "The longest that the event loop was held in the last minute.")
        self._tick_age = gauge("tick_age_seconds", "Since the schedule last looked what is due.")
        self._store_up = gauge("store_up", "1 while the store answers.")
        self._store_bytes = gauge("store_bytes", "Bytes of the store.")
        self._disk_free = gauge("disk_free_bytes", "Bytes free on the disk of a SQLite store.")
        self._canary_on = gauge("canary_enabled", "1 while canaries are sent.")
        self._canary_rhythm = gauge("canary_rhythm_seconds", "The time between two canaries.")
        self._canary_age = gauge("canary_age_seconds", "Since a canary last arrived, or since the start.")
        self._canary_missing = gauge("canary_missing", "1 while the last canary has not arrived in time.")
        self._canary_trip = gauge("canary_trip_seconds", "How long the last canary took.")

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(f"namewatch_{name}", what, labels, registry=self._registry)

    def _gauge(self, name: str, what: str, *labels: str) -> Gauge:
        return Gauge(f"namewatch_{name}", what, labels, registry=self._registry)

    def _histogram(self, name: str, what: str, buckets: Sequence[float]) -> Histogram:
        return Histogram(f"namewatch_{name}", what, buckets=buckets, registry=self._registry)

    def delivers_to(self, platforms: Iterable[str]) -> None:
        """Messages go to these platforms: what is counted of them begins at 0, so that no first one is missed.

        Without any, nothing is delivered.
        """
        names = tuple(platforms)
        self._posting.set(bool(names))
        _from_zero(self._deliveries, names, get_args(DeliveryKind), ATTEMPTED)
        _from_zero(self._waits, names)
        _from_zero(self._wait_seconds, names)

    def polled(self, outcome: str, seconds: float, articles: int, ledger: Mapping[str, int]) -> None:
        """A poll ended. `ledger` counts `matched` and `rejected` verdicts and routings by state."""
        self._polls.labels(outcome).inc()
        self._poll_seconds.observe(seconds)
        self._articles.inc(articles)
        for word, count in ledger.items():
            family = self._mentions if word in JUDGED else self._routings
            family.labels(word).inc(count)

    def settled(self, delivery: Delivery, settlement: Settlement) -> None:
        """An attempt to deliver ended; what goes nowhere is no delivery."""
        outcome = "later" if settlement.state == "pending" else settlement.state
        platform = delivery.channel.platform
        if delivery.channel == NOWHERE:
            return
        self._deliveries.labels(platform, delivery.kind, outcome).inc()
        if outcome == "sent":
            self._lag.observe(max(0.0, (settlement.at - delivery.created).total_seconds()))
            self._repeats.inc(settlement.receipt is not None and settlement.receipt.marked)
        if settlement.not_before is not None:
            self._waits.labels(platform).inc()
            self._wait_seconds.labels(platform).inc(max(0.0, (settlement.not_before - settlement.at).total_seconds()))

    def retired(self, counts: Mapping[str, int]) -> None:
        """Something was not kept any longer."""
        for what, count in counts.items():
            self._retired.labels(what).inc(count)

    def stands(self, backlog: Backlog | None, now: datetime, shut: Callable[[Channel], bool] = lambda _: False) -> None:
        """How delivery stands; None where the store does not answer: its last figures stay.

        `shut` tells which channels are not to be disturbed: what waits there is not late.
        """
        self._store_up.set(backlog is not None)
        if backlog is None:
            return
        for state in ("pending", "sending", "parked", "dead"):
            self._queue.labels(state).set(getattr(backlog, state))
        self._held.set(backlog.held)
        oldest = backlog.oldest(shut)
        self._oldest.set(max(0.0, (now - oldest).total_seconds()) if oldest else 0)
        self._last_sent.set(backlog.last_sent.timestamp() if backlog.last_sent else 0)

    def watches(self, conditions: Mapping[str, int], *, lists: int, errors: int, lag: float) -> None:
        """How the sources and lists stand; `lag` is that of the source that is due the longest."""
        for condition, count in conditions.items():
            self._sources.labels(condition).set(count)
        self._lists.set(lists)
        self._findings.set(errors)
        self._poll_lag.set(lag)

    def pulse(self, *, loop_gap: float, tick_age: float) -> None:
        """How the loop and the schedule stand, in seconds."""
        self._loop_gap.set(loop_gap)
        self._tick_age.set(tick_age)

    def takes(self, store_bytes: int, disk_free: int | None) -> None:
        """How much room there is; None where the store has no disk of ours."""
        self._store_bytes.set(store_bytes)
        if disk_free is not None:
            self._disk_free.set(disk_free)

    def canary(self, *, rhythm: float, age: float, missing: bool, trip: float) -> None:
        """How the canary fares, where canaries are sent."""
        self._canary_on.set(1)
        self._canary_rhythm.set(rhythm)
        self._canary_age.set(age)
        self._canary_missing.set(missing)
        self._canary_trip.set(trip)

    def text(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self._registry)


def _from_zero(family: Counter, *words: Iterable[str]) -> Counter:
    """The family with every combination of these labels at 0: `increase` sees no jump to 1 in one that begins there."""
    for labels in product(*words):
        family.labels(*labels)
    return family
