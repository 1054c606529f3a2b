"""An article: an entry after extraction, and what makes two of them the same."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """What an article may be recognised by, strongest first: source and id, canonical URL, title and first-seen day.

    `canonical_url` and `title_key` are empty where the source gives none; an empty one never matches. Where a link is
    only a redirect, what the article is known by stands for the URL.
    `digest` changes when the content does.
    """

    entry_id: str
    canonical_url: str = ""
    title_key: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Extract:
    """Readable text out of one entry; a round-up page yields several, each with an id of its own.

    `listed` is the digest of what the source lists, where title or text come from elsewhere, as from the page.
    `known_by` identifies the article where its address can not. `gap` says in words what its text lacks, and why.
    """

    entry_id: str
    url: str
    title: str
    text: str
    lang: str = ""
    published: datetime | None = None
    publisher: str = ""
    known_by: str = ""
    listed: str = ""
    gap: str = ""


@dataclass(frozen=True, slots=True)
class Extracted:
    """The texts of a poll's entries, in order, and facts for the health of the source."""

    extracts: tuple[Extract, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One article as the bot knows it. `revision` counts editions from 1; `text` is empty after retention.

    `gap` says in words what the text lacked when it was judged: that it was cut, or that its page could not be had.
    """

    id: str
    source: str
    identity: Identity
    url: str
    title: str
    text: str
    first_seen: datetime
    published: datetime | None = None
    lang: str = ""
    publisher: str = ""
    revision: int = 1
    gap: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows of an identity: the article behind it and the digest of what was seen.

    `same_source`: it was seen through this very source; otherwise another source brought the same article first.
    `retired`: the article was let go of with its ledger, and nobody knows any more whom it named.
    """

    article_id: str
    digest: str
    revision: int = 1
    same_source: bool = True
    retired: bool = False
