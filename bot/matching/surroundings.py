"""Arguments from the text around a candidate: capitals, the words beside it, the words near it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.matching import lexicon
from bot.matching import weights as w
from bot.matching.candidate import Candidate
from bot.matching.han import REACH, boundary
from bot.matching.legal import LATIN_FORMS, cjk_beginning
from bot.matching.names import CONNECTIVES, GENERIC
from bot.matching.reading import Case
from bot.matching.words import is_ordinary

_NEAR = 12
_NEAR_EVERYDAY = 8
_NEAR_HAN = 24
_ACRONYM = 5
_SHORT_ACRONYM = 3
_TICKER_BESIDE = re.compile(
    r"\s?[(（\[<]\s?(?:[A-Z0-9]{1,6}\.[A-Z]{1,3}|[0-9]{4,6}|(?i:nasdaq|nyse|lse|twse|tse)\s?:\s?\w+)"
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
    written = _words(found)
    if found.ticker or not any(c.isascii() and c.isalpha() for c in found.text) or case == "caps":
        return
    if _amid_cjk(found):
        yield Argument("Latin letters in a text of another script", w.AMID_CJK)
        return
    small = _small(found, written)
    if small:
        yield from _lower_case(found, case, small)
        return
    if single(found):
        yield from _inner_capitals(found, written[0])
    if case in ("mixed", "lower") and (
        not begins or (found.text.isupper() and found.core.isupper() and len(found.core) > 1)
    ):
        yield Argument("capital letter", w.CAPITALS)


def _words(found: Candidate) -> list[str]:
    """The words of the span without its legal form."""
    last = min(found.last, found.first + max(len(found.name), 1) - 1)
    return [found.reading.written(at) for at in range(found.first, last + 1)]


def _amid_cjk(found: Candidate) -> bool:
    """Whether most letters around the candidate are Han, Kana or Hangul."""
    start, end = found.place, found.place_end
    text = found.reading.folded.text
    around = [c for c in text[max(0, start - _NEAR_HAN) : start] + text[end : end + _NEAR_HAN] if c.isalpha()]
    return sum(c >= "\u3040" for c in around) > len(around) / 2


def _small(found: Candidate, written: list[str]) -> list[str]:
    """Words that begin small although the list writes them with a capital."""
    return [word for word in written if word[:1].islower() and len(word) > 2 and _listed_with_capital(word, found.core)]


def _listed_with_capital(word: str, core: str) -> bool:
    return word not in core and word.lower() not in CONNECTIVES and any(c.isupper() for c in core)


def _inner_capitals(found: Candidate, word: str) -> Iterator[Argument]:
    shouted = word.isupper() and len(word) > 1
    if any(c.isupper() for c in word[1:]) and not shouted:
        yield Argument("capitals inside the word", w.INNER_CAPITALS)
    elif found.core.isupper() and len(found.core) <= _ACRONYM and not shouted:
        short = len(found.core) <= _SHORT_ACRONYM
        yield Argument("not in capitals", w.NOT_IN_CAPITALS if short else w.NOT_IN_CAPITALS_LONGER)
    elif shouted and not found.core.isupper() and len(word) > 2:
        yield Argument("all in capitals", w.SHOUTED)


def _lower_case(found: Candidate, case: Case, small: list[str]) -> Iterator[Argument]:
    if single(found) and any(c.isupper() for c in small[0]):
        yield Argument("capitals inside the word", w.INNER_CAPITALS)
    elif case == "lower" and not found.reading.has_capitals:
        yield Argument("text without capitals", w.LOWER_EVERYWHERE)
    elif len(small) == sum(len(part) > 2 for part in found.name):
        yield Argument("lower case", w.LOWER_CASE)
    else:
        yield Argument("partly lower case", w.PARTLY_LOWER)


def before(found: Candidate, case: Case) -> Iterator[Argument]:
    """What the word before a one-word name says: a title, a first name, a part of a longer name."""
    at = found.first - 1
    if not single(found) or found.legal or at < 0 or found.reading.gap(found.first) not in (" ", ". ", " \u201c", ' "'):
        return
    token, written = found.reading.tokens[at], found.reading.written(at)
    if token.possessive or token.script != "latin":
        return
    if token.text in (lexicon.TITLES if written[:1].isupper() else lexicon.OCCUPATIONS):
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


def after(found: Candidate, case: Case) -> Iterator[Argument]:
    """What follows a one-word name: the head of a longer name, a surname, a place ("Oracle of Omaha")."""
    reading, at = found.reading, found.last + 1
    if not single(found) or found.legal or at >= len(reading.tokens) or reading.tokens[found.last].possessive:
        return
    if reading.gap(at) not in (" ", "-"):
        return
    word, written = reading.tokens[at].text, reading.written(at)
    longer = f'part of "{found.text} {written}"'
    if word == "of" and at + 1 < len(reading.tokens) and reading.capitalised(at + 1) and case != "caps":
        yield Argument(f'"of {reading.written(at + 1)}" after it', w.OF_PLACE_AFTER)
    elif written in lexicon.VERBS_AFTER:
        yield Argument(f'"{written}" after it', w.VERB_AFTER)
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
    run = reading.folded.text[max(0, found.place - _NEAR_HAN) : found.place_end + _NEAR_HAN]
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


def han_words(found: Candidate) -> Iterator[Argument]:
    """Whether the words around a Han name leave it whole."""
    token = found.reading.tokens[found.first]
    if found.scripts != ("han",) or found.ticker:
        return
    name, text = found.name[0], found.reading.folded.text
    before = text[max(token.folded_start, found.place - REACH) : found.place]
    after = text[found.place_end : min(token.folded_end, found.place_end + _NEAR_HAN)]
    edge = boundary(before, name, after.removeprefix(cjk_beginning(after))[:REACH])
    if edge.loss <= 0:
        yield Argument("a word of its own", w.HAN_WHOLE)
    elif edge.word:
        weight = max(w.HAN_WORD_MOST, w.HAN_WORD_CUT * (1 + edge.loss))
        yield Argument(f'part of "{edge.word}"', weight if len(name) < 4 else weight / 2)
