"""One document of a folder to entries: plain text, Markdown, HTML, a mail, JSON Lines."""

import email
import email.policy
import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import PurePosixPath
from typing import Literal

from bot.extraction import decoded
from bot.model.source import Entry
from bot.sources.parsing.dates import date_in
from bot.sources.parsing.entries import moment, stable_id, web_address
from bot.sources.parsing.listing import LONGEST_BODY
from bot.sources.parsing.markdown import title_and_text


@dataclass(frozen=True, slots=True)
class Broken:
    """Something that could not be read: the file, the line (0: the file as a whole) and what is wrong."""

    name: str
    line: int
    problem: str

    def __str__(self) -> str:
        """`file:line: problem`."""
        return f"{self.name}:{self.line}: {self.problem}" if self.line else f"{self.name}: {self.problem}"


Made = Iterator[Entry | Broken]

_HEAD = 20_000
_SITE_NAME = re.compile(r"""<meta\s+property=["']og:site_name["']\s+content=["']([^"'<>]{1,100})["']""", re.IGNORECASE)
"""Who published a page, as it says itself: https://ogp.me/#optional"""


def read_document(name: str, content: bytes) -> Made:
    """The entries of a document, and a Broken for each part that can't be read. The suffix says how to read it."""
    return READERS[PurePosixPath(name).suffix.lower()](name, content)


def _text(name: str, content: bytes) -> Made:
    yield from _one(name, "", decoded(content), "text")


def _markdown(name: str, content: bytes) -> Made:
    title, text = title_and_text(decoded(content))
    yield from _one(name, title, text, "text")


def _html(name: str, content: bytes) -> Made:
    body = decoded(content, "text/html")
    site = _SITE_NAME.search(body, 0, _HEAD)
    yield from _one(name, "", body, "html", publisher=site.group(1) if site else "")


def _mail(name: str, content: bytes) -> Made:
    try:
        message = email.message_from_bytes(content, policy=email.policy.default)
        subject, sent = str(message.get("Subject", "")), _sent(message)
        sender, _ = parseaddr(str(message.get("From", "")))
        text, markup = _body(message)
    except Exception as error:  # noqa: BLE001 - the package raises whatever a header makes it stumble over
        yield Broken(name, 0, f"not a readable mail ({type(error).__name__})")
        return
    yield from _one(name, subject, text, markup, sent, sender)


def _sent(message: EmailMessage) -> datetime | None:
    try:
        sent = parsedate_to_datetime(str(message.get("Date", "")))
        return moment(sent.replace(tzinfo=sent.tzinfo or UTC).timestamp())
    except (ValueError, TypeError, OverflowError):
        return None


def _body(message: EmailMessage) -> tuple[str, Literal["html", "text"]]:
    """The plain text of a mail, else its HTML; attachments are not read."""
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return "", "text"
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    markup: Literal["html", "text"] = "html" if part.get_content_type() == "text/html" else "text"
    return decoded(content, str(part.get("Content-Type", ""))), markup


def _one(
    name: str,
    title: str,
    body: str,
    markup: Literal["html", "text"],
    published: datetime | None = None,
    publisher: str = "",
) -> Made:
    if not body.strip() and not title.strip():
        yield Broken(name, 0, "nothing to read in it")
        return
    if len(body) > LONGEST_BODY:
        yield Broken(name, 0, f"longer than {LONGEST_BODY} characters: only the beginning is read")
    yield Entry(stable_id(name), "", title, body[:LONGEST_BODY], markup, published, publisher=publisher)


def _json_lines(name: str, content: bytes) -> Made:
    taken: set[str] = set()
    # Only line feeds part the lines: other breaks may stand inside a JSON string.
    for number, line in enumerate(decoded(content).split("\n"), 1):
        if not line.strip():
            continue
        made = _article(name, number, line)
        if isinstance(made, Entry) and made.id in taken:
            made = Broken(name, number, "the same id as an earlier line: left out")
        elif isinstance(made, Entry):
            taken.add(made.id)
            if len(made.body) == LONGEST_BODY:
                yield Broken(name, number, f"longer than {LONGEST_BODY} characters: only the beginning is read")
        yield made


def _article(name: str, number: int, line: str) -> Entry | Broken:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return Broken(name, number, "not a JSON object on one line")
    if not isinstance(data, dict):
        return Broken(name, number, "not a JSON object on one line")
    title, text, url, publisher = (data.get(key) or "" for key in ("title", "text", "url", "source"))
    if not all(isinstance(value, str) for value in (title, text, url, publisher)) or not (title or text).strip():
        return Broken(
            name, number, 'write {"id": ..., "title": "...", "text": "...", "url": "...", "published": "..."}'
        )
    own = data.get("id")
    own_id = str(own) if isinstance(own, str | int) and not isinstance(own, bool) and str(own).strip() else str(number)
    published, problem = _published(data.get("published"))
    if problem:
        return Broken(name, number, problem)
    entry_id, body = stable_id(f"{name}:{own_id}"), text[:LONGEST_BODY]
    return Entry(entry_id, web_address(url), title, body, "text", published, publisher=publisher)


def _published(value: object) -> tuple[datetime | None, str]:
    """ISO 8601, or as in a mail; without a zone it is UTC."""
    if value in (None, ""):
        return None, ""
    with suppress(ValueError, OverflowError):
        return moment(date_in(str(value)).timestamp()), ""
    return None, '"published" is no date: write it as 2026-11-20T08:30:00Z'


READERS: dict[str, Callable[[str, bytes], Made]] = {
    ".txt": _text,
    ".text": _text,
    ".md": _markdown,
    ".markdown": _markdown,
    ".html": _html,
    ".htm": _html,
    ".eml": _mail,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
}
