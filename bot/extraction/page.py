"""The main text of a web page. Runs in a process of its own: it is given what anybody may have written.

Nothing else may import this module: its libraries take a quarter of a second and 40 MB.
"""

import re
from collections.abc import Iterator

import trafilatura
from trafilatura.settings import Document

from bot.extraction.charset import decoded

JOB = "bot.extraction.page:main_text"

# What no reader is shown.
_HIDDEN = [
    "//*[@hidden]",
    "//*[contains(translate(@style, ' ', ''), 'display:none')]",
    "//*[contains(translate(@style, ' ', ''), 'visibility:hidden')]",
]
_LITTLE = 1_000
_TOO_SMALL_A_PART = 0.35
"""A text shorter than both may be a part only: 887 of 2,793 characters of a page whose paragraphs are <div>."""

_LANG = re.compile(r"<html\b[^>]{0,500}?\blang\s*=\s*[\"']?([a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{2,8}){0,3})", re.IGNORECASE)


def main_text(body: bytes, content_type: str, url: str) -> Iterator[dict[str, str]]:
    """Title, text, language, publisher and date (a day, ISO) of the page, each "" where it says none."""
    html = decoded(body, content_type)
    page = _found(html, url, fast=True)
    text = page.text or ""
    if len(text) < _LITTLE and len(text) < len(trafilatura.html2txt(html)) * _TOO_SMALL_A_PART:
        text = _found(html, url, fast=False).text or text
    lang = _LANG.search(html[:5_000])
    yield {
        "title": page.title or "",
        "text": text,
        "lang": lang.group(1).lower() if lang else "",
        "publisher": page.sitename or "",
        "date": page.date or "",
    }


def _found(html: str, url: str, *, fast: bool) -> Document:
    """What trafilatura makes of the page; empty where it finds nothing. `fast`: without its second opinions."""
    found = trafilatura.bare_extraction(
        html,
        url=url or None,
        fast=fast,
        include_comments=False,
        with_metadata=fast,
        prune_xpath=_HIDDEN,
        date_extraction_params={"extensive_search": False, "original_date": True, "outputformat": "%Y-%m-%d"},
    )
    return found if isinstance(found, Document) else Document()
