"""From an entry to the readable texts of articles."""

import re
from urllib.parse import quote, unquote, urlsplit

from bot.extraction.clean import one_line, paragraphs, shortened
from bot.extraction.identity import TEXT_FRAGMENT, canonical_url
from bot.extraction.language import told_or_seen
from bot.extraction.markup import inline, readable
from bot.extraction.slug import title_in
from bot.extraction.split import Part, split
from bot.extraction.wrap import unwrapped
from bot.model.article import Extract
from bot.model.source import Entry

LONGEST_TITLE = 300
LONGEST_MADE_TITLE = 120

# A full stop, or its like, that is not behind an initial or an abbreviation, and what follows begins a sentence.
_SENTENCE_END = re.compile(r"(?<=[^\s.][^\s.])[.!?…]+[\"'”’)\]]*(?=\s+[\"'“‘(\[]?[^\W\d_a-z])|[。！？]")


def extract(entry: Entry) -> tuple[Extract, ...]:
    """The articles of an entry: one for HTML, one or several for plain text, none where nothing can be read.

    A title is one line; without one, the first sentence serves, and without a text the words of the address. The text
    has a line a paragraph and is never cut.
    """
    parts: tuple[Part, ...]
    if entry.markup == "html":
        page = readable(entry.body)
        title = inline(entry.title) or page.title
        parts = (Part("", "", without_heading(page.text, title)),)
    else:
        title, parts = one_line(entry.title), split(paragraphs(unwrapped(entry.body)))
    made = (_part(entry, part, title if not part.slug else "") for part in parts)
    return tuple(one for one in made if one.title or one.text) or _unnamed(entry)


def _unnamed(entry: Entry) -> tuple[Extract, ...]:
    """An entry that is an address and nothing else: what it is called there."""
    words = words_of(entry.url)
    return (_part(entry, Part("", "", ""), words),) if words else ()


def words_of(url: str) -> str:
    """`.../2026/11/lava-in-talks.html` is "lava in talks"; an address without words is itself; "" for none."""
    parts = urlsplit(url) if canonical_url(url) else None
    if parts is None:
        return ""
    name = unquote(parts.path.rstrip("/").rpartition("/")[2]).partition(".")[0]
    words = [word for word in re.split(r"[-_+\s]+", name) if word and not word.isdigit()]
    readable = one_line(" ".join(words)) if len(words) > 1 or not name.isascii() else ""
    return readable or one_line(f"{parts.netloc}{parts.path}{'?' if parts.query else ''}{parts.query}")


def _part(entry: Entry, part: Part, title: str) -> Extract:
    return Extract(
        entry_id=f"{entry.id}#{part.slug}" if part.slug else entry.id,
        url=_address(entry.url, part),
        title=shortened(title, LONGEST_TITLE) or first_sentence(part.text) or title_in(entry.url),
        text=part.text,
        lang=told_or_seen(entry.lang, f"{title}\n{part.text}"),
        published=entry.published,
        publisher=shortened(one_line(entry.publisher), LONGEST_TITLE),
        known_by=entry.known_by,
    )


def _address(url: str, part: Part) -> str:
    """The page; for a later part with a text fragment, so that a browser opens it there."""
    if not url or not part.slug:
        return url
    # A bare dash has a meaning of its own in a text fragment: https://wicg.github.io/scroll-to-text-fragment/#syntax
    words = quote(part.kicker, safe="").replace("-", "%2D")
    return f"{url.partition('#')[0]}{TEXT_FRAGMENT}{words}"


def without_heading(text: str, *titles: str) -> str:
    """The text without a first line that only says a title again."""
    heading, _, rest = text.partition("\n")
    return rest if rest and heading in titles else text


def first_sentence(text: str) -> str:
    """The first sentence or line, whichever is shorter, in at most 120 characters."""
    line = text.partition("\n")[0]
    found = _SENTENCE_END.search(line)
    return shortened(line[: found.end()] if found else line, LONGEST_MADE_TITLE)
