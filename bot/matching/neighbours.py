"""Arguments from the words right beside a candidate: titles, first names, parts of longer names, what follows."""

import re
from collections.abc import Iterator

from bot.matching import lexicon
from bot.matching.argument import Argument
from bot.matching.candidate import Candidate
from bot.matching.gazetteer import given_names
from bot.matching.legal import LATIN_FORMS
from bot.matching.names import GENERIC
from bot.matching.reading import Case
from bot.matching.surroundings import single
from bot.matching.words import frequency, is_ordinary, is_past, singular

_GAPS_BEFORE = (" ", ". ", " \u201c", ' "')
_DASHES = (" - ", " \u2013 ", " \u2014 ", " -- ")
_ADJECTIVES = ("ean", "ian", "ese", "ish", "ern")
_VERBAL = ("ing", "ed")
_TELLS_NOTHING = lexicon.NEUTRAL_BEFORE | (lexicon.CORPORATE - GENERIC)
_FUNCTION_WORD = 3e-4
_YEAR = re.compile("(?:1[89]|20)[0-9][0-9]")


def label(found: Candidate) -> Iterator[Argument]:
    """A name in capitals that opens a field before a dash, as the subject of a headline does: HARVEST - LESS WHEAT."""
    reading, at = found.reading, found.last + 1
    opens = not found.first and single(found) and found.text.isupper() and not found.core.isupper()
    if opens and at < len(reading.tokens) and reading.gap(at) in _DASHES:
        yield Argument("the subject of a headline", "label")


def before(found: Candidate, case: Case) -> Iterator[Argument]:
    """What the word before a name says: a title, a first name, a part of a longer name."""
    at = found.first - 1
    if at < 0 or found.reading.gap(found.first) not in _GAPS_BEFORE:
        return
    if found.reading.tokens.possessive(at) or found.reading.tokens.script(at) != "latin":
        return
    if found.legal:
        yield from _before_legal(found, at, case)
    elif not single(found):
        yield from _before_words(found, at, case)
    else:
        yield from _before_word(found, at, case)


def _before_legal(found: Candidate, at: int, case: Case) -> Iterator[Argument]:
    """A capital before one word and its legal form: the firm has a longer name, "Lakeland Gap Inc"."""
    written, word = found.reading.written(at), found.reading.tokens.texts[at]
    if single(found) and case == "mixed" and written[:1].isupper() and _makes_longer(found, at, word):
        yield Argument(f'part of "{written} {found.text}"', "capital_before_legal")


def _before_word(found: Candidate, at: int, case: Case) -> Iterator[Argument]:
    word, written = found.reading.tokens.texts[at], found.reading.written(at)
    if word in (lexicon.TITLES if written[:1].isupper() else lexicon.OCCUPATIONS):
        yield Argument(f'"{written}" before it', "title_before")
    elif found.reading.gap(found.first).startswith("."):
        if len(word) == 1:
            yield Argument(f'"{written}." before it', "initial_before")
    elif written[:1].isupper() and word in given_names() and not is_ordinary(word):
        yield Argument(f'"{written}" before it', "first_name_before")
    elif (_counts(written) and not _digit_after(found)) or word in lexicon.NUMBERS:
        yield Argument(f'"{written}" before it', "number_before")
    elif written[:1].isupper() and _makes_longer(found, at, word):
        yield Argument(f'part of "{written} {found.text}"', _before_feature(found, at, case))


def _counts(written: str) -> bool:
    """Whether this is a number of things, not a year ("the 2017 Lava campaign")."""
    return written.isdigit() and not _YEAR.fullmatch(written)


def _digit_after(found: Candidate) -> bool:
    return found.last + 1 < len(found.reading.tokens) and found.reading.written(found.last + 1).isdigit()


def _before_feature(found: Candidate, at: int, case: Case) -> str:
    if case != "mixed":
        return "capital_before_in_title"
    return "capital_before_opening" if found.reading.sentence(found.first)[0] == at else "capital_before"


def _before_words(found: Candidate, at: int, case: Case) -> Iterator[Argument]:
    """A capital before a name of several words, of which each could stand in a longer name: State Bank of India."""
    written, word = found.reading.written(at), found.reading.tokens.texts[at]
    plain = all(is_ordinary(token) or token in GENERIC for token in found.name)
    opens = found.reading.sentence(found.first)[0] == at
    named = written[:1].isupper() and word not in lexicon.FUNCTION_WORDS and not (opens and is_ordinary(word))
    if plain and named and case == "mixed":
        yield Argument(f'part of "{written} {found.text}"', "capital_before_words")


