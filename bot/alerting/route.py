"""Who hears: which channels of a list, from which sources, and whether an article is too old to be news. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.model.article import Extract
from bot.model.channel import CONSOLE, Channel
from bot.model.company import Passing
from bot.model.source import Source, SourceState
from bot.model.upkeep import CANARY
from bot.model.watchlist import ChannelRule, Watchlist

TERMINAL = (ChannelRule(CONSOLE),)


def hearers(watchlist: Watchlist, live: frozenset[str]) -> tuple[ChannelRule, ...]:
    """The channels that hear this list, each once; `live` names the chat platforms that are set up.

    A list without channels is heard by the terminal, and while no chat platform is set up, so is every list:
    an alert is never owed to a place that nobody can have joined. Canaries go where they are sent in any case.
    """
    if watchlist.tenant != CANARY and not (live and watchlist.channels):
        return TERMINAL
    return tuple({rule.channel: rule for rule in watchlist.channels}.values())


def rules_of(lists: Iterable[Watchlist], live: frozenset[str]) -> Mapping[Channel, tuple[ChannelRule, ...]]:
    """The rules of every channel that hears one of these lists, in the order of the lists."""
    found: dict[Channel, tuple[ChannelRule, ...]] = {}
    for watchlist in lists:
        for rule in hearers(watchlist, live):
            found[rule.channel] = (*found.get(rule.channel, ()), rule)
    return found


def takes(watchlist: Watchlist, source: Source) -> bool:
    """Whether this list reads this source: its tenant's own or shared, and within `from` where the list has one."""
    if source.tenant != watchlist.tenant and not source.shared:
        return False
    if not watchlist.sources:
        return True
    wanted = {word.casefold() for word in watchlist.sources}
    return source.name.casefold() in wanted or any(tag.casefold() in wanted for tag in source.tags)


def passing_rule(watchlist: Watchlist, company: str) -> Passing:
    """What this list wants of mentions in passing of this company; the company's own word goes before the list's."""
    found = watchlist.company(company)
    return found.passing if found is not None and found.passing is not None else watchlist.passing


def too_old(published: datetime | None, now: datetime, limit: timedelta) -> bool:
    """Whether an article is no news any more. Without a date it is as new as its first sight: not old."""
    return published is not None and now - published > limit


def postable(source: Source, before: SourceState, listed: Sequence[Extract]) -> frozenset[str]:
    """The entry ids that may be posted as far as `first_poll` is concerned: all of them on later polls."""
    rule = source.first_poll
    if before.first_done or rule.kind == "alert":
        return frozenset(extract.entry_id for extract in listed)
    if rule.kind == "record":
        return frozenset()
    dated = sorted(listed, key=lambda each: each.published.timestamp() if each.published else 0.0, reverse=True)
    return frozenset(extract.entry_id for extract in dated[: rule.count])
