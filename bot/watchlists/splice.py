"""Edits that keep everything else: the bytes of a file are spliced where an entry stands, then read again.

Comments, order, quotes, indentation and line ends of all other lines stay as they are. An edit that does not come
out as meant is refused; nothing is written here.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, Self

from bot.errors import ChangeRefused, WatchlistError
from bot.watchlists.lines import content_end, line_end, line_start, newline_of, past_newline
from bot.watchlists.replace import Edit, Replacing, edited
from bot.watchlists.tree import Document, Mapping, Node, Scalar, plain, read_document
from bot.watchlists.tree import Sequence as Listed
from bot.watchlists.write import Content, Said, block, flow


class Reading(Protocol):
    """How the entries of one section are understood."""

    @property
    def head(self) -> str:
        """The key that a bare text stands for."""
        ...

    def keys(self, entry: object) -> Content:
        """What an entry says with all its keys, two that mean the same alike; ChangeRefused where it is no entry."""
        ...


@dataclass(frozen=True, slots=True)
class Section:
    """The list that a file has under one key, such as `companies`; `listed` is what stands in it, as plain content."""

    document: Document
    key: str
    listed: list[object]

    @classmethod
    def read(cls, data: bytes, file: str, key: str) -> Self:
        """The section of a file, also one that is not there yet; ChangeRefused where the file can't be edited."""
        try:
            document = read_document(data, file)
        except WatchlistError as error:
            raise ChangeRefused(f"{error.findings[0]}; mend the file first, nothing was changed") from None
        if document.root is not None and not isinstance(document.root, Mapping):
            raise ChangeRefused(f"{document.place(())}: this is not a watchlist; nothing was changed")
        found = plain(document.root)
        listed = found.get(key) if isinstance(found, dict) else None
        if listed is not None and not isinstance(listed, list):
            raise ChangeRefused(f"{document.place((key,))}: `{key}` is not a list; nothing was changed")
        return cls(document, key, listed or [])

    def with_added(self, entries: Sequence[Said]) -> bytes:
        """The file with these entries behind the others."""
        wanted = [*self.listed, *entries]
        return self._checked(_Adding(self.document, self.key, entries).text(), wanted.__eq__)

    def without(self, index: int) -> bytes:
        """The file without the entry of this number."""
        node = self.document.node_at((self.key,))
        if not isinstance(node, Listed):
            raise ChangeRefused(f"{self.document.file}: `{self.key}` is not a list; nothing was changed")
        if node.flow:
            text = _remove_flow(self.document, node, index)
        else:
            text = _remove_block(self.document, self.key, node, index)
        wanted = self.listed[:index] + self.listed[index + 1 :]
        return self._checked(text, wanted.__eq__)

    def with_replaced(self, index: int, new: Said, reading: "Reading") -> bytes:
        """The file with the entry of this number saying something else, by as few lines as that takes."""
        node = self.document.node_at((self.key,))
        if not isinstance(node, Listed):
            raise ChangeRefused(f"{self.document.file}: `{self.key}` is not a list; nothing was changed")
        entry = node.items[index]
        replacing = Replacing(self.document, node, reading.head)
        try:
            edits = replacing.finely(entry, reading.keys(self.listed[index]), reading.keys(new))
            return self._replaced(edits, index, new, reading)
        except ChangeRefused:
            return self._replaced(replacing.whole(index, new), index, new, reading)

    def _replaced(self, edits: Iterable[Edit], index: int, new: Said, reading: "Reading") -> bytes:
        def is_meant(found: list[object]) -> bool:
            others = len(found) == len(self.listed) and all(
                each == self.listed[number] for number, each in enumerate(found) if number != index
            )
            return others and reading.keys(found[index]) == reading.keys(new)

        return self._checked(edited(self.document.text, edits), is_meant)

    def _checked(self, text: str, is_meant: Callable[[list[object]], bool]) -> bytes:
        """The bytes of the new text, once it reads as the old file with the entries that are meant."""
        data = text.encode("utf-8")
        try:
            after = plain(read_document(data, self.document.file).root)
        except WatchlistError as error:
            raise self._refused(str(error.findings[0])) from None
        old = plain(self.document.root) or {}
        if not isinstance(after, dict) or not isinstance(old, dict):
            raise self._refused("it would be no watchlist afterwards")
        if {**after, self.key: None} != {**old, self.key: None} or not is_meant(after.get(self.key) or []):
            raise self._refused("it would read differently afterwards")
        return data

    def _refused(self, why: str) -> ChangeRefused:
        return ChangeRefused(
            f"{self.document.file} is written in a way that can't be edited here ({why}); edit it by hand"
        )


