"""What a parser read out of a feed, in one form for both parsers; plain enough to travel between processes."""

import calendar
import math
import time
from dataclasses import dataclass, replace
from typing import Any

MOST_ENTRIES = 5_000
LONGEST_BODY = 400_000
LONGEST_LINE = 5_000


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
    body, body_type = _body(entry)
    title = entry.get("title_detail")
    return Item(
        id=_line(entry.get("id")),
        # the fast parser leaves escapes in the attributes of Atom as they are
        link=_line(entry.get("link")).replace("&amp;", "&"),
        title=_line(entry.get("title")),
        title_type=_type(title),
        body=body,
        body_type=body_type,
        date=_date(entry),
        lang=_line(entry.get("language")) or _line(_attribute(title, "language")) or feed_lang,
        publisher=_line(_attribute(entry.get("source"), "title"))
        or _line(entry.get("publisher"))
        or _line(entry.get("news_source")),
        publisher_url=_line(_attribute(entry.get("source"), "href")),
    )


def _body(entry: Any) -> tuple[str, str]:
    """The fullest text that the item carries, and its type: contents before the summary where both are as long."""
    texts = [(str(_attribute(part, "value") or ""), _type(part)) for part in entry.get("content") or ()]
    texts.append((str(entry.get("summary") or ""), _type(entry.get("summary_detail"))))
    readable = [text for text in texts if text[1].startswith("text/") or text[1].endswith(("html", "html+xml"))]
    return max(readable or [("", "text/html")], key=lambda text: len(text[0]))


def _type(detail: Any) -> str:
    return str(_attribute(detail, "type") or "text/html").lower()


def _attribute(value: Any, name: str) -> Any:
    """A field of a detail, which is a dictionary for one parser and an object for the other."""
    return value.get(name) if isinstance(value, dict) else getattr(value, name, None)


def _date(entry: Any) -> float | None:
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        moment = entry.get(name)
        if isinstance(moment, tuple | time.struct_time) and len(moment) >= 6:
            try:
                seconds = float(calendar.timegm((*moment[:6], 0, 0, 0)))
            except (ValueError, OverflowError, TypeError):
                continue
            return seconds if math.isfinite(seconds) else None
    return None


def _line(value: object) -> str:
    return "" if value is None else str(value)[:LONGEST_LINE].strip()
