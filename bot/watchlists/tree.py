"""YAML as a tree of plain text with its offsets. Everything else that YAML can do is refused while it is scanned."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.scanner import Scanner

from bot.errors import WatchlistError
from bot.model.place import Finding, Place
from bot.watchlists.names import clean, shown

MAX_BYTES = 1_000_000
MAX_DEPTH = 8
MAX_NODES = 200_000

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_LINE_END = re.compile(r"\r\n|\r|\n")
_TAB_INDENT = re.compile(r"^[ ]*(?:[-?:][ ]*)*\t[ \t]*(?=[^ \t\r\n#])", re.MULTILINE)
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as written. `plain`: without quotes; offsets are code points of the file's text."""

    text: str
    plain: bool
    start: int
    end: int

    @property
    def is_null(self) -> bool:
        """Whether YAML reads it as nothing."""
        return self.plain and self.text in NULLS


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list; `flow`: written with brackets."""

    items: tuple["Node", ...]
    flow: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in the order of the file; no key comes twice."""

    pairs: tuple[tuple[Scalar, "Node"], ...]
    flow: bool
    start: int
    end: int

    def get(self, key: str) -> tuple[Scalar, "Node"] | None:
        """The key as it stands in the file and its value, or None."""
        return next((pair for pair in self.pairs if pair[0].text == key), None)


Node = Scalar | Sequence | Mapping


@dataclass(frozen=True, slots=True)
class Document:
    """A file as text and tree. `root` is None where the file says nothing; `dashes` are offsets of list dashes."""

    file: str
    text: str
    root: Node | None
    dashes: tuple[int, ...] = ()
    line_starts: tuple[int, ...] = (0,)

    def place_at(self, offset: int) -> Place:
        """Line and column of a code point; a byte order mark takes no column."""
        return _place(self.file, self.text, self.line_starts, offset)

    def node_at(self, path: Path) -> Node | None:
        """The node of this path, or the deepest one on the way that is there."""
        node = self.root
        for step in path:
            child = _child(node, step)
            if child is None:
                return node
            node = child
        return node

    def place(self, path: Path) -> Place:
        """Where the value of this path begins (or the deepest one on the way)."""
        node = self.node_at(path)
        return self.place_at(node.start) if node else Place(self.file)

    def place_of_key(self, path: Path) -> Place:
        """Where the key at the end of this path stands; the place of the value where there is no such key."""
        parent = self.node_at(path[:-1])
        pair = parent.get(str(path[-1])) if isinstance(parent, Mapping) else None
        return self.place_at(pair[0].start) if pair else self.place(path)


def _child(node: Node | None, step: str | int) -> Node | None:
    if isinstance(node, Mapping) and isinstance(step, str):
        pair = node.get(step)
        return pair[1] if pair else None
    if isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
        return node.items[step]
    return None


def _place(file: str, text: str, starts: tuple[int, ...], offset: int) -> Place:
    line = bisect_right(starts, offset)
    column = offset - starts[line - 1] + 1
    return Place(file, line, column - 1 if line == 1 and text.startswith("\ufeff") and column > 1 else column)


def plain(node: Node | None) -> object:
    """The tree as dicts, lists, cleaned texts and None: what two files are compared by."""
    if isinstance(node, Scalar):
        return None if node.is_null else clean(node.text)
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    if isinstance(node, Mapping):
        return {key.text: plain(value) for key, value in node.pairs}
    return None


