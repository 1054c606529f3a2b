"""Phrases of a company's rules, `context` and `exclude`: where they stand in a reading."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.matching.reading import Reading
from bot.matching.words import singular
from bot.text import fold, tokens


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase as written and in folded tokens; `cjk`: it is looked for as a substring."""

    text: str
    tokens: tuple[str, ...]
    cjk: bool

    @classmethod
    def read(cls, text: str) -> "Phrase":
        """Fold a phrase of a watchlist."""
        found = tokens(fold(text))
        cjk = any(token.script in ("han", "hiragana", "katakana", "hangul") for token in found)
        return cls(text, tuple(token.text for token in found), cjk)

    def places(self, reading: Reading) -> Iterator[tuple[int, int]]:
        """The (start, end) in the folded text of every place of this phrase; singular and plural are equal."""
        if self.cjk:
            yield from self._as_substring(reading)
        elif self.tokens:
            first = self.tokens[0]
            for form in {first, singular(first), first + "s"}:
                for at in reading.places.get(form, ()):
                    if self._stands_at(reading, at):
                        last = reading.tokens[at + len(self.tokens) - 1]
                        yield reading.tokens[at].folded_start, last.folded_end

    def _stands_at(self, reading: Reading, at: int) -> bool:
        window = reading.tokens[at : at + len(self.tokens)]
        return [singular(token.text) for token in window] == [singular(token) for token in self.tokens]

    def _as_substring(self, reading: Reading) -> Iterator[tuple[int, int]]:
        needle, at = fold(self.text).text, -1
        while needle and (at := reading.folded.text.find(needle, at + 1)) >= 0:
            yield at, at + len(needle)
