"""What became of the stories of a company in a channel: the rules, the same for every store. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.model.ledger import CompanyFates, RoutingState

_Fate = Literal["posted", "waiting", "undelivered", "muted", "old", "unheard"]
_FATES: tuple[_Fate, ...] = ("posted", "waiting", "undelivered", "muted", "old", "unheard")
"""The strongest first, and as CompanyFates has them."""
_OPEN = frozenset({"pending", "sending", "parked"})
_WITHHELD: Mapping[str, _Fate] = {"muted": "muted", "held": "waiting", "capped": "waiting", "old": "old"}


@dataclass(frozen=True, slots=True)
class Routed:
    """What became of some articles of a story; `state` None: the channel had nothing to do with them."""

    story: str
    state: RoutingState | None
    alert_id: str = ""


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert: its story, whom it names, and the states of the messages that tell it, as far as they are kept."""

    story: str
    names: frozenset[str]
    messages: frozenset[str]


def tally(company: str, routed: Iterable[Routed], raised: Mapping[str, Raised]) -> CompanyFates:
    """How many stories met which fate; of one with several the strongest counts."""
    best: dict[str, _Fate] = {}
    for each in routed:
        alert = raised.get(each.alert_id)
        story, fate = alert.story if alert else each.story, _fate(company, each, alert)
        best[story] = min(best.get(story, fate), fate, key=_FATES.index)
    fates = list(best.values())
    return CompanyFates(*(fates.count(fate) for fate in _FATES))


def _fate(company: str, routed: Routed, alert: Raised | None) -> _Fate:
    if routed.state is None:
        return "unheard"
    if routed.state in _WITHHELD:
        return _WITHHELD[routed.state]
    if alert is None:
        return "posted"
    if company not in alert.names:
        return "muted"  # the message is of others that the article names
    if not alert.messages or alert.messages - _OPEN - {"dead"}:
        return "posted"  # also where its messages are too old to be kept
    return "waiting" if alert.messages & _OPEN else "undelivered"
