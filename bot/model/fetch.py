"""How the HTTP client asks, and what it brings back."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Manners:
    """How to ask. `robots`: obey robots.txt, as for pages and sitemaps; a feed is there to be fetched.

    `agent`: the User-Agent for this request; empty for the one that the bot gives everywhere.
    """

    robots: bool = False
    agent: str = ""


PLAIN = Manners()


@dataclass(frozen=True, slots=True)
class Response:
    """An answer with a body below the cap. `not_modified`: 304, the body is empty. `url` is where redirects ended.

    `moved_to` is that address where every redirect on the way was a permanent one (301, 308), else empty; a move from
    https to http counts as none.
    """

    status: int
    url: str
    body: bytes = b""
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    not_modified: bool = False
    moved_to: str = ""
