"""Which stored articles may be seen in a channel."""

from collections.abc import Iterable

from bot.commands.desk import Desk
from bot.model.article import Article
from bot.model.channel import Channel


def visible(desk: Desk, here: Channel, articles: Iterable[Article]) -> list[Article]:
    """Those of sources that this channel's tenant, or a list heard here, may read."""
    tenants = {here.tenant, *(one.tenant for one in desk.heard(here))}
    shared = {source.key for source in desk.readable(here)}
    return [each for each in articles if each.source in shared or _tenant(each.source) in tenants]


def _tenant(source_key: str) -> str:
    """The tenant in a source's key: before the bar, where there is one ahead of the type."""
    owner, bar, _ = source_key.partition(":")[0].partition("|")
    return owner if bar else ""
