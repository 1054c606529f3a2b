"""`why`: which article is meant, by its link, its words, the companies it names or the message above."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.commands.decided import explained, headline, lists_seen
from bot.commands.desk import Desk
from bot.commands.fates import routing_in, short_fate
from bot.commands.lookup import find, name_key
from bot.commands.phrases import channel_name, problem
from bot.commands.requests import Why
from bot.commands.unheard import no_page, no_words
from bot.commands.visible import visible
from bot.commands.words import quoted
from bot.extraction.slug import title_in
from bot.extraction.spellings import spellings
from bot.model.card import Line
from bot.model.channel import Channel
from bot.model.command import Action, Command, Reply
from bot.model.ledger import ArticleRecord
from bot.model.watchlist import Watchlist
from bot.text import fold_key

OFFERED = 5
LABEL = 40
FEWEST_WORDS = 3
"""Words of an address, below which they say too little to look for the article by them."""

_LAST = frozenset({"latest", "last", "newest", "recent", "alert", "one", "message", "this"})
"""Words that ask for the last alert, as no words do."""


async def why(desk: Desk, command: Command, request: Why) -> Reply:
    """The ledger of the article that is meant, as far as this channel may see it."""
    if request.url:
        return await _by_link(desk, command, request.url)
    words = () if {word.casefold() for word in request.words} <= _LAST else request.words
    if words:
        return await _by_words(desk, command, words)
    return await _last(desk, command)


async def _last(desk: Desk, command: Command) -> Reply:
    """The alert above, else the last one of the channel, else the last thing that was decided for its lists."""
    here, lists = command.channel, lists_seen(desk, command.channel)
    record = await desk.told(command) or await desk.store.last_judged([one.key for one in lists])
    found = _visible(desk, here, [record] if record else [])
    if not found:
        return problem(
            f"Nothing was decided for {channel_name(here)} yet. Name an article: why <link or words>",
            actions=[Action("Status", "status")],
        )
    return await explained(desk, here, found[0])


async def _by_link(desk: Desk, command: Command, url: str) -> Reply:
    here, addresses = command.channel, spellings(url)
    if not addresses:
        return problem("This is no http(s) address. Paste the article's link, or name words of it")
    for address in addresses:
        if found := _visible(desk, here, await desk.store.articles_by_url(address)):
            return await _one_or_which(desk, here, found)
    if found := _visible(desk, here, await desk.store.articles_by_link(url)):
        return await _one_or_which(desk, here, found)
    nothing = await no_page(desk, command, url)
    said = [word for word in title_in(url).split() if len(word) > 1]
    alike = _visible(desk, here, await desk.store.articles_by_words(said)) if len(said) >= FEWEST_WORDS else ()
    if not alike:
        return nothing
    lines, actions = _offered(desk, here, alike)
    begun = ("No article of this address was received. The words of its address are in:",)
    return problem(begun, *lines, actions=actions)


async def _by_words(desk: Desk, command: Command, words: Sequence[str]) -> Reply:
    here, lists = command.channel, lists_seen(desk, command.channel)
    for some in await asyncio.to_thread(_attempts, words, lists):
        found = [*await desk.store.articles_by_words(some, OFFERED + 1), *await _by_company(desk, lists, some)]
        newest = sorted({each.article.id: each for each in found}.values(), key=_age, reverse=True)
        if records := _visible(desk, here, newest):
            exact = [each for each in records if _word_set(each.article.title) == _word_set(" ".join(words))]
            return await _one_or_which(desk, here, exact or records)
    return await no_words(desk, command, words)


async def _by_company(desk: Desk, lists: Sequence[Watchlist], words: Sequence[str]) -> tuple[ArticleRecord, ...]:
    """What was decided of the company that the words name, however the article writes it."""
    hits = await asyncio.to_thread(find, lists, " ".join(words))
    return await desk.store.articles_by_company({(hit.watchlist.key, hit.company.name) for hit in hits}, OFFERED + 1)


def _word_set(title: str) -> frozenset[str]:
    return frozenset(fold_key(title).split())


def _age(record: ArticleRecord) -> tuple[object, str]:
    return (record.article.first_seen, record.article.id)


def _attempts(words: Sequence[str], lists: Iterable[Watchlist]) -> list[Sequence[str]]:
    """All the words; then only those that are part of a watched name, for a question says more than an article."""
    parts = {
        part
        for one in lists
        for company in one.companies
        for name in (company.name, *(alias.text for alias in company.aliases))
        for part in name_key(name).split()
    }
    names = [word for word in words if name_key(word) in parts]
    return [words, names] if names and len(names) < len(words) else [words]


def _visible(desk: Desk, here: Channel, records: Sequence[ArticleRecord]) -> tuple[ArticleRecord, ...]:
    seen = {article.id for article in visible(desk, here, [record.article for record in records])}
    return tuple(record for record in records if record.article.id in seen)


async def _one_or_which(desk: Desk, here: Channel, records: Sequence[ArticleRecord]) -> Reply:
    """The article explained; of several with different headlines the question which one is meant."""
    if len({fold_key(record.article.title) for record in records}) > 1:
        lines, actions = _offered(desk, here, records)
        return Reply(((f"{_how_many(records)} articles match. Which one?",), *lines), tuple(actions))
    reply = await explained(desk, here, records[0])
    also: list[Line] = [("Also: ", *headline(desk, other)) for other in records[1:OFFERED]]
    return replace(reply, lines=(*reply.lines, *also))


def _how_many(records: Sequence[ArticleRecord]) -> str:
    return f"Over {OFFERED}" if len(records) > OFFERED else str(len(records))


def _offered(desk: Desk, here: Channel, records: Sequence[ArticleRecord]) -> tuple[list[Line], list[Action]]:
    """A line an article with what became of it, and a button each."""
    lines: list[Line] = []
    actions: list[Action] = []
    for record in records[:OFFERED]:
        lines.append(("  ", *headline(desk, record), " · ", *short_fate(record, routing_in(record, here))))
        actions.append(Action(f"Why: {_shortened(record.article.title)}", f"why {_reference(record, records)}"))
    return lines, actions


def _reference(record: ArticleRecord, among: Sequence[ArticleRecord]) -> str:
    """Its link, or its title where others share the link or it has none."""
    article = record.article
    shared = sum(each.article.url == article.url for each in among) > 1
    return quoted(article.title) if shared or not article.url else article.url


def _shortened(title: str) -> str:
    return f"{title[:LABEL].rstrip()}…" if len(title) > LABEL else title
