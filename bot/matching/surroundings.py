"""Arguments from the text around a candidate: capitals, the words beside it, the words near it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.matching import lexicon
from bot.matching import weights as w
from bot.matching.candidate import Candidate
from bot.matching.han import boundary
from bot.matching.legal import LATIN_FORMS
from bot.matching.names import CONNECTIVES, GENERIC
from bot.matching.reading import Case
from bot.matching.words import is_ordinary

_NEAR = 12
_NEAR_EVERYDAY = 8
_NEAR_HAN = 24
_TICKER_BESIDE = re.compile(
    r"\s?[(（\[]\s?(?:[A-Z0-9]{1,6}\.[A-Z]{1,3}|[0-9]{4,6}|(?i:nasdaq|nyse|lse|twse|tse)\s?:\s?\w+)"
)


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument for or against, in words, and its weight in logits."""

    text: str
    logits: float


def single(found: Candidate) -> bool:
    """Whether one token alone spells the name."""
    return len(found.name) == 1


def case_of(found: Candidate) -> tuple[Case, bool]:
    """How the candidate's sentence uses capitals, and whether the candidate begins it."""
    first, end = found.reading.sentence(found.first)
    return found.reading.case(first, end, without=range(found.first, found.last + 1)), first == found.first


def capitals(found: Candidate, case: Case, *, begins: bool) -> Iterator[Argument]:
    """What the capitals of the span say where the sentence lets capitals say anything."""
    written, alias = found.text, found.alias.text
    if found.ticker or not any(c.isalpha() and c.isascii() for c in written) or case == "caps":
        return
    small = _small_tokens(found)
    if small and any(c.isupper() for c in alias):
        yield from _lower_case(found, case, small)
        return
    inner = any(c.isupper() for c in written[1:]) and any(c.islower() for c in written)
    if inner and single(found):
        yield Argument("capitals inside the word", w.INNER_CAPITALS)
    shouted = written.isupper() and len(written) > 1
    if single(found) and alias.isupper() and len(alias) <= 5 and not shouted:
        yield Argument("not in capitals", w.NOT_IN_CAPITALS)
    elif single(found) and shouted and not alias.isupper() and len(written) > 2:
        yield Argument("all in capitals", w.SHOUTED)
    elif case == "mixed" and (not begins or (shouted and alias.isupper())):
        yield Argument("capital letter", w.CAPITALS)


def _small_tokens(found: Candidate) -> list[str]:
    reading = found.reading
    last = found.first + len(found.name) - 1
    words = [reading.written(at) for at in range(found.first, min(last, found.last) + 1)]
    return [word for word in words if word[:1].islower() and word.lower() not in CONNECTIVES and len(word) > 2]


def _lower_case(found: Candidate, case: Case, small: list[str]) -> Iterator[Argument]:
    if not all(c.islower() for c in "".join(small) if c.isalpha() and c.isascii()) and single(found):
        yield Argument("capitals inside the word", w.INNER_CAPITALS)
    elif case == "lower" and not found.reading.has_capitals:
        yield Argument("text without capitals", w.LOWER_EVERYWHERE)
    elif len(small) == sum(len(part) > 2 for part in found.name):
        yield Argument("lower case", w.LOWER_CASE)
    else:
        yield Argument("partly lower case", w.PARTLY_LOWER)


def before(found: Candidate, case: Case, watched: frozenset[int]) -> Iterator[Argument]:
    """What the word before a one-word name says: a title, a first name, a part of a longer name.

    `watched` holds the tokens of this reading that other candidates cover.
    """
    at = found.first - 1
    if not single(found) or found.legal or at < 0 or found.reading.gap(found.first) not in (" ", ". ", " \u201c", ' "'):
        return
    token, written = found.reading.tokens[at], found.reading.written(at)
    if token.possessive or token.script != "latin" or at in watched:
        return
    if token.text in lexicon.TITLES and (written[:1].isupper() or case == "mixed"):
        yield Argument(f'"{written}" before it', w.TITLE_BEFORE)
    elif found.reading.gap(found.first).startswith("."):
        if len(token.text) == 1:
            yield Argument(f'"{written}." before it', w.INITIAL_BEFORE)
    elif written[:1].isupper() and token.text in lexicon.GIVEN_NAMES:
        yield Argument(f'"{written}" before it', w.FIRST_NAME_BEFORE)
    elif written[:1].isupper() and _makes_longer(found, at, token.text):
        weight = w.CAPITAL_BEFORE if case == "mixed" else w.CAPITAL_BEFORE_IN_TITLE
        yield Argument(f'part of "{written} {found.text}"', weight)