class _Adding:
    """Where in a document entries go, and how they are written there."""

    def __init__(self, document: Document, key: str, entries: Sequence[Said]) -> None:
        self.document, self.key, self.entries = document, key, entries
        self.newline = newline_of(document.text)

    def text(self) -> str:
        """The whole text with the entries in it."""
        root = self.document.root
        if not isinstance(root, Mapping):
            return self._at_end("")
        pair = root.get(self.key)
        if pair is None:
            return self._new_key_in_braces(root) if root.flow else self._new_key(root)
        key, value = pair
        if isinstance(value, Listed) and value.items:
            return self._to_flow(value) if value.flow else self._to_block(value)
        return self._in_braces(value) if root.flow else self._to_empty(key, value)

    def _splice(self, start: int, end: int, new: str) -> str:
        text = self.document.text
        return text[:start] + new + text[end:]

    def _line_after(self, offset: int, new: str) -> str:
        """`new` as lines of its own behind the line that ends at this offset."""
        return self._splice(offset, offset, self.newline + new)

    def _indent_of(self, offset: int) -> str:
        return " " * (self.document.place_at(offset).column - 1)

    def _block(self, indent: str) -> str:
        return self.newline.join(block(entry, indent, self.newline) for entry in self.entries)

    def _flow(self) -> str:
        return ", ".join(flow(entry) for entry in self.entries)

    def _under_key(self, indent: str) -> str:
        return f"{indent}{self.key}:{self.newline}{self._block(indent + '  ')}"

    def _at_end(self, indent: str) -> str:
        text = self.document.text
        gap = "" if text.endswith(("\n", "\r")) or text in ("", "\ufeff") else self.newline
        return f"{text}{gap}{self._under_key(indent)}{self.newline}"

    def _new_key(self, root: Mapping) -> str:
        indent = self._indent_of(root.pairs[0][0].start)
        at = content_end(self.document.text, root.pairs[-1][1])
        return self._line_after(at, self._under_key(indent))

    def _new_key_in_braces(self, root: Mapping) -> str:
        entry = f"{self.key}: [{self._flow()}]"
        at = root.pairs[-1][1].end if root.pairs else root.start + 1
        return self._splice(at, at, f", {entry}" if root.pairs else entry)

    def _in_braces(self, value: Node) -> str:
        gap = "" if self.document.text[value.start - 1 : value.start].isspace() else " "
        return self._splice(value.start, value.end, f"{gap}[{self._flow()}]")

    def _to_flow(self, entries: Listed) -> str:
        at = entries.items[-1].end
        return self._splice(at, at, f", {self._flow()}")

    def _to_block(self, entries: Listed) -> str:
        indent = self._indent_of(self.document.dashes[bisect_left(self.document.dashes, entries.start)])
        at = content_end(self.document.text, entries.items[-1])
        return self._line_after(at, self._block(indent))

    def _to_empty(self, key: Scalar, value: Node) -> str:
        """`key:`, `key: []` or `key: ~` become a block list below the key."""
        text = self.document.text
        colon = text.index(":", key.end) + 1
        if line_end(text, colon) < value.start:
            return self._in_braces(value)
        kept = text[:colon] + text[value.end :] if value.end > value.start else text
        indent = self._indent_of(key.start) + "  "
        at = line_end(kept, colon)
        return kept[:at] + self.newline + self._block(indent) + kept[at:]


def _remove_flow(document: Document, entries: Listed, index: int) -> str:
    text, items = document.text, entries.items
    if index + 1 < len(items):
        return text[: items[index].start] + text[items[index + 1].start :]
    if index > 0:
        return text[: items[index - 1].end] + text[items[index].end :]
    rest = text[items[0].end :]
    return text[: items[0].start] + (rest.lstrip()[1:] if rest.lstrip().startswith(",") else rest)


def _remove_block(document: Document, key: str, entries: Listed, index: int) -> str:
    text = document.text
    after = entries.items[index - 1].end if index else entries.start
    dash = document.dashes[bisect_left(document.dashes, after)]
    start = line_start(text, dash)
    end = past_newline(text, content_end(text, entries.items[index]))
    kept = text[:start] + text[end:]
    if len(entries.items) > 1:
        return kept
    root = document.root
    pair = root.get(key) if isinstance(root, Mapping) else None
    colon = text.index(":", pair[0].end) + 1 if pair else 0
    return kept[:colon] + " []" + kept[colon:]
