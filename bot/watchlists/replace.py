"""An entry of a list made to say something else, by the fewest bytes: only lines whose content differs are touched."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.watchlists.lines import content_end, line_start, newline_of, past_newline, value_end
from bot.watchlists.tree import Document, Node, Scalar
from bot.watchlists.tree import Mapping as MappingNode
from bot.watchlists.tree import Sequence as Listed
from bot.watchlists.write import Content, Said, as_value, flow, lines_of, scalar

Pair = tuple[Scalar, Node]


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """The text between two offsets, and what stands there instead."""

    start: int
    end: int
    new: str


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text after edits that do not overlap."""
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.new + text[edit.end :]
    return text


class Replacing:
    """How one entry of a list comes to say `new` where it says `old`, both with all their keys."""

    def __init__(self, document: Document, entries: Listed, head: str) -> None:
        """`head` is the key that a bare text stands for."""
        self.document, self.text, self.entries, self.head = document, document.text, entries, head
        self.newline = newline_of(document.text)

    def finely(self, node: Node, old: Content, new: Content) -> list[Edit]:
        """By the keys and items that differ."""
        if isinstance(node, MappingNode):
            return list(self._pairs(node, old, new))
        if set(new) == {self.head}:
            return [self._instead(node, new[self.head], flow_style=self.entries.flow)]
        return self._widened(node, old, new)

    def whole(self, index: int, new: Said) -> list[Edit]:
        """By writing all of the entry anew."""
        node = self.entries.items[index]
        if self.entries.flow:
            return [Edit(node.start, value_end(self.text, node), flow(new))]
        after = self.entries.items[index - 1].end if index else self.entries.start
        dash = self.document.dashes[bisect_left(self.document.dashes, after)]
        indent = " " * self._column(dash)
        lines = f"{self.newline}{indent}  ".join([new] if isinstance(new, str) else lines_of(new))
        said = scalar(new, flow=False) if isinstance(new, str) else lines
        return [Edit(dash, content_end(self.text, node), f"- {said}")]

    def _column(self, offset: int) -> int:
        return self.document.place_at(offset).column - 1

    def _instead(self, node: Node, value: object, *, flow_style: bool, key: str = "") -> Edit:
        """Another value in the place of a node; of one that says nothing, behind its colon."""
        written = as_value(value, key, in_flow=flow_style)
        gap = " " if node.start == node.end and self.text[node.start - 1 : node.start] in (":", "-") else ""
        return Edit(node.start, value_end(self.text, node), gap + written)

    def _widened(self, node: Node, old: Content, new: Content) -> list[Edit]:
        """A bare text becomes the first key of a mapping, as it is quoted and with the comment behind it."""
        end = value_end(self.text, node)
        rest = {key: value for key, value in new.items() if key != self.head}
        same = new[self.head] == old[self.head]
        text = self.text[node.start : end] if same else as_value(new[self.head], in_flow=self.entries.flow)
        if self.entries.flow:
            others = "".join(f", {key}: {as_value(value, key, in_flow=True)}" for key, value in rest.items())
            return [Edit(node.start, end, f"{{{self.head}: {text}{others}}}")]
        head = Edit(node.start, node.start, f"{self.head}: ") if same else Edit(node.start, end, f"{self.head}: {text}")
        return [head, self._lines(content_end(self.text, node), self._column(node.start), rest)]

    def _lines(self, at: int, column: int, keys: Content) -> Edit:
        return Edit(at, at, "".join(f"{self.newline}{' ' * column}{line}" for line in lines_of(keys)))

    def _pairs(self, node: MappingNode, old: Content, new: Content) -> Iterator[Edit]:
        said = {pair[0].text for pair in node.pairs}
        gone = [key for key in said if key not in new and key in old]
        for key, value in node.pairs:
            if key.text in new and old.get(key.text) != new[key.text]:
                yield from self._value(key.text, value, old.get(key.text), new[key.text], in_flow=node.flow)
        yield from self._without_pairs(node, gone)
        added = {key: value for key, value in new.items() if key not in said}
        last = next((value for key, value in reversed(node.pairs) if key.text not in gone), None)
        if not added or last is None:
            return
        if node.flow:
            written = "".join(f", {key}: {as_value(value, key, in_flow=True)}" for key, value in added.items())
            yield Edit(last.end, last.end, written)
        else:
            yield self._lines(content_end(self.text, last), self._column(node.pairs[0][0].start), added)

    def _without_pairs(self, node: MappingNode, gone: list[str]) -> Iterator[Edit]:
        pairs = node.pairs
        if node.flow:
            spans = [(key.start, value.end) for key, value in pairs]
            yield from _cut(spans, [index for index, (key, _) in enumerate(pairs) if key.text in gone])
            return
        for index, (key, value) in enumerate(pairs):
            if key.text not in gone:
                continue
            if index == 0 and len(pairs) > 1:
                yield Edit(key.start, pairs[1][0].start, "")
            else:
                yield Edit(line_start(self.text, key.start), past_newline(self.text, content_end(self.text, value)), "")

    def _value(self, key: str, node: Node, old: object, new: object, *, in_flow: bool) -> Iterator[Edit]:
        if isinstance(new, list) and isinstance(old, list) and isinstance(node, Listed) and len(old) == len(node.items):
            yield from self._items(node, old, new)
        elif isinstance(node, Scalar) or node.flow:
            yield self._instead(node, new, flow_style=in_flow, key=key)
        else:
            colon = self.text.rindex(":", 0, node.start) + 1
            yield Edit(colon, content_end(self.text, node), " " + as_value(new, key, in_flow=in_flow))

    def _items(self, node: Listed, old: list[object], new: list[object]) -> Iterator[Edit]:
        """The items that differ: in their place where one takes that of another, else taken out or put in."""
        matcher = SequenceMatcher(None, [repr(item) for item in old], [repr(item) for item in new], autojunk=False)
        cut: list[int] = []
        for _, i1, i2, j1, j2 in (code for code in matcher.get_opcodes() if code[0] != "equal"):
            both = min(i2 - i1, j2 - j1)
            for offset in range(both):
                yield self._instead(node.items[i1 + offset], new[j1 + offset], flow_style=node.flow)
            cut += range(i1 + both, i2)
            if new[j1 + both : j2]:
                yield self._put_in(node, i1 + both, new[j1 + both : j2])
        if node.flow:
            yield from _cut([(item.start, item.end) for item in node.items], cut)
        else:
            yield from (self._without_line(node, index) for index in cut)

    def _put_in(self, node: Listed, index: int, items: list[object]) -> Edit:
        """New items before the one of this number."""
        if node.flow:
            written = ", ".join(flow(item) for item in items)
            if index == 0:
                return Edit(node.items[0].start, node.items[0].start, f"{written}, ")
            return Edit(node.items[index - 1].end, node.items[index - 1].end, f", {written}")
        indent = " " * self._column(self._dash(node, 0))
        lines = [f"{indent}- {as_value(item, in_flow=False)}" for item in items]
        if index == 0:
            at = line_start(self.text, self._dash(node, 0))
            return Edit(at, at, "".join(line + self.newline for line in lines))
        at = content_end(self.text, node.items[index - 1])
        return Edit(at, at, "".join(self.newline + line for line in lines))

    def _dash(self, node: Listed, index: int) -> int:
        after = node.items[index - 1].end if index else node.start
        return self.document.dashes[bisect_left(self.document.dashes, after)]

    def _without_line(self, node: Listed, index: int) -> Edit:
        end = past_newline(self.text, content_end(self.text, node.items[index]))
        return Edit(line_start(self.text, self._dash(node, index)), end, "")


def _cut(spans: list[tuple[int, int]], gone: list[int]) -> Iterator[Edit]:
    """Entries between commas taken out, each with one comma; those that stay keep what stands between them."""
    for index in gone:
        if all(later in gone for later in range(index, len(spans))) and index > 0:
            yield Edit(spans[index - 1][1], spans[index][1], "")
        else:
            end = spans[index + 1][0] if index + 1 < len(spans) else spans[index][1]
            yield Edit(spans[index][0], end, "")


def mapping_of(said: Said, head: str) -> Content:
    """An entry with its keys, also where a bare text stands for one of them."""
    return said if isinstance(said, Mapping) else {head: said}
