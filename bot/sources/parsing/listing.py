"""What a parser read out of a feed, in one form for both parsers; plain enough to travel between processes."""

import calendar
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

MOST_ENTRIES = 5_000
LONGEST_BODY = 400_000
LONGEST_LINE = 5_000
_HTML = "text/html"

_Get = Callable[[str], Any]
"""An item's `get`."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item as a parser gives it. `body_type` and `title_type` are media types; `date` is seconds since 1970.

    `known_by` is not the parser's: what identifies the article where its link does not.
    """

    id: str
    link: str
    title: str
    title_type: str
    body: str
    body_type: str
    date: float | None
    lang: str
    publisher: str
    publisher_url: str = ""
    known_by: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A feed. `version` is empty where the parser knows no feed in it; `broken` says what it stumbled over.

    `full`: there were more items than are read; `cut` counts those whose body was too long. `title` and `itself` are
    the feed's own name and address, as far as it says them.
    """

    version: str
    broken: str
    items: tuple[Item, ...]
    full: bool = False
    cut: int = 0
    title: str = ""
    itself: str = ""


def listing_of(parsed: Any) -> Listing:
    """The listing in the result of feedparser or feedparser-rs, whose items answer to the same names."""
    entries = list(parsed.get("entries") or ())
    feed = parsed.get("feed") or {}
    feed_lang = _line(feed.get("language"))
    items = [_item(entry, feed_lang) for entry in entries[:MOST_ENTRIES]]
    full = len(entries) > MOST_ENTRIES
    return Listing(
        version=_line(parsed.get("version")),
        # Both parsers call a feed broken, too, when they stop at a limit of ours.
        broken=(_line(parsed.get("bozo_exception")) or "broken") if parsed.get("bozo") and not full else "",
        items=tuple(
            replace(item, body=item.body[:LONGEST_BODY]) if len(item.body) > LONGEST_BODY else item for item in items
        ),
        full=full,
        cut=sum(len(item.body) > LONGEST_BODY for item in items),
        title=_line(feed.get("title")),
        itself=_itself(feed.get("links") or ()),
    )


def _itself(links: Any) -> str:
    return next((_line(_attribute(link, "href")) for link in links if _attribute(link, "rel") == "self"), "")


def _item(entry: Any, feed_lang: str) -> Item:
    get = entry.get
    body, body_type = _body(get)
    title, source = get("title_detail"), get("source")
    return Item(
        id=_line(get("id")),
        # the fast parser leaves escapes in the attributes of Atom as they are
        link=_line(get("link")).replace("&amp;", "&"),
        title=_line(get("title")),
        title_type=_type(title),
        body=body,
        body_type=body_type,
        date=_date(get),
        lang=_line(get("language")) or _line(_attribute(title, "language")) or feed_lang,
        publisher=_line(_attribute(source, "title")) or _line(get("publisher")) or _line(get("news_source")),
        publisher_url=_line(_attribute(source, "href")),
    )


def _body(get: _Get) -> tuple[str, str]:
    """The fullest text that the item carries, and its type: contents before the summary where both are as long."""
    best, best_type = "", ""
    for part in get("content") or ():
        text, type_ = str(_attribute(part, "value") or ""), _type(part)
        if (not best_type or len(text) > len(best)) and _is_readable(type_):
            best, best_type = text, type_
    summary = str(get("summary") or "")
    if not best_type or len(summary) > len(best):
        type_ = _type(get("summary_detail"))
        if _is_readable(type_):
            return summary, type_
    return best, best_type or _HTML


def _is_readable(type_: str) -> bool:
    return type_.startswith("text/") or type_.endswith(("html", "html+xml"))


def _type(detail: Any) -> str:
    type_ = _attribute(detail, "type")
    return str(type_).lower() if type_ else _HTML


def _attribute(value: Any, name: str) -> Any:
    """A field of a detail, which is a dictionary for one parser and an object for the other."""
    if value is None:
        return None
    return value.get(name) if isinstance(value, dict) else getattr(value, name, None)


def _date(get: _Get) -> float | None:
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        moment = get(name)
        if isinstance(moment, tuple | time.struct_time) and len(moment) >= 6:
            try:
                seconds = _seconds(moment)
            except (ValueError, OverflowError, TypeError):
                continue
            return seconds if math.isfinite(seconds) else None
    return None


def _seconds(moment: Sequence[Any]) -> float:
    year, month, day, hour, minute, second = moment[:6]
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()
    except (ValueError, TypeError):  # such as a leap second, which the calendar does without
        return float(calendar.timegm((*moment[:6], 0, 0, 0)))


def _line(value: object) -> str:
    return "" if value is None else str(value)[:LONGEST_LINE].strip()