def _makes_longer(found: Candidate, at: int, word: str) -> bool:
    if word in _TELLS_NOTHING or (word,) in LATIN_FORMS:
        return False
    opens = found.reading.sentence(found.first)[0] == at
    return not (opens and (is_ordinary(word) or word.endswith(_VERBAL)))  # "Choppy", "Examining": no names


def after(found: Candidate, case: Case) -> Iterator[Argument]:
    """What follows a name: a verb, the head of a longer name, a surname, a place ("Oracle of Omaha")."""
    reading, at = found.reading, found.last + 1
    if at >= len(reading.tokens) or reading.tokens.possessive(found.last):
        return
    if reading.gap(at) not in (" ", "-") or reading.tokens.script(at) != "latin":
        return
    written = reading.written(at)
    if written in lexicon.VERBS_AFTER:
        yield Argument(f'"{written}" after it', "verb_after")
    elif reading.gap(at) == " " and is_past(written):
        yield Argument(f'"{written}" after it', "past_after")
    elif found.legal:
        return
    elif written[:1].isupper() and reading.gap(at) == " ":
        yield from _capital_after(found, at, case)
    elif single(found):
        yield from _small_after(found, at, case)


def _capital_after(found: Candidate, at: int, case: Case) -> Iterator[Argument]:
    word, longer = found.reading.tokens.texts[at], f'part of "{found.text} {found.reading.written(at)}"'
    if (
        (word,) in LATIN_FORMS
        or word in lexicon.DATES
        or not word.isalpha()
        or (single(found) and _is_adjective(found.name[0]))
    ):
        return
    if single(found) and word in lexicon.PLACES_AFTER:
        yield Argument(longer, "place_after")
    elif single(found) and word in lexicon.FIRMS_AFTER:
        yield Argument(longer, "firm_after")
    elif single(found) and word in GENERIC:
        yield Argument(longer, "generic_after")
    elif case == "mixed" and word not in lexicon.CORPORATE and word not in GENERIC:
        yield Argument(longer, _after_feature(found, at))


def _after_feature(found: Candidate, at: int) -> str:
    if not single(found):
        return "capital_after_words"
    if found.name[0] in given_names():
        return "surname_after"
    shouted = found.reading.written(at).isupper() and len(found.reading.written(at)) > 1
    return "capitals_after" if shouted else "capital_after"


def _small_after(found: Candidate, at: int, case: Case) -> Iterator[Argument]:
    reading = found.reading
    word = reading.tokens.texts[at]
    if word == "of" and at + 1 < len(reading.tokens) and reading.capitalised(at + 1) and case != "caps":
        yield Argument(f'"of {reading.written(at + 1)}" after it', "of_place_after")
    elif word == "of" and is_ordinary(singular(found.name[0])):
        yield Argument('"of" after it', "of_after")
    elif is_ordinary(found.name[0]) and not _is_adjective(found.name[0]) and _is_noun(word) and not _opens(found):
        yield Argument(f'"{reading.written(at)}" after it', "small_word_after")


def _opens(found: Candidate) -> bool:
    """Whether the candidate opens its sentence, where the word after it is as likely a verb."""
    return found.reading.sentence(found.first)[0] == found.first


def is_verb(written: str) -> bool:
    """Whether this small word after a name is known or looks to be a verb."""
    return written in lexicon.VERBS_AFTER or is_past(written)


def _is_noun(word: str) -> bool:
    known = word not in lexicon.CORPORATE and not word.isdigit() and not word.endswith(_VERBAL)
    return known and frequency(word) < _FUNCTION_WORD


def adjective(found: Candidate) -> Iterator[Argument]:
    """A name that reads as an adjective, with the word it goes with: "European" in "European stocks"."""
    reading, at = found.reading, found.last + 1
    if not single(found) or not _is_adjective(found.name[0]) or at >= len(reading.tokens):
        return
    if reading.gap(at) == " " and reading.tokens.texts[at] not in lexicon.VERBS_AFTER:
        yield Argument(f'"{reading.written(at)}" after it', "adjective")


def _is_adjective(word: str) -> bool:
    return word.endswith(_ADJECTIVES) and is_ordinary(word)
