"""Nested values as JSON documents and back. What a later version adds has a default here, so old rows stay readable."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, get_args, get_origin, get_type_hints
from weakref import WeakKeyDictionary

from bot.model.card import AlertCard, Card, CompanyLine, Line, Link, Snippet, Span, Strong, TextCard, When
from bot.model.channel import Channel
from bot.model.company import Alias, Company, Mention, Reason
from bot.model.learnt import NOTHING_LEARNT, Learnt
from bot.model.place import NOWHERE, Place
from bot.model.watchlist import ChannelRule
from bot.store.border import in_utc, scrub

Document = dict[str, Any]

_WISHES = ("digest", "quiet", "zone", "budget", "threads")

_learnt: WeakKeyDictionary[Learnt, Document] = WeakKeyDictionary()
"""What is known of the sources now; what was known before goes with it."""

_MOST_CHANNELS = 4_096
"""Remembered as they are decoded: a claim looks at each that waits."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def dumps(value: object) -> str:
    """JSON as the store writes it: readable in any script, refused where a number is not finite."""
    return "[]" if value == [] else _ENCODER.encode(value)  # what most sources have to note at every poll


@lru_cache(_MOST_CHANNELS)
def decode_channel(text: str) -> Channel:
    """The channel whose `str` was stored, of whatever platform: one that is no longer supported must still be read."""
    platform, _, rest = text.partition(":")
    tenant, _, address = rest.rpartition("/")
    return Channel(platform, tenant, address)


def encode_card(card: Card) -> Document:
    """A card as a document; `decode_card` gives an equal one, cleaned and in UTC."""
    card = scrub(card)
    if isinstance(card, TextCard):
        more = {"more": card.more} if card.more else {}
        return {"kind": card.kind, "lines": [[_encode_span(span) for span in line] for line in card.lines], **more}
    thread = {"thread": card.thread} if card.thread else {}
    return {
        "kind": "alert",
        "companies": [_encode_line(line) for line in card.companies],
        "headline": card.headline,
        "url": card.url,
        "sources": list(card.sources),
        "at": card.at.isoformat(),
        "langs": list(card.langs),
        "articles": card.articles,
        **thread,
    }


def decode_card(document: Document) -> Card:
    """The card that was encoded."""
    if document["kind"] != "alert":
        lines = tuple(_decode_spans(line) for line in document["lines"])
        return TextCard(document["kind"], lines, document.get("more", ""))
    return decode_alert_card(document)


def decode_alert_card(document: Document) -> AlertCard:
    """The alert card that was encoded."""
    return AlertCard(
        companies=tuple(_decode_line(line) for line in document["companies"]),
        headline=document["headline"],
        url=document["url"],
        sources=tuple(document["sources"]),
        at=_moment(document["at"]),
        langs=tuple(document.get("langs", ())),
        articles=document.get("articles", 1),
        thread=document.get("thread", ""),
    )


def encode_mention(mention: Mention) -> Document:
    """A mention with its reasons as a document."""
    mention = scrub(mention)
    return {
        "company": mention.company,
        "alias": mention.alias,
        "text": mention.text,
        "field": mention.field,
        "start": mention.start,
        "end": mention.end,
        "similarity": mention.similarity,
        "kind": mention.kind,
        "confidence": mention.confidence,
        "reasons": [[reason.text, reason.weight] for reason in mention.reasons],
        "alert": mention.alert,
        "subject": mention.subject,
    }


def decode_mention(document: Document) -> Mention:
    """The mention that was encoded."""
    reasons = tuple(Reason(text, float(weight)) for text, weight in document["reasons"])
    numbers = {name: float(document[name]) for name in ("similarity", "confidence")}
    return Mention(**{**document, **numbers, "reasons": reasons})


def encode_company(company: Company | None) -> Document | None:
    """A company as a document; None stays None."""
    if company is None:
        return None
    company = scrub(company)
    return {
        "name": company.name,
        "aliases": [[alias.text, alias.weak] for alias in company.aliases],
        "tickers": list(company.tickers),
        "context": list(company.context),
        "exclude": list(company.exclude),
        "threshold": company.threshold,
        "evidence": company.evidence,
        "passing": company.passing,
        "place": [company.place.file, company.place.line, company.place.column],
    }


