"""The main text of a web page. Runs in a process of its own: it is given what anybody may have written.

Nothing else may import this module: its libraries take a quarter of a second and 40 MB.
"""

import re
from collections.abc import Iterator

import trafilatura
from trafilatura.settings import Document

from bot.extraction.charset import decoded

JOB = "bot.extraction.page:main_text"

_LANG = re.compile(r"<html\b[^>]{0,500}?\blang\s*=\s*[\"']?([a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{2,8}){0,3})", re.IGNORECASE)


def main_text(body: bytes, content_type: str, url: str) -> Iterator[dict[str, str]]:
    """Title, text, language, publisher and date (a day, ISO) of the page, each "" where it says none."""
    html = decoded(body, content_type)
    found = trafilatura.bare_extraction(
        html, url=url or None, fast=True, include_comments=False, with_metadata=True, deduplicate=False
    )
    lang = _LANG.search(html[:5_000])
    page = found if isinstance(found, Document) else Document()
    yield {
        "title": page.title or "",
        "text": page.text or "",
        "lang": lang.group(1).lower() if lang else "",
        "publisher": page.sitename or "",
        "date": page.date or "",
    }
