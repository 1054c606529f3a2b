"""HTML to readable text in one pass over the source, without a tree.

Why no tree: 15 KB of nested <font> elements cost a tree builder (lexbor) 128 MB, 890 KB of attributes 16 s, 250 KB
of <div> 2.3 s, and what a feed lists is anybody's. Text needs no tree, and one pass is linear in whatever comes.
"""

import html
import re
from dataclasses import dataclass, field

from bot.extraction.boxes import END_OF_LINK, LINK, unmarked, without_boxes
from bot.extraction.clean import one_line, paragraphs

_BLOCKS = frozenset(
    "address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset"  # noqa: SIM905
    " figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li listing main"
    " menu nav ol p pre search section summary table tbody tfoot thead title tr ul".split()
)
_CELLS = frozenset(("td", "th", "option"))
# Read up to their own end tag, whatever stands in between (https://html.spec.whatwg.org/#parsing-main-inhead).
_RAW = frozenset(("script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "plaintext"))
# Not part of what the author wrote.
_DROPPED = frozenset(
    ("nav", "aside", "footer", "noscript", "template", "svg", "math", "object", "select", "button", "audio", "video")
)
_BOXES = frozenset(("div", "section", "ul", "ol", "p", "table", "figure", "blockquote"))
# What publishers and the software of blogs call boxes of related stories and buttons.
_BOX = re.compile(
    r"""\s(?:class|id)\s*=\s*["'](?:[^"'<>]*[\s_-])?(?:jp-relatedposts|sharedaddy|addtoany\w*|outbrain|taboola"""
    r"""|(?:related|recommended)[_-]?(?:posts?|articles?|stor(?:y|ies)|content|news|links?|box)"""
    r"""|(?:share|social)[_-](?:buttons?|bar|tools?|links?|icons?|share)|newsletter[_-]?(?:signup|box|form))[\s"'_-]""",
    re.IGNORECASE,
)
_NAME = re.compile(r"/?([a-zA-Z][^\s/>]{0,40})")
# A tag up to its end, where quoted values may hold ">". Possessive, so that a wrong guess is not tried twice.
_TAG_END = re.compile(r"""(?:[^>"']++|"[^"]*+"|'[^']*+')*+>""")
_LONGEST_TAG = 5_000
_PATIENCE = 100  # tags with odd quotes before quotes are no longer believed in this document
_HUGE_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{9,}+;?")
_LOOKS_LIKE_TAG = re.compile(r"</?[a-zA-Z][^<>]*+>|<!|<\?")


@dataclass(frozen=True, slots=True)
class Readable:
    """What a person would read: the title of the document, if it has one, and its text, a line a paragraph."""

    title: str
    text: str


@dataclass(slots=True)
class _Reading:
    """Where the pass stands."""

    source: str
    at: int = 0
    title: str = ""
    parts: list[str] = field(default_factory=list)
    odd_quotes: int = 0
    unclosed: set[str] = field(default_factory=set)


def readable(source: str) -> Readable:
    """The text of an HTML document or fragment, without boxes of other stories and buttons to share it.

    Plain text comes back as it is, with entities read.
    """
    if not _LOOKS_LIKE_TAG.search(source):
        return Readable("", paragraphs(unescaped(source)))
    reading = _read(source)
    lines = without_boxes(_joined(reading.parts).split("\n"))
    return Readable(one_line(unescaped(reading.title)), paragraphs("\n".join(lines)))


def inline(source: str) -> str:
    """A piece of HTML as one line, such as a title: `A &amp; <b>B</b>` is "A & B"."""
    if not _LOOKS_LIKE_TAG.search(source):
        return one_line(unescaped(source))
    return one_line(unmarked(_joined(_read(source).parts)))


def _read(source: str) -> _Reading:
    reading = _Reading(unmarked(source))
    while reading.at < len(reading.source):
        _step(reading)
    return reading


def unescaped(text: str) -> str:
    """Entities read as HTML reads them."""
    # A number of thousands of digits makes int() raise.
    return html.unescape(_HUGE_REFERENCE.sub("\ufffd", text)) if "&" in text else text


def _joined(parts: list[str]) -> str:
    """Line breaks of the source are spaces in HTML; our marks are paragraphs."""
    text = "".join(parts).replace("]]>", "")
    return unescaped("\n".join(" ".join(paragraph.split()) for paragraph in text.split("\v")))


def _step(reading: _Reading) -> None:
    """One run of text and the tag behind it."""
    source = reading.source
    opening = source.find("<", reading.at)
    if opening < 0:
        reading.parts.append(source[reading.at :])
        reading.at = len(source)
        return
    reading.parts.append(source[reading.at : opening])
    name = _NAME.match(source, opening + 1)
    if name is not None:
        _tag(reading, name.group(1).lower(), opening, name.end())
    elif source.startswith("<![CDATA[", opening):
        reading.at = opening + len("<![CDATA[")
    elif source.startswith("<!--", opening):
        reading.at = _after(source, "-->", opening + 2)
    elif source.startswith(("<!", "<?", "</"), opening):
        reading.at = _after(source, ">", opening)
    else:
        reading.parts.append("<")
        reading.at = opening + 1


def _tag(reading: _Reading, name: str, opening: int, behind_name: int) -> None:
    reading.at = _end_of_tag(reading, behind_name)
    closing = reading.source[opening + 1] == "/"
    if not closing and name in _RAW:
        content = _skip_to_end_of(reading, name)
        if name == "title" and not reading.title:
            reading.title = content
    elif not closing and reading.source[reading.at - 2] != "/" and _is_dropped(reading, name, behind_name):
        _drop(reading, name)
    if name == "a":
        reading.parts.append(END_OF_LINK if closing else LINK)
    if name in _BLOCKS:
        reading.parts.append("\v")
    elif name in _CELLS:
        reading.parts.append(" ")


def _is_dropped(reading: _Reading, name: str, behind_name: int) -> bool:
    """Whether an element is none of the author's: by its name, or a box by its class or id."""
    if name in _DROPPED:
        return True
    if reading.at == behind_name + 1:
        return False  # no class and no id
    return name in _BOXES and _BOX.search(reading.source, behind_name, min(reading.at, behind_name + 500)) is not None


def _end_of_tag(reading: _Reading, start: int) -> int:
    """The position behind the ">" of a tag; the end of the source where there is none."""
    if reading.source.startswith(">", start):
        return start + 1
    if reading.odd_quotes < _PATIENCE:
        found = _TAG_END.match(reading.source, start, min(len(reading.source), start + _LONGEST_TAG))
        if found is not None:
            return found.end()
        reading.odd_quotes += 1
    return _after(reading.source, ">", start)


def _skip_to_end_of(reading: _Reading, name: str) -> str:
    """Go behind the end tag of a raw element and return what stood in it."""
    start = reading.at
    found = re.compile(f"</{name}(?=[\\s/>])", re.IGNORECASE | re.ASCII).search(reading.source, start)
    if found is None:
        reading.at = len(reading.source)
        return ""
    reading.at = _after(reading.source, ">", found.end())
    return reading.source[start : found.start()]


def _drop(reading: _Reading, name: str) -> None:
    """Go behind the element; where it never ends, only its tag is dropped."""
    if name in reading.unclosed:
        return
    depth = 1
    for found in re.compile(f"<(/?){name}(?=[\\s/>])", re.IGNORECASE | re.ASCII).finditer(reading.source, reading.at):
        depth += -1 if found.group(1) else 1
        if depth == 0:
            reading.at = _after(reading.source, ">", found.end())
            return
    reading.unclosed.add(name)


def _after(source: str, what: str, start: int) -> int:
    found = source.find(what, start)
    return len(source) if found < 0 else found + len(what)
