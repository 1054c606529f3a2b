"""Acronyms: the capitals of a long name, where the article has shown the long form."""

from collections.abc import Sequence
from dataclasses import replace

from bot.matching.candidate import Candidate
from bot.matching.names import CONNECTIVES
from bot.matching.reading import Reading

_SKIPPED = CONNECTIVES | {"of", "the", "for", "de", "du", "des", "la"}
_SHORTEST = 3


def acronym_candidates(candidates: Sequence[Candidate], readings: Sequence[Reading]) -> list[Candidate]:
    """Tokens in capitals that abbreviate a name of three words or more which one of the candidates spells out."""
    found = []
    shown = {_acronym(long): long for long in candidates if len(long.name) >= _SHORTEST and not long.edits}
    for short, long in shown.items():
        if len(short) < _SHORTEST:
            continue
        for reading in readings:
            places = (at for at in reading.places.get(short, ()) if reading.written(at).isupper())
            found += [_candidate(long, reading, at, short) for at in places]
    return found


def _acronym(long: Candidate) -> str:
    return "".join(token[0] for token in long.name if token not in _SKIPPED)


def _candidate(long: Candidate, reading: Reading, at: int, short: str) -> Candidate:
    token = reading.tokens[at]
    return replace(
        long, reading=reading, first=at, last=at, start=token.start, end=token.end, similarity=100.0, kind="folded",
        name=(short,), scripts=("latin",), core=short.upper(), place=token.folded_start, place_end=token.folded_end,
        edits=0, legal=False, acronym=True,
    )  # fmt: skip
