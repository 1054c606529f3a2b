"""Edits that keep everything else: the bytes of a file are spliced where the company stands, then read again.

Comments, order, quotes, indentation and line ends of all other lines stay as they are. An edit that does not come
out as meant is refused; nothing is written here.
"""

from bisect import bisect_left
from collections.abc import Collection
from collections.abc import Mapping as MappingType

from pydantic import ValidationError

from bot.errors import ChangeRefused, WatchlistError
from bot.model.company import Company
from bot.watchlists.names import fold_name, shown
from bot.watchlists.schema import CompanyEntry
from bot.watchlists.tree import Document, Mapping, Node, Scalar, Sequence, plain, read_document
from bot.watchlists.write import block, content, flow

KEY = "companies"


def add_company(data: bytes, company: Company, file: str = "the list") -> bytes:
    """The file with this company as its last; ChangeRefused if it has it already or can't take it."""
    return add_companies(data, [company], file)


def add_companies(data: bytes, companies: Collection[Company], file: str = "the list") -> bytes:
    """The file with these companies at its end, all of them or none (ChangeRefused)."""
    said = [check_company(company) for company in companies]
    document = _read(data, file)
    listed = _listed(document)
    there = {_folded(entry) for entry in listed}
    for company in companies:
        if fold_name(company.name) in there:
            raise ChangeRefused(f"{shown(company.name)} stands in {file} already; nothing was changed")
        there.add(fold_name(company.name))
    return _checked(_Adding(document, companies).text(), document, [*listed, *said]) if companies else data


def remove_company(data: bytes, name: str, file: str = "the list") -> bytes:
    """The file without the company of this name (case and width do not matter); ChangeRefused if it has none."""
    document = _read(data, file)
    listed = _listed(document)
    index = next((i for i, entry in enumerate(listed) if _folded(entry) == fold_name(name)), None)
    if index is None:
        raise ChangeRefused(f"{shown(name)} does not stand in {file}; nothing was changed")
    entries = _entries(document)
    text = _remove_flow(document, entries, index) if entries.flow else _remove_block(document, entries, index)
    return _checked(text, document, listed[:index] + listed[index + 1 :])


def check_company(company: Company) -> object:
    """The company as a file will have it; ChangeRefused if no file may have it."""
    said = content(company)
    entry = {"name": said} if isinstance(said, str) else dict(said)
    try:
        CompanyEntry.model_validate(entry)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        why = str(first["ctx"]["error"]) if first["type"] == "value_error" else first["msg"]
        raise ChangeRefused(f"{why}; nothing was changed") from None
    return said if isinstance(said, str) else entry


def _read(data: bytes, file: str) -> Document:
    try:
        document = read_document(data, file)
    except WatchlistError as error:
        raise ChangeRefused(f"{error.findings[0]}; mend the file first, nothing was changed") from None
    if document.root is not None and not isinstance(document.root, Mapping):
        raise ChangeRefused(f"{document.place(())}: this is not a watchlist; nothing was changed")
    return document


def _listed(document: Document) -> list[object]:
    found = plain(document.root)
    listed = found.get(KEY) if isinstance(found, dict) else None
    if listed is not None and not isinstance(listed, list):
        raise ChangeRefused(f"{document.place((KEY,))}: `companies` is not a list; nothing was changed")
    return listed or []


def _entries(document: Document) -> Sequence:
    node = document.node_at((KEY,))
    if not isinstance(node, Sequence):
        raise ChangeRefused(f"{document.file}: `companies` is not a list; nothing was changed")
    return node


def _folded(entry: object) -> str:
    name = entry.get("name") if isinstance(entry, MappingType) else entry
    return fold_name(name) if isinstance(name, str) else ""


def _checked(text: str, before: Document, wanted: list[object]) -> bytes:
    """The bytes of the new text, once it reads as the old file with exactly the wanted companies."""
    data = text.encode("utf-8")
    try:
        after = plain(read_document(data, before.file).root)
    except WatchlistError as error:
        raise _refused(before, str(error.findings[0])) from None
    old = plain(before.root)
    expected = {**(old if isinstance(old, dict) else {}), KEY: wanted}
    found = {**after, KEY: after.get(KEY) or []} if isinstance(after, dict) else None
    if found != expected:
        raise _refused(before, "it would read differently afterwards")
    return data


def _refused(document: Document, why: str) -> ChangeRefused:
    return ChangeRefused(f"{document.file} is written in a way that can't be edited here ({why}); edit it by hand")


def _line_end(text: str, offset: int) -> int:
    """Where the line of this offset ends, before its newline."""
    found = [end for end in (text.find("\n", offset), text.find("\r", offset)) if end >= 0]
    return min(found, default=len(text))