def scalars(node: Node | None) -> Iterator[Scalar]:
    """Every text of the tree in the order of the file, keys and values."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from scalars(item)
    elif isinstance(node, Mapping):
        for key, value in node.pairs:
            yield key
            yield from scalars(value)


class _Refusal(Exception):
    """Something that a watchlist must not contain, at an offset of the text."""

    def __init__(self, offset: int, message: str, fix: str) -> None:
        super().__init__(message)
        self.offset, self.message, self.fix = offset, message, fix


class _StrictScanner(Scanner):
    """ruamel's scanner without anchors, aliases, tags and directives, and with a limit of depth.

    Refusing here, before the parser looks ahead, is what keeps a hostile file cheap: 20,000 opening brackets
    cost the parser seconds, this scanner nine tokens.
    """

    def __init__(self, dashes: list[int], loader: object = None) -> None:
        self.dashes = dashes
        super().__init__(loader=loader)

    def _refuse(self, message: str, fix: str) -> NoReturn:
        raise _Refusal(self.reader.index, message, fix)

    def _check_depth(self) -> None:
        if len(self.flow_context) + len(self.indents) > MAX_DEPTH:
            self._refuse(f"nested deeper than {MAX_DEPTH} levels", "a watchlist needs five at most")

    def fetch_flow_collection_start(self, TokenClass: object, to_push: str) -> None:  # noqa: N803
        super().fetch_flow_collection_start(TokenClass, to_push)
        self._check_depth()

    def add_indent(self, column: int) -> bool:
        added: bool = super().add_indent(column)
        self._check_depth()
        return added

    def fetch_block_entry(self) -> None:
        self.dashes.append(self.reader.index)
        super().fetch_block_entry()

    def fetch_alias(self) -> None:
        self._refuse("`*` begins a YAML alias, which is not allowed here", "if it is part of a name, quote the name")

    def fetch_anchor(self) -> None:
        self._refuse("`&` begins a YAML anchor, which is not allowed here", "if it is part of a name, quote the name")

    def fetch_tag(self) -> None:
        self._refuse("`!` begins a YAML tag, which is not allowed here", "if it is part of a name, quote the name")

    def fetch_directive(self) -> None:
        self._refuse("`%` begins a YAML directive, which is not allowed here", "delete the line")


def read_document(data: bytes, file: str) -> Document:
    """The tree of a file; WatchlistError with the one place where it stops being readable."""
    text = _decode(data, file)
    starts = (0, *(match.end() for match in _LINE_END.finditer(text)))
    try:
        _check_characters(text)
        dashes: list[int] = []
        root = _Composer(text).compose(_events(text, dashes))
        return Document(file, text, root, tuple(dashes), starts)
    except _Refusal as refusal:
        place = _place(file, text, starts, refusal.offset)
        raise WatchlistError([Finding(place, "error", refusal.message, refusal.fix)]) from None


def _decode(data: bytes, file: str) -> str:
    if len(data) > MAX_BYTES:
        message = f"the file has {len(data):,} bytes, and {MAX_BYTES:,} are the limit"
        raise WatchlistError([Finding(Place(file, 1, 1), "error", message, "split it into several files")])
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        head = data[: error.start].decode("utf-8")
        starts = (0, *(match.end() for match in _LINE_END.finditer(head)))
        place = _place(file, head, starts, len(head))
        raise WatchlistError([Finding(place, "error", "this is not UTF-8 text", "save the file as UTF-8")]) from None


def _check_characters(text: str) -> None:
    if found := _UNPRINTABLE.search(text):
        raise _Refusal(found.start(), f"a control character (U+{ord(found[0]):04X}) stands here", "delete it")
    if tab := _TAB_INDENT.search(text):
        at = tab.start() + tab[0].index("\t")
        raise _Refusal(at, "a tab indents this line", "use spaces: YAML takes no tabs there")


def _events(text: str, dashes: list[int]) -> Iterator[Event]:
    """The events of a text; `dashes` takes up the offsets of list dashes on the way."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Scanner = partial(_StrictScanner, dashes)
    offset = 0
    try:
        for event in yaml.parse(text):
            offset = event.end_mark.index
            yield event
    except MarkedYAMLError as error:
        raise _explain(error, text) from None
    except (YAMLError, ValueError, OverflowError, IndexError, AssertionError):
        # ruamel lets bare errors of chr() and list.pop() through for some broken escapes and brackets
        raise _Refusal(offset, "this can't be read as YAML", "check quotes and brackets after this place") from None


_EXPLAINED: tuple[tuple[str, str, str], ...] = (
    ("mapping values are not allowed", "a colon and a space inside a plain text", 'quote it: "C3.ai: AI"'),
    ("that cannot start any token", "a plain text can't begin with this character", 'quote it: "@alpha"'),
    ("found unexpected end of stream", "a quote is opened here and never closed", "close it, or finish the file"),
    ("could not find expected ':'", "a text without a colon stands among keys", "add the colon, or indent it"),
    ("sequence entries are not allowed", "a list dash stands where none can be", "put it on a line of its own"),
    ("expected <block end>", "this line is not indented like the lines before it", "align it with its neighbours"),
    ("but found '-'", "a list dash stands between brackets", "put commas between the entries, or delete the brackets"),
    ("found unknown escape character", "a backslash inside double quotes", "use single quotes, or write it twice"),
)

_UNCLOSED = re.compile(r"expected ',' or '(?P<closing>[\]}])', but got '?(?P<instead>[^']+)")
_COLLECTIONS = {"]": ("[", "a list"), "}": ("{", "a mapping")}


