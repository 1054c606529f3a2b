"""Clubs: which names are theirs, and what stands beside a name that is a plural, as their members are called."""

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.matching import lexicon
from bot.matching.argument import Argument
from bot.matching.candidate import Candidate
from bot.matching.names import GENERIC
from bot.matching.reading import Case
from bot.model.company import Company
from bot.text import fold, tokens

SCORE = re.compile(r" \d{1,3}(?![\d,.%/:-]|st|nd|rd|th)\b")
"""A number as it stands behind a team."""
_OF_FIRMS = lexicon.CORPORATE | lexicon.FIRMS_AFTER | GENERIC


@lru_cache(maxsize=4096)
def is_club(company: Company, place: tuple[str, ...]) -> bool:
    """Whether a name of the company goes on like that of a club: Granada CF, Denver Miners, but not Delta Air Lines.

    `place` is the name that is also a city's, in folded tokens.
    """
    return any(_goes_on_like_a_club(name, place) for name in (company.name, *(alias.text for alias in company.aliases)))


def _goes_on_like_a_club(name: str, place: tuple[str, ...]) -> bool:
    words = [token.text for token in tokens(fold(name)) if token.text not in place]
    members = bool(words) and words[-1].endswith("s") and not _OF_FIRMS.intersection(words)
    return members or (bool(words) and words[-1] in lexicon.CLUBS)


def as_members(found: Candidate, case: Case) -> Iterator[Argument]:
    """What stands beside a name that is a plural: a score, or "the" before its capital."""
    reading, at = found.reading, found.first - 1
    if SCORE.match(reading.original, found.end):
        yield Argument(f'"{reading.written(found.last + 1)}" after it', "members.score")
    named = case == "mixed" and reading.capitalised(found.first)
    if named and at >= 0 and reading.gap(found.first) == " " and reading.written(at) == "the":
        yield Argument('"the" before it', "members.the")
