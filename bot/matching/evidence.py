"""Is it the company? Adds up the arguments for every candidate of an article and says so in words."""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.matching import lexicon, surroundings
from bot.matching import weights as w
from bot.matching.candidate import Candidate
from bot.matching.crowd import Crowd
from bot.matching.phrases import Phrase
from bot.matching.surroundings import Argument
from bot.matching.words import frequency, is_ordinary
from bot.model.company import Company, Reason

_NEAR_CONTEXT = 240
_PERSON = (w.TITLE_BEFORE, w.FIRST_NAME_BEFORE, w.INITIAL_BEFORE)
_HOPELESS = (w.LOWER_CASE, w.POSSESSIVE_INSIDE, w.LONGER_NAME)
_HAN_ORDINARY = 3


@dataclass(frozen=True, slots=True)
class Rules:
    """What a company's entry adds to the judgement."""

    company: Company
    context: tuple[Phrase, ...]
    exclude: tuple[Phrase, ...]

    @classmethod
    def of(cls, company: Company) -> "Rules":
        """Fold the phrases once."""
        return cls(company, tuple(map(Phrase.read, company.context)), tuple(map(Phrase.read, company.exclude)))


@dataclass(frozen=True, slots=True)
class Judgement:
    """A candidate, how sure it is, and why; `alert`: sure enough for its company's evidence level."""

    candidate: Candidate
    confidence: float
    reasons: tuple[Reason, ...]
    alert: bool


def judge(candidates: Sequence[Candidate], rules: Sequence[Rules]) -> list[Judgement]:
    """A judgement for every candidate of one article, in the order given."""
    if not candidates:
        return []
    crowd = Crowd(candidates)
    own = [_own_arguments(found, crowd, rules[found.company]) for found in candidates]
    article = _Article(candidates, own)
    judgements = []
    for at, found in enumerate(candidates):
        company = rules[found.company]
        veto = _veto(found, company, crowd)
        judgements.append(_judgement(found, [*own[at], *article.arguments(at)], veto, company.company))
    return judgements


def _own_arguments(found: Candidate, crowd: Crowd, rules: Rules) -> list[Argument]:
    """What the span itself and its surroundings say."""
    start = _start(found)
    if found.ticker:
        return [start, *surroundings.nearby(found, doubtful=found.ticker != "full")]
    case, begins = surroundings.case_of(found)
    arguments = [start, *_spelling(found), *surroundings.capitals(found, case, begins=begins)]
    if not crowd.watched(found, found.first - 1):
        arguments += surroundings.before(found, case)
    if not crowd.watched(found, found.last + 1):
        arguments += surroundings.after(found, case)
    arguments += surroundings.han_words(found)
    arguments += surroundings.nearby(found, doubtful=start.logits < w.BRAND)
    arguments += _context(found, rules, crowd)
    if crowd.covered(found):
        arguments.append(Argument("part of a longer watched name", w.LONGER_NAME))
    return arguments


def _start(found: Candidate) -> Argument:
    """Where the judgement starts: what kind of spelling this is."""
    if found.ticker:
        forms = {"full": w.TICKER_FULL, "bare": w.TICKER_BARE, "number": w.TICKER_NUMBER}
        return Argument("ticker", forms[found.ticker])
    if found.acronym:
        return Argument("short form of a name in this article", w.ACRONYM)
    if found.alias.weak:
        return Argument("weak alias", w.MARKED_WEAK)
    if found.alias.weak is False:
        return Argument("alias that needs no evidence", w.MARKED_STRONG)
    if len(found.name) > 1:
        plain = all(is_ordinary(token) or len(token) < 3 for token in found.name)
        return Argument("full name", w.PLAIN_WORDS if plain else w.FULL_NAME)
    return _single_start(found.name[0], found.scripts[0])


def _single_start(word: str, script: str) -> Argument:
    if script == "han":
        return Argument("name", w.HAN_SHORT if len(word) < _HAN_ORDINARY else w.HAN_LONG)
    if script in ("katakana", "hiragana"):
        return Argument("name", w.KANA)
    if script == "hangul":
        return Argument("name", w.HANGUL)
    if word in lexicon.GIVEN_NAMES:
        return Argument("also a first name", w.GIVEN_NAME)
    if is_ordinary(word):
        return Argument("also an everyday word or surname", w.ORDINARY_WORD)
    return Argument("distinctive name", w.BRAND if frequency(word) else w.UNKNOWN_WORD)


