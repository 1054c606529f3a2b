"""Is it the company? Adds up the arguments for every candidate of an article and says so in words."""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.matching import surroundings
from bot.matching.argument import Argument
from bot.matching.candidate import Candidate
from bot.matching.clubs import as_members
from bot.matching.crowd import Crowd
from bot.matching.gazetteer import given_names, surnames
from bot.matching.nearby import Kind, han_words, nearby, ticker_beside
from bot.matching.neighbours import adjective, after, before, label
from bot.matching.phrases import Phrase
from bot.matching.placed import as_place, is_named_like_a_place
from bot.matching.weights import CUT_OFFS, SIGNS
from bot.matching.words import frequency, is_ordinary, singular
from bot.model.company import Company, Reason

_NEAR_CONTEXT = 240
_HAN_ORDINARY = 3
_OTHERS_MOST = 2
_PERSON = frozenset({"title_before", "first_name_before", "initial_before"})
_ELSE = _PERSON | {
    "place_after", "firm_after", "generic_after", "of_place_after", "capital_before", "capital_before_legal",
    "adjective",
}  # fmt: skip
"""Somebody else is named: the words around speak of him."""
_LONGER = frozenset({"capital_before", "capital_before_words"})
_HOPELESS = frozenset({"lower_case", "possessive_inside", "longer_name"})
_SURE_KINDS = frozenset(
    f"kind.{kind}"
    for kind in ("full_name", "plain_words", "unknown_word", "han_long", "kana", "ticker_full", "marked_strong")
)
_OPEN_KINDS = frozenset(
    f"kind.{kind}"
    for kind in ("ordinary_word", "plural_word", "given_name", "place", "han_short", "ticker_number", "marked_weak")
)
"""Kinds of spelling that need support of their own before they support others."""
_MARKS = frozenset({"lookalike", "inexact"})
"""What a reader is told of in any case."""
_MINOR = frozenset({"everyday_word", "surname", "lookalike", "shouted", "lower_everywhere"})
_OPPOSING = frozenset(feature for feature, sign in SIGNS.items() if sign < 0) - _MINOR


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
    judgements = []
    for found, arguments in zip(candidates, _arguments(candidates, rules, crowd), strict=True):
        company = rules[found.company]
        judgements.append(_judgement(found, arguments, _veto(found, company, crowd), company.company))
    return judgements


def weigh(candidates: Sequence[Candidate], rules: Sequence[Rules]) -> list[list[Argument]]:
    """The arguments for and against every candidate of one article, in the order given."""
    return _arguments(candidates, rules, Crowd(candidates))


def _arguments(candidates: Sequence[Candidate], rules: Sequence[Rules], crowd: Crowd) -> list[list[Argument]]:
    own = [_own_arguments(found, crowd, rules[found.company]) for found in candidates]
    article = _Article(candidates, own)
    return [[*arguments, *article.arguments(at)] for at, arguments in enumerate(own)]


def _own_arguments(found: Candidate, crowd: Crowd, rules: Rules) -> list[Argument]:
    """What the span itself and its surroundings say; the first one says what kind of spelling it is."""
    kind = _kind(found)
    context, said = _context(found, rules, crowd)
    if found.ticker:
        return [kind, *context, *nearby(found, _standing(kind.feature), said)]
    case, begins = surroundings.case_of(found)
    arguments = [kind, *_spelling(found), *label(found), *surroundings.capitals(found, case, begins=begins)]
    if not crowd.watched(found, found.first - 1):
        arguments += before(found, case)
    if not crowd.watched(found, found.last + 1):
        arguments += [*after(found, case), *adjective(found)]
    arguments += [*han_words(found), *context]
    if any(argument.feature in _ELSE for argument in arguments):
        arguments += ticker_beside(found)
    elif kind.feature == "kind.place":
        arguments += [*as_place(found, rules.company, said), *ticker_beside(found)]
    else:
        arguments += nearby(found, _standing(kind.feature), said)
    if kind.feature == "kind.plural_word":
        arguments += as_members(found, case)
    if crowd.covered(found):
        arguments.append(Argument("part of a longer watched name", "longer_name"))
    return arguments


def _standing(kind: str) -> Kind:
    if kind in _SURE_KINDS:
        return "sure"
    if kind == "kind.plural_word":
        return "members"
    return "open" if kind in _OPEN_KINDS else "distinctive"


def _kind(found: Candidate) -> Argument:
    """What kind of spelling this is: where the judgement starts."""
    if found.ticker:
        return Argument("ticker", f"kind.ticker_{found.ticker}")
    if found.acronym:
        return Argument("short form of a name in this article", "kind.acronym")
    if found.alias.weak is not None:
        text = "weak alias" if found.alias.weak else "alias that needs no evidence"
        return Argument(text, "kind.marked_weak" if found.alias.weak else "kind.marked_strong")
    if is_named_like_a_place(found):
        return Argument("also a place", "kind.place")
    return _kind_of_name(found.name, found.scripts[0])


@lru_cache(maxsize=16384)
def _kind_of_name(name: tuple[str, ...], script: str) -> Argument:
    if len(name) > 1:
        plain = all(is_ordinary(token) or len(token) < 3 for token in name)
        return Argument("full name", "kind.plain_words" if plain else "kind.full_name")
    return _kind_of_word(name[0], script)