def _explain(error: MarkedYAMLError, text: str) -> _Refusal:
    problem = str(error.problem or error.context or "")
    if unclosed := _unclosed(error, text):
        return unclosed
    # an open quote is noticed at the end of the file; the reader needs the place where it was opened
    opened = error.context_mark if "end of stream" in problem else None
    mark = opened or error.problem_mark or error.context_mark
    offset = min(mark.index, len(text)) if mark else len(text)
    if text[offset : offset + 1] == "\t":
        return _Refusal(offset, "a tab stands here", "use spaces: YAML takes tabs in comments and quotes alone")
    for fragment, message, fix in _EXPLAINED:
        if fragment in problem:
            return _Refusal(offset, message, fix)
    return _Refusal(offset, "this can't be read as YAML here", "check quotes, colons and the indentation")


def _unclosed(error: MarkedYAMLError, text: str) -> _Refusal | None:
    """A bracket without its other half: named where it was opened, unless a comma is missing behind it."""
    found = _UNCLOSED.match(str(error.problem))
    opened, noticed = error.context_mark, error.problem_mark
    if not found or not opened or not noticed:
        return None
    bracket, what = _COLLECTIONS[found["closing"]]
    message = f"{what} opened with `{bracket}`"
    if found["instead"] == "<stream end>" or (found["instead"] in (":", "-") and noticed.line > opened.line):
        before = f" before line {noticed.line + 1}" if noticed.index < len(text) else ""
        return _Refusal(opened.index, f"{message} is not closed", f"add `{found['closing']}`{before}")
    line = f" in line {opened.line + 1}" if noticed.line > opened.line else ""
    fix = f"add `{found['closing']}`, or a comma between the entries"
    return _Refusal(noticed.index, f"{message}{line} is not closed before this", fix)


@dataclass
class _Open:
    """A collection that is being read."""

    start: int
    flow: bool
    is_mapping: bool
    nodes: list[Node] = field(default_factory=list)


class _Composer:
    """Events to a tree, without recursion."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.stack: list[_Open] = []
        self.root: Node | None = None
        self.documents = 0
        self.nodes = 0

    def compose(self, events: Iterator[Event]) -> Node | None:
        """The one document of the stream; None where it is empty."""
        for event in events:
            self._take(event)
        return None if isinstance(self.root, Scalar) and self.root.is_null else self.root

    def _take(self, event: Event) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise _Refusal(start, "a second document begins here", "keep one document in a file: delete `---`")
        elif isinstance(event, ScalarEvent):
            at = self._behind_key(start) if start == end else start
            self._add(Scalar(event.value, not event.style, at, at + end - start))
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            self._open(start, flow=bool(event.flow_style), is_mapping=isinstance(event, MappingStartEvent))
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self._close(end)

    def _behind_key(self, offset: int) -> int:
        """Where an empty value is missed: behind the colon of its key. ruamel puts it before the next token."""
        parent = self.stack[-1] if self.stack else None
        if parent is None or not parent.is_mapping or len(parent.nodes) % 2 == 0:
            return offset
        key_end = parent.nodes[-1].end
        return max(self.text.find(":", key_end, offset) + 1, key_end)

    def _open(self, start: int, *, flow: bool, is_mapping: bool) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise _Refusal(start, f"nested deeper than {MAX_DEPTH} levels", "a watchlist needs five at most")
        self.stack.append(_Open(start, flow, is_mapping))

    def _close(self, end: int) -> None:
        done = self.stack.pop()
        # the end of a block collection is only noticed at the next token: its content ends with its last child
        end = end if done.flow else max((node.end for node in done.nodes), default=done.start)
        if not done.is_mapping:
            self._add(Sequence(tuple(done.nodes), done.flow, done.start, end))
            return
        self._add(Mapping(_pairs(done), done.flow, done.start, end))

    def _add(self, node: Node) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise _Refusal(node.start, f"more than {MAX_NODES:,} entries", "split the list into several files")
        if self.stack:
            self.stack[-1].nodes.append(node)
        else:
            self.root = node


def _pairs(done: _Open) -> tuple[tuple[Scalar, Node], ...]:
    pairs: dict[str, tuple[Scalar, Node]] = {}
    for index, (key, value) in enumerate(pairwise(done.nodes)):
        if index % 2:
            continue
        if not isinstance(key, Scalar):
            raise _Refusal(key.start, "a list or mapping stands where a key is meant", "write one word and a colon")
        if key.plain and key.text == "<<":
            raise _Refusal(key.start, "`<<` is a YAML merge key, which is not allowed here", "repeat the lines instead")
        if key.text in pairs:
            raise _Refusal(key.start, f"the key {shown(key.text)} stands here a second time", "merge the two entries")
        pairs[key.text] = (key, value)
    return tuple(pairs.values())
