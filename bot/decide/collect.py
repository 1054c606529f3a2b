"""What a listing teaches of its source; and the digest of a source that lists most of its articles anew."""

from collections.abc import Mapping

from bot.alerting.digest import Item, source_digest
from bot.decide.ears import Ears
from bot.decide.scene import Scene
from bot.model.alert import Delivery
from bot.model.channel import Channel
from bot.model.learnt import Learnt
from bot.model.ledger import Routing
from bot.polling import learn
from bot.polling.anew import digest_is_due, digested, held, is_rolled, listed_anew, nothing_held, rolled_over
from bot.protocols import Ids

IN_DIGEST = "in the digest of its source"
WHY_DIGEST = "Most of its articles looked new at once"

Listed = Mapping[Channel, Mapping[str, Item]]
"""For each channel, by article, what it is to hear in the digest."""


def digests_of(
    scene: Scene, collected: Listed, ears: Ears, ids: Ids
) -> tuple[tuple[Delivery, ...], Mapping[tuple[str, Channel], Routing], Learnt]:
    """Where a digest is due, one for each channel with the routings of its articles; else nothing yet.

    With it comes what the source has taught by this poll: the listing, and what waits for the next digest, also because
    its channel is closed now.
    """
    learnt, now = learnt_of(scene), scene.now
    if not digest_is_due(learnt, now):
        waiting = dict.fromkeys(article_id for items in collected.values() for article_id in items)
        return (), {}, held(learnt, tuple(waiting))
    listed = {channel: dict(items) for channel, items in collected.items()}
    later: dict[str, None] = {}
    for each in scene.held:
        for channel in each.channels:
            hold = ears.closed(channel)
            if hold is not None and hold.cause != "digest":  # who hears by digests hears by this one
                later[each.article.id] = None
            else:
                item = Item(each.companies, each.article.title, each.article.url)
                listed.setdefault(channel, {})[each.article.id] = item
    if not listed:
        return (), {}, learnt if later else nothing_held(learnt)
    deliveries = []
    for channel, items in listed.items():
        card = source_digest(scene.source.name, WHY_DIGEST, tuple(items.values()), learnt.more_held)
        deliveries.append(Delivery(ids.new(), channel, "digest", card, (), now, now))
    routings = {
        (article_id, channel): Routing(article_id, channel, "alerted", now, note=IN_DIGEST)
        for channel, items in listed.items()
        for article_id in items
    }
    return tuple(deliveries), routings, held(digested(learnt, now), tuple(later))


def learnt_of(scene: Scene) -> Learnt:
    """What the source has taught, with this listing: its rhythm, and whether it turned over."""
    before, now = scene.before.learnt, scene.now
    listed = len(scene.extracts) + scene.standing
    if not listed:
        return before
    first = not scene.before.first_done
    dates = [each.published for each in scene.extracts]
    # What another source brought first is new here all the same.
    here = {entry_id for entry_id, known in scene.known.items() if known.same_source}
    new = [each.published for each in scene.extracts if each.entry_id not in here]
    learnt = learn(before, dates if first else new, listed, now, first=first)
    if is_rolled(before, listed, len(scene.known) + scene.standing):
        learnt = rolled_over(learnt, before.latest, dates, now)
    return listed_anew(before, learnt, now) if scene.anew else learnt
