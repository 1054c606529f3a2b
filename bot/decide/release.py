"""What a channel is told at last, as one message: a digest of what waits for it, or the report of a mute that ended."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.alerting.digest import NOTHING_AROUND, Around, Item, channel_digest, mute_report, source_digest
from bot.alerting.windows import Wishes
from bot.decide.collect import IN_DIGEST
from bot.decide.scene import Held
from bot.model.alert import Alert, Delivery
from bot.model.card import AlertCard, TextCard
from bot.model.channel import Channel
from bot.model.ledger import Routing
from bot.model.mute import Mute, Release, Untold
from bot.protocols import Ids

_WHY = {
    "catch-up": "what was published while the bot was down",
    "pause": "what came during the pause",
    "quiet": "what came in the quiet hours",
    "budget": "what was over the budget",
    "mute": "what was muted",
}
LATE = "what could not be delivered before"
LEFT = "It is polled no more, and still held"
UNHEARD = "its source is polled no more, and no list names this channel now"
_MESSAGES = ("post", "reply")


def digest_of(
    channel: Channel, untold: Sequence[Untold], wishes: Wishes, now: datetime, ids: Ids, around: Around = NOTHING_AROUND
) -> Release:
    """One digest of all of it, and what becomes of its articles."""
    alerts = {each.alert.id: each.alert for each in untold}
    causes = {each.cause for each in untold}
    why = _WHY.get(causes.pop()) if len(causes) == 1 else None
    since = min(each.at for each in untold)
    opening = _opening(channel, wishes, since, now, why)
    id_ = ids.new()
    around = replace(around, more=all_of(id_))
    card = channel_digest(opening, [alert.card for alert in alerts.values()], len(untold), around)
    note = f"in the digest of {wishes.in_words(now)}"
    return Release(
        now,
        deliveries=(Delivery(id_, channel, "digest", card, tuple(alerts), now, now),),
        routings=tuple(Routing(each.article_id, channel, "alerted", now, each.alert.id, note) for each in untold),
        told=tuple((each.article_id, channel) for each in untold),
    )


def end_of(mute: Mute, untold: Sequence[Untold], now: datetime, ids: Ids) -> Release:
    """The end of a mute, with its report where it held anything back: that is kept, and told when it is asked for."""
    if not untold or mute.channel is None:
        return Release(now, ended=(mute.id,))
    alerts = {each.alert.id: each.alert for each in untold}
    card = mute_report(mute.label, [alert.card for alert in alerts.values()], len(untold))
    return Release(now, deliveries=(Delivery(ids.new(), mute.channel, "notice", card, (), now, now),), ended=(mute.id,))


def all_of(delivery_id: str) -> str:
    """The command that shows all of a digest."""
    return f"digest all {delivery_id}"


@dataclass(frozen=True, slots=True)
class _Late:
    """What of one channel waits in the outbox for long: cards by alert, ids of deliveries, how many are messages.

    `digests` counts those of the messages that are digests.
    """

    cards: dict[str, AlertCard]
    ids: tuple[str, ...]
    messages: int
    digests: int


def folded(
    channel: Channel,
    overdue: Sequence[Delivery],
    digests: Mapping[str, Sequence[Alert]],
    wishes: Wishes,
    now: datetime,
    ids: Ids,
) -> Release | None:
    """One digest in the place of the messages that have waited for long; None where it would replace but one.

    A post with its replies stays as it is, unless a digest tells its story, too.

    `digests`: by delivery, the alerts of the digests among them.
    """
    late = _late(overdue, digests)
    if late.messages < 2 or (len(late.cards) < 2 and not late.digests):
        return None
    since = min(each.created for each in overdue)
    opening = _opening(channel, wishes, since, now, LATE)
    articles = sum(card.articles for card in late.cards.values())
    id_ = ids.new()
    card: TextCard = channel_digest(opening, tuple(late.cards.values()), articles, Around(more=all_of(id_)))
    # Why nothing could be posted stays known: it is no news when the digest can't be posted either.
    why = next((each.error for each in overdue if each.state == "parked"), "")
    digest = Delivery(id_, channel, "digest", card, tuple(late.cards), now, now, error=why)
    return Release(now, deliveries=(digest,), folded=late.ids)


def left_behind(
    site: str,
    held: Sequence[Held],
    more: int,
    now: datetime,
    ids: Ids,
    *,
    heard: Container[Channel],
    closed: Container[Channel],
) -> Release:
    """What a source still held for its digest when it was taken off the lists: one digest a channel.

    Channels that are `closed` now hear it later; for one that no list names among those that are `heard`, the ledger
    says so. `more` counts articles that the source held beyond those.
    """
    listed: dict[Channel, dict[str, Item]] = {}
    routings: list[Routing] = []
    for each in held:
        for channel in each.channels:
            if channel in closed:
                continue
            if channel in heard:
                item = Item(each.companies, each.article.title, each.article.url)
                listed.setdefault(channel, {})[each.article.id] = item
                routings.append(Routing(each.article.id, channel, "alerted", now, note=IN_DIGEST))
            else:
                routings.append(Routing(each.article.id, channel, "old", now, note=UNHEARD))
    deliveries = tuple(
        Delivery(ids.new(), channel, "digest", source_digest(site, LEFT, tuple(items.values()), more), (), now, now)
        for channel, items in listed.items()
    )
    return Release(now, deliveries=deliveries, routings=tuple(routings))


def _late(overdue: Sequence[Delivery], digests: Mapping[str, Sequence[Alert]]) -> _Late:
    cards: dict[str, AlertCard] = {}
    gone: list[str] = []
    posted: set[str] = set()
    messages = told_before = 0
    for each in overdue:
        if not isinstance(each.card, AlertCard):
            if told := digests.get(each.id):
                gone.append(each.id)
                messages, told_before = messages + 1, told_before + 1
                cards |= {alert.id: alert.card for alert in told}
            continue
        alert_id = each.alert_ids[0]
        if each.kind in _MESSAGES:
            gone.append(each.id)
            messages += 1
            cards.setdefault(alert_id, each.card)
            posted |= {alert_id} if each.kind == "post" else set()
        elif alert_id in posted:  # an edit of a message that is not there yet
            gone.append(each.id)
            cards[alert_id] = each.card
    return _Late(cards, tuple(gone), messages, told_before)


def _opening(channel: Channel, wishes: Wishes, since: datetime, now: datetime, why: str | None) -> list[str]:
    name = channel.name or (channel.address if channel.address.startswith("#") else "")
    told = [name, wishes.in_words(now), f"since {wishes.in_words(since).removesuffix(f' {wishes.zone}')}", why or ""]
    return [each for each in told if each]
