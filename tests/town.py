"""A bot without sockets: polls of what a test says, one channel in Slack, digests and the outbox, under one clock."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import cast

from bot.digests import Digests
from bot.intake import Intake
from bot.model.alert import Process
from bot.model.card import AlertCard, Span, TextCard, When
from bot.model.channel import Channel
from bot.model.company import Passing
from bot.model.ledger import Routing
from bot.model.mute import Mute, Scope
from bot.model.source import Cursor, Entry, Fetched, Source
from bot.model.watchlist import ChannelRule, Watchlist
from bot.outbox import Drained, Outbox
from bot.protocols import Fetcher, Store
from tests.builders import company, source, watchlist
from tests.fakes import START, CountingIds, ManualClock, ScriptedPlatform
from tests.intake.test_polls import NoFetcher, extract_all

HERE = Channel.parse("slack:T0AB/C0123ABCD")
PLAIN = ChannelRule(HERE)
NAMES = ["Lava International", "Dixon Technologies", "MediaTek", "Denso", "Oppo", "Foxconn", "Pegatron", "Wistron"]
SYLLABLES = [consonant + vowel for consonant in "bdklmnprstvz" for vowel in "aeiou"]


def rambling(seed: str) -> str:
    """Words that no other seed shares: some 13 million are possible, of which each takes eight."""
    digits = hashlib.sha256(seed.encode()).digest()
    words = ["".join(SYLLABLES[digit % 60] for digit in digits[at : at + 4]) for at in range(0, 32, 4)]
    return " ".join(words)


def news(name: str, number: int, *others: str) -> Entry:
    """An article of a story of its own: its number says which."""
    title = f"{name} {rambling(f'{name}{number}')}"
    also = "".join(f" {other} Ltd agreed." for other in others)
    return Entry(f"{name}-{number}", f"https://focus.example/{name[:3]}{number}", title, f"{name} said so.{also}")


class Town:
    """What people of the channel see is in `said`, a line a message."""

    def __init__(
        self,
        store: Store,
        *,
        names: Sequence[str] = NAMES,
        passing: Passing = "alert",
        clock: ManualClock | None = None,
        rule: ChannelRule = PLAIN,
    ) -> None:
        companies = [company(name) for name in names]
        made = watchlist("phones", companies)
        self.lists = [Watchlist(made.key, made.name, made.companies, (rule,), passing=passing)]
        self.store = store
        self.clock = clock or ManualClock()
        self.ids = CountingIds()
        self.chat = ScriptedPlatform(name="slack")
        self.listed: dict[str, Sequence[Entry]] = {}
        self.sources = [source("Focus"), source("Wire")]
        self.start()

    def start(self) -> None:
        """A new process on the same store."""
        live = frozenset({"slack"})
        self.intake = Intake(
            self.store,
            cast(Fetcher, NoFetcher()),
            {"feed": self._read},
            extract_all,
            self.clock,
            self.ids,
            lists=lambda: self.lists,
            live=live,
            age_limit=timedelta(days=30),
        )
        self.intake.catches_up = True
        self.digests = Digests(self.store, self.clock, self.ids, lists=lambda: self.lists, live=live)
        boot = Process(self.ids.new(), "host", 1, START, START)
        self.outbox = Outbox(self.store, {"slack": self.chat}, self.clock, boot, held=self.digests.held)

    async def _read(self, source: Source, cursor: Cursor, fetcher: Fetcher) -> Fetched:
        del cursor, fetcher
        return Fetched(tuple(self.listed.get(source.key, ())))

    async def hear(self, *entries: Entry, wire: bool = False) -> None:
        """One poll that lists these, then what every few seconds happens."""
        at = self.sources[int(wire)]
        self.listed[at.key] = entries
        await self.intake.open()
        polled = await self.intake.poll(at)
        assert not polled.error, polled.cause
        await self.tick()

    async def tick(self) -> Drained:
        """Digests, then deliveries."""
        await self.digests.release(caught_up=self.intake.caught_up(self.sources))
        return await self.outbox.drain()

    async def until(self, when: str) -> None:
        """Let time pass, with polls that bring nothing, up to this moment in UTC."""
        while self.clock.now() < _utc(when):
            self.clock.advance(minutes=10)
            for each in self.intake.due(self.sources, self.clock.now()):
                await self.intake.poll(each)
            await self.tick()

    async def away(self, until: str) -> None:
        """The bot is down until this moment in UTC."""
        self.clock.advance(seconds=(_utc(until) - self.clock.now()).total_seconds())
        self.start()
        await self.intake.open()
        for each in self.sources:
            await self.intake.poll(each)
        await self.tick()

    async def mute(self, scope: Scope, subject: str = "", until: datetime | None = None, label: str = "") -> None:
        mute = Mute(self.ids.new(), HERE, scope, subject, label or scope, self.clock.now(), until, "U1")
        await self.store.mute(mute)

    @property
    def said(self) -> list[str]:
        """`post Lava International`, `edit ...`, or the text of a digest or notice, a line of it each."""
        found: list[str] = []
        for verb, delivery in self.chat.calls:
            if isinstance(delivery.card, AlertCard):
                found.append(f"{verb} {', '.join(line.company for line in delivery.card.companies)}")
            else:
                assert isinstance(delivery.card, TextCard)
                found += ["".join(map(_plain, line)) for line in delivery.card.lines]
        return found

    def count(self) -> Mapping[str, int]:
        """Messages by kind."""
        kinds = [delivery.kind for _, delivery in self.chat.calls]
        return {kind: kinds.count(kind) for kind in sorted(set(kinds))}

    async def routings(self) -> list[Routing]:
        """Every current one."""
        articles = await self.store.articles_since(datetime(2000, 1, 1, tzinfo=START.tzinfo), limit=10_000)
        return list(await self.store.routings_of([article.id for article in articles]))

    async def states(self) -> list[str]:
        """Of all routings."""
        return sorted(each.state for each in await self.routings())


def _utc(when: str) -> datetime:
    return datetime.fromisoformat(when).replace(tzinfo=START.tzinfo)


def _plain(span: Span) -> str:
    if isinstance(span, When):
        return span.at.strftime("%d.%H:%M")
    return span if isinstance(span, str) else span.text
