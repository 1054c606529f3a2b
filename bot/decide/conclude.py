"""The second half of a decision: who hears of it, and what is owed to each channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.alerting.card import alert_card, company_lines, grow
from bot.alerting.digest import Item
from bot.alerting.hearing import PASSING, Hold, waits
from bot.alerting.route import hearers, passing_rule
from bot.decide.collect import digests_of
from bot.decide.ears import Ears
from bot.decide.scene import Arrival, Hit, Judged, Scene
from bot.model.alert import Alert, Delivery, DeliveryKind, PollOutcome, Said
from bot.model.card import AlertCard, CompanyLine
from bot.model.channel import Channel
from bot.model.ledger import Routing, Withheld
from bot.model.mute import Hearing
from bot.polling import succeeded
from bot.polling.anew import may_post
from bot.protocols import Ids

ONLY_PASSING = "named in passing only, and the list says passing: off"

ANEW = "its source lists most of its articles anew: collected in a digest"

HEARD = ("alerted", "joined")

UNHINDERED = Hearing()

Key = tuple[Channel, str]


@dataclass(slots=True)
class _Book:
    """The alerts as they grow during this decision, and what becomes owed."""

    ears: Ears
    alerts: dict[Key, Alert]
    heard: dict[tuple[str, Channel], Routing]
    posts_all: bool = True
    listed: dict[Channel, dict[str, Item]] = field(default_factory=dict)
    touched: dict[Key, Alert] = field(default_factory=dict)
    posts: dict[Key, Delivery] = field(default_factory=dict)
    edits: dict[Key, Delivery] = field(default_factory=dict)
    others: list[Delivery] = field(default_factory=list)
    routings: dict[tuple[str, Channel], Routing] = field(default_factory=dict)
    withheld: dict[tuple[str, Channel], Withheld] = field(default_factory=dict)

    def deliveries(self) -> tuple[Delivery, ...]:
        """Posts first; an edit follows the post it changes, a reply the edit."""
        return (*self.posts.values(), *self.edits.values(), *self.others)


def conclude(
    scene: Scene, judged: Judged, alerts: Sequence[Alert], ids: Ids, hearing: Hearing = UNHINDERED
) -> PollOutcome:
    """The outcome of the poll; `alerts` are those that the stories of `judged` have in the store.

    `hearing` is what the store knows of the channels of `audience_of`.
    """
    book = _Book(
        Ears(scene, hearing),
        {(alert.channel, alert.story_id): alert for alert in alerts},
        {(each.article_id, each.channel): each for each in scene.routings if each.state in HEARD},
    )
    postable = sum(not arrival.recorded for arrival in judged.arrivals)
    book.posts_all = not scene.anew or may_post(scene.before.learnt, postable, scene.now)
    for arrival in judged.arrivals:
        for channel, hits in _audience(arrival, scene.live).items():
            _route(scene, arrival, channel, hits, book, ids)
    digests, listed, learnt = digests_of(scene, book.listed, book.ears, ids)
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
        withheld=tuple(book.withheld.values()),
    )


def audience_of(scene: Scene, judged: Judged) -> frozenset[Channel]:
    """The channels that a conclusion may speak to: those whose standing it must know."""
    heard = {channel for arrival in judged.arrivals for channel in _audience(arrival, scene.live)}
    return frozenset(heard | {channel for held in scene.held for channel in held.channels})


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
    else:
        routing = _hear(scene, arrival, routing, wanted, book, ids)
        if routing.state in HEARD:
            book.heard[key] = routing
    if heard is None or (routing.state in HEARD and routing.alert_id != heard.alert_id):
        book.routings[key] = routing


def _hear(scene: Scene, arrival: Arrival, routing: Routing, hits: list[Hit], book: _Book, ids: Ids) -> Routing:
    """Tell the channel, let its digest wait for it, or keep it from the channel."""
    audible, hold = book.ears.unmuted(routing.channel, arrival, hits)
    if hold is None:
        hold = book.ears.closed(routing.channel) or _only_for_digests(audible)
    lines = _lines(arrival, audible)
    if hold is None and not book.posts_all:
        return _collected(arrival, routing, lines, book)
    return _alert(scene, arrival, routing, lines, hold, book, ids)


def _only_for_digests(hits: list[Hit]) -> Hold | None:
    rules = {passing_rule(hit.watchlist, hit.verdict.company) for hit in hits if hit.verdict.subject == "passing"}
    passing = all(hit.verdict.subject == "passing" for hit in hits)
    return PASSING if passing and rules == {"digest"} else None


def _collected(arrival: Arrival, routing: Routing, lines: tuple[CompanyLine, ...], book: _Book) -> Routing:
    """Keep an article of a churning source for its digest, unless a message of its story says it all already."""
    present = book.alerts.get((routing.channel, arrival.story_id))
    names = tuple(line.company for line in lines)
    if (
        present is not None
        and _is_told(present)
        and {line.company for line in present.card.companies}.issuperset(names)
    ):
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
    hold: Hold | None,
    book: _Book,
    ids: Ids,
) -> Routing:
    """Begin an alert, or let the one that the channel has of this story grow."""
    key = (routing.channel, arrival.story_id)
    article, present = arrival.article, book.alerts.get(key)
    name = article.publisher or scene.source.name
    known = present is not None and _is_told(present)
    if present is not None and known and hold is not None and hold.cause == "mute":
        return _withhold(scene, routing, present, hold, lines, book, ids)
    if present is None:
        alert, new = Alert(ids.new(), routing.channel, arrival.story_id, _card(arrival, name, lines), scene.now), lines
    else:
        named = {line.company for line in present.card.companies}
        new = tuple(line for line in lines if line.company not in named)
        heard = book.heard.get((article.id, routing.channel))
        counted = int(heard is None or heard.alert_id != present.id)
        alert = replace(present, card=grow(present.card, source=name, lang=article.lang, new=new, articles=counted))
    if known and not new:
        hold = None  # its message says so by an edit, which disturbs nobody
    elif hold is None:
        hold = _hindrance(routing, alert, new, book)
    if hold is not None:
        alert = alert if alert.said == "waits" else replace(alert, cause=hold.cause, subject=hold.subject)
        book.alerts[key] = book.touched[key] = replace(alert, said=_said(present, hold))
        return _withhold(scene, routing, alert, hold, lines, book, ids)
    book.alerts[key] = book.touched[key] = replace(alert, said=alert.said if known else "post", lost=False)
    _say(scene, arrival, alert, new, book, ids, known=known)
    return replace(routing, state="alerted" if present is None else "joined", alert_id=alert.id)


def _said(present: Alert | None, hold: Hold) -> Said:
    """How the channel stands to an alert whose article it was not told."""
    if present is not None and (_is_told(present) or present.said == "waits"):
        return present.said
    return "nothing" if hold.cause == "mute" else "waits"


def _is_told(alert: Alert) -> bool:
    """Whether the channel knows of it, or will by what is on its way."""
    return alert.said in ("post", "digest") and not alert.lost


def _hindrance(routing: Routing, alert: Alert, new: tuple[CompanyLine, ...], book: _Book) -> Hold | None:
    """Why there can be no message of its own for this now, in a channel that is open."""
    if (routing.channel, alert.story_id) in book.posts:
        return None  # it is said by the very message that this decision owes
    if alert.said == "waits":
        return book.ears.only_words(alert.card.companies) or waits(alert.cause, alert.subject)
    return book.ears.too_many(routing.channel, new if _is_told(alert) and new else alert.card.companies)


def _withhold(
    scene: Scene, routing: Routing, alert: Alert, hold: Hold, lines: tuple[CompanyLine, ...], book: _Book, ids: Ids
) -> Routing:
    """Note that the channel was not told, and tell it that, once, where the trouble is that there is too much."""
    withheld = Withheld(routing.article_id, routing.channel, alert.id, hold.cause, scene.now, hold.subject)
    book.withheld[routing.article_id, routing.channel] = withheld
    card = book.ears.told_once(routing.channel, hold, lines)
    if card is not None:
        book.others.append(Delivery(ids.new(), routing.channel, "notice", card, (), scene.now, scene.now))
    return replace(routing, state=hold.state, alert_id=alert.id, note=hold.note)


def _say(
    scene: Scene, arrival: Arrival, alert: Alert, new: tuple[CompanyLine, ...], book: _Book, ids: Ids, *, known: bool
) -> None:
    """Owe what tells the channel: the post of a story that it does not know, else what is new about it."""
    key = (alert.channel, alert.story_id)
    if key in book.posts:
        book.posts[key] = replace(book.posts[key], card=alert.card)
    elif not known:
        book.posts[key] = _delivery(scene, alert, "post", alert.card, ids)
        book.ears.spend(alert.channel, alert.card)
    elif alert.said == "post":
        _owe_growth(scene, arrival, alert, new, book, ids)
    elif new:  # told in a digest, which can't be edited: what is new has a message of its own
        name = arrival.article.publisher or scene.source.name
        book.posts[key] = _delivery(scene, alert, "post", _card(arrival, name, new), ids)
        book.ears.spend(alert.channel, alert.card)


def _owe_growth(
    scene: Scene, arrival: Arrival, alert: Alert, new: tuple[CompanyLine, ...], book: _Book, ids: Ids
) -> None:
    """An edit of the message, unless somebody deleted it; a reply when a company is named that it did not name."""
    key = (alert.channel, alert.story_id)
    if not alert.gone:
        edit = book.edits.get(key) or _delivery(scene, alert, "edit", alert.card, ids)
        book.edits[key] = replace(edit, card=alert.card)
    if new:
        name = arrival.article.publisher or scene.source.name
        thread = alert.card.headline or new[0].company if book.ears.wishes(alert.channel).threads else ""
        card = replace(_card(arrival, name, new), thread=thread)
        book.others.append(_delivery(scene, alert, "reply", card, ids))
        book.ears.spend(alert.channel, card)


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
