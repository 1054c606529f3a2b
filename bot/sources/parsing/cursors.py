"""What a source remembers of an answer."""

from bot.model.fetch import Response
from bot.model.source import Cursor


def after_304(cursor: Cursor, response: Response) -> Cursor:
    """A 304 may bring new validators (RFC 9110, 15.4.5); the body is still the one that we know."""
    return Cursor(response.etag or cursor.etag, response.last_modified or cursor.last_modified, cursor.body_hash)
