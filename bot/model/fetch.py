"""What the HTTP client brings back."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Response:
    """An answer with a body below the cap. `not_modified`: 304, the body is empty. `url` is where redirects ended."""

    status: int
    url: str
    body: bytes = b""
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    not_modified: bool = False
