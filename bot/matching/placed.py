"""A name that is also a city or a province: what speaks for the place, what for the club or firm called by it."""

import re
from collections.abc import Iterator

from bot.matching import lexicon
from bot.matching.argument import Argument
from bot.matching.candidate import Candidate
from bot.matching.clubs import SCORE, is_club
from bot.matching.gazetteer import is_place
from bot.matching.nearby import corporate, team_sport
from bot.matching.neighbours import is_verb
from bot.matching.words import frequency, is_past
from bot.model.company import Company

_OPENING = 8
_SPORT_TEXT = 3
_LOCATED = frozenset({"place.locative", "place.comma", "place.attributive"})
_AHEAD = 60
_FUNCTION_WORD = 3e-4
_REGION = r"(?:, ?[A-Z][\w.]+(?: [A-Z][\w.]+)?)?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d"
# As in TORONTO 2021-08-24 or Milwaukee, Wisconsin, Aug 29 (Agency), and before a dash.
_DATELINE = re.compile(rf"{_REGION},? ?(?:\d{{4}}-\d\d-\d\d|\([A-Z][\w /]+\)|[-\u2013\u2014]{{1,2}} |\(?{_MONTH})")
_TABLE = re.compile(r" \d{1,3} \d{1,3}\b")


def is_named_like_a_place(found: Candidate) -> bool:
    """Whether the name, as the list has it, is also that of a city or a province."""
    return not found.ticker and found.scripts[0] == "latin" and is_place(" ".join(found.name))


def as_place(found: Candidate, company: Company, said: str) -> Iterator[Argument]:
    """The arguments of such a name: the words right beside it, and what the words around it are about.

    `said` is a folded word that another argument has named already.
    """
    rest = found.reading.original[found.end : found.end + _AHEAD]
    dateline = _DATELINE.match(rest) if _opens(found) else None
    if dateline:
        yield Argument("where the report was written", "place.dateline")
        return
    beside = [*_word_before(found), *_region(found), *_word_after(found, rest)]
    yield from beside
    yield from _around(found, company, said, there=any(argument.feature in _LOCATED for argument in beside))


def _around(found: Candidate, company: Company, said: str, *, there: bool) -> Iterator[Argument]:
    """What the words near it, and all words of its field, are about; `there`: as a place, it is where that happens."""
    for word in team_sport(found, said):
        yield Argument(f'"{word}" nearby', "place.sport_there" if there else "place.sport")
    words = found.reading.places.keys()
    if len(lexicon.TEAM_SPORT & words) >= _SPORT_TEXT:
        yield Argument("a text about sport", "place.sport_text")
    if lexicon.SOLO_SPORT & words:
        yield Argument("a text about a sport without clubs", "place.solo_sport")
    elsewhere = there or is_club(company, found.name)
    for word in corporate(found, said):
        yield Argument(f'"{word}" nearby', "corporate_word_there" if elsewhere else "corporate_word_place")


def _opens(found: Candidate) -> bool:
    """Whether the candidate stands in the first words of its field or of a line of it."""
    line = found.reading.original.rfind("\n", 0, found.start) + 1
    opening = found.reading.token_at(line) if line else 0
    return found.first - opening < _OPENING


def _word_before(found: Candidate) -> Iterator[Argument]:
    at = found.first - 1
    if at < 0 or found.reading.gap(found.first) != " ":
        return
    word, written = found.reading.tokens.texts[at], found.reading.written(at)
    owner = found.reading.tokens.possessive(found.last)  # a cheer from Granada's fans is not from there
    if word == "by" and at and is_past(found.reading.written(at - 1)):
        yield Argument(f'"{found.reading.written(at - 1)} by" before it', "place.agent")
    elif (word in lexicon.LOCATIVES and not owner) or word in lexicon.DIRECTIONS:
        yield Argument(f'"{written}" before it', "place.locative")
    elif word in lexicon.PREPOSITIONS and not owner:
        yield Argument(f'"{written}" before it', "place.preposition")
    elif word in lexicon.CONTESTS:
        yield Argument(f'"{written}" before it', "place.score")


def _region(found: Candidate) -> Iterator[Argument]:
    """Whether a city and its region stand side by side, as in Milwaukee, Wisconsin, the candidate being one of them."""
    reading, at = found.reading, found.last + 1
    before = found.first and reading.gap(found.first) == ", " and reading.capitalised(found.first - 1)
    after = at < len(reading.tokens) and reading.gap(at) == ", " and reading.capitalised(at)
    if (before and is_place(reading.tokens.texts[found.first - 1])) or (after and is_place(reading.tokens.texts[at])):
        yield Argument("beside the name of a region", "place.comma")


def _word_after(found: Candidate, rest: str) -> Iterator[Argument]:
    reading, at = found.reading, found.last + 1
    if at >= len(reading.tokens):
        return
    if SCORE.match(rest):  # a table of any league, or of the weather, says less than a score
        yield Argument(f'"{reading.written(at)}" after it', "place.table" if _TABLE.match(rest) else "place.score")
        return
    word, written = reading.tokens.texts[at], reading.written(at)
    if reading.gap(at) not in (" ", "-") or reading.tokens.possessive(found.last):
        return
    if word in lexicon.CONTESTS:
        yield Argument(f'"{written}" after it', "place.score")
    elif word in ("city", "based") or not (is_verb(written) or frequency(word) >= _FUNCTION_WORD):
        yield Argument(f'"{written}" after it', "place.attributive")