def _past_newline(text: str, offset: int) -> int:
    """The offset behind a newline that stands at this offset, if one does."""
    return offset + (
        2 if text.startswith("\r\n", offset) else 1 if offset < len(text) and text[offset] in "\r\n" else 0
    )


def _line_start(text: str, offset: int) -> int:
    start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    return 1 if start == 0 and text.startswith("\ufeff") else start


def _newline(text: str) -> str:
    """The line end that this text uses: that of its first line."""
    end = _line_end(text, 0)
    return text[end : _past_newline(text, end)] or "\n"


def _content_end(text: str, node: Node) -> int:
    """The end of the last line that belongs to a node; block scalars already end behind their newline."""
    end = node.end
    while end > node.start and text[end - 1] in " \t\r\n":
        end -= 1
    return _line_end(text, end)


class _Adding:
    """Where in a document companies go, and how they are written there."""

    def __init__(self, document: Document, companies: Collection[Company]) -> None:
        self.document, self.companies = document, companies
        self.newline = _newline(document.text)

    def text(self) -> str:
        """The whole text with the companies in it."""
        root = self.document.root
        if not isinstance(root, Mapping):
            return self._at_end("")
        pair = root.get(KEY)
        if pair is None:
            return self._new_key_in_braces(root) if root.flow else self._new_key(root)
        key, value = pair
        if isinstance(value, Sequence) and value.items:
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
        return self.newline.join(block(company, indent, self.newline) for company in self.companies)

    def _flow(self) -> str:
        return ", ".join(flow(content(company)) for company in self.companies)

    def _under_key(self, indent: str) -> str:
        return f"{indent}{KEY}:{self.newline}{self._block(indent + '  ')}"

    def _at_end(self, indent: str) -> str:
        text = self.document.text
        gap = "" if text.endswith(("\n", "\r")) or text in ("", "\ufeff") else self.newline
        return f"{text}{gap}{self._under_key(indent)}{self.newline}"

    def _new_key(self, root: Mapping) -> str:
        indent = self._indent_of(root.pairs[0][0].start)
        at = _content_end(self.document.text, root.pairs[-1][1])
        return self._line_after(at, self._under_key(indent))

    def _new_key_in_braces(self, root: Mapping) -> str:
        entry = f"{KEY}: [{self._flow()}]"
        at = root.pairs[-1][1].end if root.pairs else root.start + 1
        return self._splice(at, at, f", {entry}" if root.pairs else entry)

    def _in_braces(self, value: Node) -> str:
        gap = "" if self.document.text[value.start - 1 : value.start].isspace() else " "
        return self._splice(value.start, value.end, f"{gap}[{self._flow()}]")

    def _to_flow(self, entries: Sequence) -> str:
        at = entries.items[-1].end
        return self._splice(at, at, f", {self._flow()}")

    def _to_block(self, entries: Sequence) -> str:
        indent = self._indent_of(self.document.dashes[bisect_left(self.document.dashes, entries.start)])
        at = _content_end(self.document.text, entries.items[-1])
        return self._line_after(at, self._block(indent))

    def _to_empty(self, key: Scalar, value: Node) -> str:
        """`companies:`, `companies: []` or `companies: ~` become a block list below the key."""
        text = self.document.text
        colon = text.index(":", key.end) + 1
        if _line_end(text, colon) < value.start:
            return self._in_braces(value)
        kept = text[:colon] + text[value.end :] if value.end > value.start else text
        indent = self._indent_of(key.start) + "  "
        at = _line_end(kept, colon)
        return kept[:at] + self.newline + self._block(indent) + kept[at:]


def _remove_flow(document: Document, entries: Sequence, index: int) -> str:
    text, items = document.text, entries.items
    if index + 1 < len(items):
        return text[: items[index].start] + text[items[index + 1].start :]
    if index > 0:
        return text[: items[index - 1].end] + text[items[index].end :]
    rest = text[items[0].end :]
    return text[: items[0].start] + (rest.lstrip()[1:] if rest.lstrip().startswith(",") else rest)


def _remove_block(document: Document, entries: Sequence, index: int) -> str:
    text = document.text
    after = entries.items[index - 1].end if index else entries.start
    dash = document.dashes[bisect_left(document.dashes, after)]
    start = _line_start(text, dash)
    end = _past_newline(text, _content_end(text, entries.items[index]))
    kept = text[:start] + text[end:]
    if len(entries.items) > 1:
        return kept
    root = document.root
    pair = root.get(KEY) if isinstance(root, Mapping) else None
    colon = text.index(":", pair[0].end) + 1 if pair else 0
    return kept[:colon] + " []" + kept[colon:]
