"""Which filed words are a few edits from a given one: an index of pieces that edits leave untouched (Pass-Join)."""

from collections.abc import Iterator

from bot.matching.names import edit_cap

_Table = dict[str, tuple[str, ...]]


class Pieces:
    """Words with a cap of edits. Every word within its cap of a text is offered, and a few others.

    A word of cap e is cut into e + 1 pieces with a letter between them, so that one edit, a swapped pair too, touches
    one piece at most, and e edits leave one piece whole. Both words begin with the same letter. An apostrophe counts
    for nothing.
    """

    def __init__(self) -> None:
        """Nothing is filed."""
        self._tables: dict[tuple[str, int], tuple[_Table, ...]] = {}

    def add(self, word: str) -> None:
        """File a word that has a cap."""
        letters = word.replace("'", "")
        cuts = _cuts(len(letters))
        tables = self._tables.get((word[0], len(letters)))
        if tables is None:
            tables = self._tables[word[0], len(letters)] = tuple({} for _ in cuts)
        for table, (start, end) in zip(tables, cuts, strict=True):
            piece = letters[start:end]
            table[piece] = (*table.get(piece, ()), word)

    def remove(self, word: str) -> None:
        """Forget a word that was filed."""
        letters = word.replace("'", "")
        for table, (start, end) in zip(self._tables[word[0], len(letters)], _cuts(len(letters)), strict=True):
            table[letters[start:end]] = tuple(other for other in table[letters[start:end]] if other != word)

    def near(self, text: str) -> set[str]:
        """The words that may be within their cap of this text, itself perhaps among them."""
        found: set[str] = set()
        letters = text.replace("'", "")
        for length in range(len(letters) - 2, len(letters) + 3):
            if tables := self._tables.get((text[0], length)):
                for words in _untouched(letters, length, tables):
                    found.update(words)
        return found


def _untouched(text: str, length: int, tables: tuple[_Table, ...]) -> Iterator[tuple[str, ...]]:
    """The words of this length that share a piece with the text where it would stand.

    The first untouched piece is the first one, unmoved as no edit is before it; or the last one, moved by the
    difference of the lengths as all edits are before it; or the middle one with one edit before it.
    """
    cuts, moved = _cuts(length), len(text) - length
    if abs(moved) >= len(cuts):
        return
    start, end = cuts[0]
    yield tables[0].get(text[start:end], ())
    start, end = cuts[-1]
    yield tables[-1].get(text[start + moved : end + moved], ())
    for (start, end), table in zip(cuts[1:-1], tables[1:-1], strict=True):
        for shift in (-1, 0, 1):
            yield table.get(text[start + shift : end + shift], ())


def _cuts(length: int) -> tuple[tuple[int, int], ...]:
    """Where the pieces of a word begin and end, one letter between two of them."""
    return _CUTS[length] if length < len(_CUTS) else _cut(length)


def _cut(length: int) -> tuple[tuple[int, int], ...]:
    count = edit_cap("a" * length, "latin") + 1
    size, more = divmod(length - count + 1, count)
    found, start = [], 0
    for piece in range(count):
        end = start + size + (piece < more)
        found.append((start, end))
        start = end + 1
    return tuple(found)


_CUTS = tuple(_cut(length) for length in range(64))
