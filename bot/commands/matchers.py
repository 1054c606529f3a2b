"""Matchers of lists, kept ready, and the best mention of each company that they find."""

from collections import OrderedDict
from collections.abc import Mapping

from bot.matching import Matcher
from bot.model.company import Mention
from bot.model.watchlist import Watchlist

READY = 64
"""Lists whose matchers are kept ready; a changed list is a new one."""

_ready: OrderedDict[int, tuple[Watchlist, Matcher]] = OrderedDict()


def best_mentions(watchlist: Watchlist, title: str, text: str) -> Mapping[str, Mention]:
    """By company the mention that would decide its verdict now; companies that are not spelled are left out."""
    best: dict[str, Mention] = {}
    for mention in _matcher(watchlist).find(title, text):
        known = best.get(mention.company)
        if known is None or (mention.alert, mention.confidence) > (known.alert, known.confidence):
            best[mention.company] = mention
    return best


def _matcher(watchlist: Watchlist) -> Matcher:
    """By identity, as a list is a frozen value: a long list takes a fraction of a second to make ready."""
    known = _ready.get(id(watchlist))
    if known is None or known[0] is not watchlist:
        known = (watchlist, Matcher(watchlist))
        _ready[id(watchlist)] = known
        while len(_ready) > READY:
            _ready.popitem(last=False)
    return known[1]
