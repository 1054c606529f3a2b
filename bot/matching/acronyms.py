"""Acronyms: the capitals of a long name, where the article has shown the long form."""

from collections.abc import Sequence

from bot.matching.candidate import Candidate
from bot.matching.names import CONNECTIVES
from bot.matching.reading import Reading
from bot.text import fold, tokens

_SKIPPED = CONNECTIVES | {"of", "the", "for", "de", "du", "des", "la"}
_SHORTEST = 3


def acronym_candidates(candidates: Sequence[Candidate], readings: Sequence[Reading]) -> list[Candidate]:
    """Tokens in capitals that abbreviate a name of three words or more which one of the candidates spells out."""
    spelled = {
        (long.company, long.alias.text, long.name): long
        for long in candidates
        if len(long.name) >= _SHORTEST and not long.edits
    }
    shown = {(short, long.company): long for long in spelled.values() for short in _acronyms(long)}
    return [
        _candidate(long, reading, at, short)
        for (short, _), long in shown.items()
        for reading in readings
        for at in reading.places.get(short, ())
        if reading.written(at).isupper()
    ]


def _acronyms(long: Candidate) -> list[str]:
    """With and without the initial of the legal form: "BHE" and "BHEL" for Bharat Heavy Electricals Ltd."""
    listed = [token.text for token in tokens(fold(long.alias.text))]
    shorts = {"".join(word[0] for word in words if word not in _SKIPPED) for words in (listed, long.name)}
    return sorted(short for short in shorts if len(short) >= _SHORTEST and short.isalpha())


def _candidate(long: Candidate, reading: Reading, at: int, short: str) -> Candidate:
    token = reading.tokens[at]
    return long._replace(
        reading=reading, first=at, last=at, start=token.start, end=token.end, similarity=100.0, kind="folded",
        name=(short,), scripts=("latin",), core=short.upper(), place=token.folded_start, place_end=token.folded_end,
        edits=0, legal=False, acronym=True,
    )  # fmt: skip
