"""Lists and a ledger in memory, as far as commands ask for them, and replies as plain text."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from bot.commands.dispatch import Dispatcher
from bot.errors import ChangeRefused, StoreUnavailable
from bot.model.article import Article
from bot.model.card import Link, Span, Strong, When
from bot.model.channel import CONSOLE, Channel
from bot.model.command import OPERATOR_ACTOR, Actor, Command, OptionKind, Reply
from bot.model.ledger import ArticleRecord, CompanyCounts
from bot.model.place import Place
from bot.model.source import Source, SourceState
from bot.model.watchlist import Change, ChannelRule, Revision, Watchlist
from bot.protocols import Store
from bot.store import MemoryStore
from tests.fakes import ManualClock


class Lists:
    """A WatchlistRepo: places new companies at line 99, refuses when told to."""

    def __init__(self, *lists: Watchlist, sources: Sequence[Source] = ()) -> None:
        self._lists = {one.key: one for one in lists}
        self._sources = tuple(sources)
        self._own: dict[Channel, str] = {}
        self.applied: list[Change] = []
        self.refuse = ""
        self.waiting: dict[str, int] = {}

    def lists(self) -> tuple[Watchlist, ...]:
        return tuple(self._lists[key] for key in sorted(self._lists))

    def sources(self) -> tuple[Source, ...]:
        return self._sources

    def own_list(self, channel: Channel) -> Watchlist | None:
        return self._lists.get(self._own.get(channel, ""))

    def pending(self, watchlist: str) -> int:
        return self.waiting.get(watchlist, 0)

    async def create(self, channel: Channel, actor: Actor) -> Watchlist:
        key = f"own-{len(self._own)}"
        self._own[channel] = key
        self._lists[key] = Watchlist(key, f"made by {actor.name}", channels=(ChannelRule(channel),))
        return self._lists[key]

    async def apply(self, changes: Sequence[Change], actor: Actor, channel: Channel, undoes: str = "") -> Watchlist:
        if self.refuse:
            raise ChangeRefused(self.refuse)
        (key,) = {change.watchlist for change in changes}
        assert actor.id
        assert channel
        assert not undoes, "a history is kept where undo is tested"
        self.applied += changes
        companies = {company.name: company for company in self._lists[key].companies}
        for change in changes:
            if change.action == "tune" and change.rule is not None:
                rules = tuple(
                    change.rule if str(one.channel) == change.name else one for one in self._lists[key].channels
                )
                self._lists[key] = replace(self._lists[key], channels=rules)
            elif change.is_of_channel:
                others = tuple(one for one in self._lists[key].channels if str(one.channel) != change.name)
                self._lists[key] = replace(
                    self._lists[key], channels=(*others, *([change.rule] if change.rule else ()))
                )
            elif change.company is not None:
                place = Place(key, 99, 5) if self._lists[key].place.file else change.company.place
                companies[change.name] = replace(change.company, place=place)
            else:
                del companies[change.name]
        self._lists[key] = replace(self._lists[key], companies=tuple(companies.values()))
        return self._lists[key]


class Ledger:
    """What the store answers to `list`, `show` and `why`."""

    def __init__(self) -> None:
        self.by_url: dict[str, ArticleRecord] = {}
        self.records: list[ArticleRecord] = []
        self.last: ArticleRecord | None = None
        self.counts: dict[str, CompanyCounts] = {}
        self.states: dict[str, SourceState] = {}
        self.history: list[Revision] = []
        self.down = ""

        self.kept = MemoryStore()

    def __getattr__(self, name: str) -> Any:
        """What is not made up here is what the store in memory does."""
        return getattr(self.kept, name)

    def _check(self) -> None:
        if self.down:
            raise StoreUnavailable(self.down)

    async def articles_by_url(self, canonical_url: str, limit: int = 5) -> tuple[ArticleRecord, ...]:
        self._check()
        assert canonical_url
        return tuple(record for url, record in self.by_url.items() if url == canonical_url)[:limit]

    async def articles_by_link(self, link: str, limit: int = 5) -> tuple[ArticleRecord, ...]:
        return tuple(one for one in self.records if one.article.url == link)[:limit]

    async def articles_by_words(self, words: Sequence[str], limit: int = 5) -> tuple[ArticleRecord, ...]:
        self._check()
        return tuple(
            record
            for record in self.records
            if all(word.casefold() in f"{record.article.title} {record.article.text}".casefold() for word in words)
        )[:limit]

    async def search(
        self, words: Sequence[str], *, since: datetime | None = None, limit: int = 200
    ) -> tuple[Article, ...]:
        found = [one.article for one in await self.articles_by_words(words, limit=len(self.records))]
        return tuple(one for one in found if since is None or one.first_seen >= since)[:limit]

    async def last_alerted(self, channel: Channel) -> ArticleRecord | None:
        self._check()
        assert channel
        return self.last

    async def company_counts(self, watchlist: str, since: datetime) -> Mapping[str, CompanyCounts]:
        self._check()
        assert watchlist
        assert since.tzinfo
        return self.counts

    async def source_states(self, keys: Sequence[str] | None = None) -> Mapping[str, SourceState]:
        del keys
        return self.states

    async def revisions(self, watchlist: str, *, pending_only: bool = False) -> tuple[Revision, ...]:
        mine = [one for one in self.history if watchlist in ("", one.change.watchlist)]
        return tuple(one for one in mine if one.pending or not pending_only)


class Desk:
    """A dispatcher over lists and a ledger, and what it says as text."""

    def __init__(self, *lists: Watchlist, sources: Sequence[Source] = (), live: Sequence[str] = ()) -> None:
        self.lists = Lists(*lists, sources=sources)
        self.ledger = Ledger()
        self.clock = ManualClock()
        self.why_not = ""
        self._dispatch = Dispatcher(self.lists, cast(Store, self.ledger), self.clock, frozenset(live), self._why_not)

    async def _why_not(self, channel: Channel) -> str:
        del channel
        return self.why_not

    def welcome(self, channel: Channel) -> list[str]:
        return plain(self._dispatch.welcome(channel))

    async def suggest(self, kind: OptionKind, typed: str, channel: Channel = CONSOLE) -> list[str]:
        return list(await self._dispatch.suggest(kind, typed, channel))

    async def asked(self, command: Command) -> Reply:
        return await self._dispatch(command)

    async def ask(self, text: str, channel: Channel = CONSOLE, actor: Actor = OPERATOR_ACTOR) -> Reply:
        return await self._dispatch(Command(text, actor, channel))

    async def say(self, text: str, channel: Channel = CONSOLE, actor: Actor = OPERATOR_ACTOR) -> list[str]:
        return plain(await self.ask(text, channel, actor))


def plain(reply: Reply) -> list[str]:
    """The lines of a reply, strong words in stars, times as hours; then the actions."""
    lines = ["".join(map(_span, line)) for line in reply.lines]
    return [*lines, *(f"[{action.label}] {action.command}" for action in reply.steps)]


def _span(span: Span) -> str:
    match span:
        case Strong(text):
            return f"*{text}*"
        case Link(text, url):
            return f"{text} <{url}>"
        case When(at):
            return at.strftime("%d.%H:%M")
        case str():
            return span
