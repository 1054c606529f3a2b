"""Which stored articles may be seen in a channel."""

from collections.abc import Callable, Iterable

from bot.commands.desk import Desk
from bot.model.article import Article
from bot.model.channel import Channel


def visible(desk: Desk, here: Channel, articles: Iterable[Article]) -> list[Article]:
    """Those of sources that this channel's tenant, or a list heard here, may read."""
    may_see = sight(desk, here)
    return [each for each in articles if may_see(each.source)]


def sight(desk: Desk, here: Channel) -> Callable[[str], bool]:
    """Tells of the key of a source whether its articles may be seen here; the terminal of the operator sees all."""
    tenants = {here.tenant, *(one.tenant for one in desk.heard(here))}
    shared = {source.key for source in desk.readable(here)}
    everything = here.platform == "console"
    return lambda source: everything or source in shared or _tenant(source) in tenants


def _tenant(source_key: str) -> str:
    """The tenant in a source's key: before the bar, where there is one ahead of the type."""
    owner, bar, _ = source_key.partition(":")[0].partition("|")
    return owner if bar else ""
