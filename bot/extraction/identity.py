"""What an article may be recognised by: its id, its address without the noise, its title on a day."""

import hashlib
import re
import unicodedata
from datetime import date, timedelta
from urllib.parse import SplitResult, quote, unquote, urlsplit

from bot.extraction.clean import is_tidy
from bot.model.article import Extract, Identity

# Parameters that say where a reader came from, not what is read.
_TRACKING = frozenset(
    "fbclid gclid gclsrc gbraid wbraid dclid msclkid twclid yclid igshid igsh mc_cid mc_eid mkt_tok ncid cmpid"  # noqa: SIM905
    " _ga _gl _hsenc _hsmi vero_id oly_anon_id oly_enc_id ref_src ref_url s_cid spm xtor at_medium at_campaign"
    " ftag guccounter guce_referrer guce_referrer_sig cvid ocid sr_share smid taid traffic_source".split()
)
_TRACKING_PREFIXES = ("utm_", "pk_", "piwik_", "mtm_", "hsa_", "at_custom")
TEXT_FRAGMENT = "#:~:text="
"""How the address of a later part of a page goes on."""

# Where there is nothing to drop or to rewrite but the scheme and final slashes: most addresses, at a tenth of the cost.
_PLAIN = re.compile(r"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)*(?:/[a-zA-Z0-9/:@!$&'()*+,;=._~-]*)?)")
_WORDS = re.compile(r"[^\W_]+")
_KEPT_IN_PATH = "/:@!$&'()*+,;=-._~%"


def canonical_url(url: str) -> str:
    """The address with everything dropped that leads to the same page; "" where it is no http(s) address.

    Lower-case scheme and host, https for http, no default port, user, fragment, tracking parameter or final slash;
    the other parameters stay as they are and in their order.
    """
    plain = _PLAIN.fullmatch(url)
    if plain:
        return f"https://{plain.group(1)}".rstrip("/")
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or any(char.isspace() for char in host):
        return ""
    place = f"[{host}]" if ":" in host else host
    if port and port not in (80, 443):
        place = f"{place}:{port}"
    path = quote(_unquoted(parts.path), safe=_KEPT_IN_PATH).rstrip("/")
    query = _query(parts)
    return f"https://{place}{path}{'?' + query if query else ''}"


def _unquoted(path: str) -> str:
    """Escapes of letters, digits and non-ASCII characters read, all others left as they are, in upper case."""
    return re.sub(
        r"(?:%[0-9a-fA-F]{2})+",
        lambda run: "".join(
            char if char.isalnum() or char in "-._~" else quote(char, safe="", errors="surrogateescape")
            for char in _read(run)
        ),
        path,
    )


def _read(run: re.Match[str]) -> str:
    return unquote(run.group(), errors="surrogateescape")


def _query(parts: SplitResult) -> str:
    return "&".join(
        pair for pair in parts.query.split("&") if pair and not _is_tracking(pair.partition("=")[0].lower())
    )


def _is_tracking(name: str) -> bool:
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)


def title_key(title: str, day: date) -> str:
    """The words of a title, folded, on a day; "" for a title without words."""
    words = _WORDS.findall(unicodedata.normalize("NFKC", title).casefold())
    return f"{day.isoformat()} {' '.join(words)}" if words else ""


def earlier_title_keys(key: str, days: int) -> tuple[str, ...]:
    """The keys that the same title had on the day of this key and on so many days before it; none for ""."""
    day, _, words = key.partition(" ")
    if not words:
        return ()
    last = date.fromisoformat(day)
    return tuple(f"{(last - timedelta(days=ago)).isoformat()} {words}" for ago in range(days + 1))


def digest(title: str, text: str) -> str:
    """32 hexadecimal digits that change when a word does, and not when only white space does."""
    whole = f"{_flat(title)}\n{_flat(text)}"
    return hashlib.blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _flat(text: str) -> str:
    return text.replace("\n", " ") if is_tidy(text) else " ".join(text.split())


def identity_of(extract: Extract, day: date) -> Identity:
    """The identity of an article that was first seen on `day`. The parts of a split page keep their own address."""
    address = extract.known_by or canonical_url(extract.url)
    if address and TEXT_FRAGMENT in extract.url and "#" in extract.entry_id:
        address = f"{address}#{extract.entry_id.rpartition('#')[2]}"
    return Identity(
        entry_id=extract.entry_id,
        canonical_url=address,
        title_key=title_key(extract.title, day),
        digest=extract.listed or digest(extract.title, extract.text),
    )