def _spelling(found: Candidate) -> Iterator[Argument]:
    reading = found.reading
    if found.legal:
        yield Argument("legal form", w.LEGAL_FORM)
    if found.edits:
        yield Argument(f'spelled "{found.text}"', w.EDIT * found.edits)
    if any(reading.tokens[at].lookalike for at in range(found.first, found.last + 1)):
        yield Argument("look-alike letters", w.LOOKALIKE)
    ends = found.first + len(found.name) - 1
    if any(
        reading.tokens[at].possessive and "'s" not in found.name[at - found.first]
        for at in range(found.first, min(ends, found.last))
    ):
        yield Argument("possessive inside", w.POSSESSIVE_INSIDE)
    if reading.tokens[found.last].possessive and len(found.name) == 1:
        yield Argument("possessive", w.POSSESSIVE)


def _context(found: Candidate, rules: Rules, crowd: Crowd) -> Iterator[Argument]:
    """Words of the company's `context`: the first one near the candidate, else one anywhere in the same field."""
    somewhere = ""
    for phrase in rules.context:
        places = crowd.places(phrase, found.reading)
        near = bisect_left(places, (found.place - _NEAR_CONTEXT, 0))
        if near < len(places) and places[near][0] <= found.place_end + _NEAR_CONTEXT:
            yield Argument(f'"{phrase.text}" nearby', w.CONTEXT_NEAR)
            return
        somewhere = somewhere or (phrase.text if places else "")
    if somewhere:
        yield Argument(f'"{somewhere}" in the article', w.CONTEXT_SOMEWHERE)


class _Article:
    """What the candidates of one article say about each other."""

    def __init__(self, candidates: Sequence[Candidate], own: Sequence[Sequence[Argument]]) -> None:
        self._candidates = candidates
        self._own = own
        self._vouching: dict[int, list[int]] = defaultdict(list)
        self._persons: dict[int, int] = defaultdict(int)
        self._accepted: set[int] = set()
        for at, found in enumerate(candidates):
            total = sum(argument.logits for argument in own[at])
            sure = _confidence(total) >= w.SURE and own[at][0].logits >= w.PLAIN_WORDS
            if sure or (found.legal and total > 1):
                self._vouching[found.company].append(at)
            if total > 0:
                self._accepted.add(found.company)
            self._persons[found.company] += _is_person(own[at])

    def arguments(self, at: int) -> Iterator[Argument]:
        """What the others say about the candidate at this position."""
        found = self._candidates[at]
        lower = any(argument.logits in _HOPELESS for argument in self._own[at])
        person = _is_person(self._own[at])
        vouching = next((other for other in self._vouching.get(found.company, ())[:2] if other != at), None)
        if vouching is not None and not lower and not person:
            yield Argument(f'"{self._candidates[vouching].text}" in the article', w.STRONG_ELSEWHERE)
        elif vouching is None and self._persons[found.company] > person and len(found.name) == 1:
            yield Argument("a person of this name in the article", w.PERSON_ELSEWHERE)
        others = len(self._accepted - {found.company})
        if others and not lower:
            yield Argument("other watched companies", min(w.OTHER_COMPANIES_MOST, w.OTHER_COMPANY * others))


def _is_person(arguments: Sequence[Argument]) -> bool:
    return any(argument.logits in _PERSON for argument in arguments)


def _veto(found: Candidate, rules: Rules, crowd: Crowd) -> str:
    """The `exclude` phrase that overlaps the candidate, or nothing."""
    for phrase in rules.exclude:
        places = crowd.places(phrase, found.reading)
        # Only the last two that begin before the candidate ends can reach into it: they hardly overlap each other.
        last = bisect_left(places, (found.place_end, 0))
        if any(end > found.place for _, end in places[max(0, last - 2) : last]):
            return phrase.text
    return ""


def _judgement(found: Candidate, arguments: Iterable[Argument], veto: str, company: Company) -> Judgement:
    if veto:
        return Judgement(found, 0.0, (Reason(f'excluded by "{veto}"', -1.0),), alert=False)
    reasons, logits = [], 0.0
    for argument in arguments:
        moved = _confidence(logits + argument.logits) - _confidence(logits)
        logits += argument.logits
        reasons.append(Reason(argument.text, round(moved, 3)))
    confidence = round(_confidence(logits), 3)
    return Judgement(found, confidence, tuple(reasons), alert=confidence >= w.CUT_OFFS[company.evidence])


def _confidence(logits: float) -> float:
    return 1 / (1 + math.exp(-logits))
