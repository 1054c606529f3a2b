"""From the bytes and markup of an entry to the readable text of articles. Pure."""

from bot.extraction.charset import as_utf8, decoded
from bot.extraction.extract import extract
from bot.extraction.identity import canonical_url, digest, identity_of, title_key

__all__ = ["as_utf8", "canonical_url", "decoded", "digest", "extract", "identity_of", "title_key"]
