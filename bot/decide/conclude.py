"""The second half of a decision: who hears of it, and what is owed to each channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.alerting.card import alert_card, company_lines, grow
from bot.alerting.digest import Item
from bot.alerting.route import hearers, passing_rule
from bot.decide.collect import digests_of
from bot.decide.scene import Arrival, Hit, Judged, Scene
from bot.model.alert import Alert, Delivery, DeliveryKind, PollOutcome
from bot.model.card import AlertCard, CompanyLine
from bot.model.channel import Channel
from bot.model.ledger import Routing
from bot.polling import succeeded
from bot.polling.anew import may_post
from bot.protocols import Ids

ONLY_PASSING = "named in passing only, and the list says passing: off"

ANEW = "its source lists most of its articles anew: collected in a digest"

HEARD = ("alerted", "joined")

Key = tuple[Channel, str]


@dataclass(slots=True)
class _Book:
    """The alerts as they grow during this decision, and what becomes owed."""

    alerts: dict[Key, Alert]
    heard: dict[tuple[str, Channel], Routing]
    posts_all: bool = True
    listed: dict[Channel, dict[str, Item]] = field(default_factory=dict)
    touched: dict[Key, Alert] = field(default_factory=dict)
    posts: dict[Key, Delivery] = field(default_factory=dict)
    edits: dict[Key, Delivery] = field(default_factory=dict)
    replies: list[Delivery] = field(default_factory=list)
    routings: dict[tuple[str, Channel], Routing] = field(default_factory=dict)

    def deliveries(self) -> tuple[Delivery, ...]:
        """Posts first; an edit follows the post it changes, a reply the edit."""
        return (*self.posts.values(), *self.edits.values(), *self.replies)


def conclude(scene: Scene, judged: Judged, alerts: Sequence[Alert], ids: Ids) -> PollOutcome:
    """The outcome of the poll; `alerts` are those that the stories of `judged` have in the store."""
    book = _Book(
        {(alert.channel, alert.story_id): alert for alert in alerts},
        {(each.article_id, each.channel): each for each in scene.routings if each.state in HEARD},
    )
    postable = sum(not arrival.recorded for arrival in judged.arrivals)
    book.posts_all = not scene.anew or may_post(scene.before.learnt, postable, scene.now)
    for arrival in judged.arrivals:
        for channel, hits in _audience(arrival, scene.live).items():
            _route(scene, arrival, channel, hits, book, ids)
    digests, listed, learnt = digests_of(scene, book.listed, ids)
    return PollOutcome(
        state=succeeded(scene.source, scene.before, scene.fetched, learnt, scene.now),
        at=scene.now,
        articles=judged.articles,
        seen=judged.seen,
        stories=judged.stories,
        members=judged.members,
        verdicts=judged.verdicts,
        alerts=tuple(book.touched.values()),
        routings=tuple({**book.routings, **listed}.values()),
        deliveries=(*book.deliveries(), *digests),
    )


def _audience(arrival: Arrival, live: frozenset[str]) -> Mapping[Channel, list[Hit]]:
    audience: dict[Channel, list[Hit]] = {}
    for hit in arrival.hits:
        for rule in hearers(hit.watchlist, live):
            audience.setdefault(rule.channel, []).append(hit)
    return audience


def _route(scene: Scene, arrival: Arrival, channel: Channel, hits: list[Hit], book: _Book, ids: Ids) -> None:
    """Decide one (article, channel), in the order in which a reader would give the reasons.

    What the channel has heard it has heard: a later edition that is not posted leaves that routing as it is.
    """
    key = (arrival.article.id, channel)
    heard = book.heard.get(key)
    routing = Routing(arrival.article.id, channel, "alerted", scene.now)
    wanted = [hit for hit in hits if not _unwanted(hit)]
    if arrival.recorded:
        routing = replace(routing, state="old", note=arrival.recorded)
    elif not wanted:
        routing = replace(routing, state="muted", note=ONLY_PASSING)
    elif book.posts_all:
        routing = _alert(scene, arrival, routing, _lines(arrival, wanted), book, ids)
        book.heard[key] = routing
    else:
        routing = _collected(arrival, routing, _lines(arrival, wanted), book)
    if heard is None or (routing.state in HEARD and routing.alert_id != heard.alert_id):
        book.routings[key] = routing


def _collected(arrival: Arrival, routing: Routing, lines: tuple[CompanyLine, ...], book: _Book) -> Routing:
    """Keep an article of a churning source for its digest, unless a message of its story says it all already."""
    present = book.alerts.get((routing.channel, arrival.story_id))
    names = tuple(line.company for line in lines)
    if present is not None and not present.lost and {line.company for line in present.card.companies}.issuperset(names):
        return replace(routing, state="joined", alert_id=present.id, note=ANEW)
    article = arrival.article
    book.listed.setdefault(routing.channel, {})[article.id] = Item(names, article.title, article.url)
    return replace(routing, state="held", note=ANEW)


def _unwanted(hit: Hit) -> bool:
    return hit.verdict.subject == "passing" and passing_rule(hit.watchlist, hit.verdict.company) == "off"


def _lines(arrival: Arrival, hits: list[Hit]) -> tuple[CompanyLine, ...]:
    """One line a company, although several lists of the channel may name it."""
    lines = company_lines(arrival.article, [(hit.watchlist.name, hit.verdict, hit.mentions) for hit in hits])
    first_of_each: dict[str, CompanyLine] = {}
    for line in lines:
        first_of_each.setdefault(line.company, line)
    return tuple(first_of_each.values())


def _alert(
    scene: Scene,
    arrival: Arrival,
    routing: Routing,
    lines: tuple[CompanyLine, ...],
    book: _Book,
    ids: Ids,
) -> Routing:
    """Begin an alert, or let the one that the channel has of this story grow."""
    key = (routing.channel, arrival.story_id)
    article, present = arrival.article, book.alerts.get(key)
    name = article.publisher or scene.source.name
    if present is None:
        card = _card(arrival, name, lines)
        alert = Alert(ids.new(), routing.channel, arrival.story_id, card, scene.now)
        book.posts[key] = _delivery(scene, alert, "post", card, ids)
        book.alerts[key] = book.touched[key] = alert
        return replace(routing, alert_id=alert.id)
    named = {line.company for line in present.card.companies}
    new = tuple(line for line in lines if line.company not in named)
    heard = book.heard.get((article.id, routing.channel))
    counted = int(heard is None or heard.alert_id != present.id)
    card = grow(present.card, source=name, lang=article.lang, new=new, articles=counted)
    book.alerts[key] = book.touched[key] = alert = replace(present, card=card)
    if key in book.posts:
        book.posts[key] = replace(book.posts[key], card=card)
    elif alert.lost:
        book.posts[key] = _delivery(scene, alert, "post", card, ids)
    else:
        _owe_growth(scene, arrival, alert, new, book, ids)
    return replace(routing, state="joined", alert_id=alert.id)


def _owe_growth(
    scene: Scene, arrival: Arrival, alert: Alert, new: tuple[CompanyLine, ...], book: _Book, ids: Ids
) -> None:
    """An edit of the message; and a reply when a company is named that the message did not name."""
    key = (alert.channel, alert.story_id)
    edit = book.edits.get(key) or _delivery(scene, alert, "edit", alert.card, ids)
    book.edits[key] = replace(edit, card=alert.card)
    if new:
        name = arrival.article.publisher or scene.source.name
        book.replies.append(_delivery(scene, alert, "reply", _card(arrival, name, new), ids))


def _card(arrival: Arrival, source: str, lines: tuple[CompanyLine, ...]) -> AlertCard:
    article = arrival.article
    return alert_card(article, source, lines, article.published or article.first_seen)


def _delivery(scene: Scene, alert: Alert, kind: DeliveryKind, card: AlertCard, ids: Ids) -> Delivery:
    return Delivery(
        id=ids.new(),
        channel=alert.channel,
        kind=kind,
        card=card,
        alert_ids=(alert.id,),
        created=scene.now,
        not_before=scene.now,
    )
