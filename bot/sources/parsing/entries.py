"""From a listing to entries: ids that stay, web addresses, sane dates."""

import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from bot.model.source import Entry
from bot.sources.parsing.listing import LONGEST_BODY, MOST_ENTRIES, Item, Listing
from bot.text import counted

LONGEST_ID = 500
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC).timestamp()
_LATEST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# What `urljoin` and `urlsplit` would hand back as it is: most links, at a tenth of the cost.
_WHOLE = re.compile(r"https?://[a-zA-Z0-9.-]*[a-zA-Z0-9](?::[0-9]+)?(?:/(?!.*\?#)[!-:<-~]*)?(?<![?#])")
_MARKUP = re.compile(r"</[a-zA-Z]|<(?:br|p|div|img|a)\b", re.IGNORECASE)


def entries_of(listing: Listing, base: str) -> tuple[Entry, ...]:
    """An entry an item, in the order of the feed, each id once. Relative links are read against `base`."""
    oldest_first = (_entry(item, base) for item in reversed(listing.items))
    kept: dict[str, Entry] = {}
    for entry in oldest_first:
        known = kept.get(entry.id)
        if known is None:
            kept[entry.id] = entry
        elif known.title != entry.title:
            # The older of two entries keeps the id, because it had it before the newer one came.
            apart = f"{entry.id}~{_hash(entry.title)}"
            kept.setdefault(apart, _with_id(entry, apart))
    return tuple(reversed(kept.values()))


def notes_of(listing: Listing) -> tuple[str, ...]:
    """What a person should know about this poll."""
    notes = []
    if listing.full:
        notes.append(f"the feed lists more than {MOST_ENTRIES} entries: the rest is left out")
    if listing.cut:
        cut = counted(listing.cut, "entry", "entries")
        notes.append(f"{cut} longer than {LONGEST_BODY} characters: only the beginning is read")
    if listing.broken:
        notes.append(f"the feed is not well-formed: {counted(len(listing.items), 'entry', 'entries')} could be read")
    return tuple(notes)


def web_address(link: str, base: str = "") -> str:
    """The link as an http(s) address, or nothing."""
    if _WHOLE.fullmatch(link):
        return link
    try:
        url = urljoin(base, link.strip()) if link.strip() else ""
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and host and not _UNSAFE.search(url) else ""


def stable_id(text: str) -> str:
    """An id that fits into the store: printable, and a hash where it is very long."""
    plain = text.isprintable() and " " not in text
    cleaned = text if plain else " ".join(_UNSAFE.sub("\ufffd", text).split())
    return cleaned if len(cleaned) <= LONGEST_ID else f"{cleaned[:100]}~{_hash(cleaned)}"


def moment(seconds: float | None) -> datetime | None:
    """The time, or None where there is none between 1990 and 2100: feeds write 1970, year 1 and 9999 for "unknown"."""
    if seconds is None or not _EARLIEST <= seconds < _LATEST:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _entry(item: Item, base: str) -> Entry:
    url = web_address(item.link, base)
    plain = item.body_type == "text/plain" and not _MARKUP.search(item.body)
    return Entry(
        id=stable_id(item.id) or stable_id(url) or f"title:{_hash(item.title or item.body)}",
        url=url or web_address(item.id),
        # A "<" of a plain title is no tag: "The <video> element".
        title=item.title.replace("<", "&lt;") if item.title_type == "text/plain" else item.title,
        body=item.body,
        markup="text" if plain else "html",
        published=moment(item.date),
        lang=stable_id(item.lang).lower()[:35],
        publisher=item.publisher,
        known_by=item.known_by,
    )


def _with_id(entry: Entry, name: str) -> Entry:
    return replace(entry, id=name)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