def _kind_of_word(word: str, script: str) -> Argument:
    if script == "han":
        return Argument("name", "kind.han_short" if len(word) < _HAN_ORDINARY else "kind.han_long")
    if script in ("katakana", "hiragana", "hangul"):
        return Argument("name", "kind.hangul" if script == "hangul" else "kind.kana")
    return _kind_of_latin(word)


def _kind_of_latin(word: str) -> Argument:
    if word.isdigit():
        return Argument("also a number", "kind.marked_weak")
    if is_ordinary(word):
        return Argument("also an everyday word", "kind.ordinary_word")
    if is_ordinary(singular(word)):
        return Argument("also the plural of an everyday word", "kind.plural_word")
    if word in given_names():
        return Argument("also a first name", "kind.given_name")
    return Argument("distinctive name", "kind.brand" if frequency(word) else "kind.unknown_word")


def _spelling(found: Candidate) -> Iterator[Argument]:
    reading = found.reading
    if len(found.name) == 1 and found.name[0] in surnames():
        yield Argument("also a surname", "surname")
    if found.legal:
        yield Argument("legal form", "legal_form")
    if found.edits:
        yield Argument(f'spelled "{found.text}"', "inexact")
    odd = reading.tokens.odd
    if any(odd[at].lookalike for at in range(found.first, found.last + 1) if at in odd):
        yield Argument("look-alike letters", "lookalike")
    ends = found.first + len(found.name) - 1
    if any(
        reading.tokens.possessive(at) and "'s" not in found.name[at - found.first]
        for at in range(found.first, min(ends, found.last))
    ):
        yield Argument("possessive inside", "possessive_inside")
    if reading.tokens.possessive(found.last) and len(found.name) == 1 and not is_named_like_a_place(found):
        yield Argument("possessive", "possessive")


def _context(found: Candidate, rules: Rules, crowd: Crowd) -> tuple[list[Argument], str]:
    """Words of the company's `context`: the first one near the candidate, else one anywhere in the same field.

    Said in the article's own spelling; with the folded word, so that nobody says it again.
    """
    somewhere: tuple[int, int] | None = None
    for phrase in rules.context:
        places = crowd.places(phrase, found.reading)
        near = bisect_left(places, (found.place - _NEAR_CONTEXT, 0))
        if near < len(places) and places[near][0] <= found.place_end + _NEAR_CONTEXT:
            return _said(found, places[near], "nearby", "context_near")
        somewhere = somewhere or (places[0] if places else None)
    if somewhere:
        return _said(found, somewhere, "in the article", "context_somewhere")
    return [], ""


def _said(found: Candidate, place: tuple[int, int], where: str, feature: str) -> tuple[list[Argument], str]:
    start, end = found.reading.folded.span(*place)
    word = found.reading.folded.text[place[0] : place[1]]
    return [Argument(f'"{found.reading.original[start:end]}" {where}', feature)], word


class _Article:
    """What the candidates of one article say about each other; by what they show, whatever it weighs."""

    def __init__(self, candidates: Sequence[Candidate], own: Sequence[Sequence[Argument]]) -> None:
        self._candidates = candidates
        self._shown = [{argument.feature for argument in arguments} for arguments in own]
        self._vouching: dict[int, list[int]] = defaultdict(list)
        self._persons: dict[int, int] = defaultdict(int)
        self._introduced: dict[int, str] = {}
        self._unopposed: set[int] = set()
        for at, found in enumerate(candidates):
            shown = self._shown[at]
            opposed = not shown.isdisjoint(_OPPOSING)
            if not opposed and (shown & _SURE_KINDS or found.legal):
                self._vouching[found.company].append(at)
            if not opposed and not shown & _OPEN_KINDS:
                self._unopposed.add(found.company)
            self._persons[found.company] += bool(shown & _PERSON)
            longer = next((argument.text for argument in own[at] if argument.feature in _LONGER), "")
            self._introduced.setdefault(found.company, longer)

    def arguments(self, at: int) -> Iterator[Argument]:
        """What the others say about the candidate at this position."""
        found = self._candidates[at]
        shown = self._shown[at]
        person, hopeless = bool(shown & _PERSON), bool(shown & _HOPELESS)
        vouching = next((other for other in self._vouching.get(found.company, ())[:2] if other != at), None)
        if vouching is not None and not hopeless and not person:
            yield Argument(f'"{self._candidates[vouching].text}" in the article', "strong_elsewhere")
        elif vouching is None and self._persons[found.company] > person and len(found.name) == 1:
            yield Argument("a person of this name in the article", "person_elsewhere")
        elif vouching is None and self._introduced[found.company] and not shown & _LONGER and not found.ticker:
            yield Argument(f"introduced as {self._introduced[found.company]}", "introduced_longer")
        others = len(self._unopposed - {found.company})
        if others and not hopeless and shown & _OPEN_KINDS - {"kind.place"}:
            yield Argument("other watched companies", "other_company", min(_OTHERS_MOST, others))


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
    reasons, logits, sure = [], 0.0, _confidence(0.0)
    for argument in arguments:
        added = argument.logits
        if added or argument.feature in _MARKS:
            logits, before_it = logits + added, sure
            sure = _confidence(logits)
            reasons.append(Reason(argument.text, round(sure - before_it, 3)))
    confidence = round(sure, 3)
    return Judgement(found, confidence, tuple(reasons), alert=confidence >= CUT_OFFS[company.evidence])


def _confidence(logits: float) -> float:
    return 1 / (1 + math.exp(-logits))