def decode_company(document: Document | None) -> Company | None:
    """The company that was encoded; None stays None."""
    if document is None:
        return None
    place = Place(*document["place"]) if "place" in document else NOWHERE
    return Company(
        name=document["name"],
        aliases=tuple(Alias(text, weak) for text, weak in document.get("aliases", ())),
        tickers=tuple(document.get("tickers", ())),
        context=tuple(document.get("context", ())),
        exclude=tuple(document.get("exclude", ())),
        threshold=document.get("threshold", 0),
        evidence=document.get("evidence", "normal"),
        passing=document.get("passing"),
        place=place,
    )


def encode_rule(rule: ChannelRule | None) -> Document | None:
    """Who hears and how, as a document; None stays None."""
    if rule is None:
        return None
    rule = scrub(rule)
    wishes = {name: getattr(rule, name) for name in _WISHES if getattr(rule, name)}
    place = [rule.place.file, rule.place.line, rule.place.column]
    return {"channel": str(rule.channel), **wishes, "place": place}


def decode_rule(document: Document | None) -> ChannelRule | None:
    """The rule that was encoded; None stays None."""
    if document is None:
        return None
    wishes = {name: document.get(name, "") for name in _WISHES}
    place = Place(*document["place"]) if "place" in document else NOWHERE
    return ChannelRule(decode_channel(document["channel"]), **wishes, place=place)


def encode_before(before: Company | ChannelRule | None) -> Document | None:
    """What stood there before a change, as a document that says which of the two it is; None stays None."""
    if before is None:
        return None
    if isinstance(before, Company):
        return {"company": encode_company(before)}
    return {"rule": encode_rule(before)}


def decode_before(document: Document | None) -> Company | ChannelRule | None:
    """What was encoded; None stays None."""
    if document is None:
        return None
    return decode_company(document.get("company")) or decode_rule(document.get("rule"))


def encode_learnt(learnt: Learnt) -> Document:
    """What polls taught, without what is not known yet; made once for polls that teach nothing more. Not to change."""
    found = _learnt.get(learnt)
    if found is None:
        found = _learnt[learnt] = _document_of(learnt)
    return found


def _document_of(learnt: Learnt) -> Document:
    return {
        name: in_utc(value).isoformat() if isinstance(value, datetime) else scrub(value)
        for name, value, nothing in zip(_LEARNT, _values_of(learnt), _NOTHING, strict=True)
        if value != nothing
    }


def decode_learnt(document: Document | None) -> Learnt:
    """What was encoded; nothing for None, and nothing of what a later version may have learnt besides."""
    known = {name: value for name, value in (document or {}).items() if name in _LEARNT}
    for name in _LEARNT_MOMENTS & known.keys():
        known[name] = _moment(known[name])
    for name in _LEARNT_TUPLES & known.keys():
        known[name] = tuple(known[name])
    return Learnt(**known)


_LEARNT = get_type_hints(Learnt)
_values_of = attrgetter(*_LEARNT)
_NOTHING = _values_of(NOTHING_LEARNT)
_LEARNT_MOMENTS = frozenset(name for name, hint in _LEARNT.items() if datetime in get_args(hint))
_LEARNT_TUPLES = frozenset(name for name, hint in _LEARNT.items() if get_origin(hint) is tuple)


def _encode_line(line: CompanyLine) -> Document:
    return {
        "company": line.company,
        "watchlist": line.watchlist,
        "subject": line.subject,
        "snippet": line.snippet.text,
        "marks": [list(mark) for mark in line.snippet.marks],
        "reason": line.reason,
        "alias": line.alias,
    }


def _decode_line(document: Document) -> CompanyLine:
    marks = tuple((start, end) for start, end in document["marks"])
    snippet = Snippet(document["snippet"], marks)
    names = (document["company"], document["watchlist"], document["subject"])
    return CompanyLine(*names, snippet, document["reason"], document.get("alias", ""))


def _encode_span(span: Span) -> str | Document:
    if isinstance(span, Strong):
        return {"strong": span.text}
    if isinstance(span, Link):
        return {"link": span.text, "url": span.url}
    if isinstance(span, When):
        return {"when": span.at.isoformat()}
    return span


def _decode_spans(line: Sequence[str | Document]) -> Line:
    return tuple(_decode_span(span) for span in line)


def _decode_span(span: str | Document) -> Span:
    if isinstance(span, str):
        return span
    if "strong" in span:
        return Strong(span["strong"])
    return Link(span["link"], span["url"]) if "link" in span else When(_moment(span["when"]))


def _moment(text: str) -> datetime:
    return in_utc(datetime.fromisoformat(text))