def _makes_longer(found: Candidate, at: int, word: str) -> bool:
    if word in lexicon.NEUTRAL_BEFORE or word in lexicon.CORPORATE or (word,) in LATIN_FORMS:
        return False
    first, _ = found.reading.sentence(found.first)
    return at != first or not is_ordinary(word)


def after(found: Candidate, case: Case, watched: frozenset[int]) -> Iterator[Argument]:
    """What follows a one-word name: the head of a longer name, a surname, a place ("Oracle of Omaha")."""
    reading, at = found.reading, found.last + 1
    if not single(found) or found.legal or at >= len(reading.tokens) or reading.tokens[found.last].possessive:
        return
    if reading.gap(at) not in (" ", "-") or at in watched:
        return
    word, written = reading.tokens[at].text, reading.written(at)
    longer = f'part of "{found.text} {written}"'
    if word == "of" and at + 1 < len(reading.tokens) and reading.capitalised(at + 1) and case != "caps":
        yield Argument(f'"of {reading.written(at + 1)}" after it', w.OF_PLACE_AFTER)
    elif not written[:1].isupper() or reading.tokens[at].script != "latin":
        return
    elif word in lexicon.PLACES_AFTER:
        yield Argument(longer, w.PLACE_AFTER)
    elif word in lexicon.FIRMS_AFTER:
        yield Argument(longer, w.FIRM_AFTER)
    elif case != "mixed" or word in GENERIC or word in lexicon.CORPORATE or (word,) in LATIN_FORMS:
        return
    elif found.name[0] in lexicon.GIVEN_NAMES:
        yield Argument(longer, w.SURNAME_AFTER)
    else:
        yield Argument(longer, w.CAPITAL_AFTER)


def nearby(found: Candidate, *, doubtful: bool) -> Iterator[Argument]:
    """Corporate words near the candidate; near an everyday word also the words of its everyday sense."""
    reading = found.reading
    start, end = max(0, found.first - _NEAR), found.last + 1 + _NEAR
    words = [
        reading.tokens[at].text
        for at in range(start, min(end, len(reading.tokens)))
        if not found.first <= at <= found.last
    ]
    corporate = [word for word in dict.fromkeys(words) if word in lexicon.CORPORATE]
    run = reading.folded.text[max(0, _folded(found)[0] - _NEAR_HAN) : _folded(found)[1] + _NEAR_HAN]
    if not run.isascii():
        corporate += [word for word in lexicon.CORPORATE_HAN if word in run]
    for rank, word in enumerate(corporate[: round(w.CORPORATE_MOST / w.CORPORATE_WORD)]):
        yield Argument(f'"{word}" nearby', w.CORPORATE_WORD if doubtful else w.CORPORATE_WORD / (rank + 2))
    if _TICKER_BESIDE.match(reading.original, found.end):
        yield Argument("ticker beside it", w.TICKER_BESIDE)
    if doubtful:
        yield from _everyday(found, run)


def _everyday(found: Candidate, run: str) -> Iterator[Argument]:
    reading = found.reading
    start, end = max(0, found.first - _NEAR_EVERYDAY), min(len(reading.tokens), found.last + 1 + _NEAR_EVERYDAY)
    words = [reading.tokens[at].text for at in range(start, end) if not found.first <= at <= found.last]
    everyday = [word for word in dict.fromkeys(words) if word in lexicon.EVERYDAY]
    if not run.isascii():
        everyday += [word for word in lexicon.EVERYDAY_HAN if word in run]
    for word in everyday[: round(w.EVERYDAY_MOST / w.EVERYDAY_WORD)]:
        yield Argument(f'"{word}" nearby', w.EVERYDAY_WORD)


def _folded(found: Candidate) -> tuple[int, int]:
    tokens = found.reading.tokens
    return tokens[found.first].folded_start, tokens[found.last].folded_end


def han_words(found: Candidate) -> Iterator[Argument]:
    """Whether the words around a Han name leave it whole."""
    token = found.reading.tokens[found.first]
    if found.scripts != ("han",) or found.ticker:
        return
    name = found.name[0]
    offset = next(
        i for i in range(token.folded_start, token.folded_end) if found.reading.folded.starts[i] >= found.start
    )
    place = offset - token.folded_start
    edge = boundary(token.text[:place], name, token.text[place + len(name) :])
    if edge.loss <= 0:
        yield Argument("a word of its own", w.HAN_WHOLE)
    elif edge.word:
        weight = max(w.HAN_WORD_MOST, w.HAN_WORD_CUT * (1 + edge.loss))
        yield Argument(f'part of "{edge.word}"', weight if len(name) < 4 else weight / 2)
